"""Columns of the views on welfare deciles, the registered share of the population, and whom aid may have missed."""

from warehouse.columns import Column, Role
from warehouse.tables import shared
from warehouse.tables.marts_blocks import FAMILY
from warehouse.tables.marts_shared import (
    DISAMARKAN,
    PLACE,
    RELEASE,
    RILIS_TERAKHIR,
    TERDAFTAR_JIWA,
    ViewColumns,
    fixed_count,
    percent,
    rounded,
)
from warehouse.tables.programmes import PENERIMA
from warehouse.tables.registry import PERSON_COLUMNS, RILIS

_PERSON = {column.name: column for column in PERSON_COLUMNS}
_JUDGED = ("PKH", "Sembako", "PBI JKN")
_FAMILY = {column.name: column for column in FAMILY}

TARGETING_MARTS = (
    ViewColumns(
        "marts",
        "desil_kelurahan",
        ("seri", "periode", "kode_kemendagri", "golongan_desil"),
        (
            *RELEASE,
            *PLACE,
            Column(
                "golongan_desil",
                "VARCHAR",
                "Desil 1 (terendah) sampai 10, kelompok desil seperti 6-10, atau 'tidak diketahui'.",
                role=Role.KEY,
            ),
            Column(
                "urutan_desil",
                "INTEGER",
                "Desil sebagai angka, untuk mengurutkan; kosong pada kelompok desil dan yang tidak diketahui.",
                nullable=True,
            ),
            RILIS_TERAKHIR,
            rounded("jumlah_golongan_jiwa", "Orang terdaftar dalam golongan ini."),
            rounded("jumlah_golongan_kk", "Nomor KK berbeda dalam golongan ini.", "kk"),
            TERDAFTAR_JIWA,
            percent("porsi_persen", "jumlah_golongan_jiwa dibagi terdaftar_jiwa."),
            DISAMARKAN,
        ),
    ),
    ViewColumns(
        "marts",
        "rasio_terdaftar",
        ("seri", "periode", "kode_wilayah"),
        (
            *RELEASE,
            RILIS.column("kode_wilayah"),
            Column("nama_wilayah", "VARCHAR", "Nama kabupaten atau kota."),
            RILIS_TERAKHIR,
            fixed_count("jumlah_jiwa", "Orang terdaftar. Jangan menjumlahkan dua periode."),
            Column(
                "tahun_penduduk",
                "INTEGER",
                "Tahun jumlah penduduk yang dipakai: tahun rilis, atau yang terdekat; kosong bila tidak ada.",
                "tahun",
                nullable=True,
            ),
            fixed_count("penduduk_jiwa", "Seluruh penduduk pada tahun_penduduk, sebagai penyebut.").but(nullable=True),
            shared.SUMBER.but(name="sumber_penduduk", description="Penerbit jumlah penduduk.", nullable=True),
            percent(
                "terdaftar_persen", "jumlah_jiwa dibagi penduduk_jiwa. Bukan persentase penduduk miskin menurut BPS."
            ),
            shared.SHA256.but(description="Sidik jawaban atau berkas asal jumlah penduduk.", nullable=True),
        ),
    ),
)

TARGETING_INTERNAL = (
    ViewColumns(
        "internal",
        "kandidat_terlewat",
        ("id_rilis", "kode_kemendagri", "kunci_keluarga", "program"),
        (
            *RELEASE,
            shared.ID_RILIS,
            shared.KODE_KEMENDAGRI,
            shared.KELURAHAN,
            shared.KECAMATAN,
            _FAMILY["kunci_keluarga"],
            Column("program", "VARCHAR", "Program yang belum tercatat diterima.", allowed=_JUDGED, role=Role.KEY),
            _FAMILY["no_kk"],
            _FAMILY["nama_kepala_keluarga"],
            _PERSON["desil"].but(nullable=False, description="Desil terendah di antara anggota keluarga."),
            _FAMILY["anggota_jiwa"],
        ),
    ),
    ViewColumns(
        "internal",
        "kandidat_salah_sasaran",
        ("jenis_temuan", "id_kiriman", "kode_kemendagri", "kunci_penerima", "program"),
        (
            shared.PERIODE.but(description="Periode rilis atau triwulan laporan.", role=Role.ATTRIBUTE),
            Column(
                "jenis_temuan",
                "VARCHAR",
                "Mengapa perlu diperiksa.",
                allowed=("desil 6 ke atas", "tidak terdaftar"),
                role=Role.KEY,
            ),
            shared.ID_KIRIMAN,
            shared.KODE_KEMENDAGRI,
            shared.KELURAHAN,
            shared.KECAMATAN,
            _FAMILY["kunci_keluarga"].but(
                name="kunci_penerima",
                description="Nomor KK atau kunci orang pada register; pada laporan OPD nomor barisnya.",
            ),
            Column("program", "VARCHAR", "Program menurut register, atau OPD yang melaporkan penerima.", role=Role.KEY),
            PENERIMA.column("nama").but(
                description="Nama kepala keluarga atau penerima, bila tercatat.", nullable=True
            ),
            _PERSON["desil"].but(description="Desil terendah keluarga; kosong bila tidak terdaftar."),
        ),
    ),
)
