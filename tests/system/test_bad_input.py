"""Files that cannot be taken in, releases that must wait and checks that fail, through the real command: one clear
paragraph, the right exit code, and a last publication that stays byte for byte."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from flows.inspection import list_releases
from settings import Home
from tests.flows.conftest import SmallSample, assert_whole, leftovers, make_sample, put_file, snapshot, use_home
from tests.system.conftest import QUICK_COMMAND, Finished, run
from warehouse.lock import writer_lock

pytestmark = pytest.mark.system

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(range(256)) * 8


@dataclass(frozen=True)
class Published:
    """A home with one published release, and a sample with the next ones."""

    home: Home
    sample: SmallSample

    @property
    def next_bytes(self) -> bytes:
        return self.sample.file(1).read_bytes()

    @property
    def persons(self) -> set[str]:
        lines = self.next_bytes.decode().splitlines()[1:]
        fields = [line.split("|") for line in lines]
        return {row[at] for row in fields if len(row) == 23 for at in (9, 10, 11, 16) if len(row[at]) > 8}


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Published:
    folder = tmp_path_factory.mktemp("prepared")
    sample = make_sample(folder / "sample", seed=77, persons=1_000, releases=3)
    home = Home(folder / "home")
    sample.put(home, 0)
    first = run(home, "refresh", "--json")
    assert first.exit_code == 0, first.stderr
    return Published(home, sample)


@pytest.fixture
def published(prepared: Published, tmp_path: Path) -> Published:
    """A copy of the prepared home for this test alone."""
    shutil.copytree(prepared.home.root, tmp_path / "home", symlinks=True)
    return Published(Home(tmp_path / "home"), prepared.sample)


@contextmanager
def nothing_published(published: Published) -> Iterator[None]:
    before = snapshot(published.home.published)
    yield
    assert snapshot(published.home.published) == before
    assert_whole(published.home)


def assert_clear(finished: Finished, published: Published, *, exit_code: int = 3, paragraphs: int = 1) -> None:
    """What went wrong, where, and what to do next, in so many paragraphs, without a traceback or a person's value."""
    assert finished.exit_code == exit_code, finished.stderr
    assert len(finished.paragraphs) == paragraphs, finished.stderr
    assert not re.search(r"Traceback|Error\b|Exception", finished.stderr)
    assert not re.search(r"\d{16}", finished.stderr + finished.stdout)
    assert not [value for value in published.persons if value in finished.stderr]
    for paragraph in finished.paragraphs:
        assert re.match(r"(Tidak masuk|Gagal)\. .+\[.+\] .+\.$", paragraph), paragraph


def _without_column(content: bytes) -> bytes:
    return b"".join(b"|".join(line.split(b"|")[:-1]) + b"\n" for line in content.splitlines())


def _with_column(content: bytes) -> bytes:
    head, *rest = content.splitlines()
    return b"\n".join([head + b"|CATATAN PETUGAS", *(line + b"|" for line in rest)]) + b"\n"


