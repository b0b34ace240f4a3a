"""`dampingan publish --to`: what is asked of the flows, what is shown, what is refused before anything is done."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import flows.export
import flows.runner
from cli import app
from cli_shared import print_json
from errors import BusyError, UsageError
from flows.export import export_current
from settings import Home
from tests.flows.conftest import use_home

runner = CliRunner()
ADDRESS = "postgresql://budi:rahasia@server:5433/kemiskinan"
EXPORTED = {"generation": "20221104T013000Z-1a2b3c4d", "place": "server:5433/kemiskinan", "rows": {"a": 1200, "b": 34}}


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    with use_home(tmp_path / "home") as home:
        yield home


@pytest.fixture
def outcome(home: Home, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the run before the copy says; the run itself is left out."""
    told: dict[str, Any] = {"exit_code": 0, "problems": []}

    def run_flow(_flow: Any, **parameters: Any) -> dict[str, Any]:
        told["asked"] = parameters
        return told

    monkeypatch.setattr(flows.runner, "run_flow", run_flow)
    monkeypatch.setattr("cli_bi.finish", _finish)
    return told


def _finish(outcome: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print_json(outcome)
    if outcome["exit_code"]:
        raise SystemExit(outcome["exit_code"])


def test_the_copy_comes_after_the_publication(outcome: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(flows.export, "export_current", lambda target: asked.append(target) or EXPORTED)
    done = runner.invoke(app, ["publish", "--to", ADDRESS])
    assert done.exit_code == 0, done.output
    assert asked == [ADDRESS]
    assert outcome["asked"] == {"sources": [], "lift_rollback": True}
    assert "server:5433/kemiskinan" in done.output
    assert "2 tabel, 1.234 baris" in done.output
    assert "rahasia" not in done.output


def test_json_holds_what_was_copied(outcome: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flows.export, "export_current", lambda target: EXPORTED)
    done = runner.invoke(app, ["publish", "--to", ADDRESS, "--json"])
    assert json.loads(done.stdout)["postgresql"] == EXPORTED


def test_nothing_is_copied_when_nothing_could_be_published(
    outcome: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    outcome["exit_code"] = 4
    monkeypatch.setattr(flows.export, "export_current", lambda target: pytest.fail("copied"))
    assert runner.invoke(app, ["publish", "--to", ADDRESS]).exit_code == 4


def test_an_address_that_is_none_is_refused_before_anything_is_done(outcome: dict[str, Any]) -> None:
    done = runner.invoke(app, ["publish", "--to", "mysql://budi:rahasia@server/x"])
    assert isinstance(done.exception, UsageError)
    assert "rahasia" not in done.exception.paragraph
    assert "asked" not in outcome


def test_a_fault_of_the_copy_ends_the_command(outcome: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_target: str) -> dict[str, Any]:
        raise BusyError("Skema marts sedang dibaca.")

    monkeypatch.setattr(flows.export, "export_current", refuse)
    assert isinstance(runner.invoke(app, ["publish", "--to", ADDRESS]).exception, BusyError)


def test_without_a_publication_there_is_nothing_to_copy(home: Home) -> None:
    with pytest.raises(UsageError, match="Belum ada terbitan"):
        export_current(ADDRESS)
