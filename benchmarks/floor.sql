-- The floor: what an expert would write by hand in DuckDB for one release of the register in DTKS layout A.
-- The same work as the product's register flow on the same file: clean every column that is kept, every rule that can be
-- broken in this layout, the same keyed stand-in of a person (HMAC-SHA256), history (SCD2), ledger with a stable content
-- hash, rejected rows whole with their reasons, warnings, CHECKPOINT. benchmarks/floor.py sets the variables and asserts
-- that the counts are those of the product.
-- Variables: raw, wilayah, alias, lama (paths), rilis, seri, periode, sha256, dalam (inner pad), luar (outer pad).

CREATE SCHEMA IF NOT EXISTS core;
CREATE TABLE IF NOT EXISTS core.riwayat_warga (
    seri VARCHAR, kunci_warga UUID, urutan_nik INTEGER, berlaku_dari DATE, berlaku_sampai DATE, id_rilis VARCHAR,
    baris_sumber BIGINT, id_rumah_tangga VARCHAR, kode_kemendagri VARCHAR, alamat VARCHAR, dusun VARCHAR, rt VARCHAR,
    rw VARCHAR, no_kk VARCHAR, nik VARCHAR, nama VARCHAR, tanggal_lahir DATE, tempat_lahir VARCHAR,
    jenis_kelamin VARCHAR, pekerjaan VARCHAR, nama_ibu_kandung VARCHAR, hubungan_keluarga VARCHAR, padan BOOLEAN,
    bansos_bpnt BOOLEAN, bansos_pkh BOOLEAN, bansos_bpnt_ppkm BOOLEAN, pbi_jkn BOOLEAN, sidik_baris UBIGINT
);
CREATE TABLE IF NOT EXISTS core.rilis (
    id_rilis VARCHAR, seri VARCHAR, periode DATE, sha256 VARCHAR, baris_berkas BIGINT, baris_diterima BIGINT,
    baris_ditolak BIGINT, baris_dilewati BIGINT, baris_peringatan BIGINT, tanpa_nik BIGINT, sidik_isi VARCHAR
);
CREATE TABLE IF NOT EXISTS core.ditolak (id_kiriman VARCHAR, baris_sumber BIGINT, isi VARCHAR);
CREATE TABLE IF NOT EXISTS core.ditolak_alasan (id_kiriman VARCHAR, baris_sumber BIGINT, kode_alasan VARCHAR);
CREATE TABLE IF NOT EXISTS core.peringatan (
    id_kiriman VARCHAR, baris_sumber BIGINT, kode_alasan VARCHAR, kode_kemendagri VARCHAR, kunci_warga UUID
);

CREATE OR REPLACE TEMP MACRO stated(t) AS CASE WHEN t IN ('', '-', 'NULL', '#N/A') THEN NULL ELSE t END;
CREATE OR REPLACE TEMP MACRO single_spaces(t) AS CASE
    WHEN contains(t, '  ') THEN regexp_replace(t, ' {2,}', ' ', 'g') ELSE t END;
CREATE OR REPLACE TEMP MACRO bare_number(t) AS CASE
    WHEN strlen(t) = 16 AND try_cast(t AS UBIGINT) IS NOT NULL THEN t
    ELSE replace(replace(replace(
        regexp_replace(regexp_replace(t, '^''', ''), '^([0-9]+)\.0$', '\1'), ' ', ''), '.', ''), '-', '') END;
CREATE OR REPLACE TEMP MACRO identity_number(bare) AS CASE
    WHEN trim(bare, '0') <> '' AND trim(bare, '9') <> '' THEN bare END;
CREATE OR REPLACE TEMP MACRO neighbourhood(t) AS CASE
    WHEN strlen(t) = 3 AND try_cast(t AS USMALLINT) IS NOT NULL AND NOT contains(t, '.') THEN t
    WHEN regexp_full_match(t, '[0-9]{1,3}(\.0)?') THEN lpad(regexp_replace(t, '\.0$', ''), 3, '0')
    ELSE t END;
CREATE OR REPLACE TEMP MACRO calendar_date(t) AS CASE
    WHEN length(t) BETWEEN 8 AND 10 THEN try_cast(
        CASE WHEN t[3] IN ('-', '/') THEN t[7:10] || '-' || t[4:5] || '-' || t[1:2] ELSE t END AS DATE) END;
CREATE OR REPLACE TEMP MACRO yes(t) AS CASE
    WHEN upper(t) IN ('Y', 'YA', 'DAPAT') THEN true WHEN upper(t) IN ('N', 'TIDAK', 'TIDAK DAPAT') THEN false END;
