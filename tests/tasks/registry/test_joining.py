"""Sheets of one heading become one table in which every row is found again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from errors import InputRejectedError
from tasks.registry.headers import match_header
from tasks.registry.joining import joined_sheets
from tasks.registry.layouts import layout_named, load_layouts
from tasks.registry.reading import scan_fields
from tasks.registry.tables import FIELD_SEPARATOR, SourceTable

LAYOUT = layout_named("minimal", load_layouts())
HEADING = ("NO", "NIK", "NAMA")
SITI, BUDI, AYU = ["1", "3375044107990017", "SITI"], ["2", "3375044107990018", "BUDI"], ["1", "", "AYU"]


def sheet(
    folder: Path,
    name: str,
    *rows: Sequence[str],
    title: bool = False,
    notes: bool = False,
    heading: Sequence[str] = HEADING,
) -> SourceTable:
    lines = [*([["DAFTAR"]] if title else []), [*heading], *rows, *([["### catatan"], ["oleh", "WAGE", "x"]] * notes)]
    path = folder / f"{name}.txt"
    path.write_text("".join(f"{number}\x1f{FIELD_SEPARATOR.join(cells)}\n" for number, cells in enumerate(lines, 1)))
    header_line = 1 + title
    return SourceTable(
        f"a.xlsx, lembar {name}",
        "a.xlsx",
        path,
        "numbered",
        FIELD_SEPARATOR,
        match_header(heading, (LAYOUT,), where=name),
        header_line,
        len(lines) - header_line,
        100,
        notes_line=len(lines) - 1 if notes else None,
    )


def read(table: SourceTable) -> list[tuple[int, str, bool]]:
    rows = scan_fields(table).select("baris_sumber", "isi_2", "dilewati").collect().rows()
    assert len(rows) == table.rows
    return sorted((line, name or "", skipped) for line, name, skipped in rows)


def test_rows_of_every_sheet_are_there_with_sheet_and_row(tmp_path: Path) -> None:
    sheets = [
        sheet(tmp_path, "JENGGOT", SITI, BUDI),
        sheet(tmp_path, "DEGAYU", AYU, ["", "", ""], ["TOTAL", "", "1"], title=True),
        sheet(tmp_path, "TIRTO", ["1", "3375044107990019", "WAGE"]),
    ]
    [table], [notice] = joined_sheets(sheets, tmp_path)
    assert table.name == "a.xlsx"
    assert read(table) == [
        (2, "SITI", False),
        (3, "BUDI", False),
        (13, "AYU", False),
        (14, "", True),
        (15, "1", True),
        (22, "WAGE", False),
    ]
    assert notice == (
        "a.xlsx: 3 lembar digabung (JENGGOT, DEGAYU, TIRTO). Nomor baris lembar kedua dan seterusnya = "
        "(urutan lembar - 1) x 10 + nomor barisnya di lembar itu."
    )


def test_notes_below_a_sheet_do_not_hide_the_next_one(tmp_path: Path) -> None:
    [table], _ = joined_sheets(
        [sheet(tmp_path, "A", SITI, notes=True), sheet(tmp_path, "B", BUDI, notes=True)], tmp_path
    )
    fates = [(line, skipped) for line, _, skipped in read(table)]
    assert fates == [(2, False), (3, True), (4, True), (12, False), (13, True), (14, True)]


def test_other_tables_stay_as_they_are(tmp_path: Path) -> None:
    other_heading = sheet(tmp_path, "B", BUDI[1:], heading=HEADING[1:])
    tables = [sheet(tmp_path, "A", SITI), other_heading]
    assert joined_sheets(tables, tmp_path) == (tables, [])


@pytest.mark.parametrize("copies", [[(SITI,), (BUDI,), (SITI, BUDI)], [(SITI, BUDI), (BUDI, SITI)]])
def test_a_sheet_that_repeats_others_is_refused(copies: list[tuple[list[str], ...]], tmp_path: Path) -> None:
    sheets = [sheet(tmp_path, str(number), *rows) for number, rows in enumerate(copies)]
    with pytest.raises(InputRejectedError, match="terhitung dua kali") as refused:
        joined_sheets(sheets, tmp_path)
    assert "SITI" not in refused.value.paragraph


def test_a_person_in_two_sheets_does_not_stop_them(tmp_path: Path) -> None:
    [table], _ = joined_sheets([sheet(tmp_path, "A", SITI, BUDI), sheet(tmp_path, "B", BUDI, AYU)], tmp_path)
    assert [name for _, name, _ in read(table)] == ["SITI", "BUDI", "BUDI", "AYU"]
