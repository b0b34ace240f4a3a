"""The history equals a naive recomputation, whatever the order in which releases arrive, are replaced or withdrawn."""

from __future__ import annotations

import uuid
from datetime import date

import duckdb
import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings

from warehouse.columns import create_table_sql
from warehouse.history import insert_release, remove_release, timeline
from warehouse.tables.registry import PERSON_COLUMNS, RILIS, RIWAYAT_WARGA

Snapshot = dict[int, int]
"""Person number -> content number."""

SERIES = "dtks-3375"
PERSON = st.integers(0, 5)
RELEASES = st.dictionaries(st.integers(1, 6), st.dictionaries(PERSON, st.integers(0, 2)), min_size=1, max_size=5)


def _period(month: int) -> date:
    return date(2022, month, 1)


def _naive(releases: dict[int, Snapshot]) -> set[tuple[int, int, date, date | None]]:
    """Runs of equal content over the releases in order of time."""
    months = sorted(releases)
    versions = set()
    for person in {person for snapshot in releases.values() for person in snapshot}:
        run: tuple[int, date] | None = None
        for month in months:
            content = releases[month].get(person)
            if run and run[0] != content:
                versions.add((person, run[0], run[1], _period(month)))
                run = None
            if content is not None and run is None:
                run = (content, _period(month))
        if run:
            versions.add((person, run[0], run[1], None))
    return versions


class Warehouse:
    def __init__(self) -> None:
        self.connection = duckdb.connect()
        self.connection.execute("CREATE SCHEMA core")
        for table in (RILIS, RIWAYAT_WARGA):
            self.connection.execute(create_table_sql(table).replace(" NOT NULL", ""))
        person = ", ".join(f"NULL::{column.type} AS {column.name}" for column in PERSON_COLUMNS)
        self.empty_person = person

    def insert(self, month: int, snapshot: Snapshot) -> None:
        self.connection.execute(
            "CREATE OR REPLACE TEMP TABLE incoming"
            " (baris_sumber BIGINT, kunci_warga UUID, urutan_nik INTEGER, sidik_baris UBIGINT)"
        )
        for line, (person, content) in enumerate(snapshot.items()):
            self.connection.execute(
                "INSERT INTO incoming VALUES (?, ?, 1, ?)",
                [line, uuid.UUID(int=person), content],
            )
        self.connection.execute(
            f"CREATE OR REPLACE TEMP VIEW staged AS SELECT baris_sumber, {self.empty_person} FROM incoming"
        )
        insert_release(self.connection, timeline(self.connection, SERIES, _period(month)), f"release-{month}")
        self.connection.execute(
            "INSERT INTO core.rilis (id_rilis, seri, periode, keadaan) VALUES (?, ?, ?, 'berlaku')",
            [f"release-{month}", SERIES, _period(month)],
        )

    def remove(self, month: int) -> None:
        remove_release(self.connection, timeline(self.connection, SERIES, _period(month)))
        self.connection.execute("DELETE FROM core.rilis WHERE periode = ?", [_period(month)])

    def versions(self) -> list[tuple[int, int, date, date | None]]:
        rows = self.connection.execute(
            "SELECT kunci_warga, sidik_baris, berlaku_dari, berlaku_sampai FROM core.riwayat_warga"
        ).fetchall()
        return [(key.int, content, start, end) for key, content, start, end in rows]


def _assert_equal(warehouse: Warehouse, releases: dict[int, Snapshot]) -> None:
    versions = warehouse.versions()
    assert len(versions) == len(set(versions))
    assert set(versions) == _naive(releases)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(releases=RELEASES, data=st.data())
def test_any_order_of_arrival_gives_the_same_history(releases: dict[int, Snapshot], data: st.DataObject) -> None:
    warehouse = Warehouse()
    for month in data.draw(st.permutations(sorted(releases))):
        warehouse.insert(month, releases[month])
    _assert_equal(warehouse, releases)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(releases=RELEASES, correction=st.dictionaries(PERSON, st.integers(0, 2)), data=st.data())
def test_a_release_can_be_replaced_or_withdrawn(
    releases: dict[int, Snapshot], correction: Snapshot, data: st.DataObject
) -> None:
    warehouse = Warehouse()
    for month in data.draw(st.permutations(sorted(releases))):
        warehouse.insert(month, releases[month])
    chosen = data.draw(st.sampled_from(sorted(releases)))
    warehouse.remove(chosen)
    without = {month: snapshot for month, snapshot in releases.items() if month != chosen}
    _assert_equal(warehouse, without)
    warehouse.insert(chosen, correction)
    _assert_equal(warehouse, without | {chosen: correction})


@pytest.mark.parametrize("late", [1, 2, 3])
def test_a_person_who_is_missing_in_one_release_comes_back_as_a_new_version(late: int) -> None:
    releases: dict[int, Snapshot] = {1: {0: 0}, 2: {}, 3: {0: 0}}
    warehouse = Warehouse()
    for month in [*(month for month in releases if month != late), late]:
        warehouse.insert(month, releases[month])
    assert sorted(warehouse.versions(), key=lambda version: version[2]) == [
        (0, 0, _period(1), _period(2)),
        (0, 0, _period(3), None),
    ]


def test_the_hash_that_finds_changes_is_the_one_the_history_was_built_with() -> None:
    """DuckDB does not promise a stable hash(): a version with another one would show everybody as changed."""
    row = duckdb.sql("SELECT hash('SITI', NULL::VARCHAR, DATE '1980-05-03', true)").fetchone()
    assert row == (1784109418994492050,)