CREATE OR REPLACE TEMP MACRO match_key(t) AS regexp_replace(regexp_replace(
    upper(t), '^\s*((KEL|KEC)\.\s*|(KELURAHAN|KEL|DESA|KECAMATAN|KEC)\s+)', ''), '[^A-Z]', '', 'g');

-- benchmarks/floor_csv.sql or floor_parquet.sql has made: table lines, views fields and written.

-- Places: some hundred different writings, so each is looked up once.
CREATE OR REPLACE TEMP TABLE names AS
WITH named AS (
    SELECT kelurahan AS nama, kelurahan, 1 AS rank FROM read_csv(getvariable('wilayah'), all_varchar = true)
    WHERE starts_with(kode_bps, '3375')
    UNION ALL
    SELECT alias, kelurahan, 2 FROM read_csv(getvariable('alias'), all_varchar = true)
    UNION ALL
    SELECT kelurahan_lama, kelurahan, 3 FROM read_csv(getvariable('lama'), all_varchar = true)
    WHERE berlaku_sampai::DATE >= getvariable('periode')
)
SELECT match_key(nama) AS key, arg_min(w.kode_kemendagri, rank) AS kode_kemendagri,
    arg_min(match_key(w.kecamatan), rank) AS kecamatan, min(rank) = 1 AS official
FROM named INNER JOIN read_csv(getvariable('wilayah'), all_varchar = true) AS w USING (kelurahan)
GROUP BY ALL;

CREATE OR REPLACE TEMP TABLE places AS
WITH keys AS (
    SELECT *, upper(stated(trim(kab))) AS city, match_key(stated(trim(kec))) AS kec_key,
        match_key(stated(trim(kel))) AS key
    FROM written
)
SELECT kab, kec, kel,
    CASE WHEN (city IS NULL OR match_key(regexp_replace(city, '^(KOTA|KABUPATEN|KAB\.|KAB)\s+', '')) = 'PEKALONGAN')
        AND (official OR NOT coalesce(starts_with(city, 'KAB'), false)) THEN kode_kemendagri END AS kode_kemendagri,
    coalesce(kec_key <> kecamatan[1:length(kec_key)], false) AS kecamatan_beda
FROM keys LEFT JOIN names USING (key);

