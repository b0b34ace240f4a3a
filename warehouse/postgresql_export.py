"""Copying a published generation into a schema of PostgreSQL, for BI tools that cannot read a DuckDB file.

What is copied, with which types and comments, is what stands in the published file itself: nothing is declared here a
second time, and an older generation that somebody went back to is copied as it was. It must not know the warehouse.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import psycopg
from psycopg import conninfo, errors, sql

from errors import BusyError, DampinganError, UsageError
from warehouse.connection import open_read_only

SCHEMA = "marts"
READER_ROLE = "dampingan_pembaca"
"""May read the schema and nothing else; people and tools become members of it."""

OWN_MARK = "dampingan, terbitan "
"""How the comment of a schema begins that we may replace."""

_NEW_SCHEMA = f"{SCHEMA}_baru"
_LOCK_NAME = 3375_0001
_CONNECT_SECONDS = 10
_LOCK_SECONDS = 30
_ONE_TRY = "200ms"
"""Less than PostgreSQL's deadlock_timeout: who reads two tables never becomes the victim of a deadlock with us, and
nobody stands behind us for longer."""
_ROWS_AT_A_TIME = 5_000

_TYPES = {
    "VARCHAR": "text",
    "INTEGER": "integer",
    "BIGINT": "bigint",
    "UBIGINT": "numeric(20,0)",
    "DOUBLE": "double precision",
    "DATE": "date",
    "TIMESTAMP": "timestamp",
    "BOOLEAN": "boolean",
}
_DECIMAL = re.compile(r"^DECIMAL\((\d+),(\d+)\)$")


@dataclass(frozen=True, slots=True)
class Exported:
    """What stands in PostgreSQL now; `rows` by table."""

    generation: str
    place: str
    rows: dict[str, int]


def parse_target(target: str) -> str:
    """The place that an address names, as `host:port/database`, without user and password.

    Raises:
        UsageError: it is no address of a PostgreSQL database.
    """
    parts: dict[str, object] = {}
    if target.startswith(("postgresql://", "postgres://")):
        try:
            parts = dict(conninfo.conninfo_to_dict(target))
        except psycopg.ProgrammingError:
            parts = {}
    if not parts.get("dbname"):
        raise UsageError(
            "Alamat PostgreSQL tidak dapat dibaca.",
            next_step="Tulis seperti postgresql://pengguna@server:5432/basisdata; kata sandi dibaca dari PGPASSWORD "
            "atau berkas ~/.pgpass.",
        )
    return f"{parts.get('host', 'localhost')}:{parts.get('port', 5432)}/{parts['dbname']}"


def export(database: Path, generation: str, target: str) -> Exported:
    """Replace schema `marts` of the PostgreSQL database at `target` by every table of a published file.

    One transaction: readers see the old generation until it ends, and keep it when it fails.

    Raises:
        UsageError: PostgreSQL refuses the user, the schema is not ours, or own views of somebody hang on its tables.
        BusyError: a reader holds a table of the schema for too long.
    """
    place = parse_target(target)
    with (
        _connected(target, place) as remote,
        _explained(place),
        open_read_only(database) as local,
        remote.transaction(),
    ):
        _be_alone(remote, place)
        _refuse_foreign_schema(remote, place)
        remote.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(_NEW_SCHEMA)))
        rows = {table: _copy(local, remote, table) for table in _tables(local)}
        _comment(remote, sql.SQL("SCHEMA {}").format(sql.Identifier(_NEW_SCHEMA)), f"{OWN_MARK}{generation}")
        _swap(remote)
        _let_read(remote)
    return Exported(generation, place, rows)


@contextmanager
def _connected(target: str, place: str) -> Iterator[psycopg.Connection]:
    try:
        connection = psycopg.connect(target, connect_timeout=_CONNECT_SECONDS, application_name="dampingan")
    except psycopg.OperationalError as fault:
        refused = "authentication" in str(fault)
        raise UsageError(
            "PostgreSQL menolak nama pengguna atau kata sandi."
            if refused
            else "PostgreSQL tidak dapat dihubungi, atau basis datanya tidak ada.",
            where=place,
            next_step="Periksa pengguna pada alamat dan kata sandi di PGPASSWORD atau ~/.pgpass."
            if refused
            else "Periksa server, port dan nama basis data, lalu ulangi; terbitan sendiri tidak berubah.",
        ) from None
    with connection:
        yield connection


@contextmanager
def _explained(place: str) -> Iterator[None]:
    """A database error's text may quote a row, so none leaves."""
    try:
        yield
    except errors.LockNotAvailable:
        raise BusyError(
            f"Skema {SCHEMA} di PostgreSQL sedang dibaca terus-menerus.",
            where=place,
            next_step="Tutup kueri yang lama berjalan, lalu ulangi; isi yang lama tetap berlaku.",
        ) from None
    except errors.InsufficientPrivilege:
        raise UsageError(
            "Pengguna PostgreSQL ini tidak berhak membuat skema atau peran.",
            where=place,
            next_step="Minta pengelola PostgreSQL menjalankan: GRANT CREATE ON DATABASE ... TO pengguna; "
            f"CREATE ROLE {READER_ROLE} NOLOGIN.",
        ) from None
    except errors.DependentObjectsStillExist as fault:
        raise UsageError(
            f"Ada tampilan buatan sendiri yang memakai tabel di skema {SCHEMA}: {fault.diag.message_detail or '-'}.",
            where=place,
            next_step="Hapus tampilan itu dan simpan kuerinya di alat BI; skema ini diganti pada tiap terbitan.",
        ) from None
    except psycopg.Error as fault:
        raise DampinganError(
            f"PostgreSQL gagal ({type(fault).__name__}, {fault.sqlstate or 'tanpa kode'}).",
            where=place,
            next_step="Isi yang lama tetap berlaku; laporkan bersama log PostgreSQL.",
        ) from None


