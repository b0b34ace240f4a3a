-- Grain: satu pasangan orang tanpa NIK pada satu rilis yang berlaku dan orang lain yang mungkin orang yang sama.
-- Tujuan: Siapa orang yang tercatat tanpa NIK ini, menurut nama, tanggal lahir, kelurahan, KK dan nama ibunya? Calon
-- dicari di semua rilis yang berlaku dari semua register; dari riwayat seorang calon dipakai keterangan yang paling
-- cocok. Ini usulan dengan skor untuk diperiksa orang: tidak ada data yang digabungkan.
WITH warga AS (
    SELECT
        rowid AS nomor,
        kunci_warga,
        nik,
        no_kk,
        kode_kemendagri,
        tanggal_lahir,
        nama_ibu_kandung IS NOT NULL AS ada_ibu,
        core.kunci_nama(nama) AS kunci_nama,
        core.kunci_hari(tanggal_lahir) AS kunci_hari
    FROM core.riwayat_warga
),

tanpa_nik AS (
    SELECT * FROM warga
    WHERE nik IS NULL
),

pasangan AS (
    SELECT
        tanpa_nik.nomor,
        calon.nomor AS nomor_calon
    FROM tanpa_nik
    INNER JOIN warga AS calon
        ON
            tanpa_nik.kode_kemendagri = calon.kode_kemendagri
            AND tanpa_nik.kunci_hari = calon.kunci_hari
            AND abs(year(tanpa_nik.tanggal_lahir) - year(calon.tanggal_lahir)) <= 1
            AND tanpa_nik.kunci_warga <> calon.kunci_warga
    UNION
    SELECT
        tanpa_nik.nomor,
        calon.nomor AS nomor_calon
    FROM tanpa_nik
    INNER JOIN warga AS calon
        ON
            tanpa_nik.kunci_nama = calon.kunci_nama
            AND tanpa_nik.kunci_hari = calon.kunci_hari
            AND abs(year(tanpa_nik.tanggal_lahir) - year(calon.tanggal_lahir)) <= 1
            AND tanpa_nik.kunci_warga <> calon.kunci_warga
    UNION
    SELECT
        tanpa_nik.nomor,
        calon.nomor AS nomor_calon
    FROM tanpa_nik
    INNER JOIN warga AS calon
        ON
            tanpa_nik.kode_kemendagri = calon.kode_kemendagri
            AND tanpa_nik.kunci_nama = calon.kunci_nama
            -- Tanpa tanggal lahir dan KK yang cocok, hanya nama ibu yang masih dapat membuat skornya cukup.
            AND tanpa_nik.ada_ibu
            AND calon.ada_ibu
            AND tanpa_nik.kunci_warga <> calon.kunci_warga
    UNION
    SELECT
        tanpa_nik.nomor,
        calon.nomor AS nomor_calon
    FROM tanpa_nik
    INNER JOIN warga AS calon
        ON tanpa_nik.no_kk = calon.no_kk AND tanpa_nik.kunci_warga <> calon.kunci_warga
),

dibandingkan AS (
    SELECT
        pasangan.nomor,
        pasangan.nomor_calon,
        core.kunci_nama(orang.nama) AS kunci_nama,
        core.kunci_nama(calon.nama) AS kunci_nama_calon,
        core.banding_tanggal(orang.tanggal_lahir, calon.tanggal_lahir) AS bukti_tanggal_lahir,
        core.banding_nama(
            core.kunci_nama(orang.nama_ibu_kandung), core.kunci_nama(calon.nama_ibu_kandung)
        ) AS bukti_nama_ibu,
        CASE
            WHEN NOT core.tanpa_kelurahan(orang.kode_kemendagri) AND NOT core.tanpa_kelurahan(calon.kode_kemendagri)
                THEN orang.kode_kemendagri = calon.kode_kemendagri
        END AS kelurahan_sama,
        orang.no_kk = calon.no_kk AS no_kk_sama,
        orang.jenis_kelamin = calon.jenis_kelamin AS jenis_kelamin_sama
    FROM pasangan
    INNER JOIN core.riwayat_warga AS orang ON pasangan.nomor = orang.rowid
    INNER JOIN core.riwayat_warga AS calon ON pasangan.nomor_calon = calon.rowid
),

dinilai AS (
    SELECT
        *,
        core.banding_nama(kunci_nama, kunci_nama_calon) AS bukti_nama,
        core.skor_padanan(
            core.banding_nama(kunci_nama, kunci_nama_calon),
            jaro_winkler_similarity(kunci_nama, kunci_nama_calon),
            bukti_tanggal_lahir,
            bukti_nama_ibu,
            kelurahan_sama,
            no_kk_sama,
            jenis_kelamin_sama
        ) AS skor_penuh
    FROM dibandingkan
),

