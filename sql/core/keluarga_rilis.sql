-- Grain: satu Kartu Keluarga di satu kelurahan pada satu rilis yang berlaku.
-- Tujuan: Keluarga terdaftar dan banyaknya program yang diterimanya. Orang tanpa nomor KK tidak termasuk;
-- KK yang anggotanya tercatat di dua kelurahan muncul di keduanya.
WITH keluarga AS (
    SELECT
        id_rilis,
        kode_kemendagri,
        no_kk,
        count(*) AS anggota_jiwa,
        cast(
            coalesce(max(cast(bansos_bpnt AS INTEGER)), 0)
            + coalesce(max(cast(bansos_pkh AS INTEGER)), 0)
            + coalesce(max(cast(bansos_bpnt_ppkm AS INTEGER)), 0)
            + coalesce(max(cast(pbi_jkn AS INTEGER)), 0)
            AS INTEGER
        ) AS jumlah_program
    FROM core.warga_rilis
    WHERE no_kk IS NOT NULL
    GROUP BY id_rilis, kode_kemendagri, no_kk
)

SELECT * FROM keluarga
