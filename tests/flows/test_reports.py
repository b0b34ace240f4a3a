"""Programme reports from the inbox to the ledger: what an officer is told, what is refused and what stays in force."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest

from errors import UsageError
from flows import reports_desk
from flows.refresh import refresh
from settings import Home, Settings
from tasks.programmes.template import FIRST_LINE, Value, write_report
from tasks.programmes.template_guide import ReportHead
from tests.flows.conftest import few_checks, use_home
from tests.tasks.programmes.conftest import GOOD_LINE, HEADINGS
from tests.tasks.programmes.conftest import HEAD as HEAD_CELLS
from warehouse.connection import open_warehouse

pytestmark = pytest.mark.system

GOOD: dict[str, Value] = {
    "kegiatan": "Jamban sehat", "horizon": "pendek", "klaster": "keluarga", "status": "berjalan",
    "sumber_dana": "APBD kota", "anggaran_rp": 1_000_000,
}  # fmt: skip
BAD = GOOD | {"horizon": "secepatnya"}
HEAD = ReportHead("DLH", "Jenggot", 2022, 2)
HEAD_ROWS = HEAD_CELLS[:3]
FIRST, SECOND = "dlh-33.75.04.1004-2022-2-v1", "dlh-33.75.04.1004-2022-2-v2"


@pytest.fixture(autouse=True)
def _quick() -> Iterator[None]:
    with few_checks():
        yield


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    with use_home(tmp_path / "home") as home:
        yield home


def submit(home: Home, *rows: dict[str, Value], head: ReportHead = HEAD, name: str = "laporan.xlsx") -> dict[str, Any]:
    home.create()
    write_report(home.inbox_programmes / name, head, rows)
    return refresh.fn(sources=["programmes"])


def ledger() -> dict[str, str]:
    with open_warehouse(Settings()) as connection:
        return dict(connection.execute("SELECT id_laporan, keadaan FROM core.laporan").fetchall())


def test_bad_rows_are_named_in_the_notices(home: Home) -> None:
    outcome = submit(home, GOOD, BAD, GOOD | {"sumber_dana": "Dana Desa"})
    assert outcome["exit_code"] == 0
    told = [notice for notice in outcome["notices"] if notice.startswith(f"laporan {FIRST} ")]
    assert [text.split(":")[0].removeprefix(f"laporan {FIRST} ") for text in told] == [
        f"lembar Kegiatan, baris {FIRST_LINE + 1}, kolom Horizon",
        f"lembar Kegiatan, baris {FIRST_LINE + 2}, kolom Sumber Dana",
    ]
    assert "secepatnya" not in " ".join(outcome["notices"])


def test_a_bad_version_does_not_replace_a_good_one(home: Home) -> None:
    assert submit(home, GOOD, GOOD)["exit_code"] == 0
    outcome = submit(home, GOOD, BAD, BAD)
    assert (outcome["exit_code"], outcome["generation"]) == (3, None)
    (problem,) = outcome["problems"]
    assert f"{FIRST} tetap berlaku" in problem["paragraph"]
    assert f"baris {FIRST_LINE + 2}, kolom Horizon" in problem["paragraph"]
    assert ledger() == {FIRST: "berlaku"}
    assert sorted(file.name for file in (home.inbox_programmes / "ditolak").iterdir()) == [
        "laporan.xlsx",
        "laporan.xlsx.alasan.txt",
    ]
    assert submit(home, GOOD, BAD, GOOD)["exit_code"] == 0
    assert ledger() == {FIRST: "digantikan", SECOND: "berlaku"}


def test_a_report_without_an_accepted_row_is_refused(home: Home) -> None:
    outcome = submit(home, BAD)
    assert outcome["exit_code"] == 3
    assert "Semua 1 baris kegiatan ditolak" in outcome["problems"][0]["paragraph"]
    assert ledger() == {}


def test_what_passed_the_gate_passes_again_when_the_warehouse_is_lost(home: Home) -> None:
    submit(home, GOOD, BAD, BAD)
    submit(home, GOOD, name="kedua.xlsx")
    before = ledger()
    home.warehouse_file.unlink()
    assert refresh.fn(sources=["programmes"])["exit_code"] == 0
    assert ledger() == before == {FIRST: "digantikan", SECOND: "berlaku"}


def test_a_quarter_to_come_is_refused_and_leaves_nothing(home: Home) -> None:
    outcome = submit(home, GOOD, head=ReportHead("DLH", "Jenggot", 2099, 1))
    assert (outcome["exit_code"], outcome["generation"], ledger()) == (3, None, {})
    assert "[laporan.xlsx, lembar Petunjuk, sel C6 (Tahun)]" in outcome["problems"][0]["paragraph"]


def published_budget(home: Home) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(home.current_database), read_only=True) as connection:
        return connection.execute("SELECT triwulan, anggaran_rp FROM marts.anggaran_sumber ORDER BY ALL").fetchall()


@pytest.fixture
def corrected(home: Home) -> Home:
    """A report and its correction, which doubles the budget."""
    submit(home, GOOD)
    submit(home, GOOD, GOOD, name="ralat.xlsx")
    assert published_budget(home) == [(2, 2_000_000)]
    return home


def test_a_withdrawn_report_gives_way_to_the_one_before_it(corrected: Home) -> None:
    said = reports_desk.withdraw_report(SECOND, reason="salah kirim", by="petugas")
    assert said == [f"Laporan {SECOND} ditarik; {FIRST} berlaku kembali."]
    assert refresh.fn(sources=["programmes"])["generation"]
    assert ledger() == {FIRST: "berlaku", SECOND: "ditarik"}
    assert published_budget(corrected) == [(2, 1_000_000)]
    states = {row["report"]: (row["state"], row["reasons"]) for row in reports_desk.list_reports()}
    assert states == {FIRST: ("berlaku", []), SECOND: ("ditarik", ["salah kirim"])}
    with pytest.raises(UsageError, match="sudah ditarik"):
        reports_desk.withdraw_report(SECOND, reason="lagi", by="petugas")
    assert refresh.fn(sources=["programmes"])["generation"] is None


def test_the_only_version_can_be_withdrawn_and_the_next_one_gets_a_new_number(home: Home) -> None:
    submit(home, GOOD)
    reports_desk.withdraw_report(FIRST, reason="tahun salah", by="petugas")
    assert refresh.fn(sources=["programmes"])["generation"]
    assert published_budget(home) == []
    assert any("sudah ditarik" in notice for notice in submit(home, GOOD)["notices"])
    submit(home, GOOD, GOOD)
    assert ledger() == {FIRST: "ditarik", SECOND: "berlaku"}


def test_a_withdrawn_report_does_not_come_back_with_a_lost_warehouse(corrected: Home) -> None:
    reports_desk.withdraw_report(FIRST, reason="salah kirim", by="petugas")
    corrected.warehouse_file.unlink()
    assert refresh.fn(sources=["programmes"])["exit_code"] == 0
    assert ledger() == {SECOND: "berlaku"}
    assert published_budget(corrected) == [(2, 2_000_000)]


def test_an_older_warehouse_follows_the_journal(corrected: Home) -> None:
    older = corrected.warehouse_file.read_bytes()
    reports_desk.withdraw_report(SECOND, reason="salah kirim", by="petugas")
    refresh.fn(sources=["programmes"])
    corrected.warehouse_file.write_bytes(older)
    outcome = refresh.fn(sources=["programmes"])
    assert f"Laporan {SECOND} ditarik; {FIRST} berlaku kembali." in outcome["notices"]
    assert published_budget(corrected) == [(2, 1_000_000)]
    assert ledger() == {FIRST: "berlaku", SECOND: "ditarik"}


def two_quarters(folder: Path) -> Path:
    """One workbook with a sheet for each of two quarters."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for quarter in (1, 2):
        sheet = book.create_sheet(f"TW {quarter}")
        for row in (*HEAD_ROWS, ("Triwulan", quarter), HEADINGS, (f"K{quarter}", *GOOD_LINE[1:])):
            sheet.append(row)
    book.save(folder / "dua.xlsx")
    return folder / "dua.xlsx"


