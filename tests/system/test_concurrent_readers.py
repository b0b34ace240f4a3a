"""Two hundred readers look at dashboards while three releases are published."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from flows.refresh import refresh
from tests.flows.conftest import few_checks, make_sample, use_home
from tests.system import dashboard_readers

pytestmark = pytest.mark.system

PROCESSES, READERS_EACH = 4, 50
P95_MILLISECONDS = 50.0


def test_two_hundred_readers_during_three_publications(tmp_path: Path) -> None:
    """No error, no answers of two generations in one dashboard, and every generation is seen. A machine that is busy
    with other things is slower by as much as its queue of processes is longer than its processors."""
    queue = os.getloadavg()[0] / (os.cpu_count() or 1)
    sample = make_sample(tmp_path / "sample", seed=21, persons=2_000, releases=4)
    with use_home(tmp_path / "home") as home, few_checks():
        sample.put(home, 0)
        sample.put_reports(home)
        published = {refresh.fn()["generation"]}
        readers = [_start(home.current_database, seed) for seed in range(PROCESSES)]
        for release in (1, 2, 3):
            sample.put(home, release)
            published.add(refresh.fn()["generation"])
        found = [_stop(process) for process in readers]
    milliseconds = [one for process in found for one in process["milliseconds"]]
    p95 = statistics.quantiles(milliseconds, n=20)[-1]
    print(f"{len(milliseconds)} queries, median {statistics.median(milliseconds):.1f} ms, p95 {p95:.1f} ms")  # noqa: T201
    assert [process["errors"] for process in found] == [[]] * PROCESSES
    assert [process["mixed"] for process in found] == [[]] * PROCESSES
    assert len(published) == 4
    seen = {generation for process in found for generation in process["generations"]}
    assert seen <= published
    assert len(seen) >= 3
    assert len(milliseconds) > PROCESSES * READERS_EACH * len(dashboard_readers.QUERIES)
    assert p95 < P95_MILLISECONDS * max(1.0, queue)


def _start(database: Path, seed: int) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, dashboard_readers.__file__, database, str(READERS_EACH), str(seed)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def _stop(process: subprocess.Popen[str]) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(process.communicate("", timeout=60)[0])
    assert process.returncode == 0
    return answer
