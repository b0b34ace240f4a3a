"""The kelurahan of a row: by its code, else by its name, else by the fallback of the layout. Pure.

Codes are never converted by arithmetic; the list of areas joins the two systems.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import polars as pl

from tasks.areas import codes_of, match_key, names_in_use, unknown_area
from tasks.reference import Areas
from tasks.registry.layouts import AreaRule, CodePieces

_CODE, _NAME = "kode", "nama"


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
    found = []
    frame = frame.with_columns(_other_city(places.city, columns).alias("kota_lain"))
    for name, system, pieces in (
        (_CODE, rule.system, rule.code),
        ("cadangan", rule.fallback_system, rule.fallback_code),
    ):
        if system in ("bps", "kemendagri") and all(column in columns for column, _ in pieces):
            frame = _joined(frame, _code(pieces), codes_of(places.areas.areas, system), name)
            found.append(name)
    if "kelurahan" in columns:
        frame = _joined(frame, match_key(pl.col("asal_kelurahan")), places.names(rule, period), _NAME)
        # A name counts only inside the city: Buaran is also a kecamatan of the kabupaten of the same name. People do
        # write Kabupaten for the city, so there only official names count.
        is_inside = pl.col("kota_lain").is_null() | (~pl.col("kota_lain") & pl.col("nama_resmi_nama"))
        frame = frame.with_columns(
            pl.when(is_inside).then(pl.col("kode_kemendagri_nama")).alias("kode_kemendagri_nama")
        )
        found.insert(1 if _CODE in found else 0, _NAME)
    if not found:
        unknown = pl.lit(unknown_area(places.areas.areas))
        return frame.with_columns(unknown.alias("kode_kemendagri"), _no("kecamatan_beda"), _no("kelurahan_beda"))
    code = pl.coalesce(pl.col(f"kode_kemendagri_{name}") for name in found)
    differs = (
        pl.col(f"kode_kemendagri_{_CODE}") != pl.col(f"kode_kemendagri_{_NAME}")
        if {_CODE, _NAME} <= set(found)
        else pl.lit(None, pl.Boolean)
    )
    return frame.with_columns(
        code.alias("kode_kemendagri"), _kecamatan_differs(found, columns), differs.alias("kelurahan_beda")
    )


def _no(name: str) -> pl.Expr:
    return pl.lit(None, pl.Boolean).alias(name)


def _joined(frame: pl.LazyFrame, key: pl.Expr, lookup: pl.DataFrame, name: str) -> pl.LazyFrame:
    renamed = lookup.rename({column: f"{column}_{name}" for column in lookup.columns})
    return frame.with_columns(key.alias(f"kunci_kelurahan_{name}")).join(
        renamed.lazy(), on=f"kunci_kelurahan_{name}", how="left", maintain_order="left"
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
    stated = pl.col("asal_kabupaten_kota").str.to_uppercase()
    is_kabupaten = stated.str.starts_with("KAB")
    bare = match_key(stated.str.replace(r"^(KOTA|KABUPATEN|KAB\.|KAB)\s+", ""))
    own = "".join(
        letter for letter in city.upper().removeprefix("KOTA ").removeprefix("KABUPATEN ") if letter.isalpha()
    )
    is_other = bare != own
    return pl.when(is_other).then(pl.lit(True)).when(is_kabupaten).then(pl.lit(False))


def _kecamatan_differs(found: list[str], columns: Collection[str]) -> pl.Expr:
    if "kecamatan" not in columns:
        return _no("kecamatan_beda")
    stated = match_key(pl.col("asal_kecamatan"))
    key = pl.coalesce(pl.col(f"kunci_kecamatan_{name}") for name in found)
    return (stated != key.str.slice(0, stated.str.len_chars())).alias("kecamatan_beda")
