"""The synthetic register of another region in every layout, two of its desa sharing a name: the reader finds
the truth."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tasks.registry.intake import submission_of
from tasks.registry.layouts import load_layouts
from tasks.registry.staging import stage_release
from tasks.sample.bps import SampleBpsServer
from tasks.sample.plan import plan_for
from tests.flows import second_region
from tests.tasks.registry.rows import SECRET
from tests.tasks.sample.test_layouts import NAMES, PLAN, _assert_true, _write
from tests.tasks.statistics.conftest import REFERENCE


@pytest.mark.parametrize("layout", NAMES)
def test_the_reader_finds_the_truth_in_every_layout(layout: str, tmp_path: Path) -> None:
    region = second_region.made(tmp_path / "acuan")
    high = {name: getattr(PLAN, name) for name in ("warning_rates", "register_rates", "reject_rates")}
    plan = replace(plan_for(region), **high, chunk_persons=500)
    for release in _write(tmp_path / layout, layout, plan=plan)["releases"]:
        submission = submission_of(tmp_path / layout / release["file"])
        assert submission.manifest.series.endswith(f"-{region.code}")
        staged = stage_release(
            [(file.name, file) for file in submission.files],
            tmp_path / "staged" / release["period"],
            release_id=release["period"],
            period=submission.manifest.period_start,
            area_code=region.code,
            city=region.name,
            areas=region.areas,
            layouts=load_layouts(),
            source_system=submission.manifest.source_system,
            secret=SECRET,
            malformed_share_limit=1.0,
        )
        _assert_true(release, staged)
        written = b"".join(file.read_bytes() for file in submission.files).upper()
        assert b"PEKALONGAN" not in written
        assert region.name.upper().encode() in written or layout not in ("dtks_a", "p3ke_f")


def test_the_sample_server_has_the_regions_published_figures(tmp_path: Path) -> None:
    region = second_region.made(tmp_path / "acuan")
    with SampleBpsServer(REFERENCE, region) as server:
        tables = server.tables
    rows = [table for table in tables if any(row["val"] == int(region.code) for row in table.rows)]
    assert {table.ours for table in tables} == {int(region.code)}
    assert len(rows) > 3
    assert all(table.values for table in rows)
    assert next(row["label"] for row in rows[0].rows if row["val"] == int(region.code)) == region.name
