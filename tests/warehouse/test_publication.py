"""Publishing: a new folder each time, complete before the one rename that makes it current."""

from __future__ import annotations

import hashlib
import json
import os
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from errors import UsageError
from settings import Home
from warehouse import publication
from warehouse.columns import Column, Table
from warehouse.publication import (
    Built,
    build,
    current_manifest,
    discard,
    generations,
    point_to,
    publish,
    remove_unfinished,
)

NOON = datetime(2026, 11, 24, 12, 0, 0, tzinfo=UTC)
COUNTS = Table(
    "marts",
    "jumlah",
    grain="satu kelurahan.",
    purpose="Contoh.",
    key=("kelurahan",),
    columns=(
        Column("kelurahan", "VARCHAR", "Nama."),
        Column("jumlah_jiwa", "BIGINT", "Banyaknya.", "jiwa", nullable=True),
    ),
)
NUMBERS = Table(
    "marts", "angka", grain="satu angka.", purpose="Contoh.", key=("n",), columns=(Column("n", "INTEGER", "Angka."),)
)
TABLES = (COUNTS, NUMBERS)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    home.create()
    return home


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """A warehouse with one published column more than is declared."""
    with duckdb.connect(config={"threads": 2, "preserve_insertion_order": "false"}) as opened:
        opened.execute("CREATE SCHEMA marts")
        opened.execute("CREATE TABLE marts.jumlah (jumlah_jiwa BIGINT, kelurahan VARCHAR, nik VARCHAR)")
        opened.execute("INSERT INTO marts.jumlah VALUES (7, 'Medono', '33750441'), (NULL, 'Jenggot', '33750442')")
        opened.execute("CREATE VIEW marts.angka AS SELECT (i * 7919 % 300007)::INTEGER AS n FROM range(300000) r (i)")
        yield opened


def published(connection: duckdb.DuckDBPyConnection, home: Home, number: int, *, keep: int = 9) -> str:
    """Publication `number`, an hour after the one before; its content differs from all others."""
    connection.execute("UPDATE marts.jumlah SET jumlah_jiwa = ? WHERE kelurahan = 'Medono'", [number])
    built = build(connection, home, (COUNTS,), run_id=f"run-{number}")
    return publish(built, home, {"nomor": number}, at=NOON + timedelta(hours=number), keep=keep)


def test_what_is_built_has_the_declared_columns_in_order_and_nothing_else(
    connection: duckdb.DuckDBPyConnection, home: Home
) -> None:
    built = build(connection, home, TABLES, run_id="r")
    assert built.row_counts == {"jumlah": 2, "angka": 300_000}
    assert sorted(path.name for path in built.folder.iterdir()) == [
        "angka.parquet",
        "dampingan.duckdb",
        "jumlah.parquet",
    ]
    with duckdb.connect(str(built.database), read_only=True) as reader:
        assert reader.execute("FROM marts.jumlah").fetchall() == [("Jenggot", None), ("Medono", 7)]
        assert reader.execute("SELECT n FROM marts.angka").fetchall() == sorted(
            connection.execute("FROM marts.angka").fetchall()
        )
        comments = reader.execute(
            "SELECT column_name, comment FROM duckdb_columns() WHERE table_name = 'jumlah'"
        ).fetchall()
        assert comments == [("kelurahan", "Nama."), ("jumlah_jiwa", "Banyaknya. Satuan: jiwa.")]
    copied = duckdb.sql(f"FROM '{built.folder / 'jumlah.parquet'}'")
    assert copied.columns == ["kelurahan", "jumlah_jiwa"]
    assert copied.fetchall() == [("Jenggot", None), ("Medono", 7)]
    assert (
        connection.execute(
            "SELECT database_name FROM duckdb_databases() WHERE database_name = 'publication'"
        ).fetchall()
        == []
    )


