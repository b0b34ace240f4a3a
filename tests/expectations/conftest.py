"""One good warehouse, staged release and publication; a test plants its defect in a copy or undoes it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import duckdb
import pytest

from expectations import published, staged_release, warehouse
from expectations.model import Suite
from tasks.registry.rules import rules
from tasks.rules import of_severity
from tests.expectations import small_warehouse as small
from warehouse.views import marts

RULES = rules(area_code="3375", period=date(2022, 4, 1))


@pytest.fixture(scope="module")
def base() -> Iterator[tuple[duckdb.DuckDBPyConnection, dict[str, Suite]]]:
    """The warehouse with a staged release, and all suites on it by name."""
    connection = small.warehouse()
    staged = staged_release.suite(
        small.RELEASE,
        rejects={rule.code: rule.explanation for rule in of_severity(RULES, "tolak")},
        warnings=small.WARNINGS,
        rows=small.staged(connection),
    )
    yield connection, {suite.name: suite for suite in (*warehouse.suites(), staged)}
    connection.close()


@pytest.fixture(scope="module")
def publication() -> Iterator[tuple[duckdb.DuckDBPyConnection, dict[str, Suite]]]:
    """A publication, and all suites on it by name."""
    connection = small.publication()
    yield connection, {suite.name: suite for suite in published.suites(marts())}
    connection.close()
