"""Cleans the rows under the header of a report: what is a line and what is not, values from texts, masks of rules.

Pure: frames in, frames out. It must not know where the texts come from.
"""

from __future__ import annotations

from decimal import Decimal

import polars as pl

from tasks.programmes.layout import ReportLayout, word_key
from tasks.programmes.numbers import parse_count, parse_date, parse_number, parse_rupiah
from tasks.programmes.reading import ROW
from tasks.programmes.rules import CODE_COLUMNS, NUMBER_COLUMNS, RULES
from tasks.programmes.table import FoundTable
from tasks.rules import mask, of_severity
from warehouse.columns import Column, polars_schema
from warehouse.tables.programmes import ACTIVITY_COLUMNS, KEGIATAN

KIND = "jenis_baris"
LINE, BLANK, NUMBERING, TOTAL, NOTE = "kegiatan", "kosong", "nomor", "jumlah", "catatan"
SKIPPED_KINDS = (BLANK, NUMBERING, TOTAL, NOTE)

# in a date cell Excel turns a column number into a day of early 1900
_NUMBERING = r"^\(?[0-9]{1,2}\)?$|^1900-0[1-4]-[0-9]{2}"
_FEWEST_NUMBERING = 4
_SIGNS_OF_A_LINE = (*CODE_COLUMNS, *NUMBER_COLUMNS)
_SUMMED = ("anggaran_rp", "realisasi_rp")


def original_rows(cells: pl.DataFrame, found: FoundTable) -> pl.DataFrame:
    """The rows under the header, unchanged: `baris_sumber` and one column per sheet column."""
    return cells.filter(pl.col(ROW) > found.header_row).rename({ROW: "baris_sumber"})


def clean(rows: pl.DataFrame, found: FoundTable, layout: ReportLayout, *, own_area: bool) -> pl.DataFrame:
    """One row per row of `rows`: `baris_sumber`, `jenis_baris`, every target column, `asal_<column>`,
    `penolakan` and `peringatan` (bit masks over the rules of that severity; 0 on skipped rows)."""
    letters = {target: letter for letter, target in found.targets.items()}
    texts = {letter: _tidy(pl.col(letter), layout) for letter in rows.columns if letter != "baris_sumber"}
    origins = [
        (texts[letters[column.name]] if column.name in letters else pl.lit(None, pl.String)).alias(
            f"asal_{column.name}"
        )
        for column in ACTIVITY_COLUMNS
    ]
    classified = (
        rows.lazy()
        .select("baris_sumber", *origins, *_traits(list(texts.values()), layout))
        .with_columns(_kind().alias(KIND))
        .with_columns(_notes_below().alias(KIND))
        .with_columns(*(_value(column, layout) for column in ACTIVITY_COLUMNS))
        .with_columns(bukan_dampingan=pl.lit(not own_area))
    )
    is_line = pl.col(KIND) == LINE
    return classified.with_columns(
        penolakan=pl.when(is_line).then(mask(of_severity(RULES, "tolak"))).otherwise(0),
        peringatan=pl.when(is_line).then(mask(of_severity(RULES, "peringatan"))).otherwise(0),
    ).collect()


def accepted_rows(cleaned: pl.DataFrame, key: dict[str, str | int]) -> pl.DataFrame:
    """The lines to load: columns of `core.kegiatan` without `id_laporan`, and `peringatan`."""
    schema = {name: kind for name, kind in polars_schema(KEGIATAN).items() if name != "id_laporan"}
    return (
        cleaned.filter((pl.col(KIND) == LINE) & (pl.col("penolakan") == 0))
        .with_columns(**{name: pl.lit(value) for name, value in key.items()})
        .select(*(pl.col(name).cast(kind) for name, kind in schema.items()), "peringatan")
    )


def rejected_rows(cleaned: pl.DataFrame, rows: pl.DataFrame, found: FoundTable) -> pl.DataFrame:
    """`bagian`, `baris_sumber`, `isi` (JSON object: heading to the original text), `penolakan`."""
    content = pl.struct(pl.col(letter).alias(heading) for letter, heading in _unique(found.headings).items())
    return (
        cleaned.filter(pl.col("penolakan") != 0)
        .select("baris_sumber", "penolakan")
        .join(rows, on="baris_sumber", how="inner", maintain_order="left")
        .select(
            pl.lit("laporan").alias("bagian"), "baris_sumber", content.struct.json_encode().alias("isi"), "penolakan"
        )
    )


