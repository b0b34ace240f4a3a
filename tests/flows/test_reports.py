"""Programme reports from the inbox to the ledger: what an officer is told, what is refused and what stays in force."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from flows.refresh import refresh
from settings import Home, Settings
from tasks.programmes.template import ReportHead, Value, write_report
from tests.flows.conftest import few_checks, use_home
from warehouse.connection import open_warehouse

pytestmark = pytest.mark.system

GOOD: dict[str, Value] = {
    "kegiatan": "Jamban sehat", "horizon": "pendek", "klaster": "keluarga", "status": "berjalan",
    "sumber_dana": "APBD kota", "anggaran_rp": 1_000_000,
}  # fmt: skip
BAD = GOOD | {"horizon": "secepatnya"}
HEAD = ReportHead("DLH", "Jenggot", 2022, 2)
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
        "baris 10, kolom Horizon",
        "baris 11, kolom Sumber Dana",
    ]
    assert "secepatnya" not in " ".join(outcome["notices"])


def test_a_bad_version_does_not_replace_a_good_one(home: Home) -> None:
    assert submit(home, GOOD, GOOD)["exit_code"] == 0
    outcome = submit(home, GOOD, BAD, BAD)
    assert (outcome["exit_code"], outcome["generation"]) == (3, None)
    (problem,) = outcome["problems"]
    assert f"{FIRST} tetap berlaku" in problem["paragraph"]
    assert "baris 11, kolom Horizon" in problem["paragraph"]
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
