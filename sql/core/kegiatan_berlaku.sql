-- Grain: satu kegiatan pada satu laporan OPD yang berlaku.
-- Tujuan: Kegiatan dari versi laporan terakhir, dengan triwulan sebagai tanggal. Anggaran berlaku setahun dan realisasi
-- dihitung sejak awal tahun: angka setahun diambil dari laporan terakhir tiap OPD dan kelurahan dalam tahun itu, tidak
-- dijumlahkan antartriwulan.
WITH kegiatan AS (
    SELECT
        make_date(kegiatan.tahun, kegiatan.triwulan * 3 - 2, 1) AS periode,
        kegiatan.*,
        opd.opd
    FROM core.kegiatan AS kegiatan
    INNER JOIN core.laporan AS laporan ON kegiatan.id_laporan = laporan.id_laporan
    LEFT JOIN core.opd_pendamping AS opd ON kegiatan.opd_singkat = opd.opd_singkat
    WHERE laporan.keadaan = 'berlaku'
),

ditandai AS (
    SELECT
        *,
        periode = (
            SELECT max(make_date(laporan.tahun, laporan.triwulan * 3 - 2, 1))
            FROM core.laporan AS laporan
            WHERE laporan.keadaan = 'berlaku'
        ) AS triwulan_terakhir,
        triwulan = max(triwulan) OVER (PARTITION BY tahun, opd_singkat, kode_kemendagri) AS terakhir_dalam_tahun
    FROM kegiatan
)

SELECT * FROM ditandai
