"""Samples that several tests look at, made once."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tasks.sample.plan import SamplePlan
from tasks.sample.registry import write_registry_sample
from tests.tasks.sample import naive


@dataclass(frozen=True)
class Sample:
    folder: Path
    truth: dict[str, Any]
    readings: list[naive.Reading]


def make(folder: Path, seed: int, *, persons: int = 2_000, releases: int = 3) -> Path:
    """Three chunks, so that what must hold over chunks is tried."""
    plan = SamplePlan(chunk_persons=900)
    return write_registry_sample(folder, persons=persons, releases=releases, seed=seed, plan=plan)


@pytest.fixture(scope="session", params=[1, 20, 300])
def sample(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Sample:
    folder = tmp_path_factory.mktemp("sample")
    truth = json.loads(make(folder, request.param).read_text("utf-8"))
    readings = [
        naive.read(folder / release["file"], date.fromisoformat(f"{release['period']}-01"))
        for release in truth["releases"]
    ]
    return Sample(folder, truth, readings)
