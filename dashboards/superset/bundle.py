"""The bundle that `superset import-dashboards` takes: database, datasets, charts, dashboards, each with a name that
stays, so that a second import changes nothing and a newer bundle updates what is there.

    python -m dashboards.superset.bundle BUNDLE.zip [DATABASE_FILE]

Without a file it is the one that the settings' data home publishes.
"""

from __future__ import annotations

import json
import sys
import uuid
import zipfile
from pathlib import Path
from typing import Any

from dashboards.kelurahan_dampingan import KELURAHAN_DAMPINGAN
from dashboards.kota import KOTA
from dashboards.model import TABLES, Chart, Dashboard, Filter, Text, label_of
from dashboards.superset.params import AS_WORD, DATE, number_format_of, params_of
from settings import Settings
from warehouse.columns import Column, Role, Table

DASHBOARDS = (KOTA, KELURAHAN_DAMPINGAN)
DATABASE_NAME = "Dampingan"
VERSION = "1.0.0"
_NAMES = uuid.UUID("5f0a3bd5-7a52-4c0e-9a77-3375d0a1b2c3")
_MADE_AT = (2026, 1, 1, 0, 0, 0)


def name_of(kind: str, what: str) -> str:
    """The UUID of a thing of the bundle: the same for ever."""
    return str(uuid.uuid5(_NAMES, f"{kind}/{what}"))


def write_bundle(database: Path, out: Path) -> None:
    """Write the bundle for the published file at `database` (the link that follows the newest generation).

    The same declarations give the same bytes.
    """
    charts = [chart for dashboard in DASHBOARDS for chart in dashboard.charts]
    filtered = [choice.table for dashboard in DASHBOARDS for choice in dashboard.filters]
    tables = [TABLES[name] for name in sorted({chart.table for chart in charts} | set(filtered))]
    contents = {
        "metadata.yaml": {"version": VERSION, "type": "Dashboard", "timestamp": "2026-01-01T00:00:00+00:00"},
        "databases/dampingan.yaml": _database(database),
        **{f"datasets/dampingan/{table.name}.yaml": _dataset(table) for table in tables},
        **{f"charts/{name_of('chart', chart.title)}.yaml": _chart(chart) for chart in charts},
        **{f"dashboards/{dashboard.slug}.yaml": _dashboard(dashboard) for dashboard in DASHBOARDS},
    }
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bundle:
        for path, content in contents.items():
            entry = zipfile.ZipInfo(f"dampingan/{path}", _MADE_AT)
            # JSON is YAML, and needs no library to be written.
            bundle.writestr(entry, json.dumps(content, indent=1, ensure_ascii=False))


def _database(file: Path) -> dict[str, Any]:
    return {
        "database_name": DATABASE_NAME,
        "sqlalchemy_uri": f"duckdb:///{file}",
        "cache_timeout": 0,
        "expose_in_sqllab": True,
        "allow_run_async": False,
        "allow_ctas": False,
        "allow_cvas": False,
        "allow_dml": False,
        # Opened for each query and closed after it (Superset's NullPool), so a new generation shows at once.
        "extra": {"engine_params": {"connect_args": {"read_only": True}}},
        "uuid": name_of("database", DATABASE_NAME),
        "version": VERSION,
    }


def _dataset(table: Table) -> dict[str, Any]:
    columns = [entry for column in table.columns for entry in _dataset_columns(column)]
    dates = [column.name for column in table.columns if column.type == "DATE"]
    sums = [column for column in table.columns if column.role is Role.ADDITIVE]
    count = {"metric_name": "baris", "verbose_name": "Banyaknya baris", "expression": "COUNT(*)", "d3format": ",d"}
    return {
        "table_name": table.name,
        "schema": table.schema,
        "description": f"{table.purpose} Satu baris: {table.grain}",
        "main_dttm_col": dates[0] if dates else None,
        "columns": columns,
        "metrics": [count, *(_metric(column) for column in sums)],
        "uuid": name_of("dataset", table.name),
        "database_uuid": name_of("database", DATABASE_NAME),
        "version": VERSION,
    }


def _metric(column: Column) -> dict[str, Any]:
    return {
        "metric_name": f"jumlah_{column.name}",
        "verbose_name": f"Jumlah: {label_of(column.name)}",
        "expression": f"SUM({column.name})",
        "description": f"{column.description} Hanya dalam satu periode.",
        "d3format": number_format_of(column),
    }