CREATE OR REPLACE TEMP TABLE cleaned AS
WITH trimmed AS (
    SELECT baris_sumber, line, ragged, c3 AS kab, c4 AS kec, c5 AS kel,
        trim(c1) AS id_rumah_tangga, trim(c6) AS alamat, trim(c7) AS dusun, trim(c8) AS rt,
        trim(c9) AS rw, trim(c10) AS bare_kk, trim(c11) AS bare_nik, trim(c12) AS nama, trim(c13)
        AS lahir, trim(c14) AS tempat_lahir, trim(c15) AS kelamin, trim(c16) AS pekerjaan, trim(c17)
        AS nama_ibu_kandung, trim(c18) AS hubungan, trim(c19) AS padan_asal, trim(c20) AS bpnt,
        trim(c21) AS pkh, trim(c22) AS ppkm, trim(c23) AS pbi
    FROM fields
),
texts AS (
    SELECT baris_sumber, line, ragged, kab, kec, kel,
        stated(id_rumah_tangga) AS id_rumah_tangga, stated(alamat) AS alamat, stated(dusun) AS dusun,
        stated(rt) AS rt, stated(rw) AS rw, bare_number(stated(bare_kk)) AS bare_kk,
        bare_number(stated(bare_nik)) AS bare_nik, stated(nama) AS nama, stated(lahir) AS lahir,
        stated(tempat_lahir) AS tempat_lahir, upper(replace(stated(kelamin), '  ', ' ')) AS kelamin,
        stated(pekerjaan) AS pekerjaan, stated(nama_ibu_kandung) AS nama_ibu_kandung,
        upper(replace(stated(hubungan), '  ', ' ')) AS hubungan, upper(stated(padan_asal)) AS padan_asal,
        stated(bpnt) AS bpnt, stated(pkh) AS pkh, stated(ppkm) AS ppkm, stated(pbi) AS pbi
    FROM trimmed
),
numbers AS (
    SELECT *, identity_number(bare_kk) AS no_kk, identity_number(bare_nik) AS nik FROM texts
),
typed AS (
    SELECT baris_sumber, ragged, line, kode_kemendagri, kecamatan_beda, id_rumah_tangga, single_spaces(alamat) AS alamat,
        single_spaces(dusun) AS dusun, neighbourhood(rt) AS rt, neighbourhood(rw) AS rw, no_kk, nik,
        single_spaces(nama) AS nama, lahir, calendar_date(lahir) AS tanggal_lahir,
        single_spaces(tempat_lahir) AS tempat_lahir,
        CASE WHEN kelamin IN ('L', 'LAKI-LAKI', 'LAKI LAKI', '1') THEN 'L'
            WHEN kelamin IN ('P', 'PEREMPUAN', '2') THEN 'P' END AS jenis_kelamin,
        single_spaces(pekerjaan) AS pekerjaan, single_spaces(nama_ibu_kandung) AS nama_ibu_kandung, hubungan,
        CASE WHEN hubungan IN ('KEPALA KELUARGA', 'KEPALA ART', 'KEPALA RUMAH TANGGA') THEN 'kepala keluarga'
            WHEN hubungan IN ('ISTRI/SUAMI', 'ISTRI', 'SUAMI') THEN 'istri/suami'
            WHEN hubungan = 'ANAK' THEN 'anak'
            WHEN hubungan = 'MENANTU' THEN 'menantu'
            WHEN hubungan = 'CUCU' THEN 'cucu'
            WHEN hubungan IN ('ORANG TUA/MERTUA', 'ORANG TUA', 'MERTUA') THEN 'orang tua/mertua'
            WHEN hubungan IN ('PEMBANTU RUTA', 'PEMBANTU') THEN 'pembantu'
            WHEN hubungan IN ('FAMILI LAIN', 'LAINNYA') THEN 'lainnya' END AS hubungan_keluarga,
        padan_asal, CASE WHEN padan_asal IN ('Y', 'YA', 'PADAN') THEN true
            WHEN padan_asal IN ('N', 'TIDAK', 'TIDAK PADAN') THEN false END AS padan,
        bpnt, yes(bpnt) AS bansos_bpnt, pkh, yes(pkh) AS bansos_pkh, ppkm, yes(ppkm) AS bansos_bpnt_ppkm,
        pbi, yes(pbi) AS pbi_jkn,
        CASE WHEN strlen(nik) = 16 AND NOT regexp_matches(nik, '[^0-9]') THEN nik::BIGINT END AS n,
        line IS NULL OR trim(line, '| ') = ''
        OR line = '1|2|3|4|5|6|7|8|9|10|11|12|13|14|15|16|17|18|19|20|21|22|23'
        OR (regexp_matches(line[1:12], '(?i)^[| ]*(TOTAL|JUMLAH|KOLOM)\b')
            AND (ragged OR coalesce(nik, no_kk, lahir) IS NULL)) AS skipped
    FROM numbers LEFT JOIN places USING (kab, kec, kel)
),
parts AS (
    SELECT *, n // 100000000 % 100 AS day_code, n // 1000000 % 100 AS month, n // 10000 % 100 AS year,
        coalesce(n % 1111111111111111 = 0, false) AS uniform
    FROM typed
),
judged AS (
    SELECT *, CASE WHEN day_code > 40 THEN day_code - 40 ELSE day_code END AS day,
        regexp_full_match(nik, '[0-9]+([.,][0-9]+)?[eE]\+?[0-9]+') AS scientific,
        NOT regexp_matches(nik, '[^0-9]') AS numeric
    FROM parts
),
masked AS (
    SELECT *,
        CASE WHEN skipped THEN -1 ELSE ragged::BIGINT
        + CASE WHEN n IS NOT NULL OR nik IS NULL THEN 0 ELSE
            2 * scientific::BIGINT + 4 * (NOT numeric AND NOT scientific)::BIGINT
            + 8 * (numeric AND length(nik) <> 16)::BIGINT END
        + CASE WHEN n IS NULL THEN 0 ELSE
            16 * uniform::BIGINT
            + 32 * (NOT uniform AND NOT (day BETWEEN 1 AND 31 AND month BETWEEN 1 AND 12))::BIGINT
            + 64 * (NOT uniform AND n % 10000 = 0)::BIGINT
            + 256 * coalesce(nik = no_kk, false)::BIGINT END
        + 128 * coalesce(length(no_kk) <> 16 OR regexp_matches(no_kk, '[^0-9]'), false)::BIGINT
        + 512 * (nama IS NULL AND NOT ragged)::BIGINT
        + 1024 * coalesce(regexp_matches(nama, '[0-9]'), false)::BIGINT
        + 2048 * (lahir IS NOT NULL AND tanggal_lahir IS NULL)::BIGINT
        + 4096 * (kode_kemendagri IS NULL AND NOT ragged)::BIGINT END AS penolakan,
        (nik IS NULL)::BIGINT
        + CASE WHEN n IS NULL THEN 0 ELSE
            2 * (n // 1000000000000 <> 3375)::BIGINT
            + 4 * coalesce(day <> dayofmonth(tanggal_lahir) OR month <> month(tanggal_lahir)
                OR year <> year(tanggal_lahir) % 100, false)::BIGINT
            + 8 * coalesce((day_code > 40) <> (jenis_kelamin = 'P'), false)::BIGINT END
        + 32 * (no_kk IS NULL)::BIGINT
        + 64 * (lahir IS NULL)::BIGINT
        + 128 * coalesce(tanggal_lahir > getvariable('periode')
            OR tanggal_lahir <= getvariable('periode') - INTERVAL 121 YEAR, false)::BIGINT
        + 256 * (hubungan IS NULL)::BIGINT
        + 512 * (hubungan IS NOT NULL AND hubungan_keluarga IS NULL)::BIGINT
        + 1024 * (jenis_kelamin IS NULL)::BIGINT
        + 2048 * ((padan_asal IS NOT NULL AND padan IS NULL) OR (bpnt IS NOT NULL AND bansos_bpnt IS NULL)
            OR (pkh IS NOT NULL AND bansos_pkh IS NULL) OR (ppkm IS NOT NULL AND bansos_bpnt_ppkm IS NULL)
            OR (pbi IS NOT NULL AND pbi_jkn IS NULL))::BIGINT
        + 4096 * coalesce(kecamatan_beda, false)::BIGINT AS peringatan
    FROM judged
)
SELECT baris_sumber,
    sha256(getvariable('luar') || unhex(sha256(getvariable('dalam')
        || encode(coalesce(nik, getvariable('rilis') || ':' || baris_sumber)))))[1:32]::UUID AS kunci_warga,
    id_rumah_tangga, kode_kemendagri, alamat, dusun, rt, rw, no_kk, nik, nama, tanggal_lahir, tempat_lahir,
    jenis_kelamin, pekerjaan, nama_ibu_kandung, hubungan_keluarga, padan, bansos_bpnt, bansos_pkh, bansos_bpnt_ppkm,
    pbi_jkn, hash(id_rumah_tangga, kode_kemendagri, alamat, dusun, rt, rw, no_kk, nik, nama, tanggal_lahir,
        tempat_lahir, jenis_kelamin, pekerjaan, nama_ibu_kandung, hubungan_keluarga, padan, bansos_bpnt, bansos_pkh,
        bansos_bpnt_ppkm, pbi_jkn) AS sidik_baris,
    penolakan, peringatan, CASE WHEN penolakan > 0 THEN line END AS line
FROM masked;

CREATE OR REPLACE TEMP TABLE repeated AS
SELECT baris_sumber, row_number() OVER (
    PARTITION BY kunci_warga ORDER BY kode_kemendagri, nama, sidik_baris, baris_sumber
)::INTEGER AS urutan_nik
FROM cleaned
SEMI JOIN (
    SELECT kunci_warga FROM cleaned WHERE penolakan = 0 GROUP BY kunci_warga HAVING count(*) > 1
) USING (kunci_warga)
WHERE penolakan = 0;

CREATE OR REPLACE TEMP TABLE incoming AS
SELECT baris_sumber, kunci_warga, coalesce(urutan_nik, 1) AS urutan_nik, sidik_baris
FROM cleaned LEFT JOIN repeated USING (baris_sumber) WHERE penolakan = 0;

BEGIN TRANSACTION;

CREATE OR REPLACE TEMP TABLE spanning AS
SELECT rowid AS history_row, kunci_warga, urutan_nik, sidik_baris FROM core.riwayat_warga
WHERE seri = getvariable('seri') AND berlaku_sampai IS NULL;

CREATE OR REPLACE TEMP TABLE ending AS
FROM spanning ANTI JOIN incoming USING (kunci_warga, urutan_nik, sidik_baris);

CREATE OR REPLACE TEMP TABLE arriving AS
FROM incoming ANTI JOIN spanning USING (kunci_warga, urutan_nik, sidik_baris);

UPDATE core.riwayat_warga SET berlaku_sampai = getvariable('periode')
WHERE rowid IN (SELECT history_row FROM ending);

INSERT INTO core.riwayat_warga
SELECT getvariable('seri'), arriving.kunci_warga, arriving.urutan_nik, getvariable('periode'), NULL,
    getvariable('rilis'), baris_sumber, id_rumah_tangga, kode_kemendagri, alamat, dusun, rt, rw, no_kk, nik, nama,
    tanggal_lahir, tempat_lahir, jenis_kelamin, pekerjaan, nama_ibu_kandung, hubungan_keluarga, padan, bansos_bpnt,
    bansos_pkh, bansos_bpnt_ppkm, pbi_jkn, arriving.sidik_baris
FROM cleaned INNER JOIN arriving USING (baris_sumber);

INSERT INTO core.peringatan
SELECT getvariable('rilis'), baris_sumber, code, kode_kemendagri, kunci_warga
FROM (
    SELECT baris_sumber, kode_kemendagri, kunci_warga,
        peringatan + CASE WHEN urutan_nik IS NULL THEN 0 ELSE 16 END AS mask
    FROM cleaned LEFT JOIN repeated USING (baris_sumber)
    WHERE penolakan = 0 AND (peringatan <> 0 OR urutan_nik IS NOT NULL)
), (VALUES
    (1, 'NIK_KOSONG'), (2, 'NIK_LUAR_DAERAH'), (4, 'NIK_TANGGAL_BEDA'), (8, 'NIK_KELAMIN_BEDA'), (16, 'NIK_GANDA'),
    (32, 'KK_KOSONG'), (64, 'TANGGAL_LAHIR_KOSONG'), (128, 'UMUR_MUSTAHIL'), (256, 'HUBUNGAN_KOSONG'),
    (512, 'HUBUNGAN_TIDAK_DIKENAL'), (1024, 'KELAMIN_TIDAK_DIKENAL'), (2048, 'BANTUAN_TIDAK_DIKENAL'),
    (4096, 'KECAMATAN_BEDA')
) AS codes (bit, code)
WHERE mask & bit <> 0;

INSERT INTO core.ditolak
SELECT getvariable('rilis'), baris_sumber, line FROM cleaned WHERE penolakan > 0 ORDER BY baris_sumber;

INSERT INTO core.ditolak_alasan
SELECT getvariable('rilis'), baris_sumber, code
FROM (SELECT baris_sumber, penolakan FROM cleaned WHERE penolakan > 0), (VALUES
    (1, 'JUMLAH_KOLOM'), (2, 'NIK_ILMIAH'), (4, 'NIK_KARAKTER'), (8, 'NIK_PANJANG'), (16, 'NIK_SERAGAM'),
    (32, 'NIK_TANGGAL'), (64, 'NIK_SERI_NOL'), (128, 'KK_TIDAK_SAH'), (256, 'NIK_SAMA_KK'), (512, 'NAMA_KOSONG'),
    (1024, 'NAMA_ANGKA'), (2048, 'TANGGAL_LAHIR_TIDAK_SAH'), (4096, 'KELURAHAN_TIDAK_DIKENAL')
) AS codes (bit, code)
WHERE penolakan & bit <> 0;

INSERT INTO core.rilis
WITH digests AS (
    SELECT penolakan, nik, md5_number(concat_ws(
        chr(31), coalesce(id_rumah_tangga, chr(30)), kode_kemendagri, coalesce(alamat, chr(30)),
        coalesce(dusun, chr(30)), coalesce(rt, chr(30)), coalesce(rw, chr(30)), coalesce(no_kk, chr(30)),
        coalesce(nik, chr(30)), nama, coalesce(tanggal_lahir::VARCHAR, chr(30)), coalesce(tempat_lahir, chr(30)),
        coalesce(jenis_kelamin, chr(30)), coalesce(pekerjaan, chr(30)), coalesce(nama_ibu_kandung, chr(30)),
        coalesce(hubungan_keluarga, chr(30)), coalesce(padan::VARCHAR, chr(30)),
        coalesce(bansos_bpnt::VARCHAR, chr(30)), coalesce(bansos_pkh::VARCHAR, chr(30)),
        coalesce(bansos_bpnt_ppkm::VARCHAR, chr(30)), coalesce(pbi_jkn::VARCHAR, chr(30)))) AS digest
    FROM cleaned WHERE penolakan = 0
)
SELECT getvariable('rilis'), getvariable('seri'), getvariable('periode'), getvariable('sha256'),
    (SELECT count(*) FROM lines), count(*), (SELECT count(*) FROM cleaned WHERE penolakan > 0),
    (SELECT count(*) FROM cleaned WHERE penolakan = -1),
    (SELECT count(DISTINCT baris_sumber) FROM core.peringatan WHERE id_kiriman = getvariable('rilis')),
    count(*) FILTER (nik IS NULL),
    sha256(concat_ws(':', count(*), sum((digest >> 64)::UBIGINT),
        sum((digest & 18446744073709551615::UHUGEINT)::UBIGINT)))
FROM digests;

COMMIT;
CHECKPOINT;
