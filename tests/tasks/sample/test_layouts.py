"""The synthetic register in every layout and file format: what the reader makes of it is what the truth says."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any, get_args

import polars as pl
import pytest

from tasks.registry.accounts import StagedRelease
from tasks.registry.intake import submission_of
from tasks.registry.layouts import load_layouts
from tasks.registry.manifest import ReleaseManifest
from tasks.sample.files import FileFormat
from tasks.sample.plan import REGISTER_RATES, REJECT_RATES, WARNING_RATES, SamplePlan
from tasks.sample.registry import write_registry_sample
from tests.tasks.registry.rows import decoded

LAYOUTS = load_layouts()
NAMES = [layout.name for layout in LAYOUTS]
FORMATS: tuple[FileFormat, ...] = get_args(FileFormat)
FOUND_WHEN_LOADED = ("NIK_GANDA", "RUMAH_TANGGA_TIDAK_TETAP")
"""Warnings that need more than one row; staging does not give them."""


def _high(rates: Any, least: float) -> dict[str, float]:
    return {code: max(rate, least) for code, rate in rates.items()}


PLAN = SamplePlan(
    warning_rates=_high(WARNING_RATES, 0.02),
    register_rates=_high(REGISTER_RATES, 0.04),
    reject_rates=_high(REJECT_RATES, 0.006),
    household_twice_rate=0.03,
    household_empty_rate=0.05,
    chunk_persons=500,
)


def _write(folder: Path, layout: str, **changes: Any) -> dict[str, Any]:
    arguments: dict[str, Any] = {"persons": 900, "releases": 2, "seed": 11, "plan": PLAN} | changes
    truth: dict[str, Any] = json.loads(write_registry_sample(folder, layout=layout, **arguments).read_text("utf-8"))
    return truth


def _stage(folder: Path, release: dict[str, Any]) -> tuple[ReleaseManifest, StagedRelease]:
    """The release as intake finds it beside its manifest."""
    submission = submission_of(folder / release["file"])
    first, *companions = submission.files
    files = [(file.name, file) for file in (first, *companions)]
    manifest = submission.manifest
    arguments = {"period": manifest.period_start, "layouts": LAYOUTS, "source_system": manifest.source_system}
    from tasks.registry.staging import stage_release
    from tests.tasks.registry.rows import AREAS, CITY, SECRET

    staged = stage_release(
        files,
        folder / f"staged-{manifest.period}",
        release_id=f"{manifest.series}-{manifest.period}-v1",
        area_code="3375",
        city=CITY,
        areas=AREAS,
        secret=SECRET,
        malformed_share_limit=1.0,
        **arguments,
    )
    return manifest, staged


def _warnings(staged: StagedRelease) -> Counter[str]:
    masks = pl.scan_parquet(staged.rows).filter(pl.col("penolakan") == 0).select("peringatan").collect()
    return Counter(code for mask in masks["peringatan"] for code in decoded(mask, "peringatan"))


def _assert_true(release: dict[str, Any], staged: StagedRelease) -> None:
    sums = staged.accounting
    assert (sums.in_file, sums.accepted, sums.rejected, sums.skipped) == tuple(
        release[key] for key in ("rows_in_file", "accepted", "rejected", "skipped")
    )
    assert staged.tables[0].rejected_by == release["rejects_by_code"]
    expected = {code: n for code, n in release["warnings_by_code"].items() if code not in FOUND_WHEN_LOADED}
    assert dict(_warnings(staged)) == expected
    assert staged.accepted_by_area == {code: n for code, n in release["accepted_by_kelurahan"].items() if n}
    assert staged.without_nik == release["tanpa_nik"]
    if "tables" in release:
        (truth,) = release["tables"].values()
        households = staged.tables[1]
        assert households.accounting.in_file == truth["rows_in_file"]
        assert households.accounting.accepted == truth["accepted"] > 0
        assert households.accounting.skipped == truth["skipped"]
        assert households.rejected_by == {code: n for code, n in truth["rejects_by_code"].items() if n}


@pytest.mark.parametrize("layout", NAMES)
def test_the_reader_finds_the_truth_in_every_layout(layout: str, tmp_path: Path) -> None:
    truth = _write(tmp_path, layout)
    assert len(truth["releases"]) == 2
    for release in truth["releases"]:
        manifest, staged = _stage(tmp_path, release)
        assert staged.layout == layout
        _assert_true(release, staged)
        assert {total.kode_kemendagri: total.persons for total in manifest.control_totals} == release[
            "accepted_by_kecamatan"
        ]


@pytest.mark.parametrize("file_format", FORMATS)
@pytest.mark.parametrize("layout", NAMES)
def test_the_reader_finds_the_truth_in_every_format(layout: str, file_format: FileFormat, tmp_path: Path) -> None:
    truth = _write(tmp_path, layout, file_format=file_format, releases=1, persons=600)
    (release,) = truth["releases"]
    _assert_true(release, _stage(tmp_path, release)[1])
    left = {file.name for file in tmp_path.iterdir() if file.is_file()}
    names = submission_of(tmp_path / release["file"]).name.split(", ")
    assert left == {*names, f"{release['file']}.manifest.json", "truth.json"}