def _dataset_columns(column: Column) -> list[dict[str, Any]]:
    unit = f" Satuan: {column.unit}." if column.unit else ""
    as_published = {
        "column_name": column.name,
        "verbose_name": label_of(column.name),
        "description": f"{column.description}{unit}",
        "type": column.type,
        "is_dttm": column.type in ("DATE", "TIMESTAMP"),
        "python_date_format": DATE if column.type in ("DATE", "TIMESTAMP") else None,
        "groupby": True,
        "filterable": True,
    }
    if column.type != "BOOLEAN":
        return [as_published]
    word = {
        "column_name": f"{column.name}{AS_WORD}",
        "expression": f"CASE WHEN {column.name} THEN 'ya' WHEN NOT {column.name} THEN 'tidak' END",
        "type": "VARCHAR",
        "is_dttm": False,
    }
    return [as_published, as_published | word]


def _chart(chart: Chart) -> dict[str, Any]:
    kind, params = params_of(chart)
    table = TABLES[chart.table]
    return {
        "slice_name": chart.title,
        "description": f"{table.purpose} Satu baris: {table.grain}",
        "viz_type": kind,
        "params": params,
        "cache_timeout": None,
        "uuid": name_of("chart", chart.title),
        "dataset_uuid": name_of("dataset", chart.table),
        "version": VERSION,
    }


def _dashboard(dashboard: Dashboard) -> dict[str, Any]:
    return {
        "dashboard_title": dashboard.title,
        "slug": dashboard.slug,
        "css": "",
        "published": True,
        "position": _position(dashboard),
        "metadata": {
            "color_scheme": "supersetColors",
            "cross_filters_enabled": False,
            "native_filter_configuration": [_native_filter(choice) for choice in dashboard.filters],
            "refresh_frequency": 0,
        },
        "uuid": name_of("dashboard", dashboard.slug),
        "version": VERSION,
    }


def _position(dashboard: Dashboard) -> dict[str, Any]:
    rows: list[str] = []
    placed_things: dict[str, Any] = {}
    for row_number, row in enumerate(dashboard.rows):
        row_id = f"ROW-{row_number}"
        rows.append(row_id)
        children = []
        for number, placed in enumerate(row):
            meta: dict[str, Any] = {"width": placed.width, "height": placed.height}
            if isinstance(placed.content, Text):
                kind, meta = "MARKDOWN", meta | {"code": placed.content.markdown}
            else:
                title = placed.content.title
                kind, meta = "CHART", meta | {"uuid": name_of("chart", title), "chartId": 0, "sliceName": title}
            child = f"{kind}-{row_number}-{number}"
            children.append(child)
            parents = ["ROOT_ID", "GRID_ID", row_id]
            placed_things[child] = {"type": kind, "id": child, "children": [], "parents": parents, "meta": meta}
        placed_things[row_id] = {
            "type": "ROW",
            "id": row_id,
            "children": children,
            "parents": ["ROOT_ID", "GRID_ID"],
            "meta": {"background": "BACKGROUND_TRANSPARENT"},
        }
    return {
        "DASHBOARD_VERSION_KEY": "v2",
        "ROOT_ID": {"type": "ROOT", "id": "ROOT_ID", "children": ["GRID_ID"]},
        "GRID_ID": {"type": "GRID", "id": "GRID_ID", "children": rows, "parents": ["ROOT_ID"]},
        "HEADER_ID": {"type": "HEADER", "id": "HEADER_ID", "meta": {"text": dashboard.title}},
        **placed_things,
    }


def _native_filter(choice: Filter) -> dict[str, Any]:
    return {
        "id": f"NATIVE_FILTER-{choice.column}",
        "name": choice.label,
        "filterType": "filter_select",
        "type": "NATIVE_FILTER",
        "targets": [
            {"column": {"name": choice.column}, "datasetUuid": name_of("dataset", choice.table)},
        ],
        "defaultDataMask": {"extraFormData": {}, "filterState": {}, "ownState": {}},
        "controlValues": {"enableEmptyFilter": False, "multiSelect": True, "searchAllOptions": False},
        "scope": {"rootPath": ["ROOT_ID"], "excluded": []},
        "cascadeParentIds": [],
        "description": "",
    }


if __name__ == "__main__":
    file = Path(sys.argv[2]).absolute() if sys.argv[2:] else Settings().home_folders.current_database
    write_bundle(file, Path(sys.argv[1]))
