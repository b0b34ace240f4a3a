"""Runs expectations inside DuckDB, on a connection that the warehouse opened. The only module that imports
Great Expectations, and only when a suite runs; knows nothing of tables or of what a failure means.

Great Expectations sees what `connection.cursor()` sees: committed tables and views of every attached database,
with the current database and schema of the connection. It sees no temporary table and no open transaction.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from itertools import count
from typing import TYPE_CHECKING, Any

from expectations.model import BATCH, ROWS, Check, Connection, Suite

if TYPE_CHECKING:
    from great_expectations.core import ExpectationSuiteValidationResult
    from great_expectations.data_context import EphemeralDataContext
    from great_expectations.datasource.fluent import SQLDatasource
    from great_expectations.expectations.expectation import Expectation

RESULT_FORMAT = {"result_format": "SUMMARY", "partial_unexpected_count": 0}
"""Counts only: the default format puts failing values into every result."""
CHECK_NAME = "pemeriksaan"
_numbers = count(1)


@cache
def _context() -> EphemeralDataContext:
    """One context per process. Its log is shut: it quotes database errors, and those quote rows."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    os.environ["DO_NOT_TRACK"] = "1"
    logger = logging.getLogger("great_expectations")
    logger.addHandler(logging.NullHandler())
    logger.propagate = False

    import great_expectations as gx

    from expectations import dialect

    dialect.register()
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False, "metric_calculations": False}
    return context


@contextmanager
def data_source(connection: Connection) -> Iterator[SQLDatasource]:
    """`connection` as a data source of Great Expectations, for the length of the block."""
    context = _context()

    from duckdb_sqlalchemy import ConnectionWrapper
    from sqlalchemy.pool import NullPool

    from expectations.dialect import DIALECT, DialectModule

    place = ".".join(
        f'"{name}"' for name in connection.execute("SELECT current_database(), current_schema()").fetchone()
    )

    def open_cursor() -> Any:
        cursor = connection.cursor()
        cursor.execute(f"USE {place}")
        return ConnectionWrapper(cursor)

    name = f"duckdb_{next(_numbers)}"
    source: SQLDatasource = context.data_sources.add_sql(
        name,
        connection_string=f"{DIALECT}:///:memory:",
        kwargs={"creator": open_cursor, "poolclass": NullPool},
    )
    source.get_execution_engine().dialect_module = DialectModule(DIALECT)
    try:
        yield source
    finally:
        context.data_sources.delete(name)


def validate(source: SQLDatasource, suite: Suite) -> ExpectationSuiteValidationResult:
    """The results of all checks of `suite`; `meta[CHECK_NAME]` of each says which check it is."""
    import great_expectations as gx

    schema, _, table = suite.relation.rpartition(".")
    asset = source.add_table_asset(f"{suite.name}_{next(_numbers)}", table_name=table, schema_name=schema or None)
    batch = asset.add_batch_definition_whole_table(suite.name).get_batch()
    expectations = [_expectation(check) for check in suite.checks]
    return batch.validate(gx.ExpectationSuite(suite.name, expectations=expectations), result_format=RESULT_FORMAT)


def _expectation(check: Check) -> Expectation:
    import great_expectations.expectations as gxe

    from expectations.failing_rows import FailingRowsCountExpectation

    arguments = dict(check.parameters)
    if check.expectation == ROWS:
        # Great Expectations puts an aliased subquery for {batch}; wrapped, it can be named again.
        escaped = check.failing_rows.replace("{", "{{").replace("}", "}}")
        arguments["unexpected_rows_query"] = escaped.replace("{{batch}}", f"(FROM {BATCH})")
    kind = FailingRowsCountExpectation if check.expectation == ROWS else getattr(gxe, check.expectation)
    expectation: Expectation = kind(**arguments, notes=check.title, meta={CHECK_NAME: check.name})
    return expectation
