"""Columns of the views in schema `core`: building blocks that other views share."""

from warehouse.columns import Column, Privacy, Role
from warehouse.tables import shared
from warehouse.tables.marts_shared import (
    PERIODE_SEBELUMNYA,
    PERIODE_TRIWULAN,
    PLACE,
    RELEASE,
    RILIS_TERAKHIR,
    TERAKHIR_DALAM_TAHUN,
    TRIWULAN_TERAKHIR,
    ViewColumns,
    count,
    flag,
)
from warehouse.tables.programmes import KEGIATAN, PENERIMA
from warehouse.tables.reference import OPD_DAMPINGAN, WILAYAH
from warehouse.tables.registry import KUNCI_WARGA, PERSON_COLUMNS, RILIS, RIWAYAT_WARGA
from warehouse.tables.statistics import NILAI_INDIKATOR, WILAYAH_STATISTIK

PROGRAMMES = {
    "bpnt_jiwa": "BPNT",
    "sembako_jiwa": "Sembako",
    "pkh_jiwa": "PKH",
    "bpnt_ppkm_jiwa": "BPNT-PPKM",
    "bst_jiwa": "BST",
    "bpum_jiwa": "BPUM",
    "rastra_jiwa": "Rastra",
    "pbi_jkn_jiwa": "PBI JKN",
    "pbi_pemda_jiwa": "PBI daerah",
}
"""Counted in `core.terdaftar_kelurahan` under these names, published as these programmes."""
_URUTAN_NIK = RIWAYAT_WARGA.column("urutan_nik")
_JUMLAH_PROGRAM = Column(
    "jumlah_program",
    "INTEGER",
    "Banyaknya program yang diterima anggota keluarga ini bersama-sama; BPNT dan Sembako dihitung satu.",
    "program",
    role=Role.NON_ADDITIVE,
)
_PERSON = {column.name: column for column in PERSON_COLUMNS}
FAMILY = (
    Column(
        "kunci_keluarga",
        "VARCHAR",
        "Nomor KK; untuk orang tanpa nomor KK kunci orangnya sendiri.",
        privacy=Privacy.PERSONAL,
        role=Role.KEY,
    ),
    _PERSON["no_kk"],
    _PERSON["nama"].but(name="nama_kepala_keluarga", description="Nama kepala keluarga, bila tercatat.", nullable=True),
    _PERSON["alamat"],
    _PERSON["rt"],
    _PERSON["rw"],
    count("anggota_jiwa", "Anggota keluarga yang terdaftar."),
)
"""What is known of a family of the latest release."""

