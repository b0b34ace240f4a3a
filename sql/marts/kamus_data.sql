-- Grain: satu kolom pada satu tabel yang diterbitkan.
-- Tujuan: Arti, satuan dan cara memakai setiap kolom yang diterbitkan.
WITH terbit AS (
    SELECT * FROM core.kamus_data
    WHERE starts_with(tabel, 'marts.')
)

SELECT * FROM terbit
