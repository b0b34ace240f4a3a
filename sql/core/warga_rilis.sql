-- Grain: satu orang terdaftar pada satu rilis yang berlaku.
-- Tujuan: Orang terdaftar menurut tiap rilis, dibuka dari riwayat. Hanya untuk pengolahan di gudang data.
WITH riwayat AS (
    SELECT
        seri,
        berlaku_dari,
        berlaku_sampai,
        kunci_warga,
        urutan_nik,
        * EXCLUDE (seri, kunci_warga, urutan_nik, berlaku_dari, berlaku_sampai, id_rilis, baris_sumber, sidik_baris),
        id_rilis AS id_rilis_terbaca,
        baris_sumber
    FROM core.riwayat_warga
),

pasangan AS (
    SELECT
        rilis.periode,
        rilis.id_rilis,
        riwayat.*
    FROM core.rilis_berlaku AS rilis
    INNER JOIN riwayat
        ON
            rilis.seri = riwayat.seri
            AND rilis.periode >= riwayat.berlaku_dari
            AND (riwayat.berlaku_sampai IS NULL OR rilis.periode < riwayat.berlaku_sampai)
),

warga AS (
    SELECT
        periode,
        seri,
        id_rilis,
        * EXCLUDE (periode, seri, id_rilis, berlaku_dari, berlaku_sampai)
    FROM pasangan
)

SELECT * FROM warga
