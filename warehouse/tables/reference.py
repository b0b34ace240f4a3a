"""Reference tables: areas, assisting agencies and reason codes. Rows come from reference/ and the rule tables."""

from warehouse.columns import Column, Role, Table
from warehouse.tables import shared

WILAYAH = Table(
    "core",
    "wilayah",
    grain="satu kelurahan.",
    purpose="Daftar kelurahan dengan kedua sistem kode.",
    key=("kode_kemendagri",),
    columns=(
        shared.KODE_KEMENDAGRI,
        shared.KODE_BPS,
        shared.KELURAHAN,
        shared.KODE_KEMENDAGRI_KECAMATAN,
        shared.KODE_BPS_KECAMATAN,
        shared.KECAMATAN,
        Column("kode_bps_kabupaten_kota", "VARCHAR", "Kode kabupaten atau kota menurut BPS (4 digit).", role=Role.KEY),
        Column("kabupaten_kota", "VARCHAR", "Nama kabupaten atau kota."),
    ),
)

OPD_DAMPINGAN = Table(
    "core",
    "opd_dampingan",
    grain="satu pasangan OPD dan kelurahan dampingannya.",
    purpose=(
        "OPD pendamping tiap kelurahan menurut keputusan kepala daerah, dengan masa berlakunya; kelurahan tanpa baris "
        "belum diketahui pendampingnya."
    ),
    key=("kode_kemendagri", "opd_singkat"),
    columns=(
        shared.KODE_KEMENDAGRI,
        shared.OPD,
        shared.OPD_SINGKAT,
        Column("dasar", "VARCHAR", "Keputusan yang menetapkan pasangan ini."),
        shared.SUMBER,
        shared.NOMOR_SK.but(description="Nomor keputusan yang menetapkan pasangan ini.", nullable=True),
        shared.TANGGAL_SK.but(description="Tanggal keputusan itu.", nullable=True),
        Column("berlaku_dari", "DATE", "Hari pertama pasangan ini berlaku; kosong berarti sejak awal.", nullable=True),
        Column(
            "berlaku_sampai", "DATE", "Hari terakhir pasangan ini berlaku; kosong berarti masih berlaku.", nullable=True
        ),
    ),
)

ALASAN = Table(
    "core",
    "alasan",
    grain="satu kode alasan.",
    purpose="Alasan penolakan dan peringatan, dengan penjelasan dan tindak lanjut untuk petugas.",
    key=("kode_alasan",),
    columns=(
        Column("kode_alasan", "VARCHAR", "Kode alasan.", role=Role.KEY),
        Column(
            "tingkat",
            "VARCHAR",
            "tolak: baris tidak masuk; peringatan: baris masuk dan ditandai.",
            allowed=("tolak", "peringatan"),
        ),
        Column("kolom", "VARCHAR", "Kolom yang diperiksa."),
        Column("penjelasan", "VARCHAR", "Apa yang salah."),
        Column("tindakan", "VARCHAR", "Apa yang perlu dilakukan petugas."),
    ),
)

REFERENCE_TABLES = (WILAYAH, OPD_DAMPINGAN, ALASAN)
