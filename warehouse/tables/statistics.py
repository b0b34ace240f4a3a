"""Macro indicators with every published version of each value."""

from warehouse.columns import Column, Role, Table
from warehouse.tables import shared

JENIS_SUMBER = Column("jenis_sumber", "VARCHAR", "Dari mana diambil.", allowed=("webapi_bps", "publikasi"))

INDIKATOR = Table(
    "core",
    "indikator",
    grain="satu indikator.",
    purpose="Katalog indikator makro.",
    key=("indikator",),
    columns=(
        Column("indikator", "VARCHAR", "Kode indikator, misalnya kemiskinan_p0.", role=Role.KEY),
        Column("nama_indikator", "VARCHAR", "Nama indikator."),
        Column("satuan", "VARCHAR", "Satuan nilai."),
        Column("uraian", "VARCHAR", "Apa yang diukur, dan apa yang tidak boleh dilakukan dengannya."),
        Column(
            "bulan_acuan", "INTEGER", "Bulan acuan survei (3 = Susenas Maret, 8 = Sakernas Agustus).", nullable=True
        ),
        Column("nilai_minimum", "DOUBLE", "Batas bawah yang masuk akal."),
        Column("nilai_maksimum", "DOUBLE", "Batas atas yang masuk akal."),
    ),
)

SUMBER_INDIKATOR = Table(
    "core",
    "sumber_indikator",
    grain="satu sumber nilai indikator.",
    purpose="Sumber yang boleh dipakai, dan mana yang didahulukan bila angkanya berbeda.",
    key=("sumber",),
    columns=(
        shared.SUMBER.but(role=Role.KEY),
        JENIS_SUMBER,
        Column("peringkat", "INTEGER", "1 = sumber yang didahulukan bila berbeda."),
    ),
)

NILAI_INDIKATOR = Table(
    "core",
    "nilai_indikator",
    grain="satu terbitan nilai satu indikator untuk satu wilayah, tahun dan sumber.",
    purpose="Nilai indikator dengan semua terbitannya; revisi adalah terbitan baru, tidak menimpa.",
    key=("kode_wilayah", "indikator", "tahun", "sumber", "terbitan"),
    columns=(
        Column(
            "kode_wilayah", "VARCHAR", "Kode BPS wilayah (4 digit; 0000 Indonesia, 3300 Jawa Tengah).", role=Role.KEY
        ),
        Column("indikator", "VARCHAR", "Kode indikator.", role=Role.KEY),
        Column("tahun", "INTEGER", "Tahun nilai.", role=Role.KEY),
        Column("nilai", "DECIMAL(18,4)", "Nilai dalam satuan indikator.", role=Role.NON_ADDITIVE),
        shared.SUMBER.but(role=Role.KEY),
        JENIS_SUMBER,
        Column("terbitan", "INTEGER", "Urutan terbitan nilai ini, mulai 1.", role=Role.KEY),
        Column(
            "berlaku",
            "BOOLEAN",
            "Salah pada semua terbitan nilai publikasi yang tidak ada lagi dalam daftar publikasi; nilai WebAPI selalu "
            "benar.",
        ),
        Column("diterbitkan_pada", "TIMESTAMP", "Waktu penerbit memperbarui nilai.", nullable=True),
        Column("diambil_pada", "TIMESTAMP", "Waktu nilai diambil (UTC)."),
        shared.SHA256.but(description="Sidik jawaban atau berkas asal nilai."),
        shared.CATATAN,
    ),
)

STAGED_VALUE_COLUMNS = tuple(column for column in NILAI_INDIKATOR.columns if column.name not in ("terbitan", "berlaku"))
"""What a staged value has; loading gives it its vintage and says whether it still counts."""

STATISTICS_TABLES = (INDIKATOR, SUMBER_INDIKATOR, NILAI_INDIKATOR)
