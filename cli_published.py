"""Commands on what is published: what changed between two generations, where a figure comes from.

Heavy imports happen inside the commands: `--help` must answer at once.
"""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console

from cli_shared import JsonOption, busy, print_json


def diff(
    before: Annotated[str, typer.Argument(metavar="TERBITAN", help="Terbitan lama, atau awal namanya.")],
    after: Annotated[str, typer.Argument(metavar="TERBITAN", help="Terbitan baru, atau current.")] = "current",
    as_json: JsonOption = False,
) -> None:
    """Bandingkan dua terbitan: tampilan mana berubah, berapa baris dan sel, perubahan terbesar."""
    from flows.publications import compare
    from terminal_published import show_generation_diff

    with busy("Membandingkan terbitan …", quiet=as_json):
        found = compare(before, after)
    if as_json:
        print_json(found)
    else:
        show_generation_diff(Console(), found)


def trace(
    view: Annotated[str, typer.Argument(metavar="TAMPILAN", help="Misalnya marts.bansos_kelurahan.")],
    where: Annotated[str, typer.Option(help="Syarat SQL atas kolomnya; tanpa ini seluruh tampilan.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Dari angka yang terbit ke rilis, berkas, SK, hitungan baris, koreksi, pemeriksaan dan versi program."""
    from flows.publications import trace_cell
    from terminal_published import show_trace

    with busy("Menelusuri …", quiet=as_json):
        found = trace_cell(view, where)
    if as_json:
        print_json(found)
    else:
        show_trace(Console(), found)
