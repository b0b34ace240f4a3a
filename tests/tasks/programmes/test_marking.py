"""The copy of a report with marked cells, opened again with another reader."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from tasks.programmes import marking
from tasks.programmes.staging import StagedFile
from tasks.programmes.template import FIRST_LINE, write_report
from tasks.programmes.template_guide import ReportHead
from tests.tasks.programmes.conftest import GOOD_LINE, HEAD, HEADINGS

StageAll = Callable[[Path], StagedFile]
GOOD = {"kegiatan": "Jamban", "horizon": "pendek", "klaster": "keluarga", "status": "berjalan",
        "sumber_dana": "APBD kota", "anggaran_rp": 1_000_000}  # fmt: skip
RED, AMBER = "00F8CFC9", "00FFE9B8"


def marked(source: Path, staged: StagedFile, folder: Path) -> openpyxl.Workbook:
    (folder / "s" / "laporan-1").mkdir(parents=True)
    target = folder / "keluar" / marking.checked_name(source.name)
    marking.note_marks(folder / "s" / "laporan-1", source, source.name, staged.findings, target)
    assert marking.write_marked(folder / "s") == [target]
    assert [path.name for path in target.parent.iterdir()] == [target.name]
    return openpyxl.load_workbook(target)


@pytest.fixture
def report(tmp_path: Path) -> Path:
    write_report(
        tmp_path / "laporan.xlsx",
        ReportHead("DLH", "Jenggot", 2022, 2),
        [GOOD, GOOD | {"horizon": "Rahasia Bu Sri", "anggaran_rp": "entah"}, GOOD | {"sumber_dana": "Dana Desa"}],
        catur_pilar=[{"tanggal_pertemuan": "kemarin", "kesepakatan": "Lahan"}],
        penerima=[{"nik": "99887", "nama": "NAMA UJI"}],
    )
    return tmp_path / "laporan.xlsx"


def test_cells_are_coloured_and_say_why_with_an_example(report: Path, stage_all: StageAll, tmp_path: Path) -> None:
    book = marked(report, stage_all(report), tmp_path)
    assert marking.checked_name(report.name) == "laporan-diperiksa.xlsx"
    sheet = book["Kegiatan"]
    headings = {cell.value: cell.column for cell in sheet[FIRST_LINE - 2]}
    horizon = sheet.cell(FIRST_LINE + 1, headings["Horizon"])
    assert horizon.value == "Rahasia Bu Sri"
    assert horizon.fill.fgColor.rgb == RED
    assert horizon.comment.text == (
        "Horizon kosong atau tidak ada dalam daftar.\nPilih salah satu: pendek, menengah, panjang.\nContoh: pendek"
    )
    budget = sheet.cell(FIRST_LINE + 1, headings["Anggaran (Rp)"])
    assert "Contoh: 15.000.000" in budget.comment.text
    fund = sheet.cell(FIRST_LINE + 2, headings["Sumber Dana"])
    assert (fund.fill.fgColor.rgb, "Dana Desa" in fund.comment.text) == (AMBER, True)
    assert book["Catur Pilar"].cell(FIRST_LINE, 2).comment.text.endswith("Contoh: 05-07-2022")
    assert "NIK bukan 16 angka" in book["Penerima"].cell(FIRST_LINE, 2).comment.text
    untouched = [cell for cell in sheet[FIRST_LINE] if cell.comment is not None]
    assert untouched == []


def test_the_first_sheet_lists_every_reason_with_a_link_and_no_cell_text(
    report: Path, stage_all: StageAll, tmp_path: Path
) -> None:
    staged = stage_all(report)
    sheet = marked(report, staged, tmp_path)["Hasil Pemeriksaan"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=5)]
    assert len(rows) == len(staged.findings) == 5
    assert [row[:4] for row in rows[:2]] == [
        ["Kegiatan", FIRST_LINE + 1, "Horizon", "ditolak"],
        ["Kegiatan", FIRST_LINE + 1, "Anggaran (Rp)", "ditolak"],
    ]
    assert sheet["B5"].hyperlink.location == f"'Kegiatan'!E{FIRST_LINE + 1}"
    assert "2 baris ditolak" in sheet["A2"].value
    text = " ".join(str(value) for row in sheet.iter_rows(values_only=True) for value in row)
    assert "Rahasia" not in text
    assert "99887" not in text


def test_the_marked_copy_can_be_mended_and_sent_again(report: Path, stage_all: StageAll, tmp_path: Path) -> None:
    book = marked(report, stage_all(report), tmp_path)
    book["Kegiatan"].cell(FIRST_LINE + 1, 5).value = "pendek"
    book["Kegiatan"].cell(FIRST_LINE + 1, 11).value = 2_000_000
    for name in ("Pemetaan", "Kegiatan", "Catur Pilar", "Penerima"):
        for at, value in ((2, "DLH"), (4, "Jenggot"), (6, 2022), (8, 2)):
            book[name].cell(3, at).value = value  # what a spreadsheet program calculates when it saves
    book["Catur Pilar"].cell(FIRST_LINE, 2).value = "05-07-2022"
    book.save(tmp_path / "lagi.xlsx")
    (again,) = stage_all(tmp_path / "lagi.xlsx").reports
    assert (again.accounting.rejected, again.accounting.accepted) == (0, 5)


def test_a_mark_in_a_merged_range_stands_on_its_first_cell(stage_all: StageAll, tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.title = "Kegiatan"
    for row in (*HEAD, HEADINGS, ("A", "segera", *GOOD_LINE[2:]), ("B", None, *GOOD_LINE[2:])):
        sheet.append(row)
    sheet.merge_cells("B6:B7")
    made.save(tmp_path / "x.xlsx")
    book = marked(tmp_path / "x.xlsx", stage_all(tmp_path / "x.xlsx"), tmp_path)
    assert book["Kegiatan"]["B6"].comment.text.count("Horizon kosong") == 2


def test_a_csv_is_marked_in_a_workbook(stage_all: StageAll, tmp_path: Path) -> None:
    rows = [*HEAD, HEADINGS, ("=1+1", "segera", *GOOD_LINE[2:])]
    lines = [";".join(str(cell) for cell in row) for row in rows]
    (tmp_path / "laporan.csv").write_text("\n".join(lines), encoding="utf-8")
    book = marked(tmp_path / "laporan.csv", stage_all(tmp_path / "laporan.csv"), tmp_path)
    assert (book["laporan"]["A6"].value, book["laporan"]["A6"].data_type) == ("=1+1", "s")
    assert "Horizon" in book["laporan"]["B6"].comment.text


def test_nothing_is_written_when_nothing_is_noted(tmp_path: Path) -> None:
    assert marking.write_marked(tmp_path) == []
