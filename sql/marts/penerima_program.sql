-- Grain: satu laporan berlaku dari satu OPD atas satu kelurahan pada satu triwulan.
-- Tujuan: Berapa penerima program terdaftar di register, berapa hanya dapat diusulkan menurut nama, dan berapa tidak
-- terdaftar? Dicocokkan dengan rilis terbaru. Yang tidak terdaftar belum tentu salah sasaran: register tertinggal dari
-- keadaan. Hitungan kecil disamarkan.
WITH usulan AS (
    SELECT DISTINCT
        id_laporan,
        baris_sumber
    FROM internal.calon_penerima
    WHERE bukti_nama = 'sama'
),

orang AS (
    SELECT
        penerima.periode,
        penerima.tahun,
        penerima.triwulan,
        penerima.opd_singkat,
        penerima.kode_kemendagri,
        coalesce(
            cast(penerima.kunci_warga AS VARCHAR),
            'nama ' || penerima.kunci_nama,
            'baris ' || penerima.id_laporan || '/' || cast(penerima.baris_sumber AS VARCHAR)
        ) AS siapa,
        bool_or(penerima.kunci_warga IS NOT NULL) AS ber_nik,
        bool_or(penerima.terdaftar) AS terdaftar,
        bool_or(penerima.kode_kemendagri_terdaftar = penerima.kode_kemendagri) AS terdaftar_di_sini,
        bool_or(usulan.id_laporan IS NOT NULL) AS diusulkan,
        min(penerima.desil) AS desil
    FROM core.penerima_berlaku AS penerima
    LEFT JOIN usulan ON penerima.id_laporan = usulan.id_laporan AND penerima.baris_sumber = usulan.baris_sumber
    GROUP BY ALL
),

hitungan AS (
    SELECT
        periode,
        tahun,
        triwulan,
        opd_singkat,
        kode_kemendagri,
        count(*) AS penerima,
        count(*) FILTER (WHERE ber_nik) AS ber_nik,
        count(*) FILTER (WHERE terdaftar) AS terdaftar,
        count(*) FILTER (WHERE terdaftar_di_sini) AS terdaftar_di_sini,
        count(*) FILTER (WHERE diusulkan AND NOT terdaftar) AS diusulkan,
        count(*) FILTER (WHERE NOT terdaftar AND NOT diusulkan) AS tidak_ditemukan,
        count(*) FILTER (WHERE desil <= 4) AS desil_1_4
    FROM orang
    GROUP BY ALL
),

penerima AS (
    SELECT
        hitungan.periode,
        hitungan.tahun,
        hitungan.triwulan,
        hitungan.opd_singkat,
        opd.opd,
        wilayah.kode_kemendagri,
        wilayah.kode_bps,
        wilayah.kelurahan,
        wilayah.kode_kemendagri_kecamatan,
        wilayah.kecamatan,
        core.bulatkan(hitungan.penerima) AS penerima_jiwa,
        core.bulatkan(hitungan.ber_nik) AS penerima_bernik_jiwa,
        core.bulatkan(hitungan.terdaftar) AS terdaftar_jiwa,
        core.bulatkan(hitungan.terdaftar_di_sini) AS terdaftar_di_kelurahan_jiwa,
        core.bulatkan(hitungan.desil_1_4) AS desil_1_4_jiwa,
        core.bulatkan(hitungan.diusulkan) AS diusulkan_jiwa,
        core.bulatkan(hitungan.tidak_ditemukan) AS tidak_ditemukan_jiwa,
        core.disamarkan(hitungan.penerima) OR core.disamarkan(hitungan.ber_nik) OR core.disamarkan(hitungan.terdaftar)
        OR core.disamarkan(hitungan.terdaftar_di_sini) OR core.disamarkan(hitungan.desil_1_4)
        OR core.disamarkan(hitungan.diusulkan) OR core.disamarkan(hitungan.tidak_ditemukan) AS disamarkan
    FROM hitungan
    INNER JOIN core.wilayah AS wilayah ON hitungan.kode_kemendagri = wilayah.kode_kemendagri
    LEFT JOIN core.opd_pendamping AS opd ON hitungan.opd_singkat = opd.opd_singkat
)

SELECT * FROM penerima
