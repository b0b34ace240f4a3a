"""Loading a staged report: ledger, versions, rejects and warnings, in the caller's transaction."""

from __future__ import annotations

import hmac
import uuid
from collections.abc import Iterator
from datetime import date, datetime

import duckdb
import polars as pl
import pytest

from tasks.programmes.staging import References, stage_file
from tasks.programmes.template import FIRST_LINE, write_report
from tasks.programmes.template_guide import ReportHead
from tasks.reference import read_areas, read_assignments, read_opd_aliases
from warehouse.columns import create_table_sql
from warehouse.programmes import (
    StagedReport,
    lines_to_carry,
    load_report,
    loaded_reports,
    report_in_force,
    report_ledger,
    withdraw_report,
)
from warehouse.tables import CORE_TABLES
from warehouse.tables.programmes import PARTS

NIK, SECRET = "3375044107990017", b"rahasia uji" * 3
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
    write_report(
        file,
        ReportHead("DLH", "Jenggot", 2022, 1),
        rows,
        pemetaan=[{"jenis": "potensi", "uraian": "Sentra batik", "sektor": "batik"}],
        catur_pilar=[{"tanggal_pertemuan": date(2022, 3, 1), "kesepakatan": "Lahan", "hadir_lpm": "ya"}],
        penerima=[{"nik": NIK, "nama": "NAMA UJI", "nama_kegiatan": "jamban"}, {"nama": "NAMA LAIN"}],
    )
    references = References(
        assignments=read_assignments(areas.areas),
        areas=areas.areas,
        aliases=areas.aliases,
        opd_aliases=read_opd_aliases(),
        secret=SECRET,
    )
    staged = stage_file(
        file, file_name=file.name, references=references, staging=folder / "staging", today=date(2022, 7, 5)
    )
    return staged.reports[0]


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
        11,
        5,
        1,
        5,
    )
    assert (ledger["keadaan"], ledger["sha256"]) == ("berlaku", "a" * 64)
    activity = connection.sql("SELECT id_laporan, baris_sumber, kegiatan, anggaran_rp FROM core.kegiatan").fetchall()
    assert [(i, b, k, int(a)) for i, b, k, a in activity] == [(report_id, FIRST_LINE, "Jamban", 5_000_000)]
    assert connection.sql("SELECT id_kiriman, baris_sumber, kode_alasan FROM core.ditolak_alasan").fetchall() == [
        (report_id, FIRST_LINE + 1, "LAPORAN_HORIZON_TIDAK_DIKENAL")
    ]
    assert connection.sql("SELECT isi->>'Horizon' FROM core.ditolak").fetchall() == [("segera",)]
    assert connection.sql("SELECT baris_sumber, kode_alasan, kode_kemendagri FROM core.peringatan").fetchall() == [
        (FIRST_LINE, "LAPORAN_SUMBER_DANA_KOSONG", "33.75.04.1004")
    ]
    assert connection.sql("SELECT bagian FROM core.ditolak").fetchall() == [("kegiatan",)]
    assert connection.sql("SELECT jenis, uraian, sektor FROM core.pemetaan").fetchall() == [
        ("potensi", "Sentra batik", "batik")
    ]
    assert connection.sql(
        "SELECT tanggal_pertemuan, kesepakatan, hadir_lpm, hadir_bkm, status_tindak_lanjut FROM core.catur_pilar"
    ).fetchall() == [(date(2022, 3, 1), "Lahan", True, None, "belum")]


def test_a_recipient_has_the_stand_in_of_the_register_and_no_nik(
    connection: duckdb.DuckDBPyConnection, staged: StagedReport
) -> None:
    load(connection, staged, "a" * 64)
    digest = hmac.new(SECRET, NIK.encode(), "sha256").hexdigest()[:32]
    found = connection.sql(
        "SELECT kunci_warga, nama, id_kegiatan = (SELECT id_kegiatan FROM core.kegiatan)"
        " FROM core.penerima ORDER BY ALL"
    ).fetchall()
    assert found == [(uuid.UUID(digest), "NAMA UJI", True), (None, "NAMA LAIN", None)]
    assert "nik" not in connection.sql("SELECT * FROM core.penerima").columns
    assert NIK not in staged.accepted["penerima"].read_bytes().decode("latin-1")


def test_what_is_not_finished_is_carried_into_the_next_report(
    connection: duckdb.DuckDBPyConnection, staged: StagedReport
) -> None:
    assert lines_to_carry(connection, "DLH", "33.75.04.1004", 2022, 2) == {}
    load(connection, staged, "a" * 64)
    same_year = lines_to_carry(connection, "DLH", "33.75.04.1004", 2022, 2)
    (activity,) = same_year["kegiatan"]
    assert (activity["kegiatan"], activity["anggaran_rp"], activity["status"]) == ("Jamban", 5_000_000, "selesai")
    assert activity["id_kegiatan"].startswith("dlh-33.75.04.1004-")
    assert [line["hadir_lpm"] for line in same_year["catur_pilar"]] == ["ya"]
    connection.execute("UPDATE core.catur_pilar SET status_tindak_lanjut = 'selesai'")
    next_year = lines_to_carry(connection, "DLH", "33.75.04.1004", 2023, 1)
    assert (next_year["kegiatan"], next_year["catur_pilar"], len(next_year["pemetaan"])) == ([], [], 1)
    connection.execute("UPDATE core.kegiatan SET status = 'berjalan'")
    (activity,) = lines_to_carry(connection, "DLH", "33.75.04.1004", 2023, 1)["kegiatan"]
    assert activity["anggaran_rp"] is None
    assert lines_to_carry(connection, "DLH", "33.75.04.1004", 2021, 4) == {}


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
    assert set(staged.accepted) == set(PARTS)
    for name, part in PARTS.items():
        names = [column for column in part.table.column_names if column != "id_laporan"]
        assert pl.read_parquet_schema(staged.accepted[name]).names() == [*names, "peringatan"]
