"""The workbook of rejected rows that an officer mends: the row as it was, all as text, and why it was rejected. It is
read again by tasks/registry/mending.py, which shares the places of things with this module.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from tasks.registry.layouts import Layout, Part
from tasks.registry.raw_lines import RawLine
from warehouse.rejects import RejectedRow

TITLE = "Baris yang ditolak: "
"""Begins the first cell; the release follows."""
SHEETS: dict[Part, str] = {"warga": "Ditolak", "keluarga": "Ditolak, keluarga"}
"""The first sheet of each table; the second is called `Ditolak (2)`."""
FRONT = ("Baris", "Kode alasan", "Apa yang salah", "Yang perlu dilakukan")
WHOLE_LINE = "Isi baris utuh"
RAW = ("Letak di berkas asal", "Byte asal (heksadesimal)")
HEADER_ROW = 2
"""From 0."""
MOST_ROWS = 1_000_000
"""Of one sheet: a sheet filled to its last row would be taken for one that was cut off."""

_FRONT_WIDTHS = (8, 24, 36, 36)
_ADVICE = (
    "Perbaiki sel berwarna pada baris masing-masing (jangan mengubah kolom Baris dan judul), simpan, lalu serahkan "
    "buku kerja ini dengan `dampingan release submit`, atau letakkan di kotak masuk. Baris yang tidak diubah tetap "
    f"ditolak. Kolom {WHOLE_LINE} dan yang di kanannya hanya untuk dibaca: isinya disalin ke kolom-kolom di kirinya."
)
_LONGEST_CELL = 32_767
_CUT = " ... (terpotong)"
_PRIVATE = "Berisi data pribadi."
_LINE_HEIGHT = 15
LINE = "baris"
"""Stands for the whole line of a row that could not be cut into fields."""
_PLACE = ("kelurahan", "kode_kelurahan", "kode_kecamatan", "kode_kabupaten_kota", "kode_provinsi")


def write_rejects(
    path: Path,
    rows: Sequence[RejectedRow],
    layout: Layout,
    *,
    release_id: str,
    headers: Mapping[str, Sequence[str]],
    raw: Mapping[tuple[str, int], RawLine] | None = None,
) -> None:
    """Write a line per rejected row; the cell to look at is coloured. Each table of the release has a sheet of its own,
    and as many more as its rows need.

    Every cell of the file is text: a NIK keeps its digits, and what begins like a formula stays what it is.

    Args:
        headers: the headings of each table, in their order.
        raw: part and line -> what stands in the file there, of the rows whose text does not tell it; see `needs_raw`.
    """
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as workbook:
        formats = _formats(workbook)
        for part, form in layout.forms.items():
            own = [row for row in rows if row.part == part]
            columns = [*headers.get(part, ()), WHOLE_LINE]
            targets = {header: form.target_of(header) or "" for header in columns}
            pages = [own[start : start + MOST_ROWS] for start in range(0, len(own), MOST_ROWS)]
            if part == "warga":
                pages = pages or [[]]
            for number, page in enumerate(pages, start=1):
                sheet = workbook.add_worksheet(SHEETS[part] if number == 1 else f"{SHEETS[part]} ({number})")
                title = f"{TITLE}{release_id}" + (f" (lembar {number} dari {len(pages)})" if len(pages) > 1 else "")
                _write_sheet(sheet, formats, page, columns, targets, title, raw or {})
    path.chmod(0o600)


def needs_raw(row: RejectedRow) -> bool:
    """Whether the text that is kept of a row may differ from what was submitted: it could not be cut into fields, or
    has letters that were broken."""
    return LINE in row.fields or any("\ufffd" in text for text in row.fields.values())


def shown(text: str) -> str:
    """A text as the workbook has it: a cell holds no more than so many letters."""
    return text if len(text) <= _LONGEST_CELL else text[: _LONGEST_CELL - len(_CUT)] + _CUT


def _write_sheet(
    sheet: Any,
    formats: dict[str, Any],
    rows: Sequence[RejectedRow],
    columns: Sequence[str],
    targets: Mapping[str, str],
    title: str,
    raw: Mapping[tuple[str, int], RawLine],
) -> None:
    sheet.write_string(0, 0, title, formats["title"])
    sheet.merge_range(1, 0, 1, len(FRONT) - 1, "", formats["advice"])
    sheet.write_rich_string(1, 0, formats["private"], _PRIVATE, formats["text"], f" {_ADVICE}", formats["advice"])
    sheet.set_row(1, 4 * _LINE_HEIGHT)
    behind = RAW if raw else ()
    for column, heading in enumerate((*FRONT, *columns, *behind)):
        sheet.write_string(HEADER_ROW, column, heading, formats["head"])
    _lay_out(sheet, formats, len(columns) + len(behind), len(rows))
    for line, row in enumerate(rows, start=HEADER_ROW + 1):
        _write_row(sheet, formats, line, row, columns, targets)
        if (bytes_there := raw.get((row.part, row.line))) is not None:
            _write_raw(sheet, formats, line, len(FRONT) + len(columns), bytes_there)


def _write_raw(sheet: Any, formats: dict[str, Any], line: int, column: int, raw: RawLine) -> None:
    place = f"byte ke-{raw.offset + 1}, panjang {len(raw.content)} byte"
    for at, text in enumerate((place, shown(raw.content.hex(" ")))):
        sheet.write_string(line, column + at, text, formats["text"])


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
        sheet.write_string(line, column, shown(text), formats["wrong"] if is_wrong else formats["text"])


def _front(row: RejectedRow) -> tuple[str, str, str]:
    """Codes, explanations and actions, one line each per reason."""
    return (
        "\n".join(reason.code for reason in row.reasons),
        "\n".join(reason.explanation for reason in row.reasons),
        "\n".join(reason.action for reason in row.reasons),
    )
