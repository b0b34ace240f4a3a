"""Columns of the published views on the social register."""

from warehouse.columns import Column, Role
from warehouse.tables import shared
from warehouse.tables.marts_blocks import PROGRAMMES
from warehouse.tables.marts_shared import (
    DISAMARKAN,
    JUMLAH_JIWA,
    PERIODE_SEBELUMNYA,
    PLACE,
    RELEASE,
    RILIS_TERAKHIR,
    TERDAFTAR_JIWA,
    ViewColumns,
    count,
    fixed_count,
    flag,
    percent,
    rounded,
)
from warehouse.tables.reference import WILAYAH
from warehouse.tables.registry import RILIS, TOTAL_KONTROL

_JENIS_KELAMIN = ("L", "P", "tidak diketahui")
_TINGKAT = TOTAL_KONTROL.column("tingkat")

_AREAS = (
    ViewColumns("marts", "wilayah", ("kode_kemendagri",), WILAYAH.columns),
    ViewColumns(
        "marts",
        "rilis",
        ("id_rilis",),
        (
            *RELEASE,
            shared.ID_RILIS,
            RILIS.column("versi"),
            RILIS.column("keadaan"),
            RILIS_TERAKHIR,
            shared.NOMOR_SK,
            shared.TANGGAL_SK,
            RILIS.column("tata_letak"),
            RILIS.column("satuan_analisis"),
            shared.SHA256,
            RILIS.column("diserahkan_pada"),
            shared.BARIS_BERKAS,
            shared.BARIS_DITERIMA,
            shared.BARIS_DITOLAK,
            shared.BARIS_DILEWATI,
            RILIS.column("baris_peringatan"),
            RILIS.column("tanpa_nik"),
            percent("baris_ditolak_persen", "Baris ditolak dibagi baris dalam berkas."),
        ),
    ),
)

