"""The marts on the register against counts made by hand (the table in hand_made.py)."""

from __future__ import annotations

from datetime import date

from tests.sql.hand_made import (
    BARAT,
    JENGGOT,
    MEDONO,
    P1,
    P2,
    P3,
    PROTECTED,
    R2,
    R2_OLD,
    R3,
    SELATAN,
    SERIES,
    SOKODUWET,
    rows,
)


def test_wilayah_has_both_code_systems_without_the_swap() -> None:
    assert rows("SELECT count(*), count(DISTINCT kode_bps) FROM marts.wilayah") == [(27, 27)]
    assert rows(
        "SELECT DISTINCT kecamatan, kode_bps_kecamatan FROM marts.wilayah"
        " WHERE kode_kemendagri_kecamatan IN ('33.75.03', '33.75.04') ORDER BY kode_kemendagri_kecamatan"
    ) == [("Pekalongan Utara", "3375040"), ("Pekalongan Selatan", "3375030")]


def test_rilis_lists_superseded_versions_and_flags_one_latest_release() -> None:
    found = rows("SELECT id_rilis, tahun, keadaan, rilis_terakhir FROM marts.rilis ORDER BY id_rilis")
    assert [row[0] for row in found if row[3]] == [R3]
    assert (R2_OLD, 2022, "digantikan", False) in found
    assert rows(f"SELECT baris_ditolak_persen FROM marts.rilis WHERE id_rilis = '{R2}'") == [(20,)]


def test_registered_persons_are_rows_of_the_releases_in_force() -> None:
    found = rows(
        "SELECT periode, kode_kemendagri, jumlah_jiwa, jumlah_kk, jumlah_wilayah_jiwa"
        f" FROM marts.penduduk_terdaftar_kelurahan WHERE seri = '{SERIES}' AND jumlah_jiwa > 0 ORDER BY ALL"
    )
    assert found == [
        (P1, MEDONO, 3, 3, 5),
        (P1, JENGGOT, 2, 2, 5),
        (P2, MEDONO, 2, 1, 7),
        (P2, JENGGOT, 4, 3, 7),
        (P2, SOKODUWET, 1, 1, 7),
        (P3, MEDONO, 2, 1, 6),
        (P3, JENGGOT, 3, 2, 6),
        (P3, SOKODUWET, 1, 1, 6),
    ]
    assert rows("SELECT count(*), sum(porsi_persen) FROM marts.penduduk_terdaftar_kelurahan WHERE rilis_terakhir") == [
        (27, 100)
    ]


def test_reconciliation_with_the_decree() -> None:
    found = rows(
        "SELECT tingkat, kode_kemendagri, jumlah_sk_jiwa, jumlah_diterima_jiwa, selisih_jiwa, cocok, tanggal_sk"
        f" FROM marts.rekonsiliasi_sk WHERE periode = '{P2}' ORDER BY ALL"
    )
    signed = date(2022, 4, 4)
    assert found == [
        ("kecamatan", BARAT, 3, 2, -1, False, signed),
        ("kecamatan", "33.75.02", None, 0, None, None, signed),
        ("kecamatan", "33.75.03", None, 0, None, None, signed),
        ("kecamatan", SELATAN, 5, 5, 0, True, signed),
        ("kelurahan", JENGGOT, 4, 4, 0, True, signed),
    ]


def test_movements_balance_once_what_cannot_be_followed_is_counted_apart() -> None:
    columns = (
        "masuk_jiwa, keluar_jiwa, pindah_masuk_jiwa, pindah_keluar_jiwa, berubah_jiwa, tanpa_nik_sesudah_jiwa,"
        " nik_berulang_sesudah_baris, jumlah_sebelum_jiwa, jumlah_sesudah_jiwa"
    )
    found = rows(
        f"SELECT periode, periode_sebelumnya, kode_kemendagri, {columns} FROM marts.mutasi_kelurahan"
        " WHERE jumlah_sebelum_jiwa + jumlah_sesudah_jiwa > 0 ORDER BY ALL"
    )
    assert found == [
        (P2, P1, MEDONO, 0, 2, 0, 1, 0, 1, 1, 3, 2),
        (P2, P1, JENGGOT, 2, 0, 0, 0, 1, 0, 0, 2, 4),
        (P2, P1, SOKODUWET, 0, 0, 1, 0, 0, 0, 0, 0, 1),
        (P3, P2, MEDONO, 1, 0, 0, 0, 0, 1, 0, 2, 2),
        (P3, P2, JENGGOT, 0, 1, 0, 0, 0, 0, 0, 4, 3),
        (P3, P2, SOKODUWET, 0, 0, 0, 0, 0, 0, 0, 1, 1),
    ]
    unbalanced = rows(
        "SELECT * FROM marts.mutasi_kelurahan WHERE perubahan_jiwa <> masuk_jiwa - keluar_jiwa + pindah_masuk_jiwa"
        " - pindah_keluar_jiwa + tanpa_nik_sesudah_jiwa - tanpa_nik_sebelum_jiwa"
        " + nik_berulang_sesudah_baris - nik_berulang_sebelum_baris"
    )
    assert unbalanced == []


