"""The commands `dampingan statistics`. Parses arguments, calls flows, shows results; holds no logic about the data.

Heavy imports happen inside the commands: `--help` must answer at once.
"""

from __future__ import annotations

import getpass
from typing import Annotated

import typer
from rich.console import Console

import options
from cli_shared import JsonOption, ReasonOption, busy, print_json, run
from errors import UsageError

_DIFFERS = 3
"""Exit code when BPS has something else than the catalogue says, as for any input that cannot be taken in."""

app = typer.Typer(help="Statistik BPS.", no_args_is_help=True)


@app.command("pull")
def statistics_pull(
    indicator: Annotated[list[str] | None, typer.Option(help="Indikator; boleh berulang.")] = None,
    year: Annotated[list[int] | None, typer.Option(help="Tahun; boleh berulang.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Tarik indikator dari WebAPI BPS dan terbitkan bila ada yang baru."""
    run(as_json=as_json, sources=["statistics"], indicators=indicator, years=year)


@app.command("discover")
def statistics_discover(
    words: Annotated[list[str], typer.Argument(help="Kata yang harus ada pada judul, misalnya: pengangguran.")],
    domain: Annotated[
        list[str] | None, typer.Option(help="Domain BPS (4 digit); boleh berulang. Tanpa ini: kota, provinsi, pusat.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Cari variabel, rilis pers dan tabel statis BPS menurut kata pada judulnya."""
    from flows.statistics_desk import discover
    from terminal_statistics import show_found

    with busy("Bertanya kepada BPS …", quiet=as_json):
        rows = discover(" ".join(words), domain or ())
    if as_json:
        print_json({"found": rows})
    else:
        show_found(Console(), rows)


@app.command("verify")
def statistics_verify(as_json: JsonOption = False) -> None:
    """Cocokkan setiap variabel dalam katalog dengan WebAPI BPS: judul, satuan, domain dan wilayahnya."""
    from flows.statistics_desk import verify
    from terminal_statistics import show_verified

    with busy("Bertanya kepada BPS …", quiet=as_json):
        rows = verify()
    if as_json:
        print_json({"tables": rows})
    else:
        show_verified(Console(), rows)
    if any(row["state"] == "berbeda" for row in rows):
        raise SystemExit(_DIFFERS)


@app.command("waiting")
def statistics_waiting(as_json: JsonOption = False) -> None:
    """Nilai yang tidak wajar dan menunggu persetujuan; sampai itu tidak terbit."""
    from flows.statistics_desk import list_waiting
    from terminal_statistics import show_waiting

    rows = list_waiting()
    if as_json:
        print_json({"waiting": rows})
    else:
        show_waiting(Console(), rows)


@app.command("approve")
def statistics_approve(
    reason: ReasonOption,
    value_ids: Annotated[
        list[str] | None, typer.Argument(metavar="[ID]...", help="Nilai, dari `statistics waiting`.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Semua yang menunggu sekarang.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Setujui nilai yang menunggu, lalu terbitkan."""
    from flows.statistics_desk import approve, list_waiting

    why = options.stated(reason)
    if everything == bool(value_ids):
        raise UsageError("Sebut nilai yang disetujui, atau --all; salah satu.", next_step="Lihat `statistics waiting`.")
    chosen = [row["id"] for row in list_waiting()] if everything else value_ids or []
    for row in approve(chosen, reason=why, by=getpass.getuser()):
        text = f"Nilai {row['id']} disetujui (alasan: {why})."
        Console(quiet=as_json, soft_wrap=True).print(text, markup=False, highlight=False)
    run(as_json=as_json, sources=[])
