"""The command line: help, usage errors, and the commands that only look or write a file."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import openpyxl
import pytest
import typer.main
from typer.testing import CliRunner

from cli import app
from errors import UsageError
from flows.refresh import refresh
from settings import PROJECT_ROOT, Home
from tests.flows.conftest import assert_whole, few_checks, make_sample, snapshot, use_home

runner = CliRunner()


def _commands(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield path
    for name, child in getattr(command, "commands", {}).items():
        yield from _commands(child, (*path, name))


COMMANDS = list(_commands(typer.main.get_command(app)))


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    with use_home(tmp_path / "home") as home:
        yield home


def test_the_commands_of_the_contract_are_there() -> None:
    assert {
        ("refresh",),
        ("publish",),
        ("rollback",),
        ("status",),
        ("sample",),
        ("release", "submit"),
        ("release", "list"),
        ("release", "approve"),
        ("release", "withdraw"),
        ("statistics", "pull"),
        ("programmes", "template"),
        ("programmes", "submit"),
    } <= set(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_has_help(command: tuple[str, ...]) -> None:
    result = runner.invoke(app, [*command, "--help"])
    assert result.exit_code == 0
    assert "Usage:" in result.output
    assert len(result.output.splitlines()) > 5


def test_help_does_not_load_what_the_commands_need() -> None:
    code = "import sys, cli; print(sorted({'polars', 'duckdb', 'prefect', 'great_expectations'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT_ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ["refresh", "--tidak-ada"],
        ["tidak-ada"],
        ["release", "submit"],
        ["release", "submit", "tidak-ada.csv", "--period", "2022-04", "--sk-number", "1", "--sk-date", "2022-04-04"],
        ["release", "submit", str(PROJECT_ROOT / "README.md"), "--sk-number", "1", "--sk-date", "4 April"],
        ["release", "approve", "dtks-3375-2022-04-v1"],
        ["programmes", "template", "--opd", "DLH"],
        ["sample", "keluaran", "--persons", "3"],
    ],
    ids=" ".join,
)
def test_wrong_arguments_exit_with_2(home: Home, arguments: list[str]) -> None:
    assert runner.invoke(app, arguments).exit_code == 2


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["release", "approve", "dtks-3375-1999-01-v1", "--reason", "x"], "dtks-3375-1999-01-v1"),
        (["release", "withdraw", "dtks-3375-1999-01-v1", "--reason", "x"], "dtks-3375-1999-01-v1"),
        (["programmes", "template", "--opd", "Dinas Sihir", "-o", "t.xlsx"], "Dinas Sihir"),
        (["rollback"], "Tidak ada terbitan"),
        (["rollback", "20200101T000000Z-00000000"], "20200101T000000Z-00000000"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_impossible_wishes_are_usage_errors(home: Home, arguments: list[str], named: str) -> None:
    result = runner.invoke(app, arguments)
    assert isinstance(result.exception, UsageError)
    assert result.exception.exit_code == 2
    assert named in result.exception.paragraph


def test_a_usage_error_is_one_paragraph_on_stderr(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "cli", "programmes", "template", "--opd", "Dinas Sihir", "-o", tmp_path / "t.xlsx"],
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert "DLH" in done.stderr


def test_an_empty_home_has_nothing_to_show(home: Home) -> None:
    status = json.loads(runner.invoke(app, ["status", "--json"]).stdout)
    assert (status["current"], status["generations"], status["releases"]) == (None, [], [])
    assert json.loads(runner.invoke(app, ["release", "list", "--json"]).stdout) == {"releases": []}
    assert "Belum ada rilis" in runner.invoke(app, ["status"]).stdout


@pytest.mark.system
def test_status_list_and_rollback(home: Home, tmp_path: Path) -> None:
    sample = make_sample(tmp_path / "sample", seed=2, persons=500, releases=2)
    with few_checks():
        sample.put(home, 0)
        first = refresh.fn()["generation"]
        older = snapshot(home.current / ".")
        sample.put(home, 1)
        second = refresh.fn()["generation"]
    status = json.loads(runner.invoke(app, ["status", "--json"]).stdout)
    assert status["generations"] == sorted([first, second])
    assert status["current"] == second
    listed = json.loads(runner.invoke(app, ["release", "list", "--json"]).stdout)["releases"]
    assert [(row["release"], row["state"], row["accepted"]) for row in listed] == [
        (f"dtks-3375-{release['period']}-v1", "berlaku", release["accepted"]) for release in sample.releases
    ]
    result = runner.invoke(app, ["rollback"])
    assert result.exit_code == 0
    assert first in result.stdout
    assert snapshot(home.current / ".") == older
    assert assert_whole(home)["generation"] == first
    assert refresh.fn()["generation"] is None
    assert runner.invoke(app, ["rollback", second]).exit_code == 0
    assert assert_whole(home)["generation"] == second


def test_template_opens_in_another_reader(home: Home, tmp_path: Path) -> None:
    file = tmp_path / "templat.xlsx"
    result = runner.invoke(app, ["programmes", "template", "--opd", "dlh", "-o", str(file)])
    assert result.exit_code == 0
    workbook = openpyxl.load_workbook(file)
    texts = {str(cell.value) for row in workbook.worksheets[0].iter_rows() for cell in row if cell.value is not None}
    assert {"DLH", "Jenggot"} <= texts
    assert any("Anggaran" in text for text in texts)


def test_sample_is_the_same_for_the_same_seed(tmp_path: Path) -> None:
    for folder, seed in (("a", "4"), ("b", "4"), ("c", "5")):
        arguments = ["sample", str(tmp_path / folder), "--persons", "400", "--releases", "2", "--seed", seed]
        result = runner.invoke(app, arguments)
        assert result.exit_code == 0
    first, again, other = (snapshot(tmp_path / folder) for folder in "abc")
    assert first == again
    assert first.keys() == other.keys()
    assert first != other
    assert json.loads((tmp_path / "a" / "truth.json").read_text("utf-8"))["releases"][0]["accepted"] == 400
