"""Dates as registers write them. Pure. Which forms a file may use is its layout's word; day comes before month."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

import polars as pl

from tasks.registry.layouts import DateForm

STRFTIME: dict[DateForm, str] = {"yyyy-mm-dd": "%Y-%m-%d", "dd-mm-yyyy": "%d-%m-%Y", "dd/mm/yyyy": "%d/%m/%Y"}

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "JANUARI JAN",
            "FEBRUARI PEBRUARI FEB PEB",
            "MARET MAR",
            "APRIL APR",
            "MEI",
            "JUNI JUN",
            "JULI JUL",
            "AGUSTUS AGU AGS AGT",
            "SEPTEMBER SEP SEPT",
            "OKTOBER OKT",
            "NOVEMBER NOV NOP NOPEMBER",
            "DESEMBER DES",
        ),
        start=1,
    )
    for name in names.split()
}
_EXCEL_EPOCH = date(1899, 12, 30)
_LAST_SERIAL = 80_000
_FIRST_YEAR = 1000
_PATTERNS: dict[DateForm, re.Pattern[str]] = {
    "yyyy-mm-dd": re.compile(r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})(?: 00:00:00)?", re.ASCII),
    "dd-mm-yyyy": re.compile(r"(?P<d>\d{1,2})-(?P<m>\d{1,2})-(?P<y>\d{4})", re.ASCII),
    "dd/mm/yyyy": re.compile(r"(?P<d>\d{1,2})/(?P<m>\d{1,2})/(?P<y>\d{4})", re.ASCII),
    "dd bulan yyyy": re.compile(r"(?P<d>\d{1,2})[ -](?P<month>[A-Za-z]+)[ -](?P<y>\d{4})", re.ASCII),
    "serial": re.compile(r"(?P<serial>\d{1,5})(?:\.0)?", re.ASCII),
}


def usual_dates(text: pl.Expr, forms: Sequence[DateForm]) -> pl.Expr:
    """ISO texts of the dates with ten letters, which nearly all are; only cut, so that one parsing serves all."""
    is_ten = text.str.len_bytes() == 10
    iso: pl.Expr = pl.lit(None, pl.String)
    for form, mark in (("dd/mm/yyyy", "/"), ("dd-mm-yyyy", "-")):
        if form in forms:
            parts = [text.str.slice(6, 4), text.str.slice(3, 2), text.str.slice(0, 2)]
            is_form = is_ten & (text.str.slice(2, 1) == mark) & (text.str.slice(5, 1) == mark)
            iso = pl.when(is_form).then(pl.concat_str(parts, separator="-")).otherwise(iso)
    if "yyyy-mm-dd" in forms:
        iso = pl.when(is_ten & (text.str.slice(4, 1) == "-")).then(text).otherwise(iso)
    return iso


def calendar_date(text: pl.Expr, usual: pl.Expr, forms: Sequence[DateForm]) -> pl.Expr:
    """The date under the first of `forms` that gives one; NULL where none does, and before the year 1000.

    Args:
        usual: `usual_dates` of the same text; the others are looked at one by one.
    """
    found = usual.str.to_date("%Y-%m-%d", strict=False)

    def one_by_one(texts: pl.Series) -> pl.Series:
        return _dates(texts, forms)

    unusual = pl.when(usual.is_null()).then(text)
    found = found.fill_null(unusual.map_batches(one_by_one, return_dtype=pl.Date, is_elementwise=True))
    return pl.when(found >= date(_FIRST_YEAR, 1, 1)).then(found)


def _dates(texts: pl.Series, forms: Sequence[DateForm]) -> pl.Series:
    if texts.null_count() == len(texts):
        return pl.Series(texts.name, [None], pl.Date).new_from_index(0, len(texts))
    distinct = texts.drop_nulls().unique().to_list()
    return texts.replace_strict(
        distinct, [date_of(text, forms) for text in distinct], default=None, return_dtype=pl.Date
    )


def date_of(text: str, forms: Sequence[DateForm]) -> date | None:
    """One text under the first of `forms` that gives a date."""
    for form in forms:
        found = _PATTERNS[form].fullmatch(text)
        if found is None:
            continue
        parts = found.groupdict()
        if "serial" in parts:
            days = int(parts["serial"])
            return _EXCEL_EPOCH + timedelta(days=days) if 0 < days <= _LAST_SERIAL else None
        month = _MONTHS.get(parts["month"].upper(), 0) if "month" in parts else int(parts["m"])
        year = int(parts["y"])
        try:
            return date(year, month, int(parts["d"])) if year >= _FIRST_YEAR else None
        except ValueError:
            continue
    return None
