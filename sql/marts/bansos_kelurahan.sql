-- Grain: satu program bantuan di satu kelurahan pada satu rilis yang berlaku.
-- Tujuan: Berapa orang terdaftar menerima BPNT, Sembako, PKH, BST dan program lain yang disebut register? Menurut
-- keterangan dalam register pada saat rilis, bukan menurut penyaluran; program yang tidak disebut rilis itu tidak ada
-- barisnya. Satu orang dapat menerima beberapa program: jangan menjumlahkan program.
WITH program AS (
    SELECT unnest(['BPNT', 'Sembako', 'PKH', 'BPNT-PPKM', 'BST', 'BPUM', 'Rastra', 'PBI JKN', 'PBI daerah']) AS program
),

penerima AS (
    SELECT
        hitungan.*,
        program.program,
        CASE program.program
            WHEN 'BPNT' THEN hitungan.bpnt_jiwa
            WHEN 'Sembako' THEN hitungan.sembako_jiwa
            WHEN 'PKH' THEN hitungan.pkh_jiwa
            WHEN 'BPNT-PPKM' THEN hitungan.bpnt_ppkm_jiwa
            WHEN 'BST' THEN hitungan.bst_jiwa
            WHEN 'BPUM' THEN hitungan.bpum_jiwa
            WHEN 'Rastra' THEN hitungan.rastra_jiwa
            WHEN 'PBI JKN' THEN hitungan.pbi_jkn_jiwa
            WHEN 'PBI daerah' THEN hitungan.pbi_pemda_jiwa
        END AS penerima
    FROM core.terdaftar_kelurahan AS hitungan
    CROSS JOIN program
),

dengan_kecamatan AS (
    SELECT
        *,
        cast(sum(penerima) OVER kecamatan_ini AS BIGINT) AS penerima_kecamatan_jiwa,
        cast(sum(jumlah_jiwa) OVER kecamatan_ini AS BIGINT) AS terdaftar_kecamatan_jiwa
    FROM penerima
    WHERE penerima IS NOT NULL
    WINDOW kecamatan_ini AS (PARTITION BY id_rilis, program, kode_kemendagri_kecamatan)
),

dilindungi AS (
    SELECT
        periode,
        tahun,
        seri,
        sistem_sumber,
        kode_kemendagri,
        kode_bps,
        kelurahan,
        kode_kemendagri_kecamatan,
        kecamatan,
        program,
        rilis_terakhir,
        core.bulatkan(penerima) AS penerima_jiwa,
        jumlah_jiwa AS terdaftar_jiwa,
        core.persen(core.bulatkan(penerima), jumlah_jiwa) AS penerima_persen,
        penerima_kecamatan_jiwa,
        terdaftar_kecamatan_jiwa,
        core.persen(penerima_kecamatan_jiwa, terdaftar_kecamatan_jiwa) AS penerima_kecamatan_persen,
        core.disamarkan(penerima) AS disamarkan
    FROM dengan_kecamatan
)

SELECT * FROM dilindungi
