"""Great Expectations on DuckDB: what it counts, what it sees, and that it stays quiet."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import duckdb
import pytest

from expectations import engine
from expectations.model import Check, CheckResult, Suite, rows_check
from expectations.runner import run_suites
from settings import PROJECT_ROOT


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """Ten thousand numbers as text in an attached database; every hundredth is empty, a fifth has 3 digits."""
    opened = duckdb.connect()
    opened.execute("ATTACH ':memory:' AS lain; CREATE SCHEMA lain.core; USE lain.core")
    opened.execute(
        """
        CREATE TABLE angka AS
        SELECT i AS nomor, i % 7 AS sisa, CASE WHEN i % 100 > 0 THEN repeat('7', i % 5 + 1) END AS teks,
            DATE '2022-01-01' + i::INTEGER AS awal, DATE '2022-01-01' + (i * 7 % 10000)::INTEGER AS akhir
        FROM range(10000) AS bilangan (i)
        """
    )
    yield opened
    opened.close()


def result_of(
    connection: duckdb.DuckDBPyConnection, expectation: str, failing: str, **parameters: object
) -> CheckResult:
    check = Check("uji", "Uji.", expectation, parameters, f"SELECT nomor FROM {{batch}} WHERE {failing}")
    (result,) = run_suites(connection, [Suite("uji", "Uji.", "core.angka", (check,))], run_id="uji")
    return result.checks[0]


@pytest.mark.parametrize(
    ("expectation", "failing", "parameters"),
    [
        ("ExpectColumnValuesToNotBeNull", "teks IS NULL", {"column": "teks"}),
        ("ExpectColumnValuesToBeInSet", "teks NOT IN ('7', '77')", {"column": "teks", "value_set": ["7", "77"]}),
        ("ExpectColumnValuesToBeBetween", "nomor > 8000", {"column": "nomor", "max_value": 8000}),
        ("ExpectColumnValuesToBeUnique", "true", {"column": "sisa"}),
        ("ExpectCompoundColumnsToBeUnique", "teks IS NOT NULL", {"column_list": ["sisa", "teks"]}),
        (
            "ExpectColumnPairValuesAToBeGreaterThanB",
            "akhir <= awal",
            {"column_A": "akhir", "column_B": "awal"},
        ),
    ],
)
def test_counts_as_sql_does(
    connection: duckdb.DuckDBPyConnection, expectation: str, failing: str, parameters: dict[str, object]
) -> None:
    by_hand = connection.execute(f"SELECT count(*) FROM angka WHERE {failing}").fetchall()[0][0]
    result = result_of(connection, expectation, failing, **parameters)
    assert result.failed_rows == by_hand > 0
    assert len(result.failing_keys) == 20


@pytest.mark.parametrize(
    ("pattern", "failing"),
    [("[7]{3}", "length(teks) < 3"), ("^[7]{3}$", "length(teks) <> 3"), ("^7", "false")],
)
def test_a_pattern_matches_anywhere_unless_anchored(
    connection: duckdb.DuckDBPyConnection, pattern: str, failing: str
) -> None:
    by_hand = connection.execute(f"SELECT count(*) FROM angka WHERE {failing}").fetchall()[0][0]
    result = result_of(connection, "ExpectColumnValuesToMatchRegex", failing, column="teks", regex=pattern)
    assert result.failed_rows == by_hand
    assert result.passed == (by_hand == 0)


@pytest.mark.parametrize(("kind", "passes"), [("BIGINT", True), ("VARCHAR", False)])
def test_type_names_are_those_of_duckdb(connection: duckdb.DuckDBPyConnection, kind: str, passes: bool) -> None:
    check = Check("uji", "Uji.", "ExpectColumnValuesToBeOfType", {"column": "nomor", "type_": kind})
    suite = Suite("uji", "Uji.", "core.angka", (check,))
    assert run_suites(connection, [suite], run_id="uji")[0].passed is passes


def test_braces_of_a_pattern_reach_the_query(connection: duckdb.DuckDBPyConnection) -> None:
    check = rows_check("uji", "Uji.", "SELECT a.nomor FROM {batch} AS a WHERE regexp_matches(a.teks, '^7{5}$')")
    suite = Suite("uji", "Uji.", "core.angka", (check,))
    assert run_suites(connection, [suite], run_id="uji")[0].checks[0].failed_rows == 2000


def test_a_view_in_another_database_can_be_checked(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("CREATE OR REPLACE VIEW memory.main.genap AS FROM lain.core.angka WHERE nomor % 2 = 0")
    check = rows_check("uji", "Uji.", "SELECT nomor FROM {batch} WHERE nomor % 2 = 1")
    (result,) = run_suites(connection, [Suite("uji", "Uji.", "memory.main.genap", (check,))], run_id="uji")
    assert result.passed
    assert result.rows == 5000


def test_it_is_quiet_and_leaves_nothing_behind(
    connection: duckdb.DuckDBPyConnection, capfd: pytest.CaptureFixture[str]
) -> None:
    assert not result_of(connection, "ExpectColumnValuesToNotBeNull", "teks IS NULL", column="teks").passed
    assert capfd.readouterr() == ("", "")
    assert engine._context().data_sources.all() == {}


def test_great_expectations_is_imported_only_when_a_suite_runs() -> None:
    program = (
        "import sys, expectations.runner, expectations.warehouse, expectations.published, expectations.docs\n"
        "import expectations.staged_release\n"
        "expectations.warehouse.suites()\n"
        "print(sorted({'great_expectations', 'sqlalchemy', 'pandas'} & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", program], cwd=PROJECT_ROOT, capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
