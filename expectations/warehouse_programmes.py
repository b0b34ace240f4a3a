"""`core.laporan` and the tables of its sheets: programme reports of the assisting agencies."""

from __future__ import annotations

from expectations import structure
from expectations.model import BATCH, Check, Suite, rows_check
from expectations.warehouse_ledger import hashed, one_in_force, rows_add_up
from warehouse.tables.programmes import LAPORAN, PARTS, Part


def suites() -> tuple[Suite, ...]:
    """One suite per table."""
    return (
        structure.suite(
            LAPORAN,
            rows_add_up("id_laporan"),
            hashed("id_laporan"),
            one_in_force("id_laporan", ("opd_singkat", "kode_kemendagri", "tahun", "triwulan")),
            _quarter(),
            _area_known(),
            _rejects_kept(),
            _lines_kept(),
        ),
        *(structure.suite(part.table, _report_agrees(), *_identity(part)) for part in PARTS.values()),
    )


def _quarter() -> Check:
    return Check(
        "triwulan_1_sampai_4",
        "Triwulan laporan 1 sampai 4.",
        "ExpectColumnValuesToBeBetween",
        {"column": "triwulan", "min_value": 1, "max_value": 4},
        structure.failing_rows(LAPORAN, "triwulan NOT BETWEEN 1 AND 4"),
    )


def _area_known() -> Check:
    return rows_check(
        "kelurahan_dikenal",
        "Kelurahan setiap laporan ada dalam daftar wilayah.",
        f"SELECT id_laporan FROM {BATCH} AS l ANTI JOIN core.wilayah AS w USING (kode_kemendagri)",
    )


def _rejects_kept() -> Check:
    return rows_check(
        "ditolak_tersimpan",
        "Baris ditolak yang tersimpan, dari semua lembar, sebanyak yang dicatat buku besar.",
        f"""
        SELECT l.id_laporan
        FROM {BATCH} AS l
        LEFT JOIN core.ditolak AS d ON l.id_laporan = d.id_kiriman
        WHERE l.keadaan = 'berlaku'
        GROUP BY l.id_laporan, l.baris_ditolak
        HAVING count(d.id_kiriman) <> l.baris_ditolak
        """,
    )


def _lines_kept() -> Check:
    lines = " UNION ALL ".join(f"SELECT id_laporan FROM {part.table.qualified}" for part in PARTS.values())
    return rows_check(
        "isian_tersimpan",
        "Baris keempat lembar yang tersimpan sebanyak baris laporan yang diterima.",
        f"""
        SELECT l.id_laporan
        FROM {BATCH} AS l
        LEFT JOIN ({lines}) AS isian USING (id_laporan)
        WHERE l.keadaan = 'berlaku'
        GROUP BY l.id_laporan, l.baris_diterima
        HAVING count(isian.id_laporan) <> l.baris_diterima
        """,
    )


def _identity(part: Part) -> tuple[Check, ...]:
    if part.identity is None:
        return ()
    return (
        rows_check(
            "id_sekali_per_laporan",
            "ID yang menyambung baris antartriwulan hanya sekali dalam satu laporan.",
            f"SELECT id_laporan, {part.identity} FROM {BATCH} GROUP BY ALL HAVING count(*) > 1",
        ),
    )


def _report_agrees() -> Check:
    shared = ("id_laporan", "opd_singkat", "kode_kemendagri", "tahun", "triwulan")
    return rows_check(
        "laporan_dikenal",
        "Setiap baris menyebut OPD, kelurahan dan triwulan yang sama dengan laporannya.",
        f"SELECT id_laporan, baris_sumber FROM {BATCH} AS k ANTI JOIN core.laporan AS l USING ({', '.join(shared)})",
    )