def test_readers_since_duckdb_1_2_can_open_it(connection: duckdb.DuckDBPyConnection, home: Home) -> None:
    built = build(connection, home, TABLES, run_id="r")
    with duckdb.connect() as reader:
        reader.execute(f"ATTACH '{built.database}' AS p (READ_ONLY)")
        [(tags,)] = reader.execute("SELECT tags FROM duckdb_databases() WHERE database_name = 'p'").fetchall()
        assert tags["storage_version"].startswith("v1.2.0")
        assert reader.execute("SELECT count(*) FROM duckdb_indexes() WHERE database_name = 'p'").fetchone() == (0,)
    assert not list(built.folder.glob("*.wal"))


def test_two_builds_of_one_content_have_the_same_bytes(connection: duckdb.DuckDBPyConnection, home: Home) -> None:
    first = build(connection, home, TABLES, run_id="one")
    connection.execute("CREATE TABLE marts.again AS FROM marts.jumlah ORDER BY kelurahan DESC")
    connection.execute("DELETE FROM marts.jumlah")
    connection.execute("INSERT INTO marts.jumlah FROM marts.again ORDER BY kelurahan")
    connection.execute("SET threads = 1")
    second = build(connection, home, TABLES, run_id="two")
    assert second.folder != first.folder
    for name in ("jumlah.parquet", "angka.parquet"):
        assert (first.folder / name).read_bytes() == (second.folder / name).read_bytes()
    assert second.content_hash == first.content_hash


def test_another_value_gives_another_content_hash(connection: duckdb.DuckDBPyConnection, home: Home) -> None:
    first = build(connection, home, (COUNTS,), run_id="one")
    connection.execute("UPDATE marts.jumlah SET jumlah_jiwa = 8 WHERE kelurahan = 'Medono'")
    assert build(connection, home, (COUNTS,), run_id="two").content_hash != first.content_hash


def test_a_publication_says_what_it_holds(connection: duckdb.DuckDBPyConnection, home: Home) -> None:
    assert current_manifest(home) is None
    assert generations(home) == []
    generation = published(connection, home, 1)
    manifest = current_manifest(home)
    assert manifest
    assert (manifest["generation"], manifest["nomor"], manifest["row_counts"]) == (generation, 1, {"jumlah": 2})
    assert manifest["published_at"] == "2026-11-24T13:00:00+00:00"
    assert generation == f"20261124T130000Z-{manifest['content_hash'][:8]}"
    folder = home.published / generation
    assert set(manifest["files"]) == {"dampingan.duckdb", "jumlah.parquet", "latest.json"}
    assert json.loads((home.published / "latest.json").read_bytes()) == {
        "generation": generation,
        "published_at": manifest["published_at"],
        "database": f"{generation}/dampingan.duckdb",
        "sha256": manifest["files"]["dampingan.duckdb"]["sha256"],
    }
    for name, facts in manifest["files"].items():
        content = (folder / name).read_bytes()
        assert facts == {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
    assert home.current.readlink() == Path(generation)
    assert home.current_database.resolve() == folder / "dampingan.duckdb"
    assert home.current_database.readlink() == Path("current/dampingan.duckdb")
    assert sorted(path.name for path in home.published.iterdir()) == sorted(
        [generation, "current", "current.duckdb", "latest.json"]
    )


def test_a_reader_always_finds_one_complete_generation(connection: duckdb.DuckDBPyConnection, home: Home) -> None:
    published(connection, home, 0)
    faults: list[str] = []
    seen: set[int] = set()
    done = threading.Event()

    def poll() -> None:
        while not done.is_set():
            try:
                folder = home.current.resolve(strict=True)
                manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_bytes())
                if (
                    hashlib.sha256((folder / "jumlah.parquet").read_bytes()).hexdigest()
                    != (manifest["files"]["jumlah.parquet"]["sha256"])
                ):
                    faults.append("mixed")
                seen.add(manifest["nomor"])
            except OSError as fault:
                faults.append(repr(fault))

    reader = threading.Thread(target=poll)
    reader.start()
    for number in range(1, 9):
        published(connection, home, number)
        deadline = time.monotonic() + 5
        while number not in seen and time.monotonic() < deadline:
            time.sleep(0.001)
    done.set()
    reader.join()
    assert not faults
    assert seen == set(range(9))


