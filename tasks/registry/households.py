"""The table of households beside the table of persons: its rows, its rejects, and what it adds to its members. Pure."""

from __future__ import annotations

import polars as pl

from tasks.registry.cleaning import originals
from tasks.registry.headers import MatchedHeader
from tasks.registry.layouts import Household
from tasks.registry.rules import household_rules
from tasks.registry.values import identity_number
from tasks.rules import mask

LINK = "tautan"
_NUMBER = r"^[0-9]{16}$"


def _link(household: Household) -> pl.Expr:
    """The number that members and household share; NULL where it cannot be one."""
    text = pl.col(f"asal_{household.link}")
    if household.link != "no_kk":
        return text
    number = identity_number(text)
    return pl.when(number.str.contains(_NUMBER)).then(number)


def household_rows(fields: pl.LazyFrame, header: MatchedHeader, household: Household) -> pl.LazyFrame:
    """`baris_sumber`, `baris`, `dilewati`, `tautan`, `asal_<column>` and `penolakan` of each row: the bits of
    `household_rules`, but for the one that needs all rows."""
    frame = fields.with_columns(originals(header)).with_columns(_link(household).alias(LINK))
    targets = [f"asal_{target}" for target in header.position_of]
    return frame.select("baris_sumber", "baris", "dilewati", LINK, *targets, mask(household_rules()).alias("penolakan"))


def without_repetitions(rows: pl.LazyFrame) -> pl.LazyFrame:
    """The same rows; of the accepted ones with one number only the first stays so."""
    bit = 1 << [rule.code for rule in household_rules()].index("KELUARGA_GANDA")
    is_accepted = (pl.col("penolakan") == 0) & ~pl.col("dilewati")
    first = rows.filter(is_accepted).group_by(LINK).agg(pl.col("baris_sumber").min().alias("baris_pertama"))
    is_later = is_accepted & (pl.col("baris_sumber") > pl.col("baris_pertama"))
    return rows.join(first, on=LINK, how="left").select(
        pl.exclude("baris_pertama", "penolakan"),
        pl.when(is_later).then(pl.lit(bit, pl.Int64)).otherwise(pl.col("penolakan")).alias("penolakan"),
    )


def with_household(persons: pl.LazyFrame, households: pl.LazyFrame, household: Household) -> pl.LazyFrame:
    """Adds to each person what the household's row says and the person's does not; `ada_keluarga` says whether there
    is one.

    Args:
        persons: fields with `originals`.
        households: accepted rows of `without_repetitions`.
    """
    own = set(persons.collect_schema().names())
    added = [name for name in households.collect_schema().names() if name.startswith("asal_") and name not in own]
    found = households.select(LINK, *added, pl.lit(True).alias("ada_keluarga"))
    linked = persons.with_columns(_link(household).alias(LINK))
    return linked.join(found, on=LINK, how="left").with_columns(pl.col("ada_keluarga").fill_null(False))
