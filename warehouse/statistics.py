"""Loading of macro indicators: a changed value is a new vintage beside the old one, never instead of it. A publication
that was taken off the list keeps its history and counts no longer. A value that waits for a person is kept, too, and
counts when it is approved.

All functions that change something work inside a transaction that the caller has opened.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from decimal import Decimal
from pathlib import Path

import duckdb

from errors import DampinganError
from warehouse.columns import Table
from warehouse.tables.statistics import (
    BATAS_INDIKATOR,
    INDIKATOR,
    NILAI_INDIKATOR,
    SUMBER_INDIKATOR,
    WILAYAH_STATISTIK,
)

_IDENTITY = ", ".join(name for name in NILAI_INDIKATOR.key if name != "terbitan")
_VALUE = f"{_IDENTITY}, nilai"
_LOADED = {
    "terbitan": "coalesce(masuk.terbitan_lama, 0) + 1",
    "berlaku": "TRUE",
    "keadaan": "coalesce(keputusan.keadaan, 'diterima')",
    "alasan_menunggu": "keputusan.alasan_menunggu",
}
"""The columns that a staged value does not have."""

_IS_NEW = "terbitan_lama IS NULL OR nilai <> nilai_lama"
_VALUE_ID = (
    "concat_ws('-', indikator, kode_wilayah, tahun, "
    "trim(lower(regexp_replace(sumber, '[^A-Za-z0-9]+', '-', 'g')), '-'), 'v' || terbitan)"
)


@dataclass(frozen=True, slots=True)
class Value:
    """One value of one source; `nilai` in the unit of the indicator."""

    kode_wilayah: str
    indikator: str
    tahun: int
    sumber: str
    nilai: Decimal


FindOdd = Callable[[Sequence[Value], Sequence[Value]], Mapping[Value, str]]
"""Of the values that come, and those that count now: which are odd, and why."""


@dataclass(frozen=True, slots=True)
class WaitingValue:
    """A value that waits for a person: its id for the command line, why it waits, and what counts until then."""

    id: str
    value: Value
    reason: str
    counting: Decimal | None


@dataclass(frozen=True, slots=True)
class StatisticsLoaded:
    """What became of the values of a file, and how many publications it withdrew.

    Args:
        new: values that did not count before.
        revised: values that differ from their newest vintage.
        unchanged: values that say the same as it.
        withdrawn: values that counted before and that the list of publications no longer has.
        waiting: of the new and the revised, those that wait for a person.
    """

    new: int
    revised: int
    unchanged: int
    withdrawn: int
    waiting: int = 0

    @property
    def changed(self) -> bool:
        """Whether what counts is now different."""
        return bool(self.new or self.revised or self.withdrawn)


def counting_values(connection: duckdb.DuckDBPyConnection) -> list[Value]:
    """Of each area, indicator, year and source the newest value that counts."""
    return _values(
        connection,
        f"""
        SELECT {_VALUE}
        FROM core.nilai_indikator
        WHERE berlaku AND keadaan <> 'menunggu'
        QUALIFY row_number() OVER (PARTITION BY {_IDENTITY} ORDER BY terbitan DESC) = 1
        ORDER BY ALL
        """,
    )


def load_statistics(
    connection: duckdb.DuckDBPyConnection,
    parquet: Path,
    *,
    find_odd: FindOdd | None = None,
    approved: Collection[Value] = (),
) -> StatisticsLoaded:
    """Add the values of `parquet` (STAGED_VALUE_COLUMNS) to the history.

    A value equal to the newest vintage of its region, indicator, year and source adds nothing. The file has the
    whole list of publications: a publication that it lacks keeps its history but counts no longer, until a file has
    it again. What it lacks of the WebAPI goes on counting. Raises DampinganError when the file has two values for
    one of these, since their order would decide.

    Args:
        find_odd: says of the values that are added which of them count only when a person lets them, and why.
        approved: values that a person has let pass.
    """
    _compare(connection, parquet)
    incoming = _values(connection, f"SELECT {_VALUE} FROM statistik_masuk WHERE {_IS_NEW} ORDER BY ALL")
    _decide(connection, find_odd(incoming, counting_values(connection)) if find_odd else {}, approved)
    loaded = _counts(connection, parquet)
    columns = ", ".join(_LOADED.get(name, f"masuk.{name}") for name in NILAI_INDIKATOR.column_names)
    connection.execute(
        f"""
        INSERT INTO core.nilai_indikator
        SELECT {columns}
        FROM (FROM statistik_masuk WHERE {_IS_NEW}) AS masuk
        LEFT JOIN keputusan USING ({_VALUE})
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
    connection.execute("DROP TABLE statistik_masuk; DROP TABLE keputusan")
    return loaded


