"""The sub-commands of `dampingan release`. Parses arguments, calls flows, shows results; holds no logic about the
data."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

import options
from cli_shared import JsonOption, ReasonOption, busy, print_json, run, say_known
from errors import number

app = typer.Typer(help="Rilis register.", no_args_is_help=True)

ReleaseArgument = Annotated[str, typer.Argument(metavar="RILIS", help="Rilis, misalnya dtks-33xx-2022-04-v1.")]


@app.command("submit")
def release_submit(
    files: Annotated[list[Path], typer.Argument(metavar="BERKAS...", help="Berkas rilis, satu atau lebih.")],
    period: Annotated[str | None, typer.Option(help="Periode, tttt-bb.")] = None,
    sk_number: Annotated[str | None, typer.Option(help="Nomor SK Wali Kota atau Bupati.")] = None,
    sk_date: Annotated[str | None, typer.Option(help="Tanggal SK, hh-bb-tttt.")] = None,
    source: Annotated[
        str | None, typer.Option(help="Register asal: dtks (bila tidak disebut), dtsen, p3ke, bdt2015 atau regsosek.")
    ] = None,
    control_totals: Annotated[
        list[Path] | None,
        typer.Option(help="Lampiran SK (CSV, XLSX, ODS): kecamatan,jiwa atau kelurahan,jiwa; boleh keduanya."),
    ] = None,
    layout: Annotated[str | None, typer.Option(help="Tata letak; biasanya dikenali sendiri.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Serahkan satu rilis, muat dan terbitkan.

    Rilis dapat terdiri dari beberapa berkas. Buku kerja dari `release rejects` yang sudah diperbaiki diserahkan tanpa
    pilihan apa pun.
    """
    from flows.administration import submit_mended, submit_release

    if period is None and sk_number is None and sk_date is None and len(files) == 1:
        options.refuse_with_mended(source=source, layout=layout, control_totals=control_totals)
        if not submit_mended(options.existing(files[0]), by=getpass.getuser()):
            say_known(files[0])
        run(as_json=as_json, sources=["registry"])
        return
    period, sk_number, sk_date = options.all_stated(period=period, sk_number=sk_number, sk_date=sk_date)
    signed_on = options.sk_date(sk_date)
    annexes = [options.existing(file) for file in control_totals or []]
    source = (source or "dtks").lower()
    options.check_submission(layout=layout, source=source, period=period, sk_number=sk_number)
    received = submit_release(
        [options.existing(file) for file in files],
        source=source,
        period=period,
        sk_number=sk_number,
        sk_date=signed_on,
        control_totals=annexes,
        layout=layout,
        by=getpass.getuser(),
    )
    if not received:
        say_known(files[0])
    run(as_json=as_json, sources=["registry"])


@app.command("list")
def release_list(as_json: JsonOption = False) -> None:
    """Semua rilis yang pernah diserahkan dan keadaannya."""
    from flows.inspection import list_releases
    from terminal import show_releases

    rows = list_releases()
    if as_json:
        print_json({"releases": rows})
    else:
        show_releases(Console(), rows)


@app.command("show")
def release_show(release_id: ReleaseArgument, as_json: JsonOption = False) -> None:
    """Keadaan satu rilis: SK dan berkasnya, jumlah barisnya, alasan penolakan, total SK, dan riwayatnya."""
    from flows.inspection import show_release

    facts = show_release(release_id)
    if as_json:
        print_json(facts)
    else:
        from terminal_release import show_ledger_entry

        show_ledger_entry(Console(), facts)


@app.command("diff")
def release_diff(
    one: Annotated[str, typer.Argument(metavar="A", help="Rilis yang berlaku, misalnya dtks-33xx-2022-04-v1.")],
    other: Annotated[str, typer.Argument(metavar="B", help="Rilis lain yang berlaku; boleh dari register lain.")],
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="Berkas XLSX yang ditulis, orang demi orang; berisi data pribadi."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Siapa masuk, keluar, pindah dan berubah di antara dua rilis, per kelurahan."""
    workbook = options.workbook_to_write(out) if out else None
    with busy("Membandingkan …", quiet=as_json):
        from flows.comparison import compare_releases

        facts = compare_releases(one, other, workbook)
    if as_json:
        print_json(facts)
    else:
        from terminal_release import show_difference

        show_difference(Console(), facts)


@app.command("rejects")
def release_rejects(
    release_id: ReleaseArgument,
    out: Annotated[Path, typer.Option("--out", "-o", help="Berkas XLSX yang ditulis; berisi data pribadi.")],
) -> None:
    """Tulis baris yang ditolak, utuh dan dengan alasannya, sebagai buku kerja."""
    workbook = options.workbook_to_write(out)
    with busy("Menulis buku kerja …"):
        from flows.rejects_desk import export_rejects

        count = export_rejects(release_id, workbook)
    text = f"{number(count)} baris ditolak: {out} (berisi data pribadi)."
    Console(soft_wrap=True).print(text, markup=False, highlight=False)


@app.command("approve")
def release_approve(release_id: ReleaseArgument, reason: ReasonOption, as_json: JsonOption = False) -> None:
    """Setujui rilis yang menunggu, muat dan terbitkan."""
    from flows.administration import approve_release

    why = options.stated(reason)
    approve_release(release_id, reason=why, by=getpass.getuser())
    _say_decided(release_id, "disetujui", why, as_json=as_json)
    run(as_json=as_json, sources=["registry"])


@app.command("withdraw")
def release_withdraw(release_id: ReleaseArgument, reason: ReasonOption, as_json: JsonOption = False) -> None:
    """Batalkan rilis yang menunggu, atau tarik rilis yang sudah berlaku dan terbitkan ulang."""
    from flows.administration import withdraw_release

    why = options.stated(reason)
    withdraw_release(release_id, reason=why, by=getpass.getuser())
    _say_decided(release_id, "ditarik", why, as_json=as_json)
    run(as_json=as_json, sources=["registry"])


def _say_decided(release_id: str, decision: str, reason: str, *, as_json: bool) -> None:
    text = f"Rilis {release_id} {decision} (alasan: {reason})."
    Console(quiet=as_json, soft_wrap=True).print(text, markup=False, highlight=False)
