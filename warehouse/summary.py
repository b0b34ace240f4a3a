"""What a run took in and what changed, read from the ledger and the views, for people and for `--json`."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import duckdb


def contents_of(connection: duckdb.DuckDBPyConnection, release_id: str) -> dict[str, list[dict[str, Any]]]:
    """Of a release: `tables` and where their rows went, `unknown_values` of columns with a closed list, the most
    frequent first, and `corrections` of known errors of its source."""
    queries = {
        "tables": "SELECT bagian, nama_berkas, baris_berkas, baris_diterima, baris_ditolak, baris_dilewati"
        " FROM core.berkas_rilis WHERE id_rilis = $id ORDER BY bagian DESC",
        "unknown_values": "SELECT kolom, isi_sel, jumlah_baris FROM core.nilai_tidak_dikenal"
        " WHERE id_rilis = $id ORDER BY kolom, jumlah_baris DESC, isi_sel",
        "corrections": "SELECT id_koreksi, alasan, sumber, jumlah_baris FROM core.koreksi"
        " WHERE id_rilis = $id ORDER BY id_koreksi",
    }
    return {name: connection.sql(query, params={"id": release_id}).pl().to_dicts() for name, query in queries.items()}


def taken_in(connection: duckdb.DuckDBPyConnection, ids: Collection[str]) -> list[dict[str, Any]]:
    """Releases and reports with these ids: file and row accounting, releases first."""
    return (
        connection.sql(
            """
            SELECT id_rilis AS id, 'register' AS sumber, nama_berkas AS berkas, baris_berkas, baris_diterima,
                baris_ditolak, baris_dilewati, nomor_sk, tanggal_sk::VARCHAR AS tanggal_sk, 1 AS urutan
            FROM core.rilis WHERE list_contains($ids, id_rilis)
            UNION ALL
            SELECT id_laporan, 'laporan OPD', nama_berkas, baris_berkas, baris_diterima, baris_ditolak,
                baris_dilewati, NULL, NULL, 2
            FROM core.laporan WHERE list_contains($ids, id_laporan)
            ORDER BY urutan, id
            """,
            params={"ids": list(ids)},
        )
        .pl()
        .drop("urutan")
        .to_dicts()
    )


def last_changes(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Per series: the newest release in force against the one before it, and who entered, left, moved, changed."""
    return (
        connection.sql(
            """
            WITH releases AS (
                SELECT seri, id_rilis, periode, baris_diterima,
                    lag(id_rilis) OVER neighbours AS id_rilis_sebelumnya,
                    lag(baris_diterima) OVER neighbours AS baris_diterima_sebelumnya
                FROM core.rilis WHERE keadaan = 'berlaku'
                WINDOW neighbours AS (PARTITION BY seri ORDER BY periode)
                QUALIFY row_number() OVER (PARTITION BY seri ORDER BY periode DESC) = 1
            ),
            changes AS (
                SELECT id_rilis, jenis_perubahan, count(*) AS jumlah
                FROM internal.perubahan_rilis GROUP BY ALL
            )
            SELECT releases.id_rilis AS rilis, id_rilis_sebelumnya AS rilis_sebelumnya,
                baris_diterima AS terdaftar, baris_diterima_sebelumnya AS terdaftar_sebelumnya,
                coalesce(sum(jumlah) FILTER (jenis_perubahan = 'masuk'), 0)::BIGINT AS masuk,
                coalesce(sum(jumlah) FILTER (jenis_perubahan = 'keluar'), 0)::BIGINT AS keluar,
                coalesce(sum(jumlah) FILTER (jenis_perubahan = 'pindah'), 0)::BIGINT AS pindah,
                coalesce(sum(jumlah) FILTER (jenis_perubahan = 'berubah'), 0)::BIGINT AS berubah
            FROM releases LEFT JOIN changes USING (id_rilis)
            WHERE id_rilis_sebelumnya IS NOT NULL
            GROUP BY ALL ORDER BY rilis
            """
        )
        .pl()
        .to_dicts()
    )


def accepted_by_area(connection: duckdb.DuckDBPyConnection, release_id: str) -> dict[str, int]:
    """Persons per kelurahan (its code) in a release in force; empty for one that is not."""
    found = connection.execute(
        """
        SELECT warga.kode_kemendagri, count(*)
        FROM core.rilis AS rilis
        INNER JOIN core.riwayat_warga AS warga
            ON rilis.seri = warga.seri AND rilis.periode >= warga.berlaku_dari
            AND (warga.berlaku_sampai IS NULL OR rilis.periode < warga.berlaku_sampai)
        WHERE rilis.id_rilis = ? AND rilis.keadaan = 'berlaku'
        GROUP BY ALL
        """,
        [release_id],
    ).fetchall()
    return dict(found)
