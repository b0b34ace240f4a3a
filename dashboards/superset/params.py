"""Charts in Superset's words. Names of Superset's controls appear here and nowhere else."""

from __future__ import annotations

from typing import Any

from dashboards.model import TWO_DIGITS, WHOLE, Chart, Figure, Listing, Measure, Plot
from warehouse.columns import Column, Role

DATE = "%d-%m-%Y"
AS_WORD = "_kata"
"""Ending of the datasets' own column that says ja or tidak for a BOOLEAN: Superset writes true and false."""

_FORMATS = {"rupiah": WHOLE, "persen": TWO_DIGITS, "rupiah per jiwa": WHOLE}


def params_of(chart: Chart) -> tuple[str, dict[str, Any]]:
    """Superset's kind of chart and its settings."""
    if isinstance(chart, Figure):
        kind, settings = "big_number_total", _figure(chart)
    elif isinstance(chart, Plot):
        kind, settings = f"echarts_timeseries_{'line' if chart.lines else 'bar'}", _plot(chart)
    elif isinstance(chart, Listing):
        kind, settings = "table", _listing(chart)
    else:
        raise TypeError(type(chart).__name__)
    filters = [
        {"clause": "WHERE", "expressionType": "SQL", "sqlExpression": condition, "filterOptionName": f"f{number}"}
        for number, condition in enumerate(chart.where)
    ]
    return kind, {"viz_type": kind, "adhoc_filters": filters, "extra_form_data": {}, **settings}


def _metric(measure: Measure) -> dict[str, Any]:
    return {
        "expressionType": "SQL",
        "sqlExpression": measure.sql,
        "label": measure.label,
        "hasCustomLabel": True,
        "optionName": f"metric_{measure.label.lower().replace(' ', '_')}",
    }


def _figure(chart: Figure) -> dict[str, Any]:
    return {
        "metric": _metric(chart.measure),
        "subtitle": chart.subtitle,
        "y_axis_format": chart.number_format,
        "header_font_size": 0.4,
        "subtitle_font_size": 0.15,
    }


def _plot(chart: Plot) -> dict[str, Any]:
    metrics = [_metric(measure) for measure in chart.plotted]
    settings: dict[str, Any] = {
        "x_axis": chart.x,
        "metrics": metrics,
        "groupby": [chart.series] if chart.series else [],
        "time_grain_sqla": None,
        "row_limit": 10_000,
        "truncate_metric": True,
        "show_empty_columns": True,
        "orientation": "horizontal" if chart.horizontal else "vertical",
        "stack": "Stack" if chart.stacked else None,
        "show_legend": bool(chart.series) or len(metrics) > 1,
        "legendOrientation": "top",
        "legendType": "scroll",
        "rich_tooltip": True,
        "y_axis_title": chart.axis,
        "y_axis_title_margin": 60,
        "y_axis_title_position": "Left",
        "y_axis_format": chart.number_format,
        "y_axis_bounds": [None, None],
        "truncateYAxis": chart.lines,
        "color_scheme": "supersetColors",
        "markerEnabled": chart.lines,
        "markerSize": 6,
        "show_value": chart.horizontal,
        "tooltipTimeFormat": chart.time_format,
        "x_axis_time_format": chart.time_format,
    }
    if chart.lines:
        return settings
    if chart.over_time:
        # One group of bars for each date, side by side: only lines keep the distance between dates.
        month = {"expressionType": "SQL", "sqlExpression": f"strftime({chart.x}, '%Y-%m')", "label": "Bulan"}
        return settings | {"x_axis": month, "x_axis_sort": "Bulan", "x_axis_sort_asc": True}
    return settings | {
        # The longest bar first; an axis that has series keeps the order of its names.
        "x_axis_sort": chart.x if chart.series else metrics[0]["label"],
        "x_axis_sort_asc": bool(chart.series) or chart.horizontal,
        "xAxisLabelRotation": 45 if chart.x == "kelurahan" and not chart.horizontal else 0,
    }


def shown_as(column: Column) -> str:
    """The name of the dataset's column that a table shows for a published column."""
    return f"{column.name}{AS_WORD}" if column.type == "BOOLEAN" else column.name


def _listing(chart: Listing) -> dict[str, Any]:
    columns = [chart.column(name) for name in chart.columns]
    return {
        "query_mode": "raw",
        "all_columns": [shown_as(column) for column in columns],
        "order_by_cols": [f'["{name}", {str(ascending).lower()}]' for name, ascending in chart.order],
        "row_limit": 1_000,
        "server_page_length": 10,
        "page_length": chart.page,
        "include_search": bool(chart.page),
        "show_cell_bars": False,
        "color_pn": False,
        "table_timestamp_format": DATE,
        "column_config": {
            shown_as(column): {"d3NumberFormat": number_format}
            for column in columns
            if (number_format := number_format_of(column))
        },
    }


def number_format_of(column: Column) -> str:
    """How its numbers are written; empty for what is no number, and for years and ranks, which need no points."""
    if column.unit in _FORMATS:
        return _FORMATS[column.unit]
    if column.type.startswith("DECIMAL") or column.type == "DOUBLE":
        return ",~f"
    return WHOLE if column.type == "BIGINT" and column.role is not Role.KEY else ""
