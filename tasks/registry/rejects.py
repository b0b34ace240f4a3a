"""The workbook of rejected rows that an officer mends: the row as it was, all as text, and why it was rejected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import xlsxwriter

from tasks.registry.layouts import Layout, slug
from warehouse.rejects import RejectedRow

_FRONT = ("Baris", "Kode alasan", "Apa yang salah", "Yang perlu dilakukan")
_FRONT_WIDTHS = (9, 24, 48, 48)


def write_rejects(path: Path, rows: Sequence[RejectedRow], layout: Layout) -> None:
    """Write one sheet with a line per rejected row; the cell to look at is coloured.

    Every cell is text: a NIK keeps its digits, and what begins like a formula stays what it is.
    """
    headers = list(dict.fromkeys(header for row in rows for header in row.fields))
    targets = {header: layout.target_of_slug.get(slug(header), "") for header in headers}
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as workbook:
        text = workbook.add_format({"num_format": "@", "valign": "top"})
        wrapped = workbook.add_format({"num_format": "@", "valign": "top", "text_wrap": True})
        wrong = workbook.add_format({"num_format": "@", "valign": "top", "bg_color": "#FBD9CC", "border": 1})
        head = workbook.add_format({"bold": True, "bg_color": "#0B6E6E", "font_color": "#FFFFFF", "text_wrap": True})
        sheet = workbook.add_worksheet("Ditolak")
        for column, title in enumerate((*_FRONT, *headers)):
            sheet.write_string(0, column, title, head)
        for column, width in enumerate(_FRONT_WIDTHS):
            sheet.set_column(column, column, width, wrapped)
        sheet.set_column(len(_FRONT), len(_FRONT) + max(len(headers) - 1, 0), 18, text)
        sheet.freeze_panes(1, len(_FRONT))
        for line, row in enumerate(rows, start=1):
            for column, cell in enumerate(_front(row)):
                sheet.write_string(line, column, cell, wrapped)
            suspects = {reason.column for reason in row.reasons}
            for column, header in enumerate(headers, start=len(_FRONT)):
                chosen = wrong if _is_suspect(targets, header, suspects) else text
                sheet.write_string(line, column, row.fields.get(header, ""), chosen)
        sheet.autofilter(0, 0, len(rows), len(_FRONT) + len(headers) - 1)


def _front(row: RejectedRow) -> tuple[str, ...]:
    return (
        str(row.line),
        "\n".join(reason.code for reason in row.reasons),
        "\n".join(reason.explanation for reason in row.reasons),
        "\n".join(reason.action for reason in row.reasons),
    )


def _is_suspect(targets: Mapping[str, str], header: str, suspects: set[str]) -> bool:
    return targets[header] in suspects or header in suspects
