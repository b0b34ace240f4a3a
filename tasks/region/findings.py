"""What is wrong with the rows of a region's tables, by file, line and column. Pure: rows in, findings out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter

import polars as pl

from tasks.areas import match_key
from tasks.region.tables import KELURAHAN_ALIAS, KELURAHAN_LAMA, OPD_ALIAS, OPD_DAMPINGAN, WILAYAH, Table


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault. `line` counts from 1, the heading being 1; None where a whole file is meant."""

    file: str
    text: str
    line: int | None = None
    column: str | None = None

    def __str__(self) -> str:
        line = f", baris {self.line}" if self.line is not None else ""
        column = f", kolom {self.column}" if self.column is not None else ""
        return f"{self.file}{line}{column}: {self.text}"


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table; a column that the table has not is an empty cell."""

    line: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")


Rows = Mapping[str, Sequence[Row]]
"""The rows of each table, by the name of its file."""


def cell_findings(table: Table, rows: Sequence[Row]) -> Iterator[Finding]:
    """Cells that do not look as the table's declaration says."""
    for row in rows:
        for column in table.columns:
            if column.name in row.cells and not column.accepts(row[column.name]):
                said = f"'{row[column.name][:60]}' bukan " if row[column.name] else "kosong; isi "
                yield Finding(table.file, f"{said}{column.form[1]}.", row.line, column.name)


def findings_between_rows(rows: Rows, area_code: str) -> Iterator[Finding]:
    """What contradicts another cell, row or table, or belongs to another region than `area_code` (BPS, 4 digits)."""
    areas = rows[WILAYAH.file]
    yield from _foreign(areas, area_code)
    yield from _contradictions(areas)
    for table in (KELURAHAN_ALIAS, KELURAHAN_LAMA, OPD_DAMPINGAN):
        yield from _unknown_places(table, rows[table.file], areas)
    yield from _other_names(rows[KELURAHAN_ALIAS.file], areas)
    yield from _assignments(rows[OPD_DAMPINGAN.file])
    yield from _unknown_opd(rows[OPD_ALIAS.file], rows[OPD_DAMPINGAN.file])


def _foreign(areas: Sequence[Row], area_code: str) -> Iterator[Finding]:
    dotted = f"{area_code[:2]}.{area_code[2:]}."
    for row in areas:
        for column, begin, of in (
            ("kode_kemendagri", dotted, dotted),
            ("kode_bps", area_code, area_code),
            ("kode_kemendagri_kecamatan", row["kode_kemendagri"][:8], "kode_kemendagri"),
            ("kode_bps_kecamatan", row["kode_bps"][:7], "kode_bps"),
        ):
            if not row[column].startswith(begin):
                yield Finding(WILAYAH.file, f"tidak berawalan sama dengan {of}.", row.line, column)


def _contradictions(areas: Sequence[Row]) -> Iterator[Finding]:
    for column in ("kode_kemendagri", "kode_bps"):
        yield from _repeated(WILAYAH, areas, column, itemgetter(column))
    names = _keys(row["kelurahan"] for row in areas)
    yield from _repeated(
        WILAYAH, areas, "kelurahan", lambda row: f"{row['kode_kemendagri_kecamatan']} {names[row['kelurahan']]}"
    )
    for key, value in (
        ("kode_kemendagri_kecamatan", "kecamatan"),
        ("kecamatan", "kode_kemendagri_kecamatan"),
        ("kode_bps_kecamatan", "kecamatan"),
    ):
        yield from _inconsistent(WILAYAH, areas, key, value)


def _repeated(table: Table, rows: Sequence[Row], column: str, key: Callable[[Row], str]) -> Iterator[Finding]:
    first: dict[str, int] = {}
    for row in rows:
        if first.setdefault(key(row), row.line) != row.line:
            yield Finding(table.file, f"sama dengan baris {first[key(row)]}.", row.line, column)


def _inconsistent(table: Table, rows: Sequence[Row], key: str, value: str) -> Iterator[Finding]:
    """Cells of `value` that differ from an earlier row's with the same `key`."""
    first: dict[str, Row] = {}
    for row in rows:
        known = first.setdefault(row[key], row)
        if known[value] != row[value]:
            yield Finding(table.file, f"lain daripada baris {known.line} dengan {key} yang sama.", row.line, value)


def _unknown_places(table: Table, rows: Sequence[Row], areas: Sequence[Row]) -> Iterator[Finding]:
    for row in rows:
        named = [area for area in areas if area["kelurahan"] == row["kelurahan"]]
        meant = [area for area in named if row["kecamatan"] in ("", area["kecamatan"])]
        if not named:
            yield Finding(table.file, f"tidak ada pada {WILAYAH.file}.", row.line, "kelurahan")
        elif not meant:
            yield Finding(table.file, "tidak mempunyai kelurahan atau desa itu.", row.line, "kecamatan")
        elif len(meant) > 1:
            where = ", ".join(sorted(area["kecamatan"] for area in meant))
            yield Finding(table.file, f"nama itu ada di kecamatan {where}; isi kolom kecamatan.", row.line, "kelurahan")


def _other_names(aliases: Sequence[Row], areas: Sequence[Row]) -> Iterator[Finding]:
    """Another name that is the official one of someone else in the same kecamatan would never count."""
    keys = _keys([*(row["alias"] for row in aliases), *(row["kelurahan"] for row in areas)])
    for row in aliases:
        own = {area["kecamatan"] for area in areas if area["kelurahan"] == row["kelurahan"]}
        own &= {row["kecamatan"]} if row["kecamatan"] else own
        for area in areas:
            is_other = area["kelurahan"] != row["kelurahan"] and area["kecamatan"] in own
            if is_other and keys[area["kelurahan"]] == keys[row["alias"]]:
                yield Finding(KELURAHAN_ALIAS.file, "nama resmi kelurahan atau desa lain.", row.line, "alias")


def _assignments(rows: Sequence[Row]) -> Iterator[Finding]:
    yield from _inconsistent(OPD_DAMPINGAN, rows, "opd_singkat", "opd")
    for row in rows:
        if row["berlaku_sampai"] and row["berlaku_sampai"] < row["berlaku_dari"]:
            yield Finding(OPD_DAMPINGAN.file, "lebih awal daripada berlaku_dari.", row.line, "berlaku_sampai")


def _unknown_opd(aliases: Sequence[Row], assignments: Sequence[Row]) -> Iterator[Finding]:
    known = {row["opd_singkat"] for row in assignments}
    for row in aliases:
        if row["opd_singkat"] not in known:
            yield Finding(OPD_ALIAS.file, f"tidak ada pada {OPD_DAMPINGAN.file}.", row.line, "opd_singkat")


def _keys(names: Iterable[str]) -> dict[str, str]:
    """Each name with its key, by which names are compared."""
    distinct = pl.DataFrame({"nama": sorted(set(names))}, schema={"nama": pl.String})
    return dict(distinct.select("nama", match_key(pl.col("nama")).alias("kunci")).iter_rows())
