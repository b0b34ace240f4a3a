"""Small samples, data homes and ways to compare what was published; also used by tests/system and tests/test_cli.py."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from expectations import published, warehouse
from settings import Home
from tasks.sample.plan import SamplePlan
from tasks.sample.programmes import write_programme_sample
from tasks.sample.registry import write_registry_sample


@dataclass(frozen=True)
class SmallSample:
    """Releases and reports on disk, and what taking them in must give."""

    folder: Path
    releases: list[dict[str, Any]]
    steps: list[dict[str, Any]]
    reports: list[dict[str, Any]]

    def file(self, release: int) -> Path:
        return self.folder / "registry" / self.releases[release]["file"]

    def manifest(self, release: int) -> dict[str, Any]:
        content: dict[str, Any] = json.loads(manifest_of(self.file(release)).read_text("utf-8"))
        return content

    def put(self, home: Home, *releases: int) -> None:
        """Lay these releases into the inbox."""
        for release in releases:
            put_file(home, self.file(release).name, self.file(release).read_bytes(), self.manifest(release))

    def put_reports(self, home: Home, *reports: int) -> None:
        home.create()
        for report in reports or range(len(self.reports)):
            shutil.copy(self.folder / "programmes" / self.reports[report]["berkas"], home.inbox_programmes)


def manifest_of(file: Path) -> Path:
    return file.with_name(f"{file.name}.manifest.json")


def put_file(home: Home, name: str, content: bytes, manifest: dict[str, Any] | None) -> Path:
    """Lay one file into the register's inbox, with its manifest unless it has none."""
    home.create()
    file = home.inbox_registry / name
    file.write_bytes(content)
    if manifest is not None:
        manifest_of(file).write_text(json.dumps(manifest), "utf-8")
    return file


def make_sample(folder: Path, *, seed: int, persons: int = 2_000, releases: int = 3) -> SmallSample:
    truth_file = write_registry_sample(
        folder / "registry", persons=persons, releases=releases, seed=seed, plan=SamplePlan()
    )
    truth = json.loads(truth_file.read_text("utf-8"))
    reports = write_programme_sample(folder / "programmes", seed)
    return SmallSample(folder, truth["releases"], truth["steps"], reports["laporan"])


def correction(sample: SmallSample, release: int) -> tuple[bytes, dict[str, Any]]:
    """A ralat of this release: its last persons are missing, and the decree states no totals."""
    lines = sample.file(release).read_bytes().splitlines(keepends=True)
    manifest = sample.manifest(release)
    del manifest["control_totals"]
    return b"".join(lines[:-40]), manifest | {"sk_number": f"{manifest['sk_number']}-R"}


@contextmanager
def use_home(folder: Path) -> Iterator[Home]:
    """The settings of this process point to `folder` while it lasts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DAMPINGAN_HOME", str(folder))
        patch.setenv("DAMPINGAN_INBOX_SETTLE_SECONDS", "0")
        patch.setenv("DAMPINGAN_INBOX_GRACE_SECONDS", "0")
        patch.delenv("DAMPINGAN_BPS_API_KEY", raising=False)
        patch.delenv("PREFECT_API_URL", raising=False)
        yield Home(folder)


def snapshot(folder: Path) -> dict[str, str]:
    """Every file and link below `folder`: its digest or its target. Equal snapshots are equal byte for byte."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if path.is_symlink():
            found[name] = f"-> {path.readlink()}"
        elif path.is_file():
            found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def manifest_of_publication(home: Home) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((home.current / "manifest.json").read_text("utf-8"))
    return content


def assert_whole(home: Home) -> dict[str, Any]:
    """What is published is complete: links, digests and the database. Returns its manifest."""
    assert home.current_database.readlink() == Path("current/dampingan.duckdb")
    manifest = manifest_of_publication(home)
    assert home.current.readlink() == Path(manifest["generation"])
    files = snapshot(home.current / ".")
    assert files.pop("manifest.json")
    assert files == {name: entry["sha256"] for name, entry in manifest["files"].items()}
    assert manifest["checks"]["passed"] == manifest["checks"]["run"] > 0
    with duckdb.connect(str(home.current_database), read_only=True) as connection:
        tables = [row[0] for row in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
        counts = {name: connection.execute(f"SELECT count(*) FROM marts.{name}").fetchone()[0] for name in tables}
    assert counts == manifest["row_counts"]
    return manifest


def published_content(home: Home) -> dict[str, str]:
    """A digest per published table, without the times of receipt: these belong to a home, not to the data."""
    content = {}
    with duckdb.connect() as connection:
        for file in sorted(home.current.glob("*.parquet")):
            relation = f"read_parquet('{file}')"
            described = connection.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()
            columns = ", ".join(name for name, kind, *_ in described if not kind.startswith("TIMESTAMP"))
            rows = connection.execute(f"SELECT {columns} FROM {relation} ORDER BY ALL").fetchall()
            content[file.stem] = hashlib.sha256(repr(rows).encode()).hexdigest()
    assert content
    return content


def time_columns(home: Home) -> set[str]:
    """`table.column` of every published time; what `published_content` leaves out."""
    with duckdb.connect(str(home.current_database), read_only=True) as connection:
        rows = connection.execute(
            "SELECT table_name || '.' || column_name FROM duckdb_columns() WHERE data_type LIKE 'TIMESTAMP%'"
            " AND NOT internal"
        ).fetchall()
    return {row[0] for row in rows}


def leftovers(home: Home) -> list[str]:
    """What a finished run must not leave: parts of generations, staged rows, logs of transactions, temporary names."""
    published = [path for path in home.published.iterdir() if path.name.startswith(".")]
    staged = list(home.staging.iterdir())
    logs = list(home.root.rglob("*.wal"))
    raw = [path for path in home.raw.rglob("*") if path.name.startswith(".")]
    return sorted(str(path.relative_to(home.root)) for path in [*published, *staged, *logs, *raw])


@contextmanager
def few_checks() -> Iterator[None]:
    """One suite of the warehouse and one of the publication instead of all, for tests that are not about checks."""
    all_of_warehouse, all_of_publication = warehouse.suites, published.suites
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(warehouse, "suites", lambda: list(all_of_warehouse())[:1])
        patch.setattr(published, "suites", lambda tables: list(all_of_publication(tables))[:1])
        yield
