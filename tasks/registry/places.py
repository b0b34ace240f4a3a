"""The kelurahan of a row: by its code, else by its name, else by the fallback of the layout. Pure.

Codes are never converted by arithmetic; the list of areas joins the two systems. Names are looked up as they stand
first, and only what is not found so is brought to its key, which costs ten times as much.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import polars as pl

from tasks.areas import codes_of, match_key, names_in_use, unknown_area
from tasks.reference import Areas
from tasks.registry.layouts import AreaRule, CodePieces

_CODE, _FALLBACK, _NAME, _KEY = "kode", "cadangan", "nama", "kunci"


@dataclass(frozen=True, slots=True)
class Places:
    """The areas of a city, and the name under which rows call it: `Kota Pekalongan`."""

    areas: Areas
    city: str

    def names(self, rule: AreaRule, period: date) -> pl.DataFrame:
        return names_in_use(self.areas.areas, self.areas.aliases, self.areas.former, rule.names_as_of or period)


def with_kelurahan(
    frame: pl.LazyFrame, rule: AreaRule, places: Places, *, period: date, columns: Collection[str]
) -> pl.LazyFrame:
    """Adds `kode_kemendagri` (NULL = not found), `kecamatan_beda` and `kelurahan_beda` (code and name disagree).

    Args:
        columns: those of the file; a file without any that says where gives the code of the unknown kelurahan.
    """
    by_code = {
        name: (system, pieces)
        for name, system, pieces in (
            (_CODE, rule.system, rule.code),
            (_FALLBACK, rule.fallback_system, rule.fallback_code),
        )
        if system in ("bps", "kemendagri") and pieces and all(column in columns for column, _ in pieces)
    }
    for name, (system, pieces) in by_code.items():
        frame = _joined(frame, _code(pieces), codes_of(places.areas.areas, system), name)
    if "kelurahan" in columns:
        frame = _with_name(frame, rule, places, period, columns)
    found = [
        name for name in (_CODE, _NAME, _FALLBACK) if name in by_code or (name == _NAME and "kelurahan" in columns)
    ]
    if not found:
        unknown = pl.lit(unknown_area(places.areas.areas)).alias("kode_kemendagri")
        return frame.with_columns(unknown, _no("kecamatan_beda"), _no("kelurahan_beda"))
    frame = frame.with_columns(
        pl.coalesce(pl.col(f"{column}_{name}") for name in found).alias(column)
        for column in ("kode_kemendagri", "kunci_kecamatan", "nama_kecamatan")
    )
    differs = _no("kelurahan_beda")
    if _CODE in found and _NAME in found:
        differs = (pl.col(f"kode_kemendagri_{_CODE}") != pl.col(f"kode_kemendagri_{_NAME}")).alias("kelurahan_beda")
    return _with_kecamatan(frame.with_columns(differs), columns)


def _no(name: str) -> pl.Expr:
    return pl.lit(None, pl.Boolean).alias(name)


def _joined(frame: pl.LazyFrame, key: pl.Expr, lookup: pl.DataFrame, name: str) -> pl.LazyFrame:
    renamed = lookup.rename({column: f"{column}_{name}" for column in lookup.columns})
    return frame.with_columns(key.alias(f"kunci_kelurahan_{name}")).join(
        renamed.lazy(), on=f"kunci_kelurahan_{name}", how="left", maintain_order="left"
    )


def _with_name(
    frame: pl.LazyFrame, rule: AreaRule, places: Places, period: date, columns: Collection[str]
) -> pl.LazyFrame:
    """A name counts only inside the city: Buaran is also a kecamatan of the kabupaten of the same name. People do write
    Kabupaten for the city, so there only official names count."""
    names = places.names(rule, period)
    upper = places.areas.areas.select(pl.col("kelurahan").str.to_uppercase().alias("tertulis"), "kode_kemendagri")
    as_written = (
        names.filter("nama_resmi")
        .join(upper, on="kode_kemendagri")
        .with_columns(pl.col("tertulis").alias("kunci_kelurahan"))
    ).select(names.columns)
    frame = _joined(frame, pl.col("asal_kelurahan"), as_written, _NAME)
    rest = pl.when(pl.col(f"kode_kemendagri_{_NAME}").is_null()).then(pl.col("asal_kelurahan"))
    frame = _joined(frame.with_columns(rest.alias("_kelurahan")), match_key(pl.col("_kelurahan")), names, _KEY)
    frame = frame.with_columns(_other_city(places.city, columns).alias("kota_lain"))
    is_official = pl.coalesce(pl.col(f"nama_resmi_{_NAME}"), pl.col(f"nama_resmi_{_KEY}"))
    is_inside = pl.col("kota_lain").is_null() | (~pl.col("kota_lain") & is_official)
    return frame.with_columns(
        pl.when(is_inside)
        .then(pl.coalesce(pl.col(f"{column}_{_NAME}"), pl.col(f"{column}_{_KEY}")))
        .alias(f"{column}_{_NAME}")
        for column in ("kode_kemendagri", "kunci_kecamatan", "nama_kecamatan")
    )


def _code(pieces: CodePieces) -> pl.Expr:
    """The digits of the pieces put together, each as long as it must be: a longer one is cut, a shorter one padded."""
    return pl.concat_str(
        pl.col(f"asal_{column}")
        .str.strip_suffix(".0")
        .str.replace_all(".", "", literal=True)
        .str.zfill(digits)
        .str.slice(0, digits)
        for column, digits in pieces
    )


def _other_city(city: str, columns: Collection[str]) -> pl.Expr:
    """NULL: this city; False: the kabupaten of its name; True: another one."""
    if "kabupaten_kota" not in columns:
        return pl.lit(None, pl.Boolean)
    text = pl.col("asal_kabupaten_kota")
    stated = pl.when(text != city.upper()).then(text).str.to_uppercase()
    bare = match_key(stated.str.replace(r"^(KOTA|KABUPATEN|KAB\.|KAB)\s+", ""))
    own = "".join(
        letter for letter in city.upper().removeprefix("KOTA ").removeprefix("KABUPATEN ") if letter.isalpha()
    )
    return pl.when(bare != own).then(pl.lit(True)).when(stated.str.starts_with("KAB")).then(pl.lit(False))


def _with_kecamatan(frame: pl.LazyFrame, columns: Collection[str]) -> pl.LazyFrame:
    """Whether another kecamatan is stated than that of the kelurahan; the beginning of its name is enough."""
    if "kecamatan" not in columns:
        return frame.with_columns(_no("kecamatan_beda"))
    text = pl.col("asal_kecamatan")
    frame = frame.with_columns(match_key(pl.when(text != pl.col("nama_kecamatan")).then(text)).alias("_kecamatan"))
    stated = pl.col("_kecamatan")
    differs = stated != pl.col("kunci_kecamatan").str.slice(0, stated.str.len_chars())
    return frame.with_columns(differs.alias("kecamatan_beda"))
