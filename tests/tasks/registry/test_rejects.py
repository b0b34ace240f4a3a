"""The workbook of rejected rows, read back by another library."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from tasks.registry import rejects
from tasks.registry.raw_lines import RawLine
from tasks.registry.rejects import needs_raw, write_rejects
from tests.tasks.registry.rows import LAYOUT
from warehouse.rejects import Reason, RejectedRow

NIK = Reason("NIK_PANJANG", "nik", "NIK tidak terdiri dari 16 angka.", "Perbaiki NIK.")
NAME = Reason("NAMA_ANGKA", "nama", "Nama memuat angka.", "Perbaiki nama.")
LINE = Reason("JUMLAH_KOLOM", "baris", "Jumlah kolom salah.", "Periksa tanda pemisah.")
ROWS = [
    RejectedRow("warga", 7, {"NIK": "0012", "NAMA": "=1+1"}, (NIK, NAME)),
    RejectedRow("warga", 12, {"baris": "a|b"}, (LINE,)),
]


def test_every_cell_of_the_file_is_text_and_the_suspect_is_coloured(tmp_path: Path) -> None:
    out = tmp_path / "tolak.xlsx"
    write_rejects(out, ROWS, LAYOUT, release_id="dtks-3375-2022-04-v1", headers={"warga": ["NIK", "NAMA"]})
    sheet = openpyxl.load_workbook(out).active
    assert sheet["A1"].value == "Baris yang ditolak: dtks-3375-2022-04-v1"
    headings = [cell.value for cell in sheet[3]]
    assert headings == [
        "Baris",
        "Kode alasan",
        "Apa yang salah",
        "Yang perlu dilakukan",
        "NIK",
        "NAMA",
        "Isi baris utuh",
    ]
    assert [sheet["A4"].value, sheet["A5"].value] == [7, 12]
    assert sheet["B4"].value == "NIK_PANJANG\nNAMA_ANGKA"
    assert (sheet["E4"].value, sheet["E4"].data_type) == ("0012", "s")
    assert (sheet["F4"].value, sheet["F4"].data_type) == ("=1+1", "s")
    coloured = {
        cell.coordinate for row in sheet.iter_rows(min_row=4) for cell in row if cell.fill.fgColor.rgb == "FFFBD9CC"
    }
    assert coloured == {"E4", "F4", "E5", "F5"}
    assert sheet.row_dimensions[4].height >= 30


def test_a_release_without_rejects_gives_a_sheet_without_rows(tmp_path: Path) -> None:
    out = tmp_path / "tolak.xlsx"
    write_rejects(out, [], LAYOUT, release_id="r", headers={})
    assert openpyxl.load_workbook(out).active.max_row == 3


def test_the_bytes_of_a_broken_line_stand_beside_its_text(tmp_path: Path) -> None:
    out = tmp_path / "tolak.xlsx"
    broken = RejectedRow("warga", 12, {"baris": "a|\ufffd"}, (LINE,))
    raw = {("warga", 12): RawLine(41, b"a|\xe9\r")}
    write_rejects(out, [ROWS[0], broken], LAYOUT, release_id="r", headers={"warga": ["NIK", "NAMA"]}, raw=raw)
    sheet = openpyxl.load_workbook(out).active
    assert [cell.value for cell in sheet[3]][-3:] == [
        "Isi baris utuh",
        "Letak di berkas asal",
        "Byte asal (heksadesimal)",
    ]
    assert [cell.value for cell in sheet[5]][-2:] == ["byte ke-42, panjang 4 byte", "61 7c e9 0d"]
    assert [cell.value for cell in sheet[4]][-2:] == [None, None]


def test_bytes_are_asked_for_where_the_text_may_differ() -> None:
    assert [needs_raw(row) for row in ROWS] == [False, True]
    assert needs_raw(RejectedRow("warga", 3, {"NAMA": "SIT\ufffd"}, (NAME,)))


def test_a_text_too_long_for_a_cell_says_that_it_goes_on(tmp_path: Path) -> None:
    """A cell that is too long would be left empty without a word."""
    out = tmp_path / "tolak.xlsx"
    row = RejectedRow("warga", 12, {"baris": "x" * 40_000}, (LINE,))
    write_rejects(out, [row], LAYOUT, release_id="r", headers={"warga": ["NIK"]})
    text = openpyxl.load_workbook(out).active["F4"].value
    assert (len(text), text[-15:]) == (32_767, "... (terpotong)")


def test_more_rows_than_a_sheet_holds_go_on_in_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rejects, "MOST_ROWS", 2)
    out = tmp_path / "tolak.xlsx"
    rows = [RejectedRow("warga", line, {"NIK": str(line)}, (NIK,)) for line in range(7, 12)]
    write_rejects(out, rows, LAYOUT, release_id="r", headers={"warga": ["NIK"]})
    book = openpyxl.load_workbook(out)
    assert book.sheetnames == ["Ditolak", "Ditolak (2)", "Ditolak (3)"]
    assert [sheet["A1"].value for sheet in book] == [f"Baris yang ditolak: r (lembar {n} dari 3)" for n in (1, 2, 3)]
    assert [cell.value for sheet in book for cell in sheet["A"][3:]] == [7, 8, 9, 10, 11]
