-- Grain: satu kelurahan.
-- Tujuan: Daftar kelurahan dengan kedua sistem kode, untuk menyambung angka Kemendagri dan BPS.
WITH kelurahan AS (
    SELECT * FROM core.wilayah
)

SELECT * FROM kelurahan
