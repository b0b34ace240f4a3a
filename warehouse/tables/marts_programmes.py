"""Columns of the published views on the assisting agencies and their programmes."""

from warehouse.columns import Column, Role
from warehouse.tables import shared
from warehouse.tables.marts_shared import (
    DISAMARKAN,
    PERIODE_TAHUN,
    PERIODE_TRIWULAN,
    PLACE,
    RELEASE,
    TERAKHIR_DALAM_TAHUN,
    TRIWULAN_TERAKHIR,
    ViewColumns,
    count,
    fixed_count,
    flag,
    percent,
    rank,
    rounded,
)
from warehouse.tables.programmes import (
    ACTIVITY_COLUMNS,
    LAPORAN,
    MAPPING_COLUMNS,
    SUMBER_DANA,
    TAHUN_LAPORAN,
    TRIWULAN,
)
from warehouse.tables.reference import OPD_DAMPINGAN

_ACTIVITY = {column.name: column for column in ACTIVITY_COLUMNS}
_MAPPING = {column.name: column for column in MAPPING_COLUMNS}
_OPD = shared.OPD.but(nullable=True, description="Nama lengkap OPD; kosong bila OPD tidak ada dalam penetapan.")
_QUARTER = (PERIODE_TRIWULAN, TAHUN_LAPORAN, TRIWULAN)
_REPORT = (*_QUARTER, shared.OPD_SINGKAT, _OPD, *PLACE)
_REPORT_KEY = ("tahun", "triwulan", "opd_singkat", "kode_kemendagri")

_ONE_QUARTER = "Jumlahkan hanya baris dengan terakhir_dalam_tahun: kegiatan yang sama dilaporkan lagi tiap triwulan."
_ONE_UNIT = "Jumlahkan hanya baris dengan terakhir_dalam_tahun dan satuan yang sama."
_NOT_CANCELLED = "tanpa yang batal"
_BY_STATUS = "Yang batal ada pada baris berstatus batal dan tidak dihitung di tampilan anggaran dan capaian."
_JUMLAH_KEGIATAN = fixed_count(
    "jumlah_kegiatan", f"Kegiatan dalam laporan ini, {_NOT_CANCELLED}. {_ONE_QUARTER}", "kegiatan"
)
_ANGGARAN = _ACTIVITY["anggaran_rp"].but(
    description=f"Anggaran setahun dari kegiatan dalam laporan ini, {_NOT_CANCELLED}; kosong bila tidak diisi. "
    f"{_ONE_QUARTER}"
)
_REALISASI = _ACTIVITY["realisasi_rp"].but(
    description=f"Realisasi anggaran sejak awal tahun, {_NOT_CANCELLED}; kosong bila tidak diisi. {_ONE_QUARTER}"
)
_LAST_REPORTS = f"menurut laporan terakhir tiap OPD dalam tahun itu, {_NOT_CANCELLED}; kosong bila tidak diisi"
_SERAPAN = percent("serapan_persen", "realisasi_rp dibagi anggaran_rp.")

