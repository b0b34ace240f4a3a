"""Columns of the views in schema `internal`: they speak of persons or quote rows, and never leave the warehouse."""

from warehouse.columns import Column, Privacy, Role
from warehouse.name_matching import DATE_LEVELS, MOTHER_LEVELS, PROPOSED_NAME_LEVELS
from warehouse.tables import shared
from warehouse.tables.accounting import DITOLAK
from warehouse.tables.marts_blocks import FAMILY
from warehouse.tables.marts_shared import PERIODE_SEBELUMNYA, RELEASE, RILIS_TERAKHIR, ViewColumns, count, rank
from warehouse.tables.reference import ALASAN
from warehouse.tables.registry import KUNCI_WARGA, PERSON_COLUMNS, RIWAYAT_WARGA

_PERSON = {column.name: column for column in PERSON_COLUMNS}
_URUTAN_NIK = RIWAYAT_WARGA.column("urutan_nik")
_KODE_ALASAN = Column("kode_alasan", "VARCHAR", "Kode alasan.", role=Role.KEY)
_PERIODE_KIRIMAN = shared.PERIODE.but(description="Periode kiriman.", role=Role.ATTRIBUTE, nullable=True)
_JENIS_KIRIMAN = ("register", "statistik", "laporan OPD")


def _side(column: Column, side: str, when: str) -> Column:
    return column.but(
        name=f"{column.name}_{side}",
        description=f"{column.description} Keadaan pada rilis {when}.",
        nullable=True,
        role=Role.ATTRIBUTE,
    )


def _candidate(column: Column, description: str = "") -> Column:
    return column.but(name=f"{column.name}_calon", description=f"Calon: {description or column.description}")


def _evidence(name: str, description: str, levels: tuple[str, ...] = (), *, nullable: bool = True) -> Column:
    """What two rows say together; personal, as what a row says is."""
    kind = "VARCHAR" if levels else "BOOLEAN"
    unknown = " Kosong bila salah satunya tidak diketahui." if nullable else ""
    return Column(name, kind, description + unknown, nullable=nullable, allowed=levels, privacy=Privacy.PERSONAL)


