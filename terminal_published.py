"""How the difference of two generations and the way back from a figure look in a terminal. Decides nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from babel.numbers import format_decimal
from rich.console import Console, Group
from rich.panel import Panel
from rich.text import Text

from terminal import facts_table, moment, number, table

_COLUMNS_SHOWN = 3
_CHECKS_SHOWN = 12


def value(content: object) -> str:
    """A cell as people here write it: 1234.5 -> 1.234,5; a date as 04-04-2022; nothing as kosong."""
    if content is None:
        return "kosong"
    if isinstance(content, bool):
        return "ya" if content else "tidak"
    if isinstance(content, datetime):
        return f"{content:%d-%m-%Y %H.%M} UTC"
    if isinstance(content, date):
        return f"{content:%d-%m-%Y}"
    if isinstance(content, int | float | Decimal):
        return str(format_decimal(content, locale="id_ID"))
    return str(content)


def cell(name: str, content: object) -> str:
    """The same; a year has no thousands: 2022."""
    return str(content) if name.startswith("tahun") and content is not None else value(content)


def show_generation_diff(console: Console, found: Mapping[str, Any]) -> None:
    """Views that differ, then the biggest change of their figures."""
    console.print(Text(f"{found['before']} → {found['after']}", style="bold"))
    if not found["views"]:
        console.print(Text("Isinya sama.", style="bold green"))
        return
    console.print(
        table(
            "Tampilan yang berubah",
            [
                ("tampilan", "left"),
                ("baris", "right"),
                ("baru", "right"),
                ("hilang", "right"),
                ("berubah", "right"),
                ("sel berubah", "right"),
            ],
            [
                (
                    view["view"],
                    number(view["rows_after"]),
                    *(number(view[name]) for name in ("rows_added", "rows_removed", "rows_changed", "cells_changed")),
                )
                for view in found["views"]
            ],
        )
    )
    if biggest := [row for view in found["views"] for row in _biggest(view)]:
        headings = [("tampilan", "left"), ("kolom", "left"), ("di", "left"), ("lama", "right"), ("baru", "right")]
        console.print(table("Perubahan terbesar", headings, biggest))
    for view in found["views"]:
        for name, text in (("columns_added", "kolom baru"), ("columns_removed", "kolom hilang")):
            if view[name]:
                console.print(Text(f"• {view['view']}: {text} {', '.join(view[name])}", style="yellow"))


def _biggest(view: Mapping[str, Any]) -> list[tuple[str, ...]]:
    figures = [column for column in view["columns"] if "largest" in column]
    rows: list[tuple[str, ...]] = []
    for column in sorted(figures, key=lambda column: -column["cells"])[:_COLUMNS_SHOWN]:
        largest = column["largest"]
        place = ", ".join(cell(name, content) for name, content in largest["key"].items())
        rows.append((view["view"], column["column"], place, value(largest["before"]), value(largest["after"])))
    return rows


def show_trace(console: Console, found: Mapping[str, Any]) -> None:
    """The rows meant, every submission behind them, and what the publication passed."""
    console.print(Text(f"{found['view']}: {number(found['rows'])} baris.", style="bold"))
    console.print(Text(found["purpose"], style="dim"))
    for row in found["shown"]:
        console.print(Panel(facts_table([(name, cell(name, content)) for name, content in row.items()]), expand=False))
    if found["rows"] > len(found["shown"]):
        console.print(Text(f"… dan {number(found['rows'] - len(found['shown']))} baris lagi.", style="dim"))
    if not found["sources"]:
        console.print(Text("Tidak ada kiriman di baliknya: dari tabel acuan program ini.", style="yellow"))
    for source in found["sources"]:
        console.print(_source(source))
    console.print(_publication(found))


def _source(source: Mapping[str, Any]) -> Panel:
    accounts = (
        f"{number(source['baris_berkas'])} dalam berkas = {number(source['baris_diterima'])} diterima + "
        f"{number(source['baris_ditolak'])} ditolak + {number(source['baris_dilewati'])} dilewati"
        if source["baris_berkas"] is not None
        else f"{number(source['baris_diterima'])} nilai diterima"
    )
    sk = f"{source['nomor_sk']} tanggal {value(source['tanggal_sk'])}" if source["nomor_sk"] else ""
    facts = [
        ("Periode", value(source["periode"])),
        ("Sumber", source["sumber"]),
        ("Keadaan", source["keadaan"] or ""),
        ("Berkas", source["nama_berkas"] or ""),
        ("SHA-256", source["sha256"]),
        ("SK", sk),
        ("Diterima", value(source["diserahkan_pada"])),
        ("Baris", accounts),
        ("Koreksi", source["koreksi"] or "tidak ada"),
        ("Versi program", source["versi_kode"] or ""),
    ]
    title = Text(f"{source['jenis_kiriman']} {source['id_kiriman'][:40]}")
    return Panel(facts_table([fact for fact in facts if fact[1]]), title=title, title_align="left", expand=False)


def _publication(found: Mapping[str, Any]) -> Group:
    facts = [
        ("Terbitan", found["generation"]),
        ("Terbit", moment(found["published_at"])),
        ("Versi program", found["code_version"]),
    ]
    return Group(facts_table(facts), Text(f"Lolos sebelum terbit ({len(found['checks'])}):"), _checks(found["checks"]))


def _checks(titles: Sequence[str]) -> Text:
    shown = "\n".join(f"  ✓ {title}" for title in titles[:_CHECKS_SHOWN])
    more = f"\n  … dan {len(titles) - _CHECKS_SHOWN} lagi" if len(titles) > _CHECKS_SHOWN else ""
    return Text(shown + more, style="green")
