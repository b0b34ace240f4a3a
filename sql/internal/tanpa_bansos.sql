-- Grain: satu keluarga di satu kelurahan pada rilis terbaru; orang tanpa nomor KK berdiri sendiri.
-- Tujuan: Keluarga terdaftar mana yang tidak tercatat menerima program apa pun? Register tertinggal dari keadaan:
-- daftar ini alasan untuk memeriksa di lapangan, bukan penetapan.
WITH tanpa_bansos AS (
    SELECT * EXCLUDE (desil, menerima_pkh, menerima_sembako, menerima_pbi, menerima_bansos)
    FROM core.keluarga_terakhir
    WHERE NOT menerima_bansos
)

SELECT * FROM tanpa_bansos
