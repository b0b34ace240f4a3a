-- Grain: satu rilis, laporan OPD, atau jawaban maupun berkas statistik.
-- Tujuan: Dari berkas mana angka berasal, kapan dimuat, dan lolos pemeriksaan apa?
WITH kiriman AS (
    SELECT
        periode,
        'register' AS jenis_kiriman,
        id_rilis AS id_kiriman,
        seri AS sumber,
        keadaan,
        nama_berkas,
        sha256,
        nomor_sk,
        tanggal_sk,
        diserahkan_pada,
        dimuat_pada,
        baris_berkas,
        baris_diterima,
        baris_ditolak,
        baris_dilewati,
        versi_kode
    FROM core.rilis
    UNION ALL
    SELECT
        make_date(tahun, triwulan * 3 - 2, 1) AS periode,
        'laporan OPD' AS jenis_kiriman,
        id_laporan AS id_kiriman,
        opd_singkat AS sumber,
        keadaan,
        nama_berkas,
        sha256,
        NULL AS nomor_sk,
        NULL AS tanggal_sk,
        diserahkan_pada,
        dimuat_pada,
        baris_berkas,
        baris_diterima,
        baris_ditolak,
        baris_dilewati,
        versi_kode
    FROM core.laporan
    UNION ALL
    SELECT
        max(make_date(nilai.tahun, coalesce(katalog.bulan_acuan, 1), 1)) AS periode,
        'statistik' AS jenis_kiriman,
        nilai.sha256 AS id_kiriman,
        string_agg(DISTINCT nilai.sumber, '; ' ORDER BY nilai.sumber) AS sumber,
        NULL AS keadaan,
        NULL AS nama_berkas,
        nilai.sha256,
        NULL AS nomor_sk,
        NULL AS tanggal_sk,
        max(nilai.diambil_pada) AS diserahkan_pada,
        NULL AS dimuat_pada,
        NULL AS baris_berkas,
        count(*) AS baris_diterima,
        NULL AS baris_ditolak,
        NULL AS baris_dilewati,
        NULL AS versi_kode
    FROM core.nilai_indikator AS nilai
    INNER JOIN core.indikator AS katalog ON nilai.indikator = katalog.indikator
    GROUP BY nilai.sha256
),

jalan_terakhir AS (
    SELECT
        id_kiriman,
        arg_max(id_jalan, (diperiksa_pada, id_jalan)) AS id_jalan
    FROM core.pemeriksaan
    WHERE id_kiriman IS NOT NULL
    GROUP BY id_kiriman
),

pemeriksaan AS (
    SELECT
        hasil.id_kiriman,
        count(*) FILTER (WHERE hasil.lolos) AS pemeriksaan_lolos,
        count(*) FILTER (WHERE NOT hasil.lolos) AS pemeriksaan_gagal,
        max(hasil.diperiksa_pada) AS diperiksa_pada
    FROM core.pemeriksaan AS hasil
    INNER JOIN jalan_terakhir
        ON hasil.id_kiriman = jalan_terakhir.id_kiriman AND hasil.id_jalan = jalan_terakhir.id_jalan
    GROUP BY hasil.id_kiriman
),

asal_usul AS (
    SELECT
        kiriman.*,
        coalesce(pemeriksaan.pemeriksaan_lolos, 0) AS pemeriksaan_lolos,
        coalesce(pemeriksaan.pemeriksaan_gagal, 0) AS pemeriksaan_gagal,
        pemeriksaan.diperiksa_pada
    FROM kiriman
    LEFT JOIN pemeriksaan ON kiriman.id_kiriman = pemeriksaan.id_kiriman
)

SELECT * FROM asal_usul
