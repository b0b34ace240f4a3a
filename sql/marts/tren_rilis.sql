-- Grain: satu kabupaten, kota atau kecamatan pada satu rilis yang berlaku.
-- Tujuan: Bagaimana jumlah terdaftar berubah dari rilis ke rilis? Register berbeda mempunyai satuan dan cara ukur
-- berbeda: garis tren diputus pada awal_seri, dan perubahan hanya dihitung dalam seri yang sama. Orang diikuti dengan
-- NIK melewati putusan itu: dari_register_pendahulu_jiwa.
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

pendahulu AS (
    SELECT
        awal.id_rilis,
        arg_max(lain.id_rilis, lain.periode) AS id_rilis_pendahulu,
        arg_max(lain.sistem_sumber, lain.periode) AS register_pendahulu
    FROM core.rilis_berlaku AS awal
    INNER JOIN core.rilis_berlaku AS lain
        ON awal.kode_wilayah = lain.kode_wilayah AND awal.seri <> lain.seri AND awal.periode > lain.periode
    WHERE awal.periode_sebelumnya IS NULL
    GROUP BY awal.id_rilis
),

bertahan AS (
    SELECT
        kini.id_rilis,
        kini.kode_kemendagri,
        count(*) AS jumlah
    FROM pendahulu
    INNER JOIN core.warga_rilis AS kini ON pendahulu.id_rilis = kini.id_rilis
    INNER JOIN core.warga_rilis AS dulu
        ON pendahulu.id_rilis_pendahulu = dulu.id_rilis AND kini.kunci_warga = dulu.kunci_warga
    WHERE kini.urutan_nik = 1 AND dulu.urutan_nik = 1
    GROUP BY kini.id_rilis, kini.kode_kemendagri
),

bertahan_per_tingkat AS (
    SELECT
        terdaftar.id_rilis,
        terdaftar.kode_kemendagri_kecamatan AS kode_wilayah,
        coalesce(sum(bertahan.jumlah), 0) AS jumlah
    FROM terdaftar
    LEFT JOIN bertahan
        ON terdaftar.id_rilis = bertahan.id_rilis AND terdaftar.kode_kemendagri = bertahan.kode_kemendagri
    GROUP BY ALL
    UNION ALL
    SELECT
        rilis.id_rilis,
        rilis.kode_wilayah,
        coalesce(sum(bertahan.jumlah), 0) AS jumlah
    FROM core.rilis_berlaku AS rilis
    LEFT JOIN bertahan ON rilis.id_rilis = bertahan.id_rilis
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
        ) AS jumlah_sebelumnya_jiwa,
        pendahulu.register_pendahulu,
        CASE
            WHEN pendahulu.id_rilis IS NOT NULL THEN cast(bertahan_per_tingkat.jumlah AS BIGINT)
        END AS dari_register_pendahulu_jiwa
    FROM per_tingkat
    INNER JOIN core.rilis_berlaku AS rilis ON per_tingkat.id_rilis = rilis.id_rilis
    LEFT JOIN pendahulu ON per_tingkat.id_rilis = pendahulu.id_rilis
    LEFT JOIN bertahan_per_tingkat
        ON
            per_tingkat.id_rilis = bertahan_per_tingkat.id_rilis
            AND per_tingkat.kode_wilayah = bertahan_per_tingkat.kode_wilayah
),

tren AS (
    SELECT
        * EXCLUDE (register_pendahulu, dari_register_pendahulu_jiwa),
        jumlah_jiwa - jumlah_sebelumnya_jiwa AS perubahan_jiwa,
        core.persen(jumlah_jiwa - jumlah_sebelumnya_jiwa, jumlah_sebelumnya_jiwa) AS perubahan_persen,
        register_pendahulu,
        dari_register_pendahulu_jiwa
    FROM berurutan
)

SELECT * FROM tren
