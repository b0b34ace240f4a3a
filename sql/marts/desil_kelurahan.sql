-- Grain: satu golongan desil yang ada orangnya di satu kelurahan pada satu rilis yang berlaku.
-- Tujuan: Bagaimana sebaran desil kesejahteraan orang terdaftar? Desil adalah urutan nasional menurut register, bukan
-- garis kemiskinan BPS. Rilis yang tidak menyebut desil siapa pun tidak ada barisnya.
WITH menyebut AS (
    SELECT rilis.id_rilis
    FROM core.rilis_berlaku AS rilis
    INNER JOIN core.riwayat_warga AS warga
        ON
            rilis.seri = warga.seri
            AND rilis.periode >= warga.berlaku_dari
            AND (warga.berlaku_sampai IS NULL OR rilis.periode < warga.berlaku_sampai)
    WHERE warga.desil IS NOT NULL OR warga.kelompok_desil IS NOT NULL
    GROUP BY rilis.id_rilis
),

per_golongan AS (
    SELECT
        warga.id_rilis,
        warga.kode_kemendagri,
        coalesce(cast(warga.desil AS VARCHAR), warga.kelompok_desil, 'tidak diketahui') AS golongan_desil,
        min(warga.desil) AS desil,
        count(*) AS jumlah,
        count(DISTINCT warga.no_kk) AS keluarga
    FROM core.warga_rilis AS warga
    INNER JOIN menyebut ON warga.id_rilis = menyebut.id_rilis
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
        golongan.golongan_desil,
        golongan.desil AS urutan_desil,
        hitungan.rilis_terakhir,
        core.bulatkan(golongan.jumlah) AS jumlah_golongan_jiwa,
        core.bulatkan(golongan.keluarga) AS jumlah_golongan_kk,
        hitungan.jumlah_jiwa AS terdaftar_jiwa,
        core.persen(core.bulatkan(golongan.jumlah), hitungan.jumlah_jiwa) AS porsi_persen,
        core.disamarkan(golongan.jumlah) OR core.disamarkan(golongan.keluarga) AS disamarkan
    FROM per_golongan AS golongan
    INNER JOIN core.terdaftar_kelurahan AS hitungan
        ON golongan.id_rilis = hitungan.id_rilis AND golongan.kode_kemendagri = hitungan.kode_kemendagri
)

SELECT * FROM dilindungi
