"""Measures the register flow against the floor: one hand-written DuckDB script that does the same work (floor.sql).

Floor and product take turns, each run in a process of its own on a fresh warehouse, first and second release; their
counts must be equal on every run. Ratios are of medians within this run: the machine may be busy, but for both alike.
"""

from __future__ import annotations

import os
import shutil
import statistics
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks import register_data
from benchmarks.measuring import Measured, Step, run
from benchmarks.product import IMPORTS
from benchmarks.register_data import ReleaseFile
from settings import Home
from warehouse.person_key import person_key

GIGABYTE = 1_000_000_000
SMALL, MIDDLE, LARGE = 120_000, 1_200_000, 6_000_000
REPETITIONS = {SMALL: 5, MIDDLE: 3, LARGE: 1}
MOST_RATIO = {MIDDLE: 1.0, LARGE: 0.9}
MOST_PEAK_BYTES = 1.5 * GIGABYTE
MOST_CHECK_SHARE = 0.15
MOST_FIXED_SECONDS = 8.0
MOST_GROWTH = 5.5
MOST_XLSX_SECONDS = 25.0
RELEASE_NAMES = ("first", "second")


class CountsDifferError(Exception):
    """Floor and product do not agree on what became of the rows: nothing that was measured means anything."""


@dataclass(slots=True)
class Case:
    """All runs of one size, kind of file and release."""

    persons: int
    kind: str
    release: str
    floor: list[Measured] = field(default_factory=list)
    product: list[Measured] = field(default_factory=list)
    refused: str = ""

    @property
    def ratio(self) -> Step:
        """Product to floor, of medians."""
        floor, product = median(self.floor), median(self.product)
        return Step(product.wall / floor.wall, product.cpu / floor.cpu)

    @property
    def check_share(self) -> float:
        """Share of the checks in the CPU time of the product's flow."""
        return statistics.median(each.steps["check"].cpu / each.total(IMPORTS).cpu for each in self.product)


@dataclass(frozen=True, slots=True)
class Goal:
    """A limit, what was measured, and how to write both."""

    what: str
    measured: float
    limit: float
    unit: str = ""

    @property
    def within(self) -> bool:
        return self.measured <= self.limit


def median(runs: list[Measured]) -> Step:
    """Median seconds of the work itself, imports left out."""
    totals = [each.total(IMPORTS) for each in runs]
    return Step(statistics.median(step.wall for step in totals), statistics.median(step.cpu for step in totals))


def measure(folder: Path, persons: int, kind: str, releases: list[ReleaseFile]) -> list[Case]:
    """Floor and product in turns, as often as the size allows. A kind that the product refuses is measured no further.

    Raises:
        CountsDifferError: their counts differ.
    """
    cases = [Case(persons, kind, name) for name in RELEASE_NAMES]
    for _ in range(REPETITIONS[persons]):
        home, warehouse = folder / "home", folder / "floor.duckdb"
        Home(home).create()
        secret_file = Home(home).person_key_file
        person_key(secret_file)
        for case, release in zip(cases, releases, strict=True):
            case.floor.append(run("benchmarks.floor", release.file, warehouse, release.period, secret_file))
            product = run("benchmarks.product", release.file, release.manifest, home)
            if refused := product.result.get("refused", ""):
                case.refused = refused
                break
            case.product.append(product)
            _compare(case)
        shutil.rmtree(home)
        warehouse.unlink()
        if any(case.refused for case in cases):
            break
    return cases


def _compare(case: Case) -> None:
    floor, product = case.floor[-1].result["counts"], case.product[-1].result["counts"]
    differing = [name for name in floor if floor[name] != product[name]]
    if differing:
        pairs = "; ".join(f"{name}: floor {floor[name]}, product {product[name]}" for name in differing)
        raise CountsDifferError(f"{case.persons} persons, {case.kind}, {case.release} release: {pairs}")


def measure_workbook(folder: Path, release: ReleaseFile) -> Measured:
    """The product on the workbook of a release, into a data home of its own."""
    home = folder / "home"
    Home(home).create()
    measured = run("benchmarks.product", release.file, release.manifest, home)
    shutil.rmtree(home)
    return measured


