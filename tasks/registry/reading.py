"""From a table of a submitted file to a lazy frame of text fields, one row per row of the table, with its number.

A delimited line is split by us and not by a CSV reader: a reader that meets a stray quote or a short line loses
its place or fills in silence; here such a line stays one line and is marked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import polars as pl

from tasks.registry.cleaning import stated
from tasks.registry.tables import FIELD_SEPARATOR, SourceTable

_TOTAL_OR_NUMBERS = r"(?i)^(?:TOTAL|JUMLAH|KOLOM)\b"
_SAYS_WHO = ("nik", "no_kk", "tanggal_lahir")


def scan_fields(table: SourceTable) -> pl.LazyFrame:
    """One row per row below the heading.

    Columns: `baris_sumber` Int64 (1 = first line of the file), `baris` the line as it stands there (NULL in a
    Parquet file), `jumlah_kolom_salah` Boolean, `dilewati` Boolean (a line that is no person: blank, numbering,
    total, or a note below the data), and `isi_<i>` String per field of the heading, NULL on a line with the wrong
    number of fields.
    """
    frame = _columns(table) if table.written == "columns" else _lines(table)
    return frame.with_columns(_is_no_row(table).alias("dilewati"))


def _columns(table: SourceTable) -> pl.LazyFrame:
    source = pl.scan_parquet(table.path, row_index_name="__baris", row_index_offset=table.header_line + 1)
    schema = source.collect_schema()
    names = [name for name in schema if name != "__baris"]
    return source.select(
        pl.col("__baris").cast(pl.Int64).alias("baris_sumber"),
        pl.lit(None, pl.String).alias("baris"),
        pl.lit(False).alias("jumlah_kolom_salah"),
        *(_as_text(name, schema[name]).alias(f"isi_{position}") for position, name in enumerate(names)),
    )


def _as_text(name: str, kind: pl.DataType) -> pl.Expr:
    """An empty cell is a blank field, as in a text file. A moment at midnight is a date."""
    column = pl.col(name)
    if isinstance(kind, pl.Datetime):
        column = column.dt.to_string("%Y-%m-%d %H:%M:%S").str.strip_suffix(" 00:00:00")
    return column.cast(pl.String).fill_null("")


def _lines(table: SourceTable) -> pl.LazyFrame:
    width = len(table.matched.headers)
    lines = pl.scan_lines(str(table.path), row_index_name="baris_sumber", row_index_offset=1)
    if table.written == "numbered":
        delimiter = FIELD_SEPARATOR
        parts = pl.col("line").str.splitn(FIELD_SEPARATOR, 2)
        lines = lines.select(
            parts.struct.field("field_0").cast(pl.Int64).alias("baris_sumber"),
            parts.struct.field("field_1").fill_null("").alias("line"),
        )
    else:
        delimiter = table.delimiter
    line = pl.col("line").str.strip_suffix("\r") if table.carriage_returns else pl.col("line")
    return (
        lines.filter(pl.col("baris_sumber") > table.header_line)
        .select(pl.col("baris_sumber").cast(pl.Int64), line.alias("baris"))
        .with_columns(
            (pl.col("baris").str.count_matches(delimiter, literal=True) != width - 1).alias("jumlah_kolom_salah")
        )
        .with_columns(
            pl.when(~pl.col("jumlah_kolom_salah"))
            .then(pl.col("baris"))
            .str.split_exact(delimiter, width - 1)
            .struct.rename_fields([f"isi_{position}" for position in range(width)])
            .alias("isi")
        )
        .unnest("isi")
    )


def _is_no_row(table: SourceTable) -> pl.Expr:
    """A blank line, the numbers of the columns, a total, or a line below the mark of the notes.

    The first column may be a name, and a name may be a total's word: a line that says who a person is stays a row.
    """
    matched = table.matched
    delimiter = FIELD_SEPARATOR if table.written == "numbered" else table.delimiter
    fields = [pl.col(f"isi_{position}") for position in range(len(matched.headers))]
    if table.written == "columns":
        is_blank = pl.all_horizontal(field == "" for field in fields)
        first = fields[0]
    else:
        bare = pl.col("baris").str.strip_chars(delimiter + " \t\u00a0")
        is_blank = bare == ""
        first = bare
    says_nobody = [
        stated(pl.col(f"isi_{position}"), matched.layout.null_tokens).is_null()
        for target, position in matched.position_of.items()
        if target in _SAYS_WHO
    ]
    is_total = first.str.contains(_TOTAL_OR_NUMBERS) & (
        pl.col("jumlah_kolom_salah") | pl.all_horizontal(True, *says_nobody)
    )
    is_skipped = is_blank | is_total | _numbers_the_columns(fields)
    if table.notes_line is not None:
        is_skipped = is_skipped | (pl.col("baris_sumber") >= table.notes_line)
    return is_skipped.fill_null(False)


def _numbers_the_columns(fields: list[pl.Expr]) -> pl.Expr:
    """1, 2, 3 ... under the headings, or KOLOM followed by numbers that rise by one."""
    numbers = [str(position) for position in range(1, len(fields) + 1)]
    if len(fields) < 3:
        return pl.all_horizontal(field == number for field, number in zip(fields, numbers, strict=True))
    counted = pl.all_horizontal(field == number for field, number in zip(fields[1:], numbers[1:], strict=True))
    recounted = pl.all_horizontal(field == number for field, number in zip(fields[1:], numbers, strict=False))
    titled = fields[0].str.to_uppercase() == "KOLOM"
    return ((fields[0] == "1") & counted) | (titled & (counted | recounted))


def chosen_rows(table: SourceTable, lines: pl.Series) -> pl.DataFrame:
    """What `scan_fields` gives for these lines only, `baris` as it was submitted."""
    chosen = lines.implode()
    fields = scan_fields(table).filter(pl.col("baris_sumber").is_in(chosen))
    if table.text is not None and table.text != table.path:
        submitted = pl.scan_lines(str(table.text), row_index_name="baris_sumber", row_index_offset=1).select(
            pl.col("baris_sumber").cast(pl.Int64), pl.col("line").str.strip_suffix("\r").alias("baris")
        )
        submitted = submitted.filter(pl.col("baris_sumber").is_in(chosen))
        fields = fields.drop("baris").join(submitted, on="baris_sumber", how="left")
    elif table.written == "numbered":
        fields = fields.with_columns(pl.col("baris").str.replace_all(FIELD_SEPARATOR, "|", literal=True))
    return fields.collect(engine="streaming")


def whole_row(headers: Sequence[str]) -> pl.Expr:
    """The row as it was submitted: a JSON object of heading -> text, or of `baris` -> the whole line where it has the
    wrong number of fields."""
    times: Counter[str] = Counter()
    fields = []
    for position, header in enumerate(headers):
        times[header] += 1
        name = header if times[header] == 1 else f"{header} ({times[header]})"
        fields.append(pl.col(f"isi_{position}").alias(name))
    return (
        pl.when(pl.col("jumlah_kolom_salah"))
        .then(pl.struct(pl.col("baris")).struct.json_encode())
        .otherwise(pl.struct(fields).struct.json_encode())
    )
