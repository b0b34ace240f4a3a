-- Grain: satu kegiatan pada satu laporan OPD yang berlaku.
-- Tujuan: Bagaimana kemajuan tiap kegiatan dari triwulan ke triwulan? Baris kegiatan yang sama tersambung oleh
-- id_kegiatan. Capaian kegiatan bukan dampak pada kemiskinan.
WITH berurutan AS (
    SELECT
        *,
        row_number() OVER seri AS laporan_ke,
        lag(realisasi) OVER seri AS realisasi_sebelumnya,
        lag(status) OVER seri AS status_sebelumnya
    FROM core.kegiatan_berlaku
    WINDOW seri AS (PARTITION BY opd_singkat, kode_kemendagri, id_kegiatan ORDER BY periode)
),

kemajuan AS (
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
        kegiatan.id_kegiatan,
        kegiatan.kegiatan,
        kegiatan.horizon,
        kegiatan.klaster,
        kegiatan.status,
        kegiatan.status_sebelumnya,
        kegiatan.triwulan_terakhir,
        kegiatan.terakhir_dalam_tahun,
        kegiatan.laporan_ke,
        kegiatan.satuan,
        kegiatan.target,
        kegiatan.realisasi,
        kegiatan.realisasi_sebelumnya,
        core.persen(kegiatan.realisasi, kegiatan.target) AS capaian_persen,
        kegiatan.anggaran_rp,
        kegiatan.realisasi_rp,
        core.persen(kegiatan.realisasi_rp, kegiatan.anggaran_rp) AS serapan_persen
    FROM berurutan AS kegiatan
    INNER JOIN core.wilayah AS wilayah ON kegiatan.kode_kemendagri = wilayah.kode_kemendagri
)

SELECT * FROM kemajuan
