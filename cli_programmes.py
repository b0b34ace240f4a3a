"""The commands `dampingan programmes`. Parses arguments, calls flows, shows results; holds no logic about the data.

Heavy imports happen inside the commands: `--help` must answer at once.
"""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

import options
from cli_shared import JsonOption, ReasonOption, print_json, run, say_known

app = typer.Typer(help="Laporan program OPD.", no_args_is_help=True)

ReportArgument = Annotated[str, typer.Argument(help="Laporan, misalnya dlh-33.xx.xx.1001-2022-2-v1.")]


@app.command("template")
def programmes_template(
    opd: Annotated[str, typer.Option(help="Singkatan OPD, misalnya DLH.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="Berkas XLSX yang ditulis.")],
    kelurahan: Annotated[str | None, typer.Option(help="Kelurahan; tanpa ini: dampingan OPD itu.")] = None,
    year: Annotated[int | None, typer.Option(help="Tahun laporan; tanpa ini: tahun ini.", min=2020, max=2099)] = None,
    quarter: Annotated[int | None, typer.Option(help="Triwulan; tanpa ini: triwulan ini.", min=1, max=4)] = None,
) -> None:
    """Tulis buku kerja laporan yang diisi OPD, dengan kegiatan triwulan lalu yang belum selesai."""
    from flows.administration import write_template

    carried = write_template(opd, options.workbook_to_write(out), kelurahan=kelurahan, year=year, quarter=quarter)
    console = Console(soft_wrap=True)
    console.print(f"Templat laporan {opd}: {out}", markup=False, highlight=False)
    if carried:
        console.print(f"{carried} baris laporan sebelumnya sudah terisi.", markup=False, highlight=False)


@app.command("list")
def programmes_list(as_json: JsonOption = False) -> None:
    """Semua laporan yang pernah diserahkan dan keadaannya."""
    from flows.reports_desk import list_reports
    from terminal import show_reports

    rows = list_reports()
    if as_json:
        print_json({"reports": rows})
    else:
        show_reports(Console(), rows)


@app.command("show")
def programmes_show(report_id: ReportArgument, as_json: JsonOption = False) -> None:
    """Keadaan satu laporan, jumlah barisnya, dan setiap alasan penolakan dan peringatan."""
    from flows.reports_desk import show_report
    from terminal import show_release

    facts = show_report(report_id)
    if as_json:
        print_json(facts)
    else:
        show_release(Console(), facts)


@app.command("rejects")
def programmes_rejects(
    report_id: ReportArgument,
    out: Annotated[Path, typer.Option("--out", "-o", help="Berkas XLSX yang ditulis.")],
) -> None:
    """Tulis baris laporan yang ditolak, utuh dan dengan alasannya, sebagai buku kerja."""
    from flows.reports_desk import export_report_rejects

    count = export_report_rejects(report_id, options.workbook_to_write(out))
    Console(soft_wrap=True).print(f"{count} baris ditolak: {out}", markup=False, highlight=False)


@app.command("withdraw")
def programmes_withdraw(report_id: ReportArgument, reason: ReasonOption, as_json: JsonOption = False) -> None:
    """Tarik satu laporan; versi sebelumnya berlaku kembali, lalu terbitkan ulang."""
    from flows.reports_desk import withdraw_report

    reason = options.stated(reason)
    for sentence in withdraw_report(report_id, reason=reason, by=getpass.getuser()):
        Console(quiet=as_json, soft_wrap=True).print(sentence, markup=False, highlight=False)
    run(as_json=as_json, sources=["programmes"])


@app.command("submit")
def programmes_submit(
    source: Annotated[
        str, typer.Argument(metavar="FILE", help="Buku kerja atau CSV laporan, juga tautan (https://, s3://, ...).")
    ],
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Salinan yang ditandai; tanpa ini: NAMA-diperiksa.xlsx.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Serahkan satu laporan OPD, muat dan terbitkan; sel yang perlu diperbaiki ditandai di salinannya."""
    from flows.administration import deliver_checked, submit_report

    is_link = "://" in source
    if not is_link:
        options.existing(Path(source))
    copy = options.workbook_to_write(out) if out else None
    name, submission_id = submit_report(source)
    if submission_id is None:
        say_known(Path(name))
    try:
        run(as_json=as_json, sources=["programmes"])
    finally:
        beside = Path.cwd() if is_link else Path(source).parent
        if (written := deliver_checked(name, copy or beside)) is not None:
            Console(stderr=True, soft_wrap=True).print(
                f"Sel yang perlu diperiksa ditandai di {written}", markup=False, highlight=False
            )
