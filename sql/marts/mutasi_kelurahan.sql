-- Grain: satu kelurahan pada satu rilis yang berlaku dan mempunyai rilis sebelumnya.
-- Tujuan: Berapa orang masuk, keluar, pindah dan berubah antara dua rilis? Daftar juga berubah karena verifikasi:
-- mutasi bukan ukuran naik turunnya kemiskinan dan bukan ukuran hasil kerja OPD. Orang tanpa NIK dan baris NIK
-- yang berulang tidak dapat diikuti, jadi dihitung terpisah.
WITH perubahan AS (
    SELECT * FROM internal.perubahan_rilis
),

terdaftar AS (
    SELECT * FROM core.terdaftar_kelurahan
),

kejadian AS (
    SELECT
        id_rilis,
        jenis_perubahan,
        'lama' AS sisi,
        kode_kemendagri_lama AS kode_kemendagri
    FROM perubahan
    WHERE jenis_perubahan IN ('keluar', 'pindah')
    UNION ALL
    SELECT
        id_rilis,
        jenis_perubahan,
        'baru' AS sisi,
        kode_kemendagri_baru AS kode_kemendagri
    FROM perubahan
    WHERE jenis_perubahan IN ('masuk', 'pindah', 'berubah')
),

per_kelurahan AS (
    SELECT
        id_rilis,
        kode_kemendagri,
        count(*) FILTER (WHERE jenis_perubahan = 'masuk') AS masuk,
        count(*) FILTER (WHERE jenis_perubahan = 'keluar') AS keluar,
        count(*) FILTER (WHERE jenis_perubahan = 'pindah' AND sisi = 'baru') AS pindah_masuk,
        count(*) FILTER (WHERE jenis_perubahan = 'pindah' AND sisi = 'lama') AS pindah_keluar,
        count(*) FILTER (WHERE jenis_perubahan = 'berubah') AS berubah
    FROM kejadian
    GROUP BY id_rilis, kode_kemendagri
),

lengkap AS (
    SELECT
        sesudah.*,
        rilis.periode_sebelumnya,
        sebelum.jumlah_jiwa AS jumlah_sebelum_jiwa,
        sebelum.tanpa_nik_jiwa AS tanpa_nik_sebelum,
        sebelum.nik_berulang_baris AS nik_berulang_sebelum,
        coalesce(per_kelurahan.masuk, 0) AS masuk,
        coalesce(per_kelurahan.keluar, 0) AS keluar,
        coalesce(per_kelurahan.pindah_masuk, 0) AS pindah_masuk,
        coalesce(per_kelurahan.pindah_keluar, 0) AS pindah_keluar,
        coalesce(per_kelurahan.berubah, 0) AS berubah
    FROM terdaftar AS sesudah
    INNER JOIN core.rilis_berlaku AS rilis ON sesudah.id_rilis = rilis.id_rilis
    INNER JOIN terdaftar AS sebelum
        ON
            sesudah.seri = sebelum.seri
            AND rilis.periode_sebelumnya = sebelum.periode
            AND sesudah.kode_kemendagri = sebelum.kode_kemendagri
    LEFT JOIN per_kelurahan
        ON
            sesudah.id_rilis = per_kelurahan.id_rilis
            AND sesudah.kode_kemendagri = per_kelurahan.kode_kemendagri
),

dilindungi AS (
    SELECT
        periode,
        tahun,
        seri,
        sistem_sumber,
        periode_sebelumnya,
        kode_kemendagri,
        kode_bps,
        kelurahan,
        kode_kemendagri_kecamatan,
        kecamatan,
        rilis_terakhir,
        jumlah_sebelum_jiwa,
        jumlah_jiwa AS jumlah_sesudah_jiwa,
        jumlah_jiwa - jumlah_sebelum_jiwa AS perubahan_jiwa,
        core.bulatkan(masuk) AS masuk_jiwa,
        core.bulatkan(keluar) AS keluar_jiwa,
        core.bulatkan(pindah_masuk) AS pindah_masuk_jiwa,
        core.bulatkan(pindah_keluar) AS pindah_keluar_jiwa,
        core.bulatkan(berubah) AS berubah_jiwa,
        core.bulatkan(tanpa_nik_sebelum) AS tanpa_nik_sebelum_jiwa,
        core.bulatkan(tanpa_nik_jiwa) AS tanpa_nik_sesudah_jiwa,
        core.bulatkan(nik_berulang_sebelum) AS nik_berulang_sebelum_baris,
        core.bulatkan(nik_berulang_baris) AS nik_berulang_sesudah_baris,
        core.disamarkan(masuk)
        OR core.disamarkan(keluar)
        OR core.disamarkan(pindah_masuk)
        OR core.disamarkan(pindah_keluar)
        OR core.disamarkan(berubah)
        OR core.disamarkan(tanpa_nik_sebelum)
        OR core.disamarkan(tanpa_nik_jiwa)
        OR core.disamarkan(nik_berulang_sebelum)
        OR core.disamarkan(nik_berulang_baris) AS disamarkan
    FROM lengkap
)

SELECT * FROM dilindungi
