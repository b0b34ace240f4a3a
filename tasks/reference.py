"""Reads the tables that people maintain by hand (reference/). Only I/O and column names; no rule about data."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from settings import PROJECT_ROOT

REFERENCE_FOLDER = PROJECT_ROOT / "reference"


@dataclass(frozen=True, slots=True)
class Areas:
    """The areas of one city: `areas` has the columns of `core.wilayah`, `aliases` and `former` other names."""

    areas: pl.DataFrame
    aliases: pl.DataFrame
    former: pl.DataFrame

    @property
    def names(self) -> dict[str, str]:
        """Kemendagri code of every kecamatan and kelurahan -> its name."""
        levels = (("kode_kemendagri_kecamatan", "kecamatan"), ("kode_kemendagri", "kelurahan"))
        return {code: name for level in levels for code, name in self.areas.select(level).iter_rows()}


def read_text_table(path: Path) -> pl.DataFrame:
    """A CSV of reference/ with every column as text; empty cells are NULL."""
    return pl.read_csv(path, infer_schema=False)


def read_areas(area_code: str, area_name: str, folder: Path = REFERENCE_FOLDER) -> Areas:
    """The kelurahan of the city with BPS code `area_code` and all the names they are known by."""
    areas = (
        read_text_table(folder / "wilayah.csv")
        .filter(pl.col("kode_bps").str.starts_with(area_code))
        .with_columns(pl.lit(area_code).alias("kode_bps_kabupaten_kota"), pl.lit(area_name).alias("kabupaten_kota"))
    )
    return Areas(
        areas=areas,
        aliases=read_text_table(folder / "kelurahan_alias.csv"),
        former=read_text_table(folder / "kelurahan_lama.csv"),
    )


def read_assignments(areas: pl.DataFrame, folder: Path = REFERENCE_FOLDER) -> pl.DataFrame:
    """Which OPD assists which kelurahan: the columns of `core.opd_dampingan`."""
    return (
        read_text_table(folder / "opd_dampingan.csv")
        .join(areas.select("kelurahan", "kode_kemendagri"), on="kelurahan", how="inner")
        .select(
            "kode_kemendagri",
            "opd",
            "opd_singkat",
            "dasar",
            "sumber",
            "nomor_sk",
            pl.col("tanggal_sk", "berlaku_dari", "berlaku_sampai").str.to_date("%Y-%m-%d"),
        )
    )


def read_opd_aliases(folder: Path = REFERENCE_FOLDER) -> pl.DataFrame:
    """Other names of the OPD: `alias`, `opd_singkat`."""
    return read_text_table(folder / "opd_alias.csv")
