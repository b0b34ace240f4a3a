"""What a run does after a death at a known place, and after the warehouse was damaged.

The deaths are exceptions that nothing catches, raised at a place the test chooses; tests/system/test_kill.py kills
real processes.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from errors import DampinganError
from flows.refresh import refresh
from settings import Home, Settings
from tests.flows.conftest import (
    SmallSample,
    assert_whole,
    few_checks,
    leftovers,
    make_sample,
    published_content,
    snapshot,
    use_home,
)
from warehouse import publication
from warehouse.connection import open_warehouse
from warehouse.journal import Journal, Kind, Step

pytestmark = pytest.mark.system


class DeathError(BaseException):
    """Stands for SIGKILL."""


@dataclass(frozen=True)
class Base:
    """A home with one published release, and what a second release, reports and statistics make of it undisturbed."""

    folder: Path
    sample: SmallSample
    content: dict[str, str]


@pytest.fixture(scope="module", autouse=True)
def _quick() -> Iterator[None]:
    with few_checks():
        yield


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Base:
    folder = tmp_path_factory.mktemp("recovery")
    sample = make_sample(folder / "sample", seed=12, persons=1_000, releases=2)
    with use_home(folder / "base") as home:
        sample.put(home, 0)
        assert refresh.fn(sources=["registry"])["generation"]
    shutil.copytree(folder / "base", folder / "undisturbed", symlinks=True)
    with use_home(folder / "undisturbed") as home:
        _lay_in(home, sample)
        assert refresh.fn()["exit_code"] == 0
        return Base(folder / "base", sample, published_content(home))


@pytest.fixture
def home(base: Base, tmp_path: Path) -> Iterator[Home]:
    shutil.copytree(base.folder, tmp_path / "home", symlinks=True)
    with use_home(tmp_path / "home") as home:
        yield home


def _lay_in(home: Home, sample: SmallSample) -> None:
    sample.put(home, 1)
    sample.put_reports(home, 0, 1)


def _die(owner: Any, name: str, when: Callable[..., bool], *, after: bool = False) -> None:
    """A refresh dies before (or right after) the first call of `owner.name` whose arguments satisfy `when`."""
    original = getattr(owner, name)

    def dying(*args: Any, **kwargs: Any) -> Any:
        if not when(*args, **kwargs):
            return original(*args, **kwargs)
        if after:
            original(*args, **kwargs)
        raise DeathError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(owner, name, dying)
        with pytest.raises(DeathError):
            refresh.fn()


def _event(kind: Kind, step: Step) -> Callable[..., bool]:
    return lambda _journal, its_kind, _subject, its_step, **_rest: (its_kind, its_step) == (kind, step)


def test_a_chain_of_deaths_ends_where_an_undisturbed_run_ends(home: Home, base: Base) -> None:
    """Each run gets past the place where the one before it died: between warehouse and journal, above all."""
    _lay_in(home, base.sample)
    published = snapshot(home.published)
    places = [
        (Kind.RELEASE, Step.RECEIVED, False),
        (Kind.RELEASE, Step.RECEIVED, True),
        (Kind.RELEASE, Step.STAGED, False),
        (Kind.RELEASE, Step.LOADED, False),
        (Kind.STATISTICS, Step.LOADED, False),
        (Kind.REPORT, Step.RECEIVED, True),
        (Kind.REPORT, Step.LOADED, False),
    ]
    for kind, step, after in places:
        _die(Journal, "record", _event(kind, step), after=after)
        assert snapshot(home.published) == published, (kind, step)
    _die(Path, "rename", lambda path, _target: path.name.startswith(".building-"))
    assert {name: digest for name, digest in snapshot(home.published).items() if ".building-" not in name} == published
    _die(publication, "_swap_link", lambda _link, _target: True)
    assert assert_whole(home)["row_counts"]["rilis"] == 1
    _die(publication, "_swap_link", lambda _link, _target: True, after=True)
    assert assert_whole(home)["row_counts"]["rilis"] == 2
    _die(Journal, "record", _event(Kind.PUBLICATION, Step.PUBLISHED))
    outcome = refresh.fn()
    assert outcome["exit_code"] == 0
    assert outcome["problems"] == []
    assert published_content(home) == base.content
    assert_whole(home)
    assert leftovers(home) == []
    assert refresh.fn()["generation"] is None


def test_statistics_that_were_loaded_before_a_death_are_published_by_the_next_run(home: Home) -> None:
    before = assert_whole(home)
    assert before["row_counts"]["indikator_makro"] == 0
    _die(Journal, "record", _event(Kind.STATISTICS, Step.LOADED))
    assert refresh.fn()["generation"] is not None
    assert assert_whole(home)["row_counts"]["indikator_makro"] > 20


def test_death_in_the_first_publication(base: Base, tmp_path: Path) -> None:
    """Nothing is published before, so the links do not exist yet."""
    with use_home(tmp_path / "home") as home:
        base.sample.put(home, 0)
        _die(publication, "_swap_link", lambda link, _target: link.name == "current", after=True)
        refresh.fn()
        assert_whole(home)
        assert leftovers(home) == []


@pytest.mark.parametrize("remaining", [None, 0.5, 0.999])
def test_a_lost_warehouse_is_loaded_again_from_the_raw_files(home: Home, base: Base, remaining: float | None) -> None:
    """Deleted, or cut short as by a full disk or an interrupted copy."""
    before = published_content(home)
    if remaining is None:
        home.warehouse_file.unlink()
    else:
        os.truncate(home.warehouse_file, int(home.warehouse_file.stat().st_size * remaining))
    outcome = refresh.fn(sources=["registry"])
    assert outcome["exit_code"] == 0
    assert any("dimuat ulang dari berkas mentah" in notice for notice in outcome["notices"])
    assert published_content(home) == before
    assert_whole(home)
    with open_warehouse(Settings()) as connection:
        persons = connection.execute("SELECT count(*) FROM core.riwayat_warga").fetchone()
    assert persons == (base.sample.releases[0]["accepted"],)
    assert refresh.fn(sources=["registry"])["taken_in"] == []


def test_a_warehouse_that_is_not_the_journals_is_refused(home: Home) -> None:
    with open_warehouse(Settings()) as connection:
        connection.execute("UPDATE core.rilis SET sidik_isi = 'lain'")
    before = snapshot(home.published)
    with pytest.raises(DampinganError, match="tidak sama dengan yang tercatat di jurnal"):
        refresh.fn()
    assert snapshot(home.published) == before


def test_a_warehouse_of_another_version_is_made_anew_from_the_raw_files(home: Home) -> None:
    before = published_content(home)
    with open_warehouse(Settings()) as connection:
        connection.execute("ALTER TABLE core.riwayat_warga DROP COLUMN desil")
    outcome = refresh.fn(sources=["registry"])
    assert outcome["exit_code"] == 0
    assert any("versi lain program ini" in notice for notice in outcome["notices"])
    assert published_content(home) == before
    assert [path.name.split("-")[0] for path in home.warehouse_file.parent.glob("lama-*.duckdb")] == ["lama"]
