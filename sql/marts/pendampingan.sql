-- Grain: satu kelurahan.
-- Tujuan: OPD mana mendampingi kelurahan mana, menurut keputusan yang mana dan sejak kapan? Kolom OPD kosong berarti
-- pendampingnya belum diketahui dari dokumen yang ada, bukan berarti tidak ada.
WITH pasangan AS (
    SELECT
        wilayah.kode_kemendagri,
        wilayah.kode_bps,
        wilayah.kelurahan,
        wilayah.kode_kemendagri_kecamatan,
        wilayah.kecamatan,
        opd.opd_singkat IS NOT NULL AS ada_pendamping,
        opd.opd_singkat,
        opd.opd,
        opd.dasar,
        opd.nomor_sk,
        opd.tanggal_sk,
        opd.berlaku_dari,
        opd.berlaku_sampai,
        opd.sumber
    FROM core.wilayah AS wilayah
    LEFT JOIN core.pendamping_terkini AS opd ON wilayah.kode_kemendagri = opd.kode_kemendagri
)

SELECT * FROM pasangan
