-- Grain: terbitan terakhir satu nilai indikator yang berlaku menurut satu sumber; yang menunggu persetujuan tidak ikut.
-- Tujuan: Nilai indikator menurut tiap sumber, dengan urutan sumber yang didahulukan menurut katalog sekarang.
WITH terkini AS (
    SELECT * EXCLUDE (berlaku, keadaan, alasan_menunggu)
    FROM core.nilai_indikator
    WHERE berlaku AND keadaan <> 'menunggu'
    QUALIFY
        row_number() OVER (PARTITION BY kode_wilayah, indikator, tahun, sumber ORDER BY terbitan DESC) = 1
),

diurutkan AS (
    SELECT
        terkini.*,
        row_number() OVER (
            PARTITION BY terkini.kode_wilayah, terkini.indikator, terkini.tahun
            ORDER BY
                katalog.peringkat ASC NULLS LAST,
                terkini.diterbitkan_pada DESC NULLS LAST,
                terkini.sumber ASC
        ) AS urutan_sumber
    FROM terkini
    LEFT JOIN core.sumber_indikator AS katalog ON terkini.sumber = katalog.sumber
)

SELECT * FROM diurutkan
