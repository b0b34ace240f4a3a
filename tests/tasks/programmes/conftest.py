"""Reference frames and a way to stage a workbook as the flow does."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest

from tasks.programmes import extraction, reading
from tasks.programmes.staging import References, StagedFile, stage_file
from tasks.reference import read_areas, read_assignments, read_opd_aliases
from tasks.sandbox import Limits
from warehouse.programmes import StagedReport

TODAY = date(2022, 8, 17)
HEADINGS = (
    "Kegiatan", "Horizon", "Klaster", "Target", "Realisasi", "Anggaran (Rp)", "Realisasi Anggaran (Rp)",
    "Sumber Dana", "Status",
)  # fmt: skip
GOOD_LINE = ("Jamban", "pendek", "keluarga", 10, 5, 1_000_000, 500_000, "APBD kota", "berjalan")
HEAD = (("OPD", "DLH"), ("Kelurahan", "Jenggot"), ("Tahun", 2022), ("Triwulan", 2))


SECRET = b"rahasia uji" * 3


@pytest.fixture(scope="session")
def references() -> dict[str, pl.DataFrame]:
    areas = read_areas("3375", "Kota Pekalongan")
    return {
        "assignments": read_assignments(areas.areas),
        "areas": areas.areas,
        "aliases": areas.aliases,
        "opd_aliases": read_opd_aliases(),
    }


@pytest.fixture
def in_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read without a child process, which costs a third of a second; the tests that need one do without this."""

    def call(_function: str, *paths: str, where: str, limits: Limits) -> None:
        extraction.extract_all(*paths)

    monkeypatch.setattr(reading, "run_limited", call)


@pytest.fixture
def stage(in_process: None, stage_in_child: Callable[[Path], StagedReport]) -> Callable[[Path], StagedReport]:
    return stage_in_child


@pytest.fixture
def stage_in_child(references: dict[str, pl.DataFrame], tmp_path: Path) -> Callable[[Path], StagedReport]:
    """The one report of a file."""

    def run(file: Path) -> StagedReport:
        (report,) = staged_file(file, references, tmp_path).reports
        return report

    return run


@pytest.fixture
def stage_all(in_process: None, references: dict[str, pl.DataFrame], tmp_path: Path) -> Callable[[Path], StagedFile]:
    """All reports of a file, and its findings."""
    return lambda file: staged_file(file, references, tmp_path)


def staged_file(file: Path, references: dict[str, pl.DataFrame], tmp_path: Path) -> StagedFile:
    folder = tmp_path / "staging" / file.name
    shutil.rmtree(folder, ignore_errors=True)
    known = References(**references, secret=SECRET)
    return stage_file(file, file_name=file.name, references=known, staging=folder, today=TODAY)


@pytest.fixture
def workbook(tmp_path: Path) -> Callable[..., Path]:
    """A workbook as people make them, written with openpyxl: the given rows, from A1."""

    def write(*rows: tuple[Any, ...], sheet: str = "Laporan", name: str = "laporan.xlsx") -> Path:
        book = openpyxl.Workbook()
        page = book.active
        page.title = sheet
        for row in rows:
            page.append(row)
        book.save(tmp_path / name)
        return tmp_path / name

    return write
