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
from tasks.programmes.template import FIRST_LINE, write_report, write_template
from tasks.programmes.template_guide import ReportHead
from tasks.sample.programmes import NO_FUND, write_programme_sample
from warehouse.programmes import StagedReport
from warehouse.tables.marts_programmes import PROGRAMME_MARTS
from warehouse.tables.marts_recipients import RECIPIENT_MARTS
from warehouse.tables.programmes import PARTS, Part

Stage = Callable[[Path], StagedReport]


@pytest.fixture
def template(tmp_path: Path, references: dict[str, pl.DataFrame]) -> Path:
    inputs = {name: references[name] for name in ("assignments", "areas", "aliases", "opd_aliases")}
    write_template(tmp_path / "templat.xlsx", "Dinas LH", **inputs)
    return tmp_path / "templat.xlsx"


@pytest.mark.parametrize("part", PARTS.values(), ids=list(PARTS))
def test_template_has_the_declared_headings_lists_and_locks(template: Path, part: Part) -> None:
    book = openpyxl.load_workbook(template)
    layout = report_layout().sheets[part.name]
    sheet = book[layout.sheet]
    width = len(layout.columns) + 1
    header = sheet[FIRST_LINE - 2][:width]
    assert [cell.value for cell in header] == ["No", *layout.columns]
    assert sheet.protection.sheet
    assert all(cell.protection.locked for cell in header)
    first_line = sheet[FIRST_LINE][:width]
    assert not any(cell.protection.locked for cell in first_line)
    assert sheet.freeze_panes.endswith(str(FIRST_LINE - 1))
    lists = {
        target: validation.formula1
        for validation in sheet.data_validations.dataValidation
        for cell, target in zip(first_line[1:], layout.columns.values(), strict=True)
        if validation.type == "list" and cell.coordinate in validation.sqref
    }
    for column in part.columns:
        if column.allowed and column.name in layout.columns.values():
            assert lists[column.name] == f'"{",".join(column.allowed)}"'
        if column.type == "BOOLEAN":
            assert lists[column.name] == '"ya,tidak"'


def test_the_head_is_filled_in_once_and_shown_on_every_sheet(template: Path) -> None:
    book = openpyxl.load_workbook(template)
    assert book.sheetnames == ["Petunjuk", "Pemetaan", "Kegiatan", "Catur Pilar", "Penerima", "Daftar"]
    guide = book["Petunjuk"]
    assert [(guide.cell(row, 2).value, guide.cell(row, 3).value) for row in range(4, 8)] == [
        ("OPD", "DLH"),
        ("Kelurahan", "Jenggot"),
        ("Tahun", None),
        ("Triwulan", None),
    ]
    assert not guide["C5"].protection.locked
    for name in book.sheetnames[1:-1]:
        assert [cell.value for cell in book[name][3]][:2] == ["OPD", '=IF(Petunjuk!$C$4="","",Petunjuk!$C$4)']
    assert book["Daftar"].sheet_state == "hidden"
    names = [cell.value for cell in book["Daftar"]["A"]]
    assert (names[0], len(names)) == ("Jenggot", 27)


def test_recipients_and_activities_choose_from_the_other_sheets(template: Path) -> None:
    book = openpyxl.load_workbook(template)
    wanted = {"Kegiatan": "'Pemetaan'!$C$7:$C$1006", "Penerima": "'Kegiatan'!$B$7:$B$1006"}
    for name, source in wanted.items():
        assert source in {v.formula1 for v in book[name].data_validations.dataValidation}


def test_carried_lines_stand_below_the_example_with_their_id(
    tmp_path: Path, references: dict[str, pl.DataFrame], stage: Stage
) -> None:
    start = "dlh-33.75.04.1004-"
    line = {
        "kegiatan": "Jamban sehat (nama baru)", "horizon": "pendek", "klaster": "keluarga", "status": "berjalan",
        "id_kegiatan": f"{start}0123abcd",
    }  # fmt: skip
    copied, foreign = line | {"kegiatan": "Salinan"}, line | {"id_kegiatan": "x"}
    carried = {"kegiatan": [line, copied, foreign]}
    file = tmp_path / "t.xlsx"
    write_template(file, "DLH", tahun=2022, triwulan=2, carried=carried, **references)
    assert openpyxl.load_workbook(file)["Kegiatan"].cell(FIRST_LINE, 2).value == "Jamban sehat (nama baru)"
    ids = pl.read_parquet(stage(file).accepted["kegiatan"])["id_kegiatan"].to_list()
    assert ids[:2] == [f"{start}0123abcd", f"{start}0123abcd-2"]
    assert ids[2].startswith(start)
    assert len(set(ids)) == 3


def instructions(template: Path) -> str:
    sheet = openpyxl.load_workbook(template)["Petunjuk"]
    return "\n".join(str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None)


def test_instructions_say_what_is_published_as_written(template: Path) -> None:
    published = {column.name for view in (*PROGRAMME_MARTS, *RECIPIENT_MARTS) for column in view.columns}
    text = instructions(template)
    assert "jangan menulis nama orang, NIK atau nomor KK" in text
    for part in PARTS.values():
        for column in part.columns:
            if column.name in report_layout().sheets[part.name].columns.values():
                assert column.description in text
            is_free = column.type == "VARCHAR" and not column.allowed
            said = "Diterbitkan seperti ditulis OPD" in column.description
            assert said == (is_free and column.name in published | {"potensi", "masalah"}), column.name


def test_instructions_ask_for_the_budget_of_the_year_and_for_every_activity(template: Path) -> None:
    text = instructions(template)
    assert "Anggaran setahun penuh, bukan triwulan ini saja." in text
    assert "Yang dibelanjakan sejak 1 Januari sampai akhir triwulan ini." in text
    assert "Tulis semua kegiatan tahun ini di setiap laporan, juga yang sudah selesai atau batal" in text


def test_a_template_for_an_unknown_opd_lists_the_known(tmp_path: Path, references: dict[str, pl.DataFrame]) -> None:
    inputs = {name: references[name] for name in ("assignments", "areas", "aliases", "opd_aliases")}
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
    sheet = openpyxl.load_workbook(tmp_path / "x.xlsx")["Kegiatan"]
    types = {cell.data_type for row in sheet.iter_rows(min_row=FIRST_LINE) for cell in row}
    assert "f" not in types
    row = pl.read_parquet(stage(tmp_path / "x.xlsx").accepted["kegiatan"]).row(0, named=True)
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
        accepted = pl.read_parquet(staged.accepted["kegiatan"])
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
    assert truth["jumlah"]["ditolak"] == 2 + 6
    assert truth["jumlah"]["berperingatan"] == 3 + 6
    assert truth["jumlah"]["anggaran_rp"]["CSR"] > 0
    assert sum(truth["jumlah"]["anggaran_batal_rp"].values()) > 0


@pytest.mark.parametrize("seed", [2, 3, 20220404])
def test_sample_truth_is_what_reading_gives(tmp_path: Path, stage: Stage, seed: int) -> None:
    compare_with_truth(tmp_path, seed, stage)


def test_sample_truth_holds_through_the_child_process(tmp_path: Path, stage_in_child: Stage) -> None:
    compare_with_truth(tmp_path, 1, stage_in_child)
