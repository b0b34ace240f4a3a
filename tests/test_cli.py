"""The command line: help, usage errors, and the commands that only look or write a file."""

from __future__ import annotations

import getpass
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import click
import openpyxl
import pytest
import typer
import typer.main
from typer.testing import CliRunner

from cli import app, main
from cli_language import speak_indonesian
from cli_shared import finish
from errors import UsageError
from flows.refresh import refresh
from settings import PROJECT_ROOT, Home, code_version
from tests.flows.conftest import assert_whole, few_checks, make_sample, snapshot, use_home
from tests.test_terminal import outcome

runner = CliRunner()
speak_indonesian()


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
        ("release", "show"),
        ("release", "diff"),
        ("release", "rejects"),
        ("release", "approve"),
        ("release", "withdraw"),
        ("statistics", "pull"),
        ("programmes", "template"),
        ("programmes", "submit"),
        ("programmes", "list"),
        ("programmes", "show"),
        ("programmes", "rejects"),
        ("programmes", "withdraw"),
    } <= set(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_has_help(command: tuple[str, ...]) -> None:
    result = runner.invoke(app, [*command, "--help"])
    assert result.exit_code == 0
    assert "Pemakaian:" in result.output
    assert not [word for word in ("Options", "OPTIONS", "Commands", "Show this") if word in result.output]
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
        ["release", "approve", "dtks-3375-2022-04-v1"],
        ["programmes", "template", "--opd", "DLH"],
        ["sample", "keluaran", "--persons", "3"],
    ],
    ids=" ".join,
)
def test_wrong_arguments_exit_with_2(home: Home, arguments: list[str]) -> None:
    assert runner.invoke(app, arguments).exit_code == 2


SUBMISSION = {"--period": "2022-04", "--sk-number": "460/0233", "--sk-date": "04-04-2022"}


def submission(file: Path | str = PROJECT_ROOT / "README.md", **options: str) -> list[str]:
    given = SUBMISSION | {f"--{name.replace('_', '-')}": value for name, value in options.items()}
    return ["release", "submit", str(file), *(part for option in given.items() for part in option)]


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (submission("tidak-ada.csv"), "Berkas tidak-ada.csv tidak ada."),
        (submission(PROJECT_ROOT), "bukan berkas"),
        (submission(control_totals="lampiran.csv"), "Berkas lampiran.csv tidak ada."),
        (submission(sk_date="4 April"), "--sk-date harus hh-bb-tttt, misalnya 04-04-2022"),
        (submission(sk_date="30-02-2022"), "--sk-date harus hh-bb-tttt, misalnya 04-04-2022"),
        (submission(period="2022-13"), "--period harus tttt-bb, misalnya 2022-04"),
        (submission(sk_number=" "), "--sk-number harus berisi nomor SK"),
        (submission(source="pbdt"), "--source harus dtks atau dtsen atau p3ke atau bdt2015 atau regsosek"),
        (submission(source="x", period="y"), "--period harus tttt-bb, misalnya 2022-04; --source harus dtks"),
        (submission(layout="tidak-ada"), "--layout harus salah satu dari"),
        (["release", "submit", "x.xlsx", "--layout", "dtks_a"], "--layout tidak berlaku tanpa --period"),
        (["release", "submit", "x.xlsx", "--source", "dtks", "--control-totals", "y"], "--source dan --control-totals"),
        (["programmes", "submit", "tidak-ada.xlsx"], "Berkas tidak-ada.xlsx tidak ada."),
        (["programmes", "template", "--opd", "DLH", "-o", "/tidak/ada/x.xlsx"], "Folder /tidak/ada"),
        (["programmes", "template", "--opd", "DLH", "-o", "x.csv"], ".xlsx"),
        (["release", "rejects", "dtks-3375-2022-04-v1", "-o", "x"], ".xlsx"),
        (["release", "diff", "dtks-3375-2022-04-v1", "dtks-3375-2022-07-v1", "-o", "x.csv"], ".xlsx"),
        (["release", "diff", "dtks-3375-2022-04-v1", "dtks-3375-2022-07-v1"], "dtks-3375-2022-04-v1 tidak dikenal"),
        (["sample", str(PROJECT_ROOT / "README.md"), "--persons", "400"], "README.md tidak dapat dibuat"),
        (["release", "approve", "dtks-3375-2022-04-v1", "--reason", " "], "--reason"),
        (["release", "withdraw", "dtks-3375-2022-04-v1", "--reason", ""], "--reason"),
    ],
    ids=lambda value: " ".join(value[:3]) if isinstance(value, list) else value,
)
def test_a_wrong_value_is_a_usage_error_that_names_it(home: Home, arguments: list[str], named: str) -> None:
    result = runner.invoke(app, arguments)
    assert isinstance(result.exception, UsageError), result.output
    assert named in result.exception.what
    assert result.exception.next_step
    assert not home.root.exists()


def test_a_file_that_may_not_be_written_is_a_usage_error(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: path != tmp_path)
    result = runner.invoke(app, ["programmes", "template", "--opd", "DLH", "-o", str(tmp_path / "x.xlsx")])
    assert isinstance(result.exception, UsageError)
    assert "x.xlsx tidak dapat ditulisi" in result.exception.what
    assert not (tmp_path / "x.xlsx").exists()