_PERSONS = (
    ViewColumns(
        "marts",
        "penduduk_terdaftar_kelurahan",
        ("seri", "periode", "kode_kemendagri"),
        (
            *RELEASE,
            *PLACE,
            RILIS_TERAKHIR,
            JUMLAH_JIWA,
            rounded("jumlah_kk", "Keluarga terdaftar menurut nomor KK; orang tanpa nomor KK tidak terhitung.", "kk"),
            fixed_count("jumlah_wilayah_jiwa", "Orang terdaftar di seluruh kabupaten atau kota, sebagai penyebut."),
            percent("porsi_persen", "jumlah_jiwa dibagi jumlah_wilayah_jiwa."),
            DISAMARKAN,
        ),
    ),
    ViewColumns(
        "marts",
        "rekonsiliasi_sk",
        ("seri", "periode", "tingkat", "kode_kemendagri"),
        (
            *RELEASE,
            _TINGKAT,
            TOTAL_KONTROL.column("kode_kemendagri"),
            Column("nama_wilayah", "VARCHAR", "Nama kecamatan atau kelurahan."),
            shared.KECAMATAN,
            RILIS_TERAKHIR,
            shared.NOMOR_SK,
            shared.TANGGAL_SK,
            Column(
                "jumlah_sk_jiwa",
                "BIGINT",
                "Jumlah jiwa menurut lampiran SK; kosong bila SK tidak memuatnya. Jangan menjumlahkan dua tingkat.",
                "jiwa",
                nullable=True,
                role=Role.NON_ADDITIVE,
            ),
            fixed_count(
                "jumlah_diterima_jiwa", "Orang terdaftar yang diterima dari berkas. Jangan menjumlahkan dua tingkat."
            ),
            Column(
                "selisih_jiwa",
                "BIGINT",
                "jumlah_diterima_jiwa dikurangi jumlah_sk_jiwa.",
                "jiwa",
                nullable=True,
                role=Role.NON_ADDITIVE,
            ),
            flag("cocok", "Benar bila selisihnya nol; kosong bila SK tidak memuat jumlahnya.").but(nullable=True),
        ),
    ),
    ViewColumns(
        "marts",
        "mutasi_kelurahan",
        ("seri", "periode", "kode_kemendagri"),
        (
            *RELEASE,
            PERIODE_SEBELUMNYA.but(
                nullable=False, description="Periode rilis berlaku sebelumnya dalam seri yang sama."
            ),
            *PLACE,
            RILIS_TERAKHIR,
            count("jumlah_sebelum_jiwa", "Orang terdaftar pada rilis sebelumnya."),
            count("jumlah_sesudah_jiwa", "Orang terdaftar pada rilis ini."),
            Column(
                "perubahan_jiwa",
                "BIGINT",
                "jumlah_sesudah_jiwa dikurangi jumlah_sebelum_jiwa.",
                "jiwa",
                role=Role.ADDITIVE,
            ),
            rounded("masuk_jiwa", "Orang ber-NIK yang belum ada di rilis sebelumnya di kelurahan mana pun."),
            rounded("keluar_jiwa", "Orang ber-NIK dari rilis sebelumnya yang tidak ada lagi di kelurahan mana pun."),
            rounded("pindah_masuk_jiwa", "Orang ber-NIK yang pada rilis sebelumnya terdaftar di kelurahan lain."),
            rounded("pindah_keluar_jiwa", "Orang ber-NIK yang pada rilis ini terdaftar di kelurahan lain."),
            rounded("berubah_jiwa", "Orang ber-NIK yang tetap di kelurahan ini tetapi keterangannya berubah."),
            rounded(
                "tanpa_nik_sebelum_jiwa", "Orang tanpa NIK pada rilis sebelumnya; tidak dapat diikuti antar-rilis."
            ),
            rounded("tanpa_nik_sesudah_jiwa", "Orang tanpa NIK pada rilis ini; tidak dapat diikuti antar-rilis."),
            rounded(
                "nik_berulang_sebelum_baris", "Baris ke-2 dan seterusnya dari NIK yang sama, rilis sebelumnya.", "baris"
            ),
            rounded("nik_berulang_sesudah_baris", "Baris ke-2 dan seterusnya dari NIK yang sama, rilis ini.", "baris"),
            DISAMARKAN,
        ),
    ),
    ViewColumns(
        "marts",
        "tren_rilis",
        ("seri", "periode", "tingkat", "kode_wilayah"),
        (
            *RELEASE,
            Column(
                "tingkat",
                "VARCHAR",
                "Tingkat wilayah.",
                allowed=("kabupaten/kota", "kecamatan"),
                role=Role.KEY,
            ),
            Column(
                "kode_wilayah",
                "VARCHAR",
                "Kode BPS kabupaten atau kota (4 digit), atau kode kecamatan menurut Kemendagri.",
                role=Role.KEY,
            ),
            Column("nama_wilayah", "VARCHAR", "Nama kabupaten, kota atau kecamatan."),
            PERIODE_SEBELUMNYA,
            flag("awal_seri", "Benar pada rilis pertama seri: garis tren tidak boleh disambung dari register lain."),
            RILIS_TERAKHIR,
            fixed_count("jumlah_jiwa", "Orang terdaftar. Jangan menjumlahkan dua tingkat atau dua periode."),
            Column(
                "jumlah_sebelumnya_jiwa",
                "BIGINT",
                "Orang terdaftar pada rilis sebelumnya dalam seri yang sama.",
                "jiwa",
                nullable=True,
                role=Role.NON_ADDITIVE,
            ),
            Column(
                "perubahan_jiwa",
                "BIGINT",
                "jumlah_jiwa dikurangi jumlah_sebelumnya_jiwa.",
                "jiwa",
                nullable=True,
                role=Role.NON_ADDITIVE,
            ),
            percent("perubahan_persen", "perubahan_jiwa dibagi jumlah_sebelumnya_jiwa."),
            Column(
                "register_pendahulu",
                "VARCHAR",
                "Register yang rilis terakhirnya mendahului seri ini; hanya pada awal seri.",
                nullable=True,
            ),
            Column(
                "dari_register_pendahulu_jiwa",
                "BIGINT",
                "Orang dengan NIK yang ada pula pada rilis terakhir register pendahulu; hanya pada awal seri.",
                "jiwa",
                nullable=True,
                role=Role.NON_ADDITIVE,
            ),
        ),
    ),
)

