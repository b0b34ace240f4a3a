-- Grain: satu kelurahan pada satu tahun yang ada laporannya.
-- Tujuan: Berapa anggaran kegiatan per orang terdaftar? Penyebutnya orang terdaftar di kelurahan, bukan penerima.
-- Kegiatan yang batal tidak dihitung; laporan yang seluruhnya batal tetap laporan.
WITH tahun_laporan AS (
    SELECT DISTINCT tahun FROM core.kegiatan_berlaku
),

anggaran AS (
    SELECT
        tahun,
        kode_kemendagri,
        count(DISTINCT triwulan) AS triwulan_dilaporkan,
        cast(
            sum(anggaran_rp) FILTER (WHERE terakhir_dalam_tahun AND status <> 'batal') AS DECIMAL(18, 2)
        ) AS anggaran_rp,
        cast(
            sum(realisasi_rp) FILTER (WHERE terakhir_dalam_tahun AND status <> 'batal') AS DECIMAL(18, 2)
        ) AS realisasi_rp
    FROM core.kegiatan_berlaku
    GROUP BY tahun, kode_kemendagri
),

penyebut AS (
    SELECT
        tahun_laporan.tahun,
        rilis.kode_wilayah,
        rilis.id_rilis
    FROM tahun_laporan
    INNER JOIN core.rilis_berlaku AS rilis ON tahun_laporan.tahun >= rilis.tahun
    QUALIFY
        row_number() OVER (
            PARTITION BY tahun_laporan.tahun, rilis.kode_wilayah
            ORDER BY rilis.periode DESC, rilis.sistem_sumber DESC
        ) = 1
),

lengkap AS (
    SELECT
        make_date(tahun_laporan.tahun, 1, 1) AS periode,
        tahun_laporan.tahun,
        wilayah.kode_kemendagri,
        wilayah.kode_bps,
        wilayah.kelurahan,
        wilayah.kode_kemendagri_kecamatan,
        wilayah.kecamatan,
        tahun_laporan.tahun = max(tahun_laporan.tahun) OVER () AS tahun_terakhir,
        coalesce(anggaran.triwulan_dilaporkan, 0) AS triwulan_dilaporkan,
        anggaran.anggaran_rp,
        anggaran.realisasi_rp,
        terdaftar.periode AS periode_rilis,
        terdaftar.sistem_sumber,
        terdaftar.jumlah_jiwa AS terdaftar_jiwa
    FROM tahun_laporan
    CROSS JOIN core.wilayah AS wilayah
    LEFT JOIN anggaran
        ON tahun_laporan.tahun = anggaran.tahun AND wilayah.kode_kemendagri = anggaran.kode_kemendagri
    LEFT JOIN penyebut
        ON tahun_laporan.tahun = penyebut.tahun AND wilayah.kode_bps_kabupaten_kota = penyebut.kode_wilayah
    LEFT JOIN core.terdaftar_kelurahan AS terdaftar
        ON penyebut.id_rilis = terdaftar.id_rilis AND wilayah.kode_kemendagri = terdaftar.kode_kemendagri
),

per_jiwa AS (
    SELECT
        *,
        cast(round(anggaran_rp / nullif(terdaftar_jiwa, 0), 2) AS DECIMAL(18, 2)) AS anggaran_per_jiwa_rp,
        cast(round(realisasi_rp / nullif(terdaftar_jiwa, 0), 2) AS DECIMAL(18, 2)) AS realisasi_per_jiwa_rp
    FROM lengkap
)

SELECT * FROM per_jiwa
