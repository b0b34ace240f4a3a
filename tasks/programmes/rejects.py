"""The workbook of a report's rejected rows: the row as it was, all as text, and why it was rejected. I/O."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import xlsxwriter

from tasks.programmes.layout import report_layout
from warehouse.rejects import RejectedRow

_FRONT = (("Lembar", 14), ("Baris", 8), ("Apa yang salah", 48), ("Yang perlu dilakukan", 48))
_FIELD_WIDTH = 22


def write_rejects(path: Path, rows: Sequence[RejectedRow]) -> None:
    """Write one sheet with a line per rejected row. What begins like a formula stays a text."""
    headings = list(dict.fromkeys(heading for row in rows for heading in row.fields))
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as workbook:
        sheet = workbook.add_worksheet("Ditolak")
        head = workbook.add_format({"bold": True, "text_wrap": True})
        text = workbook.add_format({"num_format": "@", "valign": "top", "text_wrap": True})
        widths = [width for _, width in _FRONT] + [_FIELD_WIDTH] * len(headings)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        sheet.freeze_panes(1, len(_FRONT))
        for column, heading in enumerate([*(name for name, _ in _FRONT), *headings]):
            sheet.write_string(0, column, heading, head)
        for line, row in enumerate(rows, start=1):
            sheet.write_string(line, 0, report_layout().sheets[row.part].sheet, text)
            sheet.write_number(line, 1, row.line, text)
            sheet.write_string(line, 2, "\n".join(reason.explanation for reason in row.reasons), text)
            sheet.write_string(line, 3, "\n".join(reason.action for reason in row.reasons), text)
            for column, heading in enumerate(headings, start=len(_FRONT)):
                # an empty cell of a report is stored as null
                sheet.write_string(line, column, row.fields.get(heading) or "", text)
