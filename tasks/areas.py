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
    """Every name under which a kelurahan may be written in a source of `period`.

    Args:
        areas: columns of `core.wilayah`.
        aliases: `alias`, `kelurahan`.
        former: `kelurahan_lama`, `kelurahan`, `berlaku_sampai` (names before the merger of 2015).

    Returns:
        `kunci_kelurahan` (unique), `kode_kemendagri`, `kunci_kecamatan`, `nama_kecamatan` in upper case, `nama_resmi`
        (false for another name).
    """
    official = areas.select(pl.col("kelurahan").alias("nama"), "kelurahan", pl.lit(True).alias("nama_resmi"))
    other = aliases.select(pl.col("alias").alias("nama"), "kelurahan", pl.lit(False).alias("nama_resmi"))
    old = former.filter(pl.col("berlaku_sampai").str.to_date("%Y-%m-%d") >= period).select(
        pl.col("kelurahan_lama").alias("nama"), "kelurahan", pl.lit(False).alias("nama_resmi")
    )
    named = pl.concat([official, other, old]).with_columns(match_key(pl.col("nama")).alias("kunci_kelurahan"))
    return (
        named.unique("kunci_kelurahan", keep="first", maintain_order=True)
        .join(areas, on="kelurahan", how="inner")
        .select(
            "kunci_kelurahan",
            "kode_kemendagri",
            match_key(pl.col("kecamatan")).alias("kunci_kecamatan"),
            pl.col("kecamatan").str.to_uppercase().alias("nama_kecamatan"),
            "nama_resmi",
        )
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
