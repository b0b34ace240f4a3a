-- Grain: satu penerima pada satu laporan OPD yang berlaku.
-- Tujuan: Penerima dari versi laporan terakhir, dicocokkan dengan rilis register terbaru menurut kunci pengganti NIK.
-- Yang tanpa NIK tidak dianggap terdaftar; usulan menurut namanya ada di internal.calon_penerima.
WITH warga AS (
    SELECT
        warga.kunci_warga,
        min(warga.kode_kemendagri) AS kode_kemendagri_terdaftar,
        min(warga.desil) AS desil
    FROM core.warga_rilis AS warga
    INNER JOIN core.rilis_berlaku AS rilis ON warga.id_rilis = rilis.id_rilis
    WHERE rilis.rilis_terakhir
    GROUP BY warga.kunci_warga
),

penerima AS (
    SELECT
        make_date(penerima.tahun, penerima.triwulan * 3 - 2, 1) AS periode,
        penerima.tahun,
        penerima.triwulan,
        penerima.opd_singkat,
        penerima.kode_kemendagri,
        penerima.id_laporan,
        penerima.baris_sumber,
        penerima.kunci_warga,
        penerima.nama,
        penerima.id_kegiatan,
        core.kunci_nama(penerima.nama) AS kunci_nama,
        warga.kunci_warga IS NOT NULL AS terdaftar,
        warga.kode_kemendagri_terdaftar,
        warga.desil
    FROM core.penerima AS penerima
    INNER JOIN core.laporan AS laporan ON penerima.id_laporan = laporan.id_laporan
    LEFT JOIN warga ON penerima.kunci_warga = warga.kunci_warga
    WHERE laporan.keadaan = 'berlaku'
)

SELECT * FROM penerima
