"""What a run tells of the ledger: files taken in, changes since the release before, persons against the SK."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from settings import Settings
from tests.tasks.registry.rows import AREAS
from tests.warehouse.register import JENGGOT, MEDONO, SOKODUWET, person, release
from warehouse.columns import create_table_sql
from warehouse.connection import replace_rows
from warehouse.releases import ControlTotal, load_release, withdraw_release
from warehouse.summary import accepted_by_area, last_changes, taken_in
from warehouse.tables import CORE_TABLES
from warehouse.tables.reference import WILAYAH
from warehouse.views import create_views


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Three releases of the city; the last one has one newcomer, one move, one change, one who left."""
    with duckdb.connect() as opened:
        opened.execute("CREATE SCHEMA core")
        for table in CORE_TABLES:
            opened.execute(create_table_sql(table))
        replace_rows(opened, WILAYAH.qualified, AREAS.areas)
        create_views(opened, Settings())
        load_release(opened, release(tmp_path, [person(9)], month=1))
        load_release(opened, release(tmp_path, [person(number) for number in range(1, 6)], month=4))
        last = [
            person(1),
            person(2, kode_kemendagri=SOKODUWET),
            person(3, bansos_pkh=True),
            person(4),
            person(6, kode_kemendagri=MEDONO),
            person(7),
        ]
        total = (ControlTotal("kecamatan", "33.75.04", 6),)
        load_release(opened, release(tmp_path, last, month=7, rejected={20: 1}, control_totals=total))
        yield opened


def test_files_taken_in(connection: duckdb.DuckDBPyConnection) -> None:
    [row] = taken_in(connection, ["dtks-3375-2022-07-v1", "tidak-ada"])
    assert row == {
        "id": "dtks-3375-2022-07-v1",
        "sumber": "register",
        "berkas": "dtks-3375-2022-07-v1.csv",
        "baris_berkas": 10,
        "baris_diterima": 6,
        "baris_ditolak": 1,
        "baris_dilewati": 3,
        "nomor_sk": "460/0007",
        "tanggal_sk": "2022-07-04",
    }
    assert taken_in(connection, []) == []
    assert len(taken_in(connection, ["dtks-3375-2022-04-v1", "dtks-3375-2022-01-v1"])) == 2


def test_changes_are_those_between_the_last_two_releases(connection: duckdb.DuckDBPyConnection) -> None:
    [change] = last_changes(connection)
    assert change == {
        "rilis": "dtks-3375-2022-07-v1",
        "rilis_sebelumnya": "dtks-3375-2022-04-v1",
        "terdaftar": 6,
        "terdaftar_sebelumnya": 5,
        "masuk": 2,
        "keluar": 1,
        "pindah": 1,
        "berubah": 1,
    }


def test_a_withdrawn_release_is_no_neighbour(connection: duckdb.DuckDBPyConnection) -> None:
    withdraw_release(connection, "dtks-3375-2022-04-v1")
    [change] = last_changes(connection)
    assert (change["rilis_sebelumnya"], change["masuk"], change["keluar"]) == ("dtks-3375-2022-01-v1", 6, 1)
    withdraw_release(connection, "dtks-3375-2022-01-v1")
    assert last_changes(connection) == []


def test_persons_per_kelurahan_of_a_release_in_force(connection: duckdb.DuckDBPyConnection) -> None:
    assert accepted_by_area(connection, "dtks-3375-2022-04-v1") == {JENGGOT: 5}
    assert accepted_by_area(connection, "dtks-3375-2022-07-v1") == {JENGGOT: 4, SOKODUWET: 1, MEDONO: 1}
    withdraw_release(connection, "dtks-3375-2022-04-v1")
    assert accepted_by_area(connection, "dtks-3375-2022-04-v1") == {}
