"""Hidden sheets are left out, hidden and filtered rows are read, and the sender is told of both."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from tasks.registry import sheet_scan, workbooks
from tasks.registry.magic import FileKind
from tasks.registry.workbooks import convert_workbook, workbook_notices
from tasks.sandbox import Limits
from tests.system.fuzz.specimens import Dress, dressed

ROWS = [["NIK", "NAMA"], ["1", "SITI"], ["2", "BUDI"]]


@pytest.fixture(autouse=True)
def without_child(monkeypatch: pytest.MonkeyPatch) -> None:
    def call(_function: str, *texts: str, where: str, limits: Limits) -> None:
        workbooks.extract(*texts)

    monkeypatch.setattr(workbooks, "run_limited", call)


def told(file: Path, kind: FileKind = FileKind.XLSX) -> tuple[list[tuple[str, int]], list[str]]:
    """Sheets read and their rows, and the notices."""
    folder = file.parent / "isi"
    folder.mkdir()
    sheets = convert_workbook(file, folder, name="a.xlsx", kind=kind)
    return [(sheet.sheet, sheet.rows) for sheet in sheets], workbook_notices(folder, name="a.xlsx")


def test_hidden_sheets_and_rows_are_told(tmp_path: Path) -> None:
    file = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(file) as book:
        for name in ("Data", "Lama", "Pilihan"):
            sheet = book.add_worksheet(name)
            for number in range(6):
                sheet.write_string(number, 0, str(number))
        data = book.get_worksheet_by_name("Data")
        data.set_row(2, None, None, {"hidden": True})
        data.set_row(4, None, None, {"hidden": True})
        data.set_row(40, None, None, {"hidden": True})
        book.get_worksheet_by_name("Lama").hide()
        book.get_worksheet_by_name("Pilihan").very_hidden()
    advice = "tidak dibaca; tampilkan lalu serahkan lagi bila bagian dari rilis."
    assert told(file) == (
        [("Data", 6)],
        [
            f"a.xlsx: lembar tersembunyi Lama {advice}",
            f"a.xlsx: lembar tersembunyi Pilihan {advice}",
            "a.xlsx, lembar Data: 2 baris yang tersembunyi atau tersaring ikut dibaca.",
        ],
    )


def test_a_hidden_row_is_counted_once_wherever_a_piece_of_the_file_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheet_scan, "_CHUNK_BYTES", 700)
    monkeypatch.setattr(sheet_scan, "_OVERLAP_BYTES", 300)
    file = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet("Data")
        for number in range(200):
            sheet.write_string(number, 0, str(number))
            if number % 2:
                sheet.set_row(number, None, None, {"hidden": True})
    assert told(file)[1] == ["a.xlsx, lembar Data: 100 baris yang tersembunyi atau tersaring ikut dibaca."]


def test_filtered_rows_of_an_open_document_are_told(tmp_path: Path) -> None:
    file = tmp_path / "a.ods"
    file.write_bytes(dressed(ROWS, Dress("ods")))
    assert told(file, FileKind.ODS)[1] == []
    content = zipfile.ZipFile(file).read("content.xml")
    hidden = content.replace(b"<table:table-row>", b'<table:table-row table:visibility="filter">', 2)
    other = tmp_path / "lain"
    other.mkdir()
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(other / "b.ods", "w") as new:
        for name in old.namelist():
            new.writestr(name, hidden if name == "content.xml" else old.read(name))
    sheets, notices = told(other / "b.ods", FileKind.ODS)
    assert sheets == [("Daftar", 3)]
    assert notices == ["a.xlsx: ada baris yang tersembunyi atau tersaring; baris itu ikut dibaca."]


def test_a_plain_workbook_has_nothing_to_tell(tmp_path: Path) -> None:
    file = tmp_path / "a.xlsx"
    file.write_bytes(dressed(ROWS, Dress("xlsx")))
    assert told(file)[1] == []
