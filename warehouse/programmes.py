"""Loads a staged programme report (ledger row, activities, rejected rows and warnings), withdraws one, and reads the
ledger. It must not know how the report was read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from warehouse.accounting import RowAccounting, load_rejected, load_warnings
from warehouse.columns import Table
from warehouse.tables.programmes import LAPORAN, PARTS
from warehouse.tables.registry import KUNCI_WARGA

Connection = duckdb.DuckDBPyConnection
"""What a caller hands back that opened the warehouse."""


@dataclass(frozen=True, slots=True)
class StagedReport:
    """One report, read and cleaned, waiting to be loaded.

    Args:
        key: `<opd>-<kode_kemendagri>-<tahun>-<triwulan>`; versions of the same report share it.
        file_name: as submitted.
        accepted: for each part of PARTS with an accepted row, Parquet with the columns of its table except
            `id_laporan`, and `peringatan` (BIGINT, bit i is `warning_codes[part][i]`).
        rejected: Parquet with `bagian`, `baris_sumber`, `isi`, `penolakan` (bit i is `reject_codes[bagian][i]`).
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
    accepted: dict[str, Path]
    rejected: Path
    accounting: RowAccounting
    skipped: dict[str, int]
    reject_codes: dict[str, tuple[str, ...]]
    warning_codes: dict[str, tuple[str, ...]]
    remarks: tuple[str, ...]
    findings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReportEntry:
    """One row of the ledger of reports; `state` is 'berlaku', 'digantikan' or 'ditarik'."""

    report_id: str
    sha256: str
    state: str
    file_name: str
    opd_singkat: str
    kelurahan: str
    tahun: int
    triwulan: int
    accepted: int
    rejected: int


def report_ledger(connection: duckdb.DuckDBPyConnection) -> list[ReportEntry]:
    """Every version of every report that was loaded, withdrawn ones too, by id."""
    found = connection.execute(
        """
        SELECT id_laporan, sha256, keadaan, nama_berkas, opd_singkat, coalesce(kelurahan, kode_kemendagri), tahun,
            triwulan, baris_diterima, baris_ditolak
        FROM core.laporan LEFT JOIN core.wilayah USING (kode_kemendagri) ORDER BY id_laporan
        """
    ).fetchall()
    return [ReportEntry(*row) for row in found]


