-- Grain: satu kelurahan pada satu rilis yang berlaku; kelurahan tanpa orang terdaftar tetap ada dengan angka nol, orang
-- tanpa kelurahan dihitung pada satu baris tersendiri.
-- Tujuan: Hitungan orang terdaftar per kelurahan, dihitung satu kali dari riwayat. Angkanya belum dilindungi. Penerima
-- program yang tidak disebut register sama sekali kosong, bukan nol.
WITH per_masa_berlaku AS (
    SELECT
        seri,
        kode_kemendagri,
        berlaku_dari,
        berlaku_sampai,
        count(*) AS jumlah_jiwa,
        count(*) FILTER (WHERE nik IS NULL) AS tanpa_nik_jiwa,
        count(*) FILTER (WHERE urutan_nik > 1) AS nik_berulang_baris,
        count(*) FILTER (WHERE padan) AS padan_jiwa,
        count(*) FILTER (WHERE NOT padan) AS tidak_padan_jiwa,
        sum(cast(bansos_bpnt AS INTEGER)) AS bpnt_jiwa,
        sum(cast(bansos_sembako AS INTEGER)) AS sembako_jiwa,
        sum(cast(bansos_pkh AS INTEGER)) AS pkh_jiwa,
        sum(cast(bansos_bpnt_ppkm AS INTEGER)) AS bpnt_ppkm_jiwa,
        sum(cast(bansos_bst AS INTEGER)) AS bst_jiwa,
        sum(cast(bansos_bpum AS INTEGER)) AS bpum_jiwa,
        sum(cast(bansos_rastra AS INTEGER)) AS rastra_jiwa,
        sum(cast(pbi_jkn AS INTEGER)) AS pbi_jkn_jiwa,
        sum(cast(pbi_pemda AS INTEGER)) AS pbi_pemda_jiwa,
        count(*) FILTER (
            WHERE coalesce(
                greatest(
                    bansos_bpnt, bansos_sembako, bansos_pkh, bansos_bpnt_ppkm, bansos_bst, bansos_bpum, bansos_rastra,
                    pbi_jkn, pbi_pemda
                ),
                FALSE
            ) = FALSE
        ) AS tanpa_bansos_jiwa
    FROM core.riwayat_warga
    GROUP BY seri, kode_kemendagri, berlaku_dari, berlaku_sampai
),

per_rilis AS (
    SELECT
        rilis.id_rilis,
        hitungan.kode_kemendagri,
        sum(hitungan.jumlah_jiwa) AS jumlah_jiwa,
        sum(hitungan.tanpa_nik_jiwa) AS tanpa_nik_jiwa,
        sum(hitungan.nik_berulang_baris) AS nik_berulang_baris,
        sum(hitungan.padan_jiwa) AS padan_jiwa,
        sum(hitungan.tidak_padan_jiwa) AS tidak_padan_jiwa,
        sum(hitungan.bpnt_jiwa) AS bpnt_jiwa,
        sum(hitungan.sembako_jiwa) AS sembako_jiwa,
        sum(hitungan.pkh_jiwa) AS pkh_jiwa,
        sum(hitungan.bpnt_ppkm_jiwa) AS bpnt_ppkm_jiwa,
        sum(hitungan.bst_jiwa) AS bst_jiwa,
        sum(hitungan.bpum_jiwa) AS bpum_jiwa,
        sum(hitungan.rastra_jiwa) AS rastra_jiwa,
        sum(hitungan.pbi_jkn_jiwa) AS pbi_jkn_jiwa,
        sum(hitungan.pbi_pemda_jiwa) AS pbi_pemda_jiwa,
        sum(hitungan.tanpa_bansos_jiwa) AS tanpa_bansos_jiwa
    FROM core.rilis_berlaku AS rilis
    INNER JOIN per_masa_berlaku AS hitungan
        ON
            rilis.seri = hitungan.seri
            AND rilis.periode >= hitungan.berlaku_dari
            AND (hitungan.berlaku_sampai IS NULL OR rilis.periode < hitungan.berlaku_sampai)
    GROUP BY rilis.id_rilis, hitungan.kode_kemendagri
),

