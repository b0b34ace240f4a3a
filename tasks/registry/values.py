"""Single values as registers write them: numbers of persons and cards, RT/RW, codes, deciles, names. Pure.

The streaming engine computes an expression anew wherever it occurs. What is needed twice is therefore a column of its
own: most values are made in two steps, `first_step` beside `second_step`, and the formulations were chosen by
measurement.
"""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from tasks.registry.dates import calendar_date, usual_dates
from tasks.registry.layouts import Codes, Layout

NUMBERS = ("nik", "no_kk")
_SHORT_TEXTS = ("nama", "tempat_lahir", "pekerjaan", "nama_ibu_kandung", "alamat", "dusun")
_DESIL_WORDS = ("DESIL", "BELUM_DITENTUKAN", "BELUM DITENTUKAN")
LARGEST = {"desil": 10, "persentil": 100, "umur_tahun": 120}
"""Columns of whole numbers, and the largest that can be."""
_SMALLEST = {"desil": 1, "persentil": 1, "umur_tahun": 0}


def first_step(target: str, layout: Layout) -> list[pl.Expr]:
    """`_<column>`, made of `asal_<column>`, where a column needs something in between."""
    text = pl.col(f"asal_{target}")
    if target in layout.tokens:
        return [text.str.to_uppercase().alias(f"_{target}"), _has_other_words(text, layout.tokens[target])]
    if target in NUMBERS:
        return [plain_number(text).alias(f"_{target}")]
    if target == "tanggal_lahir":
        return [usual_dates(text, layout.date_order).alias(f"_{target}")]
    if target == "desil":
        return [bare_desil(text).alias(f"_{target}")]
    return []


def second_step(target: str, layout: Layout) -> list[pl.Expr]:
    """The column itself, made of `asal_<column>` and `_<column>`."""
    text, between = pl.col(f"asal_{target}"), pl.col(f"_{target}")
    if target in layout.tokens:
        return _flags(target, layout.tokens[target])
    if target == "desil":
        return _desil(between)
    return [_value(target, text, between, layout).alias(target)]


def _value(target: str, text: pl.Expr, between: pl.Expr, layout: Layout) -> pl.Expr:
    if target in NUMBERS:
        return without_placeholder(between)
    if target in ("rt", "rw"):
        return once_per_value(text, neighbourhood_number)
    if target == "tanggal_lahir":
        return calendar_date(text, between, layout.date_order)
    if target in layout.code_lists:
        return coded(text, layout.spellings_of(target))
    if target in LARGEST:
        return whole_number(text, LARGEST[target], smallest=_SMALLEST[target])
    return text.str.replace_all(" {2,}", " ") if target in _SHORT_TEXTS else text


def once_per_value(
    text: pl.Expr, function: Callable[[pl.Expr], pl.Expr], kind: type[pl.String | pl.Boolean] = pl.String
) -> pl.Expr:
    """`function` of `text`, of type `kind`, computed once for each different value of a batch: for texts of few values,
    or NULL in most rows, which a regular expression visits too."""

    def of(batch: pl.Series) -> pl.Series:
        if batch.null_count() == batch.len():
            return pl.repeat(None, batch.len(), dtype=kind, eager=True).alias(batch.name)
        distinct = batch.drop_nulls().unique().to_frame()
        computed = distinct.select(function(pl.col(batch.name))).to_series()
        return batch.replace_strict(distinct.to_series(), computed, default=None, return_dtype=kind)

    return text.map_batches(of, return_dtype=kind, is_elementwise=True)


def plain_number(text: pl.Expr) -> pl.Expr:
    """A NIK or No KK as its sender meant it: no apostrophe, no '.0', no separators.

    A number in scientific notation keeps its E, and nothing is padded: both are for a rule to reject.
    """
    plain = text.str.strip_prefix("'")
    is_float = text.str.ends_with(".0") & plain.str.contains(r"^[0-9]+\.0$")
    plain = pl.when(is_float).then(plain.str.strip_suffix(".0")).otherwise(plain)
    for separator in (" ", ".", "-"):
        plain = plain.str.replace_all(separator, "", literal=True)
    return plain


