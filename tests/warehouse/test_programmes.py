"""Loading a staged report: ledger, versions, rejects and warnings, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

import duckdb
import polars as pl
import pytest

from tasks.programmes.staging import stage_report
from tasks.programmes.template import ReportHead, write_report
from tasks.reference import REFERENCE_FOLDER, read_areas, read_assignments, read_text_table
from warehouse.columns import create_table_sql
from warehouse.programmes import (
    StagedReport,
    load_report,
    loaded_reports,
    report_in_force,
    report_ledger,
    withdraw_report,
)
from warehouse.tables import CORE_TABLES
from warehouse.tables.programmes import KEGIATAN

LINE = {"kegiatan": "Jamban", "horizon": "pendek", "klaster": "keluarga", "status": "selesai"}


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        opened.execute("CREATE SCHEMA core")
        for table in CORE_TABLES:
            opened.execute(create_table_sql(table))
        yield opened


@pytest.fixture(scope="module")
def staged(tmp_path_factory: pytest.TempPathFactory) -> StagedReport:
    areas = read_areas("3375", "Kota Pekalongan")
    folder = tmp_path_factory.mktemp("laporan")
    file = folder / "laporan.xlsx"
    rows = [LINE | {"anggaran_rp": 5_000_000}, LINE | {"horizon": "segera"}, {"kegiatan": "TOTAL"}]
    write_report(file, ReportHead("DLH", "Jenggot", 2022, 1), rows)
    return stage_report(
        file,
        file_name=file.name,
        assignments=read_assignments(areas.areas),
        areas=areas.areas,
        aliases=areas.aliases,
        opd_aliases=read_text_table(REFERENCE_FOLDER / "opd_alias.csv"),
        staging=folder / "staging",
        today=date(2022, 7, 5),
    )


def load(connection: duckdb.DuckDBPyConnection, staged: StagedReport, sha256: str, version: int | None = None) -> str:
    return load_report(
        connection,
        staged,
        sha256=sha256,
        submitted_at=datetime(2022, 7, 5, 1),
        loaded_at=datetime(2022, 7, 5, 2),
        code_version="0.1.0",
        version=version,
    )


def states(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    return {entry.sha256[0]: entry.state for entry in report_ledger(connection)}


def test_every_row_is_in_its_table(connection: duckdb.DuckDBPyConnection, staged: StagedReport) -> None:
    report_id = load(connection, staged, "a" * 64)
    assert report_id == "dlh-33.75.04.1004-2022-1-v1"
    ledger = connection.sql("SELECT * FROM core.laporan").pl().row(0, named=True)
    assert (ledger["baris_berkas"], ledger["baris_diterima"], ledger["baris_ditolak"], ledger["baris_dilewati"]) == (
        3,
        1,
        1,
        1,
    )
    assert (ledger["keadaan"], ledger["sha256"]) == ("berlaku", "a" * 64)
    activity = connection.sql("SELECT id_laporan, baris_sumber, kegiatan, anggaran_rp FROM core.kegiatan").fetchall()
    assert [(i, b, k, int(a)) for i, b, k, a in activity] == [(report_id, 9, "Jamban", 5_000_000)]
    assert connection.sql("SELECT id_kiriman, baris_sumber, kode_alasan FROM core.ditolak_alasan").fetchall() == [
        (report_id, 10, "LAPORAN_HORIZON_TIDAK_DIKENAL")
    ]
    assert connection.sql("SELECT isi->>'Horizon' FROM core.ditolak").fetchall() == [("segera",)]
    assert connection.sql("SELECT baris_sumber, kode_alasan, kode_kemendagri FROM core.peringatan").fetchall() == [
        (9, "LAPORAN_SUMBER_DANA_KOSONG", "33.75.04.1004")
    ]


def test_a_new_version_replaces_and_the_old_stays(connection: duckdb.DuckDBPyConnection, staged: StagedReport) -> None:
    first, second = load(connection, staged, "a" * 64), load(connection, staged, "b" * 64)
    assert second == "dlh-33.75.04.1004-2022-1-v2"
    ledger = connection.sql("SELECT id_laporan, keadaan FROM core.laporan ORDER BY versi").fetchall()
    assert ledger == [(first, "digantikan"), (second, "berlaku")]
    assert connection.sql("SELECT count(*) FROM core.kegiatan").fetchall() == [(2,)]


def test_what_is_loaded_again_keeps_its_number_in_whatever_order(
    connection: duckdb.DuckDBPyConnection, staged: StagedReport
) -> None:
    second, first = load(connection, staged, "b" * 64, version=2), load(connection, staged, "a" * 64, version=1)
    assert (first[-3:], second[-3:]) == ("-v1", "-v2")
    assert states(connection) == {"a": "digantikan", "b": "berlaku"}
    assert load(connection, staged, "c" * 64, version=2).endswith("-v3")
    assert states(connection) == {"a": "digantikan", "b": "digantikan", "c": "berlaku"}


def test_withdrawing_gives_way_to_the_newest_one_that_is_left(
    connection: duckdb.DuckDBPyConnection, staged: StagedReport
) -> None:
    first, second, third = (load(connection, staged, digest * 64) for digest in "abc")
    assert withdraw_report(connection, second) is None
    assert states(connection) == {"a": "digantikan", "b": "ditarik", "c": "berlaku"}
    assert withdraw_report(connection, third) == first == report_in_force(connection, staged)
    assert withdraw_report(connection, first) is None
    assert report_in_force(connection, staged) is None
    assert loaded_reports(connection) == {digest * 64 for digest in "abc"}
    assert load(connection, staged, "d" * 64).endswith("-v4")
    assert states(connection) == dict.fromkeys("abc", "ditarik") | {"d": "berlaku"}


def test_loading_leaves_nothing_when_the_caller_rolls_back(
    connection: duckdb.DuckDBPyConnection, staged: StagedReport
) -> None:
    connection.begin()
    load(connection, staged, "a" * 64)
    connection.rollback()
    for table in ("laporan", "kegiatan", "ditolak", "ditolak_alasan", "peringatan"):
        assert connection.sql(f"SELECT count(*) FROM core.{table}").fetchall() == [(0,)]


def test_accepted_rows_have_the_declared_columns(staged: StagedReport) -> None:
    names = [name for name in KEGIATAN.column_names if name != "id_laporan"]
    assert pl.read_parquet_schema(staged.accepted).names() == [*names, "peringatan"]