def test_an_open_reader_keeps_what_it_has(connection: duckdb.DuckDBPyConnection, home: Home) -> None:
    published(connection, home, 1)
    with duckdb.connect(str(home.current_database.resolve()), read_only=True) as reader:
        published(connection, home, 2, keep=1)
        assert reader.execute("SELECT max(jumlah_jiwa) FROM marts.jumlah").fetchone() == (1,)
    with duckdb.connect(str(home.current_database.resolve()), read_only=True) as reader:
        assert reader.execute("SELECT max(jumlah_jiwa) FROM marts.jumlah").fetchone() == (2,)


def test_only_the_last_generations_stay(connection: duckdb.DuckDBPyConnection, home: Home) -> None:
    names = [published(connection, home, number, keep=3) for number in range(5)]
    assert generations(home) == names[2:]


def test_the_current_generation_is_never_deleted(connection: duckdb.DuckDBPyConnection, home: Home) -> None:
    """Even when the clock went back and it looks like the oldest."""
    later = [published(connection, home, number) for number in (5, 6)]
    current = published(connection, home, 1, keep=1)
    assert generations(home) == [current, later[1]]
    assert home.current.readlink() == Path(current)


def test_going_back_to_an_older_generation(connection: duckdb.DuckDBPyConnection, home: Home) -> None:
    first, second = (published(connection, home, number) for number in (1, 2))
    before = {path: path.read_bytes() for path in (home.published / second).iterdir()}
    point_to(home, first)
    manifest = current_manifest(home)
    assert manifest
    assert manifest["generation"] == first
    assert generations(home) == [first, second]
    assert before == {path: path.read_bytes() for path in (home.published / second).iterdir()}
    with pytest.raises(UsageError, match="tidak ada") as refused:
        point_to(home, "20200101T000000Z-00000000")
    assert first in refused.value.next_step
    assert home.current.readlink() == Path(first)


def test_a_killed_build_is_no_generation_and_is_removed(connection: duckdb.DuckDBPyConnection, home: Home) -> None:
    kept = published(connection, home, 1)
    unfinished = build(connection, home, (COUNTS,), run_id="killed")
    (home.published / "20270101T000000Z-half").mkdir()
    assert generations(home) == [kept]
    remove_unfinished(home)
    assert not unfinished.folder.exists()
    assert current_manifest(home)
    refused = build(connection, home, (COUNTS,), run_id="refused")
    discard(refused)
    assert not refused.folder.exists()


def test_a_build_starts_afresh_where_a_killed_one_stopped(connection: duckdb.DuckDBPyConnection, home: Home) -> None:
    folder = build(connection, home, (COUNTS,), run_id="r").folder
    (folder / "dampingan.duckdb").write_bytes(b"half")
    (folder / "rest.parquet").write_bytes(b"half")
    again = build(connection, home, (COUNTS,), run_id="r")
    assert again.folder == folder
    assert sorted(path.name for path in folder.iterdir()) == ["dampingan.duckdb", "jumlah.parquet"]


STEPS = ("write_durably", "_fsync_file", "fsync_folder", "point_to", "_swap_link", "_delete_old")


@pytest.mark.parametrize("step", STEPS)
def test_a_crash_while_publishing_leaves_the_old_or_the_new_generation(
    step: str, connection: duckdb.DuckDBPyConnection, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = published(connection, home, 1)

    def crash(*arguments: object, **more: object) -> None:
        raise OSError(step)

    with monkeypatch.context() as patch:
        patch.setattr(publication, step, crash)
        with pytest.raises(OSError, match=step):
            published(connection, home, 2)
    manifest = current_manifest(home)
    assert manifest
    assert manifest["nomor"] == (2 if step == "_delete_old" else 1)
    for name, facts in manifest["files"].items():
        assert publication.file_sha256(home.current / name) == facts["sha256"]
    remove_unfinished(home)
    third = published(connection, home, 3)
    assert home.current.readlink() == Path(third)
    assert old in generations(home)


def test_folders_are_private(connection: duckdb.DuckDBPyConnection, home: Home) -> None:
    old = os.umask(0o022)
    try:
        built: Built = build(connection, home, (COUNTS,), run_id="r")
    finally:
        os.umask(old)
    assert built.folder.stat().st_mode & 0o777 == 0o700
