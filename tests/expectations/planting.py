"""Plants one defect in a table, runs checks on it, and takes the defect out again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import duckdb

from expectations.model import CheckResult, Suite
from expectations.runner import run_suites


@contextmanager
def planted(connection: duckdb.DuckDBPyConnection, table: str, defect: str) -> Iterator[None]:
    """Great Expectations sees committed tables only, so the defect is committed and the table put back after.
    The copy has no NOT NULL: a check must find what a constraint would have refused."""
    connection.execute(f"CREATE TEMP TABLE saved AS FROM {table}; CREATE OR REPLACE TABLE {table} AS FROM saved")
    try:
        connection.execute(defect)
        yield
    finally:
        connection.execute(f"DROP TABLE {table}; CREATE TABLE {table} AS FROM saved; DROP TABLE saved")


def only(suite: Suite, check: str) -> Suite:
    """`suite` reduced to one check."""
    found = tuple(candidate for candidate in suite.checks if candidate.name == check)
    assert found, f"{suite.name} has no check {check}"
    return replace(suite, checks=found)


def run_check(connection: duckdb.DuckDBPyConnection, suite: Suite, check: str) -> CheckResult:
    """What comes of one check of `suite`."""
    (result,) = run_suites(connection, [only(suite, check)], run_id="uji")
    return result.checks[0]