INTERNAL = (
    ViewColumns(
        "internal",
        "perubahan_rilis",
        ("id_rilis", "kunci_warga"),
        (
            *RELEASE,
            shared.ID_RILIS,
            PERIODE_SEBELUMNYA.but(nullable=False, description="Periode rilis pembanding."),
            RILIS_TERAKHIR,
            KUNCI_WARGA,
            Column(
                "jenis_perubahan",
                "VARCHAR",
                "masuk: baru; keluar: tidak ada lagi; pindah: kelurahan berbeda; berubah: keterangan lain berbeda.",
                allowed=("masuk", "keluar", "pindah", "berubah"),
            ),
            _side(shared.KODE_KEMENDAGRI, "lama", "sebelumnya"),
            _side(shared.KELURAHAN, "lama", "sebelumnya"),
            _side(shared.KODE_KEMENDAGRI, "baru", "ini"),
            _side(shared.KELURAHAN, "baru", "ini"),
            _PERSON["nik"].but(nullable=False),
            _PERSON["nama"],
            _PERSON["no_kk"],
        ),
    ),
    ViewColumns(
        "internal",
        "tanpa_bansos",
        ("id_rilis", "kode_kemendagri", "kunci_keluarga"),
        (
            *RELEASE,
            shared.ID_RILIS,
            shared.KODE_KEMENDAGRI,
            shared.KELURAHAN,
            shared.KECAMATAN,
            *FAMILY,
        ),
    ),
    ViewColumns(
        "internal",
        "nik_ganda",
        ("id_rilis", "kunci_warga", "urutan_nik"),
        (
            shared.PERIODE,
            shared.SERI,
            shared.ID_RILIS,
            KUNCI_WARGA,
            _URUTAN_NIK,
            _PERSON["nik"].but(nullable=False),
            _PERSON["nama"],
            _PERSON["no_kk"],
            _PERSON["tanggal_lahir"],
            shared.KODE_KEMENDAGRI,
            shared.KELURAHAN,
            count("jumlah_baris", "Baris dengan NIK ini dalam rilis.", "baris").but(role=Role.NON_ADDITIVE),
        ),
    ),
    ViewColumns(
        "internal",
        "nik_tidak_sesuai",
        ("id_rilis", "baris_sumber", "kode_alasan"),
        (
            shared.PERIODE,
            shared.SERI,
            shared.ID_RILIS,
            shared.BARIS_SUMBER,
            _KODE_ALASAN,
            ALASAN.column("penjelasan"),
            ALASAN.column("tindakan"),
            KUNCI_WARGA,
            _PERSON["nik"],
            _PERSON["nama"].but(nullable=True),
            _PERSON["tanggal_lahir"],
            _PERSON["jenis_kelamin"],
            shared.KODE_KEMENDAGRI,
            shared.KELURAHAN,
        ),
    ),
    ViewColumns(
        "internal",
        "karantina",
        ("id_kiriman", "bagian", "baris_sumber", "kode_alasan"),
        (
            _PERIODE_KIRIMAN,
            Column("jenis_kiriman", "VARCHAR", "Jenis kiriman.", allowed=("register", "laporan OPD"), nullable=True),
            shared.ID_KIRIMAN,
            Column("keadaan", "VARCHAR", "Keadaan kiriman dalam buku besarnya.", nullable=True),
            Column("nama_berkas", "VARCHAR", "Nama berkas saat diserahkan.", nullable=True),
            shared.BAGIAN,
            shared.BARIS_SUMBER,
            _KODE_ALASAN,
            ALASAN.column("kolom").but(nullable=True),
            ALASAN.column("penjelasan").but(nullable=True),
            ALASAN.column("tindakan").but(nullable=True),
            DITOLAK.column("isi"),
        ),
    ),
    ViewColumns(
        "internal",
        "asal_usul",
        ("jenis_kiriman", "id_kiriman"),
        (
            _PERIODE_KIRIMAN.but(description="Periode data terbaru dalam kiriman ini."),
            Column("jenis_kiriman", "VARCHAR", "Jenis kiriman.", allowed=_JENIS_KIRIMAN, role=Role.KEY),
            shared.ID_KIRIMAN.but(description="Rilis atau laporan; untuk statistik sidik jawaban atau berkasnya."),
            shared.SUMBER.but(description="Seri register, penerbit statistik, atau singkatan OPD."),
            Column("keadaan", "VARCHAR", "Keadaan kiriman dalam buku besarnya.", nullable=True),
            Column("nama_berkas", "VARCHAR", "Nama berkas saat diserahkan.", nullable=True),
            shared.SHA256,
            shared.NOMOR_SK.but(nullable=True),
            shared.TANGGAL_SK.but(nullable=True),
            Column("diserahkan_pada", "TIMESTAMP", "Waktu diterima atau diambil (UTC)."),
            Column("dimuat_pada", "TIMESTAMP", "Waktu masuk ke gudang data (UTC).", nullable=True),
            shared.BARIS_BERKAS.but(nullable=True),
            shared.BARIS_DITERIMA,
            shared.BARIS_DITOLAK.but(nullable=True),
            shared.BARIS_DILEWATI.but(nullable=True),
            shared.VERSI_KODE.but(nullable=True),
            count("pemeriksaan_lolos", "Pemeriksaan yang lolos pada jalannya proses terakhir.", "pemeriksaan"),
            count("pemeriksaan_gagal", "Pemeriksaan yang gagal pada jalannya proses terakhir.", "pemeriksaan"),
            Column("diperiksa_pada", "TIMESTAMP", "Waktu pemeriksaan terakhir (UTC).", nullable=True),
        ),
    ),
    ViewColumns(
        "internal",
        "calon_padanan",
        ("id_rilis", "kunci_warga", "kunci_warga_calon", "urutan_nik_calon"),
        (
            *RELEASE,
            shared.ID_RILIS,
            RILIS_TERAKHIR,
            shared.BARIS_SUMBER.but(role=Role.ATTRIBUTE),
            KUNCI_WARGA,
            _PERSON["nama"],
            _PERSON["tanggal_lahir"],
            _PERSON["no_kk"],
            shared.KODE_KEMENDAGRI.but(role=Role.ATTRIBUTE),
            shared.KELURAHAN,
            rank("peringkat", "Urutan calon bagi orang ini; 1 = skor tertinggi."),
            Column(
                "skor",
                "DOUBLE",
                "Keyakinan bahwa keduanya orang yang sama, 0,5 sampai 1. Usulan untuk diperiksa, bukan penetapan.",
                role=Role.NON_ADDITIVE,
            ),
            _evidence(
                "bukti_nama",
                "Nama setelah gelar, ALM, tanda petik, spasi dan tulisan Muhammad disamakan.",
                PROPOSED_NAME_LEVELS,
                nullable=False,
            ),
            _evidence("bukti_tanggal_lahir", "Tanggal lahir keduanya dibandingkan.", DATE_LEVELS),
            _evidence("bukti_nama_ibu", "Nama ibu kandung keduanya dibandingkan.", MOTHER_LEVELS),
            _evidence("kelurahan_sama", "Benar bila keduanya terdaftar di kelurahan yang sama."),
            _evidence("no_kk_sama", "Benar bila nomor KK keduanya sama."),
            _evidence("jenis_kelamin_sama", "Benar bila jenis kelamin keduanya sama."),
            _evidence(
                "rilis_sama",
                "Benar bila calon juga tercatat pada rilis orang ini: mungkin satu orang dengan dua baris.",
                nullable=False,
            ),
            _candidate(shared.PERIODE, "Periode rilis berlaku terakhir yang memuat keterangan ini.").but(
                role=Role.ATTRIBUTE
            ),
            _candidate(shared.ID_RILIS, "Rilis berlaku terakhir yang memuat keterangan ini.").but(role=Role.ATTRIBUTE),
            RIWAYAT_WARGA.column("id_rilis").but(
                name="id_rilis_terbaca_calon",
                description="Calon: Rilis tempat keterangan ini pertama terbaca.",
                role=Role.ATTRIBUTE,
            ),
            _candidate(shared.BARIS_SUMBER, "Nomor baris di berkas rilis tempat keterangan ini terbaca.").but(
                role=Role.ATTRIBUTE
            ),
            _candidate(KUNCI_WARGA),
            _candidate(_URUTAN_NIK),
            _candidate(_PERSON["nik"], "NIK, bila ada."),
            _candidate(_PERSON["nama"]),
            _candidate(_PERSON["tanggal_lahir"]),
            _candidate(_PERSON["no_kk"]),
            _candidate(shared.KODE_KEMENDAGRI).but(role=Role.ATTRIBUTE),
            _candidate(shared.KELURAHAN),
        ),
    ),
)
