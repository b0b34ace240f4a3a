"""The workbook of rejected rows that an officer mends: the row as it was, all as text, and why it was rejected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from tasks.registry.layouts import Layout
from warehouse.rejects import RejectedRow

_FRONT = ("Baris", "Kode alasan", "Apa yang salah", "Yang perlu dilakukan")
_FRONT_WIDTHS = (8, 26, 48, 48)
_WHOLE_LINE = "baris"
_TITLES = {_WHOLE_LINE: "Isi baris utuh"}
_TITLE_ROW, _HEADER_ROW = 0, 2
_LINE_HEIGHT = 15


def write_rejects(path: Path, rows: Sequence[RejectedRow], layout: Layout, *, title: str) -> None:
    """Write one sheet with a line per rejected row; the cell to look at is coloured.

    Every cell of the file is text: a NIK keeps its digits, and what begins like a formula stays what it is.
    """
    headers = list(dict.fromkeys(header for row in rows for header in row.fields))
    targets = {header: layout.target_of(header) or "" for header in headers}
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as workbook:
        formats = _formats(workbook)
        sheet = workbook.add_worksheet("Ditolak")
        sheet.write_string(_TITLE_ROW, 0, title, formats["title"])
        for column, heading in enumerate((*_FRONT, *(_TITLES.get(header, header) for header in headers))):
            sheet.write_string(_HEADER_ROW, column, heading, formats["head"])
        _lay_out(sheet, formats, len(headers), len(rows))
        for line, row in enumerate(rows, start=_HEADER_ROW + 1):
            _write_row(sheet, formats, line, row, headers, targets)


def _formats(workbook: Any) -> dict[str, Any]:
    text = {"num_format": "@", "valign": "top"}
    return {
        "title": workbook.add_format({"bold": True, "font_size": 13, "font_color": "#0B6E6E"}),
        "head": workbook.add_format({"bold": True, "bg_color": "#0B6E6E", "font_color": "#FFFFFF", "text_wrap": True}),
        "number": workbook.add_format({"valign": "top"}),
        "text": workbook.add_format(text),
        "wrapped": workbook.add_format({**text, "text_wrap": True}),
        "wrong": workbook.add_format({**text, "bg_color": "#FBD9CC", "border": 1}),
    }


def _lay_out(sheet: Any, formats: dict[str, Any], fields: int, rows: int) -> None:
    for column, width in enumerate(_FRONT_WIDTHS):
        sheet.set_column(column, column, width)
    if fields:
        sheet.set_column(len(_FRONT), len(_FRONT) + fields - 1, 18, formats["text"])
    sheet.freeze_panes(_HEADER_ROW + 1, len(_FRONT))
    sheet.autofilter(_HEADER_ROW, 0, _HEADER_ROW + rows, len(_FRONT) + fields - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(_HEADER_ROW)


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
    for column, header in enumerate(headers, start=len(_FRONT)):
        chosen = formats["wrong"] if targets[header] in suspects or header in suspects else formats["text"]
        sheet.write_string(line, column, row.fields.get(header, ""), chosen)


def _front(row: RejectedRow) -> tuple[str, str, str]:
    """Codes, explanations and actions, one line each per reason."""
    return (
        "\n".join(reason.code for reason in row.reasons),
        "\n".join(reason.explanation for reason in row.reasons),
        "\n".join(reason.action for reason in row.reasons),
    )
