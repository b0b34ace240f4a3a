-- Grain: satu sumber atas satu nilai (wilayah, indikator, tahun) yang berbeda antarsumber.
-- Tujuan: Sumber mana memuat angka berbeda untuk hal yang sama, dan berapa selisihnya? Semua angka ditampilkan
-- bersama sumbernya; tidak ada yang dibuang.
WITH dibandingkan AS (
    SELECT
        *,
        min(nilai) OVER hal_ini AS nilai_terendah,
        max(nilai) OVER hal_ini AS nilai_tertinggi,
        max(nilai) FILTER (WHERE urutan_sumber = 1) OVER hal_ini AS nilai_dipakai
    FROM core.nilai_terkini
    WINDOW hal_ini AS (PARTITION BY kode_wilayah, indikator, tahun)
),

selisih AS (
    SELECT
        make_date(nilai.tahun, coalesce(katalog.bulan_acuan, 1), 1) AS periode,
        nilai.tahun,
        nilai.kode_wilayah,
        wilayah.nama_wilayah,
        nilai.indikator,
        katalog.nama_indikator,
        katalog.satuan,
        nilai.sumber,
        nilai.jenis_sumber,
        nilai.nilai,
        nilai.urutan_sumber = 1 AS dipakai,
        nilai.nilai_dipakai,
        cast(nilai.nilai - nilai.nilai_dipakai AS DECIMAL(18, 4)) AS selisih,
        nilai.terbitan,
        nilai.catatan,
        nilai.sha256
    FROM dibandingkan AS nilai
    INNER JOIN core.indikator AS katalog ON nilai.indikator = katalog.indikator
    LEFT JOIN core.wilayah_bps AS wilayah ON nilai.kode_wilayah = wilayah.kode_wilayah
    WHERE nilai.nilai_terendah <> nilai.nilai_tertinggi
)

SELECT * FROM selisih
