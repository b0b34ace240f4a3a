-- Grain: satu kesepakatan Catur Pilar, menurut laporan terakhir yang menyebutnya.
-- Tujuan: Kesepakatan mana jatuh tempo dan belum ditindaklanjuti? Dihitung per hari laporan terakhir diterima
-- (per_tanggal), supaya isinya tidak bergantung pada hari pembuatannya.
WITH hari AS (
    SELECT max(cast(diserahkan_pada AS DATE)) AS per_tanggal
    FROM core.laporan
    WHERE keadaan = 'berlaku'
),

disebut AS (
    SELECT
        make_date(catur.tahun, catur.triwulan * 3 - 2, 1) AS periode,
        catur.*,
        row_number() OVER (
            PARTITION BY catur.opd_singkat, catur.kode_kemendagri, catur.id_kesepakatan
            ORDER BY catur.tahun DESC, catur.triwulan DESC
        ) AS urutan
    FROM core.catur_pilar AS catur
    INNER JOIN core.laporan AS laporan ON catur.id_laporan = laporan.id_laporan
    WHERE laporan.keadaan = 'berlaku'
),

tindak_lanjut AS (
    SELECT
        disebut.periode,
        disebut.tahun,
        disebut.triwulan,
        disebut.opd_singkat,
        opd.opd,
        wilayah.kode_kemendagri,
        wilayah.kode_bps,
        wilayah.kelurahan,
        wilayah.kode_kemendagri_kecamatan,
        wilayah.kecamatan,
        disebut.id_kesepakatan,
        disebut.tanggal_pertemuan,
        disebut.forum,
        disebut.hadir_lurah,
        disebut.hadir_lpm,
        disebut.hadir_bkm,
        disebut.hadir_tp_pkk,
        disebut.kesepakatan,
        disebut.penindak_lanjut,
        disebut.tenggat,
        disebut.status_tindak_lanjut,
        hari.per_tanggal,
        CASE
            WHEN disebut.status_tindak_lanjut = 'selesai' THEN 'selesai'
            WHEN disebut.tenggat IS NULL THEN 'tanpa tenggat'
            WHEN disebut.tenggat < hari.per_tanggal THEN 'lewat tenggat'
            WHEN disebut.tenggat <= hari.per_tanggal + 30 THEN 'jatuh tempo 30 hari'
            ELSE 'belum jatuh tempo'
        END AS keadaan_tenggat,
        CASE
            WHEN disebut.status_tindak_lanjut <> 'selesai' AND disebut.tenggat < hari.per_tanggal
                THEN hari.per_tanggal - disebut.tenggat
        END AS terlambat_hari
    FROM disebut
    CROSS JOIN hari
    INNER JOIN core.wilayah AS wilayah ON disebut.kode_kemendagri = wilayah.kode_kemendagri
    LEFT JOIN core.opd_pendamping AS opd ON disebut.opd_singkat = opd.opd_singkat
    WHERE disebut.urutan = 1
)

SELECT * FROM tindak_lanjut
