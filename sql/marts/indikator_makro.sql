-- Grain: satu indikator untuk satu wilayah dan tahun.
-- Tujuan: Kemiskinan, pengangguran, pertumbuhan dan indikator lain per tahun, dibandingkan dengan provinsi: terbitan
-- terakhir dari sumber yang didahulukan. Angka BPS adalah perkiraan dari survei; jangan dijumlahkan, dibagi atau
-- dicocokkan dengan orang terdaftar dalam register.
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
        kota.nama_wilayah,
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
        dipakai.catatan
    FROM dipakai
    INNER JOIN core.indikator AS katalog ON dipakai.indikator = katalog.indikator
    INNER JOIN sumber
        ON
            dipakai.kode_wilayah = sumber.kode_wilayah
            AND dipakai.indikator = sumber.indikator
            AND dipakai.tahun = sumber.tahun
    LEFT JOIN core.kota AS kota ON dipakai.kode_wilayah = kota.kode_wilayah
    LEFT JOIN dipakai AS provinsi
        ON
            provinsi.kode_wilayah = left(dipakai.kode_wilayah, 2) || '00'
            AND dipakai.kode_wilayah <> provinsi.kode_wilayah
            AND dipakai.indikator = provinsi.indikator
            AND dipakai.tahun = provinsi.tahun
)

SELECT * FROM lengkap
