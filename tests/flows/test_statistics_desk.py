"""Odd values wait, are shown, approved with who and why, and only then published; looking at BPS changes nothing."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cli import app
from errors import UsageError
from flows import inspection, statistics_desk
from flows.refresh import refresh
from settings import Home, Settings
from tasks.reference import REFERENCE_FOLDER
from tasks.sample.bps import SAMPLE_KEY, SampleBpsServer
from tests.flows.conftest import assert_whole, few_checks, published_content, snapshot, use_home
from warehouse.connection import open_read_only
from warehouse.journal import Journal, Kind, Step

pytestmark = pytest.mark.system

ID = "tpt-3375-2024-webapi-bps-v1"
TPT = 1862


@pytest.fixture(scope="module", autouse=True)
def _quick() -> Iterator[None]:
    with few_checks():
        yield


@contextmanager
def asking(server: SampleBpsServer) -> Iterator[None]:
    """The settings of an office with a key of BPS, which compares itself with its province."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("DAMPINGAN_BPS_API_KEY", SAMPLE_KEY)
        patched.setenv("DAMPINGAN_BPS_URL", server.url)
        patched.setenv("DAMPINGAN_BPS_REQUESTS_PER_SECOND", "1000")
        patched.setenv("DAMPINGAN_COMPARISON_AREAS", "3300")
        yield


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose statistics are published."""
    root = tmp_path_factory.mktemp("statistics") / "base"
    with SampleBpsServer(REFERENCE_FOLDER) as server, use_home(root), asking(server):
        assert refresh.fn(sources=["statistics"])["exit_code"] == 0
    return root


@pytest.fixture
def server() -> Iterator[SampleBpsServer]:
    """BPS, which says by now that TPT has jumped."""
    with SampleBpsServer(REFERENCE_FOLDER) as server:
        server.revise(TPT, 2024, Decimal("14.5"), "2026-11-05 09:00:00")
        yield server


@pytest.fixture
def home(base: Path, tmp_path: Path, server: SampleBpsServer) -> Iterator[Home]:
    shutil.copytree(base, tmp_path / "home", symlinks=True)
    with use_home(tmp_path / "home") as home, asking(server):
        yield home


def pull() -> dict[str, Any]:
    return refresh.fn(sources=["statistics"])


def tpt(home: Home) -> dict[int, Decimal]:
    with open_read_only(home.current_database) as connection:
        rows = connection.execute(
            "SELECT tahun, nilai FROM marts.indikator_makro WHERE indikator = 'tpt' AND kode_wilayah = '3375'"
        ).fetchall()
    return dict(rows)


def test_a_jump_waits_and_the_old_publication_says_nothing_of_it(home: Home) -> None:
    outcome = pull()
    assert outcome["exit_code"] == 3
    assert outcome["statistics"]["waiting"] == 1
    assert ID in outcome["problems"][0]["paragraph"]
    assert 2024 not in tpt(home)
    assert max(tpt(home)) == 2023
    (row,) = statistics_desk.list_waiting()
    assert inspection.describe_status()["waiting_statistics"] == 1
    assert (row["id"], row["value"], row["counting"]) == (ID, Decimal("14.5"), None)
    assert "5,02 pada 2023 dan 14,5 pada 2024" in row["reason"]
    for file in home.current.resolve().glob("*"):
        assert b"14.5000" not in file.read_bytes()


def test_a_later_run_reminds_and_is_no_failure(home: Home) -> None:
    pull()
    again = pull()
    assert (again["exit_code"], again["problems"]) == (0, [])
    assert any(ID in notice for notice in again["notices"])


def test_an_approved_value_is_published_and_the_journal_says_by_whom(home: Home) -> None:
    pull()
    (row,) = statistics_desk.approve([ID, ID], reason="sesuai BRS November", by="siti")
    assert row["id"] == ID
    assert refresh.fn(sources=[])["generation"]
    assert tpt(home)[2024] == Decimal("14.5")
    assert statistics_desk.list_waiting() == []
    assert inspection.describe_status()["waiting_statistics"] == 0
    events = Journal(home.journal_file, run_id="", code_version="").events(Kind.STATISTICS, ID)
    assert [event.step for event in events] == [Step.APPROVED]
    assert (events[0].details["by"], events[0].details["reason"]) == ("siti", "sesuai BRS November")
    assert pull()["generation"] is None, "nothing new"
    assert_whole(home)


def test_the_command_lets_all_pass_at_once(home: Home, server: SampleBpsServer) -> None:
    server.revise(TPT, 2021, Decimal("16.89"), "2026-11-05 09:00:00")
    pull()
    done = CliRunner().invoke(app, ["statistics", "approve", "--all", "--reason", "sesuai BRS", "--json"])
    assert json.loads(done.stdout)["generation"]
    assert tpt(home)[2024] == Decimal("14.5")
    assert tpt(home)[2021] == Decimal("16.89")


def test_what_does_not_wait_cannot_be_approved(home: Home) -> None:
    pull()
    with pytest.raises(UsageError, match=r"tpt-3375-2019-webapi-bps-v1"):
        statistics_desk.approve([ID, "tpt-3375-2019-webapi-bps-v1"], reason="salah", by="siti")
    assert [row["id"] for row in statistics_desk.list_waiting()] == [ID]


def test_a_corrected_value_takes_the_place_of_the_one_that_waited(home: Home, server: SampleBpsServer) -> None:
    pull()
    server.revise(TPT, 2024, Decimal("4.5"), "2026-11-07 09:00:00")
    outcome = pull()
    assert (outcome["exit_code"], outcome["statistics"]["waiting"]) == (0, 0)
    assert tpt(home)[2024] == Decimal("4.5")
    assert statistics_desk.list_waiting() == []
    with open_read_only(home.current_database) as connection:
        assert connection.execute("SELECT count(*) FROM marts.revisi_bps WHERE indikator = 'tpt'").fetchone() == (0,)


def test_a_revision_that_waits_leaves_the_old_value_in_force(home: Home, server: SampleBpsServer) -> None:
    server.revise(TPT, 2021, Decimal("16.89"), "2026-11-05 09:00:00")
    pull()
    assert tpt(home)[2021] == Decimal("6.89")
    row = next(row for row in statistics_desk.list_waiting() if row["year"] == 2021)
    assert (row["id"], row["counting"]) == ("tpt-3375-2021-webapi-bps-v2", Decimal("6.89"))


def test_a_lost_warehouse_remembers_what_was_approved_and_what_waits(home: Home, server: SampleBpsServer) -> None:
    server.revise(TPT, 2021, Decimal("16.89"), "2026-11-05 09:00:00")
    pull()
    statistics_desk.approve([ID], reason="sesuai BRS", by="siti")
    refresh.fn(sources=[])
    before = published_content(home)
    waiting = statistics_desk.list_waiting()
    home.warehouse_file.unlink()
    assert refresh.fn(sources=[])["exit_code"] == 0
    assert published_content(home) == before
    assert statistics_desk.list_waiting() == waiting


def test_a_death_between_journal_and_warehouse_is_made_good(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    pull()

    def die(job: object) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(statistics_desk, "apply_approvals", die)
        with pytest.raises(KeyboardInterrupt):
            statistics_desk.approve([ID], reason="sesuai BRS", by="siti")
    outcome = pull()
    assert outcome["generation"]
    assert tpt(home)[2024] == Decimal("14.5")


def test_the_province_stands_beside_the_city(home: Home) -> None:
    with open_read_only(home.current_database) as connection:
        rows = connection.execute(
            "SELECT nama_wilayah, wilayah_sendiri, nilai_provinsi IS NOT NULL FROM marts.indikator_makro"
            " WHERE indikator = 'kemiskinan_p0' AND tahun = 2021 ORDER BY ALL"
        ).fetchall()
    assert rows == [("Jawa Tengah", False, False), ("Kota Pekalongan", True, True)]


def test_what_is_late_is_said_for_every_indicator(home: Home) -> None:
    with open_read_only(home.current_database) as connection:
        rows = connection.execute(
            "SELECT sumber, jatuh_tempo::VARCHAR, terlambat FROM marts.kesegaran_data"
            " WHERE kelompok_sumber = 'indikator' ORDER BY sumber"
        ).fetchall()
    assert len(rows) == 11
    found = {row[0]: row[1:] for row in rows}
    assert found["tpt"] == ("2025-01-31", True)
    assert found["kemiskinan_p0"] == ("2026-01-31", True)
    assert found["tpak"] == (None, True)
    assert found["penduduk"] == ("2027-05-31", False)


def test_discovery_and_verification_ask_bps_and_change_nothing(home: Home) -> None:
    before = snapshot(home.root)
    found = statistics_desk.discover("pengangguran")
    assert [(row["domain"], row["id"]) for row in found] == [("3300", "1862"), ("0000", "543")]
    assert {row["state"] for row in statistics_desk.verify()} == {"cocok", "belum diketahui"}
    assert snapshot(home.root) == before


def test_without_a_key_nobody_is_asked(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DAMPINGAN_BPS_API_KEY")
    assert Settings().bps_api_key is None
    with pytest.raises(UsageError, match="Kunci API BPS"):
        statistics_desk.verify()
    with pytest.raises(UsageError, match="Kata yang dicari kosong"):
        statistics_desk.discover(" ")


def test_a_home_without_a_warehouse_has_nothing_waiting(tmp_path: Path) -> None:
    with use_home(tmp_path / "kosong"):
        assert statistics_desk.list_waiting() == []
    assert not (tmp_path / "kosong").exists()
