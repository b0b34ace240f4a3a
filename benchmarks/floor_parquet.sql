-- How the floor reads the same columns from Parquet, all text; the row number stands in for the line.

SET preserve_insertion_order = false;

CREATE OR REPLACE TEMP MACRO blanks(t) AS CASE
    WHEN contains(t, chr(160)) OR contains(t, chr(9)) THEN replace(replace(t, chr(160), ' '), chr(9), ' ') ELSE t END;

CREATE OR REPLACE TEMP VIEW lines AS SELECT 1 AS line FROM read_parquet(getvariable('raw'));

CREATE OR REPLACE TEMP VIEW columns_as_numbered (
    c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14, c15, c16, c17, c18, c19, c20, c21, c22, c23, number
) AS FROM read_parquet(getvariable('raw'), file_row_number = true);

CREATE OR REPLACE TEMP VIEW fields AS
SELECT number + 2 AS baris_sumber, false AS ragged,
    blanks(c1) AS c1, blanks(c2) AS c2, blanks(c3) AS c3, blanks(c4) AS c4, blanks(c5) AS c5, blanks(c6) AS c6,
    blanks(c7) AS c7, blanks(c8) AS c8, blanks(c9) AS c9, blanks(c10) AS c10, blanks(c11) AS c11, blanks(c12) AS
    c12, blanks(c13) AS c13, blanks(c14) AS c14, blanks(c15) AS c15, blanks(c16) AS c16, blanks(c17) AS c17,
    blanks(c18) AS c18, blanks(c19) AS c19, blanks(c20) AS c20, blanks(c21) AS c21, blanks(c22) AS c22, blanks(c23)
    AS c23,
    concat_ws('|',
        c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14, c15, c16, c17, c18, c19, c20, c21, c22, c23
    ) AS line
FROM columns_as_numbered;

CREATE OR REPLACE TEMP VIEW written AS
SELECT DISTINCT blanks(c3) AS kab, blanks(c4) AS kec, blanks(c5) AS kel FROM columns_as_numbered;
