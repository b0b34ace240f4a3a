"""The rules of cleaning one release: text fields in, typed columns and reason masks out. Pure and streaming.

Nothing here knows files, the clock or the warehouse.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date

import polars as pl

from tasks.registry.headers import MatchedHeader
from tasks.registry.layouts import Layout
from tasks.registry.person_key import PersonKey
from tasks.registry.places import Places, with_kelurahan
from tasks.registry.values import LARGEST, first_step, second_step
from tasks.rules import Rule, mask, of_severity
from warehouse.columns import polars_schema
from warehouse.tables.registry import STAGED_PERSON

_KINDS = polars_schema(STAGED_PERSON) | {"kunci_warga": pl.Binary()}
"""DuckDB makes a UUID of sixteen bytes in a seventh of the time that it takes for a text."""
_ALWAYS = ("kunci_warga", "nik", "peringatan")
_MARKS = ("ada_keluarga", "huruf_rusak", "dikoreksi")
"""Set by those who know; NULL where the question does not arise."""


def stated(field: pl.Expr, nulls: Sequence[str]) -> pl.Expr:
    """The field without outer blanks; a null token is NULL."""
    trimmed = field.str.strip_chars(" ")
    return pl.when(trimmed.is_in([*nulls])).then(None).otherwise(trimmed)


def originals(header: MatchedHeader) -> list[pl.Expr]:
    """What the file says of each column: `asal_<column>`, without outer blanks and null tokens."""
    return [
        stated(pl.col(f"isi_{position}"), header.layout.null_tokens).alias(f"asal_{target}")
        for target, position in header.position_of.items()
    ]


def with_values(frame: pl.LazyFrame, targets: Iterable[str], layout: Layout) -> pl.LazyFrame:
    """Adds the typed column of each target to a frame with the `originals`."""
    chosen = sorted(targets)
    between = [expression for target in chosen for expression in first_step(target, layout)]
    return frame.with_columns(between).with_columns(
        expression for target in chosen for expression in second_step(target, layout)
    )


def closed_columns(header: MatchedHeader) -> list[str]:
    """The columns of a table whose values come from a closed list."""
    layout = header.layout
    closed = {*layout.code_lists, *layout.tokens, *LARGEST}
    return [target for target in header.position_of if target in closed]


def _usable_number(nik: pl.Expr) -> pl.Expr:
    return pl.when((nik.str.len_bytes() == 16) & nik.str.contains(r"^[0-9]+$")).then(nik.cast(pl.Int64, strict=False))


def person_rows(
    fields: pl.LazyFrame,
    header: MatchedHeader,
    *,
    columns: Collection[str],
    places: Places,
    period: date,
    rules: Sequence[Rule],
    person_key: PersonKey,
) -> pl.LazyFrame:
    """Everything known of each row.

    Args:
        fields: what `tasks.registry.reading.scan_fields` gives, with `originals`, and those of the household where the
            layout has one (`ada_keluarga` says whether it was found).
        columns: the columns that the files have, of persons and households.
        rules: the rule table for these columns.

    Returns:
        The columns of STAGED_PERSON that the files fill, `penolakan` Int64, whose bit i is the i-th rejecting rule,
        and of the input `baris` and `dilewati`.
    """
    stated_columns = [target for target in columns if f"asal_{target}" in fields.collect_schema().names()]
    frame = with_values(fields, stated_columns, header.layout)
    frame = with_kelurahan(frame, header.layout.area, places, period=period, columns=columns)
    frame = frame.with_columns(_usable_number(pl.col("nik")).alias("nik_angka"))
    known = set(frame.collect_schema().names())
    expected = {**_KINDS, **dict.fromkeys(_MARKS, pl.Boolean())}
    frame = frame.with_columns(pl.lit(None, kind).alias(name) for name, kind in expected.items() if name not in known)
    frame = frame.with_columns(
        mask(of_severity(rules, "tolak")).alias("penolakan"),
        mask(of_severity(rules, "peringatan")).alias("peringatan"),
        person_key.expression().alias("kunci_warga"),
    )
    kept = [pl.col(name).cast(kind) for name, kind in _KINDS.items() if name in known or name in _ALWAYS]
    return frame.select(*kept, "penolakan", "baris", "dilewati")