def waiting_values(connection: duckdb.DuckDBPyConnection) -> list[WaitingValue]:
    """Every value that waits: newest vintages that count but are not approved."""
    rows = connection.execute(
        f"""
        WITH terbaru AS (
            SELECT
                *,
                last_value(CASE WHEN keadaan <> 'menunggu' THEN nilai END IGNORE NULLS) OVER (
                    PARTITION BY {_IDENTITY} ORDER BY terbitan ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
                ) AS nilai_berlaku
            FROM core.nilai_indikator
            WHERE berlaku
            QUALIFY row_number() OVER (PARTITION BY {_IDENTITY} ORDER BY terbitan DESC) = 1
        )

        SELECT {_VALUE_ID} AS id, {_VALUE}, alasan_menunggu, nilai_berlaku
        FROM terbaru
        WHERE keadaan = 'menunggu'
        ORDER BY id
        """
    ).fetchall()
    return [WaitingValue(row[0], Value(*row[1:6]), row[6], row[7]) for row in rows]


def approve_values(connection: duckdb.DuckDBPyConnection, values: Iterable[Value]) -> int:
    """Let waiting values count; returns how many of `values` waited. Their reason stays readable."""
    changed = 0
    for value in values:
        changed += _one_row(
            connection,
            """
            UPDATE core.nilai_indikator
            SET keadaan = 'disetujui'
            WHERE
                keadaan = 'menunggu' AND kode_wilayah = ? AND indikator = ? AND tahun = ? AND sumber = ? AND nilai = ?
            """,
            astuple(value),
        )[0]
    return changed


def _values(connection: duckdb.DuckDBPyConnection, sql: str) -> list[Value]:
    return [Value(*row) for row in connection.execute(sql).fetchall()]


def _decide(connection: duckdb.DuckDBPyConnection, odd: Mapping[Value, str], approved: Collection[Value]) -> None:
    """What was decided about new values, in a temporary table."""
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE keputusan (
            kode_wilayah VARCHAR,
            indikator VARCHAR,
            tahun INTEGER,
            sumber VARCHAR,
            nilai DECIMAL(18, 4),
            keadaan VARCHAR,
            alasan_menunggu VARCHAR
        )
        """
    )
    rows = [
        (*astuple(value), "disetujui" if value in approved else "menunggu", reason) for value, reason in odd.items()
    ]
    if rows:
        connection.executemany("INSERT INTO keputusan VALUES (?, ?, ?, ?, ?, ?, ?)", rows)


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
    (waiting,) = _one_row(
        connection,
        f"""
        SELECT count(*)
        FROM (FROM statistik_masuk WHERE {_IS_NEW}) AS masuk
        SEMI JOIN (FROM keputusan WHERE keadaan = 'menunggu') AS tunggu USING ({_VALUE})
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
    return StatisticsLoaded(
        new=new, revised=revised, unchanged=rows - new - revised, withdrawn=withdrawn, waiting=waiting
    )


def load_indicators(
    connection: duckdb.DuckDBPyConnection,
    indicators: Sequence[Mapping[str, object]],
    limits: Sequence[Mapping[str, object]],
) -> bool:
    """Make `core.indikator` and `core.batas_indikator` what the catalogue says; each row has all columns of its table.
    Returns whether anything changed."""
    are_new = _make_equal(connection, INDIKATOR, indicators)
    return _make_equal(connection, BATAS_INDIKATOR, limits) or are_new


def load_sources(connection: duckdb.DuckDBPyConnection, rows: Sequence[Mapping[str, object]]) -> bool:
    """Make `core.sumber_indikator` what the catalogue says, as `load_indicators`. A changed rank holds for values
    that are already loaded."""
    return _make_equal(connection, SUMBER_INDIKATOR, rows)


def load_area_names(connection: duckdb.DuckDBPyConnection, rows: Sequence[Mapping[str, object]]) -> bool:
    """Make `core.wilayah_statistik` what reference/ says, as `load_indicators`."""
    return _make_equal(connection, WILAYAH_STATISTIK, rows)


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


def _one_row(connection: duckdb.DuckDBPyConnection, sql: str, parameters: Sequence[object] = ()) -> tuple[int, ...]:
    row = connection.execute(sql, parameters).fetchone()
    if row is None:
        raise AssertionError("a count always gives a row")
    return tuple(int(value) for value in row)
