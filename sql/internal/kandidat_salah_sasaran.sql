-- Grain: satu penerima yang keadaannya perlu diperiksa: satu keluarga dan program menurut register terbaru, atau satu
-- baris penerima dalam laporan OPD.
-- Tujuan: Siapa menerima bantuan tetapi berdesil 6 ke atas, atau menerima program OPD tetapi tidak terdaftar? Register
-- tertinggal dari keadaan: kandidat adalah alasan untuk memeriksa di lapangan, bukan untuk menghentikan bantuan.
WITH program AS (
    SELECT unnest(['PKH', 'Sembako', 'PBI JKN']) AS program
),

menurut_register AS (
    SELECT
        keluarga.*,
        program.program
    FROM core.keluarga_terakhir AS keluarga
    CROSS JOIN program
    WHERE
        keluarga.desil >= 6
        AND CASE program.program
            WHEN 'PKH' THEN keluarga.menerima_pkh
            WHEN 'Sembako' THEN keluarga.menerima_sembako
            WHEN 'PBI JKN' THEN keluarga.menerima_pbi
        END
),

temuan AS (
    SELECT
        periode,
        'desil 6 ke atas' AS jenis_temuan,
        id_rilis AS id_kiriman,
        kode_kemendagri,
        kunci_keluarga AS kunci_penerima,
        program,
        nama_kepala_keluarga AS nama,
        desil
    FROM menurut_register
    UNION ALL
    SELECT
        periode,
        'tidak terdaftar' AS jenis_temuan,
        id_laporan AS id_kiriman,
        kode_kemendagri,
        'baris ' || cast(baris_sumber AS VARCHAR) AS kunci_penerima,
        'program ' || opd_singkat AS program,
        nama,
        NULL AS desil
    FROM core.penerima_berlaku
    WHERE NOT terdaftar
),

kandidat AS (
    SELECT
        temuan.periode,
        temuan.jenis_temuan,
        temuan.id_kiriman,
        wilayah.kode_kemendagri,
        wilayah.kelurahan,
        wilayah.kecamatan,
        temuan.kunci_penerima,
        temuan.program,
        temuan.nama,
        temuan.desil
    FROM temuan
    INNER JOIN core.tempat AS wilayah ON temuan.kode_kemendagri = wilayah.kode_kemendagri
)

SELECT * FROM kandidat