diusulkan AS (
    SELECT * FROM dinilai
    WHERE bukti_nama IN ('sama', 'mirip') AND skor_penuh >= 0.5
),

usulan AS (
    SELECT
        rilis.periode,
        rilis.tahun,
        rilis.seri,
        rilis.sistem_sumber,
        rilis.id_rilis,
        rilis.rilis_terakhir,
        orang.baris_sumber,
        orang.kunci_warga,
        orang.nama,
        orang.tanggal_lahir,
        orang.no_kk,
        orang.kode_kemendagri,
        diusulkan.skor_penuh,
        diusulkan.bukti_nama,
        diusulkan.bukti_tanggal_lahir,
        diusulkan.bukti_nama_ibu,
        diusulkan.kelurahan_sama,
        diusulkan.no_kk_sama,
        diusulkan.jenis_kelamin_sama,
        bool_or(rilis.id_rilis = rilis_calon.id_rilis) OVER (
            PARTITION BY rilis.id_rilis, orang.kunci_warga, calon.kunci_warga, calon.urutan_nik
        ) AS rilis_sama,
        rilis_calon.periode AS periode_calon,
        rilis_calon.id_rilis AS id_rilis_calon,
        calon.id_rilis AS id_rilis_terbaca_calon,
        calon.baris_sumber AS baris_sumber_calon,
        calon.kunci_warga AS kunci_warga_calon,
        calon.urutan_nik AS urutan_nik_calon,
        calon.nik AS nik_calon,
        calon.nama AS nama_calon,
        calon.tanggal_lahir AS tanggal_lahir_calon,
        calon.no_kk AS no_kk_calon,
        calon.kode_kemendagri AS kode_kemendagri_calon
    FROM diusulkan
    INNER JOIN core.riwayat_warga AS orang ON diusulkan.nomor = orang.rowid
    INNER JOIN core.riwayat_warga AS calon ON diusulkan.nomor_calon = calon.rowid
    INNER JOIN core.rilis_berlaku AS rilis
        ON
            orang.seri = rilis.seri
            AND orang.berlaku_dari <= rilis.periode
            AND (orang.berlaku_sampai IS NULL OR orang.berlaku_sampai > rilis.periode)
    INNER JOIN core.rilis_berlaku AS rilis_calon
        ON
            calon.seri = rilis_calon.seri
            AND calon.berlaku_dari <= rilis_calon.periode
            AND (calon.berlaku_sampai IS NULL OR calon.berlaku_sampai > rilis_calon.periode)
    QUALIFY
        row_number() OVER (
            PARTITION BY rilis.id_rilis, orang.kunci_warga, calon.kunci_warga, calon.urutan_nik
            ORDER BY diusulkan.skor_penuh DESC, rilis_calon.periode DESC, rilis_calon.seri DESC
        ) = 1
),

calon_padanan AS (
    SELECT
        usulan.periode,
        usulan.tahun,
        usulan.seri,
        usulan.sistem_sumber,
        usulan.id_rilis,
        usulan.rilis_terakhir,
        usulan.baris_sumber,
        usulan.kunci_warga,
        usulan.nama,
        usulan.tanggal_lahir,
        usulan.no_kk,
        usulan.kode_kemendagri,
        wilayah.kelurahan,
        row_number() OVER (
            PARTITION BY usulan.id_rilis, usulan.kunci_warga
            ORDER BY
                usulan.skor_penuh DESC, usulan.periode_calon DESC, usulan.kunci_warga_calon ASC,
                usulan.urutan_nik_calon ASC
        ) AS peringkat,
        round(usulan.skor_penuh, 4) AS skor,
        usulan.bukti_nama,
        usulan.bukti_tanggal_lahir,
        usulan.bukti_nama_ibu,
        usulan.kelurahan_sama,
        usulan.no_kk_sama,
        usulan.jenis_kelamin_sama,
        usulan.rilis_sama,
        usulan.periode_calon,
        usulan.id_rilis_calon,
        usulan.id_rilis_terbaca_calon,
        usulan.baris_sumber_calon,
        usulan.kunci_warga_calon,
        usulan.urutan_nik_calon,
        usulan.nik_calon,
        usulan.nama_calon,
        usulan.tanggal_lahir_calon,
        usulan.no_kk_calon,
        usulan.kode_kemendagri_calon,
        wilayah_calon.kelurahan AS kelurahan_calon
    FROM usulan
    INNER JOIN core.tempat AS wilayah ON usulan.kode_kemendagri = wilayah.kode_kemendagri
    INNER JOIN core.tempat AS wilayah_calon ON usulan.kode_kemendagri_calon = wilayah_calon.kode_kemendagri
)

SELECT * FROM calon_padanan
