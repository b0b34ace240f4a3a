"""Loads a staged programme report: ledger row, activities, rejected rows and warnings. It must not know how the
report was read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from warehouse.accounting import RowAccounting, load_rejected, load_warnings
from warehouse.tables.programmes import KEGIATAN, LAPORAN


@dataclass(frozen=True, slots=True)
class StagedReport:
    """One report, read and cleaned, waiting to be loaded.

    Args:
        key: `<opd>-<kode_kemendagri>-<tahun>-<triwulan>`; versions of the same report share it.
        file_name: as submitted.
        accepted: Parquet with the columns of `core.kegiatan` except `id_laporan`, and `peringatan` (BIGINT, bit i
            is `warning_codes[i]`).
        rejected: Parquet with `baris_sumber`, `isi`, `penolakan` (bit i is `reject_codes[i]`).
        skipped: number of skipped rows by kind.
        remarks: what an officer should look at in the file as a whole, in Bahasa Indonesia.
        findings: one sentence per row and reason for rejecting or marking it, without any cell's text.
    """

    key: str
    file_name: str
    opd_singkat: str
    kode_kemendagri: str
    tahun: int
    triwulan: int
    accepted: Path
    rejected: Path
    accounting: RowAccounting
    skipped: dict[str, int]
    reject_codes: tuple[str, ...]
    warning_codes: tuple[str, ...]
    remarks: tuple[str, ...]
    findings: tuple[str, ...]


def report_in_force(connection: duckdb.DuckDBPyConnection, report: StagedReport) -> str | None:
    """Id of the version that `report` would replace; None when no version of its key is in force."""
    found = connection.execute(
        f"SELECT id_laporan FROM {LAPORAN.qualified} WHERE {_SAME_REPORT} AND keadaan = 'berlaku'", _same(report)
    ).fetchone()
    return str(found[0]) if found else None


def load_report(
    connection: duckdb.DuckDBPyConnection,
    report: StagedReport,
    *,
    sha256: str,
    submitted_at: datetime,
    loaded_at: datetime,
    code_version: str,
) -> str:
    """Load `report` as the newest version of its key; older versions stay readable as 'digantikan'.

    Runs inside the caller's transaction. Times are UTC without zone.

    Returns:
        The id of the report, for example `dlh-33.75.04.1004-2022-1-v1`.
    """
    version = _next_version(connection, report)
    report_id = f"{report.key}-v{version}"
    _supersede(connection, report)
    counts = report.accounting
    row = {
        "id_laporan": report_id,
        "opd_singkat": report.opd_singkat,
        "kode_kemendagri": report.kode_kemendagri,
        "tahun": report.tahun,
        "triwulan": report.triwulan,
        "versi": version,
        "keadaan": "berlaku",
        "nama_berkas": report.file_name,
        "sha256": sha256,
        "diserahkan_pada": submitted_at,
        "dimuat_pada": loaded_at,
        "baris_berkas": counts.in_file,
        "baris_diterima": counts.accepted,
        "baris_ditolak": counts.rejected,
        "baris_dilewati": counts.skipped,
        "versi_kode": code_version,
    }
    names = ", ".join(LAPORAN.column_names)
    values = ", ".join(f"${name}" for name in LAPORAN.column_names)
    connection.execute(f"INSERT INTO {LAPORAN.qualified} ({names}) VALUES ({values})", row)
    _load_activities(connection, report, report_id)
    load_rejected(connection, report_id, report.rejected, report.reject_codes)
    return report_id


_SAME_REPORT = (
    "opd_singkat = $opd_singkat AND kode_kemendagri = $kode_kemendagri AND tahun = $tahun AND triwulan = $triwulan"
)


def _same(report: StagedReport) -> dict[str, str | int]:
    return {
        "opd_singkat": report.opd_singkat,
        "kode_kemendagri": report.kode_kemendagri,
        "tahun": report.tahun,
        "triwulan": report.triwulan,
    }


def _next_version(connection: duckdb.DuckDBPyConnection, report: StagedReport) -> int:
    found = connection.execute(
        f"SELECT coalesce(max(versi), 0) + 1 FROM {LAPORAN.qualified} WHERE {_SAME_REPORT}",
        _same(report),
    ).fetchall()
    return int(found[0][0])


def _supersede(connection: duckdb.DuckDBPyConnection, report: StagedReport) -> None:
    connection.execute(
        f"UPDATE {LAPORAN.qualified} SET keadaan = 'digantikan' WHERE {_SAME_REPORT}",
        _same(report),
    )


def _load_activities(connection: duckdb.DuckDBPyConnection, report: StagedReport, report_id: str) -> None:
    names = ", ".join(name for name in KEGIATAN.column_names if name != "id_laporan")
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE laporan_diterima AS SELECT * FROM read_parquet($file)",
        {"file": str(report.accepted)},
    )
    connection.execute(
        f"INSERT INTO {KEGIATAN.qualified} (id_laporan, {names}) "
        f"SELECT $id, {names} FROM laporan_diterima ORDER BY baris_sumber",
        {"id": report_id},
    )
    load_warnings(connection, report_id, "laporan_diterima", report.warning_codes)
    connection.execute("DROP TABLE laporan_diterima")


def loaded_reports(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """SHA-256 of every report that was ever loaded."""
    return {sha256 for (sha256,) in connection.execute(f"SELECT sha256 FROM {LAPORAN.qualified}").fetchall()}
