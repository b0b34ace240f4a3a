-- Grain: satu kelurahan pada satu rilis yang berlaku.
-- Tujuan: Berapa jiwa dan keluarga terdaftar per kelurahan? Orang terdaftar bukan penduduk miskin menurut BPS;
-- keduanya tidak boleh dijumlahkan, dibagi atau dicocokkan.
WITH keluarga AS (
    SELECT
        id_rilis,
        kode_kemendagri,
        count(*) AS jumlah_kk
    FROM core.keluarga_rilis
    GROUP BY id_rilis, kode_kemendagri
),

terdaftar AS (
    SELECT
        hitungan.*,
        coalesce(keluarga.jumlah_kk, 0) AS jumlah_kk,
        cast(sum(hitungan.jumlah_jiwa) OVER (PARTITION BY hitungan.id_rilis) AS BIGINT) AS jumlah_wilayah_jiwa
    FROM core.terdaftar_kelurahan AS hitungan
    LEFT JOIN keluarga
        ON hitungan.id_rilis = keluarga.id_rilis AND hitungan.kode_kemendagri = keluarga.kode_kemendagri
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
        jumlah_jiwa,
        core.bulatkan(jumlah_kk) AS jumlah_kk,
        jumlah_wilayah_jiwa,
        core.persen(jumlah_jiwa, jumlah_wilayah_jiwa) AS porsi_persen,
        core.disamarkan(jumlah_kk) AS disamarkan
    FROM terdaftar
)

SELECT * FROM dilindungi
