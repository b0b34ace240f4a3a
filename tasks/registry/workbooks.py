"""Turns the sheets of a workbook (XLSX, XLS, ODS) into text files, one line per row, in a child process with limits.

Only I/O. It must not know what a column means. A number that the workbook cannot hold exactly (a NIK typed as a
number) is written in scientific notation, so that no one takes it for a NIK.
"""

from __future__ import annotations

import json
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import polars as pl

from errors import InputRejectedError
from tasks.office import column_letters, worksheets
from tasks.registry.magic import SAVE_AS_CSV, SEND_AGAIN, FileKind
from tasks.registry.sheet_scan import Cell, check_cells, ods_errors
from tasks.sandbox import Limits, run_limited

if TYPE_CHECKING:
    import fastexcel
    from fastexcel import ExcelReader

CELL_SEPARATOR = "\x1f"
LIMITS = Limits(memory_bytes=3 << 30, cpu_seconds=180, wall_seconds=300.0)
"""For 120,000 rows x 40 columns several times over."""
_MOST_ROWS = {FileKind.XLS: 65_536, FileKind.XLSX: 1_048_576, FileKind.ODS: 1_048_576}
"""What a sheet can hold: a program that had more rows to save has dropped them without a word."""
_INDEX = "index.json"
_ROW = "baris"
_BREAKS = r"\r\n|[\n\r\x0b\x0c\x1c-\x1f\x{85}\x{2028}\x{2029}]"
"""The line breaks of str.splitlines, and the separator."""
_EXACT_BELOW = 1 << 53
_LONG_DIGITS = 16
_SUSPECT = rf"^(?:-?[0-9]{{{_LONG_DIGITS},}}|true|false)$"
_NUMBER, _DATE = "boolean", "duration"
"""Asked for these types, calamine answers for numbers and booleans only, and for dates and times only."""
_DATE_AND_TIME = r"^-?[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}"
_ODS_DATE = r"^([0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.[0-9]+)?$"
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


@dataclass(frozen=True, slots=True)
class SheetText:
    """One sheet as text.

    `path` has `rows` lines: the row number of the sheet (from 1, no gap) and `columns` cells, all separated by
    CELL_SEPARATOR, no quoting, '' for an empty cell. `letters` names the columns; those without content are left out.
    """

    sheet: str
    path: Path
    rows: int
    columns: int
    letters: tuple[str, ...]


def convert_workbook(file: Path, folder: Path, *, name: str, kind: FileKind) -> list[SheetText]:
    """Write every visible worksheet that is not empty as a text file into `folder`.

    Args:
        folder: an existing folder of this workbook only.
        name: the file's name as its sender knows it, for messages.
        kind: xlsx, xls or ods, as recognised.

    Raises:
        InputRejectedError: damaged, under a password, too large, never calculated, or nothing in it.
    """
    run_limited("tasks.registry.workbooks:extract", str(file), str(folder), name, kind.value, where=name, limits=LIMITS)
    index = json.loads((folder / _INDEX).read_text(encoding="utf-8"))
    return [
        SheetText(entry["sheet"], folder / entry["file"], entry["rows"], len(entry["letters"]), tuple(entry["letters"]))
        for entry in index
    ]


