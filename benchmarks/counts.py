"""What the floor and the product must agree on: what became of every row of a release, counted in their own tables.

Both keep the tables under the same names, so one set of queries serves both.
"""

from __future__ import annotations

from typing import Any

import duckdb

Counts = dict[str, Any]

_SUMS = """
    SELECT baris_berkas, baris_diterima, baris_ditolak, baris_dilewati, baris_peringatan, tanpa_nik
    FROM core.rilis WHERE id_rilis = $release
"""
_BY_REASON = "SELECT kode_alasan, count(*) FROM core.{table} WHERE id_kiriman = $release GROUP BY ALL ORDER BY ALL"
_LINES = "SELECT count(*), sum(baris_sumber)::BIGINT FROM core.ditolak WHERE id_kiriman = $release"
_CHANGES = """
    WITH release AS (
        SELECT seri, periode FROM core.rilis WHERE id_rilis = $release
    ),
    before AS (
        SELECT kunci_warga, urutan_nik, kode_kemendagri FROM core.riwayat_warga INNER JOIN release USING (seri)
        WHERE berlaku_sampai = periode
    ),
    later AS (
        SELECT kunci_warga, urutan_nik, kode_kemendagri FROM core.riwayat_warga INNER JOIN release USING (seri)
        WHERE berlaku_dari = periode
    )
    SELECT
        count(*) FILTER (before.kunci_warga IS NULL),
        count(*) FILTER (later.kunci_warga IS NULL),
        count(*) FILTER (before.kode_kemendagri <> later.kode_kemendagri),
        count(*) FILTER (before.kode_kemendagri = later.kode_kemendagri)
    FROM before FULL JOIN later USING (kunci_warga, urutan_nik)
"""
_NAMES = ("in_file", "accepted", "rejected", "skipped", "warned", "without_nik")
_CHANGE_NAMES = ("entered", "left", "moved", "changed")


def counts(connection: duckdb.DuckDBPyConnection, release: str) -> Counts:
    """Sums of the ledger, rows by reason, the lines of the rejects, and changes against the release before."""

    def rows(query: str) -> list[tuple[Any, ...]]:
        return connection.execute(query, {"release": release}).fetchall()

    return {
        **dict(zip(_NAMES, rows(_SUMS)[0], strict=True)),
        "rejected_by": dict(rows(_BY_REASON.format(table="ditolak_alasan"))),
        "warned_by": dict(rows(_BY_REASON.format(table="peringatan"))),
        "lines_of_rejects": list(rows(_LINES)[0]),
        **dict(zip(_CHANGE_NAMES, rows(_CHANGES)[0], strict=True)),
    }
