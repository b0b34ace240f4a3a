-- Grain: satu OPD yang mendampingi kelurahan atau pernah melapor.
-- Tujuan: OPD mana yang mendampingi, dan kapan terakhir melapor?
WITH laporan AS (
    SELECT
        opd_singkat,
        count(*) AS jumlah_laporan,
        max(make_date(tahun, triwulan * 3 - 2, 1)) AS laporan_terakhir
    FROM core.laporan
    WHERE keadaan = 'berlaku'
    GROUP BY opd_singkat
),

gabungan AS (
    SELECT
        coalesce(pasangan.opd_singkat, laporan.opd_singkat) AS opd_singkat,
        pasangan.opd,
        coalesce(pasangan.jumlah_kelurahan, 0) AS jumlah_kelurahan,
        coalesce(laporan.jumlah_laporan, 0) AS jumlah_laporan,
        laporan.laporan_terakhir
    FROM core.opd_pendamping AS pasangan
    FULL OUTER JOIN laporan ON pasangan.opd_singkat = laporan.opd_singkat
)

SELECT * FROM gabungan
