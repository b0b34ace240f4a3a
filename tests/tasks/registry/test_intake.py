"""Receiving files: ids and versions, the same bytes again, rivals for one period, what is still to be loaded."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import zipfile
from datetime import date
from pathlib import Path

import pytest

from errors import InputRejectedError
from tasks.inbox import owner_of
from tasks.registry.intake import (
    ReceivedRelease,
    Submission,
    is_received,
    pending_releases,
    receive_release,
    received_release,
    refuse_rivals,
    submission_of,
)
from tasks.registry.manifest import ReleaseManifest
from warehouse.journal import PENDING, Journal, Kind, Step
from warehouse.raw import RawStore

TODAY = date(2026, 11, 24)


class Office:
    """A data home and the files that come in."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.raw = RawStore(folder / "raw")
        self.journal = Journal(folder / "journal.sqlite", run_id="r", code_version="v")

    def submission(
        self,
        content: str,
        period: str = "2022-04",
        *,
        name: str = "a.csv",
        area: str = "3375",
        sk_date: str = "2022-04-04",
    ) -> Submission:
        (self.folder / name).write_text(content)
        manifest = ReleaseManifest(
            source="dtks", area=area, period=period, sk_number="460/1", sk_date=date.fromisoformat(sk_date)
        )
        return Submission((self.folder / name,), manifest, "petugas")

    def receive(self, content: str, period: str = "2022-04", **more: str) -> ReceivedRelease:
        submission = self.submission(content, period, **more)
        return receive_release(submission, self.raw, self.journal, area_code="3375", today=TODAY)

    def step(self, release_id: str, step: Step) -> None:
        self.journal.record(Kind.RELEASE, release_id, step)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def test_a_release_is_stored_and_can_be_had_again(office: Office) -> None:
    received = office.receive("isi", name="rilis april.csv")
    assert received
    assert (received.release_id, received.version) == ("dtks-3375-2022-04-v1", 1)
    assert received.sha256 == hashlib.sha256(b"isi").hexdigest()
    assert office.raw.path(received.sha256).read_bytes() == b"isi"
    assert received_release("dtks-3375-2022-04-v1", office.raw, office.journal) == received
    assert (received.file_name, received.submitted_by) == ("rilis april.csv", "petugas")
    with pytest.raises(InputRejectedError, match="tidak dikenal"):
        received_release("dtks-3375-2022-04-v2", office.raw, office.journal)


def test_the_same_bytes_again_change_nothing(office: Office) -> None:
    office.receive("isi")
    before = office.journal.events()
    again = office.receive("isi", name="nama lain.csv")
    assert (again.release_id, again.is_new) == ("dtks-3375-2022-04-v1", False)
    assert office.journal.events() == before


def test_the_same_bytes_with_another_statement_are_refused(office: Office) -> None:
    office.receive("isi")
    before = office.journal.events()
    with pytest.raises(InputRejectedError, match=r"dtks-3375-2022-04-v1.*sk_date.*release withdraw"):
        office.receive("isi", sk_date="2022-04-05")
    assert office.journal.events() == before


@pytest.mark.parametrize(("period", "sk_date"), [("2032-04", "2022-04-04"), ("2022-04", "2032-04-04")])
def test_what_is_still_to_come_is_refused(office: Office, period: str, sk_date: str) -> None:
    with pytest.raises(InputRejectedError, match="belum terjadi"):
        office.receive("isi", period, sk_date=sk_date)
    assert not office.raw.root.exists()


def test_another_file_for_the_period_is_the_next_version(office: Office) -> None:
    ids = [received.release_id for text in ("a", "b", "c") if (received := office.receive(text))]
    assert ids == [f"dtks-3375-2022-04-v{version}" for version in (1, 2, 3)]
    other = office.receive("d", "2022-10")
    assert other
    assert other.release_id == "dtks-3375-2022-10-v1"


def test_the_same_bytes_for_another_period_are_refused(office: Office) -> None:
    office.receive("isi")
    with pytest.raises(InputRejectedError, match="dtks-3375-2022-04-v1"):
        office.receive("isi", "2022-10")


def test_another_area_is_refused_and_not_stored(office: Office) -> None:
    with pytest.raises(InputRejectedError, match="3326"):
        office.receive("isi", area="3326")
    assert not office.raw.root.exists()
    assert not office.journal.events()


def test_a_refused_version_gives_its_number_back(office: Office) -> None:
    office.receive("rusak")
    office.step("dtks-3375-2022-04-v1", Step.REFUSED)
    again = office.receive("rusak")
    assert again
    assert again.release_id == "dtks-3375-2022-04-v1"
    office.step("dtks-3375-2022-04-v1", Step.REFUSED)
    mended = office.receive("baik")
    assert mended
    assert mended.release_id == "dtks-3375-2022-04-v1"
    assert received_release(mended.release_id, office.raw, office.journal).sha256 == mended.sha256


def test_a_withdrawn_file_may_come_again_as_a_new_version(office: Office) -> None:
    office.receive("isi")
    office.step("dtks-3375-2022-04-v1", Step.WITHDRAWN)
    again = office.receive("isi")
    assert again
    assert again.release_id == "dtks-3375-2022-04-v2"
    first = received_release("dtks-3375-2022-04-v1", office.raw, office.journal)
    assert (first.release_id, first.version) == ("dtks-3375-2022-04-v1", 1)


