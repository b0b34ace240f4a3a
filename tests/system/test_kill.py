"""SIGKILL of the real command, at chosen states and at random moments: what is published is whole at every time, and
one undisturbed run afterwards ends where a run ends that was never disturbed.

Only two suites of checks run here, so that most moments fall where files change. Deaths at every known place between
warehouse, journal and publication, one by one: tests/flows/test_recovery.py.
"""

from __future__ import annotations

import random
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from settings import PROJECT_ROOT, Home
from tests.flows.conftest import assert_whole, leftovers, make_sample, published_content, snapshot
from tests.system.conftest import QUICK_COMMAND, environment, run

pytestmark = pytest.mark.system

SEED = 2022
KILLS = 8
# Before the first share of a run's time the program is only being loaded; after the last a quick run may be over.
FIRST_MOMENT = 0.25
LAST_MOMENT = 0.75


@dataclass(frozen=True)
class Work:
    """A published home with a release and two reports in its inboxes, and what taking them in gives undisturbed."""

    folder: Path
    seconds: float
    content: dict[str, str]


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Work:
    folder = tmp_path_factory.mktemp("kill")
    sample = make_sample(folder / "sample", seed=5, persons=2_000, releases=2)
    home = Home(folder / "home")
    sample.put(home, 0)
    assert run(home, "refresh", command=QUICK_COMMAND).exit_code == 0
    sample.put(home, 1)
    sample.put_reports(home, 0, 1)
    shutil.copytree(home.root, folder / "undisturbed", symlinks=True)
    undisturbed = Home(folder / "undisturbed")
    finished = run(undisturbed, "refresh", command=QUICK_COMMAND)
    assert finished.exit_code == 0
    return Work(home.root, finished.wall_seconds, published_content(undisturbed))


@pytest.fixture
def home(work: Work, tmp_path: Path) -> Home:
    shutil.copytree(work.folder, tmp_path / "home", symlinks=True)
    return Home(tmp_path / "home")


def _kill_when(home: Home, is_time: Callable[[], bool]) -> bool:
    """Start a refresh and kill it when it is time; whether it was still alive then."""
    process = subprocess.Popen(
        [*QUICK_COMMAND, "refresh"],
        cwd=PROJECT_ROOT,
        env=environment(home.root),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    while process.poll() is None and not is_time():
        time.sleep(0.002)
    died = process.poll() is None
    process.kill()
    process.wait()
    return died


def _releases_published(home: Home) -> int:
    rows: int = assert_whole(home)["row_counts"]["rilis"]
    return rows


def _assert_converges(home: Home, work: Work) -> None:
    finished = run(home, "refresh", "--json", command=QUICK_COMMAND)
    assert finished.exit_code == 0, finished.stderr
    assert finished.json["problems"] == []
    assert published_content(home) == work.content
    assert _releases_published(home) == 2
    assert leftovers(home) == []
    assert [path for path in home.root.iterdir() if path.name.startswith(".")] == []
    assert [path for path in home.inbox_registry.iterdir() if path.suffix == ".csv"] == []


def test_killed_at_known_states(home: Home, work: Work) -> None:
    before = snapshot(home.current / ".")
    states: list[Callable[[], Iterator[Path]]] = [
        lambda: home.staging.glob("dtks-*/*"),
        lambda: home.published.glob(".building-*/*.parquet"),
        lambda: home.published.glob(".building-*/manifest.json"),
    ]
    for state in states:
        assert _kill_when(home, lambda state=state: any(state()))  # type: ignore[misc]
        if _releases_published(home) == 1:
            assert snapshot(home.current / ".") == before
    _assert_converges(home, work)


def test_killed_at_random_moments(home: Home, work: Work) -> None:
    dice = random.Random(SEED)
    before = snapshot(home.current / ".")
    deaths = 0
    for _ in range(KILLS):
        end = time.monotonic() + work.seconds * dice.uniform(FIRST_MOMENT, LAST_MOMENT)
        died = _kill_when(home, lambda end=end: time.monotonic() > end)  # type: ignore[misc]
        deaths += died
        if _releases_published(home) == 1:
            assert snapshot(home.current / ".") == before
        if not died:
            # What the dead before it had loaded was not done again: nothing is left for the next one to die of.
            shutil.rmtree(home.root)
            shutil.copytree(work.folder, home.root, symlinks=True)
    assert deaths >= 4
    _assert_converges(home, work)
