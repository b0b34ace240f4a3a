-- Grain: satu kelompok desil di satu kelurahan pada rilis terbaru; 'semua' menjumlahkan semua desil.
-- Tujuan: Berapa orang terdaftar tercatat menerima program OPD pada tahun laporan terbaru, dan berapa belum menerima
-- apa pun dari OPD? Penerima dikenali menurut NIK saja; bantuan sosial pusat ada di tampilan bansos. Hitungan kecil
-- disamarkan.
WITH tahun_acuan AS (
    SELECT max(tahun) AS tahun FROM core.penerima_berlaku
),

menerima AS (
    SELECT DISTINCT penerima.kunci_warga
    FROM core.penerima_berlaku AS penerima
    INNER JOIN tahun_acuan ON penerima.tahun = tahun_acuan.tahun
    WHERE penerima.kunci_warga IS NOT NULL
),

warga AS (
    SELECT
        warga.id_rilis,
        warga.kode_kemendagri,
        coalesce(cast(warga.desil AS VARCHAR), warga.kelompok_desil, 'tidak diketahui') AS golongan_desil,
        menerima.kunci_warga IS NOT NULL AS menerima
    FROM core.warga_rilis AS warga
    INNER JOIN core.rilis_berlaku AS rilis ON warga.id_rilis = rilis.id_rilis
    LEFT JOIN menerima ON warga.kunci_warga = menerima.kunci_warga
    WHERE rilis.rilis_terakhir
),

hitungan AS (
    SELECT
        id_rilis,
        kode_kemendagri,
        coalesce(golongan_desil, 'semua') AS golongan_desil,
        count(*) AS terdaftar,
        count(*) FILTER (WHERE menerima) AS menerima,
        count(*) FILTER (WHERE NOT menerima) AS belum
    FROM warga
    GROUP BY GROUPING SETS ((id_rilis, kode_kemendagri, golongan_desil), (id_rilis, kode_kemendagri))
),

jangkauan AS (
    SELECT
        rilis.periode,
        rilis.tahun,
        rilis.seri,
        rilis.sistem_sumber,
        wilayah.kode_kemendagri,
        wilayah.kode_bps,
        wilayah.kelurahan,
        wilayah.kode_kemendagri_kecamatan,
        wilayah.kecamatan,
        hitungan.golongan_desil,
        tahun_acuan.tahun AS tahun_laporan,
        core.bulatkan(hitungan.terdaftar) AS terdaftar_jiwa,
        core.bulatkan(hitungan.menerima) AS menerima_program_jiwa,
        core.bulatkan(hitungan.belum) AS tanpa_program_jiwa,
        core.persen(core.bulatkan(hitungan.menerima), core.bulatkan(hitungan.terdaftar)) AS menerima_persen,
        core.disamarkan(hitungan.terdaftar) OR core.disamarkan(hitungan.menerima)
        OR core.disamarkan(hitungan.belum) AS disamarkan
    FROM hitungan
    CROSS JOIN tahun_acuan
    INNER JOIN core.rilis_berlaku AS rilis ON hitungan.id_rilis = rilis.id_rilis
    INNER JOIN core.tempat AS wilayah ON hitungan.kode_kemendagri = wilayah.kode_kemendagri
)

SELECT * FROM jangkauan
