"""Turns the report sheet of an XLSX workbook into a frame of texts, in a child process with limits.

Only I/O. It must not know what a column means. Every cell becomes the text an officer with Indonesian settings
sees: a number cell 1.125 is '1,125', so that it cannot be mistaken for the text '1.125' (one thousand ...).
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

import polars as pl

from errors import InputRejectedError
from tasks.office import ZIP_FAULTS, column_letters, worksheets
from tasks.programmes.package import check_package
from tasks.sandbox import Limits, run_limited

ROW = "baris"
_LIMITS = Limits(memory_bytes=2 << 30, cpu_seconds=30, wall_seconds=60)
_MOST_ROWS = 20_000
_MOST_COLUMNS = 200
_SHOWN_CELLS = 5
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_REFERENCE = re.compile(r"^([A-Z]{1,3})([0-9]{1,7})$")
_DECIMAL_POINT = re.compile(r"^-?[0-9]+\.[0-9]+$")

Cell = tuple[int, int]


def read_cells(file: Path, folder: Path, *, where: str, sheet: str) -> pl.DataFrame:
    """The sheet named `sheet`, or else the first visible one, as texts.

    Args:
        folder: where the child leaves its result for a moment.
        where: file name for messages.

    Returns:
        `baris` (row number in the sheet, from 1, without a gap) and one String column per used sheet column,
        named by its letters; empty cells are NULL.

    Raises:
        InputRejectedError: when the file is no workbook, is protected, damaged, too large or never calculated.
    """
    check_package(file, where)
    cells = folder / "cells.parquet"
    run_limited("tasks.programmes.reading:extract", str(file), str(cells), where, sheet, where=where, limits=_LIMITS)
    frame = pl.read_parquet(cells, memory_map=False)
    cells.unlink()
    return frame


def extract(file: str, cells: str, where: str, sheet: str) -> None:
    """Runs in the child: writes the texts of the report sheet of `file` to the Parquet file `cells`."""
    import fastexcel

    name, scan = _scan_sheet(file, where, sheet)
    # from bytes: given a path, calamine believes the extension
    loaded = fastexcel.read_excel(Path(file).read_bytes()).load_sheet(
        name, header_row=None, skip_rows=0, dtypes="string"
    )
    frame = loaded.to_polars() if scan.used else pl.DataFrame()
    columns: dict[str, list[str | None]] = {}
    for info, values in zip(loaded.available_columns(), frame.iter_columns(), strict=False):
        at = info.absolute_index
        columns[column_letters(at)] = [_as_seen(text, (row, at), scan) for row, text in enumerate(values.to_list())]
    texts = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
    texts.with_row_index(ROW, offset=1).with_columns(pl.col(ROW).cast(pl.Int64)).write_parquet(cells)


@dataclass(slots=True)
class _Scan:
    """What calamine's texts do not tell: which cells are numbers and which hold an error value."""

    numbers: set[Cell] = field(default_factory=set)
    errors: dict[Cell, str] = field(default_factory=dict)
    never_calculated: list[str] = field(default_factory=list)
    used: bool = False


def _as_seen(text: str | None, cell: Cell, scan: _Scan) -> str | None:
    if cell in scan.errors:
        return scan.errors[cell]
    if text is not None and cell in scan.numbers and _DECIMAL_POINT.match(text):
        return text.replace(".", ",")
    return text


def _scan_sheet(file: str, where: str, sheet: str) -> tuple[str, _Scan]:
    try:
        with zipfile.ZipFile(file) as archive:
            name, part = _find_sheet(archive, where, sheet)
            scan = _scan_cells(archive, part, where)
    except (KeyError, ElementTree.ParseError, *ZIP_FAULTS):
        raise InputRejectedError(
            "Buku kerja terpotong atau rusak.", where=where, next_step="Kirim lagi berkas yang lengkap."
        ) from None
    if scan.never_calculated:
        raise InputRejectedError(
            "Ada rumus yang hasilnya tidak tersimpan di sel "
            + ", ".join(scan.never_calculated[:_SHOWN_CELLS])
            + (" dan lainnya." if len(scan.never_calculated) > _SHOWN_CELLS else "."),
            where=f"{where}, lembar {name}",
            next_step="Buka berkas di Excel, simpan sekali lagi, lalu kirim.",
        )
    return name, scan


def _find_sheet(archive: zipfile.ZipFile, where: str, wanted: str) -> tuple[str, str]:
    """Name and zip member of the sheet."""
    sheets = worksheets(archive)
    named = [sheet for sheet in sheets if sheet.name.strip().casefold() == wanted.casefold()]
    visible = [sheet for sheet in sheets if sheet.visible]
    for sheet in named + visible:
        return sheet.name, sheet.part
    raise InputRejectedError(
        "Buku kerja tidak mempunyai lembar tabel.",
        where=where,
        next_step=f"Isi lembar '{wanted}' pada templat laporan.",
    )


def _scan_cells(archive: zipfile.ZipFile, part: str, where: str) -> _Scan:
    scan = _Scan()
    with archive.open(part) as stream:
        for cell, element in _cells(ElementTree.iterparse(stream, ("start", "end"))):  # noqa: S314
            kind = element.get("t", "n")
            value = element.findtext(f"{_MAIN}v")
            if not value and element.find(f"{_MAIN}is") is None:
                if element.find(f"{_MAIN}f") is not None and kind != "str":
                    scan.never_calculated.append(_address(cell))
                continue
            if cell[0] >= _MOST_ROWS or cell[1] >= _MOST_COLUMNS:
                raise InputRejectedError(
                    f"Ada isi di sel {_address(cell)}, jauh di luar tabel laporan.",
                    where=where,
                    next_step="Hapus isi sel itu (atau salin tabelnya ke templat baru), lalu kirim lagi.",
                )
            scan.used = True
            if kind == "n":
                scan.numbers.add(cell)
            elif kind == "e":
                scan.errors[cell] = value or ""
    return scan


def _cells(
    events: Iterator[tuple[str, ElementTree.Element]],
) -> Iterator[tuple[Cell, ElementTree.Element]]:
    """Every cell with its place from 0; a reference may be left out, then it follows the cell before."""
    row, column = -1, -1
    for event, element in events:
        if event == "start" and element.tag == f"{_MAIN}row":
            row, column = int(element.get("r", row + 2)) - 1, -1
        elif event == "end" and element.tag == f"{_MAIN}c":
            row, column = _place(element.get("r"), (row, column + 1))
            yield (row, column), element
            element.clear()
        elif event == "end" and element.tag == f"{_MAIN}row":
            element.clear()


def _place(reference: str | None, following: Cell) -> Cell:
    match = _REFERENCE.match(reference or "")
    if match is None:
        return following
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(match[2]) - 1, column - 1


def _address(cell: Cell) -> str:
    return f"{column_letters(cell[1])}{cell[0] + 1}"
