"""Building a published generation aside and making it current by one rename.

A generation is a folder with a name that is never used again. Readers keep what they have open; new readers follow the
link. What is published is the whitelist of declared columns, written fresh: nothing of the warehouse file is copied.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
from pyarrow import parquet

from errors import DampinganError, UsageError
from settings import Home
from warehouse.columns import Table, arrow_schema, comment_sql, create_table_sql, sql_text
from warehouse.connection import sanitised
from warehouse.raw import fsync_folder, write_durably

DATABASE_NAME = "dampingan.duckdb"
MANIFEST_NAME = "manifest.json"
LATEST_NAME = "latest.json"
"""Tells readers on other machines which generation is current; they read under its name, which never changes."""
STORAGE_VERSION = "v1.2.0"
"""Readable by DuckDB 1.2 to 2.0 as long as the file holds no index and no macro."""

_BUILDING = ".building-"
_REMOVING = ".removing-"


@dataclass(frozen=True, slots=True)
class Built:
    """A generation that is complete but not current yet."""

    folder: Path
    content_hash: str
    row_counts: dict[str, int]

    @property
    def database(self) -> Path:
        return self.folder / DATABASE_NAME


def build(
    connection: duckdb.DuckDBPyConnection, home: Home, tables: Sequence[Table], *, run_id: str, remark: str = ""
) -> Built:
    """Write every table of schema `marts` into a new database file and into Parquet, aside from what is published.

    `remark` stands before the comment of every table. The Parquet files are byte-identical for the same content: total
    order, one thread's row groups.
    """
    folder = home.published / f"{_BUILDING}{run_id}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    database = folder / DATABASE_NAME
    with sanitised("menyusun terbitan"):
        connection.execute(f"ATTACH {sql_text(str(database))} AS publication (STORAGE_VERSION '{STORAGE_VERSION}')")
        try:
            connection.execute("CREATE SCHEMA publication.marts")
            counts = {table.name: _copy_table(connection, table, remark) for table in tables}
            connection.execute("CHECKPOINT publication")
            for table in tables:
                _export_parquet(connection, table, folder)
        finally:
            connection.execute("DETACH publication")
    leftovers = list(folder.glob("*.wal"))
    if leftovers:
        raise DampinganError("Terbitan belum tertutup dengan benar.", next_step="Jalankan ulang pembaruan.")
    return Built(folder, _content_hash(folder, tables), counts)


def _copy_table(connection: duckdb.DuckDBPyConnection, table: Table, remark: str) -> int:
    connection.execute(create_table_sql(table, catalog="publication"))
    columns = ", ".join(table.column_names)
    connection.execute(
        f"INSERT INTO publication.{table.qualified} SELECT {columns} FROM {table.qualified} ORDER BY ALL"
    )
    remarked = replace(table, purpose=f"{remark}{table.purpose}")
    for statement in comment_sql(remarked, catalog="publication"):
        connection.execute(statement)
    row = connection.execute(f"SELECT count(*) FROM publication.{table.qualified}").fetchone()
    return int(row[0]) if row else 0


def _export_parquet(connection: duckdb.DuckDBPyConnection, table: Table, folder: Path) -> None:
    file = folder / f"{table.name}.parquet"
    columns = ", ".join(table.column_names)
    connection.execute(
        f"COPY (SELECT {columns} FROM publication.{table.qualified} ORDER BY ALL)"
        f" TO {sql_text(str(file))} (FORMAT parquet, COMPRESSION zstd, PRESERVE_ORDER true)"
    )
    declared, written = arrow_schema(table), parquet.read_schema(file)
    if (declared.names, declared.types) != (written.names, written.types):
        raise DampinganError(
            f"Berkas Parquet {table.name} tidak sesuai penetapan kolomnya.",
            where=file.name,
            next_step="Ini kesalahan program; laporkan bersama berkas catatannya.",
        )


def _content_hash(folder: Path, tables: Sequence[Table]) -> str:
    digest = hashlib.sha256()
    for name in sorted(table.name for table in tables):
        digest.update(f"{name} {file_sha256(folder / f'{name}.parquet')}\n".encode())
    return digest.hexdigest()


def file_sha256(path: Path) -> str:
    """SHA-256 (hex) of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def publish(built: Built, home: Home, manifest: dict[str, Any], *, at: datetime, keep: int) -> str:
    """Make a built generation current; returns its name.

    Everything is on disk before the link is swapped, and the swap is one rename: a crash leaves the old generation or
    the new one. Generations beyond the last `keep` are deleted.
    """
    generation = f"{at:%Y%m%dT%H%M%SZ}-{built.content_hash[:8]}"
    latest = {
        "generation": generation,
        "published_at": at.isoformat(timespec="seconds"),
        "database": f"{generation}/{DATABASE_NAME}",
        "sha256": file_sha256(built.database),
    }
    (built.folder / LATEST_NAME).write_text(json.dumps(latest, indent=2) + "\n", "utf-8")
    files = sorted(path for path in built.folder.iterdir() if path.name != MANIFEST_NAME)
    content = {
        "generation": generation,
        "published_at": at.isoformat(timespec="seconds"),
        "content_hash": built.content_hash,
        "row_counts": built.row_counts,
        "files": {path.name: {"sha256": file_sha256(path), "bytes": path.stat().st_size} for path in files},
        **manifest,
    }
    text = json.dumps(content, indent=2, ensure_ascii=False, sort_keys=True, default=str)
    write_durably(built.folder / MANIFEST_NAME, text.encode())
    for path in files:
        _fsync_file(path)
    fsync_folder(built.folder)
    final = home.published / generation
    if final.exists():
        raise DampinganError(f"Terbitan {generation} sudah ada.", next_step="Jalankan ulang pembaruan.")
    built.folder.rename(final)
    fsync_folder(home.published)
    point_to(home, generation)
    _delete_old(home, keep)
    return generation


