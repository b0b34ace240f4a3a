-- Grain: satu terbitan ulang nilai satu indikator untuk satu wilayah, tahun dan sumber.
-- Tujuan: Apakah angka yang pernah terbit direvisi, dan dari berapa menjadi berapa?
WITH terbitan AS (
    SELECT
        *,
        lag(nilai) OVER nilai_ini AS nilai_lama,
        lag(diterbitkan_pada) OVER nilai_ini AS diterbitkan_pada_lama
    FROM core.nilai_indikator
    WHERE berlaku AND keadaan <> 'menunggu'
    WINDOW nilai_ini AS (PARTITION BY kode_wilayah, indikator, tahun, sumber ORDER BY terbitan)
),

revisi AS (
    SELECT
        make_date(terbitan.tahun, coalesce(katalog.bulan_acuan, 1), 1) AS periode,
        terbitan.tahun,
        terbitan.kode_wilayah,
        wilayah.nama_wilayah,
        terbitan.indikator,
        katalog.nama_indikator,
        katalog.satuan,
        terbitan.sumber,
        terbitan.jenis_sumber,
        terbitan.terbitan,
        terbitan.nilai_lama,
        terbitan.nilai AS nilai_baru,
        cast(terbitan.nilai - terbitan.nilai_lama AS DECIMAL(18, 4)) AS selisih,
        terbitan.nilai <> terbitan.nilai_lama AS nilai_berubah,
        terbitan.diterbitkan_pada_lama,
        terbitan.diterbitkan_pada AS diterbitkan_pada_baru,
        terbitan.diambil_pada,
        terbitan.sha256
    FROM terbitan
    INNER JOIN core.indikator AS katalog ON terbitan.indikator = katalog.indikator
    LEFT JOIN core.wilayah_bps AS wilayah ON terbitan.kode_wilayah = wilayah.kode_wilayah
    WHERE terbitan.nilai_lama IS NOT NULL
)

SELECT * FROM revisi
