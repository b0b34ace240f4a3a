"""Asking published generations: which ones, what changed, where a figure comes from."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli import app
from errors import UsageError
from flows.publications import compare, trace_cell
from settings import Home
from tests.flows.conftest import use_home
from tests.sql.hand_made import R3
from tests.warehouse.publications import publish, warehouse


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """Two generations: in the second one release is withdrawn."""
    with use_home(tmp_path_factory.mktemp("publications") / "home") as home, warehouse() as connection:
        publish(connection, home, 1)
        connection.execute(f"UPDATE core.rilis SET keadaan = 'ditarik' WHERE id_rilis = '{R3}'")
        publish(connection, home, 2)
        yield home


def test_generations_are_named_in_full_by_their_beginning_or_as_current(home: Home) -> None:
    found = compare("20261124T13", "current")
    assert found["before"].startswith("20261124T130000Z-")
    assert found["after"] == home.current.readlink().name
    assert "tren_rilis" in {view["view"] for view in found["views"]}
    assert compare(found["after"], "current")["views"] == []


@pytest.mark.parametrize("name", ["", "2026", "tidak-ada", "../../etc"])
def test_a_generation_that_is_not_one_is_refused_with_those_there_are(home: Home, name: str) -> None:
    with pytest.raises(UsageError, match="Yang ada: 20261124T130000Z"):
        compare(name, "current")


def test_a_figure_is_traced_with_generation_version_and_checks(home: Home) -> None:
    found = trace_cell("marts.tren_rilis", "tingkat = 'kabupaten/kota' AND rilis_terakhir")
    assert (found["rows"], found["generation"]) == (1, home.current.readlink().name)
    assert found["code_version"] == "0.1.0"
    assert "Jumlah kecamatan sama dengan angka kabupaten atau kota." in found["checks"]
    assert {source["jenis_kiriman"] for source in found["sources"]} == {"register"}


def test_without_a_publication_there_is_nothing_to_trace(tmp_path: Path) -> None:
    with use_home(tmp_path / "empty"), pytest.raises(UsageError, match="Belum ada terbitan"):
        trace_cell("rilis", "")


def test_the_commands_print_one_object_or_tables(home: Home) -> None:
    runner = CliRunner()
    as_json = runner.invoke(app, ["trace", "marts.rilis", "--where", f"id_rilis = '{R3}'", "--json"])
    assert json.loads(as_json.stdout)["rows"] == 1
    assert "Tampilan yang berubah" in runner.invoke(app, ["diff", "20261124T13"]).stdout
    assert "dtks-3375-2022-07-1" in runner.invoke(app, ["trace", "rilis"]).stdout
