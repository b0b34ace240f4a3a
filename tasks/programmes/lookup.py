"""Finds the OPD and the kelurahan that the head of a report means, by name, short name or another name. Pure."""

from __future__ import annotations

import re
from datetime import date

import polars as pl

from errors import InputRejectedError
from tasks.areas import match_key
from tasks.programmes.layout import word_key

_WITH_KECAMATAN = re.compile(r"(.+?)[\s,(]+(?:kecamatan|kec\.?)\s+(.+?)\)?", re.IGNORECASE)


def find_opd(text: str, assignments: pl.DataFrame, aliases: pl.DataFrame) -> str | None:
    """`opd_singkat` of the OPD written as `text`.

    Args:
        assignments: columns of `core.opd_dampingan`.
        aliases: `alias`, `opd_singkat`.
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
    """`kode_kemendagri` of the kelurahan or desa written as `text`, with its kecamatan (`Sukamaju, Kec. Utara`) or not.
    None for an unknown name, and for one that several have while the kecamatan is not said.

    Args:
        areas: columns of `core.wilayah`.
        aliases: `alias`, `kode_kemendagri`.
    """
    found = _areas_named(text, areas, aliases)
    return found[0] if len(found) == 1 else None


def _areas_named(text: str, areas: pl.DataFrame, aliases: pl.DataFrame) -> list[str]:
    """Codes of all that have the name; those whose official name it is come alone."""
    said = _WITH_KECAMATAN.fullmatch(text.strip())
    name, kecamatan = said.groups() if said else (text, "")
    official = areas.select(pl.col("kelurahan").alias("nama"), "kode_kemendagri", pl.lit(True).alias("resmi"))
    other = aliases.select(pl.col("alias").alias("nama"), "kode_kemendagri", pl.lit(False).alias("resmi"))
    wanted, within = pl.select(match_key(pl.lit(name)), match_key(pl.lit(kecamatan)).alias("kecamatan")).row(0)
    found = (
        pl.concat([official, other])
        .join(areas.select("kode_kemendagri", "kecamatan"), on="kode_kemendagri")
        .filter(match_key(pl.col("nama")) == wanted, match_key(pl.col("kecamatan")).str.starts_with(within))
    )
    named = found.filter("resmi") if found["resmi"].any() else found
    return named["kode_kemendagri"].unique(maintain_order=True).to_list()


def area_names(areas: pl.DataFrame) -> dict[str, str]:
    """`kode_kemendagri` -> the name to choose, with the kecamatan where several kelurahan or desa have the name."""
    is_shared = pl.col("kelurahan").is_duplicated()
    with_kecamatan = pl.format("{}, Kecamatan {}", "kelurahan", "kecamatan")
    chosen = pl.when(is_shared).then(with_kecamatan).otherwise("kelurahan")
    return dict(areas.select("kode_kemendagri", chosen).iter_rows())


def require_opd(text: str, assignments: pl.DataFrame, aliases: pl.DataFrame, where: str) -> str:
    """As `find_opd`; an unknown OPD is an InputRejectedError that lists the known ones."""
    found = find_opd(text, assignments, aliases)
    if found is None:
        raise InputRejectedError(
            f"OPD '{text}' tidak dikenal.",
            where=where,
            next_step=f"Tulis salah satu: {', '.join(assignments['opd_singkat'].unique().sort())}; nama lain "
            "dapat ditambahkan ke opd_alias.csv di folder wilayah.",
        )
    return found


def require_area(text: str, areas: pl.DataFrame, aliases: pl.DataFrame, where: str) -> str:
    """As `find_area`; a kelurahan that is unknown, or not the only one of its name, is an InputRejectedError."""
    found = _areas_named(text, areas, aliases)
    if len(found) > 1:
        names = area_names(areas)
        raise InputRejectedError(
            f"Kelurahan '{text}' ada di beberapa kecamatan.",
            where=where,
            next_step=f"Tulis bersama kecamatannya: {' atau '.join(names[code] for code in found)}.",
        )
    if not found:
        raise InputRejectedError(
            f"Kelurahan '{text}' tidak ada dalam daftar wilayah.",
            where=where,
            next_step="Perbaiki nama kelurahan di atas tabel, atau tambahkan nama lain itu ke kelurahan_alias.csv di "
            "folder wilayah.",
        )
    return found[0]


def assists(opd: str, area: str, assignments: pl.DataFrame, period: tuple[int, int] | None) -> bool:
    """Whether the OPD is assigned to the kelurahan on some day of the quarter `period`; at any time without one."""
    own = assignments.filter(opd_singkat=opd, kode_kemendagri=area)
    if period is not None:
        first = date(period[0], 3 * period[1] - 2, 1)
        after = date(period[0] + period[1] // 4, 3 * period[1] % 12 + 1, 1)
        begun = pl.col("berlaku_dari").is_null() | (pl.col("berlaku_dari") < after)
        own = own.filter(begun & (pl.col("berlaku_sampai").is_null() | (pl.col("berlaku_sampai") >= first)))
    return not own.is_empty()
