-- Grain: satu OPD dalam penetapan pendampingan.
-- Tujuan: Nama lengkap tiap OPD dan banyaknya kelurahan dampingannya.
WITH pendamping AS (
    SELECT
        opd_singkat,
        min(opd) AS opd,
        count(*) AS jumlah_kelurahan
    FROM core.opd_dampingan
    GROUP BY opd_singkat
)

SELECT * FROM pendamping
