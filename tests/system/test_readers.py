"""Who reads what is published: older and newer DuckDB clients, and one that keeps the file open meanwhile."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

from flows.refresh import refresh
from tests.flows.conftest import assert_whole, few_checks, make_sample, use_home
from tests.system.conftest import SampleJob

pytestmark = pytest.mark.system

CLIENTS = ("1.2.2", "1.4.4", "2.0.0")

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


def _client(version: str) -> Path:
    """The folder with this client; fetched once per machine and Python."""
    name = f"dampingan-duckdb-{version}-py{sys.version_info[0]}{sys.version_info[1]}"
    folder = Path(tempfile.gettempdir()) / name
    if not (folder / "duckdb").is_dir():
        if importlib.util.find_spec("pip"):
            install = [sys.executable, "-m", "pip", "install", "--disable-pip-version-check"]
        else:
            install = [shutil.which("uv") or "uv", "pip", "install", "--python", sys.executable]
        partial = Path(tempfile.mkdtemp(prefix=name))
        subprocess.run([*install, "--quiet", "--no-deps", "--target", partial, f"duckdb=={version}"], check=True)
        shutil.rmtree(folder, ignore_errors=True)
        partial.rename(folder)
    return folder


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
    other = _read_all(database, _client(version))
    assert other["version"] == version
    own = _read_all(database)
    assert own["version"] != version
    assert other["answers"] == own["answers"]
    counts = {table: rows for table, (rows, _) in other["answers"].items()}
    assert counts == assert_whole(sample_job.home)["row_counts"]


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