_REPORTS = (
    ViewColumns(
        "marts",
        "capaian_opd",
        (*_REPORT_KEY, "satuan"),
        (
            *_REPORT,
            Column(
                "satuan",
                "VARCHAR",
                "Satuan target seperti ditulis OPD; 'tidak diisi' bila kosong. Satuan berbeda tidak boleh dijumlahkan.",
                role=Role.KEY,
            ),
            TRIWULAN_TERAKHIR,
            TERAKHIR_DALAM_TAHUN,
            _JUMLAH_KEGIATAN,
            fixed_count(
                "kegiatan_bertarget",
                f"Kegiatan dengan target di atas nol, {_NOT_CANCELLED}. {_ONE_QUARTER}",
                "kegiatan",
            ),
            fixed_count(
                "kegiatan_tercapai",
                f"Kegiatan bertarget yang realisasinya mencapai target, {_NOT_CANCELLED}. {_ONE_QUARTER}",
                "kegiatan",
            ),
            _ACTIVITY["target"].but(
                description=f"Jumlah target kegiatan bertarget, {_NOT_CANCELLED}, dalam satuan baris ini. {_ONE_UNIT}"
            ),
            _ACTIVITY["realisasi"].but(
                description=f"Jumlah realisasi kegiatan bertarget, {_NOT_CANCELLED}, dalam satuan baris ini. "
                f"{_ONE_UNIT}"
            ),
            percent("capaian_persen", "realisasi dibagi target. Capaian kegiatan bukan dampak pada kemiskinan."),
            _ANGGARAN,
            _REALISASI,
            _SERAPAN,
        ),
    ),
    ViewColumns(
        "marts",
        "kegiatan_horizon",
        (*_REPORT_KEY, "horizon", "status"),
        (
            *_REPORT,
            _ACTIVITY["horizon"].but(role=Role.KEY),
            _ACTIVITY["status"].but(role=Role.KEY),
            TRIWULAN_TERAKHIR,
            TERAKHIR_DALAM_TAHUN,
            fixed_count("jumlah_kegiatan", f"Kegiatan baris ini. {_BY_STATUS} {_ONE_QUARTER}", "kegiatan"),
            _ANGGARAN.but(
                description=f"Anggaran setahun dari kegiatan baris ini; kosong bila tidak diisi. {_BY_STATUS} "
                f"{_ONE_QUARTER}"
            ),
            _REALISASI.but(
                description=f"Realisasi anggaran sejak awal tahun; kosong bila tidak diisi. {_BY_STATUS} {_ONE_QUARTER}"
            ),
        ),
    ),
    ViewColumns(
        "marts",
        "anggaran_sumber",
        (*_REPORT_KEY, "sumber_dana"),
        (
            *_REPORT,
            Column("sumber_dana", "VARCHAR", "Sumber dana.", allowed=(*SUMBER_DANA, "tidak diisi"), role=Role.KEY),
            TRIWULAN_TERAKHIR,
            TERAKHIR_DALAM_TAHUN,
            _JUMLAH_KEGIATAN,
            _ANGGARAN,
            _REALISASI,
            _SERAPAN,
        ),
    ),
    ViewColumns(
        "marts",
        "potensi_masalah",
        (*_REPORT_KEY, "jenis", "uraian"),
        (
            *_REPORT,
            Column("jenis", "VARCHAR", "Apakah potensi atau masalah.", allowed=("potensi", "masalah"), role=Role.KEY),
            Column("uraian", "VARCHAR", "Potensi atau masalah, diterbitkan seperti ditulis OPD.", role=Role.KEY),
            TRIWULAN_TERAKHIR,
            _MAPPING["sektor"].but(description="Sektornya; kosong bila hanya disebut pada kegiatan."),
            _MAPPING["akar_masalah"],
            fixed_count(
                "jumlah_kegiatan",
                "Kegiatan yang menyebut potensi atau masalah ini, juga yang batal. Jangan dijumlahkan antartriwulan: "
                "kegiatan yang sama dilaporkan lagi.",
                "kegiatan",
            ),
        ),
    ),
    ViewColumns(
        "marts",
        "kepatuhan_laporan",
        _REPORT_KEY,
        (
            *_REPORT,
            flag("sesuai_penetapan", "Benar bila pasangan OPD dan kelurahan ini ada dalam penetapan."),
            TRIWULAN_TERAKHIR,
            flag("sudah_lapor", "Benar bila laporan triwulan ini sudah masuk."),
            LAPORAN.column("versi").but(nullable=True, role=Role.ATTRIBUTE),
            LAPORAN.column("diserahkan_pada").but(nullable=True),
            shared.BARIS_DITERIMA.but(nullable=True),
            shared.BARIS_DITOLAK.but(nullable=True),
        ),
    ),
)

_PAIRS = (
    ViewColumns(
        "marts",
        "opd",
        ("opd_singkat",),
        (
            shared.OPD_SINGKAT,
            _OPD,
            count("jumlah_kelurahan", "Kelurahan dampingan menurut penetapan yang masih berlaku.", "kelurahan"),
            count("jumlah_laporan", "Laporan berlaku yang sudah masuk.", "laporan"),
            PERIODE_TRIWULAN.but(
                name="laporan_terakhir",
                description="Hari pertama triwulan laporan terakhir; kosong bila belum pernah melapor.",
                nullable=True,
                role=Role.ATTRIBUTE,
            ),
        ),
    ),
    ViewColumns(
        "marts",
        "pendampingan",
        ("kode_kemendagri",),
        (
            *PLACE,
            flag("ada_pendamping", "Benar bila OPD pendampingnya diketahui."),
            shared.OPD_SINGKAT.but(nullable=True, role=Role.ATTRIBUTE),
            shared.OPD.but(nullable=True),
            OPD_DAMPINGAN.column("dasar").but(nullable=True),
            *(OPD_DAMPINGAN.column(name) for name in ("nomor_sk", "tanggal_sk", "berlaku_dari", "berlaku_sampai")),
            shared.SUMBER.but(nullable=True),
        ),
    ),
)

