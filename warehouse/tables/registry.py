"""The social register: release ledger, control totals and the history of registered persons."""

from warehouse.columns import Column, Privacy, Role, Table
from warehouse.tables import shared

RILIS = Table(
    "core",
    "rilis",
    grain="satu versi rilis register yang pernah dimuat.",
    purpose="Buku besar rilis: SK, berkas, jumlah baris dan keadaannya.",
    key=("id_rilis",),
    columns=(
        shared.ID_RILIS,
        shared.SERI,
        shared.SISTEM_SUMBER,
        Column("kode_wilayah", "VARCHAR", "Kode BPS kabupaten atau kota rilis (4 digit).", role=Role.KEY),
        shared.PERIODE,
        Column("versi", "INTEGER", "Versi rilis untuk periode ini; versi lebih tinggi adalah ralat.", role=Role.KEY),
        Column(
            "keadaan",
            "VARCHAR",
            "berlaku: dipakai; digantikan: sudah ada ralatnya; ditarik: dibatalkan.",
            allowed=("berlaku", "digantikan", "ditarik"),
        ),
        shared.NOMOR_SK,
        shared.TANGGAL_SK,
        Column("tata_letak", "VARCHAR", "Tata letak berkas menurut reference/layouts."),
        Column(
            "satuan_analisis",
            "VARCHAR",
            "Satuan yang didaftar: individu atau keluarga.",
            allowed=("individu", "keluarga"),
        ),
        Column("nama_berkas", "VARCHAR", "Nama berkas saat diserahkan."),
        shared.SHA256,
        Column("ukuran_byte", "BIGINT", "Ukuran berkas.", "byte"),
        Column("diserahkan_pada", "TIMESTAMP", "Waktu berkas diterima (UTC)."),
        Column(
            "diserahkan_oleh",
            "VARCHAR",
            "Pengguna yang menyerahkan; dari kotak masuk: pemilik berkas. Kosong: tidak tercatat.",
            nullable=True,
            privacy=Privacy.PERSONAL,
        ),
        Column(
            "disetujui_oleh",
            "VARCHAR",
            "Pengguna yang menyetujui; kosong: tidak perlu persetujuan.",
            nullable=True,
            privacy=Privacy.PERSONAL,
        ),
        Column(
            "disetujui_pada",
            "TIMESTAMP",
            "Waktu persetujuan (UTC); kosong: tidak perlu persetujuan.",
            nullable=True,
        ),
        Column(
            "alasan_persetujuan",
            "VARCHAR",
            "Alasan yang disebut saat menyetujui, apa adanya; kosong: tidak perlu persetujuan.",
            nullable=True,
            privacy=Privacy.PERSONAL,
        ),
        Column("dimuat_pada", "TIMESTAMP", "Waktu rilis masuk ke gudang data (UTC)."),
        shared.BARIS_BERKAS,
        shared.BARIS_DITERIMA,
        shared.BARIS_DITOLAK,
        shared.BARIS_DILEWATI,
        Column("baris_peringatan", "BIGINT", "Baris diterima yang membawa peringatan.", "baris", role=Role.ADDITIVE),
        Column("tanpa_nik", "BIGINT", "Baris diterima tanpa NIK yang dapat dipakai.", "baris", role=Role.ADDITIVE),
        Column("sidik_isi", "VARCHAR", "Sidik SHA-256 baris yang diterima, terurut."),
        shared.VERSI_KODE,
    ),
)

TOTAL_KONTROL = Table(
    "core",
    "total_kontrol",
    grain="satu wilayah pada satu rilis.",
    purpose="Jumlah jiwa menurut lampiran SK, untuk dicocokkan dengan yang diterima.",
    key=("id_rilis", "tingkat", "kode_kemendagri"),
    columns=(
        shared.ID_RILIS,
        Column("tingkat", "VARCHAR", "Tingkat wilayah.", allowed=("kecamatan", "kelurahan"), role=Role.KEY),
        shared.KODE_KEMENDAGRI.but(description="Kode kecamatan atau kelurahan menurut Kemendagri."),
        Column("jumlah_sk_jiwa", "BIGINT", "Jumlah jiwa menurut SK.", "jiwa", role=Role.ADDITIVE),
    ),
)

JENIS_KELAMIN = ("L", "P")
HUBUNGAN_KELUARGA = (
    "kepala keluarga",
    "istri/suami",
    "anak",
    "menantu",
    "cucu",
    "orang tua/mertua",
    "pembantu",
    "lainnya",
)

KEBERADAAN = ("terkonfirmasi", "tidak terkonfirmasi", "ganda", "meninggal", "tanpa dokumen")

