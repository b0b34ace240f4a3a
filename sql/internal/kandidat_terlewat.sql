-- Grain: satu keluarga dan satu program yang menurut desilnya mungkin haknya, pada rilis terbaru.
-- Tujuan: Keluarga berdesil rendah mana belum tercatat menerima PKH (desil 1-4), Sembako atau PBI JKN (desil 1-5)?
-- Register tertinggal dari keadaan: kandidat adalah alasan untuk memeriksa di lapangan, bukan penetapan. Program yang
-- tidak disebut register sama sekali tidak dinilai.
WITH program AS (
    SELECT
        unnest(['PKH', 'Sembako', 'PBI JKN']) AS program,
        unnest([4, 5, 5]) AS desil_tertinggi
),

dinilai AS (
    SELECT
        keluarga.*,
        program.program,
        program.desil_tertinggi,
        CASE program.program
            WHEN 'PKH' THEN keluarga.menerima_pkh
            WHEN 'Sembako' THEN keluarga.menerima_sembako
            WHEN 'PBI JKN' THEN keluarga.menerima_pbi
        END AS menerima
    FROM core.keluarga_terakhir AS keluarga
    CROSS JOIN program
),

kandidat AS (
    SELECT
        periode,
        tahun,
        seri,
        sistem_sumber,
        id_rilis,
        kode_kemendagri,
        kelurahan,
        kecamatan,
        kunci_keluarga,
        program,
        no_kk,
        nama_kepala_keluarga,
        desil,
        anggota_jiwa
    FROM dinilai
    QUALIFY
        desil <= desil_tertinggi
        AND NOT coalesce(menerima, FALSE)
        AND bool_or(menerima IS NOT NULL) OVER (PARTITION BY id_rilis, program)
)

SELECT * FROM kandidat
