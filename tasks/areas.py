"""Finding the kelurahan a source means, by name, by another name or by a code of either code system.

Pure: frames in, expressions and frames out. Codes are never converted into each other by arithmetic: Kemendagri
33.75.03 is Utara while BPS 3375030 is Selatan; only the list of areas joins them.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

import polars as pl

from warehouse.tables.shared import WITHOUT_KELURAHAN

AreaSystem = Literal["nama", "bps", "kemendagri"]

_PREFIX = r"^\s*((KEL|KEC)\.\s*|(KELURAHAN|KEL|DESA|KECAMATAN|KEC)\s+)"


def match_key(text: pl.Expr) -> pl.Expr:
    """Letters only, upper case, without the word Kelurahan or Kecamatan: 'Kd. Panjang ' and 'KD PANJANG' are one."""
    upper = text.str.to_uppercase().str.replace_all("\u00a0", " ", literal=True)
    return upper.str.replace(_PREFIX, "").str.replace_all(r"[^A-Z]", "")


def names_in_use(areas: pl.DataFrame, aliases: pl.DataFrame, former: pl.DataFrame, period: date) -> pl.DataFrame:
    """Every name under which a kelurahan or desa may be written in a source of `period`.

    A name that several of them have counts only together with the kecamatan; one that several have within a kecamatan
    counts not at all, unless it is the official name of only one of these.

    Args:
        areas: columns of `core.wilayah`.
        aliases: `alias`, `kode_kemendagri`.
        former: `kelurahan_lama`, `kode_kemendagri`, `berlaku_sampai` (names before the merger of 2015).

    Returns:
        `kunci_kelurahan` (unique; of a name that needs its kecamatan what `key_in_kecamatan` makes),
        `kode_kemendagri`, `kunci_kecamatan`, `nama_kecamatan` in upper case, `nama_resmi` (false for another name),
        `perlu_kecamatan`.
    """
    official = areas.select(pl.col("kelurahan").alias("nama"), "kode_kemendagri", pl.lit(True).alias("nama_resmi"))
    other = aliases.select(pl.col("alias").alias("nama"), "kode_kemendagri", pl.lit(False).alias("nama_resmi"))
    old = former.filter(pl.col("berlaku_sampai").str.to_date("%Y-%m-%d") >= period).select(
        pl.col("kelurahan_lama").alias("nama"), "kode_kemendagri", pl.lit(False).alias("nama_resmi")
    )
    key, kecamatan = pl.col("kunci_kelurahan"), pl.col("kunci_kecamatan")
    within = pl.struct(kecamatan, key)
    named = (
        pl.concat([official, other, old])
        .join(_kecamatan_of(areas), on="kode_kemendagri", how="inner", maintain_order="left")
        .with_columns(match_key(pl.col("nama")).alias("kunci_kelurahan"))
        .unique(["kunci_kelurahan", "kode_kemendagri"], keep="first", maintain_order=True)
        .with_columns((pl.col("kode_kemendagri").n_unique().over(key) > 1).alias("perlu_kecamatan"))
        .filter(pl.col("nama_resmi") | ~pl.col("nama_resmi").any().over(within))
        .filter(pl.col("kode_kemendagri").n_unique().over(within) == 1)
    )
    return named.select(
        pl.when("perlu_kecamatan").then(key_in_kecamatan(kecamatan, key)).otherwise(key).alias("kunci_kelurahan"),
        "kode_kemendagri",
        "kunci_kecamatan",
        "nama_kecamatan",
        "nama_resmi",
        "perlu_kecamatan",
    )


def key_in_kecamatan(kecamatan: pl.Expr, kelurahan: pl.Expr) -> pl.Expr:
    """The key of a name together with its kecamatan; both as `match_key` gives them."""
    return pl.concat_str(kecamatan, kelurahan, separator="/")


def _kecamatan_of(areas: pl.DataFrame) -> pl.DataFrame:
    return areas.select(
        "kode_kemendagri",
        match_key(pl.col("kecamatan")).alias("kunci_kecamatan"),
        pl.col("kecamatan").str.to_uppercase().alias("nama_kecamatan"),
    )


def codes_of(areas: pl.DataFrame, system: Literal["bps", "kemendagri"]) -> pl.DataFrame:
    """As `names_in_use`, where `kunci_kelurahan` is the code of `system` with digits only."""
    return areas.select(
        pl.col(f"kode_{system}").str.replace_all(".", "", literal=True).alias("kunci_kelurahan"),
        "kode_kemendagri",
        match_key(pl.col("kecamatan")).alias("kunci_kecamatan"),
        pl.col("kecamatan").str.to_uppercase().alias("nama_kecamatan"),
        pl.lit(True).alias("nama_resmi"),
    )


def unknown_area(areas: pl.DataFrame) -> str:
    """The code under which persons are counted whose kelurahan no column of their file says."""
    return f"{areas['kode_kemendagri'][0][:5]}{WITHOUT_KELURAHAN}"
