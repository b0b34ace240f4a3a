-- Grain: satu kelompok umur dan jenis kelamin yang ada orangnya di satu kelurahan pada satu rilis yang berlaku.
-- Tujuan: Bagaimana susunan umur dan jenis kelamin orang terdaftar? Umur dihitung pada periode rilis, atau seperti
-- disebut register yang tidak memuat tanggal lahir; umur di bawah 0
-- atau di atas 120 tahun masuk 'tidak diketahui'.
WITH per_masa_berlaku AS (
    SELECT
        seri,
        kode_kemendagri,
        berlaku_dari,
        berlaku_sampai,
        tanggal_lahir,
        umur_tahun,
        jenis_kelamin,
        count(*) AS jumlah
    FROM core.riwayat_warga
    GROUP BY ALL
),

berumur AS (
    SELECT
        rilis.id_rilis,
        hitungan.kode_kemendagri,
        coalesce(hitungan.jenis_kelamin, 'tidak diketahui') AS jenis_kelamin,
        CASE
            WHEN hitungan.tanggal_lahir <= rilis.periode THEN date_sub('year', hitungan.tanggal_lahir, rilis.periode)
            WHEN hitungan.tanggal_lahir IS NULL THEN hitungan.umur_tahun
        END AS umur,
        hitungan.jumlah
    FROM core.rilis_berlaku AS rilis
    INNER JOIN per_masa_berlaku AS hitungan
        ON
            rilis.seri = hitungan.seri
            AND rilis.periode >= hitungan.berlaku_dari
            AND (hitungan.berlaku_sampai IS NULL OR rilis.periode < hitungan.berlaku_sampai)
),

per_kelompok AS (
    SELECT
        id_rilis,
        kode_kemendagri,
        jenis_kelamin,
        CASE WHEN umur <= 120 THEN cast(least(umur // 5 * 5, 75) AS INTEGER) END AS umur_mulai,
        cast(sum(jumlah) AS BIGINT) AS jumlah
    FROM berumur
    GROUP BY ALL
),

dilindungi AS (
    SELECT
        hitungan.periode,
        hitungan.tahun,
        hitungan.seri,
        hitungan.sistem_sumber,
        hitungan.kode_kemendagri,
        hitungan.kode_bps,
        hitungan.kelurahan,
        hitungan.kode_kemendagri_kecamatan,
        hitungan.kecamatan,
        CASE
            WHEN kelompok.umur_mulai IS NULL THEN 'tidak diketahui'
            WHEN kelompok.umur_mulai = 75 THEN '75+'
            ELSE printf('%02d-%02d', kelompok.umur_mulai, kelompok.umur_mulai + 4)
        END AS kelompok_umur,
        kelompok.jenis_kelamin,
        kelompok.umur_mulai,
        hitungan.rilis_terakhir,
        core.bulatkan(kelompok.jumlah) AS jumlah_kelompok_jiwa,
        hitungan.jumlah_jiwa AS terdaftar_jiwa,
        core.persen(core.bulatkan(kelompok.jumlah), hitungan.jumlah_jiwa) AS porsi_persen,
        core.disamarkan(kelompok.jumlah) AS disamarkan
    FROM per_kelompok AS kelompok
    INNER JOIN core.terdaftar_kelurahan AS hitungan
        ON kelompok.id_rilis = hitungan.id_rilis AND kelompok.kode_kemendagri = hitungan.kode_kemendagri
)

SELECT * FROM dilindungi
