"""A report's way through the command line: template, submission, the marked copy, the next quarter's template."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import fsspec
import openpyxl
import pytest
from typer.testing import CliRunner

from cli import app
from settings import Home
from tasks.programmes.template import FIRST_LINE, write_report
from tasks.programmes.template_guide import ReportHead
from tests.flows.conftest import few_checks, use_home

pytestmark = pytest.mark.system

runner = CliRunner()
GOOD = {"kegiatan": "Jamban", "horizon": "pendek", "klaster": "keluarga", "status": "berjalan",
        "sumber_dana": "APBD kota", "anggaran_rp": 1_000_000}  # fmt: skip


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    with use_home(tmp_path / "home") as home, few_checks():
        yield home


def test_a_report_comes_back_marked_and_goes_on_in_the_next_template(home: Home, tmp_path: Path) -> None:
    file = tmp_path / "laporan.xlsx"
    write_report(
        file,
        ReportHead("DLH", "Jenggot", 2022, 1),
        [GOOD, GOOD | {"kegiatan": "Sumur", "status": "selesai"}, GOOD | {"horizon": "segera"}],
        catur_pilar=[{"tanggal_pertemuan": "1 Maret 2022", "kesepakatan": "Lahan", "hadir_lpm": "ya"}],
    )
    result = runner.invoke(app, ["programmes", "submit", str(file), "--json"])
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["generation"]
    sheet = openpyxl.load_workbook(tmp_path / "laporan-diperiksa.xlsx")["Kegiatan"]
    assert "Contoh: pendek" in sheet.cell(FIRST_LINE + 2, 5).comment.text

    following = tmp_path / "berikut.xlsx"
    options = ["--opd", "DLH", "-o", str(following), "--year", "2022", "--quarter", "2"]
    result = runner.invoke(app, ["programmes", "template", *options])
    assert (result.exit_code, "3 baris" in result.stdout) == (0, True)
    book = openpyxl.load_workbook(following)
    assert [book["Petunjuk"].cell(row, 3).value for row in range(4, 8)] == ["DLH", "Jenggot", 2022, 2]
    names = [book["Kegiatan"].cell(FIRST_LINE + at, 2).value for at in range(3)]
    assert names == ["Jamban", "Sumur", None]
    assert book["Catur Pilar"].cell(FIRST_LINE, 8).value == "Lahan"

    assert runner.invoke(app, ["programmes", "template", *options[:-3], "2023"]).exit_code == 0
    sheet = openpyxl.load_workbook(following)["Kegiatan"]
    assert [sheet.cell(FIRST_LINE + at, 2).value for at in range(2)] == ["Jamban", None]


def test_a_link_is_a_report_too(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_report(tmp_path / "x.xlsx", ReportHead("DLH", "Jenggot", 2022, 1), [GOOD, GOOD | {"status": "?"}])
    with fsspec.open("memory://kota/laporan-dlh.xlsx", "wb") as stream:
        stream.write((tmp_path / "x.xlsx").read_bytes())
    result = runner.invoke(app, ["programmes", "submit", "memory://kota/laporan-dlh.xlsx", "--json"])
    assert result.exit_code == 0, result.output
    assert (tmp_path / "laporan-dlh-diperiksa.xlsx").exists()
    assert [
        row["opd"] for row in json.loads(runner.invoke(app, ["programmes", "list", "--json"]).stdout)["reports"]
    ] == ["DLH"]


def test_a_template_for_a_kelurahan_that_is_not_there(tmp_path: Path, home: Home) -> None:
    options = ["--opd", "DLH", "-o", str(tmp_path / "x.xlsx"), "--kelurahan", "Gotham"]
    result = runner.invoke(app, ["programmes", "template", *options])
    assert "Gotham" in str(result.exception)
