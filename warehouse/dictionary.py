"""The data dictionary: one row per column of every table and view, derived from their definitions.

It knows definitions only, no data.
"""

from __future__ import annotations

import duckdb
import polars as pl

from warehouse.columns import Table, polars_schema
from warehouse.connection import replace_rows
from warehouse.tables import CORE_TABLES
from warehouse.tables.accounting import KAMUS_DATA
from warehouse.views import views

DictionaryRow = tuple[str, int, str, str, str | None, str, str, bool, str | None, str, str]


def _rows_of(table: Table) -> list[DictionaryRow]:
    return [
        (
            table.qualified,
            position,
            column.name,
            column.type,
            column.unit or None,
            column.description,
            column.role.value,
            column.nullable,
            "; ".join(column.allowed) or None,
            table.grain,
            table.purpose,
        )
        for position, column in enumerate(table.columns, start=1)
    ]


def dictionary_rows() -> list[DictionaryRow]:
    """Rows for `core.kamus_data`, in the order of its columns; sorted by table and position."""
    tables = sorted([*CORE_TABLES, *(view.table for view in views())], key=lambda table: table.qualified)
    return [row for table in tables for row in _rows_of(table)]


def load_dictionary(connection: duckdb.DuckDBPyConnection) -> int:
    """Write `core.kamus_data` anew; returns the number of rows. The caller holds the transaction."""
    rows = dictionary_rows()
    replace_rows(connection, KAMUS_DATA.qualified, pl.DataFrame(rows, schema=polars_schema(KAMUS_DATA), orient="row"))
    return len(rows)
