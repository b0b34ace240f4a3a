-- Grain: satu sumber dana dalam laporan satu OPD atas satu kelurahan pada satu triwulan.
-- Tujuan: Berapa anggaran dan realisasi dari tiap sumber dana? Kegiatan yang batal tidak dihitung.
WITH per_sumber AS (
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
        coalesce(kegiatan.sumber_dana, 'tidak diisi') AS sumber_dana,
        kegiatan.triwulan_terakhir,
        kegiatan.terakhir_dalam_tahun,
        count(*) AS jumlah_kegiatan,
        cast(sum(kegiatan.anggaran_rp) AS DECIMAL(18, 2)) AS anggaran_rp,
        cast(sum(kegiatan.realisasi_rp) AS DECIMAL(18, 2)) AS realisasi_rp
    FROM core.kegiatan_berlaku AS kegiatan
    INNER JOIN core.wilayah AS wilayah ON kegiatan.kode_kemendagri = wilayah.kode_kemendagri
    WHERE kegiatan.status <> 'batal'
    GROUP BY ALL
),

dengan_serapan AS (
    SELECT
        *,
        core.persen(realisasi_rp, anggaran_rp) AS serapan_persen
    FROM per_sumber
)

SELECT * FROM dengan_serapan