def without_placeholder(number: pl.Expr) -> pl.Expr:
    """The number; NULL for nothing but zeros or nothing but nines."""
    is_empty = (number.str.strip_chars("0") == "") | (number.str.strip_chars("9") == "")
    return pl.when(is_empty).then(None).otherwise(number)


def identity_number(text: pl.Expr) -> pl.Expr:
    """`plain_number`, NULL for a placeholder."""
    return without_placeholder(plain_number(text))


def neighbourhood_number(text: pl.Expr) -> pl.Expr:
    """RT or RW as three digits; other texts stay as they are."""
    plain = text.str.strip_suffix(".0")
    return pl.when(plain.str.contains(r"^[0-9]{1,3}$")).then(plain.str.zfill(3)).otherwise(plain)


def coded(text: pl.Expr, codes: Codes) -> pl.Expr:
    """The code list's value for the text, whatever its case and blanks and with '.0' or not; NULL where the list does
    not have it."""
    kind = pl.Boolean if all(isinstance(value, bool) for value in codes.values()) else pl.String

    def value(text: pl.Expr) -> pl.Expr:
        tidy = text.str.to_uppercase().str.replace_all(" {2,}", " ").str.strip_suffix(".0")
        return tidy.replace_strict(codes, default=None, return_dtype=kind)

    return once_per_value(text, value, kind)


def whole_number(text: pl.Expr, largest: int, *, smallest: int) -> pl.Expr:
    """An Int32 of the range; NULL otherwise."""
    number = text.str.strip_suffix(".0").cast(pl.Int32, strict=False)
    return pl.when(number.is_between(smallest, largest)).then(number)


def bare_desil(text: pl.Expr) -> pl.Expr:
    """'Desil 3' -> '3', 'DESIL_6_10' -> '6-10'; 'DESIL_BELUM_DITENTUKAN' and '0' -> ''."""
    bare = text.str.to_uppercase()
    for word in _DESIL_WORDS:
        bare = bare.str.replace(word, "", literal=True)
    bare = bare.str.strip_chars(" _-").str.replace_all("_", "-", literal=True).str.replace_all(" ", "", literal=True)
    return bare.str.strip_suffix(".0").str.strip_prefix("0")


def _desil(bare: pl.Expr) -> list[pl.Expr]:
    is_group = bare.str.contains(r"^([1-9]|10)-([1-9]|10)$")
    return [
        whole_number(bare, LARGEST["desil"], smallest=_SMALLEST["desil"]).alias("desil"),
        pl.when(is_group).then(bare).alias("kelompok_desil"),
        pl.when(bare != "").then(bare).alias("asal_desil"),
    ]


def _has_other_words(text: pl.Expr, words: dict[str, str]) -> pl.Expr:
    rest = text.str.to_uppercase()
    for word in words:
        rest = rest.str.replace_all(word, "", literal=True)
    return rest.str.contains(r"[A-Z0-9]").alias("_kata_lain")


def _flags(target: str, words: dict[str, str]) -> list[pl.Expr]:
    """One flag per programme of a text such as ' PKH+ BSP+-'. Where a word is unknown, a programme that is not named
    may be the one that is meant: its flag is NULL, and `asal_<programme>` says what the file does."""
    upper, is_open = pl.col(f"_{target}"), pl.col("_kata_lain")
    columns = []
    for word, programme in words.items():
        has = upper.str.contains(word, literal=True)
        columns += [
            pl.when(has | ~is_open).then(has).alias(programme),
            pl.when(is_open).then(upper).alias(f"asal_{programme}"),
        ]
    return columns


def is_outside_its_list(target: str, layout: Layout) -> pl.Expr:
    """After both steps: whether the file says something in a closed column that its list does not have."""
    if target in layout.tokens:
        return pl.col(f"asal_{next(iter(layout.tokens[target].values()))}").is_not_null()
    stated = pl.col(f"asal_{target}").is_not_null() & pl.col(target).is_null()
    return stated & pl.col("kelompok_desil").is_null() if target == "desil" else stated
