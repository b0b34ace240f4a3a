-- Grain: satu orang ber-NIK yang masuk, keluar, pindah atau berubah antara dua rilis berlaku yang berurutan.
-- Tujuan: Siapa masuk, keluar, pindah dan berubah? Orang diikuti dengan NIK; orang tanpa NIK tidak dapat diikuti, dan
-- dari NIK yang berulang hanya baris pertama yang dipakai. Versi yang meliputi kedua rilis tidak berubah, jadi tidak
-- perlu dibaca.
WITH pasangan AS (
    SELECT * FROM core.rilis_berlaku
    WHERE periode_sebelumnya IS NOT NULL
),

warga AS (
    SELECT * FROM core.riwayat_warga
    WHERE nik IS NOT NULL AND urutan_nik = 1
),

lama AS (
    SELECT
        pasangan.id_rilis,
        warga.*
    FROM pasangan
    INNER JOIN warga
        ON
            pasangan.seri = warga.seri
            AND pasangan.periode_sebelumnya >= warga.berlaku_dari
            AND pasangan.periode_sebelumnya < warga.berlaku_sampai
            AND pasangan.periode >= warga.berlaku_sampai
),

baru AS (
    SELECT
        pasangan.id_rilis,
        warga.*
    FROM pasangan
    INNER JOIN warga
        ON
            pasangan.seri = warga.seri
            AND pasangan.periode_sebelumnya < warga.berlaku_dari
            AND pasangan.periode >= warga.berlaku_dari
            AND (warga.berlaku_sampai IS NULL OR pasangan.periode < warga.berlaku_sampai)
),

dibandingkan AS (
    SELECT
        coalesce(baru.id_rilis, lama.id_rilis) AS id_rilis,
        coalesce(baru.kunci_warga, lama.kunci_warga) AS kunci_warga,
        CASE
            WHEN lama.kunci_warga IS NULL THEN 'masuk'
            WHEN baru.kunci_warga IS NULL THEN 'keluar'
            WHEN lama.kode_kemendagri <> baru.kode_kemendagri THEN 'pindah'
            WHEN lama.sidik_baris <> baru.sidik_baris THEN 'berubah'
        END AS jenis_perubahan,
        lama.kode_kemendagri AS kode_kemendagri_lama,
        baru.kode_kemendagri AS kode_kemendagri_baru,
        coalesce(baru.nik, lama.nik) AS nik,
        coalesce(baru.nama, lama.nama) AS nama,
        CASE WHEN baru.kunci_warga IS NULL THEN lama.no_kk ELSE baru.no_kk END AS no_kk
    FROM lama
    FULL OUTER JOIN baru ON lama.id_rilis = baru.id_rilis AND lama.kunci_warga = baru.kunci_warga
),

perubahan AS (
    SELECT
        rilis.periode,
        rilis.tahun,
        rilis.seri,
        rilis.sistem_sumber,
        rilis.id_rilis,
        rilis.periode_sebelumnya,
        rilis.rilis_terakhir,
        dibandingkan.kunci_warga,
        dibandingkan.jenis_perubahan,
        dibandingkan.kode_kemendagri_lama,
        wilayah_lama.kelurahan AS kelurahan_lama,
        dibandingkan.kode_kemendagri_baru,
        wilayah_baru.kelurahan AS kelurahan_baru,
        dibandingkan.nik,
        dibandingkan.nama,
        dibandingkan.no_kk
    FROM dibandingkan
    INNER JOIN pasangan AS rilis ON dibandingkan.id_rilis = rilis.id_rilis
    LEFT JOIN core.tempat AS wilayah_lama ON dibandingkan.kode_kemendagri_lama = wilayah_lama.kode_kemendagri
    LEFT JOIN core.tempat AS wilayah_baru ON dibandingkan.kode_kemendagri_baru = wilayah_baru.kode_kemendagri
    WHERE dibandingkan.jenis_perubahan IS NOT NULL
)

SELECT * FROM perubahan
