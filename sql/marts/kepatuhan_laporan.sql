-- Grain: satu pasangan OPD dan kelurahan pada satu triwulan.
-- Tujuan: OPD mana belum melapor? Triwulan yang ditagih berjalan dari laporan pertama sampai laporan terakhir yang
-- masuk dari OPD mana pun, dalam masa berlaku pasangannya; pasangan di luar penetapan hanya muncul pada triwulan yang
-- dilaporkannya.
WITH laporan AS (
    SELECT
        *,
        make_date(tahun, triwulan * 3 - 2, 1) AS periode
    FROM core.laporan
    WHERE keadaan = 'berlaku'
),

batas AS (
    SELECT
        min(periode) AS pertama,
        max(periode) AS terakhir
    FROM laporan
),

triwulan AS (
    SELECT cast(unnest(generate_series(pertama, terakhir, INTERVAL 3 MONTH)) AS DATE) AS periode
    FROM batas
),

ditagih AS (
    SELECT
        triwulan.periode,
        pasangan.opd_singkat,
        pasangan.kode_kemendagri
    FROM core.opd_dampingan AS pasangan
    INNER JOIN triwulan
        ON
            coalesce(pasangan.berlaku_dari < triwulan.periode + INTERVAL 3 MONTH, TRUE)
            AND coalesce(pasangan.berlaku_sampai >= triwulan.periode, TRUE)
),

gabungan AS (
    SELECT
        coalesce(ditagih.periode, laporan.periode) AS periode,
        coalesce(ditagih.opd_singkat, laporan.opd_singkat) AS opd_singkat,
        coalesce(ditagih.kode_kemendagri, laporan.kode_kemendagri) AS kode_kemendagri,
        ditagih.periode IS NOT NULL AS sesuai_penetapan,
        laporan.id_laporan IS NOT NULL AS sudah_lapor,
        laporan.versi,
        laporan.diserahkan_pada,
        laporan.baris_diterima,
        laporan.baris_ditolak
    FROM ditagih
    FULL OUTER JOIN laporan
        ON
            ditagih.periode = laporan.periode
            AND ditagih.opd_singkat = laporan.opd_singkat
            AND ditagih.kode_kemendagri = laporan.kode_kemendagri
),

kepatuhan AS (
    SELECT
        gabungan.periode,
        cast(year(gabungan.periode) AS INTEGER) AS tahun,
        cast(quarter(gabungan.periode) AS INTEGER) AS triwulan,
        gabungan.opd_singkat,
        opd.opd,
        wilayah.kode_kemendagri,
        wilayah.kode_bps,
        wilayah.kelurahan,
        wilayah.kode_kemendagri_kecamatan,
        wilayah.kecamatan,
        gabungan.sesuai_penetapan,
        gabungan.periode = batas.terakhir AS triwulan_terakhir,
        gabungan.sudah_lapor,
        gabungan.versi,
        gabungan.diserahkan_pada,
        gabungan.baris_diterima,
        gabungan.baris_ditolak
    FROM gabungan
    CROSS JOIN batas
    INNER JOIN core.wilayah AS wilayah ON gabungan.kode_kemendagri = wilayah.kode_kemendagri
    LEFT JOIN core.opd_pendamping AS opd ON gabungan.opd_singkat = opd.opd_singkat
)

SELECT * FROM kepatuhan
