-- Grain: satu kelurahan pada satu rilis yang berlaku.
-- Tujuan: Berapa orang terdaftar dengan NIK kosong, ganda, dari luar daerah, tidak cocok atau tidak padan? NIK dari
-- luar daerah wajar bagi warga pindahan. Baris dengan NIK yang tidak sah ditolak; lihat marts.rilis.
WITH peringatan AS (
    SELECT
        id_kiriman AS id_rilis,
        kode_kemendagri,
        count(*) FILTER (WHERE kode_alasan = 'NIK_GANDA') AS nik_ganda,
        count(*) FILTER (WHERE kode_alasan = 'NIK_LUAR_DAERAH') AS nik_luar_daerah,
        count(*) FILTER (WHERE kode_alasan = 'NIK_TANGGAL_BEDA') AS tanggal_lahir_beda,
        count(*) FILTER (WHERE kode_alasan = 'NIK_KELAMIN_BEDA') AS jenis_kelamin_beda,
        count(*) FILTER (WHERE kode_alasan = 'KK_KOSONG') AS kk_kosong
    FROM core.peringatan
    GROUP BY id_kiriman, kode_kemendagri
),

lengkap AS (
    SELECT
        hitungan.*,
        coalesce(peringatan.nik_ganda, 0) AS nik_ganda,
        coalesce(peringatan.nik_luar_daerah, 0) AS nik_luar_daerah,
        coalesce(peringatan.tanggal_lahir_beda, 0) AS tanggal_lahir_beda,
        coalesce(peringatan.jenis_kelamin_beda, 0) AS jenis_kelamin_beda,
        coalesce(peringatan.kk_kosong, 0) AS kk_kosong
    FROM core.terdaftar_kelurahan AS hitungan
    LEFT JOIN peringatan
        ON hitungan.id_rilis = peringatan.id_rilis AND hitungan.kode_kemendagri = peringatan.kode_kemendagri
),

dilindungi AS (
    SELECT
        periode,
        tahun,
        seri,
        sistem_sumber,
        kode_kemendagri,
        kode_bps,
        kelurahan,
        kode_kemendagri_kecamatan,
        kecamatan,
        rilis_terakhir,
        jumlah_jiwa AS terdaftar_jiwa,
        core.bulatkan(tanpa_nik_jiwa) AS nik_kosong_jiwa,
        core.bulatkan(nik_ganda) AS nik_ganda_jiwa,
        core.bulatkan(nik_luar_daerah) AS nik_luar_daerah_jiwa,
        core.bulatkan(tanggal_lahir_beda) AS tanggal_lahir_beda_jiwa,
        core.bulatkan(jenis_kelamin_beda) AS jenis_kelamin_beda_jiwa,
        core.bulatkan(kk_kosong) AS kk_kosong_jiwa,
        core.bulatkan(padan_jiwa) AS padan_jiwa,
        core.bulatkan(tidak_padan_jiwa) AS tidak_padan_jiwa,
        core.persen(core.bulatkan(tanpa_nik_jiwa), jumlah_jiwa) AS nik_kosong_persen,
        core.persen(core.bulatkan(tidak_padan_jiwa), jumlah_jiwa) AS tidak_padan_persen,
        core.disamarkan(tanpa_nik_jiwa)
        OR core.disamarkan(nik_ganda)
        OR core.disamarkan(nik_luar_daerah)
        OR core.disamarkan(tanggal_lahir_beda)
        OR core.disamarkan(jenis_kelamin_beda)
        OR core.disamarkan(kk_kosong)
        OR core.disamarkan(padan_jiwa)
        OR core.disamarkan(tidak_padan_jiwa) AS disamarkan
    FROM lengkap
)

SELECT * FROM dilindungi