def withdraw_report(connection: duckdb.DuckDBPyConnection, report_id: str) -> str | None:
    """Take a version out of use for good; the newest one of its key that is left is in force.

    Runs inside the caller's transaction.

    Returns:
        The id of the version that came into force by this; None when the one in force stays, or none is left.
    """
    connection.execute(f"UPDATE {LAPORAN.qualified} SET keadaan = 'ditarik' WHERE id_laporan = ?", [report_id])
    restored = connection.execute(
        f"""
        SELECT id_laporan, keadaan FROM {LAPORAN.qualified}
        WHERE keadaan <> 'ditarik' AND ({_KEY}) = (SELECT ({_KEY}) FROM {LAPORAN.qualified} WHERE id_laporan = ?)
        ORDER BY versi DESC LIMIT 1
        """,
        [report_id],
    ).fetchone()
    if restored is None or restored[1] == "berlaku":
        return None
    connection.execute(f"UPDATE {LAPORAN.qualified} SET keadaan = 'berlaku' WHERE id_laporan = ?", [restored[0]])
    return str(restored[0])


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
    version: int | None = None,
) -> str:
    """Load `report` as the newest version of its key; older versions stay readable as 'digantikan'.

    Runs inside the caller's transaction. Times are UTC without zone.

    Args:
        version: the number it had before the warehouse was lost; it keeps it unless another report has it.

    Returns:
        The id of the report, for example `dlh-33.75.04.1004-2022-1-v1`.
    """
    taken = _versions(connection, report)
    if version is None or version in taken:
        version = max(taken, default=0) + 1
    report_id = f"{report.key}-v{version}"
    newest = version > max((number for number, state in taken.items() if state != "ditarik"), default=0)
    if newest:
        _supersede(connection, report)
    counts = report.accounting
    row = {
        "id_laporan": report_id,
        "opd_singkat": report.opd_singkat,
        "kode_kemendagri": report.kode_kemendagri,
        "tahun": report.tahun,
        "triwulan": report.triwulan,
        "versi": version,
        "keadaan": "berlaku" if newest else "digantikan",
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
    for part, parquet in report.accepted.items():
        _load_lines(connection, PARTS[part].table, parquet, report_id, report.warning_codes[part])
    if counts.rejected:
        load_rejected(connection, report_id, report.rejected, report.reject_codes)
    return report_id


_KEY = "opd_singkat, kode_kemendagri, tahun, triwulan"
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


def _versions(connection: duckdb.DuckDBPyConnection, report: StagedReport) -> dict[int, str]:
    """Number and state of every version of the same report."""
    found = connection.execute(f"SELECT versi, keadaan FROM {LAPORAN.qualified} WHERE {_SAME_REPORT}", _same(report))
    return dict(found.fetchall())


def _supersede(connection: duckdb.DuckDBPyConnection, report: StagedReport) -> None:
    connection.execute(
        f"UPDATE {LAPORAN.qualified} SET keadaan = 'digantikan' WHERE {_SAME_REPORT} AND keadaan = 'berlaku'",
        _same(report),
    )


def _load_lines(
    connection: duckdb.DuckDBPyConnection, table: Table, parquet: Path, report_id: str, warnings: tuple[str, ...]
) -> None:
    names = ", ".join(name for name in table.column_names if name != "id_laporan")
    values = names.replace(KUNCI_WARGA.name, f"CAST({KUNCI_WARGA.name} AS UUID)")
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE laporan_diterima AS SELECT * FROM read_parquet($file)", {"file": str(parquet)}
    )
    connection.execute(
        f"INSERT INTO {table.qualified} (id_laporan, {names}) "
        f"SELECT $id, {values} FROM laporan_diterima ORDER BY baris_sumber",
        {"id": report_id},
    )
    load_warnings(connection, report_id, "laporan_diterima", warnings)
    connection.execute("DROP TABLE laporan_diterima")


def loaded_reports(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """SHA-256 of every report that was ever loaded, withdrawn ones too."""
    return {sha256 for (sha256,) in connection.execute(f"SELECT sha256 FROM {LAPORAN.qualified}").fetchall()}


def lines_to_carry(
    connection: duckdb.DuckDBPyConnection, opd: str, area: str, tahun: int, triwulan: int
) -> dict[str, list[dict[str, Any]]]:
    """What the report of a quarter goes on with, by part: out of the last report in force up to that quarter.

    Activities that are not finished; in the same year the others too, since a year's figures are those of its last
    report. Their budget is of one year and is left out in the next. Agreements that are not done, and all of the
    mapping.
    """
    last = connection.execute(
        f"""
        SELECT id_laporan, tahun FROM {LAPORAN.qualified}
        WHERE keadaan = 'berlaku' AND opd_singkat = $opd AND kode_kemendagri = $area
            AND (tahun, triwulan) <= ($tahun, $triwulan)
        ORDER BY tahun DESC, triwulan DESC LIMIT 1
        """,
        {"opd": opd, "area": area, "tahun": tahun, "triwulan": triwulan},
    ).fetchone()
    if last is None:
        return {}
    is_same_year = last[1] == tahun
    wanted = {
        "pemetaan": "true",
        "kegiatan": "true" if is_same_year else "status IN ('rencana', 'berjalan')",
        "catur_pilar": "status_tindak_lanjut <> 'selesai'",
    }
    carried = {}
    for name, condition in wanted.items():
        part = PARTS[name]
        columns = ", ".join(part.written)
        found = connection.execute(
            f"SELECT {columns} FROM {part.table.qualified} WHERE id_laporan = ? AND {condition} ORDER BY baris_sumber",
            [last[0]],
        ).fetchall()
        carried[name] = [dict(zip(part.written, map(_as_filled_in, row), strict=True)) for row in found]
    if not is_same_year:
        for line in carried["kegiatan"]:
            line |= {"anggaran_rp": None, "realisasi_rp": None}
    return carried


def _as_filled_in(value: Any) -> Any:
    return {True: "ya", False: "tidak"}[value] if isinstance(value, bool) else value
