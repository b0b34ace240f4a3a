-- Grain: satu kelurahan, pada rilis terbaru dari semua register.
-- Tujuan: Kelurahan mana berbeban tinggi tetapi intervensinya rendah? Rumus: urutan_prioritas = urutan naik dari
-- jumlah_peringkat = peringkat_terdaftar (terdaftar_jiwa turun) + peringkat_tanpa_bansos (tanpa_bansos_persen turun) +
-- peringkat_kegiatan (jumlah_kegiatan naik) + peringkat_anggaran (anggaran_per_jiwa_rp naik), tanpa bobot; semua
-- komponennya ada di kolom sendiri. Urutan ini titik awal pembahasan: kelurahan tanpa laporan terhitung tanpa
-- intervensi, dan hubungan dengan jumlah terdaftar bukan sebab akibat.
WITH terdaftar AS (
    SELECT
        hitungan.*,
        cast(sum(hitungan.jumlah_jiwa) OVER (PARTITION BY hitungan.id_rilis) AS BIGINT) AS terdaftar_wilayah_jiwa
    FROM core.terdaftar_kelurahan AS hitungan
    WHERE hitungan.rilis_terakhir
),

tahun_acuan AS (
    SELECT max(tahun) AS tahun FROM core.kegiatan_berlaku
),

intervensi AS (
    SELECT
        kegiatan.kode_kemendagri,
        count(DISTINCT kegiatan.id_kegiatan) AS jumlah_kegiatan,
        sum(kegiatan.anggaran_rp) AS anggaran_rp
    FROM core.kegiatan_berlaku AS kegiatan
    INNER JOIN tahun_acuan ON kegiatan.tahun = tahun_acuan.tahun
    WHERE kegiatan.terakhir_dalam_tahun AND kegiatan.status <> 'batal'
    GROUP BY kegiatan.kode_kemendagri
),

komponen AS (
    SELECT
        terdaftar.periode,
        terdaftar.tahun,
        terdaftar.seri,
        terdaftar.sistem_sumber,
        terdaftar.kode_kemendagri,
        terdaftar.kode_bps,
        terdaftar.kelurahan,
        terdaftar.kode_kemendagri_kecamatan,
        terdaftar.kecamatan,
        terdaftar.jumlah_jiwa AS terdaftar_jiwa,
        terdaftar.terdaftar_wilayah_jiwa,
        core.persen(terdaftar.jumlah_jiwa, terdaftar.terdaftar_wilayah_jiwa) AS porsi_terdaftar_persen,
        core.bulatkan(terdaftar.tanpa_bansos_jiwa) AS tanpa_bansos_jiwa,
        core.persen(core.bulatkan(terdaftar.tanpa_bansos_jiwa), terdaftar.jumlah_jiwa) AS tanpa_bansos_persen,
        opd.opd_singkat IS NOT NULL AS ada_pendamping,
        tahun_acuan.tahun AS tahun_laporan,
        coalesce(intervensi.jumlah_kegiatan, 0) AS jumlah_kegiatan,
        cast(coalesce(intervensi.anggaran_rp, 0) AS DECIMAL(18, 2)) AS anggaran_rp,
        cast(
            round(coalesce(intervensi.anggaran_rp, 0) / nullif(terdaftar.jumlah_jiwa, 0), 2) AS DECIMAL(18, 2)
        ) AS anggaran_per_jiwa_rp,
        core.disamarkan(terdaftar.tanpa_bansos_jiwa) AS disamarkan
    FROM terdaftar
    CROSS JOIN tahun_acuan
    LEFT JOIN intervensi ON terdaftar.kode_kemendagri = intervensi.kode_kemendagri
    LEFT JOIN core.pendamping_terkini AS opd ON terdaftar.kode_kemendagri = opd.kode_kemendagri
),

peringkat AS (
    SELECT
        *,
        rank() OVER (PARTITION BY seri ORDER BY terdaftar_jiwa DESC) AS peringkat_terdaftar,
        rank() OVER (PARTITION BY seri ORDER BY tanpa_bansos_persen DESC NULLS LAST) AS peringkat_tanpa_bansos,
        rank() OVER (PARTITION BY seri ORDER BY jumlah_kegiatan ASC) AS peringkat_kegiatan,
        rank() OVER (PARTITION BY seri ORDER BY anggaran_per_jiwa_rp ASC NULLS LAST) AS peringkat_anggaran
    FROM komponen
),

dijumlahkan AS (
    SELECT
        *,
        peringkat_terdaftar + peringkat_tanpa_bansos + peringkat_kegiatan + peringkat_anggaran AS jumlah_peringkat
    FROM peringkat
),

urutan AS (
    SELECT
        * EXCLUDE (disamarkan),
        rank() OVER (PARTITION BY seri ORDER BY jumlah_peringkat ASC) AS urutan_prioritas,
        disamarkan
    FROM dijumlahkan
)

SELECT * FROM urutan
