"""The workbook of rejected rows, changed by an officer and read again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest

from errors import InputRejectedError
from tasks.registry import rejects
from tasks.registry.mending import MendedRows, changed_rows, read_mended, write_mended
from tasks.registry.raw_lines import RawLine
from tasks.registry.rejects import write_rejects
from tests.tasks.registry.rows import LAYOUT, MATCHED, table_of
from warehouse.rejects import Reason, RejectedRow

HEADERS = ["NIK", "NAMA\nLENGKAP", "ALAMAT"]
NIK = Reason("NIK_PANJANG", "nik", "NIK tidak terdiri dari 16 angka.", "Perbaiki NIK.")
LINE = Reason("JUMLAH_KOLOM", "baris", "Jumlah kolom salah.", "Periksa tanda pemisah.")
ROWS = [
    RejectedRow("warga", 7, {"NIK": "12", "NAMA\nLENGKAP": "SITI", "ALAMAT": "JL. A"}, (NIK,)),
    RejectedRow("warga", 9, {"baris": "a|b"}, (LINE,)),
]
REJECTED = {row.line: row.fields for row in ROWS}


def mended(folder: Path, change: Callable[[Any], None]) -> MendedRows | None:
    """What is read from the workbook after `change` worked on its sheet; the rows stand from row 4 and column E on."""
    file = folder / "tolak.xlsx"
    write_rejects(file, ROWS, LAYOUT, release_id="dtks-3375-2022-04-v1", headers={"warga": HEADERS})
    book = openpyxl.load_workbook(file)
    change(book.active)
    book.save(file)
    (folder / "baca").mkdir()
    return read_mended(file, folder / "baca", name=file.name)


def write(cell: str, text: str) -> Callable[[Any], None]:
    def change(sheet: Any) -> None:
        sheet[cell].value = text

    return change


def changed(folder: Path, change: Callable[[Any], None]) -> list[int]:
    read = mended(folder, change)
    assert read is not None
    return changed_rows(read.rows["warga"], REJECTED, HEADERS, where="tolak.xlsx")


def rows_written(folder: Path, change: Callable[[Any], None]) -> list[dict[str, Any]]:
    read = mended(folder, change)
    assert read is not None
    (folder / "data").write_text("")
    table = table_of(folder / "data", 9, matched=replace(MATCHED, headers=tuple(HEADERS)))
    write_mended(table, read.rows["warga"], folder / "betulan.parquet")
    return pl.read_parquet(folder / "betulan.parquet").to_dicts()


def test_only_a_row_whose_own_cells_differ_is_changed(tmp_path: Path) -> None:
    for number, (cell, lines) in enumerate({"E4": [7], "E5": [9], "H5": [], "D4": [], "I4": []}.items()):
        folder = tmp_path / str(number)
        folder.mkdir()
        assert changed(folder, write(cell, "3375044107990017")) == lines, cell


def test_a_column_whose_heading_has_two_lines_keeps_its_texts(tmp_path: Path) -> None:
    [row] = rows_written(tmp_path, write("E4", "3375044107990017"))
    assert row == {"baris_sumber": 7, "isi_0": "3375044107990017", "isi_1": "SITI", "isi_2": "JL. A"}


def test_a_note_in_a_column_of_its_own_makes_no_row_of_a_broken_line(tmp_path: Path) -> None:
    def note(sheet: Any) -> None:
        sheet["I3"].value, sheet["I5"].value = "Catatan", "belum ketemu"

    assert [row["baris_sumber"] for row in rows_written(tmp_path, note)] == [7]


@pytest.mark.parametrize("cell", ["G3", "B3"])
def test_a_heading_that_was_changed_is_refused(cell: str, tmp_path: Path) -> None:
    with pytest.raises(InputRejectedError, match="Judul kolom buku kerja ini sudah berubah"):
        changed(tmp_path, write(cell, "ALAMAT RUMAH"))


def test_a_sheet_that_was_renamed_is_refused(tmp_path: Path) -> None:
    def rename(sheet: Any) -> None:
        sheet.title = "Lembar1"

    with pytest.raises(InputRejectedError, match="Nama lembar"):
        mended(tmp_path, rename)


def test_rows_of_several_sheets_are_read_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rejects, "MOST_ROWS", 1)
    assert changed(tmp_path, write("E4", "3375044107990017")) == [7]


def test_a_line_in_two_sheets_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rejects, "MOST_ROWS", 1)
    with pytest.raises(InputRejectedError, match="Baris 9 disebut dua kali"):
        changed(tmp_path, write("A4", "9"))


def test_the_bytes_of_a_line_and_a_cut_text_are_no_change(tmp_path: Path) -> None:
    long = RejectedRow("warga", 11, {"NIK": "12", "NAMA\nLENGKAP": "S" * 40_000, "ALAMAT": "JL. A"}, (NIK,))
    rows, raw = [*ROWS, long], {("warga", 9): RawLine(70, b"a|\xe9")}
    file = tmp_path / "tolak.xlsx"
    write_rejects(file, rows, LAYOUT, release_id="r", headers={"warga": HEADERS}, raw=raw)
    (tmp_path / "baca").mkdir()
    read = read_mended(file, tmp_path / "baca", name=file.name)
    assert read is not None
    rejected = {row.line: row.fields for row in rows}
    assert changed_rows(read.rows["warga"], rejected, HEADERS, where="tolak.xlsx") == []
