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
from tasks.programmes.grids import Grid, Merged
from tasks.programmes.heads import require_begun, require_whole
from tasks.programmes.layout import report_layout
from tasks.programmes.reading import read_grids
from tasks.programmes.table import FoundTable, find_tables
from tests.tasks.programmes.conftest import GOOD_LINE, HEAD, HEADINGS, TODAY
from warehouse.programmes import StagedReport
from warehouse.tables.programmes import PARTS

Stage = Callable[[Path], StagedReport]
Workbook = Callable[..., Path]


def cells_of(file: Path, folder: Path) -> pl.DataFrame:
    (grid,) = read_grids(file, folder / f"grids-{file.name}", where=file.name)
    return grid.cells


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


@pytest.mark.usefixtures("in_process")
def test_a_number_of_sixteen_digits_in_a_number_cell_is_shown_as_the_damage_it_is(
    workbook: Workbook, tmp_path: Path
) -> None:
    cells = cells_of(workbook((3375044107990017, "3375044107990017")), tmp_path)
    assert cells.row(0)[1:] == ("3,37504E+15", "3375044107990017")


def test_a_table_is_found_by_its_headings_on_whatever_sheet(stage: Stage, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title, book.active["A1"] = "Sampul", "Laporan kami"
    rows = (*HEAD, HEADINGS, GOOD_LINE)
    for name, state in (("Kegiatan", "hidden"), ("Lembar 3", "visible")):
        sheet = book.create_sheet(name)
        sheet.sheet_state = state
        for row in rows:
            sheet.append(row)
    book["Kegiatan"]["A6"] = "Salinan lama"
    book.save(tmp_path / "x.xlsx")
    report = stage(tmp_path / "x.xlsx")
    assert pl.read_parquet(report.accepted["kegiatan"])["kegiatan"].to_list() == ["Jamban"]
    assert [remark.split(" tidak dibaca")[0] for remark in report.remarks] == [
        "Lembar 'Sampul'", "Lembar 'Kegiatan' (tersembunyi)",
    ]  # fmt: skip
    book["Lembar 3"].sheet_state = "hidden"
    book.save(tmp_path / "y.xlsx")
    assert any("tersembunyi tetapi ikut dibaca" in remark for remark in stage(tmp_path / "y.xlsx").remarks)


@pytest.mark.usefixtures("in_process")
@pytest.mark.parametrize("name", ["data", "laporan.xls", "laporan.csv"])
def test_the_content_decides_not_the_name_of_the_file(workbook: Workbook, tmp_path: Path, name: str) -> None:
    assert cells_of(workbook(("x",), name="y.xlsx").rename(tmp_path / name), tmp_path)["A"].to_list() == ["x"]


def grid(*rows: tuple[object, ...], merged: tuple[Merged, ...] = ()) -> Grid:
    width = max(map(len, rows))
    padded = [[None if v is None else str(v) for v in (*row, *[None] * (width - len(row)))] for row in rows]
    columns = {column_letters(at): [row[at] for row in padded] for at in range(width)}
    return Grid("Laporan", True, pl.DataFrame({"baris": list(range(1, len(rows) + 1)), **columns}), merged)


def find(*rows: tuple[object, ...], merged: tuple[Merged, ...] = ()) -> FoundTable:
    (found,) = find_tables([grid(*rows, merged=merged)], report_layout(), "x.xlsx")
    return found


def quarter(found: FoundTable, today: date = TODAY) -> tuple[int, int]:
    require_whole(found.head, "x.xlsx", period=True)
    return require_begun(found.head, today, "x.xlsx")


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
    found = find(*head, ("No", *HEADINGS))
    assert (found.head["opd"].text, found.head["kelurahan"].text, quarter(found)) == ("DLH", "Jenggot", (2022, 2))
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
        quarter(find(*head, HEADINGS))
    assert fault.value.where == f"x.xlsx, lembar Laporan, sel {cell}"


@pytest.mark.parametrize(("day", "passes"), [(date(2022, 3, 31), False), (date(2022, 4, 1), True)])
def test_the_quarter_of_today_may_be_reported(day: date, passes: bool) -> None:
    if passes:
        assert quarter(find(*HEAD, HEADINGS), day) == (2022, 2)
        return
    with pytest.raises(InputRejectedError, match="Triwulan 2 tahun 2022 belum dimulai"):
        quarter(find(*HEAD, HEADINGS), day)


def test_headings_go_by_other_names_case_and_line_breaks() -> None:
    others = ("NAMA\nKEGIATAN", "Jangka Waktu", "kluster", "Volume Target", "Capaian", "Pagu", "Serapan",
              "Asal  Dana", "Status Kegiatan")  # fmt: skip
    found = find(*HEAD, others)
    assert list(found.targets.values()) == list(report_layout().sheets["kegiatan"].required)


def test_a_slip_of_the_pen_in_a_heading_is_read_and_said() -> None:
    others = tuple("Angaran (Rp)" if name == "Anggaran (Rp)" else name for name in HEADINGS)
    found = find(*HEAD, (*others, "Warna"))
    assert "anggaran_rp" in found.targets.values()
    assert found.remarks == (
        "Lembar 'Laporan': kolom 'Angaran (Rp)' (F) dibaca sebagai 'Anggaran (Rp)'.",
        "Lembar 'Laporan': kolom 'Warna' (J) tidak dikenal dan tidak dibaca.",
    )


def test_headings_over_two_rows_of_merged_cells() -> None:
    upper = ("Kegiatan", "Horizon", "Klaster", "Target", "Realisasi", "Anggaran", None, "Sumber Dana", "Status")
    lower = (None, None, None, None, None, "Pagu", "Realisasi", None, None)
    merged = (*(Merged(5, 6, letter, letter) for letter in "ABCDEHI"), Merged(5, 5, "F", "G"))
    found = find(*HEAD, upper, lower, GOOD_LINE, merged=merged)
    assert found.header_row == 6
    assert list(found.targets.values()) == list(report_layout().sheets["kegiatan"].required)


def test_an_empty_head_field_does_not_take_the_next_label() -> None:
    head = (("OPD", None, "Kelurahan", "Jenggot"), *HEAD[2:])
    with pytest.raises(InputRejectedError, match="OPD"):
        quarter(find(*head, HEADINGS))


def test_layout_names_each_declared_column_once() -> None:
    for part in PARTS.values():
        sheet = report_layout().sheets[part.name]
        headings = [*sheet.columns.values(), *sheet.older.values()]
        assert sorted(headings) == sorted(part.written), part.name
        assert set(sheet.required) <= set(part.written)
        for told in (sheet.aliases, sheet.notes, sheet.examples):
            assert set(told) <= set(part.written), part.name
        for column in part.columns:
            if column.allowed:
                assert set(report_layout().code_keys(column).values()) == set(column.allowed)


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
    assert staged.skipped == {"kosong": 2, "nomor": 1, "jumlah": 1, "catatan": 2, "contoh": 0}
    assert staged.accounting.in_file == 8
    assert staged.remarks == ()
    row = pl.read_parquet(staged.accepted["kegiatan"]).row(0, named=True)
    assert row["baris_sumber"] == 7
    assert (row["target"], row["realisasi"]) == (Decimal("12.12"), Decimal(1250))
    assert row["anggaran_rp"] == row["realisasi_rp"] == Decimal(1_250_000)
    assert (row["horizon"], row["klaster"], row["sumber_dana"]) == ("pendek", "keluarga", "APBD kota")
    assert row["tanggal_lapor"] == date(2022, 7, 5)
    rejected = pl.read_parquet(staged.rejected).row(0, named=True)
    assert rejected["baris_sumber"] == 9
    assert json.loads(rejected["isi"])["Anggaran (Rp)"] == "lima juta"
    codes = [code for bit, code in enumerate(staged.reject_codes["kegiatan"]) if rejected["penolakan"] >> bit & 1]
    assert codes == [
        "LAPORAN_HORIZON_TIDAK_DIKENAL",
        "LAPORAN_ANGGARAN_RP_BUKAN_ANGKA",
        "LAPORAN_REALISASI_RP_NEGATIF",
    ]


def test_a_kelurahan_that_is_not_its_own_marks_every_row(stage: Stage, workbook: Workbook) -> None:
    staged = stage(workbook(HEAD[0], ("Kelurahan", "Duwet"), *HEAD[2:], HEADINGS, GOOD_LINE, GOOD_LINE))
    bit = staged.warning_codes["kegiatan"].index("LAPORAN_BUKAN_DAMPINGAN")
    assert staged.kode_kemendagri == "33.75.04.1010"
    assert pl.read_parquet(staged.accepted["kegiatan"])["peringatan"].to_list() == [1 << bit] * 2
    assert staged.accounting.warned == 2
