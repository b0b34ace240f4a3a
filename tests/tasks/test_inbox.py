"""Looking into a drop folder: data files only, and none that is still being written."""

from __future__ import annotations

import os
import pwd
import time
from pathlib import Path

import pytest

from tasks.inbox import age_seconds, files_in, look_into, owner_of


def _write(file: Path, *, age: float, content: str = "x") -> Path:
    file.write_text(content)
    moment = time.time() - age
    os.utime(file, (moment, moment))
    return file


def test_only_data_files_lie_in_an_inbox(tmp_path: Path) -> None:
    for name in ("b.csv", "a.csv", "a.csv.manifest.json", ".tersembunyi", ".a.csv.part"):
        (tmp_path / name).write_text("x")
    (tmp_path / "ditolak").mkdir()
    assert [path.name for path in files_in(tmp_path)] == ["a.csv", "b.csv"]


def test_settled_files_are_taken_without_waiting(tmp_path: Path) -> None:
    old = _write(tmp_path / "lama.csv", age=60)

    def never(seconds: float) -> None:
        pytest.fail(f"waited {seconds} s")

    inbox = look_into(tmp_path, settle_seconds=5, sleep=never)
    assert (inbox.ready, inbox.unfinished) == ([old], [])
    assert look_into(tmp_path / "..", settle_seconds=0, sleep=never).unfinished == []


def test_a_file_that_grows_while_it_is_watched_is_left(tmp_path: Path) -> None:
    done = _write(tmp_path / "selesai.csv", age=2)
    growing = _write(tmp_path / "unggah.csv", age=1)
    waited: list[float] = []

    def upload_goes_on(seconds: float) -> None:
        waited.append(seconds)
        growing.write_text("xx")

    inbox = look_into(tmp_path, settle_seconds=5, sleep=upload_goes_on)
    assert (inbox.ready, inbox.unfinished) == ([done], [growing])
    assert len(waited) == 1
    assert 3 < waited[0] <= 4


def test_a_file_that_is_gone_after_the_wait_is_neither(tmp_path: Path) -> None:
    gone = _write(tmp_path / "batal.csv", age=0)
    inbox = look_into(tmp_path, settle_seconds=5, sleep=lambda _: gone.unlink())
    assert (inbox.ready, inbox.unfinished) == ([], [])


def test_a_file_from_the_future_waits_no_longer_than_the_rest(tmp_path: Path) -> None:
    _write(tmp_path / "jam-salah.csv", age=-3600)
    waited: list[float] = []
    assert look_into(tmp_path, settle_seconds=5, sleep=waited.append).ready
    assert waited == [5]


def test_age_counts_from_the_last_writing(tmp_path: Path) -> None:
    assert 59 < age_seconds(_write(tmp_path / "a.csv", age=60)) < 70


def test_the_owner_has_a_name_or_else_a_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = _write(tmp_path / "a.csv", age=0)
    assert owner_of(file) == pwd.getpwuid(os.getuid()).pw_name

    def unknown(_: Path) -> str:
        raise KeyError

    monkeypatch.setattr(Path, "owner", unknown)
    assert owner_of(file) == str(os.getuid())
