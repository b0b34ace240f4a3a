"""Dashboard *Kelurahan dampingan*: what the assisting agencies plan, spend and reach, and what is still owed."""

from dashboards.model import (
    ONE_DIGIT,
    Dashboard,
    Figure,
    Filter,
    Listing,
    Placed,
    Plot,
    Text,
    share,
    share_of_rows,
    total,
    value,
)

_LAST_YEAR = ("tahun_terakhir",)
_LAST_QUARTER = ("triwulan_terakhir",)

_INTRO = Text(
    "### Kelurahan dampingan: kegiatan, anggaran dan tindak lanjut\n"
    "Menurut laporan triwulanan OPD; kegiatan yang batal tidak dihitung kecuali disebut. **Capaian kegiatan bukan "
    "dampak pada kemiskinan.** Saring di sebelah kiri; angka semua OPD tidak ikut saringan OPD."
)

_FIGURES = (
    Placed(
        Figure(
            "Laporan masuk (persen)",
            "kepatuhan_laporan",
            _LAST_QUARTER,
            measure=share_of_rows("sudah_lapor", "Sudah lapor"),
            subtitle="dari laporan OPD yang ditagih, triwulan terakhir",
            number_format=ONE_DIGIT,
        ),
        3,
        20,
    ),
    Placed(
        Figure(
            "Anggaran (juta rupiah)",
            "anggaran_per_jiwa",
            _LAST_YEAR,
            measure=total("anggaran_rp", "Anggaran", millions=True),
            subtitle="setahun, semua OPD, tahun laporan terakhir",
            number_format=ONE_DIGIT,
        ),
        3,
        20,
    ),
    Placed(
        Figure(
            "Realisasi (juta rupiah)",
            "anggaran_per_jiwa",
            _LAST_YEAR,
            measure=total("realisasi_rp", "Realisasi", millions=True),
            subtitle="sejak awal tahun laporan terakhir, semua OPD",
            number_format=ONE_DIGIT,
        ),
        3,
        20,
    ),
    Placed(
        Figure(
            "Serapan anggaran (persen)",
            "anggaran_per_jiwa",
            _LAST_YEAR,
            measure=share("realisasi_rp", "anggaran_rp", "Serapan"),
            subtitle="realisasi dibagi anggaran, semua OPD",
            number_format=ONE_DIGIT,
        ),
        3,
        20,
    ),
)

_MONEY = (
    Placed(
        Plot(
            "Anggaran dan realisasi tiap kelurahan, semua OPD (juta rupiah)",
            "anggaran_per_jiwa",
            (*_LAST_YEAR, "anggaran_rp IS NOT NULL"),
            x="kelurahan",
            plotted=(
                total("anggaran_rp", "Anggaran setahun", millions=True),
                total("realisasi_rp", "Realisasi sejak awal tahun", millions=True),
            ),
            axis="juta rupiah",
            number_format=ONE_DIGIT,
        ),
        6,
        44,
    ),
    Placed(
        Plot(
            "Anggaran per orang terdaftar, semua OPD (rupiah per jiwa)",
            "anggaran_per_jiwa",
            (*_LAST_YEAR, "anggaran_rp IS NOT NULL"),
            x="kelurahan",
            plotted=(value("anggaran_per_jiwa_rp", "Anggaran per jiwa"),),
            axis="rupiah per jiwa",
        ),
        6,
        44,
    ),
)

_ACTIVITIES = (
    Placed(
        Plot(
            "Anggaran menurut sumber dana, triwulan terakhir (juta rupiah)",
            "anggaran_sumber",
            _LAST_QUARTER,
            x="sumber_dana",
            plotted=(total("anggaran_rp", "Anggaran setahun", millions=True),),
            axis="juta rupiah",
            horizontal=True,
            number_format=ONE_DIGIT,
        ),
        6,
        44,
    ),
    Placed(
        Plot(
            "Kegiatan menurut jangka dan keadaan, triwulan terakhir (kegiatan)",
            "kegiatan_horizon",
            _LAST_QUARTER,
            x="horizon",
            plotted=(total("jumlah_kegiatan", "Kegiatan"),),
            series="status",
            axis="kegiatan",
            stacked=True,
        ),
        6,
        44,
    ),
)

