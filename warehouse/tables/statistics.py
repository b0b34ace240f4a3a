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
        Column(
            "jeda_terbit_bulan",
            "INTEGER",
            "Sekian bulan sesudah akhir bulan acuan (tanpa bulan acuan: akhir tahun) nilainya seharusnya sudah ada.",
            "bulan",
            role=Role.NON_ADDITIVE,
        ),
        Column("mungkin_minimum", "DOUBLE", "Nilai di bawah ini mustahil.", nullable=True),
        Column("mungkin_maksimum", "DOUBLE", "Nilai di atas ini mustahil.", nullable=True),
        Column(
            "tahun_putus_metode",
            "INTEGER",
            "Sejak tahun ini cara hitungnya lain; angka sebelumnya tidak dapat disambung.",
            nullable=True,
        ),
    ),
)

BATAS_INDIKATOR = Table(
    "core",
    "batas_indikator",
    grain="satu indikator untuk satu tingkat wilayah.",
    purpose="Kisaran nilai yang masuk akal; nilai di luarnya menunggu persetujuan.",
    key=("indikator", "tingkat"),
    columns=(
        Column("indikator", "VARCHAR", "Kode indikator.", role=Role.KEY),
        Column(
            "tingkat",
            "VARCHAR",
            "Tingkat wilayah.",
            allowed=("nasional", "provinsi", "kabupaten_kota"),
            role=Role.KEY,
        ),
        Column("nilai_minimum", "DOUBLE", "Batas bawah yang masuk akal."),
        Column("nilai_maksimum", "DOUBLE", "Batas atas yang masuk akal."),
    ),
)

WILAYAH_STATISTIK = Table(
    "core",
    "wilayah_statistik",
    grain="satu wilayah yang statistiknya dapat dibandingkan.",
    purpose="Nama Indonesia, provinsi, kabupaten dan kota menurut kode BPS.",
    key=("kode_wilayah",),
    columns=(
        Column("kode_wilayah", "VARCHAR", "Kode BPS wilayah (4 digit).", role=Role.KEY),
        Column("nama_wilayah", "VARCHAR", "Nama wilayah."),
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
        Column(
            "keadaan",
            "VARCHAR",
            "menunggu: tidak wajar dan belum disetujui orang, sehingga tidak terbit.",
            allowed=("diterima", "menunggu", "disetujui"),
        ),
        Column(
            "alasan_menunggu", "VARCHAR", "Mengapa nilai ini perlu persetujuan; kosong bila tidak perlu.", nullable=True
        ),
        Column("diterbitkan_pada", "TIMESTAMP", "Waktu penerbit memperbarui nilai.", nullable=True),
        Column("diambil_pada", "TIMESTAMP", "Waktu nilai diambil (UTC)."),
        shared.SHA256.but(description="Sidik jawaban atau berkas asal nilai."),
        shared.CATATAN,
    ),
)

LOADING_DECIDES = ("terbitan", "berlaku", "keadaan", "alasan_menunggu")
STAGED_VALUE_COLUMNS = tuple(column for column in NILAI_INDIKATOR.columns if column.name not in LOADING_DECIDES)
"""What a staged value has; loading gives it its vintage, whether it still counts and whether it waits for a person."""

STATISTICS_TABLES = (INDIKATOR, BATAS_INDIKATOR, SUMBER_INDIKATOR, WILAYAH_STATISTIK, NILAI_INDIKATOR)
