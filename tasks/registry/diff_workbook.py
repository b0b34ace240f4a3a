"""The workbook of what differs between two releases: the counts per kelurahan, and a sheet of persons per kind.

It holds personal data and says so on every sheet; only its owner may read the file. It knows nothing of how the
difference was found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import xlsxwriter
from babel.numbers import format_decimal

from warehouse.differences import KINDS, ColumnChange, Difference, Kind, PersonChange, Row, not_followed

_SHEET_ROWS = 1_048_576
"""What one sheet of Excel holds."""
_CELL_CHARACTERS = 32_767
"""What one cell of Excel holds; the library leaves a longer text out without a word."""
_LINE_HEIGHT, _HIGHEST_ROW = 15, 409
_PRIVATE = "Berisi data pribadi: simpan di tempat terbatas, jangan dikirim lewat surel atau grup percakapan."
_TITLE_ROW, _PRIVATE_ROW, _NOTE_ROW, _HEADER_ROW = range(4)
_TITLES: dict[Kind, str] = {
    "masuk": "Masuk daftar",
    "keluar": "Keluar dari daftar",
    "pindah": "Pindah kelurahan",
    "berubah": "Berubah keterangannya",
}
_PERSON_COLUMNS = (
    ("NIK", 20),
    ("Nama", 32),
    ("Kecamatan dulu", 22),
    ("Kelurahan dulu", 24),
    ("Kecamatan kini", 22),
    ("Kelurahan kini", 24),
)
_CHANGE_COLUMNS = (("Kolom yang berubah", 30), ("Dari dan menjadi", 60))
_COUNTS = (
    ("jumlah_sebelum_jiwa", "Jiwa dulu"),
    ("masuk_jiwa", "+ Masuk"),
    ("keluar_jiwa", "- Keluar"),
    ("pindah_masuk_jiwa", "+ Pindah masuk"),
    ("pindah_keluar_jiwa", "- Pindah keluar"),
    ("", "+ Selisih yang tidak dapat diikuti"),
    ("jumlah_sesudah_jiwa", "= Jiwa kini"),
    ("berubah_jiwa", "Berubah"),
    ("tanpa_nik_sebelum_jiwa", "Tanpa NIK dulu"),
    ("tanpa_nik_sesudah_jiwa", "Tanpa NIK kini"),
    ("nik_berulang_sebelum_baris", "Baris NIK berulang dulu"),
    ("nik_berulang_sesudah_baris", "Baris NIK berulang kini"),
)
_UNCOUNTED = "-"


def write_difference(
    path: Path, difference: Difference, persons: Callable[[Kind], Iterable[PersonChange]], *, notices: Sequence[str]
) -> None:
    """Write the sheets Ringkasan, Masuk, Keluar, Pindah and Berubah, in bounded memory.

    Every cell of a person is text: a NIK keeps its digits, and what begins like a formula stays what it is. A sheet
    that cannot hold all persons says how many it leaves out.
    """
    path.touch(mode=0o600)
    path.chmod(0o600)
    # In a folder of its own, because the parts the workbook is put together from hold persons too.
    with TemporaryDirectory(prefix="dampingan-") as parts:
        settings = {"constant_memory": True, "tmpdir": parts, "strings_to_formulas": False, "strings_to_urls": False}
        with xlsxwriter.Workbook(path, settings) as workbook:
            formats = _formats(workbook)
            _write_summary(workbook.add_worksheet("Ringkasan"), formats, difference, notices)
            for kind in KINDS:
                sheet = workbook.add_worksheet(kind.capitalize())
                _write_persons(sheet, formats, difference, kind, persons)


def _formats(workbook: Any) -> dict[str, Any]:
    head = {"bold": True, "bg_color": "#0B6E6E", "font_color": "#FFFFFF", "text_wrap": True, "valign": "top"}
    return {
        "title": workbook.add_format({"bold": True, "font_size": 13, "font_color": "#0B6E6E"}),
        "private": workbook.add_format({"bold": True, "font_color": "#B23A0E"}),
        "note": workbook.add_format({"italic": True}),
        "head": workbook.add_format(head),
        "text": workbook.add_format({"num_format": "@", "valign": "top"}),
        "wrapped": workbook.add_format({"num_format": "@", "valign": "top", "text_wrap": True}),
        "number": workbook.add_format({"num_format": "#,##0"}),
        "total": workbook.add_format({"num_format": "#,##0", "bold": True, "top": 1}),
    }


def _write_summary(sheet: Any, formats: dict[str, Any], difference: Difference, notices: Sequence[str]) -> None:
    _begin(sheet, formats, difference, "Perubahan per kelurahan", " ".join(notices))
    sheet.set_column(0, 1, 24)
    sheet.set_column(2, 1 + len(_COUNTS), 13)
    sheet.freeze_panes(_HEADER_ROW + 1, 2)
    _set_height(sheet, _HEADER_ROW, 3)
    _write_head(sheet, formats, ("Kecamatan", "Kelurahan", *(heading for _, heading in _COUNTS)))
    line = _HEADER_ROW
    for row in difference.areas:
        line += 1
        _write_counts(sheet, line, (row["kecamatan"], row["kelurahan"]), row, formats["text"], formats["number"])
    line += 1
    _write_counts(sheet, line, ("Jumlah", ""), difference.total, formats["total"], formats["total"])
    if difference.columns is None:
        return
    line += 2
    for column, heading in enumerate(("Kolom yang berubah", "Jiwa")):
        sheet.write_string(line, column, heading, formats["head"])
    for row in difference.columns:
        line += 1
        sheet.write_string(line, 0, row["kolom"], formats["text"])
        sheet.write_number(line, 1, row["jumlah_jiwa"], formats["number"])


def _write_counts(sheet: Any, line: int, names: tuple[str, str], row: Row, text: Any, number: Any) -> None:
    for column, name in enumerate(names):
        sheet.write_string(line, column, name, text)
    before, after = not_followed(row)
    for column, (key, _) in enumerate(_COUNTS, start=len(names)):
        count = row[key] if key else after - before
        if count is None:
            sheet.write_string(line, column, _UNCOUNTED, text)
        else:
            sheet.write_number(line, column, count, number)


def _write_persons(
    sheet: Any,
    formats: dict[str, Any],
    difference: Difference,
    kind: Kind,
    persons: Callable[[Kind], Iterable[PersonChange]],
) -> None:
    count = difference.persons_of(kind)
    room = _SHEET_ROWS - _HEADER_ROW - 1
    _begin(sheet, formats, difference, _TITLES[kind], _note(count, room))
    with_changes = kind in ("pindah", "berubah") and difference.within_series
    columns = (*_PERSON_COLUMNS, *(_CHANGE_COLUMNS if with_changes else ()))
    for column, (_, width) in enumerate(columns):
        sheet.set_column(column, column, width)
    sheet.freeze_panes(_HEADER_ROW + 1, 2)
    _write_head(sheet, formats, [heading for heading, _ in columns])
    if count is None:
        return
    sheet.autofilter(_HEADER_ROW, 0, _HEADER_ROW + min(count, room), len(columns) - 1)
    for line, person in zip(range(_HEADER_ROW + 1, _SHEET_ROWS), persons(kind), strict=False):
        cells: tuple[str, ...] = (person.nik, person.name, *(person.before or ("", "")), *(person.after or ("", "")))
        if with_changes:
            names, said = ", ".join(change.column for change in person.changes), list(map(_in_words, person.changes))
            cells = (*cells, names, "\n".join(said))
            _set_height(sheet, line, max(sum(_lines(text, 1) for text in said), _lines(names, 0)))
        for column, cell in enumerate(cells):
            chosen = formats["wrapped" if column >= len(_PERSON_COLUMNS) else "text"]
            sheet.write_string(line, column, cell[:_CELL_CHARACTERS], chosen)


def _lines(text: str, change_column: int) -> int:
    return 1 + len(text) // _CHANGE_COLUMNS[change_column][1]


def _set_height(sheet: Any, line: int, lines: int) -> None:
    """By hand: not every spreadsheet program makes a row as high as its wrapped text."""
    sheet.set_row(line, min(_LINE_HEIGHT * lines, _HIGHEST_ROW))


def _note(count: int | None, room: int) -> str:
    if count is None:
        return "Tidak dihitung: kedua rilis dari rangkaian berbeda, dan keterangan orang di dalamnya tidak sama."
    if count > room:
        left_out = format_decimal(count - room, locale="id_ID")
        return f"{left_out} orang tidak termuat: satu lembar Excel paling banyak memuat {_SHEET_ROWS} baris."
    return f"{format_decimal(count, locale='id_ID')} orang."


def _begin(sheet: Any, formats: dict[str, Any], difference: Difference, title: str, note: str) -> None:
    releases = f"{difference.before.release_id} → {difference.after.release_id}"
    sheet.write_string(_TITLE_ROW, 0, f"{title}: {releases}", formats["title"])
    sheet.write_string(_PRIVATE_ROW, 0, _PRIVATE, formats["private"])
    sheet.write_string(_NOTE_ROW, 0, note, formats["note"])
    sheet.set_header("&RBerisi data pribadi")
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(_HEADER_ROW)


def _write_head(sheet: Any, formats: dict[str, Any], headings: Sequence[str]) -> None:
    for column, heading in enumerate(headings):
        sheet.write_string(_HEADER_ROW, column, heading, formats["head"])


def _in_words(change: ColumnChange) -> str:
    return f"{change.column}: {_shown(change.before)} → {_shown(change.after)}"


def _shown(value: object) -> str:
    match value:
        case None:
            return "(kosong)"
        case bool():
            return "ya" if value else "tidak"
        case date():
            return f"{value:%d-%m-%Y}"
    return str(value)
