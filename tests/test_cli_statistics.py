"""The commands of the statistics that only look, and how they look."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from typer.testing import CliRunner

import terminal_statistics
from cli import app
from errors import UsageError
from settings import Home
from tasks.reference import REFERENCE_FOLDER
from tasks.sample.bps import SAMPLE_KEY, SampleBpsServer, without_data
from tests.flows.conftest import use_home

runner = CliRunner()


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    with use_home(tmp_path / "home") as home:
        yield home


@pytest.fixture
def server(home: Home, monkeypatch: pytest.MonkeyPatch) -> Iterator[SampleBpsServer]:
    with SampleBpsServer(REFERENCE_FOLDER) as server:
        monkeypatch.setenv("DAMPINGAN_BPS_API_KEY", SAMPLE_KEY)
        monkeypatch.setenv("DAMPINGAN_BPS_URL", server.url)
        monkeypatch.setenv("DAMPINGAN_BPS_REQUESTS_PER_SECOND", "1000")
        yield server


def rows_of(output: str, name: str) -> list[dict[str, Any]]:
    content: list[dict[str, Any]] = json.loads(output)[name]
    return content


def test_a_person_can_find_the_number_of_a_variable(server: SampleBpsServer, home: Home) -> None:
    shown = runner.invoke(app, ["statistics", "discover", "gini", "rasio"])
    assert shown.exit_code == 0
    assert "98" in shown.output
    found = runner.invoke(app, ["statistics", "discover", "pengangguran", "--domain", "3300", "--json"])
    assert [row["id"] for row in rows_of(found.stdout, "found")] == ["1862"]
    assert "Tidak ada yang cocok" in runner.invoke(app, ["statistics", "discover", "tidak-ada-yang-begini"]).output
    assert not home.root.exists(), "looking leaves no trace"


def test_verification_fails_where_bps_has_something_else(server: SampleBpsServer) -> None:
    good = runner.invoke(app, ["statistics", "verify", "--json"])
    assert good.exit_code == 0
    assert {row["state"] for row in rows_of(good.stdout, "tables")} == {"cocok", "belum diketahui"}
    server.script(without_data(), model="th", variable=621)
    bad = runner.invoke(app, ["statistics", "verify"])
    assert bad.exit_code == 3
    assert "kemiskinan_p0, domain 0000: BPS tidak mempunyai tahun" in " ".join(bad.output.split())


def test_nothing_waits_in_an_empty_home(home: Home) -> None:
    assert "Tidak ada nilai statistik yang menunggu" in runner.invoke(app, ["statistics", "waiting"]).output
    assert rows_of(runner.invoke(app, ["statistics", "waiting", "--json"]).stdout, "waiting") == []


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["statistics", "approve", "tpt-3375-2024-webapi-bps-v1", "--reason", " "], "--reason"),
        (["statistics", "approve", "--reason", "sesuai BRS"], "atau --all"),
        (["statistics", "approve", "tpt-1", "--all", "--reason", "sesuai BRS"], "atau --all"),
        (["statistics", "discover", "gini"], "Kunci API BPS belum diisi"),
        (["statistics", "verify"], "Kunci API BPS belum diisi"),
    ],
    ids=lambda entry: " ".join(entry[:2]) if isinstance(entry, list) else entry,
)
def test_what_cannot_be_asked_is_a_usage_error(home: Home, arguments: list[str], named: str) -> None:
    result = runner.invoke(app, arguments)
    assert isinstance(result.exception, UsageError), result.output
    assert named in f"{result.exception.what} {result.exception.next_step}"
    assert result.exception.next_step


def test_values_look_as_in_indonesia() -> None:
    assert [terminal_statistics.value(amount) for amount in (Decimal("7.5900"), Decimal("502031.0000"), None)] == [
        "7,59",
        "502.031",
        "",
    ]


def test_what_waits_is_shown_with_what_counts_until_then() -> None:
    shown = io.StringIO()
    row = {"id": "tpt-1", "value": Decimal("16.8900"), "counting": Decimal("6.8900"), "reason": "melebihi yang wajar"}
    terminal_statistics.show_waiting(Console(file=shown, width=120), [row])
    for text in ("tpt-1", "16,89", "6,89", "melebihi yang wajar", "statistics approve"):
        assert text in shown.getvalue()
