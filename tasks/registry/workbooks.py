"""Turns the sheets of a workbook (XLSX, XLS, ODS) into text files, one line per row, in a child process with limits.

Only I/O. It must not know what a column means. A number that the workbook cannot hold exactly (a NIK typed as a
number) is written in scientific notation, so that no one takes it for a NIK. fastexcel rounds to nine decimals.
"""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import polars as pl

from errors import InputRejectedError
from tasks.office import ZIP_FAULTS, column_letters, worksheets
from tasks.registry.cell_texts import (
    CELL_SEPARATOR,
    DATE_AND_TIME,
    ODS_DATE,
    SUSPECT,
    as_written,
    text_of_fault,
    used_part,
)
from tasks.registry.magic import SAVE_AS_CSV, SEND_AGAIN, FileKind
from tasks.registry.sheet_scan import Cell, check_cells, ods_errors, ods_has_hidden_rows
from tasks.sandbox import Limits, run_limited

if TYPE_CHECKING:
    import fastexcel
    from fastexcel import ExcelReader

LIMITS = Limits(memory_bytes=3 << 30, cpu_seconds=180, wall_seconds=300.0)
"""For 120,000 rows x 40 columns several times over."""
_MOST_ROWS = {FileKind.XLS: 65_536, FileKind.XLSX: 1_048_576, FileKind.ODS: 1_048_576}
"""What a sheet can hold: a program that had more rows to save has dropped them without a word."""
_INDEX = "index.json"
_ROW = "baris"
_NUMBER, _DATE = "boolean", "duration"
"""Asked for these types, calamine answers for numbers and booleans only, and for dates and times only."""


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
    return [
        SheetText(entry["sheet"], folder / entry["file"], entry["rows"], len(entry["letters"]), tuple(entry["letters"]))
        for entry in _index(folder)["sheets"]
    ]


def workbook_notices(folder: Path, *, name: str) -> list[str]:
    """What the sender of a workbook that was converted into `folder` should know: a hidden sheet is not read, as nobody
    looked at it before it was sent; hidden and filtered rows are, as hiding deletes nothing."""
    index = _index(folder)
    notices = [
        f"{name}: lembar tersembunyi {sheet} tidak dibaca; tampilkan lalu serahkan lagi bila bagian dari rilis."
        for sheet in index["hidden_sheets"]
    ]
    if index["hidden_rows"] is None:
        notices.append(f"{name}: ada baris yang tersembunyi atau tersaring; baris itu ikut dibaca.")
        return notices
    return notices + [
        f"{name}, lembar {sheet}: {count} baris yang tersembunyi atau tersaring ikut dibaca."
        for sheet, count in index["hidden_rows"].items()
    ]


def _index(folder: Path) -> Any:
    return json.loads((folder / _INDEX).read_text(encoding="utf-8"))


def extract(file: str, folder: str, name: str, kind: str) -> None:
    """Runs in the child: writes the texts of the sheets and their index to `folder`."""
    import fastexcel

    path = Path(file)
    try:
        ahead = _look_ahead(path, FileKind(kind), name)
        # from bytes: given a path, calamine believes the extension
        reader = fastexcel.read_excel(path.read_bytes())
        sheets, hidden = _extract_sheets(reader, ahead, Path(folder), name, FileKind(kind))
    except (fastexcel.FastExcelError, KeyError, ElementTree.ParseError, *ZIP_FAULTS):
        raise InputRejectedError(
            "Buku kerja terpotong atau rusak.", where=name, next_step=f"{SEND_AGAIN} {SAVE_AS_CSV}"
        ) from None
    if not sheets:
        raise InputRejectedError(
            "Buku kerja tidak berisi apa pun di lembar yang terlihat.",
            where=name,
            next_step="Isi tabelnya, atau tampilkan lembar yang tersembunyi, lalu serahkan lagi.",
        )
    index = {"sheets": sheets, "hidden_sheets": hidden, "hidden_rows": ahead.hidden_rows}
    (Path(folder) / _INDEX).write_text(json.dumps(index), encoding="utf-8")


def _extract_sheets(
    reader: ExcelReader, ahead: _Ahead, folder: Path, name: str, kind: FileKind
) -> tuple[list[dict[str, Any]], list[str]]:
    """The entry of each sheet that was written, and the names of those that are hidden."""
    entries, hidden = [], list(ahead.hidden)
    for number, sheet in enumerate(reader.sheet_names, start=1):
        if ahead.visible is not None and sheet not in ahead.visible:
            continue
        texts = _texts(reader, sheet, kind, ahead.errors.get(sheet, {}), f"{name}, lembar {sheet}")
        if texts is None:
            hidden.append(sheet)
            continue
        if texts.height >= _MOST_ROWS[kind]:
            raise _cut_off(texts.height, f"{name}, lembar {sheet}")
        if texts.width:
            target = f"lembar-{number}.txt"
            _write(texts, folder / target)
            entries.append({"sheet": sheet, "file": target, "rows": texts.height, "letters": texts.columns})
    return entries, hidden


