-- Grain: satu kabupaten atau kota pada satu rilis yang berlaku.
-- Tujuan: Berapa persen penduduk terdaftar? Penduduk menurut indikator penduduk, dari tahun rilis atau tahun terdekat
-- yang ada (tahun_penduduk). Bagian yang terdaftar bukan persentase penduduk miskin: itu perkiraan BPS dari survei.
-- Per kelurahan belum ada, karena sumber statistik tidak memuat penduduk kelurahan.
WITH penduduk AS (
    SELECT
        kode_wilayah,
        tahun,
        nilai,
        sumber,
        sha256
    FROM core.nilai_terkini
    WHERE indikator = 'penduduk' AND urutan_sumber = 1
),

terdaftar AS (
    SELECT
        hitungan.id_rilis,
        cast(sum(hitungan.jumlah_jiwa) AS BIGINT) AS jumlah_jiwa
    FROM core.terdaftar_kelurahan AS hitungan
    GROUP BY hitungan.id_rilis
),

dipasangkan AS (
    SELECT
        rilis.periode,
        rilis.tahun,
        rilis.seri,
        rilis.sistem_sumber,
        rilis.kode_wilayah,
        kota.nama_wilayah,
        rilis.rilis_terakhir,
        terdaftar.jumlah_jiwa,
        penduduk.tahun AS tahun_penduduk,
        cast(penduduk.nilai AS BIGINT) AS penduduk_jiwa,
        penduduk.sumber AS sumber_penduduk,
        penduduk.sha256
    FROM core.rilis_berlaku AS rilis
    INNER JOIN core.kota AS kota ON rilis.kode_wilayah = kota.kode_wilayah
    INNER JOIN terdaftar ON rilis.id_rilis = terdaftar.id_rilis
    LEFT JOIN penduduk ON rilis.kode_wilayah = penduduk.kode_wilayah
    QUALIFY
        row_number() OVER (
            PARTITION BY rilis.id_rilis
            ORDER BY abs(penduduk.tahun - rilis.tahun) ASC NULLS LAST, penduduk.tahun ASC NULLS LAST
        ) = 1
),

rasio AS (
    SELECT
        * EXCLUDE (sha256),
        core.persen(jumlah_jiwa, penduduk_jiwa) AS terdaftar_persen,
        sha256
    FROM dipasangkan
)

SELECT * FROM rasio
