"""What calamine does not tell about the cells of an XLSX or ODS file, found by passing over their XML as a stream.

Runs in the limited child process, in bounded memory. It must not know what a column means. The patterns are quick
rather than strict: a file made on purpose to deceive them only loses its own clear message.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO
from xml.etree import ElementTree

from errors import InputRejectedError
from tasks.office import Worksheet

Cell = tuple[int, int]
"""Row and column, from 0."""

_CHUNK_BYTES = 1 << 20
_OVERLAP_BYTES = 1 << 16
"""Longer than any cell with a formula (8,192 characters)."""
_SHOWN_CELLS = 5
_ALSO_READ = {"xl/sharedStrings.xml", "xl/styles.xml"}
_TAG = rb"(?:\w+:)?"
_MAY_BE_FORMULA = (b"<f", b":f")
_MAY_BE_FAR = re.compile(rb"r=[\"'][A-Z]{3}[0-9]")
_FORMULA_CELL = re.compile(
    rb"<" + _TAG + rb"c\b(?P<attributes>[^>]*)>\s*"
    rb"<" + _TAG + rb"f\b(?:[^>]*/>|[^>]*>[^<]*</" + _TAG + rb"f>)\s*"
    rb"(?P<value><" + _TAG + rb"v\b[^>]*>[^<]+<)?"
)
_FAR_CELL = re.compile(
    rb"<" + _TAG + rb"c\b[^>]*\br=[\"'](?P<reference>[A-Z]{3}[0-9]+)[\"'][^>]*(?<!/)>\s*<" + _TAG + rb"(?:v|is|f)\b"
)
_MAY_BE_HIDDEN = b"hidden="
_HIDDEN_ROW = re.compile(rb"<" + _TAG + rb"row\b(?=[^>]*\shidden=[\"'](?:1|true)[\"'])[^>]*(?<!/)>")
_ODS_HIDDEN_ROW = re.compile(rb"<table:table-row\b[^>]*\stable:visibility=[\"'](?:collapse|filter)[\"'][^>]*>")
_REFERENCE = re.compile(rb"\br=[\"']([A-Z]+[0-9]+)[\"']")
_TEXT_RESULT = re.compile(rb"\bt=[\"']str[\"']")

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_CALC_TYPE = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}value-type"
_ODS_CELLS = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
_ODS_CONTENT = "content.xml"


def check_cells(file: Path, sheets: list[Worksheet], name: str) -> dict[str, int]:
    """Passes over the worksheets of an XLSX file; returns how many rows of each, by its name, are hidden or filtered.

    Raises:
        one of ZIP_FAULTS: the file is damaged.
        InputRejectedError: a formula without a stored result, or content in a column beyond ZZ.
    """
    hidden_rows = {}
    with zipfile.ZipFile(file) as archive:
        for entry in archive.infolist():
            if entry.filename in _ALSO_READ:
                _verify(archive, entry)
        for sheet in sheets:
            with archive.open(sheet.part) as stream:
                missing, hidden_rows[sheet.name] = _check_far_and_formulas(stream, f"{name}, lembar {sheet.name}")
            if missing:
                raise InputRejectedError(
                    "Ada rumus yang hasilnya tidak tersimpan di sel "
                    + ", ".join(missing[:_SHOWN_CELLS])
                    + (" dan lainnya." if len(missing) > _SHOWN_CELLS else "."),
                    where=f"{name}, lembar {sheet.name}",
                    next_step="Buka berkas di Excel, simpan sekali lagi, lalu serahkan.",
                )
    return hidden_rows


def _verify(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """Reading to the end compares the checksum; calamine stops before it."""
    with archive.open(entry) as stream:
        while stream.read(_CHUNK_BYTES):
            pass


def _check_far_and_formulas(stream: IO[bytes], where: str) -> tuple[list[str], int]:
    """Formulas without a result, and the number of hidden rows."""
    missing: list[str] = []
    hidden_rows = 0
    for window, ends_at in _windows(stream):
        if _MAY_BE_FAR.search(window) and (far := _FAR_CELL.search(window)):
            cell = far["reference"].decode("ascii")
            raise InputRejectedError(
                f"Ada isi di sel {cell}, jauh di luar tabel.",
                where=where,
                next_step="Hapus isi sel itu (atau salin tabelnya ke buku kerja baru), lalu serahkan lagi.",
            )
        if any(start in window for start in _MAY_BE_FORMULA):
            missing += _uncalculated(window, ends_at)
        if _MAY_BE_HIDDEN in window:
            hidden_rows += sum(found.start() < ends_at for found in _HIDDEN_ROW.finditer(window))
    return missing, hidden_rows


def _uncalculated(window: bytes, ends_at: int) -> Iterator[str]:
    for found in _FORMULA_CELL.finditer(window):
        if found.start() >= ends_at:
            return
        if found["value"] is None and not _TEXT_RESULT.search(found["attributes"]):
            reference = _REFERENCE.search(found["attributes"])
            yield reference[1].decode("ascii") if reference else "tanpa alamat"


def _windows(stream: IO[bytes]) -> Iterator[tuple[bytes, int]]:
    """Overlapping pieces; what starts at or after the number given with a piece comes again with the next one."""
    carried = b""
    while chunk := stream.read(_CHUNK_BYTES):
        window = carried + chunk
        ends_at = max(len(window) - _OVERLAP_BYTES, 0)
        yield window, ends_at
        carried = window[ends_at:]
    yield carried, len(carried)


def ods_has_hidden_rows(file: Path) -> bool:
    """Whether rows of an ODS file are hidden or filtered; how many cannot be told, as empty ones count too."""
    with zipfile.ZipFile(file) as archive, archive.open(_ODS_CONTENT) as stream:
        return any(b":visibility=" in window and _ODS_HIDDEN_ROW.search(window) for window, _ in _windows(stream))


def ods_errors(file: Path) -> dict[str, dict[Cell, str]]:
    """The error values that LibreOffice shows ('#N/A'), by sheet name: calamine reads them as empty texts."""
    with zipfile.ZipFile(file) as archive:
        with archive.open(_ODS_CONTENT) as stream:
            if not any(b'value-type="error"' in window for window, _ in _windows(stream)):
                return {}
        with archive.open(_ODS_CONTENT) as stream:
            return _ods_errors(stream)


def _ods_errors(stream: IO[bytes]) -> dict[str, dict[Cell, str]]:
    errors: dict[str, dict[Cell, str]] = {}
    of_sheet: dict[Cell, str] = {}
    of_row: dict[int, str] = {}
    row = column = 0
    for event, element in ElementTree.iterparse(stream, ("start", "end")):  # noqa: S314
        if event == "start":
            if element.tag == f"{_TABLE}table":
                of_sheet = errors.setdefault(element.get(f"{_TABLE}name", ""), {})
                row = 0
            elif element.tag == f"{_TABLE}table-row":
                of_row, column = {}, 0
        elif element.tag in _ODS_CELLS:
            following = column + int(element.get(f"{_TABLE}number-columns-repeated", "1"))
            if element.get(_CALC_TYPE) == "error":
                shown = "".join(text for part in element.iterfind(f"{_TEXT}p") for text in part.itertext())
                of_row |= dict.fromkeys(range(column, following), shown)
            column = following
            element.clear()
        elif element.tag == f"{_TABLE}table-row":
            following = row + int(element.get(f"{_TABLE}number-rows-repeated", "1"))
            if of_row:
                of_sheet.update(((at, place), text) for at in range(row, following) for place, text in of_row.items())
            row = following
            element.clear()
    return errors
