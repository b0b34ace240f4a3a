-- Grain: satu indikator untuk satu wilayah dan tahun.
-- Tujuan: Kemiskinan, pengangguran, pertumbuhan dan indikator lain per tahun, dibandingkan dengan provinsi, Indonesia
-- dan wilayah lain: terbitan terakhir dari sumber yang didahulukan. Angka BPS adalah perkiraan dari survei; jangan
-- dijumlahkan, dibagi atau dicocokkan dengan orang terdaftar dalam register.
WITH sumber AS (
    SELECT
        kode_wilayah,
        indikator,
        tahun,
        count(*) AS jumlah_sumber,
        count(DISTINCT nilai) > 1 AS sumber_berbeda
    FROM core.nilai_terkini
    GROUP BY kode_wilayah, indikator, tahun
),

dipakai AS (
    SELECT * FROM core.nilai_terkini
    WHERE urutan_sumber = 1
),

lengkap AS (
    SELECT
        make_date(dipakai.tahun, coalesce(katalog.bulan_acuan, 1), 1) AS periode,
        dipakai.tahun,
        dipakai.kode_wilayah,
        wilayah.nama_wilayah,
        coalesce(wilayah.wilayah_sendiri, FALSE) AS wilayah_sendiri,
        dipakai.indikator,
        katalog.nama_indikator,
        katalog.satuan,
        katalog.uraian,
        dipakai.tahun = max(dipakai.tahun) OVER (
            PARTITION BY dipakai.kode_wilayah, dipakai.indikator
        ) AS tahun_terakhir,
        dipakai.nilai,
        dipakai.sumber,
        dipakai.jenis_sumber,
        dipakai.terbitan,
        dipakai.diterbitkan_pada,
        sumber.jumlah_sumber,
        sumber.sumber_berbeda,
        provinsi.nilai AS nilai_provinsi,
        cast(dipakai.nilai - provinsi.nilai AS DECIMAL(18, 4)) AS selisih_provinsi,
        nasional.nilai AS nilai_nasional,
        katalog.tahun_putus_metode,
        dipakai.catatan,
        dipakai.sha256
    FROM dipakai
    INNER JOIN core.indikator AS katalog ON dipakai.indikator = katalog.indikator
    INNER JOIN sumber
        ON
            dipakai.kode_wilayah = sumber.kode_wilayah
            AND dipakai.indikator = sumber.indikator
            AND dipakai.tahun = sumber.tahun
    LEFT JOIN core.wilayah_bps AS wilayah ON dipakai.kode_wilayah = wilayah.kode_wilayah
    LEFT JOIN dipakai AS provinsi
        ON
            provinsi.kode_wilayah = left(dipakai.kode_wilayah, 2) || '00'
            AND dipakai.kode_wilayah <> provinsi.kode_wilayah
            AND dipakai.indikator = provinsi.indikator
            AND dipakai.tahun = provinsi.tahun
    LEFT JOIN dipakai AS nasional
        ON
            nasional.kode_wilayah = '0000'
            AND dipakai.kode_wilayah <> nasional.kode_wilayah
            AND dipakai.indikator = nasional.indikator
            AND dipakai.tahun = nasional.tahun
)

SELECT * FROM lengkap
