"""Who reads what is published: older and newer DuckDB clients, its command line, the library of data packages, and one
who keeps the file open meanwhile."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest

from flows.refresh import refresh
from tests.flows.conftest import assert_whole, few_checks, make_sample, use_home
from tests.system.conftest import SampleJob, fetched
from warehouse.open_data import ARCHIVE_NAME, PACKAGE_NAME
from warehouse.views import marts

pytestmark = pytest.mark.system

CLIENTS = ("1.2.2", "1.3.2", "1.4.4", "2.0.0")
COMMAND_LINES = ("1.4.4.post2", "1.5.6")

_READ_ALL = """
import duckdb, hashlib, json, sys
with duckdb.connect(sys.argv[1], read_only=True) as connection:
    tables = connection.execute("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'marts'").fetchall()
    answers = {}
    for (table,) in tables:
        rows = connection.execute(f"SELECT * FROM marts.{table} ORDER BY ALL").fetchall()
        answers[table] = [len(rows), hashlib.sha256(repr(rows).encode()).hexdigest()]
print(json.dumps({"version": duckdb.__version__, "answers": answers}))
"""


def _read_all(database: Path, client: Path | None = None) -> dict[str, Any]:
    command = [sys.executable, "-c", _READ_ALL, database]
    path = {"PYTHONPATH": str(client)} if client else {}
    done = subprocess.run(command, env=os.environ | path, cwd="/", capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


@pytest.mark.parametrize("version", CLIENTS)
def test_clients_of_other_versions_read_the_same(sample_job: SampleJob, version: str) -> None:
    database = sample_job.home.current_database
    other = _read_all(database, fetched(f"duckdb=={version}"))
    assert other["version"] == version
    own = _read_all(database)
    assert own["version"] != version
    assert other["answers"] == own["answers"]
    counts = {table: rows for table, (rows, _) in other["answers"].items()}
    assert counts == assert_whole(sample_job.home)["row_counts"]


@pytest.mark.parametrize("version", COMMAND_LINES)
def test_the_command_line_of_duckdb_reads_the_same(sample_job: SampleJob, version: str) -> None:
    """Every view, as text, row by row."""
    database = sample_job.home.current_database
    folder = fetched(f"duckdb-cli=={version}")
    with duckdb.connect(str(database), read_only=True) as connection:
        tables = [row[0] for row in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
        query = " UNION ALL ".join(
            f"SELECT '{name}', count(*), md5(string_agg(r::VARCHAR, chr(10) ORDER BY r::VARCHAR))"
            f" FROM marts.{name} AS r"
            for name in sorted(tables)
        )
        own = [[str(value) for value in row] for row in connection.execute(query).fetchall()]
    command = [
        folder / "bin" / "duckdb",
        "-readonly",
        "-csv",
        "-noheader",
        "-nullvalue",
        "None",
        database,
        query,
    ]
    path = {"PYTHONPATH": str(folder)}
    done = subprocess.run(command, env=os.environ | path, cwd="/", capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert list(csv.reader(io.StringIO(done.stdout))) == own
    assert len(own) == len(marts())


_VALIDATE = """
import json, sys
from frictionless import validate
print(json.dumps([[report.valid, report.stats["tasks"]] for report in map(validate, sys.argv[1:])]))
"""


def test_the_data_packages_are_valid_for_their_library(sample_job: SampleJob) -> None:
    """Both: the one beside the files, and the archive as a portal takes it."""
    folder = fetched("frictionless==5.21.0", with_needs=True)
    packages = [sample_job.home.current / name for name in (PACKAGE_NAME, ARCHIVE_NAME)]
    done = subprocess.run(
        [sys.executable, "-c", _VALIDATE, *packages],
        env=os.environ | {"PYTHONPATH": str(folder)},
        cwd="/",
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [[True, len(marts())]] * 2


_READ_TWICE = """
import duckdb, sys
def read(connection):
    tables = connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()
    print({name: connection.execute(f"FROM marts.{name} ORDER BY ALL").fetchall() for (name,) in tables}, flush=True)
with duckdb.connect(sys.argv[1], read_only=True) as connection:
    connection.execute("SELECT count(*) FROM marts.rilis").fetchall()
    print("open", flush=True)
    sys.stdin.readline()
    read(connection)
with duckdb.connect(sys.argv[1], read_only=True) as connection:
    read(connection)
"""


def test_a_reader_keeps_its_generation_during_two_publications(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even when the generation it reads is deleted: only one is kept here."""
    monkeypatch.setenv("DAMPINGAN_KEEP_GENERATIONS", "1")
    sample = make_sample(tmp_path / "sample", seed=9, persons=600)
    with use_home(tmp_path / "home") as home, few_checks():
        sample.put(home, 0)
        refresh.fn()
        first = _rows_of_rilis(home.current_database)
        reader = subprocess.Popen(
            [sys.executable, "-c", _READ_TWICE, home.current_database],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert reader.stdout is not None
        assert reader.stdout.readline() == "open\n"
        generations = set()
        for release in (1, 2):
            sample.put(home, release)
            generations.add(refresh.fn()["generation"])
        assert len(generations) == 2
        assert len([path for path in home.published.iterdir() if path.is_dir() and not path.is_symlink()]) == 1
        before, after = reader.communicate("\n", timeout=60)[0].splitlines()
        assert reader.returncode == 0
        assert before.count("dtks-3375-2021-10-v1") > 0
        assert "dtks-3375-2022-10-v1" not in before
        assert "dtks-3375-2022-10-v1" in after
        assert first == 1
        assert _rows_of_rilis(home.current_database) == 3


def _rows_of_rilis(database: Path) -> int:
    rows: int = _read_all(database)["answers"]["rilis"][0]
    return rows
