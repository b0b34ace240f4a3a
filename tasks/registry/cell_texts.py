"""The texts that cells of a workbook become: pure rules on what calamine gave, one column at a time.

It must not know what a column means. A number that a workbook cannot hold exactly (a NIK typed as a number) is
written in scientific notation, so that no one takes it for a NIK.
"""

from __future__ import annotations

import re

import polars as pl

CELL_SEPARATOR = "\x1f"
_BREAKS = r"\r\n|[\n\r\x0b\x0c\x1c-\x1f\x{85}\x{2028}\x{2029}]"
"""The line breaks of str.splitlines, and the separator."""
_EXACT_BELOW = 1 << 53
_LONG_DIGITS = 16
SUSPECT = rf"^(?:-?[0-9]{{{_LONG_DIGITS},}}|true|false)$"
DATE_AND_TIME = r"^-?[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}"
ODS_DATE = r"^([0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.[0-9]+)?$"
_MIDNIGHT = " 00:00:00"
_DAY_ZERO = "1899-12-31 "
_ERROR_DETAILS = {
    "Div0": "#DIV/0!",
    "NA": "#N/A",
    "Name": "#NAME?",
    "Null": "#NULL!",
    "Num": "#NUM!",
    "Ref": "#REF!",
    "Value": "#VALUE!",
    "GettingData": "#GETTING_DATA",
}
_DETAIL_ERROR = re.compile(r"'Error\((\w+)\)'")
_DETAIL_DURATION = re.compile(r"DurationIso\(\"PT(\d+)H(\d+)M(\d+)")
_DETAIL_DATE = re.compile(r"DateTime\(ExcelDateTime \{ value: (-?[0-9.e+]+)")


def as_written(texts: pl.Series, is_value: pl.Series | None, is_date: pl.Series | None) -> pl.Series:
    """The texts of one column without line breaks; numbers, booleans and dates in the way of the register's rules."""
    written = texts.str.replace_all(_BREAKS, " ")
    if is_date is not None:
        plain = written.str.replace(ODS_DATE, "${1} ${2}").str.strip_prefix(_DAY_ZERO).str.strip_suffix(_MIDNIGHT)
        written = plain.zip_with(is_date, written)
    if is_value is not None:
        is_boolean = is_value & texts.is_in(["true", "false"])
        written = texts.str.to_uppercase().zip_with(is_boolean, written)
        is_long = is_value & texts.str.contains(SUSPECT) & ~is_boolean
        places = is_long.arg_true()
        written = written.scatter(places, [_whole_number(text) for text in texts.gather(places)])
    return written.fill_null("")


def _whole_number(digits: str) -> str:
    """A number cell of 16 or more digits: as it is when a double holds it exactly and Excel has not cut it."""
    if abs(int(digits)) >= _EXACT_BELOW or digits.endswith("0"):
        return f"{float(digits):.14E}"
    return digits


def text_of_fault(detail: str) -> str | None:
    """The text of a cell that calamine cannot turn into one, from its complaint; None when that is not known."""
    if error := _DETAIL_ERROR.search(detail):
        return _ERROR_DETAILS.get(error[1], "#N/A")
    if duration := _DETAIL_DURATION.search(detail):
        return ":".join(duration.groups())
    if date := _DETAIL_DATE.search(detail):
        value = float(date[1])
        return _whole_number(str(int(value))) if value.is_integer() and abs(value) >= 10**15 else f"{value:.15g}"
    return None


def used_part(texts: pl.DataFrame) -> pl.DataFrame:
    """Up to the last row with content, only columns with content."""
    used_rows = {name: texts.get_column(name).ne("").arg_true() for name in texts.columns}
    kept = [name for name, rows in used_rows.items() if len(rows)]
    return texts.select(kept).head(max((used_rows[name][-1] + 1 for name in kept), default=0))
