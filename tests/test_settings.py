"""Settings from the environment: typed, described, silent about secrets; and a data home that is private."""

from __future__ import annotations

import os
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

import settings as settings_module
from errors import UsageError
from settings import Home, Settings, code_version, local_time


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No settings of the machine and no .env of the working folder."""
    monkeypatch.chdir(tmp_path)
    for name in list(os.environ):
        if name.startswith("DAMPINGAN_"):
            monkeypatch.delenv(name)


def test_the_defaults_serve_the_pilot_city() -> None:
    found = Settings()
    assert (found.kode_wilayah, found.nama_wilayah, found.bps_api_key) == ("3375", "Kota Pekalongan", None)
    assert found.threads >= 1


def test_settings_come_from_the_environment_and_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("DAMPINGAN_NAMA_WILAYAH=Kota Batu\nDAMPINGAN_KEEP_GENERATIONS=2\nLAIN=1\n")
    monkeypatch.setenv("DAMPINGAN_KODE_WILAYAH", "3579")
    monkeypatch.setenv("DAMPINGAN_KEEP_GENERATIONS", "7")
    found = Settings()
    assert (found.kode_wilayah, found.nama_wilayah, found.keep_generations) == ("3579", "Kota Batu", 7)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KODE_WILAYAH", "33.75"),
        ("KODE_WILAYAH", "33751"),
        ("THREADS", "0"),
        ("BPS_TIMEOUT_SECONDS", "0"),
        ("MALFORMED_SHARE_LIMIT", "1.5"),
        ("TRUNCATED_NIK_SHARE_FOR_APPROVAL", "0"),
        ("CHANGE_SHARE_FOR_APPROVAL", "-0.1"),
        ("KEEP_GENERATIONS", "0"),
        ("ROUNDING_BASE", "lima"),
    ],
)
def test_a_value_that_cannot_be_is_refused(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"DAMPINGAN_{name}", value)
    with pytest.raises(UsageError, match=f"DAMPINGAN_{name} harus ") as refused:
        Settings()
    assert "lingkungan atau berkas .env" in refused.value.where


def test_the_key_of_bps_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAMPINGAN_BPS_API_KEY", "0123456789abcdef")
    found = Settings()
    assert found.bps_api_key
    assert found.bps_api_key.get_secret_value() == "0123456789abcdef"
    assert "0123456789abcdef" not in f"{found} {found!r} {found.model_dump_json()}"
    monkeypatch.setenv("DAMPINGAN_THREADS", "rahasia-nilai")
    with pytest.raises(UsageError) as refused:
        Settings()
    assert "rahasia-nilai" not in str(refused.value)
    assert refused.value.__cause__ is refused.value.__context__ is None


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("ROUNDING_BASE", "abc", "bilangan bulat, paling kecil 1"),
        ("MALFORMED_SHARE_LIMIT", "7", "angka (pecahan dengan titik), paling kecil 0, paling besar 1"),
        ("BPS_TIMEOUT_SECONDS", "0", "angka (pecahan dengan titik), lebih dari 0"),
        ("KODE_WILAYAH", "33", "berbentuk seperti 3375"),
        ("DEBUG", "kadang", "true atau false"),
    ],
)
def test_a_refused_setting_says_what_is_allowed(
    name: str, value: str, allowed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"DAMPINGAN_{name}", value)
    with pytest.raises(UsageError) as refused:
        Settings()
    assert refused.value.what == f"Setelan tidak dapat dipakai: DAMPINGAN_{name} harus {allowed}."


def test_every_wrong_setting_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAMPINGAN_KODE_WILAYAH", "33")
    monkeypatch.setenv("DAMPINGAN_THREADS", "x")
    with pytest.raises(UsageError, match=r"DAMPINGAN_KODE_WILAYAH .*; DAMPINGAN_THREADS "):
        Settings()


def test_a_home_that_cannot_be_made_is_a_usage_error(tmp_path: Path) -> None:
    (tmp_path / "berkas").write_text("")
    with pytest.raises(UsageError, match="DAMPINGAN_HOME") as refused:
        Home(tmp_path / "berkas" / "rumah").create()
    assert str(tmp_path / "berkas") in refused.value.where


def test_every_setting_is_described() -> None:
    assert not [name for name, field in Settings.model_fields.items() if not (field.description or "").endswith(".")]


def test_the_home_is_absolute_and_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = Settings(home=Path("rumah"))
    home = found.home_folders
    assert home.root == tmp_path / "rumah"
    monkeypatch.chdir(tmp_path.parent)
    assert found.home_folders is home
    monkeypatch.setenv("HOME", str(tmp_path))
    assert Settings(home=Path("~/rumah")).home_folders.root == tmp_path / "rumah"


def test_every_folder_of_a_home_is_private(tmp_path: Path) -> None:
    old = os.umask(0o022)
    try:
        home = Home(tmp_path / "a" / "rumah")
        home.create()
        home.create()
    finally:
        os.umask(old)
    open_to_others = {
        str(folder.relative_to(home.root))
        for folder in (home.root, *home.root.rglob("*"))
        if folder.stat().st_mode & 0o777 != 0o700
    }
    assert not open_to_others
    assert home.inbox_registry.is_dir()
    assert home.person_key_file.parent.is_dir()


def test_a_home_that_is_there_but_closed_is_a_usage_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Home(tmp_path).create()
    # The tests may run as root, whom no permission stops.
    monkeypatch.setattr(os, "access", lambda path, mode: path != tmp_path)
    with pytest.raises(UsageError, match="DAMPINGAN_HOME") as refused:
        Home(tmp_path).create()
    assert refused.value.where == str(tmp_path)


def test_every_place_of_a_home_is_inside_it(tmp_path: Path) -> None:
    places = {name: place for name, place in vars(Home(tmp_path)).items() if isinstance(place, Path)}
    assert len(set(places.values())) >= len(places) - 1
    assert all(place.is_relative_to(tmp_path) for place in places.values())


def test_the_version_names_the_commit_only_in_a_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    code_version.cache_clear()

    def answered(*arguments: object, **more: object) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess([], 0, stdout="1a2b3c4\n")

    def refused(*arguments: object, **more: object) -> None:
        raise subprocess.CalledProcessError(128, "git")

    def missing(*arguments: object, **more: object) -> None:
        raise FileNotFoundError("git")

    monkeypatch.setattr(settings_module, "version", lambda name: f"1.2.3-{name}")
    for answer, expected in (
        (answered, "1.2.3-dampingan+g1a2b3c4"),
        (refused, "1.2.3-dampingan"),
        (missing, "1.2.3-dampingan"),
    ):
        monkeypatch.setattr(subprocess, "run", answer)
        code_version.cache_clear()
        assert code_version() == expected
    code_version.cache_clear()


def test_a_moment_is_said_in_the_time_of_the_city() -> None:
    assert local_time(datetime(2026, 11, 24, 4, 42, tzinfo=UTC)) == "24-11-2026 11.42 WIB"
    assert local_time(datetime(2026, 12, 31, 17, 0, tzinfo=UTC)) == "01-01-2027 00.00 WIB"


def test_the_settings_of_a_file_reach_a_process_in_another_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HOME", "KODE_WILAYAH", "REFERENCE", "BPS_API_KEY", "NAMA_WILAYAH"):
        monkeypatch.delenv(f"DAMPINGAN_{name}", raising=False)
    (tmp_path / "lain").mkdir()
    (tmp_path / ".env").write_text(
        "DAMPINGAN_KODE_WILAYAH='3349'\nDAMPINGAN_REFERENCE=acuan\nDAMPINGAN_BPS_API_KEY=rahasia\n", encoding="utf-8"
    )
    monkeypatch.chdir(tmp_path)
    there = Settings().as_environment
    assert there["DAMPINGAN_BPS_API_KEY"] == "rahasia"
    monkeypatch.chdir(tmp_path / "lain")
    for name, value in there.items():
        monkeypatch.setenv(name, value)
    settings = Settings()
    assert settings.kode_wilayah == "3349"
    assert settings.reference_folder == tmp_path / "acuan"
    assert settings.home_folders.root == tmp_path / "var"
    assert "DAMPINGAN_THREADS" not in there


def test_without_a_folder_the_tables_are_those_that_come_with_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DAMPINGAN_REFERENCE", raising=False)
    assert (Settings().reference_folder / "wilayah.csv").is_file()
    monkeypatch.setenv("DAMPINGAN_KODE_WILAYAH", "3349")
    assert not Settings().reference_folder.exists()
