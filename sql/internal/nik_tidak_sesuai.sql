-- Grain: satu ketidakcocokan dengan NIK pada satu baris rilis yang berlaku.
-- Tujuan: Siapa yang tanggal lahir atau jenis kelaminnya berbeda dari NIK? Bila NIK-nya ganda dalam satu kelurahan,
-- yang ditampilkan keterangan baris pertamanya.
WITH peringatan AS (
    SELECT * FROM core.peringatan
    WHERE kode_alasan IN ('NIK_TANGGAL_BEDA', 'NIK_KELAMIN_BEDA')
),

tidak_sesuai AS (
    SELECT
        rilis.periode,
        rilis.seri,
        rilis.id_rilis,
        peringatan.baris_sumber,
        peringatan.kode_alasan,
        alasan.penjelasan,
        alasan.tindakan,
        peringatan.kunci_warga,
        warga.nik,
        warga.nama,
        warga.tanggal_lahir,
        warga.jenis_kelamin,
        wilayah.kode_kemendagri,
        wilayah.kelurahan
    FROM peringatan
    INNER JOIN core.rilis_berlaku AS rilis ON peringatan.id_kiriman = rilis.id_rilis
    INNER JOIN core.alasan AS alasan ON peringatan.kode_alasan = alasan.kode_alasan
    INNER JOIN core.tempat AS wilayah ON peringatan.kode_kemendagri = wilayah.kode_kemendagri
    LEFT JOIN core.warga_rilis AS warga
        ON
            peringatan.id_kiriman = warga.id_rilis
            AND peringatan.kunci_warga = warga.kunci_warga
            AND peringatan.kode_kemendagri = warga.kode_kemendagri
    QUALIFY
        row_number() OVER (
            PARTITION BY peringatan.id_kiriman, peringatan.baris_sumber, peringatan.kode_alasan
            ORDER BY
                coalesce(
                    warga.id_rilis_terbaca = peringatan.id_kiriman
                    AND warga.baris_sumber = peringatan.baris_sumber,
                    FALSE
                ) DESC,
                warga.urutan_nik ASC
        ) = 1
)

SELECT * FROM tidak_sesuai
