"""What a check, a suite and their results are. Knows neither Great Expectations nor any table: suites are
plain declarations that the engine turns into expectations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, Self

BATCH = "{batch}"
"""Stands for the checked relation in the SQL of a check. Other braces are literal."""
ROWS = "UnexpectedRowsExpectation"


class Connection(Protocol):
    """The part of a DuckDB connection that checks need; the warehouse hands in an open one."""

    def cursor(self) -> Self: ...
    def close(self) -> None: ...
    def execute(self, query: str, parameters: Any = None, /) -> Any: ...


@dataclass(frozen=True, slots=True)
class Check:
    """One expectation about one relation.

    Args:
        name: unique in its suite, a word for the ledger of checks.
        title: what must hold, one sentence in Bahasa Indonesia for the officer.
        expectation: class of Great Expectations.
        parameters: arguments of that class; shown in the Data Docs, so never a personal value.
        failing_rows: query for the failing rows, selecting only what may be shown of them (line numbers, keys
            that are not personal). Empty when the check is not about rows.
    """

    name: str
    title: str
    expectation: str
    parameters: Mapping[str, object] = field(default_factory=dict)
    failing_rows: str = ""

    def __post_init__(self) -> None:
        if self.failing_rows and BATCH not in self.failing_rows:
            raise ValueError(f"{self.name}: {BATCH} tidak ada dalam kueri")

    def query(self, relation: str) -> str:
        """The query for the failing rows of `relation`; empty when the check is not about rows."""
        return self.failing_rows.replace(BATCH, f"(FROM {relation})")


def rows_check(name: str, title: str, failing_rows: str) -> Check:
    """A check that passes when the query finds no row. The query selects keys only."""
    return Check(name, title, ROWS, failing_rows=failing_rows)


@dataclass(frozen=True, slots=True)
class Suite:
    """The checks of one relation. `name` is unique within a run; `relation` is `schema.table`."""

    name: str
    title: str
    relation: str
    checks: tuple[Check, ...]

    def __post_init__(self) -> None:
        names = [check.name for check in self.checks]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"{self.name}: pemeriksaan ganda: {twice}")


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What came of one check: counts and places, no values of persons.

    Args:
        failed_rows: failing rows; 0 for a failed check that is not about rows (column order, row count).
        failing_keys: the first few failing rows, as `column=value`, a line of the source file as `baris 17`.
        query: finds the failing rows again; empty when the check is not about rows.
    """

    suite: str
    check: str
    table: str
    passed: bool
    failed_rows: int
    failing_keys: tuple[str, ...]
    title: str
    expectation: str
    parameters: Mapping[str, object]
    query: str


@dataclass(frozen=True, slots=True)
class SuiteResult:
    """What came of one suite in one run. `rows` counts the rows of the relation, `checked_at` is UTC."""

    run_id: str
    submission_id: str | None
    suite: str
    title: str
    table: str
    rows: int
    checked_at: datetime
    checks: tuple[CheckResult, ...]

    @property
    def passed(self) -> bool:
        return all(check.passed for check in self.checks)

    @property
    def failures(self) -> Sequence[CheckResult]:
        return [check for check in self.checks if not check.passed]
