-- Grain: satu kecamatan, atau satu kelurahan yang jumlahnya dimuat SK, pada satu rilis yang berlaku.
-- Tujuan: Cocokkah jumlah yang diterima dengan jumlah dalam SK? Yang dihitung baris diterima, seperti dalam SK.
WITH terdaftar AS (
    SELECT * FROM core.terdaftar_kelurahan
),

diterima AS (
    SELECT
        periode,
        tahun,
        seri,
        sistem_sumber,
        id_rilis,
        rilis_terakhir,
        'kecamatan' AS tingkat,
        kode_kemendagri_kecamatan AS kode_kemendagri,
        kecamatan AS nama_wilayah,
        kecamatan,
        cast(sum(jumlah_jiwa) AS BIGINT) AS jumlah_diterima_jiwa
    FROM terdaftar
    GROUP BY ALL
    UNION ALL
    SELECT
        periode,
        tahun,
        seri,
        sistem_sumber,
        id_rilis,
        rilis_terakhir,
        'kelurahan' AS tingkat,
        kode_kemendagri,
        kelurahan AS nama_wilayah,
        kecamatan,
        jumlah_jiwa AS jumlah_diterima_jiwa
    FROM terdaftar
),

dicocokkan AS (
    SELECT
        diterima.periode,
        diterima.tahun,
        diterima.seri,
        diterima.sistem_sumber,
        diterima.tingkat,
        diterima.kode_kemendagri,
        diterima.nama_wilayah,
        diterima.kecamatan,
        diterima.rilis_terakhir,
        rilis.nomor_sk,
        rilis.tanggal_sk,
        kontrol.jumlah_sk_jiwa,
        diterima.jumlah_diterima_jiwa,
        diterima.jumlah_diterima_jiwa - kontrol.jumlah_sk_jiwa AS selisih_jiwa,
        diterima.jumlah_diterima_jiwa = kontrol.jumlah_sk_jiwa AS cocok
    FROM diterima
    INNER JOIN core.rilis_berlaku AS rilis ON diterima.id_rilis = rilis.id_rilis
    LEFT JOIN core.total_kontrol AS kontrol
        ON
            diterima.id_rilis = kontrol.id_rilis
            AND diterima.tingkat = kontrol.tingkat
            AND diterima.kode_kemendagri = kontrol.kode_kemendagri
    WHERE diterima.tingkat = 'kecamatan' OR kontrol.jumlah_sk_jiwa IS NOT NULL
)

SELECT * FROM dicocokkan
