"""Data Docs: complete, self-contained, and without persons."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path

import duckdb
import pytest

from expectations import docs
from expectations.model import CheckResult, Suite, SuiteResult
from expectations.runner import run_suites
from tests.expectations.planting import planted
from tests.expectations.small_warehouse import PLANTED_KK, PLANTED_NAME, PLANTED_NIK, RELEASE

Base = tuple[duckdb.DuckDBPyConnection, Mapping[str, Suite]]
STAGED = f"diterima.{RELEASE}"
BROKEN_ROW = f"UPDATE staged.diterima SET nik = nik || '1', nama = '{PLANTED_NAME} 1' WHERE baris_sumber = 2"


class Page(HTMLParser):
    """Links, loaded things and open tags of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in {"meta", "br"}:
            self.open.append(tag)
        for name, value in attrs:
            if name == "href":
                self.links.append(value or "")
            if tag in {"script", "link", "img", "iframe"} or name in {"src", "style", "onclick"}:
                self.loads.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def result(run_id: str = "jalan", *, suite: str = "uji", title: str = "Judul.", hour: int = 3) -> SuiteResult:
    check = CheckResult(
        "uji", "periksa", "core.rilis", False, 1234, ("baris 17",), title, "Kelas", {"batas": [1, 2]}, "SELECT 1"
    )
    return SuiteResult(run_id, None, suite, "Uji.", "core.rilis", 9000, datetime(2026, 11, 1, hour), (check,))


@pytest.fixture(scope="module")
def pages(base: Base, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pages of a run in which checks on personal columns failed."""
    connection, suites = base
    folder = tmp_path_factory.mktemp("docs")
    with planted(connection, "staged.diterima", BROKEN_ROW):
        affected = [suites[STAGED], suites["core.rilis"]]
        results = run_suites(connection, affected, run_id="2026-11-24T10:00:00+07:00", submission_id=RELEASE)
    assert docs.write(results, folder) == folder / "index.html"
    return folder


def test_every_page_is_reached_and_loads_nothing(pages: Path) -> None:
    reached, waiting = set(), [pages / "index.html"]
    while waiting:
        page = waiting.pop().resolve()
        if page in reached:
            continue
        reached.add(page)
        text = page.read_text(encoding="utf-8")
        parsed = Page(text)
        assert parsed.open == []
        assert parsed.loads == []
        assert "Content-Security-Policy" in text
        assert not re.search(r"https?://|//[a-z]", text)
        waiting += [page.parent / link for link in parsed.links]
    assert reached == {path.resolve() for path in pages.rglob("*.html")}


def test_no_person_is_in_any_file_plain_or_encoded(pages: Path) -> None:
    for path in pages.rglob("*"):
        if path.is_dir():
            continue
        text = path.read_text(encoding="utf-8")
        decoded = [
            base64.b64decode(found + "==") for found in re.findall(r"[A-Za-z0-9+/]{16,}", text) if len(found) % 4 != 1
        ]
        for value in (PLANTED_NIK, PLANTED_KK, PLANTED_NAME, "Sintetis"):
            assert value not in text, path
            assert all(value.encode() not in part for part in decoded), path


def test_a_suite_page_tells_what_failed_where(pages: Path) -> None:
    (page,) = pages.rglob(f"{STAGED}.html")
    text = page.read_text(encoding="utf-8")
    assert "pemeriksaan tidak lolos" in text
    assert "<strong>1 baris</strong> tidak memenuhi." in text
    assert "<code>baris 2</code>" in text
    assert text.index("✗ gagal") < text.index("✓ lolos")


def test_numbers_and_times_are_written_as_in_indonesia(tmp_path: Path) -> None:
    docs.write([result()], tmp_path)
    text = (tmp_path / "jalan" / "uji.html").read_text(encoding="utf-8")
    assert "1.234 baris" in text
    assert "1 November 2026, 10.00 WIB" in text


def test_texts_are_escaped_and_names_cannot_leave_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "docs"
    docs.write([result("../luar", suite="../../luar", title="<script>x</script>")], folder)
    assert [path.name for path in tmp_path.iterdir()] == ["docs"]
    (page,) = (path for path in folder.rglob("*luar.html"))
    assert "<script" not in page.read_text(encoding="utf-8")
    assert "&lt;script&gt;" in page.read_text(encoding="utf-8")


def test_results_of_one_run_may_come_in_parts(tmp_path: Path) -> None:
    docs.write([result(suite="satu")], tmp_path)
    docs.write([replace(result(suite="dua"), checks=())], tmp_path)
    run = json.loads((tmp_path / "jalan" / "jalan.json").read_text(encoding="utf-8"))
    assert (run["suites"], run["checks"], run["failed"]) == (2, 1, 1)


def test_old_runs_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(docs, "KEPT_RUNS", 2)
    for hour in (3, 1, 2):
        docs.write([result(f"jalan-{hour}", hour=hour)], tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["index.html", "jalan-2", "jalan-3"]
    assert "jalan-1" not in (tmp_path / "index.html").read_text(encoding="utf-8")
