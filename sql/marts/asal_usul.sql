-- Grain: satu rilis, laporan OPD, atau jawaban maupun berkas statistik.
-- Tujuan: Dari berkas mana angka berasal, menurut SK mana, dan ke mana setiap barisnya? Jalan dari satu angka ke sini
-- dicari oleh perintah dampingan trace. Nama berkas yang memuat nomor orang dikosongkan. Hitungan pemeriksaan tiap
-- kiriman tetap di gudang data, karena bergantung pada jalannya proses.
WITH koreksi AS (
    SELECT
        id_rilis,
        string_agg(id_koreksi, '; ' ORDER BY id_koreksi) AS koreksi,
        cast(sum(jumlah_baris) AS BIGINT) AS baris_dikoreksi
    FROM core.koreksi
    GROUP BY id_rilis
),

asal_usul AS (
    SELECT
        kiriman.periode,
        kiriman.jenis_kiriman,
        kiriman.id_kiriman,
        kiriman.sumber,
        laporan.kode_kemendagri,
        kiriman.keadaan,
        CASE WHEN NOT core.memuat_nomor_orang(kiriman.nama_berkas) THEN kiriman.nama_berkas END AS nama_berkas,
        kiriman.sha256,
        kiriman.nomor_sk,
        kiriman.tanggal_sk,
        kiriman.diserahkan_pada,
        kiriman.baris_berkas,
        kiriman.baris_diterima,
        kiriman.baris_ditolak,
        kiriman.baris_dilewati,
        koreksi.koreksi,
        coalesce(koreksi.baris_dikoreksi, 0) AS baris_dikoreksi,
        kiriman.versi_kode
    FROM internal.asal_usul AS kiriman
    LEFT JOIN koreksi ON kiriman.id_kiriman = koreksi.id_rilis
    LEFT JOIN core.laporan AS laporan ON kiriman.id_kiriman = laporan.id_laporan
)

SELECT * FROM asal_usul