def test_trend_is_cut_between_registers() -> None:
    found = rows(
        "SELECT seri, periode, awal_seri, jumlah_jiwa, perubahan_jiwa, perubahan_persen FROM marts.tren_rilis"
        " WHERE tingkat = 'kabupaten/kota' ORDER BY periode"
    )
    assert found == [
        ("bdt2015-3375", date(2015, 1, 1), True, 1, None, None),
        (SERIES, P1, True, 5, None, None),
        (SERIES, P2, False, 7, 2, 40),
        (SERIES, P3, False, 6, -1, -rows("SELECT 14.29::DECIMAL(18,2)")[0][0]),
    ]
    assert rows(
        f"SELECT jumlah_sebelumnya_jiwa, jumlah_jiwa FROM marts.tren_rilis"
        f" WHERE kode_wilayah = '{SELATAN}' AND rilis_terakhir"
    ) == [(5, 4)]


def test_aid_per_programme_with_exact_kecamatan() -> None:
    found = rows(
        "SELECT program, penerima_jiwa, terdaftar_jiwa, penerima_persen, penerima_kecamatan_jiwa,"
        " terdaftar_kecamatan_jiwa FROM marts.bansos_kelurahan"
        f" WHERE periode = '{P3}' AND kode_kemendagri = '{JENGGOT}' ORDER BY program"
    )
    third, two_thirds = rows("SELECT 33.33::DECIMAL(18,2), 66.67::DECIMAL(18,2)")[0]
    assert found == [
        ("BPNT", 1, 3, third, 1, 4),
        ("BPNT-PPKM", 0, 3, 0, 0, 4),
        ("PBI JKN", 1, 3, third, 1, 4),
        ("PKH", 2, 3, two_thirds, 2, 4),
    ]


def test_overlap_counts_programmes_of_a_family_together() -> None:
    found = rows(
        "SELECT jumlah_program, keluarga_kk, keluarga_terdaftar_kk FROM marts.bansos_tumpang_tindih"
        f" WHERE periode = '{P2}' AND kode_kemendagri = '{JENGGOT}' ORDER BY jumlah_program"
    )
    # G: none; F: PKH; A with E: BPNT, PKH and PBI JKN
    assert found == [(0, 1, 3), (1, 1, 3), (2, 0, 3), (3, 1, 3), (4, 0, 3)]


def test_quality_of_nik() -> None:
    found = rows(
        "SELECT kode_kemendagri, terdaftar_jiwa, nik_kosong_jiwa, nik_ganda_jiwa, tanggal_lahir_beda_jiwa, padan_jiwa,"
        f" tidak_padan_jiwa, nik_kosong_persen FROM marts.kualitas_nik WHERE periode = '{P2}' AND terdaftar_jiwa > 0"
        " ORDER BY ALL"
    )
    assert found == [
        (MEDONO, 2, 1, 1, 1, 0, 0, 50),
        (JENGGOT, 4, 0, 1, 0, 1, 0, 0),
        (SOKODUWET, 1, 0, 0, 1, 0, 1, 0),
    ]


def test_age_groups_at_the_period_of_the_release() -> None:
    found = rows(
        "SELECT periode, kode_kemendagri, kelompok_umur, umur_mulai, jenis_kelamin, jumlah_kelompok_jiwa"
        f" FROM marts.umur_jenis_kelamin WHERE seri = '{SERIES}' AND kelompok_umur <> 'tidak diketahui' ORDER BY ALL"
    )
    # A turns 30 the day after the second release, B 76 on its day; H, born in 1850, counts as unknown
    assert found == [
        (P1, MEDONO, "75+", 75, "L", 1),
        (P1, JENGGOT, "25-29", 25, "P", 1),
        (P2, JENGGOT, "25-29", 25, "P", 1),
        (P2, SOKODUWET, "75+", 75, "L", 1),
        (P3, JENGGOT, "30-34", 30, "P", 1),
        (P3, SOKODUWET, "75+", 75, "L", 1),
    ]
    assert rows(
        "SELECT sum(jumlah_kelompok_jiwa) FROM marts.umur_jenis_kelamin"
        f" WHERE kode_kemendagri = '{MEDONO}' AND periode = '{P1}'"
    ) == [(3,)]


def test_small_counts_are_hidden_and_registered_persons_are_not() -> None:
    assert rows(
        "SELECT jumlah_jiwa, jumlah_kk, disamarkan FROM marts.penduduk_terdaftar_kelurahan"
        f" WHERE periode = '{P3}' AND kode_kemendagri IN ('{JENGGOT}', '33.75.01.1003') ORDER BY kode_kemendagri",
        PROTECTED,
    ) == [(0, 0, False), (3, None, True)]
    assert rows(
        "SELECT penerima_jiwa, penerima_persen, penerima_kecamatan_jiwa, disamarkan FROM marts.bansos_kelurahan"
        f" WHERE periode = '{P3}' AND kode_kemendagri = '{JENGGOT}' AND program = 'PKH'",
        PROTECTED,
    ) == [(None, None, 2, True)]


def test_rounding_is_to_the_nearest_multiple_from_the_threshold_on() -> None:
    found = rows("SELECT n, core.bulatkan(n), core.disamarkan(n) FROM range(14) AS numbers (n) ORDER BY n", PROTECTED)
    assert [row[1] for row in found] == [0, None, None, None, None, 5, 5, 5, 10, 10, 10, 10, 10, 15]
    assert [row[0] for row in found if row[2]] == [1, 2, 3, 4]
