"""What 27 reports of 200 rows cost, read, checked and loaded, beyond the fixed start of a run."""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.steps import reports
from flows.steps.job import open_job
from settings import Home, Settings
from tasks.programmes import reading
from tasks.programmes.reading import Request
from tasks.programmes.template import write_report
from tasks.programmes.template_guide import ReportHead
from tests.flows.conftest import use_home
from warehouse.connection import open_warehouse

pytestmark = pytest.mark.system

REPORTS, ROWS, MOST_SECONDS = 27, 200, 5.0


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    with use_home(tmp_path / "home") as home:
        yield home


def line(number: int) -> dict[str, object]:
    spent = "1,25 juta" if number % 50 else "belum tahu"
    return {
        "kegiatan": f"Kegiatan {number}", "horizon": "pendek", "klaster": "keluarga", "status": "berjalan",
        "sumber_dana": "APBD kota", "anggaran_rp": "Rp 1.250.000,00", "realisasi_rp": spent, "satuan": "unit",
        "target": 10, "realisasi": "5 unit",
    }  # fmt: skip


def seconds_of_processor() -> float:
    """Of this process and its children: what other work on the machine does not change much."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def start_of_a_child(folder: Path) -> float:
    """What it costs to read a report without a line: a process and its libraries."""
    write_report(folder / "kosong.xlsx", ReportHead("DLH", "Jenggot", 2022, 2))
    began = seconds_of_processor()
    reading.read_ahead([Request(str(folder / "kosong.xlsx"), "kosong.xlsx", str(folder / "kosong"))], folder)
    return seconds_of_processor() - began


def test_the_reports_of_all_kelurahan(home: Home) -> None:
    with open_job(Settings()) as job:
        names = job.areas.areas["kelurahan"].to_list()
        assert len(names) == REPORTS
        for name in names:
            file = job.home.inbox_programmes / f"laporan-{name}.xlsx"
            write_report(file, ReportHead("DLH", name, 2022, 2), [line(number) for number in range(ROWS)])
            os.utime(file, (0, 0))
        with open_warehouse(job.settings) as connection:
            # the start of a run: a warehouse, and what DuckDB loads at its first value
            connection.execute("SELECT $1", [1]).fetchall()
        start = start_of_a_child(job.home.staging)
        began = seconds_of_processor()
        reports.receive_inbox(job)
        pending = reports.pending_reports(job)
        reports.read_ahead(job, pending)
        reports.take_in(job, pending)
        used = seconds_of_processor() - began - start
        with open_warehouse(job.settings) as connection:
            counted = "SELECT count(DISTINCT id_laporan), count(*) FROM core.kegiatan"
            assert connection.execute(counted).fetchone() == (REPORTS, REPORTS * (ROWS - ROWS // 50))
    assert used < MOST_SECONDS
