-- Grain: satu banyaknya program (0, 1, 2, 3, dan 4 ke atas) di satu kelurahan pada satu rilis yang berlaku.
-- Tujuan: Berapa keluarga tidak menerima program, atau menerima lebih dari satu? Menerima beberapa program dapat
-- memang haknya; angka ini bahan pemeriksaan di lapangan, bukan alasan menghentikan bantuan.
WITH keluarga AS (
    SELECT
        id_rilis,
        kode_kemendagri,
        least(jumlah_program, 4) AS jumlah_program,
        count(*) AS keluarga
    FROM core.keluarga_rilis
    GROUP BY ALL
),

banyaknya AS (
    SELECT cast(unnest(range(5)) AS INTEGER) AS jumlah_program
),

lengkap AS (
    SELECT
        hitungan.*,
        banyaknya.jumlah_program,
        coalesce(keluarga.keluarga, 0) AS keluarga,
        cast(
            sum(coalesce(keluarga.keluarga, 0)) OVER (PARTITION BY hitungan.id_rilis, hitungan.kode_kemendagri)
            AS BIGINT
        ) AS keluarga_terdaftar
    FROM core.terdaftar_kelurahan AS hitungan
    CROSS JOIN banyaknya
    LEFT JOIN keluarga
        ON
            hitungan.id_rilis = keluarga.id_rilis
            AND hitungan.kode_kemendagri = keluarga.kode_kemendagri
            AND banyaknya.jumlah_program = keluarga.jumlah_program
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
        jumlah_program,
        rilis_terakhir,
        core.bulatkan(keluarga) AS keluarga_kk,
        core.bulatkan(keluarga_terdaftar) AS keluarga_terdaftar_kk,
        core.persen(core.bulatkan(keluarga), core.bulatkan(keluarga_terdaftar)) AS keluarga_persen,
        core.disamarkan(keluarga) OR core.disamarkan(keluarga_terdaftar) AS disamarkan
    FROM lengkap
)

SELECT * FROM dilindungi