def untitled_columns(cleaned: pl.DataFrame, rows: pl.DataFrame, found: FoundTable) -> list[str]:
    """Letters of sheet columns that have content on a line but no heading."""
    lines = rows.filter(cleaned[KIND] == LINE)
    untitled = [c for c in lines.columns if c != "baris_sumber" and c not in found.headings]
    return [letter for letter in untitled if lines[letter].str.strip_chars().replace("", None).count()]


def wrong_totals(cleaned: pl.DataFrame) -> list[tuple[int, str]]:
    """Row number and column of every total that is neither the sum of all lines above it nor of the lines since
    the total before it."""
    wrong = []
    for column in _SUMMED:
        overall = since = Decimal(0)
        for row, kind, amount in cleaned.select("baris_sumber", KIND, column).iter_rows():
            if kind == LINE:
                overall, since = overall + (amount or 0), since + (amount or 0)
            elif kind == TOTAL:
                if amount is not None and amount not in (overall, since):
                    wrong.append((row, column))
                since = Decimal(0)
    return sorted(wrong)


def _tidy(text: pl.Expr, layout: ReportLayout) -> pl.Expr:
    tidy = text.str.replace_all(r"[\s\u{00A0}]+", " ").str.strip_chars()
    return pl.when(~tidy.is_in(list(layout.reading.null_tokens))).then(tidy)


def _key(text: pl.Expr) -> pl.Expr:
    """`layout.word_key` as an expression."""
    return text.str.to_uppercase().str.replace_all(r"[^A-Z0-9]", "")


def _traits(texts: list[pl.Expr], layout: ReportLayout) -> list[pl.Expr]:
    """What tells a line from other rows, over all sheet columns."""
    total_words = list(map(word_key, layout.reading.total_words))
    return [
        pl.sum_horizontal(text.is_not_null() for text in texts).alias("terisi"),
        pl.sum_horizontal(text.str.contains(_NUMBERING).fill_null(False) for text in texts).alias("bernomor"),
        _key(pl.coalesce(texts)).is_in(total_words).alias("kata_jumlah"),
    ]


def _kind() -> pl.Expr:
    codes_empty = pl.all_horizontal(pl.col(f"asal_{name}").is_null() for name in CODE_COLUMNS)
    return (
        pl.when(pl.col("terisi") == 0)
        .then(pl.lit(BLANK))
        .when((pl.col("terisi") == pl.col("bernomor")) & (pl.col("terisi") >= _FEWEST_NUMBERING))
        .then(pl.lit(NUMBERING))
        .when(pl.col("kata_jumlah") & codes_empty)
        .then(pl.lit(TOTAL))
        .otherwise(pl.lit(LINE))
    )


def _notes_below() -> pl.Expr:
    """Below the last row with a code or a number stand signatures and remarks, if no activity is named there or
    a blank or total row lies between."""
    is_line = pl.col(KIND) == LINE
    has_sign = pl.any_horizontal(pl.col(f"asal_{name}").is_not_null() for name in _SIGNS_OF_A_LINE)
    below = pl.col("baris_sumber") > pl.col("baris_sumber").filter(is_line & has_sign).max()
    parted = (below & pl.col(KIND).is_in([BLANK, TOTAL])).cum_max()
    is_note = is_line & below & (pl.col("asal_kegiatan").is_null() | parted)
    return pl.when(is_note).then(pl.lit(NOTE)).otherwise(KIND)


def _value(column: Column, layout: ReportLayout) -> pl.Expr:
    text = pl.col(f"asal_{column.name}")
    if column.allowed:
        value = _key(text).replace_strict(layout.code_keys(column.name), default=None, return_dtype=pl.String)
    elif column.type == "DATE":
        value = parse_date(text)
    elif column.type == "BIGINT":
        value = parse_count(text)
    elif column.unit == "rupiah":
        value = parse_rupiah(text)
    elif column.name in NUMBER_COLUMNS:
        value = parse_number(text)
    else:
        value = text
    return value.alias(column.name)


def _unique(headings: dict[str, str]) -> dict[str, str]:
    """Letter to heading, a repeated heading followed by its letter."""
    names = list(headings.values())
    return {
        letter: heading if names.count(heading) == 1 else f"{heading} ({letter})"
        for letter, heading in headings.items()
    }
