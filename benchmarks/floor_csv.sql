-- How the floor reads a delimited file. A reader of columns passes over blank lines, and then no line has its number;
-- so lines are read whole, in their order, and split.

SET preserve_insertion_order = true;

CREATE OR REPLACE TEMP TABLE lines AS
SELECT line
FROM read_csv(
    getvariable('raw'), delim = chr(1), quote = '', escape = '', header = false, skip = 1, auto_detect = false,
    columns = {'line': 'VARCHAR'}, max_line_size = 4194304
);

-- From here on nothing depends on the order of lines: the number of a line is its rowid.
SET preserve_insertion_order = false;

CREATE OR REPLACE TEMP VIEW fields AS
WITH split AS (
    SELECT rowid + 2 AS baris_sumber, line, string_split(
        CASE WHEN contains(line, chr(160)) OR contains(line, chr(9))
            THEN replace(replace(line, chr(160), ' '), chr(9), ' ') ELSE line END, '|') AS f
    FROM lines
)
SELECT baris_sumber, line, len(f) <> 23 AS ragged,
    f[1] AS c1, f[2] AS c2, f[3] AS c3, f[4] AS c4, f[5] AS c5, f[6] AS c6, f[7] AS c7, f[8] AS c8, f[9] AS c9,
    f[10] AS c10, f[11] AS c11, f[12] AS c12, f[13] AS c13, f[14] AS c14, f[15] AS c15, f[16] AS c16, f[17] AS c17,
    f[18] AS c18, f[19] AS c19, f[20] AS c20, f[21] AS c21, f[22] AS c22, f[23] AS c23
FROM split;

CREATE OR REPLACE TEMP VIEW written AS
SELECT DISTINCT replace(kab, chr(160), ' ') AS kab, replace(kec, chr(160), ' ') AS kec,
    replace(kel, chr(160), ' ') AS kel
FROM read_csv(
    getvariable('raw'), delim = '|', quote = '', escape = '', header = false, skip = 1, auto_detect = false,
    nullstr = chr(30), null_padding = true, columns = {
        'c1': 'VARCHAR', 'c2': 'VARCHAR', 'kab': 'VARCHAR', 'kec': 'VARCHAR', 'kel': 'VARCHAR', 'c6': 'VARCHAR',
        'c7': 'VARCHAR', 'c8': 'VARCHAR', 'c9': 'VARCHAR', 'c10': 'VARCHAR', 'c11': 'VARCHAR', 'c12': 'VARCHAR',
        'c13': 'VARCHAR', 'c14': 'VARCHAR', 'c15': 'VARCHAR', 'c16': 'VARCHAR', 'c17': 'VARCHAR',
        'c18': 'VARCHAR', 'c19': 'VARCHAR', 'c20': 'VARCHAR', 'c21': 'VARCHAR', 'c22': 'VARCHAR',
        'c23': 'VARCHAR', 'c24': 'VARCHAR', 'c25': 'VARCHAR', 'c26': 'VARCHAR'
    }, max_line_size = 4194304
)
WHERE kel IS NOT NULL;
