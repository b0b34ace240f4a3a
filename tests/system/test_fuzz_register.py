"""Mutated submissions through the register's reader: never a traceback, never an unaccounted row.

`python -m tests.system.fuzz --count 5000` runs more of them; what a failure prints rebuilds the failing files.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.system.fuzz.cases import SEED, Runner, Tally, make_case, run_many
from tests.system.fuzz.specimens import others, texts

pytestmark = pytest.mark.system

COUNT = 500


def test_the_specimens_are_taken_in(tmp_path: Path) -> None:
    runner = Runner(tmp_path / "kerja")
    for specimen in [*texts(), *others()]:
        found = runner.whole(specimen)
        masks = [mask for part in found.values() for mask in part.masks.values()]
        assert masks.count(0) >= 10
        assert any(mask > 0 for mask in masks), specimen.name


def test_the_same_number_gives_the_same_files() -> None:
    assert all(make_case(SEED, number) == make_case(SEED, number) for number in range(48))
    assert make_case(SEED, 1).files != make_case(SEED + 1, 1).files


def test_no_traceback_and_no_unaccounted_row(tmp_path: Path) -> None:
    tally: Tally = run_many(tmp_path / "kerja", seed=SEED, numbers=range(COUNT))
    assert not tally.failures, "\n".join(tally.failures)
    assert tally.cases.total() == COUNT
    assert tally.cases.keys() == {specimen.name for specimen in [*texts(), *others()]}
    assert tally.staged.keys() >= {specimen.name for specimen in texts()}
    assert tally.staged.total() > COUNT / 3
    assert tally.refused.total() > COUNT / 20
