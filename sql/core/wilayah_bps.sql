-- Grain: satu wilayah yang statistiknya dapat dibandingkan.
-- Tujuan: Nama wilayah menurut kode BPS-nya, dan apakah itu wilayah kita sendiri.
WITH wilayah AS (
    SELECT
        coalesce(kota.kode_wilayah, lain.kode_wilayah) AS kode_wilayah,
        coalesce(kota.nama_wilayah, lain.nama_wilayah) AS nama_wilayah,
        kota.kode_wilayah IS NOT NULL AS wilayah_sendiri
    FROM core.wilayah_statistik AS lain
    FULL OUTER JOIN core.kota AS kota ON lain.kode_wilayah = kota.kode_wilayah
)

SELECT * FROM wilayah
