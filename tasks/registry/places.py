"""The kelurahan of a row: by its code, else by its name, else by the fallback of the layout. Pure.

Codes are never converted by arithmetic; the list of areas joins the two systems. Names are looked up as they stand
first, and only what is not found so is brought to its key, which costs ten times as much.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import polars as pl

from tasks.areas import AreaSystem, codes_of, key_in_kecamatan, match_key, names_in_use, unknown_area
from tasks.reference import Areas
from tasks.registry.layouts import AreaRule, CodePieces
from tasks.registry.values import once_per_value

_KIND = r"^(KOTA|KABUPATEN|KAB\.|KAB)\s+"
_CODE, _NAME, _FALLBACK = "_kode_menurut_kode", "_kode_menurut_nama", "_kode_cadangan"


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

    Everything is looked up in place: a join would copy every column of the frame.

    Args:
        columns: those of the file; a file without any that says where gives the code of the unknown kelurahan.
    """
    expressions = {
        _CODE: _by_code(places, rule.system, rule.code, columns),
        _FALLBACK: _by_code(places, rule.fallback_system, rule.fallback_code, columns),
    }
    frame = frame.with_columns(code.alias(name) for name, code in expressions.items() if code is not None)
    if "kelurahan" in columns:
        frame = _with_name(frame, places, places.names(rule, period), columns)
    known = frame.collect_schema().names()
    found = [name for name in (_CODE, _NAME, _FALLBACK) if name in known]
    if not found:
        unknown = pl.lit(unknown_area(places.areas.areas)).alias("kode_kemendagri")
        return frame.with_columns(unknown, _no("kecamatan_beda"), _no("kelurahan_beda"))
    differs = _no("kelurahan_beda")
    if _CODE in found and _NAME in found:
        differs = (pl.col(_CODE) != pl.col(_NAME)).alias("kelurahan_beda")
    frame = frame.with_columns(pl.coalesce(found).alias("kode_kemendagri"), differs)
    return _with_kecamatan(frame, places, columns)


def _no(name: str) -> pl.Expr:
    return pl.lit(None, pl.Boolean).alias(name)


def _looked_up(key: pl.Expr, lookup: pl.DataFrame, value: str) -> pl.Expr:
    """As an expression `replace_strict` would hold the whole column in memory."""
    keys, values = lookup.to_series(), lookup[value]
    return key.map_batches(
        lambda batch: batch.replace_strict(keys, values, default=None, return_dtype=pl.String),
        return_dtype=pl.String,
        is_elementwise=True,
    )


def _with_name(frame: pl.LazyFrame, places: Places, names: pl.DataFrame, columns: Collection[str]) -> pl.LazyFrame:
    """A name counts only inside the city: Buaran is also a kecamatan of the kabupaten of the same name. People do write
    Kabupaten for the city, so there only official names count."""
    text, other_city, official = pl.col("asal_kelurahan"), pl.col("_kota_lain"), names.filter("nama_resmi")
    upper = places.areas.areas.select(pl.col("kelurahan").str.to_uppercase(), "kode_kemendagri")
    alone = official.filter(~pl.col("perlu_kecamatan")).select("kode_kemendagri")
    as_written = pl.when(~other_city.fill_null(False)).then(
        _looked_up(text, upper.join(alone, on="kode_kemendagri"), "kode_kemendagri")
    )
    frame = frame.with_columns(_other_city(places.city, columns).alias("_kota_lain"))
    frame = frame.with_columns(as_written.alias("_tertulis"))
    rest = pl.when(pl.col("_tertulis").is_null()).then(text)
    frame = frame.with_columns(once_per_value(rest, match_key).alias("_kunci"))
    key = pl.col("_kunci")
    if names["perlu_kecamatan"].any():
        frame = _with_kecamatan_in_key(frame, names, columns)
    by_key = (
        pl.when(other_city.is_null())
        .then(_looked_up(key, names, "kode_kemendagri"))
        .when(~other_city)
        .then(_looked_up(key, official, "kode_kemendagri"))
    )
    return frame.with_columns(pl.coalesce("_tertulis", by_key).alias(_NAME))


