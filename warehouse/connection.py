"""The only place where a DuckDB connection is opened.

A library's error text may quote a row, so no such text leaves: `sanitised` turns each into an error of ours.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

import duckdb
import polars as pl

from errors import BusyError, DampinganError, WarehouseDamagedError
from settings import Settings
from warehouse.columns import comment_sql, create_table_sql, sql_text
from warehouse.tables import CORE_TABLES
from warehouse.tables.reference import WILAYAH
from warehouse.tables.registry import STAGED_PERSON

_DAMAGE = ("not a valid duckdb database", "could not read enough bytes", "corrupt")
"""How DuckDB's texts about a file that was cut or overwritten can be told from those about disks and permissions."""

_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    # A staged file may be written anew under its name within the resolution of a time stamp.
    "enable_external_file_cache": "false",
}


_CRYPTOGRAPHY = (
    Path(str(files("duckdb_extension_httpfs"))) / "extensions" / f"v{duckdb.__version__}" / "httpfs.duckdb_extension"
)
"""Comes with a package of its own; DuckDB writes no encrypted file, and so cannot spill, without it."""


@contextmanager
def sanitised(doing: str) -> Iterator[None]:
    """Run DuckDB work; `doing` says in Indonesian what was being done.

    Raises:
        BusyError: another process holds the file.
        WarehouseDamagedError: the file was cut or overwritten.
        DampinganError: anything else that DuckDB refuses, without its text.
    """
    try:
        yield
    except duckdb.IOException as fault:
        text = str(fault).lower()
        if any(sign in text for sign in _DAMAGE):
            raise WarehouseDamagedError(
                f"Berkas basis data rusak, ketahuan saat {doing}.",
                next_step="Pindahkan berkas gudang dari tempatnya, lalu jalankan `dampingan refresh`: isinya dimuat "
                "ulang dari berkas mentah.",
            ) from None
        if "set lock" in text:
            raise BusyError(
                "Gudang data sedang dipakai proses lain.",
                next_step="Tunggu sampai proses itu selesai, lalu ulangi.",
            ) from None
        raise _fault(doing, fault) from None
    except duckdb.Error as fault:
        raise _fault(doing, fault) from None


def _fault(doing: str, fault: duckdb.Error) -> DampinganError:
    return DampinganError(
        f"Gudang data gagal saat {doing} ({type(fault).__name__}).",
        next_step="Tidak ada data yang berubah; laporkan bersama log proses.",
    )


def _bounds(settings: Settings) -> dict[str, str | bool | int | float | list[str]]:
    """Memory and threads, and where what does not fit is spilled, encrypted."""
    return {
        "memory_limit": settings.memory_limit,
        "threads": settings.threads,
        "temp_directory": str(settings.home_folders.staging / "spill"),
        "temp_file_encryption": "true",
        "preserve_insertion_order": "false",
    }


