"""The dashboards in a real Apache Superset, looked at in a real browser, before and after a publication."""

from __future__ import annotations

import json
import os
import shutil
import socket
import sqlite3
import subprocess
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dashboards.model import Chart, Figure, Listing
from dashboards.superset.bundle import DASHBOARDS, name_of, write_bundle
from errors import number
from settings import PROJECT_ROOT, Home
from tests.flows.conftest import SmallSample, make_sample
from tests.system.conftest import QUICK_COMMAND, run

pytestmark = pytest.mark.system

SCRIPT = PROJECT_ROOT / "dashboards" / "superset" / "superset.sh"
PASSWORD = "kata-sandi-uji"
SCREENSHOTS = PROJECT_ROOT / "var" / "superset-test"
DRAWN_PIXELS = 500
METADATA = ("dbs", "tables", "table_columns", "sql_metrics", "slices", "dashboards", "dashboard_slices")
NOT_COMPARED = {"id", "created_on", "changed_on", "last_saved_at"}


@dataclass(frozen=True)
class Superset:
    """An installation with the bundle in it."""

    folder: Path
    home: Home
    sample: SmallSample
    port: int
    imported: dict[str, list[str]] = field(default_factory=dict, repr=False)
    """What Superset held after the first import. It adds colours when somebody looks at a dashboard."""

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        return os.environ | {"SUPERSET_HOME": str(self.folder / "superset")}

    def setup(self, bundle: Path) -> None:
        done = subprocess.run(
            [SCRIPT, "setup", bundle, PASSWORD], env=self.environment, capture_output=True, text=True, timeout=400
        )
        assert done.returncode == 0, done.stderr[-2000:]

    def metadata(self) -> dict[str, list[str]]:
        """What Superset holds, without the times at which it was written."""
        with sqlite3.connect(self.folder / "superset" / "superset.db") as connection:
            connection.row_factory = sqlite3.Row
            return {
                table: sorted(
                    repr({name: row[name] for name in row.keys() if name not in NOT_COMPARED})  # noqa: SIM118
                    for row in connection.execute(f"SELECT * FROM {table}")
                )
                for table in METADATA
            }

    def look(self, *slugs: str, into: str) -> dict[str, Any]:
        """Open dashboards in the browser; pictures go to a folder of this name."""
        python = Path(_said(SCRIPT, "env")) / "bin" / "python"
        command = [python, SCRIPT.parent / "browse.py", self.address, PASSWORD, SCREENSHOTS / into]
        done = subprocess.run([*command, *slugs], capture_output=True, text=True, timeout=400)
        assert done.returncode == 0, done.stderr[-2000:]
        seen: dict[str, Any] = json.loads(done.stdout)
        return seen

    def registered(self) -> int:
        """The newest figure, as published."""
        with duckdb.connect(str(self.home.current_database), read_only=True) as connection:
            row = connection.execute(
                "SELECT jumlah_jiwa FROM marts.tren_rilis WHERE rilis_terakhir AND tingkat = 'kabupaten/kota'"
            ).fetchone()
        assert row is not None
        return int(row[0])


def _said(*command: str | Path) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=1_500).stdout.strip()


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/health", timeout=2):
            return True
    except (urllib.error.URLError, TimeoutError):
        return False


@pytest.fixture(scope="module")
def superset(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Superset]:
    assert shutil.which("chromium"), "install Debian's chromium"
    _said(SCRIPT, "env")
    folder = tmp_path_factory.mktemp("superset")
    sample = make_sample(folder / "sample", seed=5, persons=20_000, releases=3)
    home = Home(folder / "home")
    sample.put(home, 0, 1)
    sample.put_reports(home)
    assert run(home, "refresh", "--json", command=QUICK_COMMAND).json["exit_code"] == 0
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    made = Superset(folder, home, sample, port)
    write_bundle(home.current_database, folder / "bundle.zip")
    made.setup(folder / "bundle.zip")
    made.imported.update(made.metadata())
    log = folder / "superset.log"
    with log.open("wb") as file:
        server = subprocess.Popen([SCRIPT, "serve", str(port)], env=made.environment, stdout=file, stderr=file)
    try:
        deadline = time.monotonic() + 120
        while not _answers(made.address):
            assert server.poll() is None, log.read_text("utf-8")[-2000:]
            assert time.monotonic() < deadline
            time.sleep(0.5)
        yield made
    finally:
        server.terminate()
        server.wait(30)


