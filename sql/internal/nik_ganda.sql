-- Grain: satu baris dengan NIK yang dipakai lebih dari satu baris, pada satu rilis yang berlaku.
-- Tujuan: NIK mana dipakai lebih dari satu kali, dan oleh siapa saja? Semua barisnya ada di sini, juga yang di
-- kelurahan lain.
WITH berulang AS (
    SELECT DISTINCT
        id_rilis,
        kunci_warga
    FROM core.warga_rilis
    WHERE nik IS NOT NULL AND urutan_nik > 1
),

ganda AS (
    SELECT
        warga.periode,
        warga.seri,
        warga.id_rilis,
        warga.kunci_warga,
        warga.urutan_nik,
        warga.nik,
        warga.nama,
        warga.no_kk,
        warga.tanggal_lahir,
        wilayah.kode_kemendagri,
        wilayah.kelurahan,
        count(*) OVER (PARTITION BY warga.id_rilis, warga.kunci_warga) AS jumlah_baris
    FROM core.warga_rilis AS warga
    INNER JOIN berulang ON warga.id_rilis = berulang.id_rilis AND warga.kunci_warga = berulang.kunci_warga
    INNER JOIN core.tempat AS wilayah ON warga.kode_kemendagri = wilayah.kode_kemendagri
)

SELECT * FROM ganda
