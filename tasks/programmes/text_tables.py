"""Reads a table of text (CSV, also with semicolons or tabs, as spreadsheets export it) as one sheet. Only I/O; it
must not know what a column means."""

from __future__ import annotations

import codecs
import csv
from collections import Counter
from pathlib import Path

from errors import InputRejectedError
from tasks.office import OLE_MAGIC, ZIP_MAGIC, column_letters
from tasks.programmes.grids import Grid, with_row_numbers

_DELIMITERS = (";", "\t", ",")
_HEAD_BYTES = 4096
_MOST_BYTES = 20 << 20
_MOST_ROWS, _MOST_COLUMNS = 20_000, 200
_FEWEST_COLUMNS = 2
_NOT_TEXT = (ZIP_MAGIC, OLE_MAGIC, b"%PDF", b"\x89PNG", b"\xff\xd8\xff")
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def is_text(file: Path) -> bool:
    """Whether `file` looks like lines of cells: no known binary file, no page of HTML, a delimiter in it."""
    with file.open("rb") as stream:
        head = stream.read(_HEAD_BYTES)
    if head.startswith(_NOT_TEXT) or head.removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"<"):
        return False
    if not head.startswith(_UTF16) and b"\x00" in head:
        return False
    return any(delimiter.encode() in head for delimiter in _DELIMITERS)


def read_text(file: Path, where: str) -> Grid:
    """The one sheet of `file`.

    Raises:
        InputRejectedError: too large, or no delimiter makes columns of it.
    """
    if file.stat().st_size > _MOST_BYTES:
        raise InputRejectedError(
            f"Berkas laporan lebih besar dari {_MOST_BYTES >> 20} MB.",
            where=where,
            next_step="Kirim tabel laporannya saja.",
        )
    lines = _decoded(file.read_bytes()).splitlines()
    parsed = [_parsed(lines, delimiter) for delimiter in _DELIMITERS]
    rows = max(parsed, key=_regularity)
    width = max(map(len, rows), default=0)
    if not _FEWEST_COLUMNS <= width <= _MOST_COLUMNS or len(rows) > _MOST_ROWS:
        raise InputRejectedError(
            "Berkas teks ini bukan tabel laporan.",
            where=where,
            next_step="Kirim buku kerja Excel (.xlsx) dari templat laporan, atau CSV dengan kepala kolomnya.",
        )
    columns = {
        column_letters(at): [(row[at] or None) if at < len(row) else None for row in rows] for at in range(width)
    }
    return Grid(Path(where).stem, True, with_row_numbers(columns))


def _decoded(content: bytes) -> str:
    if content.startswith(_UTF16):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _parsed(lines: list[str], delimiter: str) -> list[list[str]]:
    try:
        return list(csv.reader((f"{line}\n" for line in lines), delimiter=delimiter))
    except csv.Error:
        return []


def _regularity(rows: list[list[str]]) -> tuple[int, int]:
    """How many rows have the width that most have, and that width: a delimiter inside of amounts is irregular."""
    widths = Counter(len(row) for row in rows if len(row) >= _FEWEST_COLUMNS)
    width, count = max(widths.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
    return count, width
