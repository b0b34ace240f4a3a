-- Grain: satu kelurahan, dan satu baris per kota untuk orang yang kelurahannya tidak disebut berkas mana pun.
-- Tujuan: Tempat orang terdaftar dihitung. Daftar "NIK dan nama" tanpa kolom wilayah hanya dapat dihitung untuk kota.
WITH tidak_diketahui AS (
    SELECT DISTINCT
        core.kode_tanpa_kelurahan(kode_kemendagri) AS kode_kemendagri,
        concat(kode_bps_kabupaten_kota, '000000') AS kode_bps,
        'Tidak diketahui' AS kelurahan,
        concat(left(kode_kemendagri, 5), '.00') AS kode_kemendagri_kecamatan,
        'Tidak diketahui' AS kecamatan,
        kode_bps_kabupaten_kota,
        FALSE AS dikenal
    FROM core.wilayah
),

tempat AS (
    SELECT
        kode_kemendagri,
        kode_bps,
        kelurahan,
        kode_kemendagri_kecamatan,
        kecamatan,
        kode_bps_kabupaten_kota,
        TRUE AS dikenal
    FROM core.wilayah
    UNION ALL
    SELECT * FROM tidak_diketahui
)

SELECT * FROM tempat
