"""Programme reports of the assisting agencies (OPD): ledger and activities."""

from warehouse.columns import Column, Role, Table
from warehouse.tables import shared

HORIZON = ("pendek", "menengah", "panjang")
KLASTER = ("keluarga", "pemberdayaan masyarakat", "UMK", "lainnya")
SUMBER_DANA = ("APBD kota", "APBD provinsi", "APBN", "DAK", "Baznas", "CSR", "swadaya", "lainnya")
STATUS_KEGIATAN = ("rencana", "berjalan", "selesai", "batal")

TRIWULAN = Column("triwulan", "INTEGER", "Triwulan laporan (1 sampai 4).", role=Role.KEY)
TAHUN_LAPORAN = Column("tahun", "INTEGER", "Tahun laporan.", role=Role.KEY)

LAPORAN = Table(
    "core",
    "laporan",
    grain="satu versi laporan satu OPD atas satu kelurahan pada satu triwulan.",
    purpose="Buku besar laporan program; versi lebih tinggi menggantikan.",
    key=("id_laporan",),
    columns=(
        Column("id_laporan", "VARCHAR", "Laporan: opd-kelurahan-tahun-triwulan-versi.", role=Role.KEY),
        shared.OPD_SINGKAT,
        shared.KODE_KEMENDAGRI,
        TAHUN_LAPORAN,
        TRIWULAN,
        Column("versi", "INTEGER", "Versi laporan; yang tertinggi dan tidak ditarik berlaku.", role=Role.KEY),
        Column(
            "keadaan",
            "VARCHAR",
            "berlaku: dipakai; digantikan: sudah ada versi baru; ditarik: dibatalkan.",
            allowed=("berlaku", "digantikan", "ditarik"),
        ),
        Column("nama_berkas", "VARCHAR", "Nama berkas saat diserahkan."),
        shared.SHA256,
        Column("diserahkan_pada", "TIMESTAMP", "Waktu berkas diterima (UTC)."),
        Column("dimuat_pada", "TIMESTAMP", "Waktu laporan masuk ke gudang data (UTC)."),
        shared.BARIS_BERKAS,
        shared.BARIS_DITERIMA,
        shared.BARIS_DITOLAK,
        shared.BARIS_DILEWATI,
        shared.VERSI_KODE,
    ),
)

_AS_WRITTEN = "Diterbitkan seperti ditulis OPD."
"""Said of each free text that reaches a published view."""

ACTIVITY_COLUMNS = (
    Column("potensi", "VARCHAR", f"Potensi kelurahan yang dipetakan. {_AS_WRITTEN}", nullable=True),
    Column("masalah", "VARCHAR", f"Masalah kelurahan yang dipetakan. {_AS_WRITTEN}", nullable=True),
    Column("kategori_intervensi", "VARCHAR", "Kategori intervensi.", nullable=True),
    Column("kegiatan", "VARCHAR", "Nama kegiatan."),
    Column("horizon", "VARCHAR", "Jangka kegiatan.", allowed=HORIZON),
    Column("klaster", "VARCHAR", "Klaster penanggulangan kemiskinan.", allowed=KLASTER),
    Column("indikator", "VARCHAR", "Ukuran keberhasilan kegiatan.", nullable=True),
    Column("satuan", "VARCHAR", f"Satuan target dan realisasi. {_AS_WRITTEN}", nullable=True),
    Column("target", "DECIMAL(18,2)", "Target dalam satuan kegiatan.", nullable=True, role=Role.NON_ADDITIVE),
    Column("realisasi", "DECIMAL(18,2)", "Realisasi dalam satuan kegiatan.", nullable=True, role=Role.NON_ADDITIVE),
    Column(
        "anggaran_rp",
        "DECIMAL(18,2)",
        "Anggaran kegiatan untuk setahun penuh, seperti diketahui pada triwulan ini. Jangan dijumlahkan antartriwulan.",
        "rupiah",
        nullable=True,
        role=Role.NON_ADDITIVE,
    ),
    Column(
        "realisasi_rp",
        "DECIMAL(18,2)",
        "Realisasi anggaran sejak awal tahun sampai akhir triwulan ini. Jangan dijumlahkan antartriwulan.",
        "rupiah",
        nullable=True,
        role=Role.NON_ADDITIVE,
    ),
    Column("sumber_dana", "VARCHAR", "Sumber dana.", nullable=True, allowed=SUMBER_DANA),
    Column("mitra", "VARCHAR", "Mitra atau perusahaan pemberi CSR.", nullable=True),
    Column("penerima_kk", "BIGINT", "Keluarga penerima.", "kk", nullable=True, role=Role.NON_ADDITIVE),
    Column("penerima_jiwa", "BIGINT", "Jiwa penerima.", "jiwa", nullable=True, role=Role.NON_ADDITIVE),
    Column("status", "VARCHAR", "Keadaan kegiatan.", allowed=STATUS_KEGIATAN),
    Column("tanggal_lapor", "DATE", "Tanggal lapor.", nullable=True),
    Column("bukti", "VARCHAR", "Tautan bukti.", nullable=True),
)
"""What an OPD fills in on a line, after reading."""

KEGIATAN = Table(
    "core",
    "kegiatan",
    grain="satu kegiatan pada satu baris laporan.",
    purpose="Kegiatan OPD di kelurahan dampingan.",
    key=("id_laporan", "baris_sumber"),
    columns=(
        Column("id_laporan", "VARCHAR", "Laporan asal.", role=Role.KEY),
        shared.BARIS_SUMBER,
        shared.OPD_SINGKAT,
        shared.KODE_KEMENDAGRI,
        TAHUN_LAPORAN,
        TRIWULAN,
        *ACTIVITY_COLUMNS,
    ),
)

PROGRAMME_TABLES = (LAPORAN, KEGIATAN)
