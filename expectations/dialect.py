"""The SQLAlchemy dialect through which Great Expectations reaches DuckDB. Only `expectations.engine` loads it,
since it pulls in SQLAlchemy; it knows nothing of suites.

Great Expectations has no DuckDB dialect and two habits that break on one:
- it returns a query's cursor after it has closed the connection, when DuckDB has dropped the rows;
- it picks the regular-expression operator by looking for marker classes in a module it calls dialect module.
"""

from __future__ import annotations

import types

import sqlalchemy
from duckdb_sqlalchemy import Dialect as DuckDBDialect
from sqlalchemy.dialects import postgresql, registry
from sqlalchemy.engine.cursor import CursorResult, FullyBufferedCursorFetchStrategy

DIALECT = "dampingan_duckdb"


class BufferedContext(DuckDBDialect.execution_ctx_cls):  # type: ignore[misc]
    """Reads a result in full while its connection is still open. An error that DuckDB raises late, during
    fetching, surfaces here instead of becoming an empty result."""

    def _setup_result_proxy(self) -> CursorResult[tuple[object, ...]]:
        if self.cursor is not None and not self.is_crud and self.cursor.description:
            rows = self.cursor.fetchall()
            self.cursor_fetch_strategy = FullyBufferedCursorFetchStrategy(self.cursor, initial_buffer=rows)
        result: CursorResult[tuple[object, ...]] = super()._setup_result_proxy()
        return result


class BufferedDuckDBDialect(DuckDBDialect):  # type: ignore[misc]
    """DuckDB with buffered results."""

    name = "duckdb"
    supports_statement_cache = True
    execution_ctx_cls = BufferedContext


class _DuckDB:
    """Names the database and is no PostgreSQL dialect: of those, Great Expectations thinks they match with `~`."""

    name = "duckdb"


class DialectModule(types.ModuleType):
    """What Great Expectations calls a dialect module: type names, and a marker class that selects the form of
    a regular expression. The Dremio form is `REGEXP_MATCHES(column, pattern)`, a partial match in every DuckDB;
    the PostgreSQL form (`~`) is a full match in DuckDB 1.x and would be wrong without a sound."""

    DremioDialect = BufferedDuckDBDialect
    dialect = _DuckDB
    sa = sqlalchemy

    def __getattr__(self, name: str) -> object:
        for module in (sqlalchemy.types, sqlalchemy, postgresql):
            if hasattr(module, name):
                return getattr(module, name)
        raise AttributeError(name)


def register() -> None:
    """Make `dampingan_duckdb:///` a known address of SQLAlchemy."""
    registry.register(DIALECT, __name__, BufferedDuckDBDialect.__name__)
