"""All suites of the warehouse: the structural half of every base table, and what the modules per table add."""

from __future__ import annotations

from expectations import (
    structure,
    warehouse_history,
    warehouse_ledger,
    warehouse_programmes,
    warehouse_statistics,
)
from expectations.model import Suite
from warehouse.tables import CORE_TABLES


def suites() -> tuple[Suite, ...]:
    """One suite per table of schema `core`, in the order of the definitions."""
    written = (
        warehouse_history.suite(),
        *warehouse_ledger.suites(),
        *warehouse_statistics.suites(),
        *warehouse_programmes.suites(),
    )
    by_table = {suite.relation: suite for suite in written}
    return tuple(by_table.get(table.qualified) or structure.suite(table) for table in CORE_TABLES)
