"""Finds the OPD and the kelurahan that the head of a report means, by name, short name or another name. Pure."""

from __future__ import annotations

from datetime import date

import polars as pl

from errors import InputRejectedError
from tasks.areas import match_key
from tasks.programmes.layout import word_key


def find_opd(text: str, assignments: pl.DataFrame, aliases: pl.DataFrame) -> str | None:
    """`opd_singkat` of the OPD written as `text`.

    Args:
        assignments: columns of `core.opd_dampingan`.
        aliases: `alias`, `opd_singkat` (reference/opd_alias.csv).
    """
    names = pl.concat(
        [
            assignments.select(pl.col("opd_singkat").alias("nama"), "opd_singkat"),
            assignments.select(pl.col("opd").alias("nama"), "opd_singkat"),
            aliases.select(pl.col("alias").alias("nama"), "opd_singkat"),
        ]
    )
    known = {word_key(name): short for name, short in reversed(list(names.iter_rows()))}
    return known.get(word_key(text))


def find_area(text: str, areas: pl.DataFrame, aliases: pl.DataFrame) -> str | None:
    """`kode_kemendagri` of the kelurahan written as `text`.

    Args:
        areas: columns of `core.wilayah`.
        aliases: `alias`, `kelurahan` (reference/kelurahan_alias.csv).
    """
    names = pl.concat(
        [
            areas.select(pl.col("kelurahan").alias("nama"), "kode_kemendagri"),
            aliases.join(areas, on="kelurahan", how="inner").select(pl.col("alias").alias("nama"), "kode_kemendagri"),
        ]
    ).select(match_key(pl.col("nama")).alias("kunci"), "kode_kemendagri")
    wanted = pl.select(match_key(pl.lit(text))).item()
    found = names.filter(pl.col("kunci") == wanted)["kode_kemendagri"].unique(maintain_order=True)
    return found[0] if found.len() else None


def require_opd(text: str, assignments: pl.DataFrame, aliases: pl.DataFrame, where: str) -> str:
    """As `find_opd`; an unknown OPD is an InputRejectedError that lists the known ones."""
    found = find_opd(text, assignments, aliases)
    if found is None:
        raise InputRejectedError(
            f"OPD '{text}' tidak dikenal.",
            where=where,
            next_step=f"Tulis salah satu: {', '.join(assignments['opd_singkat'].unique().sort())}; nama lain "
            "dapat ditambahkan ke reference/opd_alias.csv.",
        )
    return found


def require_area(text: str, areas: pl.DataFrame, aliases: pl.DataFrame, where: str) -> str:
    """As `find_area`; an unknown kelurahan is an InputRejectedError."""
    found = find_area(text, areas, aliases)
    if found is None:
        raise InputRejectedError(
            f"Kelurahan '{text}' tidak ada dalam daftar wilayah.",
            where=where,
            next_step="Perbaiki nama kelurahan di atas tabel, atau tambahkan nama lain itu ke "
            "reference/kelurahan_alias.csv.",
        )
    return found


def assists(opd: str, area: str, assignments: pl.DataFrame, period: tuple[int, int] | None) -> bool:
    """Whether the OPD is assigned to the kelurahan on some day of the quarter `period`; at any time without one."""
    own = assignments.filter(opd_singkat=opd, kode_kemendagri=area)
    if period is not None:
        first = date(period[0], 3 * period[1] - 2, 1)
        after = date(period[0] + period[1] // 4, 3 * period[1] % 12 + 1, 1)
        begun = pl.col("berlaku_dari").is_null() | (pl.col("berlaku_dari") < after)
        own = own.filter(begun & (pl.col("berlaku_sampai").is_null() | (pl.col("berlaku_sampai") >= first)))
    return not own.is_empty()
