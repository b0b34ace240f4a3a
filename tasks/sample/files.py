"""Writes rows of a synthetic register as files of every kind: CSV, XLSX, Parquet, and CSV in a ZIP. Only I/O.

Parts are appended as they are made, so memory does not grow with the rows. The same rows give the same bytes.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Literal, Protocol, get_args

import numpy as np
import polars as pl
import xlsxwriter

from errors import UsageError
from tasks.sample.persons import Ints
from tasks.sample.shapes import Shape

FileFormat = Literal["csv", "xlsx", "parquet", "zip"]
FORMATS: tuple[FileFormat, ...] = get_args(FileFormat)
_MADE = datetime(2022, 1, 1)


def as_format(name: str) -> FileFormat:
    """The format of this name. Raises UsageError when there is none."""
    for known in FORMATS:
        if known == name:
            return known
    raise UsageError(f"Format '{name}' tidak dikenal.", next_step=f"Yang dikenal: {', '.join(FORMATS)}.")


class TableWriter(Protocol):
    """Appends rows below the heading; `next_line` is the number of the next one (1 = first line of the file)."""

    next_line: int

    def append(self, rows: pl.DataFrame, odd: Sequence[Sequence[str]], order: Ints) -> None:
        """`rows`, and after them the `odd` ones of any width, in this order."""

    def close(self) -> None: ...


class CsvWriter:
    """Lines of text; fields stand in quotes where the shape says so, or where they hold the delimiter."""

    def __init__(self, path: Path, shape: Shape) -> None:
        self._file: BinaryIO = path.open("wb")
        self._shape = shape
        self.next_line = 1
        self._write(pl.Series([*shape.titles, self._line(shape.headers)]))

    def append(self, rows: pl.DataFrame, odd: Sequence[Sequence[str]], order: Ints) -> None:
        field = pl.all() if not self._shape.has_quotes else '"' + pl.all() + '"'
        lines = rows.select(pl.concat_str(field, separator=self._shape.delimiter)).to_series()
        others = pl.Series([self._line(fields) for fields in odd], dtype=pl.String)
        self._write(pl.concat([lines, others]).gather(order))

    def close(self) -> None:
        self._file.close()

    def _line(self, fields: Sequence[str]) -> str:
        delimiter, always = self._shape.delimiter, self._shape.has_quotes
        return delimiter.join(f'"{text}"' if always or delimiter in text else text for text in fields)

    def _write(self, lines: pl.Series) -> None:
        if len(lines):
            self._file.write(lines.str.join("\n").item().encode() + b"\n")
            self.next_line += len(lines)


class XlsxWriter:
    """One sheet, every cell a text; a blank row has no cell."""

    def __init__(self, path: Path, shape: Shape) -> None:
        self._book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_numbers": False})
        self._book.set_properties({"created": _MADE})
        self._sheet = self._book.add_worksheet("Data")
        self.next_line = 1
        for fields in (*([title] for title in shape.titles), shape.headers):
            self._row(fields)

    def append(self, rows: pl.DataFrame, odd: Sequence[Sequence[str]], order: Ints) -> None:
        listed = [*rows.rows(), *odd]
        for position in order.tolist():
            self._row(listed[position])

    def close(self) -> None:
        self._book.close()

    def _row(self, fields: Sequence[str]) -> None:
        for column, text in enumerate(fields):
            if text:
                self._sheet.write_string(self.next_line - 1, column, text)
        self.next_line += 1


class ParquetWriter:
    """Text columns only; a Parquet file has no titles and no row of another width."""

    def __init__(self, path: Path, shape: Shape) -> None:
        self._path, self._shape = path, shape
        self._parts: list[Path] = []
        self.next_line = 2

    def append(self, rows: pl.DataFrame, odd: Sequence[Sequence[str]], order: Ints) -> None:
        headers = self._shape.headers
        frame = rows.rename(dict(zip(rows.columns, headers, strict=True)))
        padded = [[*fields, *[""] * (len(headers) - len(fields))] for fields in odd]
        others = pl.DataFrame(padded, schema=dict.fromkeys(headers, pl.String), orient="row")
        part = self._path.with_name(f"{self._path.name}-{len(self._parts)}")
        pl.concat([frame, others])[order].write_parquet(part)
        self._parts.append(part)
        self.next_line += len(order)

    def close(self) -> None:
        if self._parts:
            pl.scan_parquet(self._parts).sink_parquet(self._path, maintain_order=True)
        for part in self._parts:
            part.unlink()


def open_table(path: Path, shape: Shape, file_format: FileFormat) -> TableWriter:
    """A writer with the heading written; a table that goes into a ZIP is a CSV first."""
    if file_format == "xlsx":
        return XlsxWriter(path, shape)
    if file_format == "parquet":
        return ParquetWriter(path, shape)
    return CsvWriter(path, shape)


def zip_tables(tables: Sequence[Path], names: Sequence[str], target: Path) -> None:
    """One archive of these files, under these names."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for table, name in zip(tables, names, strict=True):
            member = zipfile.ZipInfo(name, _MADE.timetuple()[:6])
            member.compress_type = zipfile.ZIP_DEFLATED
            with table.open("rb") as source, archive.open(member, "w", force_zip64=True) as out:
                while block := source.read(1 << 20):
                    out.write(block)


def mixed_order(keys: np.ndarray) -> Ints:
    """Positions in order of their keys; equal keys stay as they are."""
    order: Ints = np.lexsort((np.arange(len(keys)), keys))
    return order
