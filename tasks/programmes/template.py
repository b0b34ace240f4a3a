"""Writes the XLSX workbook that an OPD fills in; the same writer makes the empty template and the sample's reports.

I/O. It must not know how a report is read; headings, lists and examples come from the layout and the table definitions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter

from errors import UsageError
from tasks.office import column_letters
from tasks.programmes.layout import report_layout
from tasks.programmes.lookup import area_names, find_area, find_opd
from tasks.programmes.rules import number_columns
from tasks.programmes.template_guide import GUIDE, HEAD_LABELS, LISTS, ReportHead, head_cell, write_guide
from tasks.programmes.template_styles import COMMON_WIDTH, TABS, WIDTHS, formats
from warehouse.columns import Column
from warehouse.tables.programmes import PARTS, Part

Value = str | int | float | Decimal | date | None
"""A text stays a text (also one that begins with '='), numbers and dates become such cells."""
Line = Mapping[str, Value]

FIRST_LINE = 7
"""Row number, from 1, of the first line below the example; the same on every sheet."""

_HEADER_ROW = FIRST_LINE - 3
_IDENTITY_ROW = 2
_FEWEST_LINES = 40
_EDITABLE_ROWS = 1_000
_MOST_LITERAL = 255
_A3, _A4 = 8, 9
_CREATED = datetime(2022, 1, 1)
_PROTECTION = dict.fromkeys(
    ("format_columns", "format_rows", "format_cells", "insert_rows", "delete_rows", "sort"), True
)


def write_report(
    path: Path,
    head: ReportHead,
    kegiatan: Sequence[Line] = (),
    *,
    pemetaan: Sequence[Line] = (),
    catur_pilar: Sequence[Line] = (),
    penerima: Sequence[Line] = (),
    areas: Sequence[str] = (),
) -> None:
    """Write a workbook with these lines on its sheets, each by target column; empty lines follow them.

    Args:
        areas: names of the kelurahan to choose from.
    """
    lines = {"pemetaan": pemetaan, "kegiatan": kegiatan, "catur_pilar": catur_pilar, "penerima": penerima}
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as workbook:
        workbook.set_properties({"title": report_layout().title.title(), "author": "dampingan", "created": _CREATED})
        styles = formats(workbook)
        write_guide(workbook.add_worksheet(GUIDE), styles, head, areas)
        for name, part in PARTS.items():
            sheet = workbook.add_worksheet(report_layout().sheets[name].sheet)
            sheet.set_tab_color(TABS[name])
            _write_sheet(sheet, styles, part, head, lines[name])
        if areas:
            listed = workbook.add_worksheet(LISTS)
            listed.write_column(0, 0, areas)
            listed.hide()


def write_template(
    path: Path,
    opd: str,
    *,
    assignments: pl.DataFrame,
    areas: pl.DataFrame,
    aliases: pl.DataFrame,
    opd_aliases: pl.DataFrame,
    kelurahan: str | None = None,
    tahun: int | None = None,
    triwulan: int | None = None,
    carried: Mapping[str, Sequence[Line]] | None = None,
) -> None:
    """Write the template of the OPD that `opd` names; its kelurahan is filled in when it has exactly one or `kelurahan`
    names one.

    Args:
        assignments, areas, aliases, opd_aliases: as for `staging.References`.
        carried: lines of earlier reports to go on with, by part.

    Raises:
        UsageError: for an unknown OPD or kelurahan.
    """
    short, code = named_pair(opd, kelurahan, assignments, areas, aliases, opd_aliases)
    names, own = area_names(areas), set(assignments.filter(opd_singkat=short)["kode_kemendagri"])
    choices = sorted(names, key=lambda code: (code not in own, names[code]))
    name = names[code] if code else None
    write_report(
        path, ReportHead(short, name, tahun, triwulan), areas=[names[code] for code in choices], **dict(carried or {})
    )


def named_pair(
    opd: str,
    kelurahan: str | None,
    assignments: pl.DataFrame,
    areas: pl.DataFrame,
    aliases: pl.DataFrame,
    opd_aliases: pl.DataFrame,
) -> tuple[str, str | None]:
    """`opd_singkat`, and the code of the kelurahan named or the only one this OPD assists.

    Raises:
        UsageError: for an unknown OPD or kelurahan.
    """
    short = find_opd(opd, assignments, opd_aliases)
    if short is None:
        known = ", ".join(assignments["opd_singkat"].unique().sort())
        raise UsageError(f"OPD '{opd}' tidak dikenal.", next_step=f"Pilih salah satu: {known}.")
    own = assignments.filter(opd_singkat=short)["kode_kemendagri"].unique()
    if kelurahan is None:
        return short, own.item() if own.len() == 1 else None
    code = find_area(kelurahan, areas, aliases)
    if code is None:
        known = ", ".join(sorted(area_names(areas).values()))
        raise UsageError(f"Kelurahan '{kelurahan}' tidak dikenal.", next_step=f"Pilih salah satu: {known}.")
    return short, code


def _write_sheet(sheet: Any, styles: dict[str, Any], part: Part, head: ReportHead, lines: Sequence[Line]) -> None:
    layout = report_layout().sheets[part.name]
    sheet.set_row(0, 24)
    sheet.write_string(0, 0, f"{layout.sheet.upper()}", styles["title"])
    sheet.write_string(1, 0, layout.about, styles["hint"])
    _write_identity(sheet, styles, head)
    sheet.set_row(_HEADER_ROW, 36)
    sheet.set_column(0, 0, 10, styles["open"])
    sheet.write_string(_HEADER_ROW, 0, "No", styles["heading"])
    sheet.write_string(_HEADER_ROW + 1, 0, report_layout().reading.example_words[0], styles["example text"])
    written = max(len(lines), _FEWEST_LINES)
    for row in range(FIRST_LINE - 1, FIRST_LINE - 1 + written):
        sheet.write_blank(row, 0, None, styles["flag"])
    declared = {column.name: column for column in (*part.columns, *part.table.columns)}
    for at, (heading, target) in enumerate(layout.columns.items(), start=1):
        kind = _kind(declared[target], part)
        sheet.set_column(at, at, WIDTHS.get(target, COMMON_WIDTH), styles["open"])
        sheet.write_string(_HEADER_ROW, at, heading, styles["heading"])
        _write_value(sheet, (_HEADER_ROW + 1, at), layout.examples.get(target), styles[f"example {kind}"])
        for offset in range(written):
            value = lines[offset].get(target) if offset < len(lines) else None
            _write_value(sheet, (FIRST_LINE - 1 + offset, at), value, styles[kind])
        if validation := _validation(declared[target], part):
            sheet.data_validation(FIRST_LINE - 1, at, FIRST_LINE - 2 + _EDITABLE_ROWS, at, validation)
    _colour(sheet, styles, part)
    shown = [target for target in layout.columns.values() if target != part.identity]
    sheet.print_area(0, 0, FIRST_LINE - 2 + written, max(len(shown), 2 * len(HEAD_LABELS) - 1))
    _set_up_page(sheet, part)


def _write_identity(sheet: Any, styles: dict[str, Any], head: ReportHead) -> None:
    """OPD, kelurahan and quarter as the first sheet has them, so that a sheet that is sent alone still says whose it
    is."""
    at = 0
    for name, label in HEAD_LABELS.items():
        sheet.write_string(_IDENTITY_ROW, at, label, styles["label"])
        cell, value = head_cell(name), getattr(head, name)
        formula = f'=IF({cell}="","",{cell})'
        sheet.write_formula(_IDENTITY_ROW, at + 1, formula, styles["identity"], "" if value is None else value)
        at += 2


def _kind(column: Column, part: Part) -> str:
    if column.name == part.identity:
        return "id"
    if column.name == "nik":
        return "digits"
    if column.type in ("DATE", "BOOLEAN"):
        return "date" if column.type == "DATE" else "flag"
    if column.name not in number_columns(part):
        return "text"
    return "rupiah" if column.unit == "rupiah" else ("whole" if column.type == "BIGINT" else "number")


def _write_value(sheet: Any, cell: tuple[int, int], value: Value, body: Any) -> None:
    if value is None:
        sheet.write_blank(*cell, None, body)
    elif isinstance(value, str):
        sheet.write_string(*cell, value, body)
    elif isinstance(value, date):
        sheet.write_datetime(*cell, value, body)
    else:
        sheet.write_number(*cell, float(value), body)


def _lines_of(part_name: str, target: str) -> str:
    """The cells of a column, for a list to choose from."""
    layout = report_layout().sheets[part_name]
    letter = column_letters(1 + list(layout.columns.values()).index(target))
    return f"='{layout.sheet}'!${letter}${FIRST_LINE}:${letter}${FIRST_LINE + _EDITABLE_ROWS - 1}"


_CHOSEN_FROM = {"masalah": ("pemetaan", "uraian"), "nama_kegiatan": ("kegiatan", "kegiatan")}


def _validation(column: Column, part: Part) -> dict[str, Any] | None:
    layout = report_layout().sheets[part.name]
    heading, note = layout.heading(column.name), layout.notes.get(column.name)
    shared: dict[str, Any] = {"error_title": heading[:32]}
    if note:
        shared |= {"input_title": heading[:32], "input_message": note}
    if column.name == part.identity:
        return shared | {"validate": "custom", "value": "=FALSE", "error_message": "ID terisi sendiri; jangan diubah."}
    if column.name in _CHOSEN_FROM:
        return shared | {"validate": "list", "source": _lines_of(*_CHOSEN_FROM[column.name]), "show_error": False}
    if column.allowed or column.type == "BOOLEAN":
        listed = list(column.allowed) or ["ya", "tidak"]
        if len(",".join(listed)) > _MOST_LITERAL:
            raise ValueError(f"{column.name}: the list is too long for a cell")
        return shared | {"validate": "list", "source": listed, "error_message": "Pilih salah satu dari daftar."}
    if column.name == "nik":
        message = "NIK 16 angka, tanpa spasi."
        return shared | {"validate": "length", "criteria": "==", "value": 16, "error_message": message}
    if column.type == "DATE":
        message = "Tulis tanggal, misalnya 05-07-2022."
        limits = {"criteria": "between", "minimum": date(2020, 1, 1), "maximum": date(2099, 12, 31)}
        return shared | {"validate": "date", "error_message": message, **limits}
    if column.name in number_columns(part):
        kind, what = ("integer", "angka bulat") if column.type == "BIGINT" else ("decimal", "angka")
        message = f"Tulis {what} nol atau lebih, tanpa satuan."
        return shared | {"validate": kind, "criteria": ">=", "value": 0, "error_message": message}
    return shared | {"validate": "any"} if note else None


def _colour(sheet: Any, styles: dict[str, Any], part: Part) -> None:
    """Amber where a begun line lacks what it must have, red where it contradicts itself."""
    layout = report_layout().sheets[part.name]
    letters = {target: column_letters(at) for at, target in enumerate(layout.columns.values(), start=1)}
    last, end = column_letters(len(letters)), FIRST_LINE - 1 + _EDITABLE_ROWS
    must = [column.name for column in part.columns if not column.nullable and column.name in letters]
    for target in must:
        letter = letters[target]
        formula = f'=AND(COUNTA($B{FIRST_LINE}:${last}{FIRST_LINE})>0,${letter}{FIRST_LINE}="")'
        sheet.conditional_format(
            f"{letter}{FIRST_LINE}:{letter}{end}", {"type": "formula", "criteria": formula, "format": styles["amber"]}
        )
    contradictions = {
        "realisasi_rp": '=AND(${realisasi_rp}{row}<>"",${realisasi_rp}{row}>${anggaran_rp}{row})',
        "tenggat": '=AND(${tenggat}{row}<>"",${tenggat}{row}<TODAY(),${status_tindak_lanjut}{row}<>"selesai")',
    }
    for target, pattern in contradictions.items():
        if target in letters:
            formula = pattern.format(row=FIRST_LINE, **letters)
            place = f"{letters[target]}{FIRST_LINE}:{letters[target]}{end}"
            sheet.conditional_format(place, {"type": "formula", "criteria": formula, "format": styles["red"]})


def _set_up_page(sheet: Any, part: Part) -> None:
    main = 2 if part.name in ("kegiatan", "catur_pilar") else 1
    sheet.freeze_panes(_HEADER_ROW + 1, main)
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(_A3 if part.name == "kegiatan" else _A4)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.5)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(_HEADER_ROW)
    sheet.set_footer("&L&9&A&R&9Halaman &P dari &N")
    sheet.protect("", _PROTECTION)
