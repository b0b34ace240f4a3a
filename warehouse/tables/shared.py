"""Columns that several tables have in common; each is declared here and nowhere else."""

from warehouse.columns import Column, Role

KODE_KEMENDAGRI = Column(
    "kode_kemendagri",
    "VARCHAR",
    "Kode kelurahan atau desa menurut Kemendagri, berbentuk 33.xx.xx.1001 atau 33.xx.xx.2001.",
    role=Role.KEY,
)
WITHOUT_KELURAHAN = ".00.0000"
"""Ends the code under which persons are counted whose kelurahan no column of their file says: `33.xx.00.0000`."""
KODE_BPS = Column("kode_bps", "VARCHAR", "Kode kelurahan menurut BPS (10 digit).", role=Role.KEY)
KELURAHAN = Column("kelurahan", "VARCHAR", "Nama kelurahan.")
KECAMATAN = Column("kecamatan", "VARCHAR", "Nama kecamatan.")
KODE_KEMENDAGRI_KECAMATAN = Column(
    "kode_kemendagri_kecamatan",
    "VARCHAR",
    "Kode kecamatan menurut Kemendagri. Bukan kode BPS: Utara dan Selatan bertukar urutan.",
    role=Role.KEY,
)
KODE_BPS_KECAMATAN = Column("kode_bps_kecamatan", "VARCHAR", "Kode kecamatan menurut BPS (7 digit).", role=Role.KEY)
ID_RILIS = Column("id_rilis", "VARCHAR", "Rilis register: sistem-wilayah-periode-versi.", role=Role.KEY)
SERI = Column("seri", "VARCHAR", "Rangkaian rilis yang saling menyusul: sistem-wilayah.", role=Role.KEY)
PERIODE = Column("periode", "DATE", "Periode rilis, hari pertama bulannya.", role=Role.KEY)
SISTEM_SUMBER = Column(
    "sistem_sumber",
    "VARCHAR",
    "Register asal angka ini; angka dari register berbeda tidak boleh disambung.",
    allowed=("BDT2015", "DTKS", "P3KE", "REGSOSEK", "DTSEN"),
)
NOMOR_SK = Column("nomor_sk", "VARCHAR", "Nomor SK Wali Kota atau Bupati yang menetapkan rilis.")
TANGGAL_SK = Column("tanggal_sk", "DATE", "Tanggal SK Wali Kota atau Bupati.")
SHA256 = Column("sha256", "VARCHAR", "Sidik SHA-256 berkas asal.")
BARIS_SUMBER = Column("baris_sumber", "BIGINT", "Nomor baris di berkas asal, baris pertama berkas = 1.", role=Role.KEY)
BARIS_BERKAS = Column("baris_berkas", "BIGINT", "Baris dalam berkas, tanpa kepala kolom.", "baris", role=Role.ADDITIVE)
BARIS_DITERIMA = Column("baris_diterima", "BIGINT", "Baris yang diterima.", "baris", role=Role.ADDITIVE)
BARIS_DITOLAK = Column("baris_ditolak", "BIGINT", "Baris yang ditolak beserta alasannya.", "baris", role=Role.ADDITIVE)
BARIS_DILEWATI = Column(
    "baris_dilewati", "BIGINT", "Baris yang bukan data: kosong, nomor kolom, atau jumlah.", "baris", role=Role.ADDITIVE
)
VERSI_KODE = Column("versi_kode", "VARCHAR", "Versi program yang menghasilkan baris ini.")
BAGIAN = Column(
    "bagian",
    "VARCHAR",
    "Tabel tempat baris ini berada: warga atau keluarga pada rilis register, lembarnya pada laporan OPD.",
    allowed=("warga", "keluarga", "pemetaan", "kegiatan", "catur_pilar", "penerima"),
    role=Role.KEY,
)
ID_KIRIMAN = Column("id_kiriman", "VARCHAR", "Rilis, laporan atau tarikan tempat baris ini berasal.", role=Role.KEY)
OPD = Column("opd", "VARCHAR", "Nama lengkap perangkat daerah (OPD).")
OPD_SINGKAT = Column("opd_singkat", "VARCHAR", "Singkatan OPD.", role=Role.KEY)
SUMBER = Column("sumber", "VARCHAR", "Penerbit atau dokumen asal keterangan ini.")
CATATAN = Column("catatan", "VARCHAR", "Catatan atas baris ini.", nullable=True)