_BREAKDOWNS = (
    ViewColumns(
        "marts",
        "bansos_kelurahan",
        ("seri", "periode", "kode_kemendagri", "program"),
        (
            *RELEASE,
            *PLACE,
            Column(
                "program",
                "VARCHAR",
                "Program menurut register. Sembako (BSP) nama baru BPNT; register yang memuat keduanya: dua baris.",
                allowed=tuple(PROGRAMMES.values()),
                role=Role.KEY,
            ),
            RILIS_TERAKHIR,
            rounded("penerima_jiwa", "Orang terdaftar yang menerima program."),
            TERDAFTAR_JIWA,
            percent("penerima_persen", "penerima_jiwa dibagi terdaftar_jiwa."),
            fixed_count("penerima_kecamatan_jiwa", "Penerima program di seluruh kecamatan, angka sebenarnya."),
            fixed_count("terdaftar_kecamatan_jiwa", "Orang terdaftar di seluruh kecamatan."),
            percent("penerima_kecamatan_persen", "penerima_kecamatan_jiwa dibagi terdaftar_kecamatan_jiwa."),
            DISAMARKAN,
        ),
    ),
    ViewColumns(
        "marts",
        "bansos_tumpang_tindih",
        ("seri", "periode", "kode_kemendagri", "jumlah_program"),
        (
            *RELEASE,
            *PLACE,
            Column(
                "jumlah_program",
                "INTEGER",
                "Banyaknya program yang diterima keluarga ini; 4 berarti empat atau lebih, 2 ke atas = tumpang tindih.",
                "program",
                role=Role.KEY,
            ),
            RILIS_TERAKHIR,
            rounded("keluarga_kk", "Keluarga menurut nomor KK.", "kk"),
            rounded("keluarga_terdaftar_kk", "Semua keluarga terdaftar di kelurahan ini, sebagai penyebut.", "kk"),
            percent("keluarga_persen", "keluarga_kk dibagi keluarga_terdaftar_kk."),
            DISAMARKAN,
        ),
    ),
    ViewColumns(
        "marts",
        "kualitas_nik",
        ("seri", "periode", "kode_kemendagri"),
        (
            *RELEASE,
            *PLACE,
            RILIS_TERAKHIR,
            TERDAFTAR_JIWA.but(role=Role.ADDITIVE),
            rounded("nik_kosong_jiwa", "Orang tanpa NIK yang dapat dipakai."),
            rounded("nik_ganda_jiwa", "Baris yang NIK-nya dipakai lebih dari satu baris dalam rilis."),
            rounded("nik_luar_daerah_jiwa", "Orang dengan NIK terbitan daerah lain; wajar bagi warga pindahan."),
            rounded("tanggal_lahir_beda_jiwa", "Orang yang tanggal lahirnya berbeda dari NIK."),
            rounded("jenis_kelamin_beda_jiwa", "Orang yang jenis kelaminnya berbeda dari NIK."),
            rounded("kk_kosong_jiwa", "Orang tanpa nomor KK."),
            rounded("padan_jiwa", "Orang yang padan dengan Dukcapil menurut register."),
            rounded("tidak_padan_jiwa", "Orang yang tidak padan dengan Dukcapil menurut register."),
            percent("nik_kosong_persen", "nik_kosong_jiwa dibagi terdaftar_jiwa."),
            percent("tidak_padan_persen", "tidak_padan_jiwa dibagi terdaftar_jiwa."),
            DISAMARKAN,
        ),
    ),
    ViewColumns(
        "marts",
        "umur_jenis_kelamin",
        ("seri", "periode", "kode_kemendagri", "kelompok_umur", "jenis_kelamin"),
        (
            *RELEASE,
            *PLACE,
            Column(
                "kelompok_umur",
                "VARCHAR",
                "Kelompok umur pada periode rilis, misalnya 05-09; 75+ terbuka ke atas.",
                role=Role.KEY,
            ),
            Column("jenis_kelamin", "VARCHAR", "L laki-laki, P perempuan.", allowed=_JENIS_KELAMIN, role=Role.KEY),
            Column(
                "umur_mulai",
                "INTEGER",
                "Umur terendah kelompok ini, untuk mengurutkan; kosong bila tidak diketahui.",
                "tahun",
                nullable=True,
            ),
            RILIS_TERAKHIR,
            rounded("jumlah_kelompok_jiwa", "Orang terdaftar dalam kelompok ini."),
            TERDAFTAR_JIWA,
            percent("porsi_persen", "jumlah_kelompok_jiwa dibagi terdaftar_jiwa."),
            DISAMARKAN,
        ),
    ),
)

REGISTER_MARTS = (*_AREAS, *_PERSONS, *_BREAKDOWNS)
