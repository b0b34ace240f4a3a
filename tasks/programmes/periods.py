"""Says for each row of a table which report it belongs to, where rows name their own quarter. Pure."""

from __future__ import annotations

from datetime import date

import polars as pl

from tasks.programmes.heads import has_begun, parse_period
from tasks.programmes.table import FoundTable

Period = tuple[int, int]


def with_periods(rows: pl.DataFrame, found: FoundTable, of_head: Period | None, today: date) -> pl.DataFrame:
    """`rows` with `tahun_baris` and `triwulan_baris`, and `periode_salah` where a row names a quarter that cannot be
    read or has not begun.

    A row that names none belongs to the quarter of the head, else to that of the row before it (amounts in total, notes
    and blank rows) or of the first row that names one.
    """
    if not found.has_own_periods:
        tahun, triwulan = of_head or (None, None)
        return rows.with_columns(
            tahun_baris=pl.lit(tahun, pl.Int64), triwulan_baris=pl.lit(triwulan, pl.Int64), periode_salah=pl.lit(False)
        )
    letters = {target: letter for letter, target in found.targets.items()}
    nothing = [None] * rows.height
    quarters = rows[letters["triwulan"]].to_list()
    years = rows[letters["tahun"]].to_list() if "tahun" in letters else nothing
    is_blank = [not any(row) for row in rows.select(pl.exclude("baris_sumber")).iter_rows()]
    periods: list[Period | None] = []
    wrong: list[bool] = []
    for year, quarter, blank in zip(years, quarters, is_blank, strict=True):
        read = _read(year, quarter, of_head)
        begun = read is not None and has_begun(*read, today)
        periods.append(read if begun else None)
        named = bool((quarter or "").strip())
        wrong.append(not blank and not begun and (named or of_head is None))
    filled = pl.DataFrame(
        {"tahun_baris": [p and p[0] for p in periods], "triwulan_baris": [p and p[1] for p in periods]},
        schema={"tahun_baris": pl.Int64, "triwulan_baris": pl.Int64},
    )
    if of_head is not None:
        filled = filled.with_columns(tahun_baris=pl.col("tahun_baris").fill_null(of_head[0]))
        filled = filled.with_columns(triwulan_baris=pl.col("triwulan_baris").fill_null(of_head[1]))
    filled = filled.select(pl.all().forward_fill().backward_fill())
    return rows.hstack(filled).with_columns(pl.Series("periode_salah", wrong, dtype=pl.Boolean))


def _read(year: str | None, quarter: str | None, of_head: Period | None) -> Period | None:
    tahun, triwulan = parse_period(year, quarter)
    if triwulan is None:
        return None
    tahun = tahun if tahun is not None else (of_head[0] if of_head else None)
    return None if tahun is None else (tahun, triwulan)
