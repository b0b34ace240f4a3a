"""The views that speak of persons or quote rows."""

from __future__ import annotations

from datetime import date

from tests.expectations.small_warehouse import person_key
from tests.sql.hand_made import JENGGOT, MEDONO, P2, P3, R1, R2, R3, SOKODUWET, rows


def test_who_entered_left_moved_and_changed() -> None:
    found = rows(
        "SELECT periode, right(kunci_warga::VARCHAR, 1), jenis_perubahan, kode_kemendagri_lama, kode_kemendagri_baru"
        " FROM internal.perubahan_rilis ORDER BY ALL"
    )
    assert found == [
        (P2, "2", "pindah", MEDONO, SOKODUWET),
        (P2, "3", "keluar", MEDONO, None),
        (P2, "5", "masuk", None, JENGGOT),
        (P2, "6", "berubah", JENGGOT, JENGGOT),
        (P2, "7", "masuk", None, JENGGOT),
        (P2, "8", "keluar", MEDONO, None),
        (P3, "7", "keluar", JENGGOT, None),
        (P3, "8", "masuk", None, MEDONO),
    ]
    assert rows(
        "SELECT kelurahan_lama, kelurahan_baru, nama FROM internal.perubahan_rilis WHERE jenis_perubahan = 'pindah'"
    ) == [("Medono", "Sokoduwet", "Sintetis 2")]


def test_families_without_aid_at_the_latest_release() -> None:
    found = rows(
        "SELECT id_rilis, kelurahan, no_kk, nama_kepala_keluarga, rt, anggota_jiwa FROM internal.tanpa_bansos"
        " ORDER BY id_rilis, kelurahan, no_kk NULLS LAST"
    )
    assert found == [
        (R3, "Medono", "3375040101220008", None, None, 1),
        (R3, "Medono", None, None, None, 1),
        (R3, "Sokoduwet", "3375040101220002", "Sintetis 2", "003", 1),
    ]


def test_repeated_nik_shows_all_its_rows() -> None:
    assert rows("SELECT id_rilis, urutan_nik, kelurahan, jumlah_baris FROM internal.nik_ganda ORDER BY urutan_nik") == [
        (R2, 1, "Jenggot", 2),
        (R2, 2, "Medono", 2),
    ]


def test_disagreement_with_nik_finds_the_person_at_that_release() -> None:
    found = rows(
        "SELECT id_rilis, baris_sumber, kunci_warga::VARCHAR, kelurahan, tanggal_lahir, penjelasan"
        " FROM internal.nik_tidak_sesuai ORDER BY id_rilis, baris_sumber"
    )
    says = "Tanggal lahir berbeda."
    assert found == [
        (R1, 3, person_key(2), "Medono", date(1946, 4, 1), says),
        (R2, 20, person_key(7), "Medono", None, says),
        (R2, 33, person_key(2), "Sokoduwet", date(1946, 4, 1), says),
    ]


def test_quarantine_has_a_row_per_reason_with_file_and_place() -> None:
    found = rows(
        "SELECT jenis_kiriman, nama_berkas, baris_sumber, kode_alasan, kolom, isi FROM internal.karantina"
        " ORDER BY jenis_kiriman DESC, baris_sumber, kode_alasan"
    )
    assert found == [
        ("register", "april.csv", 9, "NAMA_KOSONG", "nama", '{"NIK": "123"}'),
        ("register", "april.csv", 9, "NIK_PANJANG", "nik", '{"NIK": "123"}'),
        ("register", "april.csv", 10, "NIK_PANJANG", "nik", '{"NIK": "4"}'),
        ("laporan OPD", "x", 4, "TARGET_TEKS", None, "{}"),
    ]


def test_lineage_names_file_decree_and_the_checks_of_the_last_run() -> None:
    assert rows(
        "SELECT nama_berkas, sha256, nomor_sk, baris_berkas, baris_diterima, baris_ditolak, baris_dilewati,"
        f" pemeriksaan_lolos, pemeriksaan_gagal, versi_kode FROM internal.asal_usul WHERE id_kiriman = '{R2}'"
    ) == [("april.csv", "a" * 64, "400/0123", 10, 7, 2, 1, 2, 0, "0.1.0")]
    assert rows("SELECT jenis_kiriman, count(*) FROM internal.asal_usul GROUP BY ALL ORDER BY ALL") == [
        ("laporan OPD", 6),
        ("register", 5),
        ("statistik", 3),
    ]
    assert rows("SELECT sumber, baris_diterima FROM internal.asal_usul WHERE id_kiriman = '3'") == [
        ("artikel; pers mengutip BPS", 3)
    ]
