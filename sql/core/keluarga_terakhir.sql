-- Grain: satu keluarga di satu kelurahan pada rilis terbaru; orang tanpa nomor KK berdiri sendiri.
-- Tujuan: Keluarga terdaftar dengan desil terendah anggotanya dan program yang tercatat diterima salah satunya. BPNT
-- dan Sembako adalah satu program dengan dua nama; program kosong bila register tidak menyebutnya bagi keluarga ini.
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
        count(*) AS anggota_jiwa,
        min(desil) AS desil,
        bool_or(bansos_pkh) AS menerima_pkh,
        bool_or(greatest(bansos_bpnt, bansos_sembako)) AS menerima_sembako,
        bool_or(greatest(pbi_jkn, pbi_pemda)) AS menerima_pbi,
        bool_or(
            coalesce(
                greatest(
                    bansos_bpnt, bansos_sembako, bansos_pkh, bansos_bpnt_ppkm, bansos_bst, bansos_bpum, bansos_rastra,
                    pbi_jkn, pbi_pemda
                ),
                FALSE
            )
        ) AS menerima_bansos
    FROM core.warga_rilis
    WHERE id_rilis IN (SELECT terakhir.id_rilis FROM rilis_terakhir AS terakhir)
    GROUP BY id_rilis, kode_kemendagri, kunci_keluarga
),

lengkap AS (
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
        keluarga.anggota_jiwa,
        keluarga.desil,
        keluarga.menerima_pkh,
        keluarga.menerima_sembako,
        keluarga.menerima_pbi,
        keluarga.menerima_bansos
    FROM keluarga
    INNER JOIN rilis_terakhir AS rilis ON keluarga.id_rilis = rilis.id_rilis
    INNER JOIN core.tempat AS wilayah ON keluarga.kode_kemendagri = wilayah.kode_kemendagri
)

SELECT * FROM lengkap