def _with_kecamatan_in_key(frame: pl.LazyFrame, names: pl.DataFrame, columns: Collection[str]) -> pl.LazyFrame:
    """Names that several desa have get their kecamatan into `_kunci`; without one they find nothing. The beginning of
    its name is enough when no other kecamatan begins so."""
    if "kecamatan" not in columns:
        return frame
    shared = names.filter("perlu_kecamatan")["kunci_kelurahan"].str.replace("^.*/", "").unique()
    is_shared = pl.col("_kunci").is_in(shared.implode())
    stated = once_per_value(pl.when(is_shared).then(pl.col("asal_kecamatan")), match_key)
    kecamatan = _looked_up(pl.col("_kecamatan"), _beginnings(names["kunci_kecamatan"].unique()), "kunci")
    together = pl.when(is_shared).then(key_in_kecamatan(kecamatan, pl.col("_kunci"))).otherwise(pl.col("_kunci"))
    return frame.with_columns(stated.alias("_kecamatan")).with_columns(together.alias("_kunci"))


def _beginnings(keys: pl.Series) -> pl.DataFrame:
    """`awal`, the beginnings of the keys by which one can be told from the others, and its `kunci`; a key that is the
    beginning of another one stands for itself."""
    cut = [(key[:length], key) for key in keys for length in range(1, len(key) + 1)]
    times = Counter(begin for begin, _ in cut)
    found = {begin: key for begin, key in cut if times[begin] == 1 or begin == key}
    return pl.DataFrame(
        {"awal": list(found), "kunci": list(found.values())}, schema={"awal": pl.String, "kunci": pl.String}
    )


def _by_code(places: Places, system: AreaSystem | None, pieces: CodePieces, columns: Collection[str]) -> pl.Expr | None:
    """None when the file does not have the columns of the code."""
    if system is None or system == "nama" or not pieces or any(column not in columns for column, _ in pieces):
        return None
    return _looked_up(_code(pieces), codes_of(places.areas.areas, system), "kode_kemendagri")


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
    """NULL: ours; True: another one. Of a kota also False: the kabupaten of its name, which people write for it; the
    kota of a kabupaten's name is another one, which they do not."""
    if "kabupaten_kota" not in columns:
        return pl.lit(None, pl.Boolean)
    upper_city = city.upper()
    own = "".join(filter(str.isalpha, re.sub(_KIND, "", upper_city)))
    is_kota = not upper_city.startswith("KAB")

    def judged(stated: pl.Expr) -> pl.Expr:
        upper = stated.str.to_uppercase()
        bare = match_key(upper.str.replace(_KIND, ""))
        if is_kota:
            namesake = pl.when(upper.str.starts_with("KAB")).then(pl.lit(False))
        else:
            namesake = pl.when(upper.str.contains(r"^KOTA\s")).then(pl.lit(True))
        return pl.when(bare != own).then(pl.lit(True)).otherwise(namesake)

    text = pl.col("asal_kabupaten_kota")
    return once_per_value(pl.when(text != upper_city).then(text), judged, pl.Boolean)


def _with_kecamatan(frame: pl.LazyFrame, places: Places, columns: Collection[str]) -> pl.LazyFrame:
    """Whether another kecamatan is stated than that of the kelurahan; the beginning of its name is enough."""
    if "kecamatan" not in columns:
        return frame.with_columns(_no("kecamatan_beda"))
    text, found = pl.col("asal_kecamatan"), pl.col("kode_kemendagri")
    names = places.areas.areas.select("kode_kemendagri", pl.col("kecamatan").str.to_uppercase())
    frame = frame.with_columns(_looked_up(found, names, "kecamatan").alias("_kecamatan"))
    other = pl.when(text != pl.col("_kecamatan"))
    stated, right = (once_per_value(other.then(each), match_key) for each in (text, pl.col("_kecamatan")))
    frame = frame.with_columns(stated.alias("_tertulis"), right.alias("_benar"))
    differs = pl.col("_tertulis") != pl.col("_benar").str.slice(0, pl.col("_tertulis").str.len_chars())
    return frame.with_columns(differs.alias("kecamatan_beda"))
