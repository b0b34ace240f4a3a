"""The workbook an OPD gets, seen with another reader; and the sample's truth against what reading gives."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from errors import InputRejectedError, UsageError
from tasks.programmes.layout import report_layout
from tasks.programmes.template import ReportHead, write_report, write_template
from tasks.sample.programmes import NO_FUND, write_programme_sample
from warehouse.programmes import StagedReport
from warehouse.tables.marts_programmes import PROGRAMME_MARTS
from warehouse.tables.programmes import ACTIVITY_COLUMNS

Stage = Callable[[Path], StagedReport]


@pytest.fixture
def template(tmp_path: Path, references: dict[str, pl.DataFrame]) -> Path:
    inputs = {name: references[name] for name in ("assignments", "areas", "opd_aliases")}
    write_template(tmp_path / "templat.xlsx", "Dinas LH", **inputs)
    return tmp_path / "templat.xlsx"


def test_template_has_the_declared_headings_lists_and_locks(template: Path) -> None:
    book = openpyxl.load_workbook(template)
    assert book.sheetnames == ["Laporan", "Petunjuk"]
    sheet = book["Laporan"]
    header = next(row for row in sheet.iter_rows() if row[0].value == "Potensi")
    assert [cell.value for cell in header] == list(report_layout().columns)
    assert [(sheet.cell(row, 1).value, sheet.cell(row, 2).value) for row in range(3, 7)] == [
        ("OPD", "DLH"),
        ("Kelurahan", "Jenggot"),
        ("Tahun", None),
        ("Triwulan", None),
    ]
    assert sheet.protection.sheet
    assert all(cell.protection.locked for cell in header)
    first_line = [sheet.cell(header[0].row + 1, at + 1) for at in range(len(header))]
    assert not any(cell.protection.locked for cell in first_line)
    assert sheet.freeze_panes == first_line[0].coordinate
    lists = {
        validation.formula1: [
            column.name for at, column in enumerate(ACTIVITY_COLUMNS) if first_line[at].coordinate in validation.sqref
        ]
        for validation in sheet.data_validations.dataValidation
        if validation.type == "list"
    }
    for column in ACTIVITY_COLUMNS:
        if column.allowed:
            assert lists[f'"{",".join(column.allowed)}"'] == [column.name]


def test_template_takes_no_year_after_this_one(template: Path) -> None:
    sheet = openpyxl.load_workbook(template)["Laporan"]
    (year,) = [v for v in sheet.data_validations.dataValidation if v.type == "whole" and "B5" in v.sqref]
    assert (year.formula1, year.formula2) == ("2020", "YEAR(TODAY())")


def instructions(template: Path) -> str:
    sheet = openpyxl.load_workbook(template)["Petunjuk"]
    return "\n".join(str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None)


def test_instructions_say_what_is_published_as_written(template: Path) -> None:
    published = {column.name for view in PROGRAMME_MARTS for column in view.columns}
    text = instructions(template)
    assert "Jangan menulis nama orang, NIK atau nomor KK" in text
    for column in ACTIVITY_COLUMNS:
        is_free = column.type == "VARCHAR" and not column.allowed
        said = f"{column.description}" in text and "Diterbitkan seperti ditulis OPD" in column.description
        assert said == (is_free and column.name in published | {"potensi", "masalah"}), column.name


def test_instructions_ask_for_the_budget_of_the_year_and_for_every_activity(template: Path) -> None:
    text = instructions(template)
    assert "Anggaran setahun penuh, bukan triwulan ini saja." in text
    assert "Yang dibelanjakan sejak 1 Januari sampai akhir triwulan ini." in text
    assert "Tulis semua kegiatan tahun ini di setiap laporan, juga yang sudah selesai atau batal" in text


def test_a_template_for_an_unknown_opd_lists_the_known(tmp_path: Path, references: dict[str, pl.DataFrame]) -> None:
    inputs = {name: references[name] for name in ("assignments", "areas", "opd_aliases")}
    with pytest.raises(UsageError, match="DPMPPA"):
        write_template(tmp_path / "x.xlsx", "Dinas Sihir", **inputs)
    assert not (tmp_path / "x.xlsx").exists()


def test_an_untouched_template_is_refused_for_its_head(template: Path, stage: Stage) -> None:
    with pytest.raises(InputRejectedError, match="Tahun, Triwulan"):
        stage(template)


def test_texts_never_become_formulas(tmp_path: Path, stage: Stage) -> None:
    line = {
        "kegiatan": "=HYPERLINK(1)", "horizon": "pendek", "klaster": "keluarga", "status": "selesai",
        "bukti": "https://contoh.invalid/x",
    }  # fmt: skip
    write_report(tmp_path / "x.xlsx", ReportHead("DLH", "Jenggot", 2022, 2), [line])
    types = {cell.data_type for row in openpyxl.load_workbook(tmp_path / "x.xlsx")["Laporan"] for cell in row}
    assert "f" not in types
    row = pl.read_parquet(stage(tmp_path / "x.xlsx").accepted).row(0, named=True)
    assert (row["kegiatan"], row["bukti"]) == ("=HYPERLINK(1)", "https://contoh.invalid/x")


def digests(folder: Path) -> dict[str, str]:
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in folder.glob("*.xlsx")}


def test_sample_is_the_same_for_the_same_seed_only(tmp_path: Path) -> None:
    truths = [write_programme_sample(tmp_path / name, seed) for name, seed in (("a", 1), ("b", 1), ("c", 2))]
    assert truths[0] == truths[1] != truths[2]
    assert digests(tmp_path / "a") == digests(tmp_path / "b") != digests(tmp_path / "c")


def by_fund(lines: pl.DataFrame) -> dict[str, int]:
    budgets = lines.group_by("sumber_dana").agg(pl.col("anggaran_rp").sum()).iter_rows()
    return {fund or NO_FUND: int(amount) for fund, amount in budgets}


def compare_with_truth(folder: Path, seed: int, stage: Stage) -> None:
    truth = write_programme_sample(folder, seed)
    assert len(truth["laporan"]) == 6
    for expected in truth["laporan"]:
        staged = stage(folder / expected["berkas"])
        accepted = pl.read_parquet(staged.accepted)
        counts = staged.accounting
        assert {
            "opd_singkat": staged.opd_singkat,
            "baris": counts.in_file,
            "diterima": counts.accepted,
            "ditolak": counts.rejected,
            "dilewati": counts.skipped,
            "berperingatan": counts.warned,
            "anggaran_rp": by_fund(accepted),
            "anggaran_batal_rp": by_fund(accepted.filter(status="batal")),
        }.items() <= expected.items()
    assert truth["jumlah"]["ditolak"] == 2
    assert truth["jumlah"]["berperingatan"] == 3
    assert truth["jumlah"]["anggaran_rp"]["CSR"] > 0
    assert sum(truth["jumlah"]["anggaran_batal_rp"].values()) > 0


@pytest.mark.parametrize("seed", [2, 3, 20220404])
def test_sample_truth_is_what_reading_gives(tmp_path: Path, stage: Stage, seed: int) -> None:
    compare_with_truth(tmp_path, seed, stage)


def test_sample_truth_holds_through_the_child_process(tmp_path: Path, stage_in_child: Stage) -> None:
    compare_with_truth(tmp_path, 1, stage_in_child)
