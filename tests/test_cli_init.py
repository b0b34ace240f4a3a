"""`dampingan init`: what it writes is a sound beginning, and it never writes over anything."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli import app
from errors import UsageError
from flows import region_desk
from settings import Settings
from tasks.reference import BUNDLED
from tasks.region.tables import TABLES
from tasks.sample.bps import SAMPLE_KEY, SampleBpsServer
from tests.flows import second_region
from tests.flows.conftest import snapshot, use_home
from tests.tasks.statistics.conftest import REFERENCE

runner = CliRunner()


@pytest.fixture(autouse=True)
def home(tmp_path: Path) -> Iterator[None]:
    with use_home(tmp_path / "home"):
        yield


def test_it_writes_settings_and_tables_with_their_explanation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = runner.invoke(app, ["init", "--domain", "3326", "--into", str(tmp_path / "baru")])
    assert done.exit_code == 0, done.output
    assert "wilayah.csv belum berisi" in done.output
    tables = tmp_path / "baru" / "acuan"
    for table in TABLES:
        assert (tables / table.file).read_text("utf-8") == f"{table.heading}\n"
    guide = (tables / "BACA-DULU.md").read_text("utf-8")
    assert all(f"`{column.name}`" in guide for table in TABLES for column in table.columns)
    monkeypatch.chdir(tmp_path / "baru")
    monkeypatch.delenv("DAMPINGAN_HOME")
    settings = Settings()
    assert (settings.kode_wilayah, settings.nama_wilayah) == ("3326", "Kabupaten Pekalongan")
    assert settings.statistics_areas == ("3326", "0000", "3300")
    assert settings.reference_folder == tables.resolve()
    assert settings.home == (tmp_path / "baru" / "var").resolve()


def test_it_copies_the_tables_that_come_with_the_program(tmp_path: Path) -> None:
    facts = region_desk.prepare_region(BUNDLED.code, into=tmp_path, name=None)
    copied = snapshot(tmp_path / "acuan")
    assert copied.items() >= snapshot(BUNDLED.folder).items()
    assert facts["findings"] == facts["to_do"] == []


def test_nothing_is_written_over(tmp_path: Path) -> None:
    region_desk.prepare_region("3326", into=tmp_path, name=None)
    before = snapshot(tmp_path)
    with pytest.raises(UsageError, match="sudah ada"):
        region_desk.prepare_region("3326", into=tmp_path, name=None)
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize(
    ("code", "name", "said"),
    [
        ("3300", None, "bukan kode BPS kabupaten atau kota"),
        ("33.26", None, "bukan kode BPS kabupaten atau kota"),
        (second_region.CODE, None, "Nama wilayah 3349 tidak diketahui"),
        (second_region.CODE, "Contoh Raya", "harus diawali Kabupaten atau Kota"),
        (second_region.CODE, "Kabupaten 'X'", "harus diawali Kabupaten atau Kota"),
    ],
)
def test_a_code_or_a_name_that_cannot_be_is_refused(code: str, name: str | None, said: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=said):
        region_desk.prepare_region(code, into=tmp_path / "baru", name=name)
    assert not (tmp_path / "baru").exists()


def test_bps_knows_the_name_when_there_is_a_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    region = second_region.made(tmp_path / "acuan")
    with SampleBpsServer(REFERENCE, region) as server:
        monkeypatch.setenv("DAMPINGAN_BPS_URL", server.url)
        monkeypatch.setenv("DAMPINGAN_BPS_API_KEY", SAMPLE_KEY)
        facts = region_desk.prepare_region(region.code, into=tmp_path / "baru", name=None)
    assert facts["name"] == region.name


def test_the_check_tells_every_fault_and_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert runner.invoke(app, ["init", "--check"]).exit_code == 0
    region = second_region.made(tmp_path / "acuan")
    file = region.folder / "opd_dampingan.csv"
    file.write_text(file.read_text("utf-8").replace("Randu Rekaan", "Randu"), encoding="utf-8")
    for name, value in (("REFERENCE", region.folder), ("KODE_WILAYAH", region.code), ("NAMA_WILAYAH", region.name)):
        monkeypatch.setenv(f"DAMPINGAN_{name}", str(value))
    done = runner.invoke(app, ["init", "--check"])
    assert done.exit_code == 3
    assert "opd_dampingan.csv, baris 2, kolom kelurahan: tidak ada pada wilayah.csv." in done.output
    [found] = json.loads(runner.invoke(app, ["init", "--check", "--json"]).output)["findings"]
    assert (found["file"], found["line"], found["column"]) == ("opd_dampingan.csv", 2, "kelurahan")
    refused = runner.invoke(app, ["refresh"])
    assert "baris 2, kolom kelurahan" in str(refused.exception)


def test_it_is_one_or_the_other() -> None:
    for arguments in ([], ["--check", "--domain", "3326"]):
        assert isinstance(runner.invoke(app, ["init", *arguments]).exception, UsageError)
