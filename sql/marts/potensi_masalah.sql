-- Grain: satu potensi atau masalah yang disebut satu OPD untuk satu kelurahan pada satu triwulan.
-- Tujuan: Potensi dan masalah apa yang dipetakan di tiap kelurahan dampingan?
WITH disebut AS (
    SELECT
        *,
        'potensi' AS jenis,
        potensi AS uraian
    FROM core.kegiatan_berlaku
    UNION ALL
    SELECT
        *,
        'masalah' AS jenis,
        masalah AS uraian
    FROM core.kegiatan_berlaku
),

per_uraian AS (
    SELECT
        disebut.periode,
        disebut.tahun,
        disebut.triwulan,
        disebut.opd_singkat,
        disebut.opd,
        wilayah.kode_kemendagri,
        wilayah.kode_bps,
        wilayah.kelurahan,
        wilayah.kode_kemendagri_kecamatan,
        wilayah.kecamatan,
        disebut.jenis,
        disebut.uraian,
        disebut.triwulan_terakhir,
        count(*) AS jumlah_kegiatan
    FROM disebut
    INNER JOIN core.wilayah AS wilayah ON disebut.kode_kemendagri = wilayah.kode_kemendagri
    WHERE disebut.uraian IS NOT NULL
    GROUP BY ALL
)

SELECT * FROM per_uraian
