"""The commands `dampingan statistics`. Parses arguments, calls flows, shows results; holds no logic about the data.

Heavy imports happen inside the commands: `--help` must answer at once.
"""

from __future__ import annotations

from typing import Annotated

import typer

from cli_shared import JsonOption, run

app = typer.Typer(help="Statistik BPS.", no_args_is_help=True)


@app.command("pull")
def statistics_pull(
    indicator: Annotated[list[str] | None, typer.Option(help="Indikator; boleh berulang.")] = None,
    year: Annotated[list[int] | None, typer.Option(help="Tahun; boleh berulang.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Tarik indikator dari WebAPI BPS dan terbitkan bila ada yang baru."""
    run(as_json=as_json, sources=["statistics"], indicators=indicator, years=year)
