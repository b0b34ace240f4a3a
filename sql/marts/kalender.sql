-- Grain: satu hari.
-- Tujuan: Tanggal dengan nama hari dan bulan dalam Bahasa Indonesia, untuk disambung dengan kolom periode; dari tahun
-- data terlama sampai tahun data terbaru.
WITH tahun_data AS (
    SELECT tahun FROM core.nilai_indikator
    UNION ALL
    SELECT tahun FROM core.laporan
    UNION ALL
    SELECT cast(year(periode) AS INTEGER) AS tahun FROM core.rilis
),

batas AS (
    SELECT
        make_date(min(tahun), 1, 1) AS awal,
        make_date(max(tahun), 12, 31) AS akhir
    FROM tahun_data
),

hari AS (
    SELECT cast(unnest(generate_series(awal, akhir, INTERVAL 1 DAY)) AS DATE) AS tanggal
    FROM batas
),

nama AS (
    SELECT
        [
            'Januari', 'Februari', 'Maret', 'April', 'Mei', 'Juni',
            'Juli', 'Agustus', 'September', 'Oktober', 'November', 'Desember'
        ] AS bulan,
        ['Senin', 'Selasa', 'Rabu', 'Kamis', 'Jumat', 'Sabtu', 'Minggu'] AS hari,
        ['I', 'II', 'III', 'IV'] AS triwulan
),

kalender AS (
    SELECT
        hari.tanggal,
        cast(year(hari.tanggal) AS INTEGER) AS tahun,
        cast(quarter(hari.tanggal) AS INTEGER) AS triwulan,
        cast(month(hari.tanggal) AS INTEGER) AS bulan,
        cast(day(hari.tanggal) AS INTEGER) AS hari,
        nama.bulan[month(hari.tanggal)] AS nama_bulan,
        left(replace(nama.bulan[month(hari.tanggal)], 'Agustus', 'Agt'), 3) AS nama_bulan_singkat,
        nama.hari[isodow(hari.tanggal)] AS nama_hari,
        nama.bulan[month(hari.tanggal)] || ' ' || cast(year(hari.tanggal) AS VARCHAR) AS bulan_tahun,
        'Triwulan ' || nama.triwulan[quarter(hari.tanggal)] || ' ' || cast(year(hari.tanggal) AS VARCHAR)
            AS triwulan_tahun,
        cast(date_trunc('month', hari.tanggal) AS DATE) AS awal_bulan,
        cast(date_trunc('quarter', hari.tanggal) AS DATE) AS awal_triwulan,
        make_date(year(hari.tanggal), 1, 1) AS awal_tahun
    FROM hari
    CROSS JOIN nama
)

SELECT * FROM kalender
