"""The synthetic register against a naive reading of its files."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from errors import UsageError
from tasks.registry.rules import rules
from tasks.rules import of_severity
from tasks.sample.defects import REJECT_CODES, WARNING_CODES
from tasks.sample.plan import PEKALONGAN_SAMPLE, ReleasePlan, SamplePlan
from tasks.sample.registry import write_registry_sample
from tests.tasks.sample import naive
from tests.tasks.sample.conftest import Sample, make

PERSONS = 140_000


def _bytes_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_defects_are_the_rules_codes() -> None:
    table = rules(area_code="3375", period=date(2022, 4, 1))
    assert {rule.code for rule in of_severity(table, "tolak")} == set(REJECT_CODES)
    assert set(WARNING_CODES) <= {rule.code for rule in of_severity(table, "peringatan")}


def test_same_arguments_same_bytes(tmp_path: Path) -> None:
    for folder, seed in (("a", 5), ("b", 5), ("c", 6)):
        make(tmp_path / folder, seed, persons=1_200, releases=2)
    first, again, other = (_bytes_of(tmp_path / folder) for folder in "abc")
    assert first == again
    assert len(first) == 5
    assert all(first[name] != other[name] for name in first)


def test_rows_are_what_the_truth_says(sample: Sample) -> None:
    for release, reading in zip(sample.truth["releases"], sample.readings, strict=True):
        assert release["rows_in_file"] == reading.rows
        assert release["accepted"] == len(reading.accepted)
        assert release["rejected"] == len(reading.rejected)
        assert release["skipped"] == reading.skipped == sum(release["skipped_by_kind"].values())
        assert release["rows_in_file"] == release["accepted"] + release["rejected"] + release["skipped"]
        assert release["tanpa_nik"] == sum(person.nik is None for person in reading.accepted)
        assert release["warned"] == sum(bool(person.warnings) for person in reading.accepted)
    assert sample.truth["releases"][0]["skipped_by_kind"]["penomoran"] == 1
    assert sample.truth["releases"][0]["accepted"] == 2_000


def test_reasons_are_what_the_truth_says(sample: Sample) -> None:
    for release, reading in zip(sample.truth["releases"], sample.readings, strict=True):
        assert release["rejects_by_code"] == reading.counted("rejects")
        assert release["warnings_by_code"] == reading.counted("warnings")
        assert set(release["rejects_by_code"]) == set(REJECT_CODES)
        assert set(release["warnings_by_code"]) == set(WARNING_CODES)
        doubles = sum(len(person.rejects) > 1 for person in reading.rejected)
        assert 1 <= doubles <= 4
        for code, lines in release["reject_lines"].items():
            broken = sorted(person.line for person in reading.rejected if code in person.rejects)
            assert lines == broken[:20]


def test_areas_are_what_the_truth_says(sample: Sample) -> None:
    for release, reading in zip(sample.truth["releases"], sample.readings, strict=True):
        counted = Counter(person.kelurahan for person in reading.accepted)
        assert release["accepted_by_kelurahan"] == counted
        assert len(counted) == 27
        by_kecamatan: Counter[str] = Counter()
        for code, persons in counted.items():
            assert code is not None
            by_kecamatan[code[:8]] += persons
        assert release["accepted_by_kecamatan"] == by_kecamatan
        manifest = json.loads((sample.folder / f"{release['file']}.manifest.json").read_text("utf-8"))
        assert {total["kode_kemendagri"]: total["persons"] for total in manifest["control_totals"]} == by_kecamatan
        assert {key: manifest[key] for key in ("source", "area", "period")} == {
            "source": "dtks",
            "area": "3375",
            "period": release["period"],
        }


def _by_nik(reading: naive.Reading) -> dict[str, list[naive.Person]]:
    found = defaultdict(list)
    for person in reading.accepted:
        if person.nik:
            found[person.nik].append(person)
    return found


def test_transitions_are_what_the_truth_says(sample: Sample) -> None:
    pairs = zip(sample.readings[:-1], sample.readings[1:], sample.truth["steps"], strict=True)
    for earlier, later, step in pairs:
        before, after = _by_nik(earlier), _by_nik(later)
        both = [(before[nik], after[nik]) for nik in before.keys() & after.keys()]
        for old, new in both:
            assert len(old) == len(new)
            assert len(old) == 1 or [(p.kelurahan, p.rest) for p in old] == [(p.kelurahan, p.rest) for p in new]
        single = [(old[0], new[0]) for old, new in both if len(old) == 1]
        moved = Counter((old.kelurahan, new.kelurahan) for old, new in single if old.kelurahan != new.kelurahan)
        changed = Counter(
            old.kelurahan for old, new in single if old.kelurahan == new.kelurahan and old.rest != new.rest
        )
        entered = Counter(after[nik][0].kelurahan for nik in after.keys() - before.keys())
        left = Counter(before[nik][0].kelurahan for nik in before.keys() - after.keys())
        for kind, counted in (("entered", entered), ("left", left), ("changed", changed)):
            assert step[kind]["total"] == counted.total() > 0
            assert {code: n for code, n in step[kind]["by_kelurahan"].items() if n} == counted
        assert step["moved"]["total"] == moved.total() > 0
        assert {(pair["from"], pair["to"]): pair["persons"] for pair in step["moved"]["pairs"]} == moved


def test_rejected_persons_occur_once(sample: Sample) -> None:
    accepted = {person.nik for reading in sample.readings for person in reading.accepted if person.nik}
    rejected = [
        person.nik
        for reading in sample.readings
        for person in reading.rejected
        if person.nik and not any(code.startswith("NIK_") and code != "NIK_SAMA_KK" for code in person.rejects)
    ]
    assert rejected
    assert len(set(rejected)) == len(rejected)
    assert not accepted.intersection(rejected)


def test_families_have_one_head_and_rows_are_mixed(sample: Sample) -> None:
    accepted = sample.readings[0].accepted
    families = defaultdict(list)
    for person in accepted:
        if person.kk:
            families[person.kk].append(person.relation)
    assert max(len(members) for members in families.values()) == 6
    assert all(members.count("kepala") <= 1 for members in families.values())
    heads = sum("kepala" in members for members in families.values())
    assert heads > 0.85 * len(families)
    turns = sum(a.kelurahan != b.kelurahan for a, b in pairwise(accepted))
    assert turns > len(accepted) / 5


def test_truth_names_nobody(sample: Sample) -> None:
    text = (sample.folder / "truth.json").read_text("utf-8")
    assert not re.search(r"\d{15}", text)
    names = {str(person.rest[6]) for person in sample.readings[0].accepted if len(str(person.rest[6])) > 8}
    assert not [name for name in names if name in text]


@pytest.fixture(scope="module")
def bundled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bundled")
    write_registry_sample(folder, persons=PERSONS, releases=2, seed=2022, plan=PEKALONGAN_SAMPLE)
    return folder


def test_bundled_sample_meets_the_decree(bundled: Path) -> None:
    first, second = json.loads((bundled / "truth.json").read_text("utf-8"))["releases"]
    assert (first["period"], second["period"], second["sk_date"]) == ("2021-10", "2022-04", "2022-04-04")
    assert second["accepted_by_kecamatan"]["33.75.04"] == 39_503
    assert first["accepted"] == PERSONS
    assert second["accepted"] == pytest.approx(PERSONS, rel=0.03)
    line_count = (bundled / second["file"]).read_bytes().count(b"\n")
    assert line_count == second["rows_in_file"] + 1


def test_the_writings_that_people_use_occur(bundled: Path) -> None:
    text = (bundled / "dtks-2022-04.csv").read_text("utf-8")
    written = (
        "|'3375",
        ".0|",
        "\u00a0",
        "|DUWET|",
        "|BUARAN|",
        " – ",
        "|KELURAHAN ",
        "|PEKALONGAN SEL.|",
        "|KANDANGPANJANG|",
    )
    assert not [piece for piece in written if piece not in text]
    assert '"' not in text
    assert "\r" not in text


def test_exact_targets_over_chunks(tmp_path: Path) -> None:
    targets = [{"33.75.01": 601, "33.75.03": 500}, {"33.75.01": 640, "33.75.03": 509}]
    releases = tuple(
        ReleasePlan(period, "1", date(2021, 12, 1), accepted)
        for period, accepted in zip(("2021-10", "2022-04"), targets, strict=True)
    )
    plan = SamplePlan(releases=releases, chunk_persons=800, entered_rate=0.15)
    truth_file = write_registry_sample(tmp_path, persons=2_000, releases=2, seed=4, plan=plan)
    for release, target in zip(json.loads(truth_file.read_text("utf-8"))["releases"], targets, strict=True):
        reading = naive.read(tmp_path / release["file"], date.fromisoformat(f"{release['period']}-01"))
        counted = Counter((person.kelurahan or "")[:8] for person in reading.accepted)
        assert {code: counted[code] for code in target} == target


@pytest.mark.parametrize(("persons", "seed", "accepted"), [(500, 1, {"33.75.04": 501}), (0, 1, {}), (500, -1, {})])
def test_impossible_wishes_leave_no_file(tmp_path: Path, persons: int, seed: int, accepted: dict[str, int]) -> None:
    plan = SamplePlan(releases=(ReleasePlan("2021-10", "1", date(2021, 10, 1), accepted),))
    with pytest.raises(UsageError):
        write_registry_sample(tmp_path, persons=persons, releases=1, seed=seed, plan=plan)
    assert list(tmp_path.iterdir()) == []


_PEAK = """
import resource, sys
from pathlib import Path
from tasks.sample.plan import SamplePlan
from tasks.sample.registry import write_registry_sample
plan = SamplePlan(chunk_persons=20_000)
write_registry_sample(Path(sys.argv[1]), persons=int(sys.argv[2]), releases=2, seed=1, plan=plan)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.system
def test_memory_does_not_grow_with_persons(tmp_path: Path) -> None:
    def peak(persons: int) -> int:
        command = [sys.executable, "-c", _PEAK, str(tmp_path / str(persons)), str(persons)]
        return int(
            subprocess.run(command, check=True, capture_output=True, text=True, cwd=naive.REFERENCE.parent).stdout
        )

    assert peak(240_000) < 1.3 * peak(40_000)
