"""From a table of a submitted file to a lazy frame of text fields, one row per row of the table, with its number.

A delimited line is split by us and not by a CSV reader: a reader that meets a stray quote or a short line loses
its place or fills in silence; here such a line stays one line and is marked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import polars as pl
import polars.selectors as cs

from tasks.registry.cleaning import stated
from tasks.registry.lines import scan_lines
from tasks.registry.tables import FIELD_SEPARATOR, SourceTable

_TOTAL_OR_NUMBERS = r"(?i)^(?:TOTAL|JUMLAH|KOLOM)\b"
_RUNNING_NUMBER = r"^(?:[0-9]{1,7}\.?)?$"
_SAYS_WHO = ("nik", "no_kk", "tanggal_lahir")
_ODD_BLANKS = {"\u00a0": " ", "\t": " "}


def scan_fields(table: SourceTable) -> pl.LazyFrame:
    """One row per row below the heading.

    Columns: `baris_sumber` Int64 (1 = first line of the file), `baris` the fields as they stand there (see
    `line_where`), `jumlah_kolom_salah` Boolean, `dilewati` Boolean (a line that is no person:
    blank, numbering, total, or a note below the data), and `isi_<i>` String per field of the heading, with plain
    blanks only, NULL on a line with the wrong number of fields.
    """
    frame = _columns(table) if table.written == "columns" else with_fields(_lines(table), table)
    if table.mended is not None:
        frame = _with_mended(frame, table.mended, separator_of(table))
    return frame.with_columns(_is_no_row(table).alias("dilewati"))


def _with_mended(frame: pl.LazyFrame, file: Path, separator: str) -> pl.LazyFrame:
    """Rows that an officer mended stand in place of those of the file."""
    mended = pl.read_parquet(file)
    lines = mended["baris_sumber"].implode()
    rows = mended.lazy().with_columns(pl.lit(False).alias("jumlah_kolom_salah"))
    fields = cs.starts_with("isi_")
    # Only the line that is kept of a row rejected again cannot hold the separator within a field.
    texts = pl.concat_str(fields.str.replace_all(separator, " ", literal=True), separator=separator)
    schema = frame.collect_schema()
    line = pl.struct(fields) if isinstance(schema["baris"], pl.Struct) else texts
    others = frame.filter(~pl.col("baris_sumber").is_in(lines))
    return pl.concat([others, rows.with_columns(line.alias("baris")).select(schema.names())])


def separator_of(table: SourceTable) -> str:
    """What stands between the fields of `baris`."""
    return table.delimiter if table.written == "lines" else FIELD_SEPARATOR


def _columns(table: SourceTable) -> pl.LazyFrame:
    source = pl.scan_parquet(table.path, row_index_name="__baris", row_index_offset=table.header_line + 1)
    schema = source.collect_schema()
    names = [name for name in schema if name != "__baris"]
    fields = [f"isi_{position}" for position in range(len(names))]
    return (
        source.select(
            pl.col("__baris").cast(pl.Int64).alias("baris_sumber"),
            pl.lit(False).alias("jumlah_kolom_salah"),
            *(_as_text(name, schema[name]).alias(field) for name, field in zip(names, fields, strict=True)),
        )
        .with_columns(pl.struct(fields).alias("baris"))
        .with_columns(pl.col(fields).str.replace_many(_ODD_BLANKS))
    )


def line_where(chosen: pl.Expr, table: SourceTable) -> pl.Expr:
    """`baris` as one text with `separator_of(table)` between its fields where `chosen` holds, elsewhere NULL. Fields
    that come side by side are put together only there: for all rows it would take longer than reading them."""
    if table.written != "columns":
        return pl.when(chosen).then(pl.col("baris"))

    def joined(batch: pl.Series) -> pl.Series:
        rows = batch.struct.unnest()
        places = rows["terpilih"].fill_null(False).arg_true()
        fields = rows["baris"].gather(places).struct.unnest()
        texts = fields.select(pl.concat_str(pl.all(), separator=FIELD_SEPARATOR)).to_series()
        return pl.repeat(None, batch.len(), dtype=pl.String, eager=True).scatter(places, texts).alias(batch.name)

    row = pl.struct(chosen.alias("terpilih"), "baris")
    return row.map_batches(joined, return_dtype=pl.String, is_elementwise=True)


def _as_text(name: str, kind: pl.DataType) -> pl.Expr:
    """An empty cell is a blank field, as in a text file. A moment at midnight is a date."""
    column = pl.col(name)
    if isinstance(kind, pl.Datetime):
        column = column.dt.to_string("%Y-%m-%d %H:%M:%S").str.strip_suffix(" 00:00:00")
    return column.cast(pl.String).fill_null("")


def _lines(table: SourceTable) -> pl.LazyFrame:
    lines = scan_lines(table.path)
    if table.written == "numbered":
        parts = pl.col("line").str.splitn(FIELD_SEPARATOR, 2)
        lines = lines.select(
            parts.struct.field("field_0").cast(pl.Int64).alias("baris_sumber"),
            parts.struct.field("field_1").fill_null("").alias("line"),
        )
    line = pl.col("line").str.strip_suffix("\r") if table.carriage_returns else pl.col("line")
    return lines.filter(pl.col("baris_sumber") > table.header_line).select("baris_sumber", line.alias("baris"))


def with_fields(lines: pl.LazyFrame, table: SourceTable, *, as_submitted: bool = False) -> pl.LazyFrame:
    """Cuts `baris` into `isi_<i>` and adds `jumlah_kolom_salah`; odd blanks become plain unless `as_submitted`."""
    separator, width, fewest = separator_of(table), len(table.matched.headers), table.matched.fewest_fields
    # Once on the line: on each field it would cost ten times as much.
    odd = {blank: plain for blank, plain in _ODD_BLANKS.items() if blank != separator}
    tidy = pl.col("baris") if as_submitted else pl.col("baris").str.replace_many(odd)
    fields = [f"isi_{position}" for position in range(width)]
    # Cut once more than need be, which shows a field too many at a third of the cost of counting separators.
    cut = lines.with_columns(
        tidy.str.split_exact(separator, width).struct.rename_fields([*fields, "_sisa"]).alias("isi")
    )
    cut = cut.unnest("isi")
    is_wrong = pl.col(fields[fewest - 1]).is_null() | pl.col("_sisa").is_not_null()
    if table.matched.nameless:
        is_wrong = is_wrong | _is_below_no_heading(table.matched.nameless)
    cut = cut.with_columns(is_wrong.alias("jumlah_kolom_salah")).drop("_sisa")
    return cut.with_columns(pl.when(~pl.col("jumlah_kolom_salah")).then(pl.col(fields)))


def _is_below_no_heading(nameless: Sequence[int]) -> pl.Expr:
    """Whether something stands where no heading says what it is; in the first column a running number may."""
    allowed = {position: _RUNNING_NUMBER if position == 0 else "^$" for position in nameless}
    return ~pl.all_horizontal(
        pl.col(f"isi_{position}").str.strip_chars(" ").str.contains(pattern).fill_null(True)
        for position, pattern in allowed.items()
    )


def _is_no_row(table: SourceTable) -> pl.Expr:
    """A blank line, the numbers of the columns, the heading once more, a total, or a line below the mark of the notes.

    The first column may be a name, and a name may be a total's word: a line that says who a person is stays a row.
    """
    matched, width = table.matched, len(table.matched.headers)
    says_nobody = pl.all_horizontal(
        True,
        *(
            stated(pl.col(f"isi_{position}"), matched.layout.null_tokens).is_null()
            for target, position in matched.position_of.items()
            if target in _SAYS_WHO
        ),
    )
    line = line_where(pl.col("jumlah_kolom_salah") | says_nobody, table)
    bare = line.str.strip_chars(separator_of(table) + " \t\u00a0")
    is_heading = pl.all_horizontal(
        pl.col(f"isi_{position}") == matched.headers[position] for position in {0, min(1, width - 1), width - 1}
    )
    is_skipped = (bare == "") | bare.str.contains(_TOTAL_OR_NUMBERS) | is_heading | _numbers_the_columns(width)
    if table.notes_line is not None:
        is_skipped = is_skipped | (pl.col("baris_sumber") >= table.notes_line)
    return is_skipped.fill_null(False)


def _numbers_the_columns(width: int) -> pl.Expr:
    """1, 2, 3 ... under the headings, or KOLOM followed by numbers that rise by one; looked for at both ends, which no
    person's row has."""
    first, last = pl.col("isi_0").str.to_uppercase(), pl.col(f"isi_{width - 1}")
    second, third = pl.col(f"isi_{min(1, width - 1)}"), pl.col(f"isi_{min(2, width - 1)}")

    def counted(start: int) -> pl.Expr:
        return (second == str(start)) & (third == str(start + min(1, width - 2))) & (last == str(start + width - 2))

    return ((first == "1") & counted(2)) | ((first == "KOLOM") & (counted(2) | counted(1)))


