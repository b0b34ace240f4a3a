-- Grain: satu rilis register yang berlaku.
-- Tujuan: Rilis yang dipakai dalam semua hitungan, beserta rilis berlaku sebelumnya dalam seri yang sama.
WITH berlaku AS (
    SELECT
        periode,
        cast(year(periode) AS INTEGER) AS tahun,
        seri,
        sistem_sumber,
        id_rilis,
        kode_wilayah,
        versi,
        nomor_sk,
        tanggal_sk
    FROM core.rilis
    WHERE keadaan = 'berlaku'
),

berurutan AS (
    SELECT
        *,
        lag(periode) OVER (PARTITION BY seri ORDER BY periode) AS periode_sebelumnya,
        row_number() OVER (PARTITION BY kode_wilayah ORDER BY periode DESC, sistem_sumber DESC) = 1 AS rilis_terakhir
    FROM berlaku
)

SELECT * FROM berurutan
