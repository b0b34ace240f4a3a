"""The workbook of rejected rows that an officer mends: the row as it was, all as text, and why it was rejected. It is
read again by tasks/registry/mending.py, which shares the places of things with this module.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from tasks.registry.layouts import Layout, Part
from warehouse.rejects import RejectedRow

TITLE = "Baris yang ditolak: "
"""Begins the first cell; the release follows."""
SHEETS: dict[Part, str] = {"warga": "Ditolak", "keluarga": "Ditolak, keluarga"}
FRONT = ("Baris", "Kode alasan", "Apa yang salah", "Yang perlu dilakukan")
WHOLE_LINE = "Isi baris utuh"
HEADER_ROW = 2
"""From 0."""

_FRONT_WIDTHS = (8, 24, 36, 36)
_ADVICE = (
    "Perbaiki sel berwarna pada baris masing-masing (jangan mengubah kolom Baris dan judul), simpan, lalu serahkan "
    "buku kerja ini dengan `dampingan release submit`, atau letakkan di kotak masuk. Baris yang tidak diubah tetap "
    "ditolak. Kolom terakhir hanya untuk dibaca: isinya disalin ke kolom-kolom di kirinya."
)
_PRIVATE = "Berisi data pribadi."
_LINE_HEIGHT = 15
LINE = "baris"
"""Stands for the whole line of a row that could not be cut into fields."""
_PLACE = ("kelurahan", "kode_kelurahan", "kode_kecamatan", "kode_kabupaten_kota", "kode_provinsi")


def write_rejects(
    path: Path, rows: Sequence[RejectedRow], layout: Layout, *, release_id: str, headers: Mapping[str, Sequence[str]]
) -> None:
    """Write one sheet per table of the release with a line per rejected row; the cell to look at is coloured.

    Every cell of the file is text: a NIK keeps its digits, and what begins like a formula stays what it is.

    Args:
        headers: the headings of each table, in their order.
    """
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as workbook:
        formats = _formats(workbook)
        for part, form in layout.forms.items():
            own = [row for row in rows if row.part == part]
            if own or part == "warga":
                sheet = workbook.add_worksheet(SHEETS[part])
                columns = [*headers.get(part, ()), WHOLE_LINE]
                targets = {header: form.target_of(header) or "" for header in columns}
                _write_sheet(sheet, formats, own, columns, targets, release_id)
    path.chmod(0o600)


def _write_sheet(
    sheet: Any,
    formats: dict[str, Any],
    rows: Sequence[RejectedRow],
    columns: Sequence[str],
    targets: Mapping[str, str],
    release_id: str,
) -> None:
    sheet.write_string(0, 0, f"{TITLE}{release_id}", formats["title"])
    sheet.merge_range(1, 0, 1, len(FRONT) - 1, "", formats["advice"])
    sheet.write_rich_string(1, 0, formats["private"], _PRIVATE, formats["text"], f" {_ADVICE}", formats["advice"])
    sheet.set_row(1, 4 * _LINE_HEIGHT)
    for column, heading in enumerate((*FRONT, *columns)):
        sheet.write_string(HEADER_ROW, column, heading, formats["head"])
    _lay_out(sheet, formats, len(columns), len(rows))
    for line, row in enumerate(rows, start=HEADER_ROW + 1):
        _write_row(sheet, formats, line, row, columns, targets)


def _formats(workbook: Any) -> dict[str, Any]:
    text = {"num_format": "@", "valign": "top"}
    return {
        "title": workbook.add_format({"bold": True, "font_size": 13, "font_color": "#0B6E6E"}),
        "advice": workbook.add_format({"text_wrap": True, "valign": "top"}),
        "private": workbook.add_format({"bold": True, "font_color": "#B3261E"}),
        "head": workbook.add_format({"bold": True, "bg_color": "#0B6E6E", "font_color": "#FFFFFF", "text_wrap": True}),
        "number": workbook.add_format({"valign": "top", "align": "left"}),
        "text": workbook.add_format(text),
        "wrapped": workbook.add_format({**text, "text_wrap": True}),
        "wrong": workbook.add_format({**text, "bg_color": "#FBD9CC", "border": 1}),
    }


def _lay_out(sheet: Any, formats: dict[str, Any], fields: int, rows: int) -> None:
    for column, width in enumerate(_FRONT_WIDTHS):
        sheet.set_column(column, column, width)
    if fields:
        sheet.set_column(len(FRONT), len(FRONT) + fields - 1, 18, formats["text"])
    sheet.freeze_panes(HEADER_ROW + 1, 1)
    sheet.autofilter(HEADER_ROW, 0, HEADER_ROW + rows, len(FRONT) + fields - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    # On one page wide the cells of thirty columns could not be read.
    sheet.set_print_scale(70)
    sheet.repeat_rows(HEADER_ROW)
    sheet.repeat_columns(0)
    sheet.set_footer(f"&L{_PRIVATE}&RHalaman &P dari &N")


def _write_row(
    sheet: Any, formats: dict[str, Any], line: int, row: RejectedRow, headers: Sequence[str], targets: Mapping[str, str]
) -> None:
    sheet.write_number(line, 0, row.line, formats["number"])
    front = _front(row)
    for column, cell in enumerate(front, start=1):
        sheet.write_string(line, column, cell, formats["wrapped"])
    # Set by hand: not every spreadsheet program makes a row as high as its wrapped text.
    widths = zip(front, _FRONT_WIDTHS[1:], strict=True)
    lines = max(sum(1 + len(part) // width for part in cell.split("\n")) for cell, width in widths)
    sheet.set_row(line, _LINE_HEIGHT * lines)
    suspects = {reason.column for reason in row.reasons}
    if "kelurahan" in suspects:
        suspects.update(_PLACE)
    for column, header in enumerate(headers, start=len(FRONT)):
        is_whole_line = header == WHOLE_LINE
        # A line that could not be cut into fields has to be filled in: all its cells are the ones to look at.
        is_wrong = not is_whole_line and (LINE in row.fields or targets[header] in suspects)
        text = row.fields.get(LINE if is_whole_line else header, "")
        sheet.write_string(line, column, text, formats["wrong"] if is_wrong else formats["text"])


def _front(row: RejectedRow) -> tuple[str, str, str]:
    """Codes, explanations and actions, one line each per reason."""
    return (
        "\n".join(reason.code for reason in row.reasons),
        "\n".join(reason.explanation for reason in row.reasons),
        "\n".join(reason.action for reason in row.reasons),
    )
