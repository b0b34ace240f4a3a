"""The history of registered persons over the releases of one series (SCD2).

A row is valid for `berlaku_dari <= period < berlaku_sampai`. Adjacent versions of a person always differ, so the
history is the same whatever the order in which releases arrived; only the place where a version was read
(`id_rilis`, `baris_sumber`) may name another release with exactly the same content.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import duckdb

from warehouse.tables.registry import PERSON_COLUMNS, RIWAYAT_WARGA

_COLUMNS = ", ".join(RIWAYAT_WARGA.column_names)
_PERSON = ", ".join(column.name for column in PERSON_COLUMNS)
_IDENTITY = "kunci_warga, urutan_nik, sidik_baris"


@dataclass(frozen=True, slots=True)
class Timeline:
    """Where a release stands in its series: `following` is the next release's period in force, if any."""

    series: str
    period: date
    following: date | None


def timeline(connection: duckdb.DuckDBPyConnection, series: str, period: date) -> Timeline:
    """The place of `period` among the releases in force of `series`."""
    row = connection.execute(
        "SELECT min(periode) FROM core.rilis WHERE seri = ? AND keadaan = 'berlaku' AND periode > ?",
        [series, period],
    ).fetchone()
    return Timeline(series, period, row[0] if row else None)


def insert_release(connection: duckdb.DuckDBPyConnection, place: Timeline, release_id: str) -> None:
    """Put the rows of a release into the history, between its neighbours in time.

    Of two temporary relations `incoming` has `baris_sumber` and the identity columns of each row, `staged` has
    `baris_sumber` and the person columns. Call inside a transaction; no release of this period may be in force.
    """
    names = {"series": place.series, "period": place.period}
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE spanning AS
        SELECT rowid AS history_row, kunci_warga, urutan_nik, sidik_baris, berlaku_sampai
        FROM core.riwayat_warga
        WHERE seri = $series AND berlaku_dari < $period
            AND (berlaku_sampai IS NULL OR berlaku_sampai > $period)
        """,
        names,
    )
    connection.execute(f"CREATE OR REPLACE TEMP TABLE ending AS FROM spanning ANTI JOIN incoming USING ({_IDENTITY})")
    connection.execute(f"CREATE OR REPLACE TEMP TABLE arriving AS FROM incoming ANTI JOIN spanning USING ({_IDENTITY})")
    if place.following is not None:
        _meet_following(connection, place, release_id)
    connection.execute(
        "UPDATE core.riwayat_warga SET berlaku_sampai = $period WHERE rowid IN (SELECT history_row FROM ending)",
        {"period": place.period},
    )
    connection.execute(
        f"""
        INSERT INTO core.riwayat_warga ({_COLUMNS})
        SELECT $series, arriving.kunci_warga, urutan_nik, $period, $following, $release, baris_sumber, {_PERSON},
            sidik_baris
        FROM staged INNER JOIN arriving USING (baris_sumber)
        """,
        names | {"following": place.following, "release": release_id},
    )


def _meet_following(connection: duckdb.DuckDBPyConnection, place: Timeline, release_id: str) -> None:
    """A release that comes late: what it ends goes on at the next release; what it brings may begin there already."""
    following = {"following": place.following}
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE earlier AS
        SELECT history.rowid AS history_row, arriving.baris_sumber, {_IDENTITY}
        FROM core.riwayat_warga AS history
        INNER JOIN arriving USING ({_IDENTITY})
        WHERE history.seri = $series AND history.berlaku_dari = $following
        """,
        following | {"series": place.series},
    )
    connection.execute(
        f"""
        INSERT INTO core.riwayat_warga ({_COLUMNS})
        SELECT seri, kunci_warga, urutan_nik, $following, berlaku_sampai, id_rilis, baris_sumber, {_PERSON}, sidik_baris
        FROM core.riwayat_warga
        WHERE rowid IN (
            SELECT history_row FROM ending WHERE berlaku_sampai IS NULL OR berlaku_sampai > $following
        )
        """,
        following,
    )
    connection.execute(
        """
        UPDATE core.riwayat_warga AS history
        SET berlaku_dari = $period, id_rilis = $release, baris_sumber = earlier.baris_sumber
        FROM earlier WHERE history.rowid = earlier.history_row
        """,
        {"period": place.period, "release": release_id},
    )
    connection.execute(f"CREATE OR REPLACE TEMP TABLE arriving AS FROM arriving ANTI JOIN earlier USING ({_IDENTITY})")


def remove_release(connection: duckdb.DuckDBPyConnection, place: Timeline) -> None:
    """Take the release of `place.period` out of the history: until the next release, the one before it holds.

    Call inside a transaction.
    """
    names = {"series": place.series, "period": place.period, "following": place.following}
    connection.execute(
        """
        DELETE FROM core.riwayat_warga
        WHERE seri = $series AND berlaku_dari = $period
            AND ($following IS NULL OR berlaku_sampai <= $following)
        """,
        names,
    )
    connection.execute(
        "UPDATE core.riwayat_warga SET berlaku_dari = $following WHERE seri = $series AND berlaku_dari = $period",
        names,
    )
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE rejoined AS
        SELECT before.rowid AS history_row, later.rowid AS later_row, later.berlaku_sampai
        FROM core.riwayat_warga AS before
        INNER JOIN core.riwayat_warga AS later USING (seri, kunci_warga, urutan_nik, sidik_baris)
        WHERE before.seri = $series AND before.berlaku_sampai = $period AND later.berlaku_dari = $following
        """,
        names,
    )
    connection.execute(
        "UPDATE core.riwayat_warga SET berlaku_sampai = $following WHERE seri = $series AND berlaku_sampai = $period",
        names,
    )
    connection.execute(
        "UPDATE core.riwayat_warga AS history SET berlaku_sampai = rejoined.berlaku_sampai"
        " FROM rejoined WHERE history.rowid = rejoined.history_row"
    )
    connection.execute("DELETE FROM core.riwayat_warga WHERE rowid IN (SELECT later_row FROM rejoined)")
