-- Grain: satu alasan penolakan pada satu baris berkas.
-- Tujuan: Baris mana ditolak, kolom mana, mengapa, dan apa yang perlu dilakukan? Barisnya utuh seperti di berkas.
WITH kiriman AS (
    SELECT
        id_rilis AS id_kiriman,
        'register' AS jenis_kiriman,
        periode,
        keadaan,
        nama_berkas
    FROM core.rilis
    UNION ALL
    SELECT
        id_laporan AS id_kiriman,
        'laporan OPD' AS jenis_kiriman,
        make_date(tahun, triwulan * 3 - 2, 1) AS periode,
        keadaan,
        nama_berkas
    FROM core.laporan
),

ditolak AS (
    SELECT
        kiriman.periode,
        kiriman.jenis_kiriman,
        baris.id_kiriman,
        kiriman.keadaan,
        kiriman.nama_berkas,
        baris.bagian,
        baris.baris_sumber,
        sebab.kode_alasan,
        alasan.kolom,
        alasan.penjelasan,
        alasan.tindakan,
        baris.isi
    FROM core.ditolak AS baris
    INNER JOIN core.ditolak_alasan AS sebab
        ON
            baris.id_kiriman = sebab.id_kiriman
            AND baris.bagian = sebab.bagian
            AND baris.baris_sumber = sebab.baris_sumber
    LEFT JOIN core.alasan AS alasan ON sebab.kode_alasan = alasan.kode_alasan
    LEFT JOIN kiriman ON baris.id_kiriman = kiriman.id_kiriman
)

SELECT * FROM ditolak
