"""Columns of the published views on macro indicators, on how fresh each source is, and the data dictionary."""

from warehouse.columns import Column, Role
from warehouse.tables import shared
from warehouse.tables.accounting import KAMUS_DATA
from warehouse.tables.marts_internal import INTERNAL
from warehouse.tables.marts_shared import TAHUN_TERAKHIR, ViewColumns, count, fixed_count, flag
from warehouse.tables.statistics import INDIKATOR, NILAI_INDIKATOR

_PERIODE_INDIKATOR = shared.PERIODE.but(
    description="Hari pertama bulan acuan survei pada tahun nilai; Januari bila indikator tidak punya bulan acuan."
)
_ASAL_USUL = {column.name: column for view in INTERNAL if view.name == "asal_usul" for column in view.columns}
_NILAI = NILAI_INDIKATOR.column("nilai")
_VALUE = (
    _PERIODE_INDIKATOR,
    NILAI_INDIKATOR.column("tahun"),
    NILAI_INDIKATOR.column("kode_wilayah"),
    Column("nama_wilayah", "VARCHAR", "Nama wilayah; kosong untuk wilayah di luar daftar.", nullable=True),
    NILAI_INDIKATOR.column("indikator"),
    INDIKATOR.column("nama_indikator"),
    INDIKATOR.column("satuan"),
)