_PROGRESS = Placed(
    Listing(
        "Capaian tiap kegiatan, triwulan terakhir",
        "kemajuan_kegiatan",
        _LAST_QUARTER,
        columns=(
            "kelurahan",
            "opd_singkat",
            "kegiatan",
            "horizon",
            "status",
            "satuan",
            "target",
            "realisasi",
            "capaian_persen",
            "anggaran_rp",
            "serapan_persen",
        ),
        order=(("kelurahan", True), ("opd_singkat", True), ("kegiatan", True)),
        page=20,
    ),
    12,
    70,
)

_FOLLOW_UPS = Placed(
    Listing(
        "Tindak lanjut kesepakatan Catur Pilar",
        "tindak_lanjut_catur_pilar",
        columns=(
            "kelurahan",
            "opd_singkat",
            "tanggal_pertemuan",
            "kesepakatan",
            "penindak_lanjut",
            "tenggat",
            "status_tindak_lanjut",
            "keadaan_tenggat",
            "terlambat_hari",
        ),
        order=(("tenggat", True), ("kelurahan", True)),
        page=20,
    ),
    12,
    60,
)

_FINDINGS = (
    Placed(
        Listing(
            "Potensi dan masalah, triwulan terakhir",
            "potensi_masalah",
            _LAST_QUARTER,
            columns=("kelurahan", "opd_singkat", "jenis", "uraian", "sektor", "akar_masalah", "jumlah_kegiatan"),
            order=(("kelurahan", True), ("jenis", True), ("uraian", True)),
            page=20,
        ),
        7,
        60,
    ),
    Placed(
        Listing(
            "OPD mana sudah melapor?",
            "kepatuhan_laporan",
            columns=("tahun", "triwulan", "opd_singkat", "kelurahan", "sudah_lapor", "baris_ditolak"),
            order=(("tahun", False), ("triwulan", False), ("sudah_lapor", True), ("opd_singkat", True)),
            page=20,
        ),
        5,
        60,
    ),
)

_REACH = (
    Placed(
        Listing(
            "Penerima program menurut laporan OPD (jiwa, dibulatkan)",
            "penerima_program",
            columns=(
                "tahun",
                "triwulan",
                "opd_singkat",
                "kelurahan",
                "penerima_jiwa",
                "terdaftar_jiwa",
                "terdaftar_di_kelurahan_jiwa",
            ),
            order=(("tahun", False), ("triwulan", False), ("opd_singkat", True), ("kelurahan", True)),
            page=20,
        ),
        6,
        44,
    ),
    Placed(
        Listing(
            "Jangkauan program tiap kelurahan, semua OPD (angka dibulatkan)",
            "jangkauan_program",
            ("golongan_desil = 'semua'",),
            columns=("kelurahan", "terdaftar_jiwa", "menerima_program_jiwa", "tanpa_program_jiwa", "menerima_persen"),
            order=(("menerima_persen", False), ("kelurahan", True)),
        ),
        6,
        44,
    ),
)

KELURAHAN_DAMPINGAN = Dashboard(
    "Kelurahan dampingan",
    "kelurahan-dampingan",
    ((Placed(_INTRO, 12, 14),), _FIGURES, _MONEY, _ACTIVITIES, (_PROGRESS,), (_FOLLOW_UPS,), _FINDINGS, _REACH),
    (
        Filter("Kecamatan", "anggaran_per_jiwa", "kecamatan"),
        Filter("Kelurahan", "anggaran_per_jiwa", "kelurahan"),
        Filter("OPD", "kemajuan_kegiatan", "opd_singkat"),
    ),
)
