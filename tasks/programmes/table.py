"""Finds the head and the table on a report sheet: by names, wherever they stand in the first rows.

Pure. It must not know the rules about a row. Every heading is mapped, ignored by name, or an error that lists
both sides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import polars as pl

from errors import InputRejectedError
from tasks.programmes.layout import HEAD_KEYS, ReportLayout, word_key
from tasks.programmes.reading import ROW

_SCANNED_ROWS = 20
_FEWEST_HITS = 4
_QUARTER = re.compile(r"^(?:TRIWULAN|TW|Q)?\.?\s*(IV|I{1,3}|[1-4])(?:\s*(?:TAHUN|[-/,])?\s*(20[0-9]{2}))?$")
_YEAR = re.compile(r"^(?:TAHUN\s*)?(20[0-9]{2})$")
_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4}


@dataclass(frozen=True, slots=True)
class FoundTable:
    """Where things are on the sheet.

    Args:
        opd, kelurahan: as written in the head.
        header_row: row number of the headings, from 1.
        targets: sheet column letter to target column.
        headings: sheet column letter to heading, ignored ones included.
    """

    opd: str
    kelurahan: str
    tahun: int
    triwulan: int
    header_row: int
    targets: dict[str, str]
    headings: dict[str, str]


@dataclass(frozen=True, slots=True)
class _HeadCell:
    text: str
    address: str


def find_table(cells: pl.DataFrame, layout: ReportLayout, where: str, *, today: date) -> FoundTable:
    """Head and headings on the sheet `cells` (see `reading.read_cells`).

    Args:
        today: the day the report came in; its quarter is the last one that can be reported.

    Raises:
        InputRejectedError: no header, a heading unknown, missing or twice, the head incomplete, or its quarter not
            begun.
    """
    rows = list(_rows(cells.head(_SCANNED_ROWS)))
    header_row, headings = _find_header(rows, layout, where)
    targets = _map_headings(headings, layout, f"{where}, baris {header_row}")
    head = _find_head([row for row in rows if row[0] < header_row], layout)
    tahun, triwulan = _period({name: cell.text for name, cell in head.items()}, where)
    _require_begun(tahun, triwulan, head, today, where)
    return FoundTable(head["opd"].text, head["kelurahan"].text, tahun, triwulan, header_row, targets, headings)


def _rows(cells: pl.DataFrame) -> Iterator[tuple[int, dict[str, str]]]:
    for row in cells.iter_rows(named=True):
        number = row.pop(ROW)
        texts = {letter: " ".join(text.split()) for letter, text in row.items() if text is not None}
        yield number, {letter: text for letter, text in texts.items() if text}


def _find_header(
    rows: list[tuple[int, dict[str, str]]], layout: ReportLayout, where: str
) -> tuple[int, dict[str, str]]:
    known = layout.heading_keys
    hits = [(len({known[key] for key in map(word_key, texts.values()) if key in known}), -n) for n, texts in rows]
    best, negative_row = max(hits, default=(0, 0))
    if best < _FEWEST_HITS:
        what = "Lembar laporan kosong." if not any(texts for _, texts in rows) else "Kepala tabel tidak ditemukan."
        raise InputRejectedError(
            what,
            where=where,
            next_step=f"Tulis kepala kolom seperti pada templat dalam {_SCANNED_ROWS} baris pertama: "
            + ", ".join(layout.heading(target) for target in layout.reading.required)
            + ".",
        )
    return -negative_row, dict(rows)[-negative_row]


def _map_headings(headings: dict[str, str], layout: ReportLayout, where: str) -> dict[str, str]:
    known = layout.heading_keys
    targets = {letter: known[key] for letter, text in headings.items() if (key := word_key(text)) in known}
    unknown = [
        f"'{text}' (kolom {letter})"
        for letter, text in headings.items()
        if letter not in targets and word_key(text) not in layout.ignored_keys
    ]
    present = list(targets.values())
    missing = [f"'{layout.heading(t)}'" for t in layout.reading.required if t not in present]
    twice = [f"'{layout.heading(t)}'" for t in dict.fromkeys(present) if present.count(t) > 1]
    faults = [
        f"{name}: {', '.join(items)}."
        for name, items in (("Tidak dikenal", unknown), ("Tidak ada", missing), ("Ganda", twice))
        if items
    ]
    if faults:
        raise InputRejectedError(
            "Kepala kolom laporan tidak sesuai. " + " ".join(faults),
            where=where,
            next_step="Samakan kepala kolom dengan templat; kolom tambahan dihapus atau diberi judul 'Keterangan'.",
        )
    return targets


def _find_head(rows: list[tuple[int, dict[str, str]]], layout: ReportLayout) -> dict[str, _HeadCell]:
    """First value found for each head field: after a colon in the cell, or in the next filled cell."""
    found: dict[str, _HeadCell] = {}
    for number, texts in rows:
        line = [_HeadCell(text, f"{letter}{number}") for letter, text in texts.items()]
        for at, cell in enumerate(line):
            label, _, inside = cell.text.partition(":")
            name = layout.head_keys.get(word_key(label))
            value = _HeadCell(inside.strip(), cell.address) if inside.strip() else _following(line[at + 1 :], layout)
            if name is not None and value is not None:
                found.setdefault(name, value)
    return found


def _following(line: list[_HeadCell], layout: ReportLayout) -> _HeadCell | None:
    """The next filled cell, unless it is the label of another field."""
    for cell in line:
        if text := cell.text.strip(" :"):
            is_label = word_key(text.partition(":")[0]) in layout.head_keys
            return None if is_label else _HeadCell(text, cell.address)
    return None


def _period(head: dict[str, str], where: str) -> tuple[int, int]:
    quarter = _QUARTER.match(head.get("triwulan", "").upper())
    year = _YEAR.match(head.get("tahun", "").upper())
    tahun = year[1] if year else (quarter[2] if quarter else None)
    readable = {"opd": "opd" in head, "kelurahan": "kelurahan" in head, "tahun": tahun, "triwulan": quarter}
    unreadable = [name.upper() if name == "opd" else name.capitalize() for name in HEAD_KEYS if not readable[name]]
    if unreadable or quarter is None or tahun is None:
        raise InputRejectedError(
            f"Isian di atas tabel belum lengkap atau tidak terbaca: {', '.join(unreadable)}.",
            where=where,
            next_step="Isi OPD, Kelurahan, Tahun (misalnya 2022) dan Triwulan (1 sampai 4) di atas tabel.",
        )
    return int(tahun), _ROMAN.get(quarter[1]) or int(quarter[1])


def _require_begun(tahun: int, triwulan: int, head: dict[str, _HeadCell], today: date, where: str) -> None:
    if (tahun, triwulan) <= (today.year, (today.month + 2) // 3):
        return
    wrong = "tahun" if tahun > today.year and "tahun" in head else "triwulan"
    raise InputRejectedError(
        f"Triwulan {triwulan} tahun {tahun} belum dimulai.",
        where=f"{where}, sel {head[wrong].address} ({wrong.capitalize()})",
        next_step="Perbaiki Tahun atau Triwulan di atas tabel, lalu kirim lagi.",
    )