SOURCE_MARTS = (
    ViewColumns(
        "marts",
        "indikator_makro",
        ("kode_wilayah", "indikator", "tahun"),
        (
            *_VALUE[:4],
            flag("wilayah_sendiri", "Benar untuk kabupaten atau kota ini; salah untuk wilayah pembanding."),
            *_VALUE[4:],
            INDIKATOR.column("uraian"),
            TAHUN_TERAKHIR.but(
                description="Benar pada tahun terbaru yang ada nilainya untuk indikator dan wilayah ini."
            ),
            _NILAI,
            shared.SUMBER,
            NILAI_INDIKATOR.column("jenis_sumber"),
            NILAI_INDIKATOR.column("terbitan").but(role=Role.ATTRIBUTE),
            NILAI_INDIKATOR.column("diterbitkan_pada"),
            fixed_count("jumlah_sumber", "Banyaknya sumber yang memuat nilai ini.", "sumber"),
            flag("sumber_berbeda", "Benar bila sumber-sumber memuat nilai berbeda; lihat marts.selisih_sumber."),
            _NILAI.but(
                name="nilai_provinsi", description="Nilai provinsi pada tahun yang sama, bila ada.", nullable=True
            ),
            _NILAI.but(name="selisih_provinsi", description="nilai dikurangi nilai_provinsi.", nullable=True),
            _NILAI.but(
                name="nilai_nasional", description="Nilai Indonesia pada tahun yang sama, bila ada.", nullable=True
            ),
            INDIKATOR.column("tahun_putus_metode"),
            shared.CATATAN,
            NILAI_INDIKATOR.column("sha256"),
        ),
    ),
    ViewColumns(
        "marts",
        "revisi_bps",
        ("kode_wilayah", "indikator", "tahun", "sumber", "terbitan"),
        (
            *_VALUE,
            shared.SUMBER.but(role=Role.KEY),
            NILAI_INDIKATOR.column("jenis_sumber"),
            NILAI_INDIKATOR.column("terbitan").but(description="Urutan terbitan yang baru."),
            _NILAI.but(name="nilai_lama", description="Nilai pada terbitan sebelumnya."),
            _NILAI.but(name="nilai_baru", description="Nilai pada terbitan ini."),
            _NILAI.but(name="selisih", description="nilai_baru dikurangi nilai_lama."),
            flag("nilai_berubah", "Benar bila nilainya berubah."),
            NILAI_INDIKATOR.column("diterbitkan_pada").but(
                name="diterbitkan_pada_lama", description="Waktu penerbit memuat nilai lama."
            ),
            NILAI_INDIKATOR.column("diterbitkan_pada").but(
                name="diterbitkan_pada_baru", description="Waktu penerbit memuat nilai baru."
            ),
            NILAI_INDIKATOR.column("diambil_pada").but(description="Waktu nilai baru diambil (UTC)."),
            NILAI_INDIKATOR.column("sha256").but(description="Sidik jawaban atau berkas asal nilai baru."),
        ),
    ),
    ViewColumns(
        "marts",
        "selisih_sumber",
        ("kode_wilayah", "indikator", "tahun", "sumber"),
        (
            *_VALUE,
            shared.SUMBER.but(role=Role.KEY),
            NILAI_INDIKATOR.column("jenis_sumber"),
            _NILAI.but(description="Nilai menurut sumber ini."),
            flag("dipakai", "Benar pada sumber yang nilainya dipakai marts.indikator_makro."),
            _NILAI.but(name="nilai_dipakai", description="Nilai yang dipakai marts.indikator_makro."),
            _NILAI.but(name="selisih", description="nilai dikurangi nilai_dipakai."),
            NILAI_INDIKATOR.column("terbitan").but(role=Role.ATTRIBUTE),
            shared.CATATAN,
            NILAI_INDIKATOR.column("sha256"),
        ),
    ),
    ViewColumns(
        "marts",
        "kesegaran_data",
        ("kelompok_sumber", "sumber"),
        (
            Column(
                "periode_terbaru",
                "DATE",
                "Periode data terbaru dari sumber ini; kosong bila belum ada satu nilai pun.",
                nullable=True,
            ),
            Column(
                "kelompok_sumber",
                "VARCHAR",
                "Jenis sumber.",
                allowed=("register", "statistik", "laporan OPD", "indikator"),
                role=Role.KEY,
            ),
            shared.SUMBER.but(
                role=Role.KEY, description="Seri register, penerbit statistik, singkatan OPD, atau kode indikator."
            ),
            Column(
                "diterima_terakhir",
                "TIMESTAMP",
                "Waktu kiriman terakhir diterima atau diambil (UTC).",
                nullable=True,
            ),
            Column("periode_pertama", "DATE", "Periode data terlama dari sumber ini.", nullable=True),
            count("jumlah_periode", "Banyaknya periode yang ada datanya.", "periode"),
            Column(
                "jatuh_tempo",
                "DATE",
                "Hari nilai berikutnya seharusnya sudah ada menurut jeda terbit indikator; kosong bila tidak ada "
                "aturannya atau belum ada nilai.",
                nullable=True,
            ),
            flag(
                "terlambat",
                "Benar bila jatuh tempo sudah lewat pada hari kiriman terakhir dari sumber mana pun, atau indikator "
                "ini belum punya nilai.",
            ),
        ),
    ),
    ViewColumns(
        "marts",
        "asal_usul",
        ("jenis_kiriman", "id_kiriman"),
        (
            *(_ASAL_USUL[name] for name in ("periode", "jenis_kiriman", "id_kiriman", "sumber")),
            shared.KODE_KEMENDAGRI.but(
                description="Kelurahan laporan OPD; kosong pada rilis dan statistik.",
                nullable=True,
                role=Role.ATTRIBUTE,
            ),
            _ASAL_USUL["keadaan"],
            _ASAL_USUL["nama_berkas"].but(
                description="Nama berkas saat diserahkan; dikosongkan bila memuat nomor orang."
            ),
            *(_ASAL_USUL[name] for name in ("sha256", "nomor_sk", "tanggal_sk", "diserahkan_pada")),
            *(_ASAL_USUL[name] for name in ("baris_berkas", "baris_diterima", "baris_ditolak", "baris_dilewati")),
            Column(
                "koreksi", "VARCHAR", "Nama koreksi yang dipakai pada kiriman ini, dipisah titik koma.", nullable=True
            ),
            count("baris_dikoreksi", "Baris yang diubah koreksi itu.", "baris"),
            _ASAL_USUL["versi_kode"],
        ),
    ),
    ViewColumns(
        "marts",
        "kalender",
        ("tanggal",),
        (
            Column("tanggal", "DATE", "Hari; disambung dengan kolom periode atau tanggal tabel lain.", role=Role.KEY),
            Column("tahun", "INTEGER", "Tahun.", "tahun"),
            Column("triwulan", "INTEGER", "Triwulan, 1 sampai 4."),
            Column("bulan", "INTEGER", "Bulan, 1 sampai 12; untuk mengurutkan nama_bulan."),
            Column("hari", "INTEGER", "Hari dalam bulan."),
            Column("nama_bulan", "VARCHAR", "Nama bulan."),
            Column("nama_bulan_singkat", "VARCHAR", "Nama bulan, tiga huruf."),
            Column("nama_hari", "VARCHAR", "Nama hari."),
            Column("bulan_tahun", "VARCHAR", "Bulan dan tahun, misalnya April 2022."),
            Column("triwulan_tahun", "VARCHAR", "Triwulan dan tahun, misalnya Triwulan II 2022."),
            Column("awal_bulan", "DATE", "Hari pertama bulan ini: periode rilis register."),
            Column("awal_triwulan", "DATE", "Hari pertama triwulan ini: periode laporan OPD."),
            Column("awal_tahun", "DATE", "Hari pertama tahun ini."),
        ),
    ),
    ViewColumns("marts", "kamus_data", KAMUS_DATA.key, KAMUS_DATA.columns),
)
