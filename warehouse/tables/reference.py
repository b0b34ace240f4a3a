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
        "OPD pendamping tiap kelurahan menurut Keputusan Wali Kota; kelurahan tanpa baris belum diketahui "
        "pendampingnya."
    ),
    key=("kode_kemendagri",),
    columns=(
        shared.KODE_KEMENDAGRI,
        shared.OPD,
        shared.OPD_SINGKAT,
        Column("dasar", "VARCHAR", "Keputusan yang menetapkan pasangan ini."),
        shared.SUMBER,
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