def point_to(home: Home, generation: str) -> None:
    """Make an existing generation the current one. Raises UsageError when it is not there."""
    if not (home.published / generation / MANIFEST_NAME).is_file():
        known = ", ".join(generations(home)) or "belum ada"
        raise UsageError(f"Terbitan {generation} tidak ada.", next_step=f"Yang ada: {known}.")
    # First, because a crash after the swap below would leave a publication that is complete and lacks these names.
    for link, name in ((home.current_database, DATABASE_NAME), (home.published / LATEST_NAME, LATEST_NAME)):
        if not link.is_symlink():
            _swap_link(link, f"{home.current.name}/{name}")
    _swap_link(home.current, generation)


def _swap_link(link: Path, target: str) -> None:
    temporary = link.with_name(f".{link.name}.new")
    temporary.unlink(missing_ok=True)
    temporary.symlink_to(target)
    temporary.replace(link)
    fsync_folder(link.parent)


def generations(home: Home) -> list[str]:
    """Names of the complete generations, oldest first."""
    if not home.published.is_dir():
        return []
    return sorted(
        path.name
        for path in home.published.iterdir()
        if path.is_dir() and not path.is_symlink() and (path / MANIFEST_NAME).is_file()
    )


def current_manifest(home: Home) -> dict[str, Any] | None:
    """The manifest of what is published now; None before the first publication."""
    file = home.current / MANIFEST_NAME
    if not file.is_file():
        return None
    content: dict[str, Any] = json.loads(file.read_bytes())
    return content


def remove_unfinished(home: Home) -> None:
    """Delete what a killed build or deletion left; call only while holding the writer lock."""
    for prefix in (_BUILDING, _REMOVING):
        for folder in home.published.glob(f"{prefix}*"):
            shutil.rmtree(folder)


def discard(built: Built) -> None:
    """Delete a generation that will not be published."""
    shutil.rmtree(built.folder)


def _delete_old(home: Home, keep: int) -> None:
    current = home.current.readlink().name
    for generation in generations(home)[:-keep]:
        if generation != current:
            # Renamed first: a folder that is half deleted must not look like a generation.
            doomed = home.published / f"{_REMOVING}{generation}"
            (home.published / generation).rename(doomed)
            shutil.rmtree(doomed)


def _fsync_file(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