def unique_headers(headers: Sequence[str]) -> list[str]:
    """The headings; one that comes again has its number behind it."""
    times: Counter[str] = Counter()
    names = []
    for header in headers:
        times[header] += 1
        names.append(header if times[header] == 1 else f"{header} ({times[header]})")
    return names


def whole_row(headers: Sequence[str]) -> pl.Expr:
    """The row as it was submitted: a JSON object of heading -> text, or of `baris` -> the whole line where it has the
    wrong number of fields."""
    fields = [pl.col(f"isi_{position}").alias(name) for position, name in enumerate(unique_headers(headers))]
    return (
        pl.when(pl.col("jumlah_kolom_salah"))
        .then(pl.struct(pl.col("baris")).struct.json_encode())
        .otherwise(pl.struct(fields).struct.json_encode())
    )


def submitted_lines(table: SourceTable, lines: pl.LazyFrame) -> pl.LazyFrame:
    """`lines` (`baris_sumber`, `baris`) with `baris` as it stood in the file, quotes and delimiters included."""
    if table.text is not None and table.text != table.path:
        submitted = scan_lines(table.text).select(
            "baris_sumber", pl.col("line").str.strip_suffix("\r").alias("baris_asal")
        )
        found = lines.join(submitted, on="baris_sumber", how="left")
        return found.with_columns(pl.col("baris_asal").alias("baris")).drop("baris_asal")
    if table.written == "lines":
        return lines
    return lines.with_columns(pl.col("baris").str.replace_all(FIELD_SEPARATOR, "|", literal=True))