_BURDEN = (
    ViewColumns(
        "marts",
        "anggaran_per_jiwa",
        ("tahun", "kode_kemendagri"),
        (
            PERIODE_TAHUN,
            TAHUN_LAPORAN,
            *PLACE,
            flag("tahun_terakhir", "Benar pada tahun terbaru yang ada laporannya."),
            fixed_count("triwulan_dilaporkan", "Banyaknya triwulan dengan laporan di kelurahan ini.", "triwulan"),
            _ANGGARAN.but(description=f"Anggaran setahun, {_LAST_REPORTS}.", role=Role.ADDITIVE),
            _REALISASI.but(description=f"Realisasi anggaran sejak awal tahun, {_LAST_REPORTS}.", role=Role.ADDITIVE),
            Column(
                "periode_rilis", "DATE", "Periode rilis penyebut: rilis terakhir sampai akhir tahun.", nullable=True
            ),
            shared.SISTEM_SUMBER.but(nullable=True),
            Column(
                "terdaftar_jiwa",
                "BIGINT",
                "Orang terdaftar di kelurahan pada rilis penyebut; kosong bila belum ada rilis.",
                "jiwa",
                nullable=True,
                role=Role.NON_ADDITIVE,
            ),
            Column(
                "anggaran_per_jiwa_rp",
                "DECIMAL(18,2)",
                "anggaran_rp dibagi terdaftar_jiwa.",
                "rupiah per jiwa",
                nullable=True,
                role=Role.NON_ADDITIVE,
            ),
            Column(
                "realisasi_per_jiwa_rp",
                "DECIMAL(18,2)",
                "realisasi_rp dibagi terdaftar_jiwa.",
                "rupiah per jiwa",
                nullable=True,
                role=Role.NON_ADDITIVE,
            ),
        ),
    ),
    ViewColumns(
        "marts",
        "prioritas_kelurahan",
        ("kode_kemendagri",),
        (
            *RELEASE,
            *PLACE,
            count("terdaftar_jiwa", "Orang terdaftar pada rilis terbaru."),
            fixed_count("terdaftar_wilayah_jiwa", "Orang terdaftar di seluruh kabupaten atau kota."),
            percent("porsi_terdaftar_persen", "terdaftar_jiwa dibagi terdaftar_wilayah_jiwa."),
            rounded("tanpa_bansos_jiwa", "Orang terdaftar yang tidak tercatat menerima satu pun program."),
            percent("tanpa_bansos_persen", "tanpa_bansos_jiwa dibagi terdaftar_jiwa."),
            flag("ada_pendamping", "Benar bila OPD pendampingnya diketahui."),
            Column(
                "tahun_laporan",
                "INTEGER",
                "Tahun laporan terbaru; kosong bila belum ada laporan.",
                "tahun",
                nullable=True,
            ),
            count(
                "jumlah_kegiatan",
                "Kegiatan berbeda menurut id_kegiatan dalam laporan terakhir tiap OPD pada tahun_laporan, tanpa yang "
                "batal; nol bila tidak dilaporkan.",
                "kegiatan",
            ),
            Column(
                "anggaran_rp",
                "DECIMAL(18,2)",
                "Anggaran setahun dari kegiatan itu; nol bila tidak dilaporkan.",
                "rupiah",
                role=Role.ADDITIVE,
            ),
            Column(
                "anggaran_per_jiwa_rp",
                "DECIMAL(18,2)",
                "anggaran_rp dibagi terdaftar_jiwa.",
                "rupiah per jiwa",
                nullable=True,
                role=Role.NON_ADDITIVE,
            ),
            rank("peringkat_terdaftar", "Peringkat terdaftar_jiwa; 1 = terbanyak."),
            rank("peringkat_tanpa_bansos", "Peringkat tanpa_bansos_persen; 1 = tertinggi, yang kosong terakhir."),
            rank("peringkat_kegiatan", "Peringkat jumlah_kegiatan; 1 = paling sedikit."),
            rank("peringkat_anggaran", "Peringkat anggaran_per_jiwa_rp; 1 = paling kecil, yang kosong terakhir."),
            rank(
                "jumlah_peringkat",
                "peringkat_terdaftar + peringkat_tanpa_bansos + peringkat_kegiatan + peringkat_anggaran, tanpa bobot.",
            ),
            rank(
                "urutan_prioritas",
                "Urutan jumlah_peringkat; 1 = beban tertinggi dengan intervensi terendah. Nilai sama berbagi urutan.",
            ),
            DISAMARKAN,
        ),
    ),
)

PROGRAMME_MARTS = (*_REPORTS, *_PAIRS, *_BURDEN)
