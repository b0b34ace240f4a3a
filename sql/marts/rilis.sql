-- Grain: satu versi rilis register yang pernah dimuat.
-- Tujuan: Rilis yang pernah masuk, SK-nya, keadaannya, dan ke mana setiap barisnya.
WITH buku_besar AS (
    SELECT
        rilis.periode,
        cast(year(rilis.periode) AS INTEGER) AS tahun,
        rilis.seri,
        rilis.sistem_sumber,
        rilis.id_rilis,
        rilis.versi,
        rilis.keadaan,
        coalesce(berlaku.rilis_terakhir, FALSE) AS rilis_terakhir,
        rilis.nomor_sk,
        rilis.tanggal_sk,
        rilis.tata_letak,
        rilis.satuan_analisis,
        rilis.sha256,
        rilis.diserahkan_pada,
        rilis.baris_berkas,
        rilis.baris_diterima,
        rilis.baris_ditolak,
        rilis.baris_dilewati,
        rilis.baris_peringatan,
        rilis.tanpa_nik,
        core.persen(rilis.baris_ditolak, rilis.baris_berkas) AS baris_ditolak_persen
    FROM core.rilis AS rilis
    LEFT JOIN core.rilis_berlaku AS berlaku ON rilis.id_rilis = berlaku.id_rilis
)

SELECT * FROM buku_besar
