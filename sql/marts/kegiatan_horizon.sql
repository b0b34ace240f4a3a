-- Grain: satu jangka dan keadaan kegiatan dalam laporan satu OPD atas satu kelurahan pada satu triwulan.
-- Tujuan: Berapa kegiatan jangka pendek, menengah dan panjang, dan sampai di mana? Hanya di sini anggaran
-- kegiatan yang batal ikut tampil, pada baris berstatus batal.
WITH per_horizon AS (
    SELECT
        kegiatan.periode,
        kegiatan.tahun,
        kegiatan.triwulan,
        kegiatan.opd_singkat,
        kegiatan.opd,
        wilayah.kode_kemendagri,
        wilayah.kode_bps,
        wilayah.kelurahan,
        wilayah.kode_kemendagri_kecamatan,
        wilayah.kecamatan,
        kegiatan.horizon,
        kegiatan.status,
        kegiatan.triwulan_terakhir,
        kegiatan.terakhir_dalam_tahun,
        count(*) AS jumlah_kegiatan,
        cast(sum(kegiatan.anggaran_rp) AS DECIMAL(18, 2)) AS anggaran_rp,
        cast(sum(kegiatan.realisasi_rp) AS DECIMAL(18, 2)) AS realisasi_rp
    FROM core.kegiatan_berlaku AS kegiatan
    INNER JOIN core.wilayah AS wilayah ON kegiatan.kode_kemendagri = wilayah.kode_kemendagri
    GROUP BY ALL
)

SELECT * FROM per_horizon
