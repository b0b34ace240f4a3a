"""Twelve workbooks as offices really send them, each damaged in its own way, and what must come out of each."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
import xlsxwriter

from tasks.programmes.staging import StagedFile
from tasks.programmes.template import write_report
from tasks.programmes.template_guide import ReportHead
from tests.tasks.programmes.conftest import GOOD_LINE, HEAD, HEADINGS

StageAll = Callable[[Path], StagedFile]
LIBRE_OFFICE = Path(__file__).parent / "libreoffice"
LINE = dict(zip(("kegiatan", "horizon", "klaster", "target", "realisasi", "anggaran_rp", "realisasi_rp",
                 "sumber_dana", "status"), GOOD_LINE, strict=True))  # fmt: skip


@dataclass(frozen=True)
class Golden:
    """What reading gives: activities by quarter, rejected rows, skipped rows by kind, words of remarks."""

    make: Callable[[Path], Path]
    activities: dict[int, list[str]]
    budget: int = 1_000_000
    rejected: int = 0
    skipped: dict[str, int] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()


def book(path: Path, *rows: tuple[Any, ...], name: str = "Laporan") -> tuple[openpyxl.Workbook, Any]:
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.title = name
    for row in rows:
        sheet.append(row)
    made.save(path)
    return made, sheet


def extra_title_rows(folder: Path) -> Path:
    book(folder / "a.xlsx", ("PEMERINTAH KOTA",), ("DINAS",), (), (), *HEAD, (), (), ("No", *HEADINGS),
         tuple(range(1, 11)), (1, *GOOD_LINE))  # fmt: skip
    return folder / "a.xlsx"


def moved_and_renamed(folder: Path) -> Path:
    names = {"Kegiatan": "Uraian Kegiatan", "Anggaran (Rp)": "PAGU\nANGGARAN", "Horizon": "Horison"}
    turned = [(names.get(heading, heading), value) for heading, value in zip(HEADINGS, GOOD_LINE, strict=True)][::-1]
    book(folder / "b.xlsx", *HEAD, tuple(h for h, _ in turned), tuple(v for _, v in turned))
    return folder / "b.xlsx"


def merged_cells(folder: Path) -> Path:
    """Horizon and source of funds stand once for three activities, and so does the budget they share."""
    lines = [(name, *GOOD_LINE[1:]) for name in ("A", "B", "C")]
    made, sheet = book(folder / "c.xlsx", *HEAD, HEADINGS, *lines)
    sheet.merge_cells("A1:A1")
    for column in ("B", "F", "H"):
        sheet.merge_cells(f"{column}6:{column}8")
    made.save(folder / "c.xlsx")
    return folder / "c.xlsx"


def totals(folder: Path) -> Path:
    total = ("JUMLAH", *[None] * 4, "Rp 2.000.001")
    book(
        folder / "d.xlsx", *HEAD, HEADINGS, GOOD_LINE, ("Dua", *GOOD_LINE[1:]), total, (), ("Mengetahui,",), ("Lurah",)
    )
    return folder / "d.xlsx"


def money_in_words(folder: Path) -> Path:
    lines = [
        (name, "Jangka Pendek", "KELUARGA", "10 unit", "7,5 %", amount, spent, "apbd", "dalam proses")
        for name, amount, spent in (("A", "Rp 1.250.000,00", "1,25 juta"), ("B", "0,75 juta", "Rp. 500.000,-"))
    ]
    rows = [(*line, "unit") for line in lines]
    book(folder / "e.xlsx", *HEAD, (*HEADINGS, "Satuan"), *rows)
    return folder / "e.xlsx"


def days_in_words(folder: Path) -> Path:
    days = ("5 Juli 2022", "05/07/22", "5-VII-2022", "Selasa, 5 Juli 2022", datetime(2022, 7, 5), "2022-07-05", 44747)
    rows = [(f"K{at}", *GOOD_LINE[1:], day) for at, day in enumerate(days)]
    book(folder / "f.xlsx", *HEAD, (*HEADINGS, "Tgl Lapor"), *rows)
    return folder / "f.xlsx"


def hidden_rows_and_sheets(folder: Path) -> Path:
    made, sheet = book(folder / "g.xlsx", *HEAD, HEADINGS, GOOD_LINE, ("Tersembunyi", *GOOD_LINE[1:]))
    sheet.row_dimensions[7].hidden = True
    old = made.create_sheet("Laporan lama")
    for row in (*HEAD, HEADINGS, ("Lama", *GOOD_LINE[1:])):
        old.append(row)
    old.sheet_state = "hidden"
    made.save(folder / "g.xlsx")
    return folder / "g.xlsx"


def formulas(folder: Path) -> Path:
    """Cached results, as Excel stores them."""
    with xlsxwriter.Workbook(folder / "h.xlsx") as made:
        sheet = made.add_worksheet("Kegiatan")
        for row, cells in enumerate((*HEAD, HEADINGS, GOOD_LINE)):
            sheet.write_row(row, 0, cells)
        sheet.write_formula("F6", "=4*250000", None, 1_000_000)
        sheet.write_formula("A6", '=CONCATENATE("Jam","ban")', None, "Jamban")
    return folder / "h.xlsx"


def several_periods(folder: Path) -> Path:
    """Rows name their own quarter; one of them a quarter to come."""
    rows = [(f"K{at}", *GOOD_LINE[1:], quarter, 2022) for at, quarter in enumerate((1, "II", "TW III", 4), start=1)]
    book(folder / "i.xlsx", *HEAD[:2], (*HEADINGS, "Triwulan", "Tahun"), *rows)
    return folder / "i.xlsx"


def csv_export(folder: Path) -> Path:
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=";")
    writer.writerows([*HEAD, (), HEADINGS, (*GOOD_LINE[:5], "1.000.000,00", "500.000", *GOOD_LINE[7:])])
    (folder / "j.csv").write_bytes(stream.getvalue().encode("cp1252"))
    return folder / "j.csv"


def libre_office_template(folder: Path) -> Path:
    return Path(shutil.copy(LIBRE_OFFICE / "templat.xlsx", folder))


def libre_office_old_template(folder: Path) -> Path:
    return Path(shutil.copy(LIBRE_OFFICE / "lama.xlsx", folder))


GOLDEN = {
    "judul tambahan": Golden(extra_title_rows, {2: ["Jamban"]}, skipped={"nomor": 1}),
    "kolom pindah": Golden(moved_and_renamed, {2: ["Jamban"]}, remarks=("dibaca sebagai 'Horizon'",)),
    "sel digabung": Golden(merged_cells, {2: ["A", "B", "C"]}),
    "jumlah": Golden(
        totals, {2: ["Jamban", "Dua"]}, budget=2_000_000, skipped={"jumlah": 1, "kosong": 1, "catatan": 2},
        remarks=("tidak sama dengan jumlah",),
    ),
    "uang": Golden(money_in_words, {2: ["A", "B"]}, budget=2_000_000),
    "tanggal": Golden(days_in_words, {2: [f"K{at}" for at in range(7)]}, budget=7_000_000),
    "tersembunyi": Golden(
        hidden_rows_and_sheets, {2: ["Jamban", "Tersembunyi"]}, budget=2_000_000,
        remarks=("Baris tersembunyi pada lembar Laporan ikut dibaca: 7", "'Laporan lama' (tersembunyi) tidak dibaca"),
    ),
    "rumus": Golden(formulas, {2: ["Jamban"]}),
    "beberapa periode": Golden(
        several_periods, {1: ["K1"], 2: ["K2"], 3: ["K3"]}, budget=3_000_000, rejected=1
    ),
    "csv": Golden(csv_export, {2: ["Jamban"]}),
    "libreoffice": Golden(
        libre_office_template, {2: ["Jamban", "Sumur"]}, budget=2_500_000, rejected=1, skipped={"contoh": 4}
    ),
    "templat lama": Golden(libre_office_old_template, {2: ["Jamban"]}, skipped={}),
}  # fmt: skip


@pytest.mark.parametrize("name", GOLDEN)
def test_damaged_workbook(stage_all: StageAll, tmp_path: Path, name: str) -> None:
    golden = GOLDEN[name]
    staged = stage_all(golden.make(tmp_path))
    activities = {report.triwulan: pl.read_parquet(report.accepted["kegiatan"]) for report in staged.reports}
    assert {quarter: frame["kegiatan"].to_list() for quarter, frame in activities.items()} == golden.activities
    assert sum(frame["anggaran_rp"].sum() for frame in activities.values()) == golden.budget
    assert {report.opd_singkat for report in staged.reports} == {"DLH"}
    assert sum(report.accounting.rejected for report in staged.reports) == golden.rejected
    skipped = {kind: sum(report.skipped[kind] for report in staged.reports) for kind in staged.reports[0].skipped}
    assert {kind: count for kind, count in skipped.items() if count} == golden.skipped
    remarks = " ".join(remark for report in staged.reports for remark in report.remarks)
    for said in golden.remarks:
        assert said in remarks
    assert bool(golden.remarks) == bool(remarks)


def test_there_are_twelve_of_them() -> None:
    assert len(GOLDEN) == 12


def test_merged_texts_are_repeated_and_amounts_are_not(stage_all: StageAll, tmp_path: Path) -> None:
    (report,) = stage_all(merged_cells(tmp_path)).reports
    frame = pl.read_parquet(report.accepted["kegiatan"])
    assert frame["horizon"].to_list() == ["pendek"] * 3
    assert frame["anggaran_rp"].to_list() == [1_000_000, None, None]


def test_every_sheet_of_the_template_that_libre_office_saved_is_read(stage_all: StageAll, tmp_path: Path) -> None:
    (report,) = stage_all(libre_office_template(tmp_path)).reports
    found = {part: pl.read_parquet(path) for part, path in report.accepted.items()}
    assert found["pemetaan"]["sektor"].to_list() == ["batik"]
    assert found["catur_pilar"]["penindak_lanjut"].to_list() == ["lurah"]
    assert found["penerima"]["id_kegiatan"].to_list() == [found["kegiatan"]["id_kegiatan"][0]]


def make_libre_office_files(folder: Path) -> None:
    """How the two files were made, before `soffice --headless --convert-to xlsx` wrote them anew."""
    write_report(
        folder / "templat.xlsx",
        ReportHead("DLH", "Jenggot", 2022, 2),
        [LINE, LINE | {"kegiatan": "Sumur", "anggaran_rp": "1,5 juta"}, LINE | {"horizon": "segera"}],
        pemetaan=[{"jenis": "Masalah", "uraian": "Limbah", "sektor": "batik"}],
        catur_pilar=[{"tanggal_pertemuan": "5 Juli 2022", "kesepakatan": "Lahan", "penindak_lanjut": "Lurah"}],
        penerima=[{"nik": "3375044107990017", "nama": "NAMA UJI", "nama_kegiatan": "Jamban"}],
        areas=["Jenggot", "Medono"],
    )
    old = ("Potensi", "Masalah", "Kategori Intervensi", "Kegiatan", "Horizon", "Klaster", "Indikator", "Satuan",
           "Target", "Realisasi", "Anggaran (Rp)", "Realisasi Anggaran (Rp)", "Sumber Dana", "Mitra / CSR",
           "Penerima (KK)", "Penerima (Jiwa)", "Status", "Tanggal Lapor", "Bukti")  # fmt: skip
    cells = ("Sentra batik", "Limbah", "Sanitasi", "Jamban", "pendek", "keluarga", "Jamban", "unit", 10, 5, 1_000_000,
             500_000, "APBD kota", None, 10, 40, "berjalan", datetime(2022, 7, 5), None)  # fmt: skip
    book(folder / "lama.xlsx", ("LAPORAN PROGRAM",), ("Petunjuk",), *HEAD, (), old, cells)
