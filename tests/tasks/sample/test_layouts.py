"""The synthetic register in every layout and file format: what the reader makes of it is what the truth says."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from typer.testing import CliRunner

from cli import app
from errors import UsageError
from tasks.registry.accounts import StagedRelease
from tasks.registry.intake import submission_of
from tasks.registry.layouts import layout_named, load_layouts, slug
from tasks.registry.manifest import ReleaseManifest
from tasks.registry.staging import stage_release
from tasks.sample.files import FORMATS, FileFormat
from tasks.sample.plan import REGISTER_RATES, REJECT_RATES, WARNING_RATES, SamplePlan
from tasks.sample.registry import write_registry_sample
from tasks.sample.shapes import shapes_of
from tests.tasks.registry.rows import AREAS, CITY, SECRET, decoded

LAYOUTS = load_layouts()
NAMES = [layout.name for layout in LAYOUTS]
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
    manifest = submission.manifest
    staged = stage_release(
        [(file.name, file) for file in submission.files],
        folder / f"staged-{manifest.period}",
        release_id=f"{manifest.series}-{manifest.period}-v1",
        period=manifest.period_start,
        area_code="3375",
        city=CITY,
        areas=AREAS,
        layouts=LAYOUTS,
        source_system=manifest.source_system,
        secret=SECRET,
        malformed_share_limit=1.0,
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


def _by_nik(staged: StagedRelease) -> dict[str, list[dict[str, Any]]]:
    frame = pl.scan_parquet(staged.rows).filter((pl.col("penolakan") == 0) & pl.col("nik").is_not_null()).collect()
    found: dict[str, list[dict[str, Any]]] = {}
    for row in (
        frame.sort("baris_sumber").drop("baris_sumber", "kunci_warga", "peringatan", "penolakan", "baris").to_dicts()
    ):
        found.setdefault(row["nik"], []).append(row)
    return found


def _counts(step: dict[str, Any], kind: str) -> dict[str, int]:
    assert step[kind]["total"] == sum(step[kind]["by_kelurahan"].values())
    return {code: n for code, n in step[kind]["by_kelurahan"].items() if n}


def _assert_step(step: dict[str, Any], before: dict[str, Any], after: dict[str, Any]) -> None:
    entered = Counter(after[nik][0]["kode_kemendagri"] for nik in after.keys() - before.keys())
    left = Counter(before[nik][0]["kode_kemendagri"] for nik in before.keys() - after.keys())
    assert _counts(step, "entered") == entered
    assert _counts(step, "left") == left
    single = [(before[nik][0], after[nik][0]) for nik in before.keys() & after.keys() if len(before[nik]) == 1]
    moved = Counter(
        (old["kode_kemendagri"], new["kode_kemendagri"])
        for old, new in single
        if old["kode_kemendagri"] != new["kode_kemendagri"] and not old["kode_kemendagri"].endswith(".00.0000")
    )
    assert {(pair["from"], pair["to"]): pair["persons"] for pair in step["moved"]["pairs"]} == moved
    if "changed" in step:
        changed = Counter(
            old["kode_kemendagri"]
            for old, new in single
            if old["kode_kemendagri"] == new["kode_kemendagri"] and old != new
        )
        assert _counts(step, "changed") == changed
        assert changed


@pytest.mark.parametrize("layout", NAMES)
def test_who_enters_leaves_moves_and_changes_is_the_truth(layout: str, tmp_path: Path) -> None:
    truth = _write(tmp_path, layout, releases=3)
    found = [_by_nik(_stage(tmp_path, release)[1]) for release in truth["releases"]]
    for step, before, after in zip(truth["steps"], found[:-1], found[1:], strict=True):
        _assert_step(step, before, after)
        assert "in_both" not in step


@pytest.mark.parametrize(
    ("first", "then"), [("dtks_a", "dtsen_g"), ("dtks_b", "dtsen_g"), ("bdt_d", "dtks_a"), ("minimal", "dtsen_g")]
)
def test_another_register_follows_with_the_same_persons(first: str, then: str, tmp_path: Path) -> None:
    truth = _write(tmp_path, first, then=then)
    *_, last_but_one, last = truth["releases"]
    assert [release.get("layout", "dtks_a") for release in truth["releases"]] == [first, first, then]
    found = []
    for release in (last_but_one, last):
        manifest, staged = _stage(tmp_path, release)
        assert layout_named(staged.layout, LAYOUTS).source_system in (None, manifest.source_system)
        assert staged.niks_ending_in_zero < 0.1 * release["accepted"]
        _assert_true(release, staged)
        found.append(_by_nik(staged))
    step = truth["steps"][-1]
    assert "changed" not in step
    _assert_step(step, *found)
    both = found[0].keys() & found[1].keys()
    assert step["in_both"]["total"] == len(both) > 700


@pytest.mark.parametrize("layout", NAMES)
def test_headings_are_those_of_the_layout(layout: str) -> None:
    known = layout_named(layout, LAYOUTS)
    for part, shape in shapes_of(known).items():
        form = known.forms[part]
        assert len({slug(header) for header in shape.headers}) == len(shape.headers)
        assert {slug(header) for header in shape.headers} <= form.meaning.keys()
        assert set(form.columns.values()) <= set(shape.columns)
    if layout == "bdt_d":
        assert len(shapes_of(known)["warga"].headers) == 101


@pytest.mark.parametrize("layout", [name for name in NAMES if name != "dtks_a"])
def test_every_defect_of_a_layout_occurs(layout: str, tmp_path: Path) -> None:
    (release,) = _write(tmp_path, layout, releases=1)["releases"]
    own = {
        "bdt_d": {"KELURAHAN_BEDA", "PERSENTIL_TIDAK_DIKENAL", "UMUR_TIDAK_DIKENAL", "RUMAH_TANGGA_TIDAK_TETAP"},
        "dtks_a17": {"KECAMATAN_BEDA", "KK_KOSONG"},
        "dtks_b": {"BANTUAN_TIDAK_DIKENAL", "KELUARGA_TIDAK_ADA"},
        "dtks_c": {"KEBERADAAN_TIDAK_DIKENAL", "TIDAK_BERADA", "KELURAHAN_BEDA"},
        "dtsen_g": {"DESIL_TIDAK_DIKENAL", "KELUARGA_TIDAK_ADA", "KELURAHAN_BEDA", "BANTUAN_TIDAK_DIKENAL"},
        "minimal": {"KELURAHAN_TIDAK_DISEBUT", "NIK_GANDA"},
        "p3ke_f": {"DESIL_TIDAK_DIKENAL", "BANTUAN_TIDAK_DIKENAL", "KELURAHAN_BEDA"},
    }
    assert own[layout] <= release["warnings_by_code"].keys()
    if layout in ("dtks_b", "dtsen_g"):
        (households,) = release["tables"].values()
        assert all(households["rejects_by_code"].values())


@pytest.mark.parametrize("file_format", FORMATS)
def test_same_arguments_same_bytes_in_every_format(file_format: FileFormat, tmp_path: Path) -> None:
    for folder in "ab":
        _write(tmp_path / folder, "dtsen_g", file_format=file_format, releases=1, persons=200)
    first, again = ({file.name: file.read_bytes() for file in (tmp_path / folder).iterdir()} for folder in "ab")
    assert first == again


def test_the_bundled_layout_keeps_its_bytes(tmp_path: Path) -> None:
    """The bundled sample and the benchmarks stand on these; a change here is a change of theirs."""
    plan = SamplePlan(chunk_persons=900)
    write_registry_sample(tmp_path, persons=2_000, releases=3, seed=1, plan=plan)
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in sorted(tmp_path.iterdir())))
    assert digest.hexdigest() == "61fb7867732c31ecc5b5d097de76cbedaf0ca078fbb41f67770563cc1d2461f4"


@pytest.mark.parametrize(
    ("arguments", "named"),
    [(["--layout", "tidak-ada"], "Tata letak 'tidak-ada'"), (["--format", "ods"], "Format 'ods'")],
)
def test_the_command_names_a_wrong_choice(arguments: list[str], named: str, tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["sample", str(tmp_path), "--persons", "300", *arguments])
    assert isinstance(result.exception, UsageError)
    assert named in result.exception.what
    assert result.exception.next_step
    assert list(tmp_path.iterdir()) == []


def test_the_command_writes_a_series_over_two_registers(tmp_path: Path) -> None:
    arguments = ["--persons", "300", "--releases", "1", "--then", "dtsen_g", "--format", "zip"]
    result = CliRunner().invoke(app, ["sample", str(tmp_path), *arguments])
    assert result.exit_code == 0, result.output
    releases = json.loads((tmp_path / "truth.json").read_text("utf-8"))["releases"]
    assert [release["file"] for release in releases] == ["dtks-2021-10.zip", "dtsen-2022-04.zip"]


def test_an_unknown_layout_is_a_usage_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        _write(tmp_path, "tidak_ada")
    assert list(tmp_path.iterdir()) == []
