"""Reads the tables that people maintain by hand (reference/). Only I/O and column names; no rule about data.

What every region shares lies in reference/ itself; what is a region's own lies in one folder, which the settings name.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import polars as pl

from settings import PROJECT_ROOT

REFERENCE_FOLDER = PROJECT_ROOT / "reference"
BUNDLED_REGION = REFERENCE_FOLDER / "wilayah" / "3375"
"""The tables of Kota Pekalongan, which come with the program."""


@dataclass(frozen=True, slots=True)
class Areas:
    """The areas of one city: `areas` has the columns of `core.wilayah`, `aliases` and `former` other names with the
    `kode_kemendagri` they stand for."""

    areas: pl.DataFrame
    aliases: pl.DataFrame
    former: pl.DataFrame

    @property
    def names(self) -> dict[str, str]:
        """Kemendagri code of every kecamatan and kelurahan -> its name."""
        levels = (("kode_kemendagri_kecamatan", "kecamatan"), ("kode_kemendagri", "kelurahan"))
        return {code: name for level in levels for code, name in self.areas.select(level).iter_rows()}


@dataclass(frozen=True)
class Region:
    """One kabupaten or kota: BPS code of four digits, name, and the folder of its tables."""

    code: str
    name: str
    folder: Path

    @cached_property
    def areas(self) -> Areas:
        return read_areas(self.code, self.name, self.folder)

    @property
    def assignments(self) -> pl.DataFrame:
        return read_assignments(self.areas.areas, self.folder)

    @property
    def opd_aliases(self) -> pl.DataFrame:
        return read_opd_aliases(self.folder)

    @property
    def publications(self) -> Path:
        return self.folder / "indikator_publikasi.csv"

    @property
    def corrections(self) -> Path:
        return self.folder / "corrections"


BUNDLED = Region("3375", "Kota Pekalongan", BUNDLED_REGION)


def read_text_table(path: Path) -> pl.DataFrame:
    """A CSV of reference/ with every column as text; empty cells are NULL."""
    return pl.read_csv(path, infer_schema=False)


def read_areas(area_code: str, area_name: str, folder: Path = BUNDLED_REGION) -> Areas:
    """The kelurahan of the city with BPS code `area_code` and all the names they are known by."""
    areas = (
        read_text_table(folder / "wilayah.csv")
        .filter(pl.col("kode_bps").str.starts_with(area_code))
        .with_columns(pl.lit(area_code).alias("kode_bps_kabupaten_kota"), pl.lit(area_name).alias("kabupaten_kota"))
    )
    return Areas(
        areas=areas,
        aliases=_with_code(read_text_table(folder / "kelurahan_alias.csv"), areas),
        former=_with_code(read_text_table(folder / "kelurahan_lama.csv"), areas),
    )


def read_assignments(areas: pl.DataFrame, folder: Path = BUNDLED_REGION) -> pl.DataFrame:
    """Which OPD assists which kelurahan: the columns of `core.opd_dampingan`."""
    return _with_code(read_text_table(folder / "opd_dampingan.csv"), areas).select(
        "kode_kemendagri",
        "opd",
        "opd_singkat",
        "dasar",
        "sumber",
        "nomor_sk",
        pl.col("tanggal_sk", "berlaku_dari", "berlaku_sampai").str.to_date("%Y-%m-%d"),
    )


def read_opd_aliases(folder: Path = BUNDLED_REGION) -> pl.DataFrame:
    """Other names of the OPD: `alias`, `opd_singkat`."""
    return read_text_table(folder / "opd_alias.csv")


def _with_code(table: pl.DataFrame, areas: pl.DataFrame) -> pl.DataFrame:
    """Adds `kode_kemendagri` of the kelurahan that a row names, with its kecamatan where several have that name. Rows
    that name no kelurahan of the city, or several, are left out."""
    if "kecamatan" not in table.columns:
        table = table.with_columns(pl.lit(None, pl.String).alias("kecamatan"))
    known = areas.select("kelurahan", "kode_kemendagri", pl.col("kecamatan").alias("_kecamatan"))
    return (
        table.with_row_index("_baris")
        .join(known, on="kelurahan", how="inner", maintain_order="left")
        .filter(pl.col("kecamatan").is_null() | (pl.col("kecamatan") == pl.col("_kecamatan")))
        .filter(pl.len().over("_baris") == 1)
        .drop("_baris", "_kecamatan", "kecamatan")
    )