def _assert_shown(chart: Chart, seen: dict[str, Any]) -> None:
    assert seen["error"] == "", chart.title
    if isinstance(chart, Figure):
        assert any(sign.isdigit() for sign in seen["text"].splitlines()[0]), chart.title
        assert seen["text"].splitlines()[1] == chart.subtitle
    elif isinstance(chart, Listing):
        assert seen["rows"] > 0, chart.title
        assert "true" not in seen["text"]
    else:
        assert seen["coloured"] > DRAWN_PIXELS, chart.title


def test_every_chart_of_both_dashboards_is_shown(superset: Superset) -> None:
    looked_at = superset.look(*(dashboard.slug for dashboard in DASHBOARDS), into="sebelum")
    for dashboard in DASHBOARDS:
        seen = looked_at[dashboard.slug]
        assert seen["failed"] == []
        # Nothing leaves: no telemetry, no map, no font from elsewhere.
        assert seen["hosts"] == [superset.address.removeprefix("http://")]
        by_title = {chart["title"]: chart for chart in seen["charts"]}
        assert set(by_title) == {chart.title for chart in dashboard.charts}
        for chart in dashboard.charts:
            _assert_shown(chart, by_title[chart.title])


def test_a_filter_holds_and_breaks_no_chart(superset: Superset) -> None:
    seen = superset.look(f"{DASHBOARDS[1].slug}?opd_singkat=BPBD", into="saring")
    (dashboard,) = seen.values()
    assert dashboard["failed"] == []
    by_title = {chart["title"]: chart for chart in dashboard["charts"]}
    for chart in DASHBOARDS[1].charts:
        _assert_shown(chart, by_title[chart.title])
        if isinstance(chart, Listing) and "opd_singkat" in chart.columns:
            assert "BPBD" in by_title[chart.title]["text"], chart.title
            assert "DLH" not in by_title[chart.title]["text"], chart.title


def test_a_second_import_changes_nothing(superset: Superset) -> None:
    before = superset.imported
    superset.setup(superset.folder / "bundle.zip")
    after = superset.metadata()
    assert {table: len(rows) for table, rows in after.items()} == {table: len(rows) for table, rows in before.items()}
    assert len(before["slices"]) == sum(len(dashboard.charts) for dashboard in DASHBOARDS)
    assert len(before["dashboards"]) == len(DASHBOARDS)
    assert after == before


def test_a_newer_bundle_updates_the_charts_that_are_there(superset: Superset) -> None:
    newer = superset.folder / "newer.zip"
    with zipfile.ZipFile(superset.folder / "bundle.zip") as old, zipfile.ZipFile(newer, "w") as new:
        for entry in old.infolist():
            new.writestr(entry, old.read(entry).replace(b"rilis register terakhir", b"rilis yang paling baru"))
    superset.setup(newer)
    with sqlite3.connect(superset.folder / "superset" / "superset.db") as connection:
        chart = bytes.fromhex(name_of("chart", "Orang terdaftar (jiwa)").replace("-", ""))
        params = connection.execute("SELECT params FROM slices WHERE uuid = ?", (chart,)).fetchall()
    assert [json.loads(text)["subtitle"] for (text,) in params] == ["rilis yang paling baru"]


def test_a_new_publication_shows_without_a_restart(superset: Superset) -> None:
    kota = DASHBOARDS[0]

    def shown() -> str:
        seen = superset.look(kota.slug, into="sesudah")[kota.slug]["charts"]
        text: str = next(chart["text"] for chart in seen if chart["title"] == "Orang terdaftar (jiwa)")
        return text.splitlines()[0]

    before = superset.registered()
    assert shown() == number(before)
    superset.sample.put(superset.home, 2)
    # Superset runs meanwhile, and holds no lock.
    assert run(superset.home, "refresh", "--json", command=QUICK_COMMAND).json["exit_code"] == 0
    after = superset.registered()
    assert after != before
    assert shown() == number(after)
