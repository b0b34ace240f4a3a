"""The views of the warehouse: definitions read from sql/, created in dependency order, held to their declaration.

A view is one file sql/<schema>/<name>.sql: header comment with grain and purpose, then a SELECT. Its columns are
declared in `warehouse/tables/marts_*.py`. This module knows nothing of what a view computes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from graphlib import TopologicalSorter
from itertools import zip_longest
from pathlib import Path

import duckdb

from errors import DampinganError
from settings import PROJECT_ROOT, Settings
from warehouse.columns import Table, comment_sql, sql_text
from warehouse.connection import transaction
from warehouse.name_matching import macro_sql as name_macro_sql
from warehouse.person_numbers import SIXTEEN_DIGITS
from warehouse.tables import CORE_TABLES
from warehouse.tables.marts_blocks import BLOCKS
from warehouse.tables.marts_internal import INTERNAL
from warehouse.tables.marts_programmes import PROGRAMME_MARTS
from warehouse.tables.marts_recipients import RECIPIENT_INTERNAL, RECIPIENT_MARTS
from warehouse.tables.marts_register import REGISTER_MARTS
from warehouse.tables.marts_shared import ViewColumns
from warehouse.tables.marts_sources import SOURCE_MARTS
from warehouse.tables.marts_targeting import TARGETING_INTERNAL, TARGETING_MARTS
from warehouse.tables.shared import WITHOUT_KELURAHAN

SQL_FOLDER = PROJECT_ROOT / "sql"
DECLARED = (
    *BLOCKS,
    *INTERNAL,
    *RECIPIENT_INTERNAL,
    *TARGETING_INTERNAL,
    *REGISTER_MARTS,
    *PROGRAMME_MARTS,
    *RECIPIENT_MARTS,
    *TARGETING_MARTS,
    *SOURCE_MARTS,
)

_HEADER = re.compile(r"Grain: (?P<grain>\S.*?) Tujuan: (?P<purpose>\S.*)")
_REFERENCE = re.compile(r"\b(?:core|internal|marts)\.[a-z_]+\b")


@dataclass(frozen=True, slots=True)
class View:
    """A view with its declaration, its SELECT statement and the views it reads (`schema.name`)."""

    table: Table
    path: Path
    select: str
    depends_on: frozenset[str]


def parse_header(text: str, *, where: str) -> tuple[str, str]:
    """Grain and purpose from the comment lines `text` begins with: `-- Grain: ...`, `-- Tujuan: ...`, each of
    them possibly over several lines.

    Raises:
        DampinganError: a part is missing.
    """
    lines: list[str] = []
    for line in text.splitlines():
        if not line.startswith("--"):
            break
        lines.append(line.removeprefix("--").strip())
    match = _HEADER.fullmatch(" ".join(lines))
    if match is None:
        raise DampinganError(
            "Kepala berkas SQL tidak lengkap.",
            where=where,
            next_step="Awali berkas dengan baris '-- Grain: ...' lalu '-- Tujuan: ...'.",
        )
    return match["grain"], match["purpose"]


def _read(declared: ViewColumns, names: frozenset[str]) -> View:
    path = SQL_FOLDER / declared.schema / f"{declared.name}.sql"
    text = path.read_text(encoding="utf-8")
    grain, purpose = parse_header(text, where=path.relative_to(PROJECT_ROOT).as_posix())
    select = "\n".join(line for line in text.splitlines() if not line.startswith("--")).strip()
    table = Table(declared.schema, declared.name, grain, purpose, declared.key, declared.columns)
    return View(table, path, select, names.intersection(_REFERENCE.findall(select)))


@cache
def views() -> tuple[View, ...]:
    """Every view, each after the views it reads."""
    names = frozenset(f"{declared.schema}.{declared.name}" for declared in DECLARED)
    by_name = {view.table.qualified: view for view in (_read(declared, names) for declared in DECLARED)}
    order = TopologicalSorter({name: sorted(view.depends_on) for name, view in by_name.items()})
    return tuple(by_name[name] for name in order.static_order())


@cache
def marts() -> tuple[Table, ...]:
    """The views that are published."""
    return tuple(sorted((view.table for view in views() if view.table.schema == "marts"), key=lambda table: table.name))


@cache
def reads(name: str) -> frozenset[str]:
    """The views and base tables that the view `schema.name` reads itself; empty for a base table."""
    base = {table.qualified for table in CORE_TABLES}
    for view in views():
        if view.table.qualified == name:
            return view.depends_on | base.intersection(_REFERENCE.findall(view.select))
    return frozenset()


@cache
def base_tables_of(name: str) -> frozenset[str]:
    """The base tables that a view rests on, directly or through other views."""
    direct = reads(name)
    if not direct:
        return frozenset({name})
    return frozenset().union(*(base_tables_of(other) for other in direct))


def macro_sql(settings: Settings) -> tuple[str, ...]:
    """The macros that views use. The protection of small counts is here and nowhere else: from 1 up to below the
    threshold a count is hidden, above it is rounded to the nearest multiple of the base; zero is shown."""
    base, threshold = settings.rounding_base, settings.suppression_threshold
    return (
        f"""CREATE OR REPLACE MACRO core.bulatkan(n) AS CAST(
            CASE WHEN n = 0 THEN 0 WHEN n >= {threshold} THEN (n + {base // 2}) // {base} * {base} END AS BIGINT)""",
        f"CREATE OR REPLACE MACRO core.disamarkan(n) AS (n > 0 AND n < {threshold})",
        """CREATE OR REPLACE MACRO core.persen(pembilang, penyebut) AS CAST(
            round(100.0 * pembilang / nullif(penyebut, 0), 2) AS DECIMAL(18,2))""",
        f"CREATE OR REPLACE MACRO core.tanpa_kelurahan(kode) AS kode LIKE '%{WITHOUT_KELURAHAN}'",
        f"CREATE OR REPLACE MACRO core.kode_tanpa_kelurahan(kode) AS left(kode, 5) || '{WITHOUT_KELURAHAN}'",
        f"CREATE OR REPLACE MACRO core.memuat_nomor_orang(teks) AS regexp_matches(teks, {sql_text(SIXTEEN_DIGITS)})",
        *name_macro_sql(),
    )


def _hold_to_declaration(connection: duckdb.DuckDBPyConnection, table: Table) -> None:
    described = connection.execute(f"DESCRIBE {table.qualified}").fetchall()
    found = [f"{name} {kind}" for name, kind, *_ in described]
    declared = [f"{column.name} {column.type}" for column in table.columns]
    differences = [
        f"kolom {position}: ditetapkan {left}, hasil {right}"
        for position, (left, right) in enumerate(zip_longest(declared, found, fillvalue="-"), start=1)
        if left != right
    ]
    if differences:
        raise DampinganError(
            f"Kolom {table.qualified} tidak sesuai penetapannya: {'; '.join(differences)}.",
            where=f"sql/{table.schema}/{table.name}.sql",
            next_step="Samakan SELECT dengan warehouse/tables/marts_*.py.",
        )


def create_views(connection: duckdb.DuckDBPyConnection, settings: Settings | None = None) -> None:
    """Create every view anew, with comments, in one transaction of its own. The base tables must exist.

    Views of `internal` and `marts` that are no longer declared disappear.

    Raises:
        DampinganError: the columns of a view differ from its declaration in name, order or type.
    """
    with transaction(connection):
        for schema in ("internal", "marts"):
            connection.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE")
            connection.execute(f"CREATE SCHEMA {schema}")
        for statement in macro_sql(settings or Settings()):
            connection.execute(statement)
        for view in views():
            connection.execute(f"CREATE OR REPLACE VIEW {view.table.qualified} AS {view.select}")
            _hold_to_declaration(connection, view.table)
            for statement in comment_sql(view.table, kind="VIEW"):
                connection.execute(statement)
