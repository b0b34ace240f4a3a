"""Reads the workbook of rejected rows again, after an officer has mended them. The rows enter with a new version of the
release: its own files, and the mended rows in place of those they were.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from errors import InputRejectedError
from tasks.registry.containers import FileKind, recognise
from tasks.registry.layouts import Part
from tasks.registry.reading import unique_headers
from tasks.registry.rejects import FRONT, HEADER_ROW, SHEETS, TITLE, shown
from tasks.registry.tables import FIELD_SEPARATOR, SourceTable
from tasks.registry.workbooks import convert_workbook

Rows = dict[int, dict[str, str]]
_FURTHER_SHEET = re.compile(r" \([0-9]+\)$")


@dataclass(frozen=True, slots=True)
class MendedRows:
    """Rows of one workbook: part -> line of the source -> heading -> text."""

    release_id: str
    rows: Mapping[Part, Rows] = field(repr=False)


def read_mended(workbook: Path, folder: Path, *, name: str) -> MendedRows | None:
    """The rows of a workbook of rejects; None when the file is no such workbook.

    Args:
        folder: an existing, private, empty folder.

    Raises:
        InputRejectedError: its sheets, headings or line numbers were changed.
    """
    if recognise(workbook, name=name) is not FileKind.XLSX:
        return None
    part_of = {sheet: part for part, sheet in SHEETS.items()}
    release_id = ""
    rows: dict[Part, Rows] = {}
    for sheet in convert_workbook(workbook, folder, name=name, kind=FileKind.XLSX):
        with sheet.path.open(encoding="utf-8", newline="\n") as text:
            cells = [line.rstrip("\n").split(FIELD_SEPARATOR)[1:] for line in text]
        if not cells[0][0].startswith(TITLE):
            continue
        where = f"{name}, lembar {sheet.sheet}"
        part = part_of.get(_FURTHER_SHEET.sub("", sheet.sheet))
        if part is None:
            raise _changed("Nama lembar buku kerja ini sudah berubah.", where)
        release_id = cells[0][0].removeprefix(TITLE).partition(" (")[0].strip()
        found, before = _rows(cells, where), rows.setdefault(part, {})
        if twice := found.keys() & before.keys():
            raise _changed(f"Baris {min(twice)} disebut dua kali.", where)
        before.update(found)
    return MendedRows(release_id, rows) if release_id else None


def _rows(cells: Sequence[Sequence[str]], where: str) -> Rows:
    headings = [_key(cell) for cell in cells[HEADER_ROW]] if len(cells) > HEADER_ROW else []
    if tuple(headings[: len(FRONT)]) != FRONT:
        raise _changed("Judul kolom buku kerja ini sudah berubah.", where)
    found: Rows = {}
    for number, row in enumerate(cells[HEADER_ROW + 1 :], start=HEADER_ROW + 2):
        if not any(row):
            continue
        if not row[0].isdecimal():
            raise _changed("Kolom Baris harus berisi nomor baris di berkas asal.", f"{where}, baris {number}")
        line = int(row[0])
        if line in found:
            raise _changed(f"Baris {line} disebut dua kali.", f"{where}, baris {number}")
        found[line] = dict(zip(headings[len(FRONT) :], row[len(FRONT) :], strict=False))
    return found


def _changed(what: str, where: str) -> InputRejectedError:
    return InputRejectedError(
        what, where=where, next_step="Buat ulang dengan `dampingan release rejects`, lalu ubah isi selnya saja."
    )


def _key(heading: str) -> str:
    """A heading of two lines comes back from a workbook in one."""
    return " ".join(heading.split())


def changed_rows(
    mended: Rows, rejected: Mapping[int, Mapping[str, str]], headers: Sequence[str], *, where: str
) -> list[int]:
    """The lines whose cells are no longer what was rejected.

    Args:
        rejected: line -> heading -> text of the rejected rows of the same table.
        headers: the headings of that table.

    Raises:
        InputRejectedError: a line that was not rejected, or a heading that is gone.
    """
    own = [_key(header) for header in headers]
    if any(not set(own) <= fields.keys() for fields in mended.values()):
        raise _changed("Judul kolom buku kerja ini sudah berubah.", where)
    foreign = sorted(mended.keys() - rejected.keys())
    if foreign:
        raise _changed(f"Baris {foreign[0]} bukan baris yang ditolak.", where)
    before = {line: {_key(name): shown(text) for name, text in fields.items()} for line, fields in rejected.items()}
    return [line for line, fields in mended.items() if _stated(fields, own) != _stated(before[line], own)]


def _stated(fields: Mapping[str, str], own: Sequence[str]) -> dict[str, str]:
    """What stands in the cells of the file's own columns, whatever the blanks in it."""
    told = {name: " ".join(fields.get(name, "").split()) for name in own}
    return {name: text for name, text in told.items() if text}


def write_mended(table: SourceTable, rows: Rows, target: Path) -> None:
    """Write the rows that can stand in the table's place: `baris_sumber` and `isi_<i>`. A row that still says nothing
    but its whole line is left out, so that it stays rejected."""
    headers = [_key(header) for header in unique_headers(table.matched.headers)]
    whole = {line: fields for line, fields in rows.items() if _stated(fields, headers)}
    columns = {f"isi_{at}": [fields[name] for fields in whole.values()] for at, name in enumerate(headers)}
    schema = {"baris_sumber": pl.Int64} | dict.fromkeys(columns, pl.String)
    pl.DataFrame({"baris_sumber": list(whole), **columns}, schema=schema).write_parquet(target)
