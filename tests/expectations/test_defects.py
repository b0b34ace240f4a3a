"""Every hand-written check fails when its defect is planted, and only for the rows that have it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import duckdb
import pytest

from expectations import structure
from expectations.model import Suite
from expectations.runner import run_suites
from tests.expectations.planting import planted, run_check
from tests.expectations.small_warehouse import RELEASE
from warehouse.columns import Table
from warehouse.tables import CORE_TABLES
from warehouse.tables.programmes import PARTS
from warehouse.tables.registry import STAGED_PERSON
from warehouse.views import marts

pytestmark = pytest.mark.system

Base = tuple[duckdb.DuckDBPyConnection, Mapping[str, Suite]]
STAGED = f"diterima.{RELEASE}"


class Defect(NamedTuple):
    """A statement on `table` that makes `check` of `suite` fail for `rows` rows, the first known by `key`."""

    suite: str
    check: str
    table: str
    statement: str
    rows: int
    key: str = ""


def staged(check: str, change: str) -> Defect:
    """The first row changed."""
    statement = f"UPDATE staged.diterima SET {change} WHERE baris_sumber = 2"
    return Defect(STAGED, check, "staged.diterima", statement, 1, "baris 2")


def gone(check: str, condition: str, rows: int, key: str = "") -> Defect:
    """The staged rows of `condition` lost."""
    return Defect(STAGED, check, "staged.diterima", f"DELETE FROM staged.diterima WHERE {condition}", rows, key)


def core(table: str, check: str, statement: str, rows: int, key: str, *, plant: str = "") -> Defect:
    """`statement` with {t} for the table it changes: `plant`, or the checked table."""
    changed = f"core.{plant or table}"
    return Defect(f"core.{table}", check, changed, statement.format(t=changed), rows, key)


def mart(table: str, check: str, statement: str, rows: int, key: str = "") -> Defect:
    changed = f"marts.{table}"
    return Defect(f"terbitan.{table}", check, changed, statement.format(t=changed), rows, key)


STAGED_DEFECTS = (
    staged("nik_16_angka", "nik = '33750441079900171'"),
    staged("no_kk_16_angka", "no_kk = '337504010203040'"),
    gone("ada_baris", "true", 0),
    gone("jumlah_diterima", "baris_sumber = 5", 0),
    gone("jumlah_baris_berkas", "baris_sumber = 5", 1, "diterima=3"),
    staged("kelurahan_dikenal", "kode_kemendagri = '33.26.01.2001'"),
    staged("aturan_NIK_ILMIAH", "nik = '3.37504E+15'"),
    staged("aturan_NIK_KARAKTER", "nik = '337504410799001X'"),
    staged("aturan_NIK_PANJANG", "nik = '337504410799001'"),
    staged("aturan_NIK_SERAGAM", "nik = '1111111111111111'"),
    staged("aturan_NIK_TANGGAL", "nik = '3375043207990017'"),
    staged("aturan_NIK_TANGGAL", "nik = '3375040113990017'"),
    staged("aturan_NIK_TANGGAL", "nik = '3375047207990017'"),
    staged("aturan_NIK_SERI_NOL", "nik = '3375044107990000'"),
    staged("aturan_KK_TIDAK_SAH", "no_kk = '33750401020304050'"),
    staged("aturan_NIK_SAMA_KK", "no_kk = nik"),
    staged("aturan_NAMA_KOSONG", "nama = '  '"),
    staged("aturan_NAMA_ANGKA", "nama = 'S1ti'"),
    staged("aturan_TANGGAL_LAHIR_TIDAK_SAH", "tanggal_lahir = NULL"),
    staged("aturan_KELURAHAN_TIDAK_DIKENAL", "kode_kemendagri = NULL"),
)
CORE_DEFECTS = (
    core(
        "riwayat_warga",
        "masa_berlaku",
        "UPDATE {t} SET berlaku_sampai = berlaku_dari WHERE baris_sumber = 2",
        1,
        "baris 2",
    ),
    core(
        "riwayat_warga",
        "tidak_tumpang_tindih",
        "UPDATE {t} SET berlaku_sampai = NULL WHERE baris_sumber = 3",
        1,
        "baris 3",
    ),
    core(
        "riwayat_warga",
        "rilis_dikenal",
        "UPDATE {t} SET id_rilis = 'dtks-9' WHERE baris_sumber = 2",
        1,
        "id_rilis=dtks-9",
    ),
    core(
        "riwayat_warga",
        "kelurahan_dikenal",
        "UPDATE {t} SET kode_kemendagri = '33.26' WHERE baris_sumber = 2",
        1,
        "baris 2",
    ),
    core(
        "riwayat_warga",
        "jumlah_per_periode",
        "DELETE FROM {t} WHERE baris_sumber = 2",
        2,
        "id_rilis=dtks-3375-2022-01-1",
    ),
    core(
        "rilis", "jumlah_baris", "UPDATE {t} SET baris_dilewati = 5 WHERE versi = 1 AND baris_ditolak = 1", 1, RELEASE
    ),
    core("rilis", "sha256_utuh", f"UPDATE {{t}} SET sha256 = sha256 || '0' WHERE id_rilis = '{RELEASE}'", 1, RELEASE),
    core("rilis", "satu_yang_berlaku", "UPDATE {t} SET periode = '2022-01-01'", 2, RELEASE),
    core("rilis", "ditolak_tersimpan", "DELETE FROM {t}", 1, RELEASE, plant="ditolak"),
    core("rilis", "peringatan_dalam_diterima", "UPDATE {t} SET tanpa_nik = 9 WHERE tanpa_nik = 1", 1, RELEASE),
    core("rilis", "peringatan_tersimpan", "DELETE FROM {t}", 1, RELEASE, plant="peringatan"),
    core("berkas_rilis", "jumlah_baris", "UPDATE {t} SET baris_dilewati = 5", 1, RELEASE),
    core("berkas_rilis", "ditolak_tersimpan", "DELETE FROM {t}", 1, RELEASE, plant="ditolak"),
    core("total_kontrol", "rilis_dikenal", "UPDATE {t} SET id_rilis = 'dtks-9'", 1, "id_rilis=dtks-9"),
    core("ditolak", "ada_alasan", "DELETE FROM {t}", 1, "baris 7", plant="ditolak_alasan"),
    core("ditolak_alasan", "ada_barisnya", "DELETE FROM {t}", 1, "baris 7", plant="ditolak"),
    core("ditolak_alasan", "kode_dikenal", "UPDATE {t} SET kode_alasan = 'NIK_KOSONG'", 1, "baris 7"),
    core("peringatan", "kode_dikenal", "UPDATE {t} SET kode_alasan = 'NIK_PANJANG'", 1, "baris 5"),
    core("batas_indikator", "batas_berurutan", "UPDATE {t} SET nilai_maksimum = nilai_minimum", 1, "kemiskinan_p0"),
    core(
        "nilai_indikator", "indikator_dikenal", "UPDATE {t} SET indikator = 'p9' WHERE terbitan = 2", 1, "indikator=p9"
    ),
    core("nilai_indikator", "sumber_dikenal", "DELETE FROM {t}", 3, "terbitan=1", plant="sumber_indikator"),
    core("nilai_indikator", "nilai_mungkin", "UPDATE {t} SET nilai = 101 WHERE terbitan = 2", 1, "terbitan=2"),
    core(
        "nilai_indikator", "p0_p1_p2_selaras", "UPDATE {t} SET nilai = 7.7 WHERE indikator = 'kemiskinan_p1'", 1, "p1"
    ),
    core(
        "nilai_indikator",
        "menunggu_beralasan",
        "UPDATE {t} SET keadaan = 'menunggu' WHERE terbitan = 2",
        1,
        "terbitan=2",
    ),
    core("nilai_indikator", "nilai_masuk_akal", "UPDATE {t} SET nilai = 75.9 WHERE terbitan = 2", 1, "terbitan=2"),
    core("nilai_indikator", "terbitan_berurutan", "UPDATE {t} SET terbitan = 3 WHERE terbitan = 2", 1, "terbitan=3"),
    core("nilai_indikator", "webapi_selalu_berlaku", "UPDATE {t} SET berlaku = FALSE", 3, "terbitan=1"),
    core("laporan", "jumlah_baris", "UPDATE {t} SET baris_dilewati = 5", 1, "id_laporan=dlh"),
    core("laporan", "sha256_utuh", "UPDATE {t} SET sha256 = 'F' || sha256[2:]", 1, "id_laporan=dlh"),
    core(
        "laporan",
        "satu_yang_berlaku",
        "INSERT INTO {t} SELECT * REPLACE ('lain' AS id_laporan) FROM {t}",
        2,
        "id_laporan=lain",
    ),
    core("laporan", "triwulan_1_sampai_4", "UPDATE {t} SET triwulan = 5", 1, "id_laporan=dlh"),
    core("laporan", "kelurahan_dikenal", "UPDATE {t} SET kode_kemendagri = '33.26'", 1, "id_laporan=dlh"),
    core("laporan", "ditolak_tersimpan", "UPDATE {t} SET baris_ditolak = 1", 1, "id_laporan=dlh"),
    core("laporan", "isian_tersimpan", "DELETE FROM {t} WHERE baris_sumber = 3", 1, "id_laporan=dlh", plant="kegiatan"),
    *(
        core(part, "laporan_dikenal", "UPDATE {t} SET triwulan = 2 WHERE baris_sumber = 3", 1, "baris 3")
        for part in PARTS
    ),
    *(
        core(part.name, "id_sekali_per_laporan", f"UPDATE {{t}} SET {part.identity} = 'sama'", 1, "id_laporan=dlh")
        for part in PARTS.values()
        if part.identity
    ),
)
MART_DEFECTS = (
    mart("pendampingan", "semua_kelurahan", "DELETE FROM {t} WHERE kelurahan = 'Medono'", 0),
    mart(
        "pendampingan",
        "kelurahan_dikenal",
        "UPDATE {t} SET kode_kemendagri = '33.26' WHERE kelurahan = 'Medono'",
        1,
        "33.26",
    ),
    mart("wilayah", "tanpa_kolom_pribadi", "ALTER TABLE {t} ADD COLUMN nama VARCHAR", 1, "kolom=nama"),
    mart("opd", "tanpa_nomor_16_angka", "UPDATE {t} SET opd = 'NIK: 3375044107990017'", 1, "kolom=opd"),
    mart("rilis", "jumlah_baris", f"UPDATE {{t}} SET baris_berkas = 9 WHERE id_rilis = '{RELEASE}'", 1, RELEASE),
    mart(
        "rekonsiliasi_sk",
        "sama_dengan_terdaftar",
        "DELETE FROM {t} WHERE rilis_terakhir AND kode_kemendagri = '33.75.04'",
        1,
        "kode_kemendagri=33.75.04",
    ),
    mart(
        "rekonsiliasi_sk",
        "selisih_benar",
        "UPDATE {t} SET selisih_jiwa = 9 WHERE selisih_jiwa = 0",
        1,
        "kode_kemendagri=33.75.04",
    ),
    mart(
        "penduduk_terdaftar_kelurahan",
        "kelurahan_menjadi_kota",
        "UPDATE {t} SET jumlah_wilayah_jiwa = 5 WHERE rilis_terakhir AND kelurahan = 'Medono'",
        1,
        "2022-04-01",
    ),
    mart(
        "penduduk_terdaftar_kelurahan",
        "kelurahan_menjadi_rilis",
        "DELETE FROM {t} WHERE rilis_terakhir AND kelurahan = 'Medono'",
        1,
        RELEASE,
    ),
    mart(
        "tren_rilis",
        "kecamatan_menjadi_kota",
        "UPDATE {t} SET jumlah_jiwa = 9 WHERE rilis_terakhir AND kode_wilayah = '33.75.04'",
        1,
        "2022-04-01",
    ),
    mart(
        "mutasi_kelurahan",
        "perubahan_benar",
        "UPDATE {t} SET perubahan_jiwa = 9 WHERE kelurahan = 'Medono'",
        1,
        "kode_kemendagri=33.75.01.1002",
    ),
)
STRUCTURE_DEFECTS = (
    core("rilis", "kolom_dan_urutan", "ALTER TABLE {t} ADD COLUMN lain INTEGER", 0, ""),
    core("laporan", "tipe_kolom", "ALTER TABLE {t} ALTER tahun TYPE VARCHAR", 1, "kolom=tahun"),
    core("kegiatan", "tipe_kolom", "ALTER TABLE {t} ALTER target TYPE DECIMAL(18,4)", 1, "kolom=target"),
    core("rilis", "kunci_unik", f"INSERT INTO {{t}} FROM {{t}} WHERE id_rilis = '{RELEASE}'", 2, RELEASE),
    core("kegiatan", "kunci_unik", "INSERT INTO {t} FROM {t} WHERE baris_sumber = 3", 2, "baris 3"),
    core("riwayat_warga", "kunci_unik", "INSERT INTO {t} FROM {t} WHERE baris_sumber = 2", 2, "baris 2"),
    core(
        "rilis",
        "kolom_wajib_terisi",
        f"UPDATE {{t}} SET nomor_sk = NULL, versi = NULL WHERE id_rilis = '{RELEASE}'",
        1,
        "kolom=versi nomor_sk",
    ),
    core(
        "rilis",
        "jumlah_tidak_negatif",
        f"UPDATE {{t}} SET baris_dilewati = -1 WHERE id_rilis = '{RELEASE}'",
        1,
        "kolom=baris_dilewati",
    ),
    core("rilis", "keadaan_dari_daftar", "UPDATE {t} SET keadaan = 'lain'", 2, RELEASE),
    core(
        "riwayat_warga",
        "jenis_kelamin_dari_daftar",
        "UPDATE {t} SET jenis_kelamin = 'X' WHERE baris_sumber = 2",
        1,
        "baris 2",
    ),
)


def hold(where: Base, defect: Defect) -> None:
    """The check fails for as many rows as the defect has, counted by hand too, and shows the first."""
    connection, suites = where
    suite = suites[defect.suite]
    with planted(connection, defect.table, defect.statement):
        result = run_check(connection, suite, defect.check)
        assert not result.passed
        assert result.failed_rows == defect.rows
        assert any(defect.key in key for key in result.failing_keys) or not defect.key
        if result.query:
            counted = connection.execute(f"SELECT count(*) FROM ({result.query})").fetchall()
            assert result.failed_rows == counted[0][0]


@pytest.mark.parametrize("defect", STAGED_DEFECTS, ids=lambda defect: defect.check)
def test_staged_release(base: Base, defect: Defect) -> None:
    hold(base, defect)


@pytest.mark.parametrize("defect", CORE_DEFECTS, ids=lambda defect: f"{defect.suite}.{defect.check}")
def test_warehouse(base: Base, defect: Defect) -> None:
    hold(base, defect)


@pytest.mark.parametrize("defect", STRUCTURE_DEFECTS, ids=lambda defect: f"{defect.suite}.{defect.check}")
def test_structure(base: Base, defect: Defect) -> None:
    hold(base, defect)


@pytest.mark.parametrize("defect", MART_DEFECTS, ids=lambda defect: f"{defect.suite}.{defect.check}")
def test_published(publication: Base, defect: Defect) -> None:
    hold(publication, defect)


def test_every_hand_written_check_has_a_defect(base: Base, publication: Base) -> None:
    derived = {check.name for table in _tables() for check in structure.structural_checks(table)}
    everywhere = {"tanpa_kolom_pribadi", "tanpa_nomor_16_angka", "kelurahan_dikenal"}
    written = {
        (suite.name, check.name)
        for suites in (base[1], publication[1])
        for suite in suites.values()
        for check in suite.checks
        if check.name not in derived and not (suite.name.startswith("terbitan.") and check.name in everywhere)
    }
    covered = {(defect.suite, defect.check) for defect in (*STAGED_DEFECTS, *CORE_DEFECTS, *MART_DEFECTS)}
    assert written - covered == set()
    assert everywhere <= {defect.check for defect in MART_DEFECTS}


def test_good_data_passes_every_check(base: Base, publication: Base) -> None:
    """Last in this module, so that it also holds the planting to putting everything back."""
    for connection, suites in (base, publication):
        results = run_suites(connection, suites.values(), run_id="uji")
        assert [failure for result in results for failure in result.failures] == []
        assert [result.suite for result in results] == list(suites)
        assert any(result.rows for result in results)


def _tables() -> tuple[Table, ...]:
    return (*CORE_TABLES, STAGED_PERSON, *marts())
