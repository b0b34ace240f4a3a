"""`core.riwayat_warga`: the history of registered persons and its agreement with the ledger of releases."""

from __future__ import annotations

from expectations import structure
from expectations.model import BATCH, Check, Suite, rows_check
from warehouse.tables.registry import RIWAYAT_WARGA

_PERSON = "seri, kunci_warga, urutan_nik"


def suite() -> Suite:
    """The suite of the history."""
    return structure.suite(
        RIWAYAT_WARGA,
        _period_not_empty(),
        _no_overlap(),
        _known("rilis_dikenal", "Rilis setiap versi ada dalam buku besar rilis.", "core.rilis", "id_rilis"),
        rows_check(
            "kelurahan_dikenal",
            "Kode kelurahan setiap versi ada dalam daftar wilayah, atau kelurahannya tidak disebut berkasnya.",
            f"SELECT {', '.join(structure.locator(RIWAYAT_WARGA))} FROM {BATCH} AS r "
            f"ANTI JOIN core.wilayah AS w USING (kode_kemendagri) WHERE NOT {structure.UNKNOWN_PLACE}",
        ),
        _as_many_as_accepted(),
    )


def _period_not_empty() -> Check:
    return Check(
        "masa_berlaku",
        "Setiap versi berakhir setelah mulai berlaku.",
        "ExpectColumnPairValuesAToBeGreaterThanB",
        {
            "column_A": "berlaku_sampai",
            "column_B": "berlaku_dari",
            "ignore_row_if": "either_value_is_missing",
        },
        structure.failing_rows(RIWAYAT_WARGA, "berlaku_sampai <= berlaku_dari"),
    )


def _no_overlap() -> Check:
    next_start = f"lead(berlaku_dari) OVER (PARTITION BY {_PERSON} ORDER BY berlaku_dari)"
    return rows_check(
        "tidak_tumpang_tindih",
        "Pada setiap saat paling banyak satu versi berlaku untuk satu orang.",
        f"{structure.failing_rows(RIWAYAT_WARGA, 'true')} "
        f"QUALIFY {next_start} < coalesce(berlaku_sampai, DATE '9999-12-31')",
    )


def _known(name: str, title: str, table: str, column: str) -> Check:
    shown = ", ".join(structure.locator(RIWAYAT_WARGA))
    return rows_check(
        name,
        title,
        f"SELECT {shown} FROM {BATCH} AS r WHERE NOT EXISTS (FROM {table} AS t WHERE t.{column} = r.{column})",
    )


def _as_many_as_accepted() -> Check:
    return rows_check(
        "jumlah_per_periode",
        "Pada setiap periode jumlah orang yang berlaku sama dengan baris yang diterima dari rilisnya.",
        f"""
        WITH berlaku AS (
            SELECT rilis.id_rilis, count(riwayat.seri) AS jumlah
            FROM core.rilis AS rilis
            LEFT JOIN {BATCH} AS riwayat
                ON riwayat.seri = rilis.seri
                AND riwayat.berlaku_dari <= rilis.periode
                AND rilis.periode < coalesce(riwayat.berlaku_sampai, DATE '9999-12-31')
            WHERE rilis.keadaan = 'berlaku'
            GROUP BY rilis.id_rilis
        )
        SELECT rilis.id_rilis
        FROM core.rilis AS rilis
        JOIN berlaku USING (id_rilis)
        WHERE berlaku.jumlah <> rilis.baris_diterima
        """,
    )
