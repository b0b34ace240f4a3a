"""Reads the head of a report: which OPD, kelurahan and quarter it speaks of, wherever these stand. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from errors import InputRejectedError
from tasks.programmes.layout import HEAD_KEYS, PERIOD_KEYS, ReportLayout, word_key

_QUARTER = re.compile(
    r"^(?:TRIWULAN|TRIW|TW|Q)?[.\s]*(?:KE)?[-\s]*(IV|I{1,3}|[1-4])(?:\s*(?:TAHUN|[-/,])?\s*(20[0-9]{2}))?$"
)
_YEAR_FIRST = re.compile(r"^(20[0-9]{2})\s*[-/]?\s*(?:TRIWULAN|TW|Q)\s*(IV|I{1,3}|[1-4])$")
_YEAR = re.compile(r"^(?:TAHUN\s*)?(20[0-9]{2})$")
_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4}

Row = tuple[int, dict[str, str]]
"""Row number and the filled cells of it, by column letters, blanks tidied."""


@dataclass(frozen=True, slots=True)
class HeadCell:
    """What was written for a field of the head, and where: `sheet` and `address`."""

    text: str
    sheet: str
    address: str


Head = Mapping[str, HeadCell]


def find_head(rows: Iterable[Row], sheet: str, layout: ReportLayout) -> dict[str, HeadCell]:
    """First value found for each head field: after a colon in the cell, or in the next filled cell."""
    found: dict[str, HeadCell] = {}
    for number, texts in rows:
        line = [HeadCell(text, sheet, f"{letter}{number}") for letter, text in texts.items()]
        for at, cell in enumerate(line):
            label, _, inside = cell.text.partition(":")
            name = layout.head_keys.get(word_key(label))
            if name is None:
                continue
            inside = inside.strip()
            value = HeadCell(inside, sheet, cell.address) if inside else _following(line[at + 1 :], layout)
            if value is not None:
                found.setdefault(name, value)
    return found


def _following(line: list[HeadCell], layout: ReportLayout) -> HeadCell | None:
    """The next filled cell, unless it is the label of another field."""
    for cell in line:
        if text := cell.text.strip(" :"):
            is_label = word_key(text.partition(":")[0]) in layout.head_keys
            return None if is_label else HeadCell(text, cell.sheet, cell.address)
    return None


def parse_period(tahun: str | None, triwulan: str | None) -> tuple[int | None, int | None]:
    """Year and quarter out of two texts, of which the quarter's may name both: `TW II 2022`."""
    written = " ".join((triwulan or "").upper().split())
    year, both, turned = _YEAR.match((tahun or "").upper().strip()), _QUARTER.match(written), _YEAR_FIRST.match(written)
    number, named = (both[1], both[2]) if both else (turned[2], turned[1]) if turned else (None, None)
    whole = year[1] if year else named
    quarter = None if number is None else _ROMAN.get(number) or int(number)
    return None if whole is None else int(whole), quarter


def has_begun(tahun: int, triwulan: int, today: date) -> bool:
    """Whether the quarter is that of `today` or an earlier one."""
    return (tahun, triwulan) <= (today.year, (today.month + 2) // 3)


def require_whole(head: Head, where: str, *, period: bool) -> None:
    """Raises InputRejectedError when a field is missing or cannot be read; year and quarter only where `period` says
    that the table itself does not have them."""
    tahun, triwulan = parse_period(*(head[name].text if name in head else None for name in PERIOD_KEYS))
    readable = {"opd": "opd" in head, "kelurahan": "kelurahan" in head, "tahun": tahun, "triwulan": triwulan}
    asked = HEAD_KEYS if period else HEAD_KEYS[:2]
    unreadable = [name.upper() if name == "opd" else name.capitalize() for name in asked if not readable[name]]
    if unreadable:
        raise InputRejectedError(
            f"Isian di atas tabel belum lengkap atau tidak terbaca: {', '.join(unreadable)}.",
            where=where,
            next_step="Isi OPD, Kelurahan, Tahun (misalnya 2022) dan Triwulan (1 sampai 4) di lembar Petunjuk atau di "
            "atas tabel.",
        )


def require_begun(head: Head, today: date, where: str) -> tuple[int, int]:
    """Year and quarter of a whole head. Raises InputRejectedError with the cell when it is still to come."""
    tahun, triwulan = parse_period(*(head[name].text if name in head else None for name in PERIOD_KEYS))
    if tahun is None or triwulan is None:
        raise ValueError("require_whole comes first")
    if has_begun(tahun, triwulan, today):
        return tahun, triwulan
    wrong = "tahun" if tahun > today.year and "tahun" in head else "triwulan"
    raise InputRejectedError(
        f"Triwulan {triwulan} tahun {tahun} belum dimulai.",
        where=f"{where}, lembar {head[wrong].sheet}, sel {head[wrong].address} ({wrong.capitalize()})",
        next_step="Perbaiki Tahun atau Triwulan di atas tabel, lalu kirim lagi.",
    )