def _cut_off(rows: int, where: str) -> InputRejectedError:
    return InputRejectedError(
        f"Lembar terisi sampai baris terakhir yang dapat dimuat ({rows:,}); baris selebihnya mungkin hilang.".replace(
            ",", "."
        ),
        where=where,
        next_step="Serahkan ekspor CSV, atau bagi tabelnya ke beberapa lembar .xlsx.",
    )


@dataclass(frozen=True, slots=True)
class _Ahead:
    """What the XML of a workbook tells before calamine reads it: the sheets to read and those that are hidden when
    that is known, error values that calamine hides, and the number of hidden rows by sheet, None when not counted."""

    visible: set[str] | None = None
    hidden: tuple[str, ...] = ()
    errors: dict[str, dict[Cell, str]] = field(default_factory=dict)
    hidden_rows: dict[str, int] | None = field(default_factory=dict)


def _look_ahead(path: Path, kind: FileKind, name: str) -> _Ahead:
    if kind is FileKind.ODS:
        return _Ahead(errors=ods_errors(path), hidden_rows=None if ods_has_hidden_rows(path) else {})
    if kind is not FileKind.XLSX:
        return _Ahead()
    with zipfile.ZipFile(path) as archive:
        sheets = worksheets(archive)
    visible = [sheet for sheet in sheets if sheet.visible]
    counted = check_cells(path, visible, name)
    return _Ahead(
        visible={sheet.name for sheet in visible},
        hidden=tuple(sheet.name for sheet in sheets if not sheet.visible),
        hidden_rows={sheet: count for sheet, count in counted.items() if count},
    )


def _texts(reader: ExcelReader, sheet: str, kind: FileKind, errors: dict[Cell, str], where: str) -> pl.DataFrame | None:
    """Every used cell of a sheet as text, columns named by their letters; no column when there is nothing to read, None
    when the sheet is hidden."""
    loaded = _load(reader, sheet, "string")
    if loaded.visible != "visible":
        return None
    if not loaded.width:
        return pl.DataFrame()
    places = [info.absolute_index for info in loaded.selected_columns]
    batch, faults = loaded.to_arrow_with_errors()
    columns = dict(zip(places, pl.DataFrame(batch).iter_columns(), strict=True))
    del loaded, batch
    shown = errors | _texts_of_faults(faults.errors if faults else [], places, where)
    values, dates = _numbers_and_dates(reader, sheet, columns, kind)
    texts = pl.DataFrame(
        {column_letters(at): as_written(column, values.get(at), dates.get(at)) for at, column in columns.items()}
    )
    return used_part(_with_cells(texts, shown))


def _texts_of_faults(faults: list[fastexcel.CellError], places: list[int], where: str) -> dict[Cell, str]:
    """The cells of which calamine makes no text: error values, times, dates out of reach."""
    texts = {}
    for fault in faults:
        row, column = fault.position[0], places[fault.position[1]]
        text = text_of_fault(fault.detail)
        if text is None:
            cell = f"{column_letters(column)}{row + 1}"
            raise InputRejectedError(
                "Isi sel tidak dapat dibaca.", where=f"{where}, sel {cell}", next_step="Ketik ulang isi sel itu."
            )
        texts[row, column] = text
    return texts


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
    suspects = {at for at, texts in columns.items() if _any_match(texts, SUSPECT)}
    if kind is FileKind.ODS:
        dates = {at: texts.str.contains(ODS_DATE) for at, texts in columns.items() if _any_match(texts, ODS_DATE)}
        return _typed_cells(reader, sheet, dict.fromkeys(suspects, _NUMBER)), dates
    dated = {at for at, texts in columns.items() if _any_match(texts, DATE_AND_TIME)}
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


def _with_cells(texts: pl.DataFrame, cells: dict[Cell, str]) -> pl.DataFrame:
    by_column: dict[str, dict[int, str]] = {}
    for (row, column), text in cells.items():
        by_column.setdefault(column_letters(column), {})[row] = text
    return texts.with_columns(
        texts.get_column(letters).scatter(list(changed), list(changed.values()))
        for letters, changed in by_column.items()
    )


def _write(texts: pl.DataFrame, target: Path) -> None:
    texts.with_row_index(_ROW, offset=1).write_csv(
        target, separator=CELL_SEPARATOR, include_header=False, quote_style="never"
    )
