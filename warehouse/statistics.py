"""Loading of macro indicators: a changed value is a new vintage beside the old one, never instead of it.

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

_IDENTITY = tuple(name for name in NILAI_INDIKATOR.key if name != "terbitan")


@dataclass(frozen=True, slots=True)
class StatisticsLoaded:
    """Values that were new, that differ from their newest vintage, and that say the same as it."""

    new: int
    revised: int
    unchanged: int


def load_statistics(connection: duckdb.DuckDBPyConnection, parquet: Path) -> StatisticsLoaded:
    """Add the values of `parquet` (columns of `core.nilai_indikator` without `terbitan`) to the history.

    A value equal to the newest vintage of its region, indicator, year and source changes nothing. Raises
    DampinganError when the file has two values for one of these, since their order would decide.
    """
    identity = ", ".join(_IDENTITY)
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE statistik_masuk AS
        WITH terbaru AS (
            SELECT {identity}, terbitan, nilai
            FROM core.nilai_indikator
            QUALIFY row_number() OVER (PARTITION BY {identity} ORDER BY terbitan DESC) = 1
        )

        SELECT masuk.*, terbaru.terbitan AS terbitan_lama, terbaru.nilai AS nilai_lama
        FROM read_parquet($file) AS masuk
        LEFT JOIN terbaru USING ({identity})
        """,
        {"file": str(parquet)},
    )
    rows, distinct, new, revised = _one_row(
        connection,
        f"""
        SELECT
            count(*),
            count(DISTINCT ({identity})),
            count(*) FILTER (terbitan_lama IS NULL),
            count(*) FILTER (nilai <> nilai_lama)
        FROM statistik_masuk
        """,
    )
    if rows != distinct:
        raise DampinganError(
            f"Statistik yang akan dimuat mempunyai {rows - distinct} nilai ganda.",
            where=parquet.name,
            next_step="Ini kesalahan program; laporkan bersama berkas catatannya.",
        )
    columns = ", ".join(
        "coalesce(terbitan_lama, 0) + 1" if name == "terbitan" else name for name in NILAI_INDIKATOR.column_names
    )
    connection.execute(
        f"""
        INSERT INTO core.nilai_indikator
        SELECT {columns}
        FROM statistik_masuk
        WHERE terbitan_lama IS NULL OR nilai <> nilai_lama
        ORDER BY {identity}
        """
    )
    connection.execute("DROP TABLE statistik_masuk")
    return StatisticsLoaded(new=new, revised=revised, unchanged=rows - new - revised)


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
