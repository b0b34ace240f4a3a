"""Runs in the child process of `reading`: sheets of texts out of an XLSX workbook or a text file.

Every cell becomes the text an officer with Indonesian settings sees: a number cell 1.125 is '1,125', so that it cannot
be mistaken for the text '1.125' (one thousand ...). It must not know what a column means.
"""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any
from xml.etree import ElementTree

from errors import InputRejectedError
from tasks.office import ZIP_FAULTS, Worksheet, column_letters, worksheets
from tasks.programmes.grids import Grid, Merged, save_grids, with_row_numbers
from tasks.programmes.package import check_package
from tasks.programmes.reading import FAULT, Request
from tasks.programmes.text_tables import is_text, read_text

MOST_ROWS = 20_000
MOST_COLUMNS = 200
_MOST_SHEETS = 50
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_REFERENCE = re.compile(r"^([A-Z]{1,3})([0-9]{1,7})$")
_DECIMAL_POINT = re.compile(r"^-?[0-9]+\.[0-9]+$")
_BEYOND_EXACT = re.compile(r"^[0-9]{16,}$")
_DAMAGED = "Buku kerja terpotong atau rusak."

Cell = tuple[int, int]


def extract_all(requests: str) -> None:
    """For each request of the JSON file `requests`: its sheets, or what is wrong with it, in its folder."""
    for entry in json.loads(Path(requests).read_text("utf-8")):
        request = Request(**entry)
        folder = Path(request.folder)
        try:
            save_grids(extract(Path(request.file), request.where), folder)
        except InputRejectedError as fault:
            said = {"what": fault.what, "where": fault.where, "next_step": fault.next_step}
            (folder / FAULT).write_text(json.dumps(said), encoding="utf-8")


def extract(file: Path, where: str) -> list[Grid]:
    """The sheets of `file`. Raises InputRejectedError as `reading.read_grids`."""
    if is_text(file):
        return [read_text(file, where)]
    check_package(file, where)
    try:
        return _sheets(file, where)
    except (KeyError, ElementTree.ParseError, *ZIP_FAULTS):
        raise InputRejectedError(_DAMAGED, where=where, next_step="Kirim lagi berkas yang lengkap.") from None


def _sheets(file: Path, where: str) -> list[Grid]:
    import fastexcel

    with zipfile.ZipFile(file) as archive:
        sheets = worksheets(archive)
        if not any(sheet.visible for sheet in sheets) or len(sheets) > _MOST_SHEETS:
            raise InputRejectedError(
                f"Buku kerja tidak mempunyai lembar tabel, atau lebih dari {_MOST_SHEETS} lembar.",
                where=where,
                next_step="Isi templat laporan, atau salin tabelnya ke templat baru, lalu kirim lagi.",
            )
        scans = [_scan(archive, sheet, where) for sheet in sheets]
    # from bytes: given a path, calamine believes the extension
    reader = fastexcel.read_excel(file.read_bytes())
    return [_grid(reader, sheet, scan) for sheet, scan in zip(sheets, scans, strict=True)]


@dataclass(slots=True)
class _Scan:
    """What calamine's texts do not tell."""

    numbers: set[Cell] = field(default_factory=set)
    errors: dict[Cell, str] = field(default_factory=dict)
    uncalculated: list[Cell] = field(default_factory=list)
    merged: list[Merged] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    used: bool = False


def _grid(reader: Any, sheet: Worksheet, scan: _Scan) -> Grid:
    columns: dict[str, list[str | None]] = {}
    if scan.used:
        loaded = reader.load_sheet(sheet.name, header_row=None, skip_rows=0, dtypes="string")
        for info, values in zip(loaded.available_columns(), loaded.to_polars().iter_columns(), strict=False):
            at = info.absolute_index
            texts = [_as_seen(text, (row, at), scan) for row, text in enumerate(values.to_list())]
            columns[column_letters(at)] = texts
    uncalculated = tuple((row + 1, column_letters(at)) for row, at in scan.uncalculated)
    merged = tuple(area for area in scan.merged if area.left in columns)
    return Grid(sheet.name, sheet.visible, with_row_numbers(columns), merged, tuple(scan.hidden_rows), uncalculated)


def _as_seen(text: str | None, cell: Cell, scan: _Scan) -> str | None:
    if cell in scan.errors:
        return scan.errors[cell]
    if text is None or cell not in scan.numbers:
        return text
    if _BEYOND_EXACT.match(text):
        # Excel keeps fifteen digits of a number: the last ones of a NIK are lost, and it shows a power of ten
        return f"{float(text):.5E}".replace(".", ",")
    return text.replace(".", ",") if _DECIMAL_POINT.match(text) else text


def _scan(archive: zipfile.ZipFile, sheet: Worksheet, where: str) -> _Scan:
    scan = _Scan()
    with archive.open(sheet.part) as stream:
        for cell, element in _cells(stream, scan):
            kind = element.get("t", "n")
            value = element.findtext(f"{_MAIN}v")
            if not value and element.find(f"{_MAIN}is") is None:
                if element.find(f"{_MAIN}f") is not None and kind != "str":
                    scan.uncalculated.append(cell)
                continue
            if cell[0] >= MOST_ROWS or cell[1] >= MOST_COLUMNS:
                raise InputRejectedError(
                    f"Ada isi di sel {column_letters(cell[1])}{cell[0] + 1}, jauh di luar tabel laporan.",
                    where=f"{where}, lembar {sheet.name}",
                    next_step="Hapus isi sel itu (atau salin tabelnya ke templat baru), lalu kirim lagi.",
                )
            scan.used = True
            if kind == "n":
                scan.numbers.add(cell)
            elif kind == "e":
                scan.errors[cell] = value or ""
    return scan


def _cells(stream: IO[bytes], scan: _Scan) -> Iterator[tuple[Cell, ElementTree.Element]]:
    """Every cell with its place from 0; a reference may be left out, then it follows the cell before."""
    row, column = -1, -1
    for event, element in ElementTree.iterparse(stream, ("start", "end")):  # noqa: S314 (in the limited child)
        if event == "start":
            if element.tag == f"{_MAIN}row":
                row, column = int(element.get("r", row + 2)) - 1, -1
                if element.get("hidden") in ("1", "true"):
                    scan.hidden_rows.append(row + 1)
        elif element.tag == f"{_MAIN}c":
            row, column = _place(element.get("r"), (row, column + 1))
            yield (row, column), element
            element.clear()
        elif element.tag == f"{_MAIN}row":
            element.clear()
        elif element.tag == f"{_MAIN}mergeCell":
            top_left, _, bottom_right = element.get("ref", "").partition(":")
            top, left = _place(top_left, (0, 0))
            bottom, right = _place(bottom_right, (top, left))
            scan.merged.append(Merged(top + 1, bottom + 1, column_letters(left), column_letters(right)))


def _place(reference: str | None, following: Cell) -> Cell:
    match = _REFERENCE.match(reference or "")
    if match is None:
        return following
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(match[2]) - 1, column - 1
