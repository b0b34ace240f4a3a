-- Grain: satu penerima tanpa padanan NIK dan satu orang terdaftar di kelurahan itu yang mungkin orang yang sama.
-- Tujuan: Siapa penerima yang hanya disebut namanya, menurut register? Dicari di kelurahan laporan pada rilis terbaru,
-- di antara nama yang tiga huruf pertamanya sama. Ini usulan untuk diperiksa orang: tidak ada data yang digabungkan.
WITH warga AS (
    SELECT
        warga.kunci_warga,
        warga.urutan_nik,
        warga.kode_kemendagri,
        warga.nama,
        warga.tanggal_lahir,
        core.kunci_nama(warga.nama) AS kunci_nama
    FROM core.warga_rilis AS warga
    INNER JOIN core.rilis_berlaku AS rilis ON warga.id_rilis = rilis.id_rilis
    WHERE rilis.rilis_terakhir
),

dibandingkan AS (
    SELECT
        penerima.periode,
        penerima.opd_singkat,
        penerima.kode_kemendagri,
        penerima.id_laporan,
        penerima.baris_sumber,
        penerima.nama,
        warga.kunci_warga AS kunci_warga_calon,
        warga.urutan_nik AS urutan_nik_calon,
        warga.nama AS nama_calon,
        warga.tanggal_lahir AS tanggal_lahir_calon,
        core.banding_nama(penerima.kunci_nama, warga.kunci_nama) AS bukti_nama,
        round(jaro_winkler_similarity(penerima.kunci_nama, warga.kunci_nama), 3) AS kemiripan
    FROM core.penerima_berlaku AS penerima
    INNER JOIN warga
        ON
            penerima.kode_kemendagri = warga.kode_kemendagri
            AND left(penerima.kunci_nama, 3) = left(warga.kunci_nama, 3)
    WHERE NOT penerima.terdaftar
),

calon AS (
    SELECT
        *,
        rank() OVER (PARTITION BY id_laporan, baris_sumber ORDER BY kemiripan DESC) AS peringkat
    FROM dibandingkan
    WHERE bukti_nama IN ('sama', 'mirip')
)

SELECT * FROM calon
WHERE peringkat <= 5
