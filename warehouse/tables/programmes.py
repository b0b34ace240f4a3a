"""Programme reports of the assisting agencies (OPD): the ledger and the four sheets of a report."""

from dataclasses import dataclass

from warehouse.columns import Column, Privacy, Role, Table
from warehouse.tables import shared
from warehouse.tables.registry import KUNCI_WARGA

HORIZON = ("pendek", "menengah", "panjang")
KLASTER = ("keluarga", "pemberdayaan masyarakat", "UMK", "lainnya")
SUMBER_DANA = ("APBD kota", "APBD provinsi", "APBN", "DAK", "Baznas", "CSR", "swadaya", "lainnya")
STATUS_KEGIATAN = ("rencana", "berjalan", "selesai", "batal")
JENIS_PEMETAAN = ("masalah", "potensi")
SEKTOR = (
    "batik",
    "tempe",
    "pemasaran daring",
    "perdagangan",
    "jasa",
    "kuliner",
    "pertanian dan perikanan",
    "infrastruktur",
    "perumahan dan sanitasi",
    "kesehatan",
    "pendidikan",
    "sosial",
    "lingkungan",
    "lainnya",
)
PENINDAK_LANJUT = ("OPD", "lurah", "LPM", "BKM", "TP-PKK", "kecamatan", "Bappeda", "mitra", "lainnya")
STATUS_TINDAK_LANJUT = ("belum", "berjalan", "selesai")

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

MAPPING_COLUMNS = (
    Column("jenis", "VARCHAR", "Apakah masalah atau potensi.", allowed=JENIS_PEMETAAN),
    Column("uraian", "VARCHAR", f"Masalah atau potensi kelurahan. {_AS_WRITTEN}"),
    Column("sektor", "VARCHAR", "Sektor masalah atau potensi ini.", nullable=True, allowed=SEKTOR),
    Column("akar_masalah", "VARCHAR", f"Akar masalah menurut OPD. {_AS_WRITTEN}", nullable=True),
    Column("lokasi", "VARCHAR", "Tempatnya di kelurahan, misalnya RT dan RW.", nullable=True),
)
"""What an OPD fills in on a line of Pemetaan, after reading."""