BAD_FILES: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "kurang-kolom": (_without_column, "PBI JKN"),
    "lebih-kolom": (_with_column, "CATATAN PETUGAS (kolom X)"),
    "terpotong": (lambda content: content[: content.rindex(b"|", 0, len(content) * 2 // 3)], "terpotong"),
    "kosong": (lambda _content: b"", "kosong"),
    "foto": (lambda _content: JPEG, "JPEG"),
    "utf16": (lambda content: content.decode().encode("utf-16"), "UTF-16"),
}


@pytest.mark.parametrize("kind", BAD_FILES)
def test_a_bad_file_is_refused_by_submit(published: Published, tmp_path: Path, kind: str) -> None:
    spoil, named = BAD_FILES[kind]
    file = tmp_path / f"{kind}.csv"
    file.write_bytes(spoil(published.next_bytes))
    with nothing_published(published):
        finished = _submit(published, file)
    assert_clear(finished, published)
    assert named in finished.stderr
    assert file.name in finished.stderr
    assert file.exists()
    assert leftovers(published.home) == []


def _submit(published: Published, *files: Path, options: tuple[str, ...] = ()) -> Finished:
    release = published.sample.releases[1]
    dates = ("--period", release["period"], "--sk-number", release["sk_number"], "--sk-date", release["sk_date"])
    return run(published.home, "release", "submit", *files, *dates, *options)


def test_two_files_for_one_period_are_refused_by_submit(published: Published, tmp_path: Path) -> None:
    one, two = tmp_path / "satu.csv", tmp_path / "dua.csv"
    one.write_bytes(published.next_bytes)
    two.write_bytes(published.next_bytes.rstrip(b"\n") + b"\n\n")
    with nothing_published(published):
        finished = _submit(published, one, two)
    assert_clear(finished, published)
    assert "satu.csv dan dua.csv" in finished.stderr


def test_everything_bad_at_once_and_a_good_file_among_it(published: Published) -> None:
    """Each bad file has its paragraph and lies in `ditolak` or the ledger; the good one is published all the same."""
    home, sample = published.home, published.sample
    manifest = sample.manifest(2)
    for month, (kind, (spoil, _)) in enumerate(BAD_FILES.items(), start=1):
        own = {"period": f"2019-{month:02d}", "control_totals": []}
        put_file(home, f"{kind}.csv", spoil(sample.file(2).read_bytes()), manifest | own)
    put_file(home, "tanpa-keterangan.csv", sample.file(2).read_bytes(), None)
    broken = put_file(home, "keterangan-rusak.csv", sample.file(2).read_bytes(), None)
    broken.with_name(f"{broken.name}.manifest.json").write_text('{"source": "dtks", ')
    put_file(home, "keterangan-kurang.csv", sample.file(2).read_bytes(), {"source": "dtks", "area": "3375"})
    rivals = manifest | {"period": "2020-01", "control_totals": []}
    put_file(home, "kembar-a.csv", sample.file(2).read_bytes() + b"\n", rivals)
    put_file(home, "kembar-b.csv", sample.file(2).read_bytes() + b"\n\n", rivals)
    home.inbox_programmes.mkdir(parents=True, exist_ok=True)
    (home.inbox_programmes / "foto-kegiatan.xlsx").write_bytes(JPEG)
    sample.put_reports(home, 0)
    sample.put(home, 1)
    finished = run(home, "refresh")
    refused = [*BAD_FILES, "tanpa-keterangan", "keterangan-rusak", "keterangan-kurang", "kembar-a"]
    assert_clear(finished, published, paragraphs=len(refused) + 1)
    for name in [*refused, "foto-kegiatan"]:
        assert sum(f"[{name}." in paragraph for paragraph in finished.paragraphs) == 1, name
    manifest = assert_whole(home)
    assert [release["baris_diterima"] for release in manifest["releases"]] == [
        release["accepted"] for release in sample.releases[:2]
    ]
    with duckdb.connect(str(home.current_database), read_only=True) as connection:
        assert connection.execute("SELECT count(DISTINCT opd_singkat) FROM marts.capaian_opd").fetchone() == (1,)
    kept = {path.name for path in (home.inbox_registry / "ditolak").iterdir()}
    assert {"kembar-a.csv", "kembar-a.csv.alasan.txt", "kembar-a.csv.manifest.json", "tanpa-keterangan.csv"} <= kept
    assert {path.name for path in (home.inbox_programmes / "ditolak").iterdir()} == {
        "foto-kegiatan.xlsx",
        "foto-kegiatan.xlsx.alasan.txt",
    }
    assert leftovers(home) == []
    with nothing_published(published):
        assert run(home, "refresh").exit_code == 0


def test_a_failing_check_stops_the_publication_and_says_which_rows(published: Published) -> None:
    with duckdb.connect(str(published.home.warehouse_file)) as connection:
        line = connection.execute("SELECT min(baris_sumber) FROM core.riwayat_warga").fetchone()
        assert line is not None
        connection.execute(
            "UPDATE core.riwayat_warga SET kode_kemendagri = '33.75.99.9999' WHERE baris_sumber = ?", line
        )
    published.sample.put(published.home, 1)
    with nothing_published(published):
        finished = run(published.home, "refresh")
    assert finished.exit_code == 4
    assert len(finished.paragraphs) == 1
    assert "core.riwayat_warga" in finished.stderr
    assert f"baris {line[0]}" in finished.stderr
    assert "Terbitan terakhir tetap berlaku" in finished.stderr
    assert not re.search(r"\d{16}", finished.stderr)
    assert leftovers(published.home) == []


def _smaller(content: bytes, share: float) -> bytes:
    lines = content.splitlines(keepends=True)
    return b"".join(lines[: int(len(lines) * share)])


def test_a_release_that_shrinks_waits_and_can_be_approved_and_withdrawn(published: Published) -> None:
    home = published.home
    before = snapshot(home.current / ".")
    manifest = published.sample.manifest(1)
    put_file(home, "kecil.csv", _smaller(published.next_bytes, 0.7), manifest | {"control_totals": []})
    with nothing_published(published):
        waiting = run(home, "refresh")
        assert run(home, "refresh").exit_code == 0
    assert_clear(waiting, published)
    release_id = f"dtks-3375-{published.sample.releases[1]['period']}-v1"
    assert f"release approve {release_id}" in waiting.stderr
    assert re.search(r"berubah -\d\d[.,]\d %", waiting.stderr)
    assert _states(home) == {published_id(published): "berlaku", release_id: "menunggu persetujuan"}

    approved = run(
        home, "release", "approve", release_id, "--reason", "pemutakhiran besar", "--json", command=QUICK_COMMAND
    )
    assert approved.exit_code == 0, approved.stderr
    assert approved.json["generation"] is not None
    assert assert_whole(home)["row_counts"]["rilis"] == 2
    assert _states(home)[release_id] == "berlaku"

    withdrawn = run(home, "release", "withdraw", release_id, "--reason", "salah kirim", "--json", command=QUICK_COMMAND)
    assert withdrawn.exit_code == 0, withdrawn.stderr
    assert len(assert_whole(home)["releases"]) == 1
    assert _states(home)[release_id] == "ditarik"
    after = snapshot(home.current / ".")
    for mart in ("penduduk_terdaftar_kelurahan", "rekonsiliasi_sk", "umur_jenis_kelamin", "bansos_kelurahan"):
        assert after[f"{mart}.parquet"] == before[f"{mart}.parquet"]


def published_id(published: Published) -> str:
    return f"dtks-3375-{published.sample.releases[0]['period']}-v1"


def _states(home: Home) -> dict[str, str]:
    with use_home(home.root):
        return {row["release"]: row["state"] for row in list_releases()}


def test_a_release_that_misses_its_control_total_waits_and_can_be_withdrawn(published: Published) -> None:
    manifest = published.sample.manifest(1)
    manifest["control_totals"][0]["persons"] += 3
    put_file(published.home, "selisih.csv", published.next_bytes, manifest)
    with nothing_published(published):
        waiting = run(published.home, "refresh", "--json")
        assert waiting.exit_code == 3
        problem = waiting.json["problems"][0]["paragraph"]
        assert "selisih -3" in problem
        release_id = waiting.json["problems"][0]["subject"]
        withdraw = ("release", "withdraw", release_id, "--reason", "SK salah ketik")
        assert run(published.home, *withdraw, command=QUICK_COMMAND).exit_code == 0
    assert _states(published.home)[release_id] == "ditarik"


def test_a_second_refresh_is_told_that_one_is_running(published: Published) -> None:
    with writer_lock(published.home.writer_lock), nothing_published(published):
        finished = run(published.home, "refresh")
    assert finished.exit_code == 5
    assert len(finished.paragraphs) == 1
    assert "sedang berjalan" in finished.stderr


def test_without_a_key_bps_is_not_asked_and_that_is_said_once(published: Published) -> None:
    finished = run(published.home, "statistics", "pull", "--json")
    assert finished.exit_code == 0
    assert finished.stderr == ""
    assert [notice for notice in finished.json["notices"] if "DAMPINGAN_BPS_API_KEY" in notice] == [
        "Kunci API BPS belum diisi (setelan DAMPINGAN_BPS_API_KEY), jadi WebAPI BPS tidak ditanya; "
        "angka dari publikasi tetap dipakai."
    ]


def test_json_is_one_object_even_when_files_are_refused(published: Published) -> None:
    put_file(published.home, "foto.csv", JPEG, published.sample.manifest(1))
    finished = run(published.home, "refresh", "--json")
    content: dict[str, Any] = json.loads(finished.stdout)
    assert finished.stdout.count("\n") == 1
    assert finished.exit_code == content["exit_code"] == content["problems"][0]["exit_code"] == 3
