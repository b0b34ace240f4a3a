"""Connections: no text of the library and no value of a person gets out, all or nothing, private files."""

from __future__ import annotations

import os
import subprocess
import sys
import traceback
from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest

from errors import BusyError, DampinganError
from settings import PROJECT_ROOT, Settings
from tests.tasks.registry.rows import AREAS
from tests.warehouse.register import person, release
from warehouse.connection import (
    create_core,
    open_read_only,
    open_staged,
    open_warehouse,
    replace_rows,
    sanitised,
    transaction,
)
from warehouse.tables import CORE_TABLES
from warehouse.tables.reference import WILAYAH

NIK = "3375044107990017"
HOLD = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", threads=1)


LEAKS = (
    f"SELECT CAST('{NIK}' AS DATE)",
    f"SELECT error('{NIK}')",
    f"SELECT '{NIK}'::BIGINT::INTEGER",
    f"SELEKT '{NIK}'",
    f'SELECT "{NIK}"',
    f"CREATE TABLE t (nik VARCHAR PRIMARY KEY); INSERT INTO t VALUES ('{NIK}'), ('{NIK}')",
    f"CREATE TABLE t (nik VARCHAR CHECK (length(nik) < 3)); INSERT INTO t VALUES ('{NIK}')",
    f"FROM read_csv('/{NIK}.csv')",
)


@pytest.mark.parametrize("sql", LEAKS)
def test_a_value_in_an_error_of_duckdb_stays_inside(sql: str) -> None:
    with duckdb.connect() as connection:
        with pytest.raises(duckdb.Error) as raw:
            connection.execute(sql).fetchall()
        assert NIK in str(raw.value) or "CHECK" in sql
    with duckdb.connect() as connection, pytest.raises(DampinganError) as clean, sanitised("mencoba"):
        connection.execute(sql).fetchall()
    assert clean.value.__cause__ is None
    assert clean.value.__suppress_context__
    assert NIK not in "".join(traceback.format_exception(clean.value))
    assert NIK not in repr(clean.value) + clean.value.paragraph
    assert "mencoba" in clean.value.what


def test_a_value_stays_inside_through_every_layer(settings: Settings) -> None:
    with pytest.raises(DampinganError) as refused, open_warehouse(settings) as connection, transaction(connection):
        connection.execute("SELECT CAST(? AS DATE)", [NIK]).fetchall()
    assert NIK not in "".join(traceback.format_exception(refused.value))
    with pytest.raises(DampinganError) as refused, open_read_only(settings.home_folders.warehouse_file) as connection:
        connection.execute("SELECT CAST(? AS DATE)", [NIK]).fetchall()
    assert NIK not in "".join(traceback.format_exception(refused.value))


def test_errors_of_ours_pass_unchanged() -> None:
    with pytest.raises(ValueError, match="ours"), sanitised("mencoba"):
        raise ValueError("ours")


def test_a_file_that_another_process_writes_is_busy(settings: Settings) -> None:
    with open_warehouse(settings):
        pass
    file = settings.home_folders.warehouse_file
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(file)],
        cwd=PROJECT_ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        try:
            assert process.stdout
            assert process.stdout.readline() == b"held\n"
            with pytest.raises(BusyError), open_warehouse(settings):
                pytest.fail("two writers")
            with pytest.raises(BusyError), open_read_only(file):
                pytest.fail("read beside a writer")
        finally:
            process.kill()
    with open_warehouse(settings):
        pass


def test_a_missing_file_in_a_folder_named_lock_is_not_busy(tmp_path: Path) -> None:
    (tmp_path / "block").mkdir()
    with pytest.raises(DampinganError) as refused, open_read_only(tmp_path / "block" / "lock.duckdb"):
        pytest.fail("opened")
    assert not isinstance(refused.value, BusyError)


