"""What the sheet says reaches the cleaning unchanged, wherever head and table stand."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from errors import InputRejectedError
from tasks.office import column_letters
from tasks.programmes.layout import report_layout
from tasks.programmes.reading import read_cells
from tasks.programmes.table import find_table
from tests.tasks.programmes.conftest import GOOD_LINE, HEAD, HEADINGS, TODAY
from warehouse.programmes import StagedReport
from warehouse.tables.programmes import ACTIVITY_COLUMNS

Stage = Callable[[Path], StagedReport]
Workbook = Callable[..., Path]


def cells_of(file: Path, folder: Path) -> pl.DataFrame:
    return read_cells(file, folder, where=file.name, sheet="Laporan")


@pytest.mark.usefixtures("in_process")
def test_cells_keep_their_row_their_column_and_their_kind(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.active
    page["C3"], page["D3"] = "1.125", 1.125
    page["E3"], page["F3"] = datetime(2022, 4, 5), 0.1 + 0.2
    page["G3"] = "=1+1"
    page["G3"].data_type, page["G3"].value = "e", "#REF!"
    book.save(tmp_path / "x.xlsx")
    cells = cells_of(tmp_path / "x.xlsx", tmp_path)
    assert cells.columns == ["baris", "C", "D", "E", "F", "G"]
    assert cells["baris"].to_list() == [1, 2, 3]
    assert cells.row(2)[1:] == ("1.125", "1,125", "2022-04-05 00:00:00", "0,3", "#REF!")
    assert not (tmp_path / "cells.parquet").exists()


@pytest.mark.usefixtures("in_process")
def test_sheet_is_found_by_name_and_else_the_first_visible_one(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title, book.active["A1"] = "Lama", "tersembunyi"
    book.active.sheet_state = "hidden"
    book.create_sheet("Isi")["A1"] = "terlihat"
    book.save(tmp_path / "x.xlsx")
    assert cells_of(tmp_path / "x.xlsx", tmp_path)["A"].to_list() == ["terlihat"]
    book.create_sheet("laporan ")["A1"] = "bernama"
    book.save(tmp_path / "x.xlsx")
    assert cells_of(tmp_path / "x.xlsx", tmp_path)["A"].to_list() == ["bernama"]


@pytest.mark.usefixtures("in_process")
@pytest.mark.parametrize("name", ["data", "laporan.xls", "laporan.csv"])
def test_the_content_decides_not_the_name_of_the_file(workbook: Workbook, tmp_path: Path, name: str) -> None:
    assert cells_of(workbook(("x",), name="y.xlsx").rename(tmp_path / name), tmp_path)["A"].to_list() == ["x"]


def frame(*rows: tuple[object, ...]) -> pl.DataFrame:
    width = max(map(len, rows))
    padded = [[None if v is None else str(v) for v in (*row, *[None] * (width - len(row)))] for row in rows]
    columns = {column_letters(at): [row[at] for row in padded] for at in range(width)}
    return pl.DataFrame({"baris": list(range(1, len(rows) + 1)), **columns})


@pytest.mark.parametrize(
    "head",
    [
        HEAD,
        (("LAPORAN",), (), *HEAD, ()),
        (("OPD : DLH", None, "Kelurahan: Jenggot"), ("Tahun :", 2022, None, "Triwulan", ":", "II")),
        (("Perangkat Daerah", ":", "DLH"), ("Kelurahan Dampingan", "Jenggot"), ("Periode", "Triwulan II 2022")),
        (("OPD", "DLH", "Kelurahan", "Jenggot", "Tahun", "2022", "TW", "TW 2"),),
    ],
)
def test_head_and_header_are_found_by_name(head: tuple) -> None:
    found = find_table(frame(*head, ("No", *HEADINGS)), report_layout(), "x.xlsx", today=TODAY)
    assert (found.opd, found.kelurahan, found.tahun, found.triwulan) == ("DLH", "Jenggot", 2022, 2)
    assert found.header_row == len(head) + 1
    assert list(found.targets.values())[:2] == ["kegiatan", "horizon"]
    assert "A" in found.headings
    assert "A" not in found.targets


@pytest.mark.parametrize(
    ("head", "cell"),
    [
        ((*HEAD[:2], ("Tahun", 2035), HEAD[3]), "B3 (Tahun)"),
        ((*HEAD[:3], ("Triwulan", 4)), "B4 (Triwulan)"),
        ((*HEAD[:2], ("Periode", None, ":", "TW I 2023")), "D3 (Triwulan)"),
        ((*HEAD[:2], ("Tahun : 2023", None, "Triwulan: 1")), "A3 (Tahun)"),
    ],
)
def test_a_quarter_that_has_not_begun_is_refused_with_its_cell(head: tuple, cell: str) -> None:
    with pytest.raises(InputRejectedError, match="belum dimulai") as fault:
        find_table(frame(*head, HEADINGS), report_layout(), "x.xlsx", today=TODAY)
    assert fault.value.where == f"x.xlsx, sel {cell}"


@pytest.mark.parametrize(("day", "passes"), [(date(2022, 3, 31), False), (date(2022, 4, 1), True)])
def test_the_quarter_of_today_may_be_reported(day: date, passes: bool) -> None:
    if passes:
        assert find_table(frame(*HEAD, HEADINGS), report_layout(), "x.xlsx", today=day).triwulan == 2
        return
    with pytest.raises(InputRejectedError, match="Triwulan 2 tahun 2022 belum dimulai"):
        find_table(frame(*HEAD, HEADINGS), report_layout(), "x.xlsx", today=day)


def test_headings_go_by_other_names_case_and_line_breaks() -> None:
    others = ("NAMA\nKEGIATAN", "Jangka Waktu", "kluster", "Volume Target", "Capaian", "Pagu", "Serapan",
              "Asal  Dana", "Status Kegiatan")  # fmt: skip
    found = find_table(frame(*HEAD, others), report_layout(), "x.xlsx", today=TODAY)
    assert list(found.targets.values()) == list(report_layout().reading.required)


def test_an_empty_head_field_does_not_take_the_next_label() -> None:
    head = (("OPD", None, "Kelurahan", "Jenggot"), *HEAD[2:])
    with pytest.raises(InputRejectedError, match="OPD"):
        find_table(frame(*head, HEADINGS), report_layout(), "x.xlsx", today=TODAY)


def test_layout_names_each_declared_column_once() -> None:
    assert list(report_layout().columns.values()) == [column.name for column in ACTIVITY_COLUMNS]
    for column in ACTIVITY_COLUMNS:
        if column.allowed:
            assert set(report_layout().code_keys(column.name).values()) == set(column.allowed)


def test_a_report_as_an_officer_makes_it(stage: Stage, workbook: Workbook) -> None:
    staged = stage(
        workbook(
            ("PEMERINTAH KOTA PEKALONGAN",),
            ("OPD", "Dinas Lingkungan Hidup Kota Pekalongan"),
            ("Kelurahan", "KEL. JENGGOT"),
            ("Tahun", "2022", "Triwulan", "II"),
            ("No", *HEADINGS, "Tanggal Lapor"),
            ("(1)", "(2)", "(3)", "(4)", "(5)", "(6)"),
            (1, "Jamban sehat", "Jangka Pendek", "KELUARGA", 12.125, "1.250", "Rp 1.250.000,00", "1,25 juta",
             "apbd KOTA", "Berjalan", datetime(2022, 7, 5)),
            (),
            (2, "Batik", "segera", "UMKM", 10, None, "lima juta", -3, "CSR", "rencana", "5 Juli 2022"),
            (None, "JUMLAH", None, None, None, None, 1_250_000),
            (),
            (None, "Pekalongan, 5 Juli 2022"),
            (None, "Kepala Dinas"),
            sheet="Sheet1",
        )
    )  # fmt: skip
    assert (staged.opd_singkat, staged.kode_kemendagri, staged.key) == (
        "DLH",
        "33.75.04.1004",
        "dlh-33.75.04.1004-2022-2",
    )
    assert staged.skipped == {"kosong": 2, "nomor": 1, "jumlah": 1, "catatan": 2}
    assert staged.accounting.in_file == 8
    assert staged.remarks == ()
    row = pl.read_parquet(staged.accepted).row(0, named=True)
    assert row["baris_sumber"] == 7
    assert (row["target"], row["realisasi"]) == (Decimal("12.12"), Decimal(1250))
    assert row["anggaran_rp"] == row["realisasi_rp"] == Decimal(1_250_000)
    assert (row["horizon"], row["klaster"], row["sumber_dana"]) == ("pendek", "keluarga", "APBD kota")
    assert row["tanggal_lapor"] == date(2022, 7, 5)
    rejected = pl.read_parquet(staged.rejected).row(0, named=True)
    assert rejected["baris_sumber"] == 9
    assert json.loads(rejected["isi"])["Anggaran (Rp)"] == "lima juta"
    codes = [code for bit, code in enumerate(staged.reject_codes) if rejected["penolakan"] >> bit & 1]
    assert codes == [
        "LAPORAN_HORIZON_TIDAK_DIKENAL",
        "LAPORAN_ANGGARAN_RP_BUKAN_ANGKA",
        "LAPORAN_REALISASI_RP_NEGATIF",
    ]


def test_a_kelurahan_that_is_not_its_own_marks_every_row(stage: Stage, workbook: Workbook) -> None:
    staged = stage(workbook(HEAD[0], ("Kelurahan", "Duwet"), *HEAD[2:], HEADINGS, GOOD_LINE, GOOD_LINE))
    bit = staged.warning_codes.index("LAPORAN_BUKAN_DAMPINGAN")
    assert staged.kode_kemendagri == "33.75.04.1010"
    assert pl.read_parquet(staged.accepted)["peringatan"].to_list() == [1 << bit] * 2
    assert staged.accounting.warned == 2
