"""What two published generations differ in: views, rows by key, cells, and the biggest change of each figure.

All of it is counted in DuckDB, one pass per view whose Parquet files differ. Knows definitions only for the keys.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import duckdb

from warehouse.connection import open_generations
from warehouse.publication import DATABASE_NAME, MANIFEST_NAME
from warehouse.views import marts

_NUMERIC = re.compile(r"INTEGER|BIGINT|DOUBLE|DECIMAL")
_SIDES = ("lama", "baru")


def compare_generations(before: Path, after: Path) -> list[dict[str, Any]]:
    """Every view that differs between two folders of generations, by name.

    Keys of each: `view`, `rows_before`, `rows_after` (None where the view is not there), `rows_added`, `rows_removed`,
    `rows_changed`, `cells_changed` (in rows that both have), `columns_added`, `columns_removed`, and `columns`: for
    each that changed its name, `cells`, and for figures `largest` with `key`, `before` and `after`.
    """
    files_before, files_after = _files(before), _files(after)
    names = sorted(
        Path(name).stem
        for name in files_before.keys() | files_after.keys()
        if name.endswith(".parquet") and files_before.get(name) != files_after.get(name)
    )
    with open_generations(before / DATABASE_NAME, after / DATABASE_NAME) as connection:
        return [_compare_view(connection, name) for name in names]


def _files(folder: Path) -> dict[str, str]:
    files = json.loads((folder / MANIFEST_NAME).read_bytes())["files"]
    return {name: facts["sha256"] for name, facts in files.items()}


def _compare_view(connection: duckdb.DuckDBPyConnection, name: str) -> dict[str, Any]:
    columns = [_columns(connection, side, name) for side in _SIDES]
    before, after = columns
    rows = [_count(connection, side, name) if there else None for side, there in zip(_SIDES, columns, strict=True)]
    found: dict[str, Any] = {
        "view": name,
        "rows_before": rows[0],
        "rows_after": rows[1],
        "rows_added": (rows[1] or 0) if not before else 0,
        "rows_removed": (rows[0] or 0) if not after else 0,
        "rows_changed": 0,
        "cells_changed": 0,
        "columns_added": [column for column in after if column not in before],
        "columns_removed": [column for column in before if column not in after],
        "columns": [],
    }
    if before and after:
        common = {column: kind for column, kind in after.items() if column in before}
        found |= _compare_rows(connection, name, _key(name, common), common)
    return found


def _columns(connection: duckdb.DuckDBPyConnection, side: str, name: str) -> dict[str, str]:
    return dict(
        connection.execute(
            "SELECT column_name, data_type FROM duckdb_columns() WHERE database_name = $1 AND schema_name = 'marts'"
            " AND table_name = $2 ORDER BY column_index",
            [side, name],
        ).fetchall()
    )


def _count(connection: duckdb.DuckDBPyConnection, side: str, name: str) -> int:
    rows: int = connection.execute(f"SELECT count(*) FROM {side}.marts.{name}").fetchall()[0][0]
    return rows


def _key(name: str, common: dict[str, str]) -> list[str]:
    """The key as it is declared now; every column where that key is not in both."""
    declared = next((table.key for table in marts() if table.name == name), ())
    return list(declared) if declared and set(declared) <= common.keys() else list(common)


def _compare_rows(
    connection: duckdb.DuckDBPyConnection, name: str, key: list[str], common: dict[str, str]
) -> dict[str, Any]:
    values = [column for column in common if column not in key]
    differs = {column: f"lama.{column} IS DISTINCT FROM baru.{column}" for column in values}
    on = " AND ".join(f"lama.{column} IS NOT DISTINCT FROM baru.{column}" for column in key)
    cells = "".join(f", count(*) FILTER (ada = 2 AND {test})" for test in differs.values())
    counts = connection.execute(f"""
        WITH lama AS (SELECT *, 1 AS di_lama FROM lama.marts.{name}),
        baru AS (SELECT *, 1 AS di_baru FROM baru.marts.{name})
        SELECT count(*) FILTER (di_lama IS NULL), count(*) FILTER (di_baru IS NULL),
            count(*) FILTER (ada = 2 AND ({" OR ".join(differs.values()) or "false"})){cells}
        FROM lama FULL JOIN baru ON {on},
            LATERAL (SELECT coalesce(di_lama, 0) + coalesce(di_baru, 0) AS ada)
    """).fetchall()[0]
    per_column = {column: count for column, count in zip(values, counts[3:], strict=True) if count}
    figures = [column for column in per_column if _NUMERIC.match(common[column])]
    largest = _largest(connection, name, key, on, figures)
    return {
        "rows_added": counts[0],
        "rows_removed": counts[1],
        "rows_changed": counts[2],
        "cells_changed": sum(per_column.values()),
        "columns": [
            {"column": column, "cells": count, **({"largest": largest[column]} if column in largest else {})}
            for column, count in per_column.items()
        ],
    }


def _largest(
    connection: duckdb.DuckDBPyConnection, name: str, key: list[str], on: str, figures: list[str]
) -> dict[str, dict[str, Any]]:
    """Of each figure the row where it changed most; a figure that was or became empty counts as zero."""
    if not figures:
        return {}
    row = ", ".join(f"'{column}': baru.{column}" for column in key)
    picked = ", ".join(
        f"arg_max({{'key': {{{row}}}, 'before': lama.{column}, 'after': baru.{column}}},"
        f" abs(coalesce(baru.{column}, 0)::DOUBLE - coalesce(lama.{column}, 0)::DOUBLE))"
        f" FILTER (lama.{column} IS DISTINCT FROM baru.{column})"
        for column in figures
    )
    found = connection.execute(
        f"SELECT {picked} FROM lama.marts.{name} AS lama JOIN baru.marts.{name} AS baru ON {on}"
    ).fetchall()[0]
    return dict(zip(figures, found, strict=True))
