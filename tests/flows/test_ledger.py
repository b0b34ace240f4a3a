"""The ledger and the page of a release after real runs: who, when, why, and the SK against what was accepted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from flows import administration
from flows.inspection import show_release
from flows.refresh import refresh
from settings import Home, Settings
from tasks.inbox import owner_of
from tests.flows.conftest import SmallSample, few_checks, make_sample, put_file, use_home
from warehouse.connection import open_warehouse

pytestmark = pytest.mark.system

FIRST = "dtks-3375-2021-10-v1"


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> SmallSample:
    return make_sample(tmp_path_factory.mktemp("ledger") / "sample", seed=6, persons=400, releases=1)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    with use_home(tmp_path / "home") as home, few_checks():
        yield home


def test_a_release_that_had_to_wait(home: Home, sample: SmallSample) -> None:
    manifest = sample.manifest(0)
    manifest["control_totals"][0]["persons"] += 7
    file = put_file(home, "oktober.csv", sample.file(0).read_bytes(), manifest)
    owner = owner_of(file)
    assert refresh.fn(sources=["registry"])["exit_code"] == 3
    waiting = show_release(FIRST)
    assert [row["selisih_jiwa"] for row in waiting["control_totals"]] == [-7, 0, 0, 0]
    administration.approve_release(FIRST, reason="sesuai berita acara", by="kepala")
    assert refresh.fn(sources=["registry"])["exit_code"] == 0
    loaded = show_release(FIRST)
    assert loaded["control_totals"] == waiting["control_totals"]
    history = loaded["history"]
    assert [(event["state"], event["by"]) for event in history if event["by"]] == [
        ("diterima", owner),
        ("disetujui", "kepala"),
    ]
    columns = "diserahkan_oleh, disetujui_oleh, alasan_persetujuan, strftime(disetujui_pada, '%Y-%m-%dT%H:%M:%S+00:00')"
    with open_warehouse(Settings()) as connection:
        found = connection.execute(f"SELECT {columns} FROM core.rilis").fetchall()
    approved_at = next(event["at"] for event in history if event["state"] == "disetujui")
    assert found == [(owner, "kepala", "sesuai berita acara", approved_at)]


def test_totals_of_the_inbox_that_disagree_are_refused(home: Home, sample: SmallSample) -> None:
    manifest = sample.manifest(0)
    kecamatan = manifest["control_totals"][0]
    inside = {"level": "kelurahan", "kode_kemendagri": f"{kecamatan['kode_kemendagri']}.1002"}
    manifest["control_totals"].append(inside | {"persons": kecamatan["persons"] + 1})
    put_file(home, "oktober.csv", sample.file(0).read_bytes(), manifest)
    [problem] = refresh.fn(sources=["registry"])["problems"]
    assert "per kecamatan dan per kelurahan tidak sama" in problem["paragraph"]
    assert (home.inbox_registry / "ditolak" / "oktober.csv").exists()