def test_the_warehouse_is_made_with_all_tables_and_comments_and_stays(settings: Settings) -> None:
    for _ in range(2):
        with open_warehouse(settings) as connection:
            found = dict(
                connection.execute(
                    "SELECT schema_name || '.' || table_name, comment FROM duckdb_tables() WHERE NOT temporary"
                ).fetchall()
            )
            assert found.keys() >= {table.qualified for table in CORE_TABLES}
            assert all(found[table.qualified] for table in CORE_TABLES)
            if connection.execute("SELECT count(*) FROM core.wilayah").fetchone() == (0,):
                replace_rows(connection, WILAYAH.qualified, AREAS.areas)
    with open_read_only(settings.home_folders.warehouse_file) as connection:
        assert connection.execute("SELECT count(*) FROM core.wilayah").fetchone() == (27,)
        with pytest.raises(duckdb.InvalidInputException):
            connection.execute("DELETE FROM core.wilayah")


def test_warehouse_files_are_private_and_the_mask_is_put_back(settings: Settings) -> None:
    old = os.umask(0o022)
    try:
        with open_warehouse(settings) as connection:
            replace_rows(connection, WILAYAH.qualified, AREAS.areas)
            folder = settings.home_folders.warehouse_file.parent
            assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
            assert folder.stat().st_mode & 0o777 == 0o700
        assert os.umask(0o022) == 0o022
    finally:
        os.umask(old)


def test_a_transaction_is_all_or_nothing_and_leaves_no_log(settings: Settings) -> None:
    log = settings.home_folders.warehouse_file.with_name("warehouse.duckdb.wal")
    with open_warehouse(settings) as connection:
        with transaction(connection):
            replace_rows(connection, WILAYAH.qualified, AREAS.areas)
        assert not log.exists()
        for failing in ("SELECT CAST('x' AS DATE)", "DELETE FROM core.tidak_ada"):
            with pytest.raises(duckdb.Error):
                _deleted_in_vain(connection, failing)
            assert connection.execute("SELECT count(*) FROM core.wilayah").fetchone() == (27,)


def _deleted_in_vain(connection: duckdb.DuckDBPyConnection, failing: str) -> None:
    with transaction(connection):
        connection.execute("DELETE FROM core.wilayah")
        connection.execute(failing).fetchall()


def test_replacing_rows_goes_by_name_and_removes_the_old_ones() -> None:
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE t (a VARCHAR, b INTEGER); INSERT INTO t VALUES ('old', 0)")
        replace_rows(connection, "t", pl.DataFrame({"b": [1, 2], "a": ["x", None]}))
        assert connection.execute("FROM t").fetchall() == [("x", 1), (None, 2)]
        with pytest.raises(duckdb.Error):
            replace_rows(connection, "t", pl.DataFrame({"c": [1]}))
        with pytest.raises(duckdb.Error):
            connection.execute("FROM replacement_rows")


def test_staged_rows_can_be_asked_in_sql(tmp_path: Path) -> None:
    to_load = release(tmp_path, [person(1), person(2, tanggal_lahir=None)])
    with open_staged(to_load.accepted, AREAS.areas, Settings(home=tmp_path)) as connection:
        rows = connection.execute(
            "SELECT nama, tanggal_lahir, kelurahan FROM staged.diterima"
            " JOIN core.wilayah USING (kode_kemendagri) ORDER BY 1"
        ).fetchall()
    assert rows == [("SINTETIS 1", date(1999, 1, 1), "Jenggot"), ("SINTETIS 2", None, "Jenggot")]


def test_no_extension_is_fetched(settings: Settings) -> None:
    with open_warehouse(settings) as connection:
        names = ("autoinstall_known_extensions", "autoload_known_extensions")
        assert [connection.execute(f"SELECT current_setting('{name}')").fetchone() for name in names] == [(False,)] * 2
        create_core(connection)


def test_a_warehouse_that_runs_out_of_memory_spills_and_goes_on(tmp_path: Path) -> None:
    """Spill files are encrypted, which DuckDB refuses without the cryptography that is loaded for it."""
    settings = Settings(home=tmp_path, memory_limit="60MB", threads=1)
    settings.home_folders.create()
    with open_warehouse(settings) as connection:
        row = connection.execute(
            "SELECT count(*) FROM (SELECT DISTINCT hash(i)::VARCHAR || repeat('x', 40) FROM range(3000000) AS r (i))"
        ).fetchone()
        assert row == (3_000_000,)
