-- Grain: satu potensi atau masalah yang disebut satu OPD untuk satu kelurahan pada satu triwulan.
-- Tujuan: Potensi dan masalah apa yang dipetakan di tiap kelurahan dampingan, di sektor mana, apa akarnya, dan berapa
-- kegiatan menjawabnya? Yang hanya disebut pada kegiatan ikut tercantum, tanpa sektor dan akar.
WITH dipetakan AS (
    SELECT
        pemetaan.tahun,
        pemetaan.triwulan,
        pemetaan.opd_singkat,
        pemetaan.kode_kemendagri,
        pemetaan.jenis,
        pemetaan.uraian,
        pemetaan.sektor,
        pemetaan.akar_masalah,
        0 AS kegiatan
    FROM core.pemetaan AS pemetaan
    INNER JOIN core.laporan AS laporan ON pemetaan.id_laporan = laporan.id_laporan
    WHERE laporan.keadaan = 'berlaku'
),

jenis_dipetakan AS (
    SELECT
        tahun,
        triwulan,
        opd_singkat,
        kode_kemendagri,
        uraian,
        min(jenis) AS jenis
    FROM dipetakan
    GROUP BY tahun, triwulan, opd_singkat, kode_kemendagri, uraian
),

dijawab AS (
    SELECT
        kegiatan.tahun,
        kegiatan.triwulan,
        kegiatan.opd_singkat,
        kegiatan.kode_kemendagri,
        coalesce(dipetakan.jenis, 'masalah') AS jenis,
        kegiatan.masalah AS uraian
    FROM core.kegiatan_berlaku AS kegiatan
    LEFT JOIN jenis_dipetakan AS dipetakan
        ON
            kegiatan.tahun = dipetakan.tahun
            AND kegiatan.triwulan = dipetakan.triwulan
            AND kegiatan.opd_singkat = dipetakan.opd_singkat
            AND kegiatan.kode_kemendagri = dipetakan.kode_kemendagri
            AND kegiatan.masalah = dipetakan.uraian
    UNION ALL
    SELECT
        tahun,
        triwulan,
        opd_singkat,
        kode_kemendagri,
        'potensi' AS jenis,
        potensi AS uraian
    FROM core.kegiatan_berlaku
),

disebut AS (
    SELECT * FROM dipetakan
    UNION ALL
    SELECT
        *,
        NULL AS sektor,
        NULL AS akar_masalah,
        1 AS kegiatan
    FROM dijawab
),

terakhir AS (
    SELECT max(make_date(tahun, triwulan * 3 - 2, 1)) AS periode
    FROM core.laporan
    WHERE keadaan = 'berlaku'
),

per_uraian AS (
    SELECT
        make_date(disebut.tahun, disebut.triwulan * 3 - 2, 1) AS periode,
        disebut.tahun,
        disebut.triwulan,
        disebut.opd_singkat,
        opd.opd,
        wilayah.kode_kemendagri,
        wilayah.kode_bps,
        wilayah.kelurahan,
        wilayah.kode_kemendagri_kecamatan,
        wilayah.kecamatan,
        disebut.jenis,
        disebut.uraian,
        make_date(disebut.tahun, disebut.triwulan * 3 - 2, 1) = terakhir.periode AS triwulan_terakhir,
        min(disebut.sektor) AS sektor,
        string_agg(DISTINCT disebut.akar_masalah, '; ' ORDER BY disebut.akar_masalah) AS akar_masalah,
        cast(sum(disebut.kegiatan) AS BIGINT) AS jumlah_kegiatan
    FROM disebut
    CROSS JOIN terakhir
    INNER JOIN core.wilayah AS wilayah ON disebut.kode_kemendagri = wilayah.kode_kemendagri
    LEFT JOIN core.opd_pendamping AS opd ON disebut.opd_singkat = opd.opd_singkat
    WHERE disebut.uraian IS NOT NULL
    GROUP BY ALL
)

SELECT * FROM per_uraian