BLOCKS = (
    ViewColumns(
        "core",
        "rilis_berlaku",
        ("id_rilis",),
        (
            *RELEASE,
            shared.ID_RILIS,
            RILIS.column("kode_wilayah"),
            RILIS.column("versi"),
            shared.NOMOR_SK,
            shared.TANGGAL_SK,
            PERIODE_SEBELUMNYA,
            RILIS_TERAKHIR,
        ),
    ),
    ViewColumns(
        "core",
        "warga_rilis",
        ("id_rilis", "kunci_warga", "urutan_nik"),
        (
            shared.PERIODE,
            shared.SERI,
            shared.ID_RILIS.but(description="Rilis tempat orang ini terdaftar."),
            KUNCI_WARGA,
            _URUTAN_NIK,
            *PERSON_COLUMNS,
            Column("id_rilis_terbaca", "VARCHAR", "Rilis tempat keterangan ini pertama terbaca."),
            shared.BARIS_SUMBER.but(description="Nomor baris pada rilis tempat keterangan ini pertama terbaca."),
        ),
    ),
    ViewColumns(
        "core",
        "keluarga_rilis",
        ("id_rilis", "kode_kemendagri", "no_kk"),
        (
            shared.ID_RILIS,
            shared.KODE_KEMENDAGRI,
            Column("no_kk", "VARCHAR", "Nomor Kartu Keluarga, 16 digit.", privacy=Privacy.PERSONAL, role=Role.KEY),
            count("anggota_jiwa", "Anggota keluarga yang terdaftar."),
            _JUMLAH_PROGRAM,
        ),
    ),
    ViewColumns(
        "core",
        "keluarga_terakhir",
        ("id_rilis", "kode_kemendagri", "kunci_keluarga"),
        (
            *RELEASE,
            shared.ID_RILIS,
            shared.KODE_KEMENDAGRI,
            shared.KELURAHAN,
            shared.KECAMATAN,
            *FAMILY,
            _PERSON["desil"].but(description="Desil terendah di antara anggota keluarga; kosong bila tidak diketahui."),
            *(
                Column(name, "BOOLEAN", text, nullable=True, privacy=Privacy.PERSONAL)
                for name, text in (
                    ("menerima_pkh", "Menerima PKH."),
                    ("menerima_sembako", "Menerima BPNT atau Sembako."),
                    ("menerima_pbi", "Menerima bantuan iuran JKN, dari APBN atau APBD."),
                )
            ),
            Column(
                "menerima_bansos", "BOOLEAN", "Tercatat menerima satu program atau lebih.", privacy=Privacy.PERSONAL
            ),
        ),
    ),
    ViewColumns(
        "core",
        "terdaftar_kelurahan",
        ("id_rilis", "kode_kemendagri"),
        (
            *RELEASE,
            shared.ID_RILIS,
            *PLACE,
            RILIS_TERAKHIR,
            count("jumlah_jiwa", "Orang terdaftar."),
            count("tanpa_nik_jiwa", "Orang terdaftar tanpa NIK yang dapat dipakai."),
            count("nik_berulang_baris", "Baris ke-2 dan seterusnya dari NIK yang sama.", "baris"),
            count("padan_jiwa", "Orang terdaftar yang padan dengan Dukcapil."),
            count("tidak_padan_jiwa", "Orang terdaftar yang tidak padan dengan Dukcapil."),
            *(
                count(name, f"Penerima {program}; kosong bila rilis tidak menyebut program ini.").but(nullable=True)
                for name, program in PROGRAMMES.items()
            ),
            count("tanpa_bansos_jiwa", "Orang terdaftar yang tidak tercatat menerima satu program pun."),
        ),
    ),
    ViewColumns(
        "core",
        "kota",
        ("kode_wilayah",),
        (
            Column("kode_wilayah", "VARCHAR", "Kode BPS kabupaten atau kota (4 digit).", role=Role.KEY),
            Column("nama_wilayah", "VARCHAR", "Nama kabupaten atau kota."),
        ),
    ),
    ViewColumns(
        "core",
        "wilayah_bps",
        ("kode_wilayah",),
        (
            *WILAYAH_STATISTIK.columns,
            flag("wilayah_sendiri", "Benar untuk kabupaten atau kota ini."),
        ),
    ),
    ViewColumns(
        "core",
        "opd_pendamping",
        ("opd_singkat",),
        (
            shared.OPD_SINGKAT,
            shared.OPD,
            count("jumlah_kelurahan", "Kelurahan dampingan menurut penetapan yang masih berlaku.", "kelurahan"),
        ),
    ),
    ViewColumns("core", "pendamping_terkini", ("kode_kemendagri",), OPD_DAMPINGAN.columns),
    ViewColumns(
        "core",
        "penerima_berlaku",
        ("id_laporan", "baris_sumber"),
        (
            PERIODE_TRIWULAN,
            *(
                PENERIMA.column(name)
                for name in (
                    "tahun",
                    "triwulan",
                    "opd_singkat",
                    "kode_kemendagri",
                    "id_laporan",
                    "baris_sumber",
                    "kunci_warga",
                    "nama",
                    "id_kegiatan",
                )
            ),
            PENERIMA.column("nama").but(name="kunci_nama", description="Nama setelah gelar dan tulisan disamakan."),
            Column("terdaftar", "BOOLEAN", "Benar bila NIK-nya ada pada rilis terbaru.", privacy=Privacy.PERSONAL),
            shared.KODE_KEMENDAGRI.but(
                name="kode_kemendagri_terdaftar",
                description="Kelurahan tempat ia terdaftar.",
                nullable=True,
                privacy=Privacy.PERSONAL,
            ),
            next(column for column in PERSON_COLUMNS if column.name == "desil"),
        ),
    ),
    ViewColumns(
        "core",
        "tempat",
        ("kode_kemendagri",),
        (
            *PLACE,
            WILAYAH.column("kode_bps_kabupaten_kota"),
            Column("dikenal", "BOOLEAN", "Apakah ini kelurahan dalam daftar wilayah."),
        ),
    ),
    ViewColumns(
        "core",
        "kegiatan_berlaku",
        ("id_laporan", "baris_sumber"),
        (
            PERIODE_TRIWULAN,
            *KEGIATAN.columns,
            shared.OPD.but(nullable=True, description="Nama lengkap OPD; kosong bila OPD tidak ada dalam penetapan."),
            TRIWULAN_TERAKHIR,
            TERAKHIR_DALAM_TAHUN,
        ),
    ),
    ViewColumns(
        "core",
        "nilai_terkini",
        ("kode_wilayah", "indikator", "tahun", "sumber"),
        (
            *(
                column
                for column in NILAI_INDIKATOR.columns
                if column.name not in ("berlaku", "keadaan", "alasan_menunggu")
            ),
            Column("urutan_sumber", "BIGINT", "1 = sumber yang dipakai untuk nilai ini.", role=Role.NON_ADDITIVE),
        ),
    ),
)
"""Building blocks; person-level ones never leave the warehouse."""
