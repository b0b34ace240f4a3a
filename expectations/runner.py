"""Runs suites and says what came of them. Tells a check that found faulty data from a check that could not
run, and never lets a value of a person into a result or a message.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from errors import CheckFailedError, DampinganError
from expectations import engine
from expectations.model import Check, CheckResult, Connection, Suite, SuiteResult

if TYPE_CHECKING:
    from great_expectations.core import ExpectationValidationResult

MOST_KEYS = 20
_KEYS_IN_MESSAGE = 5
_FAILURES_IN_MESSAGE = 5
TABLE_EXISTS = Check("tabel_ada", "Tabel ada.", "ExpectTableToExist")
"""Great Expectations has no such expectation: without its table a suite has nothing to run on."""


def run_suites(
    connection: Connection, suites: Iterable[Suite], *, run_id: str, submission_id: str | None = None
) -> list[SuiteResult]:
    """Run suites on what `connection` sees: committed tables and views, in its current database.

    Raises:
        DampinganError: a check could not run; this is a fault of the program, not of the data.
    """
    with engine.data_source(connection) as source:
        return [_run(connection, source, suite, run_id, submission_id) for suite in suites]


def _run(connection: Connection, source: Any, suite: Suite, run_id: str, submission_id: str | None) -> SuiteResult:
    rows = 0
    if _exists(connection, suite.relation):
        rows = connection.execute(f"SELECT count(*) FROM {suite.relation}").fetchone()[0]
        validation = engine.validate(source, suite)
        found = {result.expectation_config.meta[engine.CHECK_NAME]: result for result in validation.results}
        _refuse_broken(suite, found)
        checks = tuple(_result(connection, suite, check, found[check.name]) for check in suite.checks)
    else:
        checks = (_check_result(suite, TABLE_EXISTS, passed=False, failed_rows=0, keys=()),)
    return SuiteResult(
        run_id=run_id,
        submission_id=submission_id,
        suite=suite.name,
        title=suite.title,
        table=suite.relation,
        rows=rows,
        checked_at=datetime.now(UTC).replace(tzinfo=None),
        checks=checks,
    )


def _exists(connection: Connection, relation: str) -> bool:
    *catalog, schema, table = relation.split(".")
    found = connection.execute(
        "SELECT count(*) FROM information_schema.tables "
        "WHERE table_catalog = coalesce($catalog, current_database()) "
        "AND table_schema = $schema AND table_name = $table",
        {"catalog": catalog[0] if catalog else None, "schema": schema, "table": table},
    )
    return bool(found.fetchone()[0])


def _refuse_broken(suite: Suite, found: dict[str, ExpectationValidationResult]) -> None:
    """An expectation that raised is reported by Great Expectations as failed. Its exception is not passed on:
    database errors quote rows."""
    broken = [
        check.name for check in suite.checks if check.name not in found or _raised(found[check.name].exception_info)
    ]
    if broken:
        raise DampinganError(
            f"Pemeriksaan tidak dapat dijalankan: {', '.join(broken)}. Ini kesalahan program, bukan kesalahan data.",
            where=f"{suite.name}, tabel {suite.relation}",
            next_step="Laporkan kepada pengelola sistem; terbitan terakhir tetap berlaku.",
        )


def _raised(exception_info: dict[str, Any]) -> bool:
    """Either one record, or one record per metric that could not be computed."""
    if "raised_exception" in exception_info:
        return bool(exception_info["raised_exception"])
    return any(record["raised_exception"] for record in exception_info.values())


def _result(connection: Connection, suite: Suite, check: Check, result: ExpectationValidationResult) -> CheckResult:
    passed = bool(result.success)
    if passed or not check.failing_rows:
        return _check_result(suite, check, passed=passed, failed_rows=0, keys=())
    counted = result.result
    failed_rows = int(counted["unexpected_count"] if "unexpected_count" in counted else counted["observed_value"])
    return _check_result(suite, check, passed=False, failed_rows=failed_rows, keys=_keys(connection, suite, check))


def _keys(connection: Connection, suite: Suite, check: Check) -> tuple[str, ...]:
    found = connection.execute(f"SELECT DISTINCT * FROM ({check.query(suite.relation)}) ORDER BY ALL LIMIT {MOST_KEYS}")
    names = [column[0] for column in found.description]
    return tuple(
        ", ".join(_key(name, value) for name, value in zip(names, row, strict=True)) for row in found.fetchall()
    )


def _key(name: str, value: object) -> str:
    return f"baris {value}" if name == "baris_sumber" else f"{name}={value}"


def _check_result(suite: Suite, check: Check, *, passed: bool, failed_rows: int, keys: tuple[str, ...]) -> CheckResult:
    return CheckResult(
        suite=suite.name,
        check=check.name,
        table=suite.relation,
        passed=passed,
        failed_rows=failed_rows,
        failing_keys=keys,
        title=check.title,
        expectation=check.expectation,
        parameters=check.parameters,
        query=check.query(suite.relation),
    )


def gate(results: Iterable[SuiteResult]) -> None:
    """Pass when every check passed.

    Raises:
        CheckFailedError: naming the failed checks with table, number of rows and first keys.
    """
    failures = [failure for result in results for failure in result.failures]
    if not failures:
        return
    named = "; ".join(_sentence(failure) for failure in failures[:_FAILURES_IN_MESSAGE])
    more = len(failures) - _FAILURES_IN_MESSAGE
    rest = f"; dan {more} lainnya" if more > 0 else ""
    raise CheckFailedError(
        f"{len(failures)} pemeriksaan data tidak lolos: {named}{rest}.",
        next_step="Terbitan terakhir tetap berlaku. Lihat halaman pemeriksaan untuk rinciannya.",
    )


def _sentence(failure: CheckResult) -> str:
    rows = f", {failure.failed_rows} baris" if failure.failed_rows else ""
    keys = " | ".join(failure.failing_keys[:_KEYS_IN_MESSAGE])
    dots = " | …" if len(failure.failing_keys) > _KEYS_IN_MESSAGE else ""
    where = f" ({keys}{dots})" if keys else ""
    return f"{failure.check} pada {failure.table}{rows}{where}: {failure.title.rstrip('.')}"


def ledger_rows(results: Sequence[SuiteResult]) -> list[dict[str, object]]:
    """Rows of `core.pemeriksaan`: one per check, counts only."""
    return [
        {
            "id_jalan": result.run_id,
            "id_kiriman": result.submission_id,
            "suite": result.suite,
            "pemeriksaan": check.check,
            "tabel": check.table,
            "lolos": check.passed,
            "jumlah_gagal": check.failed_rows,
            "diperiksa_pada": result.checked_at,
        }
        for result in results
        for check in result.checks
    ]