@contextmanager
def open_warehouse(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """The warehouse for writing, created with all its tables when it is not there yet."""
    file = settings.home_folders.warehouse_file
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    old_mask = os.umask(0o077)
    try:
        with sanitised("membuka"):
            connection = duckdb.connect(
                str(file),
                # A fifth smaller and faster to write. Only this program reads this file.
                config=_CONFIG | _bounds(settings) | {"storage_compatibility_version": "v1.5.0"},
            )
        try:
            with sanitised("membuka"):
                connection.execute(f"LOAD {sql_text(str(_CRYPTOGRAPHY))}")
            create_core(connection)
            with sanitised("bekerja"):
                yield connection
        finally:
            connection.close()
    finally:
        os.umask(old_mask)


@contextmanager
def open_read_only(file: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database file for reading only."""
    with sanitised("membuka"):
        connection = duckdb.connect(str(file), read_only=True, config=_CONFIG)
    try:
        with sanitised("membaca"):
            yield connection
    finally:
        connection.close()


@contextmanager
def open_publication(file: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A published database file for expressions that a person wrote: no other file, no setting can be reached."""
    with sanitised("membuka"):
        connection = duckdb.connect(
            str(file),
            read_only=True,
            config=_CONFIG | {"enable_external_access": "false", "lock_configuration": "true"},
        )
    try:
        yield connection
    finally:
        connection.close()


@contextmanager
def open_generations(before: Path, after: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Two published database files beside each other, for reading: catalogs `lama` and `baru`."""
    connection = duckdb.connect(":memory:", config=_CONFIG)
    try:
        with sanitised("membandingkan terbitan"):
            for catalog, file in (("lama", before), ("baru", after)):
                connection.execute(f"ATTACH {sql_text(str(file))} AS {catalog} (READ_ONLY)")
            yield connection
    finally:
        connection.close()


@contextmanager
def open_staged(rows: Path, areas: pl.DataFrame, settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """A scratch database with a staged file's accepted rows as `staged.diterima`, and the areas as `core.wilayah`."""
    connection = duckdb.connect(":memory:", config=_CONFIG | _bounds(settings))
    try:
        with sanitised("memeriksa rilis"):
            connection.execute(f"LOAD {sql_text(str(_CRYPTOGRAPHY))}")
            connection.execute("CREATE SCHEMA staged; CREATE SCHEMA core")
            connection.execute(f"CREATE VIEW {STAGED_PERSON.qualified} AS {accepted_sql(connection, rows)}")
            connection.execute(create_table_sql(WILAYAH))
            replace_rows(connection, WILAYAH.qualified, areas.select(WILAYAH.column_names))
            yield connection
    finally:
        connection.close()


def stated_columns(connection: duckdb.DuckDBPyConnection, rows: Path) -> list[str]:
    """The columns of a staged file: it leaves out what its source does not say of anyone."""
    described = connection.execute(f"DESCRIBE FROM read_parquet({sql_text(str(rows))})").fetchall()
    return [row[0] for row in described]


def accepted_sql(connection: duckdb.DuckDBPyConnection, rows: Path) -> str:
    """A query for the accepted rows of a staged file, with every column of `STAGED_PERSON`."""
    stated = stated_columns(connection, rows)
    columns = ", ".join(
        f"{c.name if c.name in stated else 'NULL'}::{c.type} AS {c.name}" for c in STAGED_PERSON.columns
    )
    return f"SELECT {columns} FROM read_parquet({sql_text(str(rows))}) WHERE penolakan = 0"


def create_core(connection: duckdb.DuckDBPyConnection) -> None:
    """Every base table with its comments. Harmless when they exist.

    Raises:
        WarehouseDamagedError: a table has other columns than this version of the program gives it.
    """
    with sanitised("menyiapkan tabel"):
        for schema in ("core", "internal", "marts"):
            connection.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
        known = dict(
            connection.execute(
                "SELECT table_name, list(column_name ORDER BY column_index) FROM duckdb_columns()"
                " WHERE schema_name = 'core' AND NOT internal GROUP BY table_name"
            ).fetchall()
        )
        for table in CORE_TABLES:
            if table.name not in known:
                connection.execute(create_table_sql(table))
                for statement in comment_sql(table):
                    connection.execute(statement)
            elif known[table.name] != list(table.column_names):
                raise WarehouseDamagedError(
                    f"Gudang data berasal dari versi lain program ini: kolom {table.qualified} berbeda.",
                    next_step="Jalankan `dampingan refresh`: isinya dimuat ulang dari berkas mentah.",
                )


def replace_rows(connection: duckdb.DuckDBPyConnection, table: str, rows: pl.DataFrame) -> None:
    """Put `rows` (its columns named as the table's) in place of everything in `table`, a name of ours."""
    connection.register("replacement_rows", rows.to_arrow())
    try:
        connection.execute(f"DELETE FROM {table}")
        connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM replacement_rows")
    finally:
        connection.unregister("replacement_rows")


@contextmanager
def transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """All or nothing, and no write-ahead log left: DuckDB drops the commits of a log that was cut, in silence."""
    connection.execute("BEGIN TRANSACTION")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
    connection.execute("CHECKPOINT")
