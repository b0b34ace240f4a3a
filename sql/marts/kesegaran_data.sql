-- Grain: satu sumber data.
-- Tujuan: Seberapa baru data tiap sumber? Yang diberikan tanggal, bukan umur, supaya isinya sama kapan pun dibuat.
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
    WHERE nilai.berlaku
),

per_sumber AS (
    SELECT
        max(periode) AS periode_terbaru,
        kelompok_sumber,
        sumber,
        max(diterima_pada) AS diterima_terakhir,
        min(periode) AS periode_pertama,
        count(DISTINCT periode) AS jumlah_periode
    FROM kiriman
    GROUP BY kelompok_sumber, sumber
)

SELECT * FROM per_sumber
