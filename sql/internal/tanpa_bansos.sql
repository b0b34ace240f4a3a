-- Grain: satu keluarga di satu kelurahan pada rilis terbaru; orang tanpa nomor KK berdiri sendiri.
-- Tujuan: Keluarga terdaftar mana yang tidak tercatat menerima program apa pun? Register tertinggal dari keadaan:
-- daftar ini alasan untuk memeriksa di lapangan, bukan penetapan.
WITH rilis_terakhir AS (
    SELECT * FROM core.rilis_berlaku
    WHERE rilis_terakhir
),

keluarga AS (
    SELECT
        id_rilis,
        kode_kemendagri,
        coalesce(no_kk, cast(kunci_warga AS VARCHAR) || '-' || cast(urutan_nik AS VARCHAR)) AS kunci_keluarga,
        min(no_kk) AS no_kk,
        arg_min(nama, kunci_warga) FILTER (WHERE hubungan_keluarga = 'kepala keluarga') AS nama_kepala_keluarga,
        arg_min(alamat, kunci_warga) AS alamat,
        arg_min(rt, kunci_warga) AS rt,
        arg_min(rw, kunci_warga) AS rw,
        count(*) AS anggota_jiwa
    FROM core.warga_rilis
    WHERE id_rilis IN (SELECT terakhir.id_rilis FROM rilis_terakhir AS terakhir)
    GROUP BY id_rilis, kode_kemendagri, kunci_keluarga
    HAVING
        NOT bool_or(
            coalesce(bansos_bpnt, FALSE) OR coalesce(bansos_pkh, FALSE)
            OR coalesce(bansos_bpnt_ppkm, FALSE) OR coalesce(pbi_jkn, FALSE)
        )
),

tanpa_bansos AS (
    SELECT
        rilis.periode,
        rilis.tahun,
        rilis.seri,
        rilis.sistem_sumber,
        rilis.id_rilis,
        wilayah.kode_kemendagri,
        wilayah.kelurahan,
        wilayah.kecamatan,
        keluarga.kunci_keluarga,
        keluarga.no_kk,
        keluarga.nama_kepala_keluarga,
        keluarga.alamat,
        keluarga.rt,
        keluarga.rw,
        keluarga.anggota_jiwa
    FROM keluarga
    INNER JOIN rilis_terakhir AS rilis ON keluarga.id_rilis = rilis.id_rilis
    INNER JOIN core.tempat AS wilayah ON keluarga.kode_kemendagri = wilayah.kode_kemendagri
)

SELECT * FROM tanpa_bansos
