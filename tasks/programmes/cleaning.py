"""Cleans the rows under the headings of a table: what is a line and what is not, values from texts, masks of rules.

Pure: frames in, frames out. It must not know where the texts come from.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache

import polars as pl

from errors import number
from tasks.programmes.identity import id_pattern
from tasks.programmes.layout import ReportLayout, SheetLayout, report_layout, word_key
from tasks.programmes.numbers import parse_count, parse_date, parse_number, parse_rupiah
from tasks.programmes.rules import MAIN, RULES_OF, code_columns, fallback, number_columns
from tasks.programmes.table import FoundTable
from tasks.rules import Severity, mask, of_severity
from warehouse.columns import Column
from warehouse.tables.programmes import PARTS, Part

KIND = "jenis_baris"
LINE, BLANK, NUMBERING, TOTAL, NOTE, EXAMPLE = "isian", "kosong", "nomor", "jumlah", "catatan", "contoh"
SKIPPED_KINDS = (BLANK, NUMBERING, TOTAL, NOTE, EXAMPLE)

# in a date cell Excel turns a column number into a day of early 1900
_NUMBERING = r"^\(?[0-9]{1,2}\)?$|^1900-0[1-4]-[0-9]{2}"
_FEWEST_NUMBERING = 4
_SUMMED = ("anggaran_rp", "realisasi_rp")
_NIK = r"^[0-9]{16}$"
_IN_A_NIK = r"[\s'`’.\u{00A0}-]"
_WHEN_EMPTY = {"status_tindak_lanjut": "belum"}
_MEASURED = ("target", "realisasi")


@dataclass(frozen=True, slots=True)
class Context:
    """What the rows of one table are judged by beside their own texts.

    Args:
        own_area: whether the kelurahan is one that the OPD assists.
        id_start: how every id of this OPD and kelurahan begins.
        activities: keys (`word_key`) of the activities named on the sheet Kegiatan; None without such a sheet.
    """

    own_area: bool = True
    id_start: str = ""
    activities: Collection[str] | None = None


def clean(rows: pl.DataFrame, found: FoundTable, layout: ReportLayout, context: Context) -> pl.DataFrame:
    """One row per row of `rows`: `baris_sumber`, `jenis_baris`, `periode_salah`, every target column, `asal_<column>`,
    `penolakan` and `peringatan` (bit masks over the rules of that severity; 0 on skipped rows).

    Args:
        rows: as `original_rows` makes them, with `periode_salah`.
    """
    part, sheet = PARTS[found.part], layout.sheets[found.part]
    letters = {target: letter for letter, target in found.targets.items()}
    grid = [name for name in rows.columns if name not in _BESIDE]
    tidy = rows.select(
        "baris_sumber", "periode_salah", *(_tidy(pl.col(letter), layout).alias(letter) for letter in grid)
    )
    ignored = {letter for letter, text in found.headings.items() if word_key(text) in layout.ignored_keys}
    content = [letter for letter in grid if letter not in ignored]
    origins = [
        (pl.col(letters[name]) if name in letters else pl.lit(None, pl.String)).alias(f"asal_{name}")
        for name in part.written
    ]
    classified = (
        tidy.select("baris_sumber", "periode_salah", *origins, *_traits(grid, content, layout))
        .with_columns(_kind(part, sheet, min(_FEWEST_NUMBERING, len(found.headings))).alias(KIND))
        .with_columns(_notes_below(part).alias(KIND))
    )
    return pl.concat(
        [
            _valued(classified.filter(pl.col(KIND).is_in([LINE, TOTAL])), part, context),
            classified.filter(~pl.col(KIND).is_in([LINE, TOTAL])).with_columns(penolakan=0, peringatan=0),
        ],
        how="diagonal_relaxed",
    ).sort("baris_sumber")


def _valued(lines: pl.DataFrame, part: Part, context: Context) -> pl.DataFrame:
    """Values of lines and totals, and masks of lines; most sheets of most reports have none."""
    if lines.is_empty():
        return _no_lines(part)
    absent = [
        name for name in part.written if name not in _WHEN_EMPTY and lines[f"asal_{name}"].null_count() == lines.height
    ]
    values = [value for column, value in _values(part.name).items() if column not in absent]
    nothing = [pl.lit(None, dtype).alias(name) for name, dtype in _no_lines(part).schema.items() if name in absent]
    valued = lines.with_columns(*values, *nothing)
    return valued.with_columns(_judged(part, context)).with_columns(_masks(part.name))


@cache
def _no_lines(part: Part) -> pl.DataFrame:
    schema = {f"asal_{name}": pl.String for name in part.written}
    empty = pl.DataFrame(schema={"baris_sumber": pl.Int64, "periode_salah": pl.Boolean, KIND: pl.String, **schema})
    valued = empty.with_columns(_values(part.name).values()).with_columns(_judged(part, Context()))
    return valued.with_columns(_masks(part.name))


_MASKS: tuple[tuple[Severity, str], ...] = (("tolak", "penolakan"), ("peringatan", "peringatan"))


@cache
def _values(part_name: str) -> dict[str, pl.Expr]:
    layout = report_layout()
    return {column.name: _value(column, layout) for column in PARTS[part_name].columns}


@cache
def _masks(part_name: str) -> list[pl.Expr]:
    rules = RULES_OF[part_name]
    return [
        pl.when(pl.col(KIND) == LINE).then(mask(of_severity(rules, severity))).otherwise(0).alias(name)
        for severity, name in _MASKS
    ]


_BESIDE = ("baris_sumber", "tahun_baris", "triwulan_baris", "periode_salah")


def original_rows(found: FoundTable) -> pl.DataFrame:
    """The rows under the headings: `baris_sumber` and one column per sheet column. In a merged range of texts every
    row has the text; an amount stands in the first row only, or it would count several times."""
    part = PARTS[found.part]
    repeated = [letter for letter, target in found.targets.items() if target not in number_columns(part)]
    cells = found.grid.filled_down(repeated)
    return cells.filter(pl.col("baris") > found.header_row).rename({"baris": "baris_sumber"})


def wrong_totals(cleaned: pl.DataFrame) -> list[tuple[int, str]]:
    """Row number and column of every total that is neither the sum of all lines above it nor of the lines since
    the total before it."""
    wrong = []
    for column in (name for name in _SUMMED if name in cleaned.columns):
        overall = since = Decimal(0)
        for row, kind, amount in cleaned.select("baris_sumber", KIND, column).iter_rows():
            if kind == LINE:
                overall, since = overall + (amount or 0), since + (amount or 0)
            elif kind == TOTAL:
                if amount is not None and amount not in (overall, since):
                    wrong.append((row, column))
                since = Decimal(0)
    return sorted(wrong)


def untitled_columns(cleaned: pl.DataFrame, rows: pl.DataFrame, found: FoundTable) -> list[str]:
    """Letters of sheet columns that have content on a line but no heading."""
    lines = rows.filter(cleaned[KIND] == LINE)
    untitled = [c for c in lines.columns if c not in _BESIDE and c not in found.headings]
    return [letter for letter in untitled if lines[letter].str.strip_chars().replace("", None).count()]


def _tidy(text: pl.Expr, layout: ReportLayout) -> pl.Expr:
    tidy = text.str.replace_all(r"[\s\u{00A0}]+", " ").str.strip_chars()
    return pl.when(~tidy.is_in(list(layout.reading.null_tokens))).then(tidy)


def _key(text: pl.Expr) -> pl.Expr:
    """`layout.word_key` as an expression."""
    key = text.str.to_uppercase().str.replace_all(r"[^A-Z0-9]", "")
    return pl.when(key == "").then(text.str.strip_chars()).otherwise(key)


def _traits(texts: list[str], content: list[str], layout: ReportLayout) -> list[pl.Expr]:
    """What tells a line from other rows, over all sheet columns."""
    first = _key(pl.coalesce(texts))
    return [
        pl.sum_horizontal(pl.col(content).is_not_null()).alias("berisi"),
        pl.sum_horizontal(pl.col(texts).is_not_null()).alias("terisi"),
        pl.sum_horizontal(pl.col(texts).str.contains(_NUMBERING).fill_null(False)).alias("bernomor"),
        _key(pl.coalesce(content)).is_in(list(map(word_key, layout.reading.total_words))).alias("kata_jumlah"),
        first.is_in(list(map(word_key, layout.reading.example_words))).alias("kata_contoh"),
    ]


def _kind(part: Part, sheet: SheetLayout, fewest: int) -> pl.Expr:
    codes_empty = pl.all_horizontal(pl.lit(True), *(pl.col(f"asal_{name}").is_null() for name in code_columns(part)))
    # an example that somebody wrote over is a line
    unchanged = pl.all_horizontal(
        _key(pl.col(f"asal_{target}")).eq_missing(pl.lit(word_key(text)))
        for target, text in sheet.examples.items()
        if isinstance(text, str) and target in sheet.columns.values()
    )
    return (
        pl.when(pl.col("berisi") == 0)
        .then(pl.lit(BLANK))
        .when((pl.col("terisi") == pl.col("bernomor")) & (pl.col("terisi") >= fewest))
        .then(pl.lit(NUMBERING))
        .when(pl.col("kata_jumlah") & codes_empty)
        .then(pl.lit(TOTAL))
        .when(pl.col("kata_contoh") & unchanged)
        .then(pl.lit(EXAMPLE))
        .otherwise(pl.lit(LINE))
    )


def _notes_below(part: Part) -> pl.Expr:
    """Below the last row with a code, a number or a day stand signatures and remarks, if what the line is about is not
    named there or a blank or total row lies between."""
    signs = (*code_columns(part), *number_columns(part), *(c.name for c in part.columns if c.type == "DATE"))
    signs = signs or ("nik", "nama_kegiatan")
    is_line = pl.col(KIND) == LINE
    has_sign = pl.any_horizontal(pl.col(f"asal_{name}").is_not_null() for name in signs)
    below = pl.col("baris_sumber") > pl.col("baris_sumber").filter(is_line & has_sign).max()
    parted = (below & pl.col(KIND).is_in([BLANK, TOTAL])).cum_max()
    is_note = is_line & below & (pl.col(f"asal_{MAIN[part.name]}").is_null() | parted)
    return pl.when(is_note).then(pl.lit(NOTE)).otherwise(KIND)


def _value(column: Column, layout: ReportLayout) -> pl.Expr:
    text = pl.col(f"asal_{column.name}")
    if column.allowed:
        value = _key(text).replace_strict(layout.code_keys(column), default=fallback(column), return_dtype=pl.String)
        if column.name in _WHEN_EMPTY:
            value = pl.when(text.is_null()).then(pl.lit(_WHEN_EMPTY[column.name])).otherwise(value)
        else:
            value = pl.when(text.is_not_null()).then(value)
    elif column.type == "DATE":
        value = parse_date(text)
    elif column.type == "BOOLEAN":
        value = _key(text).replace_strict(layout.flag_keys, default=None, return_dtype=pl.Boolean)
    elif column.type == "BIGINT":
        value = parse_count(text)
    elif column.unit == "rupiah":
        value = parse_rupiah(text)
    elif column.type.startswith("DECIMAL"):
        value = parse_number(_without_unit(text) if column.name in _MEASURED else text)
    elif column.name == "nik":
        digits = text.str.replace_all(_IN_A_NIK, "")
        value = pl.when(digits.str.contains(_NIK)).then(digits)
    else:
        value = text
    return value.alias(column.name)


def _without_unit(text: pl.Expr) -> pl.Expr:
    """'25 orang' is 25 where the unit of the line is 'orang'."""
    lower, unit = text.str.to_lowercase(), pl.col("asal_satuan").str.to_lowercase()
    return pl.when(lower.str.ends_with(unit)).then(lower.str.strip_suffix(unit).str.strip_chars()).otherwise(text)


def _judged(part: Part, context: Context) -> list[pl.Expr]:
    """Columns that rules ask for and that the texts of the line alone do not say."""
    judged = [pl.lit(not context.own_area).alias("bukan_dampingan")]
    if part.identity:
        own = pl.col(f"asal_{part.identity}").str.contains(id_pattern(context.id_start))
        judged.append((~own).fill_null(False).alias("id_asing"))
        judged.append(pl.when(own).then(f"asal_{part.identity}").alias(part.identity))
    if part.name == "penerima":
        named = _key(pl.col("asal_nama_kegiatan"))
        missing = named.is_not_null() & ~named.is_in(list(context.activities or ()))
        judged.append(missing.fill_null(False).alias("tanpa_kegiatan"))
    return judged


def day_text(value: str | int | date) -> str:
    """An example as an officer writes it."""
    if isinstance(value, date):
        return f"{value:%d-%m-%Y}"
    return number(value) if isinstance(value, int) else value
