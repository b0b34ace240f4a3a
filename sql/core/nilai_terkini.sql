-- Grain: terbitan terakhir satu nilai indikator menurut satu sumber.
-- Tujuan: Nilai indikator menurut tiap sumber, dengan urutan sumber yang didahulukan.
WITH terkini AS (
    SELECT *
    FROM core.nilai_indikator
    QUALIFY
        row_number() OVER (PARTITION BY kode_wilayah, indikator, tahun, sumber ORDER BY terbitan DESC) = 1
),

diurutkan AS (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY kode_wilayah, indikator, tahun
            ORDER BY peringkat_sumber ASC, diterbitkan_pada DESC NULLS LAST, sumber ASC
        ) AS urutan_sumber
    FROM terkini
)

SELECT * FROM diurutkan
