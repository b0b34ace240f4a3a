"""How what BPS has, and the values that wait, look in a terminal. Decides nothing."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from babel.numbers import format_decimal
from rich.console import Console
from rich.text import Text

from terminal import day, table

_COLOURS = {"berbeda": "bold red", "belum diketahui": "yellow"}
_CANDIDATES_SHOWN = 5


def value(amount: Decimal | None) -> str:
    """7.5900 -> 7,59"""
    return "" if amount is None else format_decimal(amount.normalize(), format="#,##0.####", locale="id_ID")


def show_found(console: Console, rows: list[dict[str, Any]]) -> None:
    """What BPS has under these words."""
    if not rows:
        console.print(Text("Tidak ada yang cocok; coba kata lain atau domain lain."))
        return
    headings = [(name, "left") for name in ("Jenis", "Domain", "Nomor", "Judul", "Satuan", "Tanggal")]
    cells = [
        [row["kind"], row["domain"], row["id"], row["title"], row["unit"], row["date"] and day(row["date"])]
        for row in rows
    ]
    console.print(table("Pada BPS", headings, cells))


def show_verified(console: Console, rows: list[dict[str, Any]]) -> None:
    """The catalogue against BPS, then every difference and every candidate in full."""
    headings = [(name, "left") for name in ("Indikator", "Domain", "Variabel", "Keadaan", "Satuan", "Tahun")]
    cells = [
        [row["indicator"], row["domain"], str(row["variable"] or "?"), row["state"], row["unit"], row["years"]]
        for row in rows
    ]
    console.print(table("Katalog dan BPS", headings, cells))
    for row in rows:
        place = f"{row['indicator']}, domain {row['domain']}"
        if row["problem"]:
            console.print(Text(f"• {place}: {row['problem']}", style=_COLOURS["berbeda"]))
        for candidate in row["candidates"][:_CANDIDATES_SHOWN]:
            console.print(Text(f"• {place}: mungkin {candidate}", style=_COLOURS["belum diketahui"]))


def show_waiting(console: Console, rows: list[dict[str, Any]]) -> None:
    """The values that wait: what came, what counts until then, and why."""
    if not rows:
        console.print(Text("Tidak ada nilai statistik yang menunggu persetujuan."))
        return
    headings = [("Nilai", "left"), ("Datang", "right"), ("Berlaku kini", "right"), ("Mengapa", "left")]
    cells = [[row["id"], value(row["value"]), value(row["counting"]), row["reason"]] for row in rows]
    console.print(table("Menunggu persetujuan", headings, cells))
    console.print(Text("Setujui dengan `dampingan statistics approve ID --reason ...`."))