def _be_alone(remote: psycopg.Connection, place: str) -> None:
    held = remote.execute("SELECT pg_try_advisory_xact_lock(%s)", (_LOCK_NAME,)).fetchone()
    if held != (True,):
        raise BusyError(
            "Penyalinan lain ke basis data itu sedang berjalan.", where=place, next_step="Ulangi sesudah selesai."
        )


def _refuse_foreign_schema(remote: psycopg.Connection, place: str) -> None:
    found = remote.execute(
        "SELECT coalesce(obj_description(oid, 'pg_namespace'), '') FROM pg_namespace WHERE nspname = %s", (SCHEMA,)
    ).fetchone()
    if found is not None and not found[0].startswith(OWN_MARK):
        raise UsageError(
            f"Skema {SCHEMA} di basis data itu bukan buatan dampingan, jadi tidak diganti.",
            where=place,
            next_step="Pilih basis data lain, atau ganti nama skema itu.",
        )


def _tables(local: duckdb.DuckDBPyConnection) -> list[str]:
    found = local.execute(
        "SELECT table_name FROM duckdb_tables() WHERE schema_name = $schema ORDER BY table_name", {"schema": SCHEMA}
    ).fetchall()
    return [name for (name,) in found]


def _copy(local: duckdb.DuckDBPyConnection, remote: psycopg.Connection, table: str) -> int:
    """One table with its comments; returns its number of rows."""
    columns = local.execute(
        "SELECT column_name, data_type, is_nullable, coalesce(comment, '') FROM duckdb_columns()"
        " WHERE schema_name = $schema AND table_name = $table ORDER BY column_index",
        {"schema": SCHEMA, "table": table},
    ).fetchall()
    name = sql.Identifier(_NEW_SCHEMA, table)
    definitions = [
        sql.SQL("{} {}{}").format(
            sql.Identifier(column), sql.SQL(_postgresql_type(kind)), sql.SQL("" if nullable else " NOT NULL")
        )
        for column, kind, nullable, _ in columns
    ]
    remote.execute(sql.SQL("CREATE TABLE {} ({})").format(name, sql.SQL(", ").join(definitions)))
    described = local.execute(
        "SELECT coalesce(comment, '') FROM duckdb_tables() WHERE schema_name = $schema AND table_name = $table",
        {"schema": SCHEMA, "table": table},
    ).fetchone()
    _comment(remote, sql.SQL("TABLE {}").format(name), described[0] if described else "")
    for column, _, _, comment in columns:
        _comment(remote, sql.SQL("COLUMN {}").format(sql.Identifier(_NEW_SCHEMA, table, column)), comment)
    rows = local.execute(f'FROM "{SCHEMA}"."{table}"')
    count = 0
    with remote.cursor() as cursor, cursor.copy(sql.SQL("COPY {} FROM STDIN").format(name)) as copy:
        while batch := rows.fetchmany(_ROWS_AT_A_TIME):
            for row in batch:
                copy.write_row(row)
            count += len(batch)
    # BI tools ask the planner; autovacuum would come too late for the first dashboards.
    remote.execute(sql.SQL("ANALYZE {}").format(name))
    return count


def _postgresql_type(kind: str) -> str:
    if match := _DECIMAL.match(kind):
        return f"numeric({match[1]},{match[2]})"
    try:
        return _TYPES[kind]
    except KeyError:
        raise DampinganError(
            f"Jenis kolom {kind} belum dikenal penyalin PostgreSQL.",
            next_step="Ini kesalahan program; laporkan bersama nama terbitannya.",
        ) from None


def _comment(remote: psycopg.Connection, thing: sql.Composed, text: str) -> None:
    remote.execute(sql.SQL("COMMENT ON {} IS {}").format(thing, sql.Literal(text)))


def _swap(remote: psycopg.Connection) -> None:
    """Last, because from here on readers wait: the old tables go, the new schema takes the name."""
    present = remote.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = %s ORDER BY tablename", (SCHEMA,)
    ).fetchall()
    if present:
        # No CASCADE: it would drop in silence what somebody built on these tables.
        names = sql.SQL(", ").join(sql.Identifier(SCHEMA, name) for (name,) in present)
        _wait_for_readers(remote, names)
        remote.execute(sql.SQL("DROP TABLE {}").format(names))
    remote.execute(sql.SQL("DROP SCHEMA IF EXISTS {}").format(sql.Identifier(SCHEMA)))
    remote.execute(sql.SQL("ALTER SCHEMA {} RENAME TO {}").format(sql.Identifier(_NEW_SCHEMA), sql.Identifier(SCHEMA)))


def _wait_for_readers(remote: psycopg.Connection, names: sql.Composed) -> None:
    """Take all locks at once, in short tries; raises LockNotAvailable when a reader does not end."""
    deadline = time.monotonic() + _LOCK_SECONDS
    remote.execute(sql.SQL("SET LOCAL lock_timeout = {}").format(sql.Literal(_ONE_TRY)))
    while True:
        try:
            # A savepoint: a try that fails gives back what it held.
            with remote.transaction():
                remote.execute(sql.SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE").format(names))
        except errors.LockNotAvailable:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return


def _let_read(remote: psycopg.Connection) -> None:
    role, schema = sql.Identifier(READER_ROLE), sql.Identifier(SCHEMA)
    if remote.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (READER_ROLE,)).fetchone() is None:
        remote.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(role))
    remote.execute(sql.SQL("GRANT USAGE ON SCHEMA {} TO {}").format(schema, role))
    remote.execute(sql.SQL("GRANT SELECT ON ALL TABLES IN SCHEMA {} TO {}").format(schema, role))
