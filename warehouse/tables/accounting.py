"""Where every source row went, which checks ran, and the data dictionary."""

from warehouse.columns import Column, Privacy, Role, Table
from warehouse.tables import shared

DITOLAK = Table(
    "core",
    "ditolak",
    grain="satu baris berkas yang ditolak.",
    purpose="Baris yang ditolak, utuh seperti di berkas.",
    key=("id_kiriman", "bagian", "baris_sumber"),
    columns=(
        shared.ID_KIRIMAN,
        shared.BAGIAN,
        shared.BARIS_SUMBER,
        Column(
            "isi", "VARCHAR", "Isi baris sebagai objek JSON: kepala kolom dan teks aslinya.", privacy=Privacy.PERSONAL
        ),
    ),
)

DITOLAK_ALASAN = Table(
    "core",
    "ditolak_alasan",
    grain="satu alasan penolakan pada satu baris berkas.",
    purpose="Alasan penolakan; satu baris dapat mempunyai beberapa.",
    key=("id_kiriman", "bagian", "baris_sumber", "kode_alasan"),
    columns=(
        shared.ID_KIRIMAN,
        shared.BAGIAN,
        shared.BARIS_SUMBER,
        Column("kode_alasan", "VARCHAR", "Kode alasan.", role=Role.KEY),
    ),
)

PERINGATAN = Table(
    "core",
    "peringatan",
    grain="satu peringatan pada satu baris yang diterima.",
    purpose="Peringatan atas baris yang diterima.",
    key=("id_kiriman", "baris_sumber", "kode_alasan"),
    columns=(
        shared.ID_KIRIMAN,
        shared.BARIS_SUMBER,
        Column("kode_alasan", "VARCHAR", "Kode alasan.", role=Role.KEY),
        shared.KODE_KEMENDAGRI,
        Column(
            "kunci_warga", "UUID", "Orang yang dimaksud, bila baris register.", nullable=True, privacy=Privacy.PERSONAL
        ),
    ),
)

PEMERIKSAAN = Table(
    "core",
    "pemeriksaan",
    grain="satu pemeriksaan pada satu jalannya proses.",
    purpose="Hasil pemeriksaan data; hanya jumlah, tanpa nilai.",
    key=("id_jalan", "suite", "pemeriksaan"),
    columns=(
        Column("id_jalan", "VARCHAR", "Jalannya proses.", role=Role.KEY),
        Column(
            "id_kiriman",
            "VARCHAR",
            "Rilis atau laporan yang diperiksa; kosong untuk gudang dan publikasi.",
            nullable=True,
        ),
        Column("suite", "VARCHAR", "Kelompok pemeriksaan.", role=Role.KEY),
        Column("pemeriksaan", "VARCHAR", "Nama pemeriksaan.", role=Role.KEY),
        Column("tabel", "VARCHAR", "Tabel yang diperiksa."),
        Column("lolos", "BOOLEAN", "Apakah lolos."),
        Column("jumlah_gagal", "BIGINT", "Banyaknya baris yang gagal.", "baris", role=Role.ADDITIVE),
        Column("diperiksa_pada", "TIMESTAMP", "Waktu pemeriksaan (UTC)."),
    ),
)

KAMUS_DATA = Table(
    "core",
    "kamus_data",
    grain="satu kolom pada satu tabel.",
    purpose="Kamus data, diturunkan dari definisi tabel.",
    key=("tabel", "kolom"),
    columns=(
        Column("tabel", "VARCHAR", "Skema dan nama tabel.", role=Role.KEY),
        Column("urutan", "INTEGER", "Urutan kolom dalam tabel, mulai 1."),
        Column("kolom", "VARCHAR", "Nama kolom.", role=Role.KEY),
        Column("tipe", "VARCHAR", "Tipe data DuckDB."),
        Column("satuan", "VARCHAR", "Satuan.", nullable=True),
        Column("uraian", "VARCHAR", "Arti kolom."),
        Column("peran", "VARCHAR", "Cara memakai kolom dalam laporan.", allowed=tuple(role.value for role in Role)),
        Column("boleh_kosong", "BOOLEAN", "Apakah boleh kosong."),
        Column("nilai_yang_mungkin", "VARCHAR", "Daftar tertutup nilai, dipisah titik koma.", nullable=True),
        Column("arti_baris", "VARCHAR", "Apa yang diwakili satu baris tabel ini."),
        Column("kegunaan", "VARCHAR", "Untuk apa tabel ini."),
    ),
)

ACCOUNTING_TABLES = (DITOLAK, DITOLAK_ALASAN, PERINGATAN, PEMERIKSAAN, KAMUS_DATA)
