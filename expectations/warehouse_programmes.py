"""`core.laporan` and `core.kegiatan`: programme reports of the assisting agencies and their activities."""

from __future__ import annotations

from expectations import structure
from expectations.model import BATCH, Check, Suite, rows_check
from expectations.warehouse_ledger import hashed, one_in_force, rejects_kept, rows_add_up
from warehouse.tables.programmes import KEGIATAN, LAPORAN


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
            rejects_kept("id_laporan", part="'laporan'", where="keadaan = 'berlaku'"),
            _activities_kept(),
        ),
        structure.suite(KEGIATAN, _report_agrees()),
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


def _activities_kept() -> Check:
    return rows_check(
        "kegiatan_tersimpan",
        "Kegiatan yang tersimpan sebanyak baris laporan yang diterima.",
        f"""
        SELECT l.id_laporan
        FROM {BATCH} AS l
        LEFT JOIN core.kegiatan AS k USING (id_laporan)
        WHERE l.keadaan = 'berlaku'
        GROUP BY l.id_laporan, l.baris_diterima
        HAVING count(k.id_laporan) <> l.baris_diterima
        """,
    )


def _report_agrees() -> Check:
    shared = ("id_laporan", "opd_singkat", "kode_kemendagri", "tahun", "triwulan")
    return rows_check(
        "laporan_dikenal",
        "Setiap kegiatan menyebut OPD, kelurahan dan triwulan yang sama dengan laporannya.",
        f"SELECT id_laporan, baris_sumber FROM {BATCH} AS k ANTI JOIN core.laporan AS l USING ({', '.join(shared)})",
    )
