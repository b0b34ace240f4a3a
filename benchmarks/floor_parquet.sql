-- How the floor reads the same columns from Parquet, all text; the row number stands in for the line.

SET preserve_insertion_order = false;

CREATE OR REPLACE TEMP VIEW lines AS SELECT 1 AS line FROM read_parquet(getvariable('raw'));

CREATE OR REPLACE TEMP VIEW columns_as_numbered (
    c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14, c15, c16, c17, c18, c19, c20, c21, c22, c23, number
) AS FROM read_parquet(getvariable('raw'), file_row_number = true);

CREATE OR REPLACE TEMP VIEW fields AS
SELECT number + 2 AS baris_sumber, false AS ragged,
    c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14, c15, c16, c17, c18, c19, c20, c21, c22, c23,
    concat_ws('|',
        c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14, c15, c16, c17, c18, c19, c20, c21, c22, c23
    ) AS line
FROM columns_as_numbered;

CREATE OR REPLACE TEMP VIEW written AS
SELECT DISTINCT c3 AS kab, c4 AS kec, c5 AS kel FROM columns_as_numbered;