def test_quarters_of_one_file_are_reports_of_their_own_and_go_together(home: Home) -> None:
    home.create()
    two_quarters(home.inbox_programmes)
    assert refresh.fn(sources=["programmes"])["exit_code"] == 0
    first_quarter = "dlh-33.75.04.1004-2022-1-v1"
    assert ledger() == {first_quarter: "berlaku", FIRST: "berlaku"}
    assert {row["report"] for row in reports_desk.list_reports()} == {first_quarter, FIRST}
    home.warehouse_file.unlink()
    assert refresh.fn(sources=["programmes"])["exit_code"] == 0
    assert ledger() == {first_quarter: "berlaku", FIRST: "berlaku"}
    said = reports_desk.withdraw_report(FIRST, reason="salah kirim", by="petugas")
    assert len(said) == 2
    assert set(ledger().values()) == {"ditarik"}


def test_a_bad_quarter_of_a_file_leaves_the_good_one(home: Home) -> None:
    home.create()
    file = two_quarters(home.inbox_programmes)
    book = openpyxl.load_workbook(file)
    book["TW 2"]["B6"] = "segera"
    book.save(file)
    outcome = refresh.fn(sources=["programmes"])
    assert (outcome["exit_code"], ledger()) == (0, {"dlh-33.75.04.1004-2022-1-v1": "berlaku"})
    assert any("Sebagian berkas tidak dimuat" in notice for notice in outcome["notices"])
    marked = openpyxl.load_workbook(home.inbox_programmes / "diperiksa" / "dua-diperiksa.xlsx")
    assert "Contoh: pendek" in marked["TW 2"]["B6"].comment.text


def test_looking_at_reports(corrected: Home, tmp_path: Path) -> None:
    submit(corrected, GOOD, BAD, name="sebagian.xlsx", head=ReportHead("DLH", "Jenggot", 2022, 1))
    submit(corrected, BAD, name="ditolak.xlsx")
    *_, partly, refused = reports_desk.list_reports()
    assert (partly["state"], partly["accepted"], partly["rejected"], partly["quarter"]) == ("berlaku", 1, 1, 1)
    assert (refused["state"], refused["accepted"], refused["report"]) == ("ditolak", None, refused["submission"])
    assert "Semua 1 baris" in refused["reasons"][0]
    facts = reports_desk.show_report(partly["report"])
    assert [(row["kode_alasan"], row["jumlah_baris"]) for row in facts["by_reason"]] == [
        ("LAPORAN_HORIZON_TIDAK_DIKENAL", 1)
    ]
    assert reports_desk.show_report(refused["report"])["rows"] is None
    assert reports_desk.export_report_rejects(partly["report"], tmp_path / "ditolak.xlsx") == 1
    sheet = openpyxl.load_workbook(tmp_path / "ditolak.xlsx")["Ditolak"]
    assert [sheet.cell(2, at).value for at in (1, 2, 3)] == [
        "Kegiatan",
        FIRST_LINE + 1,
        "Horizon kosong atau tidak ada dalam daftar.",
    ]
    assert "secepatnya" in [cell.value for cell in sheet[2]]
    for call in (reports_desk.show_report, lambda name: reports_desk.export_report_rejects(name, tmp_path / "x.xlsx")):
        with pytest.raises(UsageError, match="tidak-ada"):
            call("tidak-ada")