PERSON_COLUMNS = (
    Column(
        "id_rumah_tangga",
        "VARCHAR",
        "Nomor rumah tangga atau keluarga pada register.",
        nullable=True,
        privacy=Privacy.PERSONAL,
    ),
    Column("id_anggota", "VARCHAR", "Nomor anggota pada register.", nullable=True, privacy=Privacy.PERSONAL),
    shared.KODE_KEMENDAGRI,
    Column("alamat", "VARCHAR", "Alamat.", nullable=True, privacy=Privacy.PERSONAL),
    Column("dusun", "VARCHAR", "Dusun atau lingkungan.", nullable=True, privacy=Privacy.PERSONAL),
    Column("rt", "VARCHAR", "RT, tiga digit.", nullable=True, privacy=Privacy.PERSONAL),
    Column("rw", "VARCHAR", "RW, tiga digit.", nullable=True, privacy=Privacy.PERSONAL),
    Column("no_kk", "VARCHAR", "Nomor Kartu Keluarga, 16 digit.", nullable=True, privacy=Privacy.PERSONAL),
    Column("nik", "VARCHAR", "Nomor Induk Kependudukan, 16 digit.", nullable=True, privacy=Privacy.PERSONAL),
    Column("nama", "VARCHAR", "Nama.", privacy=Privacy.PERSONAL),
    Column("tanggal_lahir", "DATE", "Tanggal lahir.", nullable=True, privacy=Privacy.PERSONAL),
    Column("tempat_lahir", "VARCHAR", "Tempat lahir.", nullable=True, privacy=Privacy.PERSONAL),
    Column(
        "jenis_kelamin",
        "VARCHAR",
        "L laki-laki, P perempuan.",
        nullable=True,
        allowed=JENIS_KELAMIN,
        privacy=Privacy.PERSONAL,
    ),
    Column("pekerjaan", "VARCHAR", "Pekerjaan menurut register.", nullable=True, privacy=Privacy.PERSONAL),
    Column("nama_ibu_kandung", "VARCHAR", "Nama ibu kandung.", nullable=True, privacy=Privacy.PERSONAL),
    Column("no_bpjs", "VARCHAR", "Nomor kartu BPJS, 13 digit.", nullable=True, privacy=Privacy.PERSONAL),
    Column(
        "umur_tahun",
        "INTEGER",
        "Umur menurut register, bila tanggal lahir tidak ada di sana.",
        "tahun",
        nullable=True,
        privacy=Privacy.PERSONAL,
        role=Role.NON_ADDITIVE,
    ),
    Column(
        "hubungan_keluarga",
        "VARCHAR",
        "Hubungan dengan kepala keluarga.",
        nullable=True,
        allowed=HUBUNGAN_KELUARGA,
        privacy=Privacy.PERSONAL,
    ),
    Column(
        "keberadaan",
        "VARCHAR",
        "Hasil verifikasi keberadaan orang.",
        nullable=True,
        allowed=KEBERADAAN,
        privacy=Privacy.PERSONAL,
    ),
    Column(
        "desil",
        "INTEGER",
        "Desil kesejahteraan nasional, 1 terendah sampai 10; kosong = belum ditentukan.",
        nullable=True,
        privacy=Privacy.PERSONAL,
        role=Role.NON_ADDITIVE,
    ),
    Column(
        "kelompok_desil",
        "VARCHAR",
        "Kelompok desil bila register tidak menyebut desilnya, misalnya 6-10.",
        nullable=True,
        privacy=Privacy.PERSONAL,
    ),
    Column(
        "persentil",
        "INTEGER",
        "Persentil kesejahteraan, 1 terendah sampai 100 (BDT 2015).",
        nullable=True,
        privacy=Privacy.PERSONAL,
        role=Role.NON_ADDITIVE,
    ),
    Column("padan", "BOOLEAN", "Padan dengan data Dukcapil.", nullable=True, privacy=Privacy.PERSONAL),
    Column("bansos_bpnt", "BOOLEAN", "Menerima BPNT (Sembako).", nullable=True, privacy=Privacy.PERSONAL),
    Column("bansos_pkh", "BOOLEAN", "Menerima PKH.", nullable=True, privacy=Privacy.PERSONAL),
    Column("bansos_bpnt_ppkm", "BOOLEAN", "Menerima BPNT-PPKM.", nullable=True, privacy=Privacy.PERSONAL),
    Column("bansos_sembako", "BOOLEAN", "Menerima Program Sembako.", nullable=True, privacy=Privacy.PERSONAL),
    Column("bansos_bst", "BOOLEAN", "Menerima bantuan sosial tunai.", nullable=True, privacy=Privacy.PERSONAL),
    Column("bansos_bpum", "BOOLEAN", "Menerima bantuan usaha mikro.", nullable=True, privacy=Privacy.PERSONAL),
    Column("bansos_rastra", "BOOLEAN", "Menerima beras sejahtera.", nullable=True, privacy=Privacy.PERSONAL),
    Column("pbi_jkn", "BOOLEAN", "Penerima bantuan iuran JKN (APBN).", nullable=True, privacy=Privacy.PERSONAL),
    Column("pbi_pemda", "BOOLEAN", "Penerima bantuan iuran JKN (APBD).", nullable=True, privacy=Privacy.PERSONAL),
)
"""What a register says of a person: the columns whose change makes a new version in the history."""

