"""Columns of the views on the progress of activities, the agreements of Catur Pilar and recipients of programmes."""

from warehouse.columns import Column, Privacy, Role
from warehouse.tables import shared
from warehouse.tables.marts_shared import (
    DISAMARKAN,
    PERIODE_TRIWULAN,
    PLACE,
    RELEASE,
    TERAKHIR_DALAM_TAHUN,
    TRIWULAN_TERAKHIR,
    ViewColumns,
    percent,
    rank,
    rounded,
)
from warehouse.tables.programmes import (
    ACTIVITY_COLUMNS,
    CATUR_PILAR,
    ID_KEGIATAN,
    PENERIMA,
    TAHUN_LAPORAN,
    TRIWULAN,
)
from warehouse.tables.registry import KUNCI_WARGA, PERSON_COLUMNS, RIWAYAT_WARGA

_ACTIVITY = {column.name: column for column in ACTIVITY_COLUMNS}
_PERSON = {column.name: column for column in PERSON_COLUMNS}
_OPD = shared.OPD.but(nullable=True, description="Nama lengkap OPD; kosong bila OPD tidak ada dalam penetapan.")
_REPORT = (PERIODE_TRIWULAN, TAHUN_LAPORAN, TRIWULAN, shared.OPD_SINGKAT, _OPD, *PLACE)
_REPORT_KEY = ("tahun", "triwulan", "opd_singkat", "kode_kemendagri")

RECIPIENT_MARTS = (
    ViewColumns(
        "marts",
        "kemajuan_kegiatan",
        (*_REPORT_KEY, "id_kegiatan"),
        (
            *_REPORT,
            ID_KEGIATAN,
            *(_ACTIVITY[name] for name in ("kegiatan", "horizon", "klaster", "status")),
            _ACTIVITY["status"].but(
                name="status_sebelumnya",
                description="Keadaan pada laporan sebelumnya; kosong pada laporan pertama.",
                nullable=True,
            ),
            TRIWULAN_TERAKHIR,
            TERAKHIR_DALAM_TAHUN,
            rank("laporan_ke", "Laporan ke berapa yang memuat kegiatan ini; 1 = yang pertama."),
            *(_ACTIVITY[name] for name in ("satuan", "target", "realisasi")),
            _ACTIVITY["realisasi"].but(
                name="realisasi_sebelumnya", description="Realisasi pada laporan sebelumnya; kosong pada yang pertama."
            ),
            percent("capaian_persen", "realisasi dibagi target. Capaian kegiatan bukan dampak pada kemiskinan."),
            _ACTIVITY["anggaran_rp"].but(
                description=f"{_ACTIVITY['anggaran_rp'].description} Jumlahkan hanya baris dengan "
                "terakhir_dalam_tahun, tanpa yang berstatus batal."
            ),
            _ACTIVITY["realisasi_rp"].but(
                description=f"{_ACTIVITY['realisasi_rp'].description} Jumlahkan hanya baris dengan "
                "terakhir_dalam_tahun, tanpa yang berstatus batal."
            ),
            percent("serapan_persen", "realisasi_rp dibagi anggaran_rp."),
        ),
    ),
    ViewColumns(
        "marts",
        "tindak_lanjut_catur_pilar",
        ("opd_singkat", "kode_kemendagri", "id_kesepakatan"),
        (
            *(column.but(role=Role.ATTRIBUTE) for column in _REPORT[:3]),
            *_REPORT[3:],
            *(
                CATUR_PILAR.column(name)
                for name in (
                    "id_kesepakatan",
                    "tanggal_pertemuan",
                    "forum",
                    "hadir_lurah",
                    "hadir_lpm",
                    "hadir_bkm",
                    "hadir_tp_pkk",
                    "kesepakatan",
                    "penindak_lanjut",
                    "tenggat",
                    "status_tindak_lanjut",
                )
            ),
            Column("per_tanggal", "DATE", "Hari laporan terakhir diterima; keadaan_tenggat dihitung per hari ini."),
            Column(
                "keadaan_tenggat",
                "VARCHAR",
                "Keadaan tindak lanjut terhadap tenggatnya pada per_tanggal.",
                allowed=("selesai", "tanpa tenggat", "lewat tenggat", "jatuh tempo 30 hari", "belum jatuh tempo"),
            ),
            Column(
                "terlambat_hari",
                "BIGINT",
                "Hari sejak tenggat sampai per_tanggal; kosong bila belum lewat atau sudah selesai.",
                "hari",
                nullable=True,
                role=Role.NON_ADDITIVE,
            ),
        ),
    ),
    ViewColumns(
        "marts",
        "penerima_program",
        _REPORT_KEY,
        (
            *_REPORT,
            rounded("penerima_jiwa", "Orang berbeda di lembar Penerima."),
            rounded("penerima_bernik_jiwa", "Di antaranya yang NIK-nya terbaca."),
            rounded("terdaftar_jiwa", "Di antaranya yang terdaftar pada rilis terbaru, menurut NIK."),
            rounded("terdaftar_di_kelurahan_jiwa", "Di antaranya yang terdaftar di kelurahan laporan ini."),
            rounded("desil_1_4_jiwa", "Di antaranya yang terdaftar dengan desil 1 sampai 4."),
            rounded(
                "diusulkan_jiwa",
                "Penerima tanpa padanan NIK yang namanya sama dengan orang terdaftar di kelurahan itu: harus "
                "diperiksa.",
            ),
            rounded("tidak_ditemukan_jiwa", "Penerima yang tidak terdaftar dan tidak ada usulannya."),
            DISAMARKAN,
        ),
    ),
    ViewColumns(
        "marts",
        "jangkauan_program",
        ("kode_kemendagri", "golongan_desil"),
        (
            *RELEASE,
            *PLACE,
            Column(
                "golongan_desil",
                "VARCHAR",
                "Desil atau kelompok desil; 'semua' untuk jumlah kelurahan, 'tidak diketahui' bila register tidak "
                "menyebutnya.",
                role=Role.KEY,
            ),
            Column(
                "tahun_laporan",
                "INTEGER",
                "Tahun laporan terbaru yang mempunyai penerima; kosong bila belum ada.",
                "tahun",
                nullable=True,
            ),
            rounded("terdaftar_jiwa", "Orang terdaftar pada rilis terbaru."),
            rounded("menerima_program_jiwa", "Di antaranya yang tercatat menerima program OPD pada tahun_laporan."),
            rounded("tanpa_program_jiwa", "Di antaranya yang tidak tercatat menerima apa pun dari OPD."),
            percent("menerima_persen", "menerima_program_jiwa dibagi terdaftar_jiwa, dari angka yang dibulatkan."),
            DISAMARKAN,
        ),
    ),
)