ACTIVITY_COLUMNS = (
    Column("potensi", "VARCHAR", f"Potensi kelurahan yang dipetakan. {_AS_WRITTEN}", nullable=True),
    Column("masalah", "VARCHAR", f"Masalah kelurahan yang dipetakan. {_AS_WRITTEN}", nullable=True),
    Column("kategori_intervensi", "VARCHAR", "Kategori intervensi.", nullable=True),
    Column("kegiatan", "VARCHAR", f"Nama kegiatan. {_AS_WRITTEN}"),
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

MEETING_COLUMNS = (
    Column("tanggal_pertemuan", "DATE", "Hari pertemuan Catur Pilar."),
    Column("forum", "VARCHAR", f"Nama forum atau pertemuannya. {_AS_WRITTEN}", nullable=True),
    Column("hadir_lurah", "BOOLEAN", "Benar bila lurah hadir.", nullable=True),
    Column("hadir_lpm", "BOOLEAN", "Benar bila LPM hadir.", nullable=True),
    Column("hadir_bkm", "BOOLEAN", "Benar bila BKM hadir.", nullable=True),
    Column("hadir_tp_pkk", "BOOLEAN", "Benar bila TP-PKK hadir.", nullable=True),
    Column("kesepakatan", "VARCHAR", f"Apa yang disepakati. {_AS_WRITTEN}"),
    Column("penindak_lanjut", "VARCHAR", "Lembaga yang menindaklanjuti.", nullable=True, allowed=PENINDAK_LANJUT),
    Column("tenggat", "DATE", "Hari terakhir tindak lanjut menurut kesepakatan.", nullable=True),
    Column("status_tindak_lanjut", "VARCHAR", "Keadaan tindak lanjut.", allowed=STATUS_TINDAK_LANJUT),
)
"""What an OPD fills in on a line of Catur Pilar, after reading."""

RECIPIENT_COLUMNS = (
    Column("nik", "VARCHAR", "NIK penerima, 16 angka.", nullable=True, privacy=Privacy.PERSONAL),
    Column("nama", "VARCHAR", "Nama penerima.", nullable=True, privacy=Privacy.PERSONAL),
    Column("nama_kegiatan", "VARCHAR", "Kegiatan yang diterima, seperti ditulis di lembar Penerima.", nullable=True),
)
"""What an OPD fills in on a line of Penerima, after reading. The number itself is not stored."""

ID_KEGIATAN = Column(
    "id_kegiatan",
    "VARCHAR",
    "Kegiatan yang sama dari triwulan ke triwulan: dari kolom ID pada templat, atau dari OPD, kelurahan dan namanya.",
    role=Role.KEY,
)
ID_KESEPAKATAN = Column(
    "id_kesepakatan",
    "VARCHAR",
    "Kesepakatan yang sama dari triwulan ke triwulan: dari kolom ID pada templat, atau dari OPD, kelurahan, hari dan "
    "isinya.",
    role=Role.KEY,
)
_OF_A_REPORT = (
    Column("id_laporan", "VARCHAR", "Laporan asal.", role=Role.KEY),
    shared.BARIS_SUMBER,
    shared.OPD_SINGKAT,
    shared.KODE_KEMENDAGRI,
    TAHUN_LAPORAN,
    TRIWULAN,
)
_LINE_KEY = ("id_laporan", "baris_sumber")

PEMETAAN = Table(
    "core",
    "pemetaan",
    grain="satu masalah atau potensi pada satu baris laporan.",
    purpose="Masalah dan potensi kelurahan dampingan menurut OPD.",
    key=_LINE_KEY,
    columns=(*_OF_A_REPORT, *MAPPING_COLUMNS),
)

KEGIATAN = Table(
    "core",
    "kegiatan",
    grain="satu kegiatan pada satu baris laporan.",
    purpose="Kegiatan OPD di kelurahan dampingan.",
    key=_LINE_KEY,
    columns=(*_OF_A_REPORT, ID_KEGIATAN, *ACTIVITY_COLUMNS),
)

CATUR_PILAR = Table(
    "core",
    "catur_pilar",
    grain="satu kesepakatan pertemuan Catur Pilar pada satu baris laporan.",
    purpose="Kesepakatan Catur Pilar dan tindak lanjutnya.",
    key=_LINE_KEY,
    columns=(*_OF_A_REPORT, ID_KESEPAKATAN, *MEETING_COLUMNS),
)

PENERIMA = Table(
    "core",
    "penerima",
    grain="satu penerima pada satu baris laporan.",
    purpose="Penerima kegiatan, dengan kunci pengganti NIK yang sama seperti di register; NIK-nya tidak disimpan.",
    key=_LINE_KEY,
    columns=(
        *_OF_A_REPORT,
        KUNCI_WARGA.but(
            description="Kunci pengganti NIK; kosong bila NIK tidak terbaca.", nullable=True, role=Role.ATTRIBUTE
        ),
        *(column for column in RECIPIENT_COLUMNS if column.name != "nik"),
        ID_KEGIATAN.but(
            description="Kegiatan dalam laporan ini yang diterima; kosong bila tidak ditemukan.",
            nullable=True,
            role=Role.ATTRIBUTE,
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Part:
    """One sheet of a report: what is filled in on a line, the column that keeps its line the same over quarters, and
    the table its lines go to."""

    name: str
    columns: tuple[Column, ...]
    table: Table
    identity: str | None = None

    @property
    def written(self) -> tuple[str, ...]:
        """Names of all columns a sheet may have, the one with the id among them."""
        return (*((self.identity,) if self.identity else ()), *(column.name for column in self.columns))


PARTS = {
    part.name: part
    for part in (
        Part("pemetaan", MAPPING_COLUMNS, PEMETAAN),
        Part("kegiatan", ACTIVITY_COLUMNS, KEGIATAN, ID_KEGIATAN.name),
        Part("catur_pilar", MEETING_COLUMNS, CATUR_PILAR, ID_KESEPAKATAN.name),
        Part("penerima", RECIPIENT_COLUMNS, PENERIMA),
    )
}
"""In the order of the template."""

PROGRAMME_TABLES = (LAPORAN, *(part.table for part in PARTS.values()))
