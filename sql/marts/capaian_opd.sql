-- Grain: satu satuan target dalam laporan satu OPD atas satu kelurahan pada satu triwulan.
-- Tujuan: Berapa target, realisasi dan capaian tiap OPD per triwulan? Kegiatan yang batal tidak dihitung. Capaian
-- kegiatan dan perubahan jumlah terdaftar boleh berjalan bersama tanpa yang satu menyebabkan yang lain.
WITH per_satuan AS (
    SELECT
        periode,
        tahun,
        triwulan,
        opd_singkat,
        opd,
        kode_kemendagri,
        coalesce(satuan, 'tidak diisi') AS satuan,
        triwulan_terakhir,
        terakhir_dalam_tahun,
        count(*) AS jumlah_kegiatan,
        count(*) FILTER (WHERE target > 0) AS kegiatan_bertarget,
        count(*) FILTER (WHERE target > 0 AND realisasi >= target) AS kegiatan_tercapai,
        cast(sum(target) FILTER (WHERE target > 0) AS DECIMAL(18, 2)) AS target,
        cast(sum(realisasi) FILTER (WHERE target > 0) AS DECIMAL(18, 2)) AS realisasi,
        cast(sum(anggaran_rp) AS DECIMAL(18, 2)) AS anggaran_rp,
        cast(sum(realisasi_rp) AS DECIMAL(18, 2)) AS realisasi_rp
    FROM core.kegiatan_berlaku
    WHERE status <> 'batal'
    GROUP BY ALL
),

capaian AS (
    SELECT
        per_satuan.periode,
        per_satuan.tahun,
        per_satuan.triwulan,
        per_satuan.opd_singkat,
        per_satuan.opd,
        wilayah.kode_kemendagri,
        wilayah.kode_bps,
        wilayah.kelurahan,
        wilayah.kode_kemendagri_kecamatan,
        wilayah.kecamatan,
        per_satuan.satuan,
        per_satuan.triwulan_terakhir,
        per_satuan.terakhir_dalam_tahun,
        per_satuan.jumlah_kegiatan,
        per_satuan.kegiatan_bertarget,
        per_satuan.kegiatan_tercapai,
        per_satuan.target,
        per_satuan.realisasi,
        core.persen(per_satuan.realisasi, per_satuan.target) AS capaian_persen,
        per_satuan.anggaran_rp,
        per_satuan.realisasi_rp,
        core.persen(per_satuan.realisasi_rp, per_satuan.anggaran_rp) AS serapan_persen
    FROM per_satuan
    INNER JOIN core.wilayah AS wilayah ON per_satuan.kode_kemendagri = wilayah.kode_kemendagri
)

SELECT * FROM capaian
