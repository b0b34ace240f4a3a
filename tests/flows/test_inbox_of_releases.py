"""Releases of several files in the inbox: who belongs to whom, what is still being written, what goes back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from errors import InputRejectedError
from flows.steps import receiving, releases
from flows.steps.job import Job, open_job
from settings import Home, Settings
from tests.flows.conftest import put_file, use_home


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    with use_home(tmp_path / "home") as home:
        yield home


def put(home: Home, name: str, *companions: str, period: str = "2022-04") -> None:
    content = {"source": "dtsen", "area": "3375", "sk_number": "1", "sk_date": "2022-04-04", "period": period}
    put_file(home, name, name.encode(), content | {"companions": companions})


def left_in(home: Home) -> set[str]:
    return {path.name for path in home.inbox_registry.iterdir() if path.is_file()}


def test_a_companion_with_a_manifest_of_its_own_is_taken_once(home: Home) -> None:
    put(home, "anggota.csv", "keluarga.csv")
    put(home, "keluarga.csv", "anggota.csv")
    with open_job(Settings()) as job:
        assert receiving.receive_inbox(job) == ["dtsen-3375-2022-04-v1"]
    assert left_in(home) == set()


def test_a_file_that_two_releases_claim_stays_with_the_first(home: Home) -> None:
    put(home, "april.csv", "keluarga.csv")
    put(home, "oktober.csv", "keluarga.csv", period="2021-10")
    put_file(home, "keluarga.csv", b"x", None)
    with open_job(Settings()) as job:
        assert receiving.receive_inbox(job) == ["dtsen-3375-2022-04-v1"]
        [problem] = job.problems
    assert "keluarga.csv disebut oleh keterangan dua rilis" in problem.paragraph
    assert left_in(home) == set()
    assert (home.inbox_registry / "ditolak" / "oktober.csv").exists()


def test_a_release_waits_for_a_companion_that_is_still_written(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    put(home, "anggota.csv", "keluarga.csv", "lain.csv")
    for name in ("keluarga.csv", "lain.csv"):
        put_file(home, name, b"x", None)
    finished = [home.inbox_registry / name for name in ("anggota.csv", "lain.csv")]
    with monkeypatch.context() as patch, open_job(Settings()) as job:
        patch.setattr(Job, "finished_files", lambda *_: finished)
        assert receiving.receive_inbox(job) == []
        assert job.problems == []
        assert job.notices == ["anggota.csv menunggu keluarga.csv, yang masih ditulis."]
    with open_job(Settings()) as job:
        assert receiving.receive_inbox(job) == ["dtsen-3375-2022-04-v1"]


def test_a_refused_release_goes_back_as_it_can_be_taken_again(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise InputRejectedError("Tidak dapat diterima.")

    monkeypatch.setattr(releases, "stage_release", refuse)
    put(home, "anggota.csv", "keluarga.csv")
    put_file(home, "keluarga.csv", b"x", None)
    with open_job(Settings()) as job:
        [release] = receiving.receive_inbox(job)
        with pytest.raises(InputRejectedError):
            releases.stage(job, release)
    back = home.inbox_registry / "ditolak"
    assert json.loads((back / "anggota.csv.manifest.json").read_text("utf-8"))["companions"] == ["keluarga.csv"]
    assert (back / "keluarga.csv").read_bytes() == b"x"
    assert not (back / "keluarga.csv.manifest.json").exists()


def test_a_workbook_that_waits_for_its_manifest_is_converted_once(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAMPINGAN_INBOX_GRACE_SECONDS", "600")
    converted = []
    monkeypatch.setattr(receiving, "read_mended", lambda file, *_, **__: converted.append(file.name))
    put_file(home, "rilis.xlsx", b"isi", None)
    for _ in range(3):
        with open_job(Settings()) as job:
            assert receiving.receive_inbox(job) == []
            assert job.notices == ["rilis.xlsx menunggu rilis.xlsx.manifest.json di sampingnya."]
    put_file(home, "rilis.xlsx", b"isi lain", None)
    with open_job(Settings()) as job:
        receiving.receive_inbox(job)
    assert converted == ["rilis.xlsx"] * 2
    put(home, "rilis.xlsx")
    with open_job(Settings()) as job:
        assert receiving.receive_inbox(job) == ["dtsen-3375-2022-04-v1"]
    assert left_in(home) == set()
