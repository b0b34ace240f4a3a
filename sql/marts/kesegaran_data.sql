-- Grain: satu sumber data, atau satu indikator wilayah sendiri.
-- Tujuan: Seberapa baru data tiap sumber, dan indikator mana yang nilai barunya terlambat? Yang diberikan tanggal,
-- bukan umur, supaya isinya sama kapan pun dibuat: terlambat dihitung pada hari kiriman terakhir dari sumber mana pun.
WITH kiriman AS (
    SELECT
        'register' AS kelompok_sumber,
        seri AS sumber,
        periode,
        diserahkan_pada AS diterima_pada
    FROM core.rilis
    WHERE keadaan = 'berlaku'
    UNION ALL
    SELECT
        'laporan OPD' AS kelompok_sumber,
        opd_singkat AS sumber,
        make_date(tahun, triwulan * 3 - 2, 1) AS periode,
        diserahkan_pada AS diterima_pada
    FROM core.laporan
    WHERE keadaan = 'berlaku'
    UNION ALL
    SELECT
        'statistik' AS kelompok_sumber,
        nilai.sumber,
        make_date(nilai.tahun, coalesce(katalog.bulan_acuan, 1), 1) AS periode,
        nilai.diambil_pada AS diterima_pada
    FROM core.nilai_indikator AS nilai
    INNER JOIN core.indikator AS katalog ON nilai.indikator = katalog.indikator
    WHERE nilai.berlaku AND nilai.keadaan <> 'menunggu'
),

per_sumber AS (
    SELECT
        max(periode) AS periode_terbaru,
        kelompok_sumber,
        sumber,
        max(diterima_pada) AS diterima_terakhir,
        min(periode) AS periode_pertama,
        count(DISTINCT periode) AS jumlah_periode,
        cast(NULL AS DATE) AS jatuh_tempo
    FROM kiriman
    GROUP BY kelompok_sumber, sumber
),

nilai_sendiri AS (
    SELECT terkini.*
    FROM core.nilai_terkini AS terkini
    SEMI JOIN core.kota AS kota ON terkini.kode_wilayah = kota.kode_wilayah
),

per_indikator AS (
    SELECT
        max(make_date(nilai.tahun, coalesce(katalog.bulan_acuan, 1), 1)) AS periode_terbaru,
        'indikator' AS kelompok_sumber,
        katalog.indikator AS sumber,
        max(nilai.diambil_pada) AS diterima_terakhir,
        min(make_date(nilai.tahun, coalesce(katalog.bulan_acuan, 1), 1)) AS periode_pertama,
        count(DISTINCT nilai.tahun) AS jumlah_periode,
        cast(
            make_date(max(nilai.tahun) + 1, any_value(coalesce(katalog.bulan_acuan, 12)), 1)
            + to_months(any_value(katalog.jeda_terbit_bulan) + 1) - INTERVAL 1 DAY AS DATE
        ) AS jatuh_tempo
    FROM core.indikator AS katalog
    LEFT JOIN nilai_sendiri AS nilai ON katalog.indikator = nilai.indikator
    GROUP BY katalog.indikator
),

semua AS (
    FROM per_sumber
    UNION ALL
    FROM per_indikator
),

hari_terakhir AS (
    SELECT max(cast(diterima_pada AS DATE)) AS hari
    FROM kiriman
),

dinilai AS (
    SELECT
        semua.*,
        coalesce(semua.jatuh_tempo < hari_terakhir.hari, FALSE) OR semua.periode_terbaru IS NULL AS terlambat
    FROM semua
    CROSS JOIN hari_terakhir
)

SELECT * FROM dinilai
