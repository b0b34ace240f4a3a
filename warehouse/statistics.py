"""Loading of macro indicators: a changed value is a new vintage beside the old one, never instead of it. A publication
that was taken off the list keeps its history and counts no longer.

All functions work inside a transaction that the caller has opened.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from errors import DampinganError
from warehouse.columns import Table
from warehouse.tables.statistics import INDIKATOR, NILAI_INDIKATOR, SUMBER_INDIKATOR

_IDENTITY = ", ".join(name for name in NILAI_INDIKATOR.key if name != "terbitan")
_LOADED = {"terbitan": "coalesce(terbitan_lama, 0) + 1", "berlaku": "TRUE"}
"""The columns that a staged value does not have."""


@dataclass(frozen=True, slots=True)
class StatisticsLoaded:
    """What became of the values of a file, and how many publications it withdrew.

    Args:
        new: values that did not count before.
        revised: values that differ from their newest vintage.
        unchanged: values that say the same as it.
        withdrawn: values that counted before and that the list of publications no longer has.
    """

    new: int
    revised: int
    unchanged: int
    withdrawn: int

    @property
    def changed(self) -> bool:
        """Whether what counts is now different."""
        return bool(self.new or self.revised or self.withdrawn)


def load_statistics(connection: duckdb.DuckDBPyConnection, parquet: Path) -> StatisticsLoaded:
    """Add the values of `parquet` (STAGED_VALUE_COLUMNS) to the history.

    A value equal to the newest vintage of its region, indicator, year and source adds nothing. The file has the
    whole list of publications: a publication that it lacks keeps its history but counts no longer, until a file has
    it again. What it lacks of the WebAPI goes on counting. Raises DampinganError when the file has two values for
    one of these, since their order would decide.
    """
    _compare(connection, parquet)
    loaded = _counts(connection, parquet)
    columns = ", ".join(_LOADED.get(name, name) for name in NILAI_INDIKATOR.column_names)
    connection.execute(
        f"""
        INSERT INTO core.nilai_indikator
        SELECT {columns}
        FROM statistik_masuk
        WHERE terbitan_lama IS NULL OR nilai <> nilai_lama
        ORDER BY {_IDENTITY}
        """
    )
    connection.execute(
        f"""
        UPDATE core.nilai_indikator
        SET berlaku = NOT berlaku
        WHERE jenis_sumber = 'publikasi' AND berlaku <> (({_IDENTITY}) IN (SELECT ({_IDENTITY}) FROM statistik_masuk))
        """
    )
    connection.execute("DROP TABLE statistik_masuk")
    return loaded


def _compare(connection: duckdb.DuckDBPyConnection, parquet: Path) -> None:
    """The values of the file beside their newest vintage, in a temporary table."""
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE statistik_masuk AS
        WITH terbaru AS (
            SELECT {_IDENTITY}, terbitan, nilai, berlaku
            FROM core.nilai_indikator
            QUALIFY row_number() OVER (PARTITION BY {_IDENTITY} ORDER BY terbitan DESC) = 1
        )

        SELECT
            masuk.*,
            terbaru.terbitan AS terbitan_lama,
            terbaru.nilai AS nilai_lama,
            coalesce(terbaru.berlaku, FALSE) AS berlaku_lama
        FROM read_parquet($file) AS masuk
        LEFT JOIN terbaru USING ({_IDENTITY})
        """,
        {"file": str(parquet)},
    )


def _counts(connection: duckdb.DuckDBPyConnection, parquet: Path) -> StatisticsLoaded:
    rows, distinct, new, revised = _one_row(
        connection,
        f"""
        SELECT
            count(*),
            count(DISTINCT ({_IDENTITY})),
            count(*) FILTER (NOT berlaku_lama),
            count(*) FILTER (berlaku_lama AND nilai <> nilai_lama)
        FROM statistik_masuk
        """,
    )
    if rows != distinct:
        raise DampinganError(
            f"Statistik yang akan dimuat mempunyai {rows - distinct} nilai ganda.",
            where=parquet.name,
            next_step="Ini kesalahan program; laporkan bersama berkas catatannya.",
        )
    (withdrawn,) = _one_row(
        connection,
        f"""
        SELECT count(DISTINCT ({_IDENTITY}))
        FROM core.nilai_indikator
        ANTI JOIN statistik_masuk USING ({_IDENTITY})
        WHERE jenis_sumber = 'publikasi' AND berlaku
        """,
    )
    return StatisticsLoaded(new=new, revised=revised, unchanged=rows - new - revised, withdrawn=withdrawn)


def load_indicators(connection: duckdb.DuckDBPyConnection, rows: Sequence[Mapping[str, object]]) -> bool:
    """Make `core.indikator` what the catalogue says; each row has all columns of that table. Returns whether
    anything changed."""
    return _make_equal(connection, INDIKATOR, rows)


def load_sources(connection: duckdb.DuckDBPyConnection, rows: Sequence[Mapping[str, object]]) -> bool:
    """Make `core.sumber_indikator` what the catalogue says, as `load_indicators`. A changed rank holds for values
    that are already loaded."""
    return _make_equal(connection, SUMBER_INDIKATOR, rows)


def _make_equal(connection: duckdb.DuckDBPyConnection, table: Table, rows: Sequence[Mapping[str, object]]) -> bool:
    everything = f"FROM {table.qualified} ORDER BY ALL"
    before = connection.execute(everything).fetchall()
    connection.execute(f"DELETE FROM {table.qualified}")
    names = table.column_names
    connection.executemany(
        f"INSERT INTO {table.qualified} ({', '.join(names)}) VALUES ({', '.join('?' for _ in names)})",
        [[row[name] for name in names] for row in rows],
    )
    return connection.execute(everything).fetchall() != before


def loaded_values(connection: duckdb.DuckDBPyConnection) -> int:
    """How many values the warehouse holds, every vintage counted."""
    return _one_row(connection, "SELECT count(*) FROM core.nilai_indikator")[0]


def _one_row(connection: duckdb.DuckDBPyConnection, sql: str) -> tuple[int, ...]:
    row = connection.execute(sql).fetchone()
    if row is None:
        raise AssertionError("a count always gives a row")
    return tuple(int(value) for value in row)