@pytest.mark.parametrize("written", ["04-04-2022", "2022-04-04"])
def test_the_date_of_a_decree_is_read_as_written_here_or_in_iso(
    home: Home, written: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: dict[str, object] = {}
    monkeypatch.setattr("flows.administration.submit_release", lambda files, **more: given.update(more) or ["r"])
    monkeypatch.setattr("cli_release.run", lambda **_: None)
    assert runner.invoke(app, submission(sk_date=written)).exit_code == 0
    assert (given["sk_date"], given["control_totals"]) == (date(2022, 4, 4), [])
    assert given["by"] == getpass.getuser()


def test_an_annex_may_come_per_kecamatan_and_per_kelurahan(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: dict[str, object] = {}
    monkeypatch.setattr("flows.administration.submit_release", lambda files, **more: given.update(more) or ["r"])
    monkeypatch.setattr("cli_release.run", lambda **_: None)
    files = [tmp_path / "kecamatan.csv", tmp_path / "kelurahan.csv"]
    for file in files:
        file.write_text("x")
    options = [part for file in files for part in ("--control-totals", str(file))]
    assert runner.invoke(app, [*submission(), *options]).exit_code == 0
    assert given["control_totals"] == files


@pytest.mark.parametrize(("verb", "said"), [("approve", "disetujui"), ("withdraw", "ditarik")])
def test_a_decision_is_confirmed_first(home: Home, verb: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    decided: list[tuple[str, str]] = []
    monkeypatch.setattr(
        f"flows.administration.{verb}_release", lambda release_id, *, reason, by: decided.append((release_id, reason))
    )
    monkeypatch.setattr("cli_release.run", lambda **_: typer.echo("lalu"))
    result = runner.invoke(app, ["release", verb, "r-1", "--reason", " salah [kirim] "])
    assert result.stdout == f"Rilis r-1 {said} (alasan: salah [kirim]).\nlalu\n"
    assert decided == [("r-1", "salah [kirim]")]
    assert runner.invoke(app, ["release", verb, "r-1", "--reason", "x", "--json"]).stdout == "lalu\n"


def test_problems_come_before_what_to_do_next(
    home: Home, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    problem = {"subject": "r-1", "paragraph": "Rilis [r-1] menunggu persetujuan.", "exit_code": 3}
    found = outcome(problems=[problem], exit_code=3, current="g", database="/d.duckdb", query="q")
    monkeypatch.setattr("flows.inspection.waiting_releases", lambda: ["r-1"])
    # One stream for both, as on a screen.
    monkeypatch.setattr("sys.stderr", sys.stdout)
    with pytest.raises(SystemExit):
        finish(found, as_json=False)
    text = capfd.readouterr().out
    assert text.index("g (tetap)") < text.index("Tidak masuk. Rilis [r-1]") < text.index("release approve r-1")
    assert "duckdb -readonly" not in text


def test_the_version() -> None:
    result = runner.invoke(app, ["--version"])
    assert (result.exit_code, result.stdout) == (0, f"dampingan {code_version()}\n")


def run_cli(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "cli", *arguments],
        cwd=PROJECT_ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
    )


def test_a_fault_with_json_is_one_object_beside_the_paragraph() -> None:
    done = run_cli("refresh", "--json", DAMPINGAN_ROUNDING_BASE="abc")
    content = json.loads(done.stdout)
    assert done.returncode == content["exit_code"] == 2
    assert "DAMPINGAN_ROUNDING_BASE harus bilangan bulat, paling kecil 1" in content["error"]
    assert done.stderr == f"Gagal. {content['error']}\n"
    assert "abc" not in done.stdout


def test_a_home_that_cannot_be_written_is_a_usage_error(tmp_path: Path) -> None:
    (tmp_path / "berkas").write_text("")
    done = run_cli("refresh", DAMPINGAN_HOME=str(tmp_path / "berkas" / "rumah"))
    assert done.returncode == 2
    assert done.stdout == ""
    assert "DAMPINGAN_HOME" in done.stderr


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


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["release", "submit"], "Kurang argumen BERKAS"),
        (["release", "approve", "r-1"], "Kurang pilihan --reason."),
        (["release", "list", "x", "y"], "Argumen berlebih: x y. Lihat `"),
        (["release", "approve", "r-1", "--reason"], "Pilihan --reason perlu isi."),
        (["refresh", "--sampel"], "Pilihan --sampel tidak dikenal. Mungkin maksudnya --sample."),
        (["refresh", "--json=x"], "Pilihan --json tanpa isi."),
        (["relese"], "Perintah relese tidak dikenal."),
        (["sample", "o", "--persons", "3"], "Isi --persons tidak dapat dipakai. Seharusnya: Banyaknya orang"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_typer_finds_wrong_is_said_in_indonesian(
    arguments: list[str], said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["dampingan", *arguments])
    monkeypatch.setattr("os.umask", lambda _: 0)
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    told = capsys.readouterr().err
    assert said in told
    assert told.startswith("Gagal. ")
    assert told.count("\n") == 1


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