def test_pending_releases_stand_in_the_order_of_time(office: Office) -> None:
    for text, period in (("c", "2022-10"), ("a", "2021-10"), ("b1", "2022-04"), ("b2", "2022-04")):
        office.receive(text, period)
    everything = ["dtks-3375-2021-10-v1", "dtks-3375-2022-04-v1", "dtks-3375-2022-04-v2", "dtks-3375-2022-10-v1"]
    assert pending_releases(office.journal) == everything
    for step in set(Step) - {Step.RECEIVED}:
        office.step("dtks-3375-2022-04-v1", step)
        assert ("dtks-3375-2022-04-v1" in pending_releases(office.journal)) is (step in PENDING), step


def test_different_files_for_one_period_are_refused_together(office: Office) -> None:
    one, other = office.submission("a", name="a.csv"), office.submission("b", name="b.csv")
    alone = office.submission("c", "2022-10", name="c.csv")
    [(group, error)] = refuse_rivals([one, alone, other])
    assert group == [one, other]
    assert error.where == "a.csv, b.csv"
    assert "2022-04" in error.what
    assert refuse_rivals([one, alone]) == []
    assert refuse_rivals([one, office.submission("a", name="salinan.csv")]) == []


def test_a_file_needs_its_manifest(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("x")
    with pytest.raises(InputRejectedError) as refused:
        submission_of(file)
    assert "a.csv.manifest.json" in refused.value.next_step
    content = {"source": "dtks", "area": "3375", "period": "2022-04", "sk_number": "1", "sk_date": "2022-04-04"}
    (tmp_path / "a.csv.manifest.json").write_text(json.dumps(content))
    submission = submission_of(file)
    assert submission.release == ("dtks-3375", "2022-04")
    assert submission.submitted_by == owner_of(file)


def test_a_receipt_of_the_time_before_releases_of_several_files(office: Office) -> None:
    received = office.receive("isi", name="lama.csv")
    note = office.raw.read_note(received.sha256, "release")
    del note["files"]
    office.raw.write_note(received.sha256, "release", note | {"file_name": "lama.csv"})
    assert received_release(received.release_id, office.raw, office.journal) == received


def test_the_same_files_under_other_names_and_in_another_order_are_known(office: Office) -> None:
    def submitted(*names: str) -> ReceivedRelease:
        files = [office.submission(text, name=name) for text, name in zip(("warga", "keluarga"), names, strict=True)]
        ordered = sorted(file.files[0] for file in files)
        together = Submission(tuple(ordered), files[0].manifest, "petugas")
        return receive_release(together, office.raw, office.journal, area_code="3375", today=TODAY)

    assert submitted("a.csv", "b.csv").is_new
    assert not submitted("z.csv", "y.csv").is_new


def test_a_manifest_may_name_its_own_file_and_one_twice(tmp_path: Path) -> None:
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text("x")
    content = {"source": "dtks", "area": "3375", "period": "2022-04", "sk_number": "1", "sk_date": "2022-04-04"}
    (tmp_path / "a.csv.manifest.json").write_text(json.dumps(content | {"companions": ["a.csv", "b.csv", "b.csv"]}))
    assert submission_of(tmp_path / "a.csv").files == (tmp_path / "a.csv", tmp_path / "b.csv")


def _archive(file: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(f"folder/{name}", content)
    return file


def _receive(office: Office, *files: Path) -> ReceivedRelease:
    submission = dataclasses.replace(office.submission("lain"), files=files)
    return receive_release(submission, office.raw, office.journal, area_code="3375", today=TODAY)


def test_the_same_tables_in_an_archive_and_alone_are_one_release(office: Office) -> None:
    pair = [office.folder / name for name in ("anggota.csv", "keluarga.csv")]
    for number, file in enumerate(pair):
        file.write_text(f"isi {number}")
    first = _receive(office, *pair)
    packed = _archive(office.folder / "a.zip", b=b"isi 1", a=b"isi 0", foto=b"\xff\xd8\xff gambar")
    again = _receive(office, packed)
    assert (again.release_id, again.is_new, again.files) == (first.release_id, False, first.files)
    assert is_received(dataclasses.replace(office.submission("x"), files=(packed,)), office.journal)
    other = _receive(office, _archive(office.folder / "b.zip", a=b"isi 0"))
    assert (other.version, other.is_new) == (2, True)
    assert _receive(office, pair[0]).release_id == other.release_id


def test_an_archive_beside_its_tables_is_no_rival(office: Office) -> None:
    alone = office.submission("isi")
    packed = dataclasses.replace(alone, files=(_archive(office.folder / "a.zip", a=b"isi"),))
    assert refuse_rivals([alone, packed]) == []
    broken = office.folder / "c.zip"
    broken.write_bytes((office.folder / "a.zip").read_bytes()[:-9])
    assert len(refuse_rivals([alone, dataclasses.replace(alone, files=(broken,))])) == 1
