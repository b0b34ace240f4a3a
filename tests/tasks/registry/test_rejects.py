"""The workbook of rejected rows, read back by another library."""

from __future__ import annotations

from pathlib import Path

import openpyxl

from tasks.registry.rejects import write_rejects
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
