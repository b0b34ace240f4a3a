"""What people decide about releases, what a home refuses, and what counts as a reason to publish again."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from errors import BusyError, CheckFailedError, DampinganError, InputRejectedError, UsageError
from flows import administration, inspection
from flows.refresh import refresh
from flows.steps import releases
from settings import Home, Settings
from tasks.reference import BUNDLED_REGION, REFERENCE_FOLDER
from tasks.sample.bps import SAMPLE_KEY, SampleBpsServer
from tests.flows.conftest import (
    SmallSample,
    assert_whole,
    correction,
    few_checks,
    leftovers,
    make_sample,
    manifest_of,
    manifest_of_publication,
    published_content,
    put_file,
    snapshot,
    use_home,
)
from warehouse.connection import open_warehouse
from warehouse.journal import Journal, Kind, Step
from warehouse.lock import writer_lock

pytestmark = pytest.mark.system

FIRST, SECOND = "dtks-3375-2021-10-v1", "dtks-3375-2022-04-v1"
RALAT = "dtks-3375-2022-04-v2"
BOTH: list[Any] = ["registry", "statistics"]


@pytest.fixture(scope="module", autouse=True)
def _quick() -> Iterator[None]:
    with few_checks():
        yield


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> SmallSample:
    return make_sample(tmp_path_factory.mktemp("decisions") / "sample", seed=5, persons=800, releases=2)


@pytest.fixture(scope="module")
def base(sample: SmallSample) -> Path:
    """Two releases and the statistics, published."""
    with use_home(sample.folder / "base") as home:
        sample.put(home, 0, 1)
        assert refresh.fn(sources=BOTH)["exit_code"] == 0
    return sample.folder / "base"


@pytest.fixture
def home(base: Path, tmp_path: Path) -> Iterator[Home]:
    shutil.copytree(base, tmp_path / "home", symlinks=True)
    with use_home(tmp_path / "home") as home:
        yield home


def _states() -> dict[str, str]:
    return {row["release"]: row["state"] for row in inspection.list_releases()}


def _submit(file: Path, content: bytes, **changes: Any) -> list[str]:
    file.write_bytes(content)
    told = {"source": "dtks", "period": "2022-04", "sk_number": "460/1", "sk_date": "2022-04-04"} | changes
    return administration.submit_release([file], **{"control_totals": [], "layout": None, "by": "petugas", **told})


def _decide(release_id: str, *, approve: bool = False) -> dict[str, Any]:
    action = administration.approve_release if approve else administration.withdraw_release
    action(release_id, reason="uji", by="petugas")
    return refresh.fn(sources=["registry"])


def test_a_correction_that_is_withdrawn_gives_way_to_the_release_it_replaced(
    home: Home, sample: SmallSample, tmp_path: Path
) -> None:
    before = published_content(home)
    content, manifest = correction(sample, 1)
    put_file(home, "ralat.csv", content, manifest)
    assert refresh.fn(sources=["registry"])["generation"]
    assert _states() == {FIRST: "berlaku", SECOND: "digantikan", RALAT: "berlaku"}
    outcome = _decide(RALAT)
    assert outcome["exit_code"] == 0
    assert any("berlaku kembali" in notice for notice in outcome["notices"])
    assert _states() == {FIRST: "berlaku", SECOND: "berlaku", RALAT: "ditarik"}
    after = published_content(home)
    assert {name for name in after if after[name] != before[name]} <= {"rilis", "asal_usul"}
    with open_warehouse(Settings()) as connection:
        rejects = connection.execute("SELECT count(*) FROM core.ditolak WHERE id_kiriman = ?", [SECOND]).fetchone()
    assert rejects == (sample.releases[1]["rejected"],)


def test_an_older_version_cannot_be_approved_over_a_newer_one(home: Home, sample: SmallSample) -> None:
    content, manifest = correction(sample, 1)
    totals = [{"level": "kecamatan", "kode_kemendagri": "33.75.04", "persons": 1}]
    put_file(home, "ralat.csv", content, manifest | {"control_totals": totals})
    assert refresh.fn(sources=["registry"])["exit_code"] == 3
    put_file(home, "ralat-kedua.csv", content + b"\n", manifest)
    assert refresh.fn(sources=["registry"])["exit_code"] == 0
    newest = "dtks-3375-2022-04-v3"
    assert _states()[newest] == "berlaku"
    with pytest.raises(UsageError, match=newest):
        administration.approve_release(RALAT, reason="uji", by="petugas")
    assert _states()[RALAT] == "menunggu persetujuan"
    assert inspection.waiting_releases() == inspection.describe_status()["waiting"] == [RALAT]


def test_a_release_that_fails_its_check_blocks_nobody_and_can_be_withdrawn(
    home: Home, sample: SmallSample, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = snapshot(home.published)
    content, manifest = correction(sample, 1)
    put_file(home, "ralat.csv", content, manifest)
    sample.put_reports(home, 0)

    def fail(*_: object) -> None:
        raise CheckFailedError("1 pemeriksaan data tidak lolos.")

    monkeypatch.setattr(releases, "check", fail)
    outcome = refresh.fn(sources=["registry", "programmes"])
    monkeypatch.undo()
    assert outcome["exit_code"] == 4
    assert outcome["generation"] is None
    assert snapshot(home.published) == before
    assert [file["sumber"] for file in outcome["taken_in"]] == ["laporan OPD"]
    outcome = _decide(RALAT)
    assert outcome["exit_code"] == 0
    assert outcome["generation"]
    assert _states()[RALAT] == "ditarik"


def test_an_unexpected_fault_in_one_release_stops_the_publication_but_not_the_others(
    home: Home, sample: SmallSample, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = snapshot(home.published)
    content, manifest = correction(sample, 1)
    put_file(home, "ralat.csv", content, manifest)
    sample.put_reports(home, 0)

    def fail(*_: object) -> None:
        raise ValueError("could not parse 3375010101900001")

    monkeypatch.setattr(releases, "decide", fail)
    outcome = refresh.fn(sources=["registry", "programmes"])
    assert outcome["exit_code"] == 1
    assert "3375010101900001" not in json.dumps(outcome)
    assert "ValueError" in outcome["problems"][0]["paragraph"]
    assert len(outcome["taken_in"]) == 1
    assert snapshot(home.published) == before


def test_an_unknown_layout_is_refused_on_receipt(home: Home, sample: SmallSample, tmp_path: Path) -> None:
    with pytest.raises(InputRejectedError, match=r"dtks_z.*dtks_a"):
        _submit(tmp_path / "x.csv", sample.file(1).read_bytes() + b"\n", layout="dtks_z")
    put_file(home, "x.csv", b"isi", sample.manifest(1) | {"layout": "dtks_z"})
    assert refresh.fn(sources=["registry"])["exit_code"] == 3
    assert set(_states()) == {FIRST, SECOND}


def test_what_passed_once_passes_again_when_the_warehouse_is_lost(home: Home) -> None:
    """The second release would wait if it came anew: it changes by more than this limit."""
    before = published_content(home)
    home.warehouse_file.unlink()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DAMPINGAN_CHANGE_SHARE_FOR_APPROVAL", "0.000001")
        outcome = refresh.fn(sources=["registry"])
    assert outcome["exit_code"] == 0
    assert published_content(home) == before


def test_a_lost_source_is_taken_in_whatever_was_asked_for(home: Home) -> None:
    rows = assert_whole(home)["row_counts"]["indikator_makro"]
    assert rows > 0
    home.warehouse_file.unlink()
    assert refresh.fn(sources=["programmes"])["exit_code"] == 0
    manifest = assert_whole(home)
    assert manifest["row_counts"]["indikator_makro"] == rows
    assert len(manifest["releases"]) == 2


def test_nothing_is_published_while_something_is_missing(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    before = snapshot(home.published)
    home.warehouse_file.unlink()

    def fail(*_: object) -> None:
        raise InputRejectedError("Berkas mentah tidak terbaca.")

    monkeypatch.setattr(releases, "decide", fail)
    outcome = refresh.fn(sources=["registry"])
    assert outcome["exit_code"] == 1
    assert any(FIRST in problem["paragraph"] for problem in outcome["problems"])
    assert snapshot(home.published) == before


def test_a_journal_that_does_not_know_the_warehouse_is_refused(home: Home) -> None:
    before = snapshot(home.published)
    home.journal_file.unlink()
    with pytest.raises(DampinganError, match="tidak tercatat di jurnal"):
        refresh.fn(sample=True)
    assert not home.sample_marker.exists()
    assert snapshot(home.published) == before


@pytest.mark.parametrize(("variable", "value"), [("SUPPRESSION_THRESHOLD", "20"), ("ROUNDING_BASE", "10")])
def test_a_stricter_protection_is_published_at_once(
    home: Home, monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    assert refresh.fn(sources=[])["generation"] is None
    monkeypatch.setenv(f"DAMPINGAN_{variable}", value)
    assert refresh.fn(sources=[])["generation"]
    assert refresh.fn(sources=[])["generation"] is None


def test_an_edited_reference_table_is_published(home: Home, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    edited = tmp_path / "3375"
    shutil.copytree(BUNDLED_REGION, edited)
    monkeypatch.setenv("DAMPINGAN_REFERENCE", str(edited))
    assert refresh.fn(sources=[])["generation"] is None
    with (edited / "opd_dampingan.csv").open("a", encoding="utf-8") as file:
        file.write("Medono,Dinas Contoh,DC,Keputusan uji,uji,,,,\n")
    assert refresh.fn(sources=[])["generation"]


def test_only_the_sample_is_marked_as_sample(home: Home) -> None:
    assert manifest_of_publication(home)["sample"] is False


def test_a_file_that_was_refused_is_given_back_with_its_manifest_and_the_reason(
    home: Home, sample: SmallSample
) -> None:
    content = sample.file(1).read_bytes()[:-30]
    put_file(home, "rilis[1].csv", content, sample.manifest(1) | {"period": "2022-10"})
    assert refresh.fn(sources=["registry"])["exit_code"] == 3
    assert list(home.inbox_registry.glob("*.csv*")) == []
    refused = home.inbox_registry / "ditolak"
    assert (refused / "rilis[1].csv").read_bytes() == content
    assert json.loads(manifest_of(refused / "rilis[1].csv").read_text("utf-8"))["period"] == "2022-10"
    [told] = inspection.describe_status()["refused_files"]
    assert (told["file"], told["folder"]) == ("rilis[1].csv", str(refused))
    assert "terpotong" in told["reason"]
    assert leftovers(home) == []


def test_a_refused_file_takes_nothing_else_out_of_the_inbox(home: Home, sample: SmallSample) -> None:
    put_file(home, "dtks", b"isi", None)
    put_file(home, "dtks-kedua.csv", *correction(sample, 1))
    outcome = refresh.fn(sources=["registry"])
    assert outcome["exit_code"] == 3
    assert [file["berkas"] for file in outcome["taken_in"]] == ["dtks-kedua.csv"]
    assert sorted(path.name for path in (home.inbox_registry / "ditolak").iterdir()) == ["dtks", "dtks.alasan.txt"]


def test_a_file_may_wait_for_its_manifest(home: Home, sample: SmallSample, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAMPINGAN_INBOX_GRACE_SECONDS", "600")
    content, manifest = correction(sample, 1)
    file = put_file(home, "ralat.csv", content, None)
    outcome = refresh.fn(sources=["registry"])
    assert outcome["exit_code"] == 0
    assert any("menunggu ralat.csv.manifest.json" in notice for notice in outcome["notices"])
    assert file.exists()
    put_file(home, "ralat.csv", content, manifest)
    assert refresh.fn(sources=["registry"])["taken_in"]
    orphan = put_file(home, "lama.csv", b"isi", None)
    os.utime(orphan, (time.time() - 700,) * 2)
    assert refresh.fn(sources=["registry"])["exit_code"] == 3


def test_looking_needs_no_lock_and_creates_nothing(home: Home, tmp_path: Path) -> None:
    with writer_lock(home.writer_lock):
        assert set(_states()) == {FIRST, SECOND}
        assert inspection.show_release(FIRST)["rows"]["baris_ditolak"] > 0
        with pytest.raises(BusyError):
            refresh.fn(sources=[])
    with use_home(tmp_path / "kosong"):
        assert inspection.describe_status()["current"] is None
        assert inspection.list_releases() == []
    assert not (tmp_path / "kosong").exists()


def test_a_lost_warehouse_keeps_the_vintages_of_the_statistics(
    home: Home, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """What BPS revised stays a revision, with the times of the pulls, though the warehouse is made anew."""
    with SampleBpsServer(REFERENCE_FOLDER) as server:
        monkeypatch.setenv("DAMPINGAN_BPS_API_KEY", SAMPLE_KEY)
        monkeypatch.setenv("DAMPINGAN_BPS_URL", server.url)
        assert refresh.fn(sources=["statistics"])["statistics"]["new"] > 0
        server.revise(621, 2021, Decimal("7.61"), "2026-09-01 08:00:00")
        revised = refresh.fn(sources=["statistics"])["statistics"]["revised"]
        assert revised == 3, "our own city and, invented from it, two neighbours"
        before = published_content(home)
        assert assert_whole(home)["row_counts"]["revisi_bps"] == revised
        home.warehouse_file.unlink()
        assert refresh.fn(sources=[])["exit_code"] == 0
    assert published_content(home) == before


def test_nothing_replaces_what_a_person_went_back_to(home: Home, sample: SmallSample) -> None:
    first = manifest_of_publication(home)["generation"]
    content, manifest = correction(sample, 1)
    put_file(home, "ralat.csv", content, manifest)
    assert refresh.fn(sources=["registry"])["generation"]
    assert administration.roll_back(None) == first
    sample.put_reports(home, 0)
    outcome = refresh.fn()
    assert outcome["generation"] is None
    assert outcome["exit_code"] == 0
    assert len(outcome["taken_in"]) == 1
    assert any("dampingan publish" in notice for notice in outcome["notices"])
    assert manifest_of_publication(home)["generation"] == first
    assert refresh.fn(sources=[], lift_rollback=True)["generation"]
    assert refresh.fn(sources=[])["generation"] is None


def test_a_waiting_release_says_what_was_read(home: Home, sample: SmallSample) -> None:
    content, manifest = correction(sample, 1)
    put_file(home, "ralat.csv", content, manifest | {"sk_date": "2019-04-04"})
    [problem] = refresh.fn(sources=["registry"])["problems"]
    assert "terpaut lebih dari setahun" in problem["paragraph"]
    rows = len(content.splitlines()) - 1
    assert f"({rows} baris: " in problem["paragraph"]
    with_reasons = Journal(home.journal_file, run_id="", code_version="").events(Kind.RELEASE, RALAT)
    staged = next(event for event in with_reasons if event.step is Step.STAGED)
    assert sum(staged.details["rejected_by"].values()) >= staged.details["rejected"] > 0


def test_an_empty_home_publishes_nothing_because_of_a_refused_file(sample: SmallSample, tmp_path: Path) -> None:
    with use_home(tmp_path / "baru") as home:
        put_file(home, "kosong.csv", b"", sample.manifest(0))
        outcome = refresh.fn(sources=["registry"])
        assert (outcome["exit_code"], outcome["generation"], outcome["current"]) == (3, None, None)
        assert not home.current.exists()


def test_a_waiting_release_can_be_looked_at_before_the_decision(home: Home, sample: SmallSample) -> None:
    content, manifest = correction(sample, 1)
    put_file(home, "ralat.csv", content, manifest | {"sk_date": "2019-04-04"})
    refresh.fn(sources=["registry"])
    facts = inspection.show_release(RALAT)
    assert facts["state"] == "menunggu persetujuan"
    rows = facts["rows"]
    assert rows["baris_berkas"] == rows["baris_diterima"] + rows["baris_ditolak"] + rows["baris_dilewati"]
    assert rows["baris_ditolak"] > 0
    assert sum(reason["jumlah_baris"] for reason in facts["by_reason"]) >= rows["baris_ditolak"]
    assert all(reason["penjelasan"] for reason in facts["by_reason"])


def test_only_the_release_that_came_is_compared_with_its_decree(home: Home, sample: SmallSample) -> None:
    older = sample.manifest(0) | {"period": "2021-04", "sk_number": "460/LAMA"}
    put_file(home, "lama.csv", sample.file(0).read_bytes()[:-1] + b"\r\n", older)
    outcome = refresh.fn(sources=["registry"])
    assert outcome["exit_code"] == 0, outcome["problems"]
    [compared] = outcome["sk_comparison"]
    assert (compared["release"], compared["sk_number"]) == ("dtks-3375-2021-04-v1", "460/LAMA")
    assert {row["selisih_jiwa"] for row in compared["rows"]} == {0}
    assert all("dtks-3375-2021-04-v1" in change.values() for change in outcome["changes"])