disebut AS (
    SELECT
        id_rilis,
        min(0 * bpnt_jiwa) AS bpnt_jiwa,
        min(0 * sembako_jiwa) AS sembako_jiwa,
        min(0 * pkh_jiwa) AS pkh_jiwa,
        min(0 * bpnt_ppkm_jiwa) AS bpnt_ppkm_jiwa,
        min(0 * bst_jiwa) AS bst_jiwa,
        min(0 * bpum_jiwa) AS bpum_jiwa,
        min(0 * rastra_jiwa) AS rastra_jiwa,
        min(0 * pbi_jkn_jiwa) AS pbi_jkn_jiwa,
        min(0 * pbi_pemda_jiwa) AS pbi_pemda_jiwa
    FROM per_rilis
    GROUP BY id_rilis
),

lengkap AS (
    SELECT
        rilis.periode,
        rilis.tahun,
        rilis.seri,
        rilis.sistem_sumber,
        rilis.id_rilis,
        wilayah.kode_kemendagri,
        wilayah.kode_bps,
        wilayah.kelurahan,
        wilayah.kode_kemendagri_kecamatan,
        wilayah.kecamatan,
        rilis.rilis_terakhir,
        cast(coalesce(per_rilis.jumlah_jiwa, 0) AS BIGINT) AS jumlah_jiwa,
        cast(coalesce(per_rilis.tanpa_nik_jiwa, 0) AS BIGINT) AS tanpa_nik_jiwa,
        cast(coalesce(per_rilis.nik_berulang_baris, 0) AS BIGINT) AS nik_berulang_baris,
        cast(coalesce(per_rilis.padan_jiwa, 0) AS BIGINT) AS padan_jiwa,
        cast(coalesce(per_rilis.tidak_padan_jiwa, 0) AS BIGINT) AS tidak_padan_jiwa,
        cast(coalesce(per_rilis.bpnt_jiwa, sebut.bpnt_jiwa) AS BIGINT) AS bpnt_jiwa,
        cast(coalesce(per_rilis.sembako_jiwa, sebut.sembako_jiwa) AS BIGINT) AS sembako_jiwa,
        cast(coalesce(per_rilis.pkh_jiwa, sebut.pkh_jiwa) AS BIGINT) AS pkh_jiwa,
        cast(coalesce(per_rilis.bpnt_ppkm_jiwa, sebut.bpnt_ppkm_jiwa) AS BIGINT) AS bpnt_ppkm_jiwa,
        cast(coalesce(per_rilis.bst_jiwa, sebut.bst_jiwa) AS BIGINT) AS bst_jiwa,
        cast(coalesce(per_rilis.bpum_jiwa, sebut.bpum_jiwa) AS BIGINT) AS bpum_jiwa,
        cast(coalesce(per_rilis.rastra_jiwa, sebut.rastra_jiwa) AS BIGINT) AS rastra_jiwa,
        cast(coalesce(per_rilis.pbi_jkn_jiwa, sebut.pbi_jkn_jiwa) AS BIGINT) AS pbi_jkn_jiwa,
        cast(coalesce(per_rilis.pbi_pemda_jiwa, sebut.pbi_pemda_jiwa) AS BIGINT) AS pbi_pemda_jiwa,
        cast(coalesce(per_rilis.tanpa_bansos_jiwa, 0) AS BIGINT) AS tanpa_bansos_jiwa
    FROM core.rilis_berlaku AS rilis
    INNER JOIN core.tempat AS wilayah ON rilis.kode_wilayah = wilayah.kode_bps_kabupaten_kota
    LEFT JOIN per_rilis
        ON rilis.id_rilis = per_rilis.id_rilis AND wilayah.kode_kemendagri = per_rilis.kode_kemendagri
    LEFT JOIN disebut AS sebut ON rilis.id_rilis = sebut.id_rilis
    WHERE wilayah.dikenal OR per_rilis.id_rilis IS NOT NULL
)

SELECT * FROM lengkap
