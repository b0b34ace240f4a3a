-- Grain: satu kabupaten atau kota.
-- Tujuan: Nama kabupaten atau kota menurut kode BPS-nya, untuk menamai nilai indikator.
WITH kota AS (
    SELECT DISTINCT
        kode_bps_kabupaten_kota AS kode_wilayah,
        kabupaten_kota AS nama_wilayah
    FROM core.wilayah
)

SELECT * FROM kota
