"""Column letters as a spreadsheet shows them, the sheets that a workbook names, and names in old Office files."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from tasks.office import Worksheet, column_letters, ole_stream_head, worksheets

FIXTURES = Path(__file__).parents[1] / "fixtures" / "registry"


@pytest.mark.parametrize(("index", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_column_letters(index: int, letters: str) -> None:
    assert column_letters(index) == letters


def test_worksheets_without_sheets_of_charts(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        book.add_worksheet("Satu")
        chart = book.add_chart({"type": "line"})
        chart.add_series({"values": "=Satu!$A$1:$A$2"})
        book.add_chartsheet("Grafik").set_chart(chart)
        book.add_worksheet("Dua").hide()
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        assert worksheets(archive) == [
            Worksheet("Satu", "xl/worksheets/sheet1.xml", visible=True),
            Worksheet("Dua", "xl/worksheets/sheet2.xml", visible=False),
        ]


def test_streams_of_an_old_workbook() -> None:
    file = FIXTURES / "jenis_sel.xls"
    assert ole_stream_head(file, "Workbook") == b""
    assert ole_stream_head(file, "WordDocument") is None