KUNCI_WARGA = Column(
    "kunci_warga",
    "UUID",
    "Pengganti orang: HMAC berkunci dari NIK; tanpa NIK dari rilis dan nomor baris.",
    privacy=Privacy.PERSONAL,
    role=Role.KEY,
)

RIWAYAT_WARGA = Table(
    "core",
    "riwayat_warga",
    grain="satu versi keterangan satu orang dalam satu seri rilis.",
    purpose="Riwayat orang terdaftar (SCD2): berlaku_dari <= periode < berlaku_sampai.",
    key=("seri", "kunci_warga", "urutan_nik", "berlaku_dari"),
    columns=(
        shared.SERI,
        KUNCI_WARGA,
        Column("urutan_nik", "INTEGER", "1; lebih dari 1 bila NIK yang sama berulang dalam satu rilis.", role=Role.KEY),
        Column("berlaku_dari", "DATE", "Periode pertama versi ini berlaku.", role=Role.KEY),
        Column(
            "berlaku_sampai",
            "DATE",
            "Periode pertama versi ini tidak lagi berlaku; kosong = masih berlaku.",
            nullable=True,
        ),
        shared.ID_RILIS.but(description="Rilis tempat versi ini pertama terbaca."),
        shared.BARIS_SUMBER,
        *PERSON_COLUMNS,
        Column(
            "sidik_baris", "UBIGINT", "Sidik keterangan orang, untuk menemukan perubahan.", privacy=Privacy.PERSONAL
        ),
    ),
)

STAGED_PERSON = Table(
    "staged",
    "diterima",
    grain="satu baris berkas yang diterima.",
    purpose="Hasil pembersihan satu rilis sebelum dimuat.",
    key=("baris_sumber",),
    columns=(
        shared.BARIS_SUMBER,
        KUNCI_WARGA,
        *PERSON_COLUMNS,
        Column("peringatan", "BIGINT", "Bit per kode peringatan, urut menurut tabel aturan."),
    ),
)

BERKAS_RILIS = Table(
    "core",
    "berkas_rilis",
    grain="satu tabel dalam satu rilis.",
    purpose="Berkas asal tiap tabel rilis dan ke mana setiap barisnya.",
    key=("id_rilis", "bagian"),
    columns=(
        shared.ID_RILIS,
        shared.BAGIAN,
        Column("nama_berkas", "VARCHAR", "Nama berkas saat diserahkan."),
        Column("ukuran_byte", "BIGINT", "Ukuran berkas.", "byte"),
        Column("kepala_kolom", "VARCHAR", "Kepala kolom tabel, seperti tertulis, sebagai larik JSON."),
        shared.BARIS_BERKAS,
        shared.BARIS_DITERIMA,
        shared.BARIS_DITOLAK,
        shared.BARIS_DILEWATI,
    ),
)

NILAI_TIDAK_DIKENAL = Table(
    "core",
    "nilai_tidak_dikenal",
    grain="satu nilai yang tidak ada dalam daftar kode, dalam satu kolom pada satu rilis.",
    purpose="Isi kolom berdaftar tertutup yang tidak dikenal, dan pada berapa baris diterima.",
    key=("id_rilis", "kolom", "isi_sel"),
    columns=(
        shared.ID_RILIS,
        Column("kolom", "VARCHAR", "Kolom tempat nilai itu.", role=Role.KEY),
        Column("isi_sel", "VARCHAR", "Isi seperti di berkas.", privacy=Privacy.PERSONAL, role=Role.KEY),
        Column("jumlah_baris", "BIGINT", "Baris diterima dengan isi itu.", "baris", role=Role.ADDITIVE),
    ),
)

KOREKSI = Table(
    "core",
    "koreksi",
    grain="satu koreksi yang dipakai pada satu rilis.",
    purpose="Kesalahan sumber yang dikenal dan dibetulkan menurut folder corrections.",
    key=("id_rilis", "id_koreksi"),
    columns=(
        shared.ID_RILIS,
        Column("id_koreksi", "VARCHAR", "Nama koreksi dalam folder corrections.", role=Role.KEY),
        Column("alasan", "VARCHAR", "Apa yang keliru pada sumbernya."),
        shared.SUMBER.but(description="Dokumen yang menjadi dasar koreksi."),
        Column("jumlah_baris", "BIGINT", "Baris yang dikoreksi.", "baris", role=Role.ADDITIVE),
    ),
)

REGISTRY_TABLES = (RILIS, BERKAS_RILIS, TOTAL_KONTROL, NILAI_TIDAK_DIKENAL, KOREKSI, RIWAYAT_WARGA)
