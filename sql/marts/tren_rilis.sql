-- Grain: satu kabupaten, kota atau kecamatan pada satu rilis yang berlaku.
-- Tujuan: Bagaimana jumlah terdaftar berubah dari rilis ke rilis? Register berbeda mempunyai satuan dan cara ukur
-- berbeda: garis tren diputus pada awal_seri, dan perubahan hanya dihitung dalam seri yang sama.
WITH terdaftar AS (
    SELECT * FROM core.terdaftar_kelurahan
),

per_tingkat AS (
    SELECT
        id_rilis,
        'kecamatan' AS tingkat,
        kode_kemendagri_kecamatan AS kode_wilayah,
        kecamatan AS nama_wilayah,
        cast(sum(jumlah_jiwa) AS BIGINT) AS jumlah_jiwa
    FROM terdaftar
    GROUP BY ALL
    UNION ALL
    SELECT
        hitungan.id_rilis,
        'kabupaten/kota' AS tingkat,
        kota.kode_wilayah,
        kota.nama_wilayah,
        cast(sum(hitungan.jumlah_jiwa) AS BIGINT) AS jumlah_jiwa
    FROM terdaftar AS hitungan
    INNER JOIN core.rilis_berlaku AS rilis ON hitungan.id_rilis = rilis.id_rilis
    INNER JOIN core.kota AS kota ON rilis.kode_wilayah = kota.kode_wilayah
    GROUP BY ALL
),

berurutan AS (
    SELECT
        rilis.periode,
        rilis.tahun,
        rilis.seri,
        rilis.sistem_sumber,
        per_tingkat.tingkat,
        per_tingkat.kode_wilayah,
        per_tingkat.nama_wilayah,
        rilis.periode_sebelumnya,
        rilis.periode_sebelumnya IS NULL AS awal_seri,
        rilis.rilis_terakhir,
        per_tingkat.jumlah_jiwa,
        lag(per_tingkat.jumlah_jiwa) OVER (
            PARTITION BY rilis.seri, per_tingkat.tingkat, per_tingkat.kode_wilayah
            ORDER BY rilis.periode
        ) AS jumlah_sebelumnya_jiwa
    FROM per_tingkat
    INNER JOIN core.rilis_berlaku AS rilis ON per_tingkat.id_rilis = rilis.id_rilis
),

tren AS (
    SELECT
        *,
        jumlah_jiwa - jumlah_sebelumnya_jiwa AS perubahan_jiwa,
        core.persen(jumlah_jiwa - jumlah_sebelumnya_jiwa, jumlah_sebelumnya_jiwa) AS perubahan_persen
    FROM berurutan
)

SELECT * FROM tren
