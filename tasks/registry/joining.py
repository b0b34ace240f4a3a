"""Sheets of one workbook with the same heading, a sheet per kelurahan, made into one table. Only I/O on texts that
tasks/registry/workbooks.py wrote; what a value means is not known here.

A row of the joined table is numbered by its sheet and its row there: with fewer than 10,000 rows in each, row 15 of the
third sheet is 20015. The first sheet keeps its numbers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from errors import InputRejectedError
from tasks.registry.tables import FIELD_SEPARATOR, SourceTable


def joined_sheets(tables: Sequence[SourceTable], folder: Path) -> tuple[list[SourceTable], list[str]]:
    """The tables with those joined that are sheets of one workbook with the same heading, and how to find a row again.

    Args:
        folder: where joined tables are written; private.

    Raises:
        InputRejectedError: all that one sheet says stands in others too.
    """
    groups: dict[object, list[SourceTable]] = defaultdict(list)
    for number, table in enumerate(tables):
        is_sheet = table.written == "numbered" and table.text is None
        matched = table.matched
        key = (table.file_name, matched.layout.name, matched.part, matched.headers) if is_sheet else number
        groups[key].append(table)
    joined, notices = [], []
    for number, group in enumerate(groups.values()):
        if len(group) == 1:
            joined += group
            continue
        _refuse_said_twice(group)
        step = 10 ** len(str(max(table.header_line + table.rows for table in group)))
        target = folder / f"gabungan-{number}.txt"
        _write(group, step, target)
        first = group[0]
        rows = sum(table.rows for table in group)
        joined.append(replace(first, name=first.file_name, path=target, rows=rows, notes_line=None, footer_line=None))
        names = ", ".join(table.name.removeprefix(f"{first.file_name}, lembar ") for table in group)
        notices.append(
            f"{first.file_name}: {len(group)} lembar digabung ({names}). Nomor baris lembar kedua dan seterusnya = "
            f"(urutan lembar - 1) x {step} + nomor barisnya di lembar itu."
        )
    return joined, notices


def _write(group: Sequence[SourceTable], step: int, target: Path) -> None:
    """Notes below the data of a sheet become blank lines: in the joined table rows follow them."""
    with target.open("w", encoding="utf-8", newline="") as out:
        for place, table in enumerate(group):
            for number, cells in _lines(table):
                if place and number <= table.header_line:
                    continue
                is_note = table.notes_line is not None and number >= table.notes_line
                out.write(f"{place * step + number}{FIELD_SEPARATOR}{'' if is_note else cells}\n")


def _lines(table: SourceTable) -> Iterator[tuple[int, str]]:
    with table.path.open(encoding="utf-8", newline="\n") as lines:
        for line in lines:
            number, _, cells = line.rstrip("\n").partition(FIELD_SEPARATOR)
            yield int(number), cells


def _said(table: SourceTable) -> Iterator[int]:
    """Of each row that is not blank a number that stands for the cells of its mapped columns."""
    chosen = sorted(table.matched.position_of.values())
    for number, line in _lines(table):
        if number <= table.header_line or (table.notes_line is not None and number >= table.notes_line):
            continue
        cells = line.split(FIELD_SEPARATOR)
        said = tuple(cells[place].strip() for place in chosen if place < len(cells))
        if any(said):
            yield hash(said)


def _refuse_said_twice(group: Sequence[SourceTable]) -> None:
    """A sheet of all persons beside those of the kelurahan, or a copy: joined, everybody would count twice."""
    sheet_of: dict[int, int] = {}
    several = -1
    for place, table in enumerate(group):
        for said in _said(table):
            sheet_of[said] = place if sheet_of.get(said, place) == place else several
    own = set(sheet_of.values())
    for place, table in enumerate(group):
        if place not in own and any(True for _ in _said(table)):
            raise InputRejectedError(
                "Semua baris lembar ini juga ada di lembar lain; bila digabung, orangnya terhitung dua kali.",
                where=table.name,
                next_step="Hapus lembar itu atau lembar yang mengulangnya, lalu serahkan lagi.",
            )
