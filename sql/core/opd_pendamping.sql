-- Grain: satu OPD dalam penetapan pendampingan.
-- Tujuan: Nama lengkap tiap OPD dan banyaknya kelurahan dampingannya yang masih berlaku.
WITH pendamping AS (
    SELECT
        pasangan.opd_singkat,
        min(pasangan.opd) AS opd,
        count(terkini.kode_kemendagri) AS jumlah_kelurahan
    FROM core.opd_dampingan AS pasangan
    LEFT JOIN core.pendamping_terkini AS terkini
        ON pasangan.kode_kemendagri = terkini.kode_kemendagri AND pasangan.opd_singkat = terkini.opd_singkat
    GROUP BY pasangan.opd_singkat
)

SELECT * FROM pendamping