def extract(file: str, folder: str, name: str, kind: str) -> None:
    """Runs in the child: writes the texts of the sheets and their index to `folder`."""
    import fastexcel

    path = Path(file)
    try:
        chosen, errors = _look_ahead(path, FileKind(kind), name)
        # from bytes: given a path, calamine believes the extension
        reader = fastexcel.read_excel(path.read_bytes())
        index = []
        for number, sheet in enumerate(reader.sheet_names, start=1):
            if chosen is not None and sheet not in chosen:
                continue
            texts = _texts(reader, sheet, FileKind(kind), errors.get(sheet, {}), f"{name}, lembar {sheet}")
            if texts.height >= _MOST_ROWS[FileKind(kind)]:
                raise _cut_off(texts.height, f"{name}, lembar {sheet}")
            if texts.width:
                target = f"lembar-{number}.txt"
                _write(texts, Path(folder) / target)
                index.append({"sheet": sheet, "file": target, "rows": texts.height, "letters": texts.columns})
    except (fastexcel.FastExcelError, zipfile.BadZipFile, KeyError, ElementTree.ParseError):
        raise InputRejectedError(
            "Buku kerja terpotong atau rusak.", where=name, next_step=f"{SEND_AGAIN} {SAVE_AS_CSV}"
        ) from None
    if not index:
        raise InputRejectedError(
            "Buku kerja tidak berisi apa pun di lembar yang terlihat.",
            where=name,
            next_step="Isi tabelnya, atau tampilkan lembar yang tersembunyi, lalu serahkan lagi.",
        )
    (Path(folder) / _INDEX).write_text(json.dumps(index), encoding="utf-8")


def _cut_off(rows: int, where: str) -> InputRejectedError:
    return InputRejectedError(
        f"Lembar terisi sampai baris terakhir yang dapat dimuat ({rows:,}); baris selebihnya mungkin hilang.".replace(
            ",", "."
        ),
        where=where,
        next_step="Serahkan ekspor CSV, atau bagi tabelnya ke beberapa lembar .xlsx.",
    )


def _look_ahead(path: Path, kind: FileKind, name: str) -> tuple[set[str] | None, dict[str, dict[Cell, str]]]:
    """The sheets to read when that is known beforehand, and the error values that calamine hides."""
    if kind is FileKind.ODS:
        return None, ods_errors(path)
    if kind is not FileKind.XLSX:
        return None, {}
    with zipfile.ZipFile(path) as archive:
        visible = [sheet for sheet in worksheets(archive) if sheet.visible]
    check_cells(path, visible, name)
    return {sheet.name for sheet in visible}, {}


def _texts(reader: ExcelReader, sheet: str, kind: FileKind, errors: dict[Cell, str], where: str) -> pl.DataFrame:
    """Every used cell of a sheet as text, columns named by their letters; no column when there is nothing to read."""
    loaded = _load(reader, sheet, "string")
    if loaded.visible != "visible" or not loaded.width:
        return pl.DataFrame()
    places = [info.absolute_index for info in loaded.selected_columns]
    batch, faults = loaded.to_arrow_with_errors()
    columns = dict(zip(places, pl.DataFrame(batch).iter_columns(), strict=True))
    del loaded, batch
    shown = dict(errors)
    for fault in faults.errors if faults else ():
        row, column = fault.position
        shown[row, places[column]] = _text_of_fault(
            fault.detail, f"{where}, sel {column_letters(places[column])}{row + 1}"
        )
    values, dates = _numbers_and_dates(reader, sheet, columns, kind)
    texts = pl.DataFrame(
        {column_letters(at): _as_written(column, values.get(at), dates.get(at)) for at, column in columns.items()}
    )
    return _used_part(_with_cells(texts, shown))


def _load(
    reader: ExcelReader, sheet: str, dtypes: str | dict[int, str], columns: list[int] | None = None
) -> fastexcel.ExcelSheet:
    return reader.load_sheet(sheet, header_row=None, skip_rows=0, dtypes=dtypes, use_columns=columns)


def _numbers_and_dates(
    reader: ExcelReader, sheet: str, columns: dict[int, pl.Series], kind: FileKind
) -> tuple[dict[int, pl.Series], dict[int, pl.Series]]:
    """For the columns where it matters: which cells are numbers or booleans, and which are dates or times.

    calamine's texts do not tell, and each load parses the sheet again: the few columns with both are loaded apart.
    For ODS the way a date is written must do, as calamine tells no type for it.
    """
    suspects = {at for at, texts in columns.items() if _any_match(texts, _SUSPECT)}
    if kind is FileKind.ODS:
        dates = {at: texts.str.contains(_ODS_DATE) for at, texts in columns.items() if _any_match(texts, _ODS_DATE)}
        return _typed_cells(reader, sheet, dict.fromkeys(suspects, _NUMBER)), dates
    dated = {at for at, texts in columns.items() if _any_match(texts, _DATE_AND_TIME)}
    found = _typed_cells(reader, sheet, dict.fromkeys(dated - suspects, _DATE) | dict.fromkeys(suspects, _NUMBER))
    again = _typed_cells(reader, sheet, dict.fromkeys(dated & suspects, _DATE))
    return {at: found[at] for at in suspects}, {at: again[at] if at in again else found[at] for at in dated}


