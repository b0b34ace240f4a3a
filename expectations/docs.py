"""Data Docs: what was checked and what came of it, as pages for officers and engineers.

Written by us rather than by Great Expectations, whose pages load scripts from the network and report their own
opening. These load nothing. They hold counts and keys that are not personal, as the results do.

Layout of the folder: `index.html` (the runs), `<run>/index.html` (its suites), `<run>/<suite>.html` and beside it
`<suite>.json`, from which the indexes are made anew at every writing.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from textwrap import dedent
from typing import Any

from babel.dates import format_datetime
from babel.numbers import format_decimal
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from expectations.model import SuiteResult
from settings import LOCAL_TIME_ZONE

KEPT_RUNS = 50
_RUN_FILE = "jalan.json"


def write(results: Iterable[SuiteResult], folder: Path) -> Path:
    """Write the pages of `results` below `folder` (`Home.data_docs`) and return its index page.

    Results of one run may be written in several calls. Of older runs the newest `KEPT_RUNS` stay.
    """
    for run_id in sorted({_write_suite(result, folder) for result in results}):
        _write_run(folder / run_id)
    runs = sorted((_summary(path) for path in folder.glob(f"*/{_RUN_FILE}")), key=_newest_first)
    for outdated in runs[KEPT_RUNS:]:
        shutil.rmtree(folder / outdated["folder"])
    return _render("index.html", folder / "index.html", runs=runs[:KEPT_RUNS])


def _write_suite(result: SuiteResult, folder: Path) -> str:
    run_folder = folder / _file_name(result.run_id)
    run_folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    name = _file_name(result.suite)
    checks = sorted(result.checks, key=lambda check: check.passed)
    record = {
        **asdict(result),
        "page": f"{name}.html",
        "checked_at": result.checked_at.isoformat(),
        "passed": result.passed,
        "failed": len(result.failures),
        "checks": [asdict(check) for check in checks],
    }
    _write_json(run_folder / f"{name}.json", record)
    _render("suite.html", run_folder / f"{name}.html", suite=record)
    return run_folder.name


def _write_run(run_folder: Path) -> None:
    files = sorted(path for path in run_folder.glob("*.json") if path.name != _RUN_FILE)
    suites = sorted((_summary(path) for path in files), key=lambda suite: suite["passed"])
    run = {
        "folder": run_folder.name,
        "run_id": suites[0]["run_id"],
        "checked_at": max(suite["checked_at"] for suite in suites),
        "suites": len(suites),
        "checks": sum(len(suite["checks"]) for suite in suites),
        "failed": sum(suite["failed"] for suite in suites),
    }
    _write_json(run_folder / _RUN_FILE, run)
    _render("run.html", run_folder / "index.html", run=run, suites=suites)


def _newest_first(run: Mapping[str, Any]) -> tuple[float, str]:
    return -datetime.fromisoformat(run["checked_at"]).timestamp(), run["folder"]


def _summary(path: Path) -> dict[str, Any]:
    summary: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return summary


def _write_json(path: Path, record: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(record, ensure_ascii=False, indent=1), encoding="utf-8")


def _render(template: str, path: Path, **values: object) -> Path:
    path.write_text(_templates().get_template(template).render(values), encoding="utf-8")
    return path


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["angka"] = lambda number: format_decimal(number, locale="id")
    environment.filters["waktu"] = _local_time
    environment.filters["kueri"] = lambda query: dedent(query).strip()
    return environment


def _local_time(moment: str) -> str:
    """A UTC time in ISO format as the officer's wall clock shows it."""
    local = datetime.fromisoformat(moment).replace(tzinfo=UTC).astimezone(LOCAL_TIME_ZONE)
    return f"{format_datetime(local, 'd MMMM y, HH.mm', locale='id')} WIB"


def _file_name(identifier: str) -> str:
    """`identifier` as the name of a file: no separator, no leading dot."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", identifier).lstrip(".")
