-- Grain: satu Kartu Keluarga di satu kelurahan pada satu rilis yang berlaku.
-- Tujuan: Keluarga terdaftar dan banyaknya program yang diterimanya. Orang tanpa nomor KK tidak termasuk;
-- KK yang anggotanya tercatat di dua kelurahan muncul di keduanya. BPNT dan Sembako adalah satu program.
WITH keluarga AS (
    SELECT
        id_rilis,
        kode_kemendagri,
        no_kk,
        count(*) AS anggota_jiwa,
        cast(
            coalesce(max(cast(greatest(bansos_bpnt, bansos_sembako) AS INTEGER)), 0)
            + coalesce(max(cast(bansos_pkh AS INTEGER)), 0)
            + coalesce(max(cast(bansos_bpnt_ppkm AS INTEGER)), 0)
            + coalesce(max(cast(bansos_bst AS INTEGER)), 0)
            + coalesce(max(cast(bansos_bpum AS INTEGER)), 0)
            + coalesce(max(cast(bansos_rastra AS INTEGER)), 0)
            + coalesce(max(cast(pbi_jkn AS INTEGER)), 0)
            + coalesce(max(cast(pbi_pemda AS INTEGER)), 0)
            AS INTEGER
        ) AS jumlah_program
    FROM core.warga_rilis
    WHERE no_kk IS NOT NULL
    GROUP BY id_rilis, kode_kemendagri, no_kk
)

SELECT * FROM keluarga