RECIPIENT_INTERNAL = (
    ViewColumns(
        "internal",
        "calon_penerima",
        ("id_laporan", "baris_sumber", "kunci_warga_calon", "urutan_nik_calon"),
        (
            PERIODE_TRIWULAN,
            shared.OPD_SINGKAT.but(role=Role.ATTRIBUTE),
            shared.KODE_KEMENDAGRI.but(role=Role.ATTRIBUTE),
            PENERIMA.column("id_laporan"),
            shared.BARIS_SUMBER,
            PENERIMA.column("nama"),
            KUNCI_WARGA.but(name="kunci_warga_calon", description="Calon: pengganti orang di register."),
            RIWAYAT_WARGA.column("urutan_nik").but(
                name="urutan_nik_calon", description="Calon: urutan baris dengan pengganti itu."
            ),
            _PERSON["nama"].but(name="nama_calon", description="Calon: nama di register."),
            _PERSON["tanggal_lahir"].but(name="tanggal_lahir_calon", description="Calon: tanggal lahir di register."),
            Column(
                "bukti_nama",
                "VARCHAR",
                "Kedua nama setelah gelar, ALM, tanda petik, spasi dan tulisan Muhammad disamakan.",
                allowed=("sama", "mirip"),
                privacy=Privacy.PERSONAL,
            ),
            Column(
                "kemiripan",
                "DOUBLE",
                "Kemiripan kedua nama, 0 sampai 1. Usulan untuk diperiksa, bukan penetapan.",
                privacy=Privacy.PERSONAL,
                role=Role.NON_ADDITIVE,
            ),
            rank("peringkat", "Urutan calon bagi penerima ini; 1 = paling mirip."),
        ),
    ),
)