def goals(cases: list[Case], workbook: Measured, fixed: Measured) -> list[Goal]:
    """Every goal for which something was measured."""
    found = [Goal("fixed cost of an orchestrated run", fixed.wall, MOST_FIXED_SECONDS, " s")]
    if "refused" not in workbook.result:
        found.append(Goal("XLSX, 120 thousand rows", workbook.total(IMPORTS).wall, MOST_XLSX_SECONDS, " s"))
    measured = [case for case in cases if case.product]
    for case in measured:
        named = f"{case.persons:,} persons, {case.kind}, {case.release}"
        if limit := MOST_RATIO.get(case.persons):
            found.append(Goal(f"{named}: wall, product / floor", case.ratio.wall, limit))
            found.append(Goal(f"{named}: CPU, product / floor", case.ratio.cpu, limit))
            found.append(Goal(f"{named}: share of the checks", case.check_share, MOST_CHECK_SHARE))
        peak = max(each.peak_bytes for each in case.product) / GIGABYTE
        found.append(Goal(f"{named}: peak memory", peak, MOST_PEAK_BYTES / GIGABYTE, " GB"))
    by_place = {(case.persons, case.kind, case.release): case for case in measured}
    for (persons, kind, release), case in by_place.items():
        if persons == LARGE and (smaller := by_place.get((MIDDLE, kind, release))):
            growth = median(case.product).wall / median(smaller.product).wall
            found.append(Goal(f"growth from 1.2 to 6 million, {kind}, {release}", growth, MOST_GROWTH))
    return found


def cases_table(cases: list[Case]) -> Table:
    """Medians and ratios."""
    table = Table(title="Register flow against the floor (medians; imports left out)", title_justify="left")
    for heading in ("persons", "file", "release"):
        table.add_column(heading)
    for heading in (
        "floor wall s",
        "CPU s",
        "peak GB",
        "product wall s",
        "CPU s",
        "peak GB",
        "wall ratio",
        "CPU ratio",
    ):
        table.add_column(heading, justify="right")
    for case in cases:
        if not case.floor:
            continue
        cells = [f"{case.persons:,}", case.kind, case.release, *_seconds_and_peak(case.floor)]
        if case.product:
            cells += [*_seconds_and_peak(case.product), f"{case.ratio.wall:.2f}", f"{case.ratio.cpu:.2f}"]
        else:
            cells.append("refused")
        table.add_row(*cells)
    return table


def _seconds_and_peak(runs: list[Measured]) -> tuple[str, str, str]:
    middle = median(runs)
    peak = max(each.peak_bytes for each in runs) / GIGABYTE
    return f"{middle.wall:.1f}", f"{middle.cpu:.1f}", f"{peak:.2f}"


def steps_table(cases: list[Case]) -> Table:
    """Where the product's CPU time goes."""
    names = ("receive", "stage", "decide", "check", "load")
    table = Table(title="Product, CPU s by step (medians)", title_justify="left")
    for heading in ("persons", "file", "release"):
        table.add_column(heading)
    for name in names:
        table.add_column(name, justify="right")
    for case in cases:
        if case.product:
            seconds = [statistics.median(each.steps[name].cpu for each in case.product) for name in names]
            table.add_row(f"{case.persons:,}", case.kind, case.release, *(f"{each:.1f}" for each in seconds))
    return table


def goals_table(found: list[Goal]) -> Table:
    """Every goal with ok or OVER."""
    table = Table(title="Goals", title_justify="left")
    for heading in ("goal", "measured", "at most", ""):
        table.add_column(heading, justify="left" if heading in ("goal", "") else "right")
    for goal in found:
        numbers = (f"{number:.2f}{goal.unit}" for number in (goal.measured, goal.limit))
        table.add_row(goal.what, *numbers, "ok" if goal.within else "OVER")
    return table


def main(console: Console | None = None) -> int:
    """Measure, print, and return 1 when a goal is missed. BENCH_LARGE=1 adds 6 million persons."""
    console = console or Console()
    sizes = [SMALL, MIDDLE] + [LARGE] * (os.environ.get("BENCH_LARGE") == "1")
    cases: list[Case] = []
    with tempfile.TemporaryDirectory(prefix="dampingan-bench-") as name:
        folder = Path(name)
        fixed = run("benchmarks.fixed")
        for persons in sizes:
            with console.status(f"{persons:,} persons"):
                releases = register_data.csv_releases(folder / "data", persons)
                if persons == SMALL:
                    workbook = measure_workbook(folder, register_data.as_xlsx(releases[0]))
                cases += measure(folder, persons, "csv", releases)
                cases += measure(folder, persons, "parquet", _converted(releases, register_data.as_parquet))
                shutil.rmtree(folder / "data")
    found = goals(cases, workbook, fixed)
    for table in (cases_table(cases), steps_table(cases), goals_table(found)):
        console.print(table)
    for refused in dict.fromkeys([case.refused for case in cases if case.refused]):
        console.print(f"Not taken by the product: {refused}")
    return 0 if all(goal.within for goal in found) else 1


def _converted(releases: list[ReleaseFile], to: Callable[[ReleaseFile], ReleaseFile]) -> list[ReleaseFile]:
    return [to(release) for release in releases]
