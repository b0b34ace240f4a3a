-- Grain: satu kelurahan yang OPD pendampingnya ditetapkan dan masih berlaku.
-- Tujuan: OPD pendamping tiap kelurahan sekarang: penetapan terakhir yang belum berakhir pada hari laporan terakhir
-- diterima, supaya isinya tidak bergantung pada hari pembuatannya.
WITH hari AS (
    SELECT max(cast(diserahkan_pada AS DATE)) AS hari_terakhir
    FROM core.laporan
    WHERE keadaan = 'berlaku'
),

berurutan AS (
    SELECT
        pasangan.*,
        row_number() OVER (
            PARTITION BY pasangan.kode_kemendagri
            ORDER BY pasangan.berlaku_dari DESC NULLS LAST, pasangan.opd_singkat ASC
        ) AS urutan
    FROM core.opd_dampingan AS pasangan
    CROSS JOIN hari
    WHERE coalesce(pasangan.berlaku_sampai >= hari.hari_terakhir, pasangan.berlaku_sampai IS NULL)
),

terkini AS (
    SELECT * EXCLUDE (urutan) FROM berurutan
    WHERE urutan = 1
)

SELECT * FROM terkini
