"""From rows of a published view to what they come from: releases with their SK, reports, files of statistics.

Works on one published file alone. Knows the definitions of the views, and what their columns say about where a row
comes from; not where files lie.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from errors import UsageError
from warehouse.columns import Table
from warehouse.connection import open_publication
from warehouse.tables.programmes import PROGRAMME_TABLES
from warehouse.tables.registry import REGISTRY_TABLES
from warehouse.tables.statistics import STATISTICS_TABLES
from warehouse.views import base_tables_of, marts

ROWS_SHOWN = 5
_KINDS = {"register": REGISTRY_TABLES, "laporan OPD": PROGRAMME_TABLES, "statistik": STATISTICS_TABLES}
_EXAMPLE = "Misalnya --where \"kelurahan = 'Medono' AND rilis_terakhir\"."


def published_view(name: str) -> Table:
    """The published view called `name`, with or without `marts.`. Raises UsageError for another name."""
    wanted = name.lower().removeprefix("marts.")
    for table in marts():
        if table.name == wanted:
            return table
    raise UsageError(
        f"Tampilan {name} tidak diterbitkan.", next_step=f"Yang ada: {', '.join(table.name for table in marts())}."
    )


def trace(database: Path, view: Table, where: str) -> dict[str, Any]:
    """Where the rows of `view` for which the SQL expression `where` holds come from; all rows when it is empty.

    Keys: `rows` (how many), `shown` (the first of them), `sources` (rows of `marts.asal_usul`, by kind and period).

    Raises:
        UsageError: `where` is no single condition on the columns of the view.
    """
    with open_publication(database) as connection:
        found = _filtered(connection, view, where)
        try:
            connection.execute(f"CREATE TEMP TABLE rows_found AS {found.sql_query()}")
        except duckdb.Error as fault:
            raise _not_a_condition(view) from fault
        shown = connection.sql(f"FROM rows_found ORDER BY ALL LIMIT {ROWS_SHOWN}").pl().to_dicts()
        count = connection.sql("SELECT count(*) FROM rows_found").fetchall()[0][0]
        sources = connection.sql(_sources_sql(view)).pl().to_dicts()
    return {"rows": count, "shown": shown, "sources": sources}


def _filtered(connection: duckdb.DuckDBPyConnection, view: Table, where: str) -> duckdb.DuckDBPyRelation:
    rows = connection.table(view.qualified)
    if not where.strip():
        return rows
    try:
        # DuckDB's filter takes one expression and no statement; what that expression may hold is ours to say.
        parsed = connection.execute(
            "SELECT json_serialize_sql($1)", [f"SELECT 1 FROM {view.qualified} WHERE ({where}\n)"]
        ).fetchall()[0][0]
        if '"class":"SUBQUERY"' in parsed:
            raise _not_a_condition(view)
        return rows.filter(where)
    except duckdb.Error as fault:
        raise _not_a_condition(view) from fault


def _not_a_condition(view: Table) -> UsageError:
    return UsageError(
        f"--where harus satu syarat SQL atas kolom {view.qualified}: {', '.join(view.column_names)}.",
        next_step=f"{_EXAMPLE} Subkueri dan perintah lain tidak diterima.",
    )


def kinds_of(view: Table) -> list[str]:
    """Which kinds of sources a view rests on: `register`, `laporan OPD`, `statistik`."""
    base = base_tables_of(view.qualified)
    return [kind for kind, tables in _KINDS.items() if base.intersection(table.qualified for table in tables)]


def _sources_sql(view: Table) -> str:
    conditions = " OR ".join(f"(asal.jenis_kiriman = '{kind}' AND {_match(kind, view)})" for kind in kinds_of(view))
    return f"""
        SELECT DISTINCT asal.*
        FROM marts.asal_usul AS asal, rows_found AS r
        WHERE {conditions or "false"}
        ORDER BY asal.jenis_kiriman, asal.periode, asal.id_kiriman
    """


def _match(kind: str, view: Table) -> str:
    """How a row `r` of the view and a submission `asal` are told to belong together."""
    has = set(view.column_names)
    if "id_kiriman" in has:
        return "asal.id_kiriman = r.id_kiriman"
    return {"register": _match_register, "laporan OPD": _match_report, "statistik": _match_statistics}[kind](has)


def _match_register(has: set[str]) -> str:
    if "id_rilis" in has:
        return "asal.id_kiriman = r.id_rilis"
    in_force = "asal.keadaan = 'berlaku'"
    if {"seri", "periode"} <= has:
        before = " OR asal.periode = r.periode_sebelumnya" if "periode_sebelumnya" in has else ""
        return f"{in_force} AND asal.sumber = r.seri AND (asal.periode = r.periode{before})"
    if "periode_rilis" in has:
        return f"{in_force} AND asal.periode = r.periode_rilis"
    if {"kelompok_sumber", "sumber"} <= has:
        return f"{in_force} AND asal.sumber = r.sumber"
    return "asal.id_kiriman IN (SELECT id_rilis FROM marts.rilis WHERE rilis_terakhir)"


def _match_report(has: set[str]) -> str:
    parts = ["asal.keadaan = 'berlaku'"]
    if {"kelompok_sumber", "sumber"} <= has:
        parts.append("asal.sumber = r.sumber")
    if "opd_singkat" in has:
        parts.append("asal.sumber = r.opd_singkat")
    if "kode_kemendagri" in has:
        parts.append("asal.kode_kemendagri = r.kode_kemendagri")
    if {"triwulan", "periode"} <= has:
        parts.append("asal.periode = r.periode")
    elif "tahun_laporan" in has:
        parts.append("year(asal.periode) = r.tahun_laporan")
    elif "tahun" in has:
        parts.append("year(asal.periode) = r.tahun")
    return " AND ".join(parts)


def _match_statistics(has: set[str]) -> str:
    if "sha256" in has:
        return "asal.id_kiriman = r.sha256"
    if {"kelompok_sumber", "sumber"} <= has:
        return "list_contains(string_split(asal.sumber, '; '), r.sumber)"
    return "true"
