"""Every base table of the warehouse (schema `core`). Views are declared in sql/ and `warehouse/tables/marts*`."""

from warehouse.tables.accounting import ACCOUNTING_TABLES
from warehouse.tables.programmes import PROGRAMME_TABLES
from warehouse.tables.reference import REFERENCE_TABLES
from warehouse.tables.registry import REGISTRY_TABLES
from warehouse.tables.statistics import STATISTICS_TABLES

CORE_TABLES = (
    *REFERENCE_TABLES,
    *REGISTRY_TABLES,
    *STATISTICS_TABLES,
    *PROGRAMME_TABLES,
    *ACCOUNTING_TABLES,
)

__all__ = ["CORE_TABLES"]