def _typed_cells(reader: ExcelReader, sheet: str, dtypes: dict[int, str]) -> dict[int, pl.Series]:
    """Which cells of the columns are of the type asked for."""
    if not dtypes:
        return {}
    loaded = _load(reader, sheet, dtypes, sorted(dtypes))
    places = (info.absolute_index for info in loaded.selected_columns)
    return {at: cells.is_not_null() for at, cells in zip(places, loaded.to_polars().iter_columns(), strict=True)}


def _any_match(texts: pl.Series, pattern: str) -> bool:
    return bool(texts.str.contains(pattern).any())


def _as_written(texts: pl.Series, is_value: pl.Series | None, is_date: pl.Series | None) -> pl.Series:
    """The texts of one column without line breaks; numbers, booleans and dates in the way of the register's rules."""
    written = texts.str.replace_all(_BREAKS, " ")
    if is_date is not None:
        plain = written.str.replace(_ODS_DATE, "${1} ${2}").str.strip_prefix(_DAY_ZERO).str.strip_suffix(_MIDNIGHT)
        written = plain.zip_with(is_date, written)
    if is_value is not None:
        is_boolean = is_value & texts.is_in(["true", "false"])
        written = texts.str.to_uppercase().zip_with(is_boolean, written)
        is_long = is_value & texts.str.contains(_SUSPECT) & ~is_boolean
        places = is_long.arg_true()
        written = written.scatter(places, [_whole_number(text) for text in texts.gather(places)])
    return written.fill_null("")


def _whole_number(digits: str) -> str:
    """A number cell of 16 or more digits: as it is when a double holds it exactly and Excel has not cut it."""
    if abs(int(digits)) >= _EXACT_BELOW or digits.endswith("0"):
        return f"{float(digits):.14E}"
    return digits


def _text_of_fault(detail: str, where: str) -> str:
    """The text of a cell that calamine cannot turn into one. `detail` may quote the cell: it goes no further."""
    if error := _DETAIL_ERROR.search(detail):
        return _ERROR_DETAILS.get(error[1], "#N/A")
    if duration := _DETAIL_DURATION.search(detail):
        return ":".join(duration.groups())
    if date := _DETAIL_DATE.search(detail):
        value = float(date[1])
        return _whole_number(str(int(value))) if value.is_integer() and abs(value) >= 10**15 else f"{value:.15g}"
    raise InputRejectedError("Isi sel tidak dapat dibaca.", where=where, next_step="Ketik ulang isi sel itu.")


def _with_cells(texts: pl.DataFrame, cells: dict[Cell, str]) -> pl.DataFrame:
    by_column: dict[str, dict[int, str]] = {}
    for (row, column), text in cells.items():
        by_column.setdefault(column_letters(column), {})[row] = text
    return texts.with_columns(
        texts.get_column(letters).scatter(list(changed), list(changed.values()))
        for letters, changed in by_column.items()
    )


def _used_part(texts: pl.DataFrame) -> pl.DataFrame:
    """Up to the last row with content, only columns with content."""
    used_rows = {name: texts.get_column(name).ne("").arg_true() for name in texts.columns}
    kept = [name for name, rows in used_rows.items() if len(rows)]
    return texts.select(kept).head(max((used_rows[name][-1] + 1 for name in kept), default=0))


def _write(texts: pl.DataFrame, target: Path) -> None:
    texts.with_row_index(_ROW, offset=1).write_csv(
        target, separator=CELL_SEPARATOR, include_header=False, quote_style="never"
    )
