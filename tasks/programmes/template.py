"""Writes the XLSX workbook that an OPD fills in; the same writer makes the empty template and the sample's reports.

I/O. It must not know how a report is read; headings and lists come from the layout and the table definitions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter

from errors import UsageError
from tasks.programmes.layout import report_layout
from tasks.programmes.lookup import find_opd
from tasks.programmes.rules import NUMBER_COLUMNS
from warehouse.columns import Column
from warehouse.tables.programmes import ACTIVITY_COLUMNS

Value = str | int | float | Decimal | date | None
"""A text stays a text (also one that begins with '='), numbers and dates become such cells."""

_TITLE = "LAPORAN PROGRAM SATU PERANGKAT DAERAH SATU KELURAHAN DAMPINGAN"
_HEAD_LABELS = {"opd": "OPD", "kelurahan": "Kelurahan", "tahun": "Tahun", "triwulan": "Triwulan"}
_FIRST_HEAD_ROW = 2
_HEADER_ROW = 7
_FEWEST_LINES = 40
_EDITABLE_ROWS = 1_000
_CREATED = datetime(2022, 1, 1)
_NAVY, _PALE, _GRID = "#1F3864", "#DDE6F3", "#B7C3D6"
_WIDTHS = {
    "potensi": 24,
    "masalah": 28,
    "kategori_intervensi": 20,
    "kegiatan": 38,
    "klaster": 22,
    "indikator": 28,
    "satuan": 11,
    "target": 11,
    "realisasi": 11,
    "anggaran_rp": 19,
    "realisasi_rp": 19,
    "sumber_dana": 15,
    "mitra": 24,
    "bukti": 30,
}
_MEANING_WIDTH = 62
_STEP_WIDTH = 140
_COMMON_WIDTH = 13
_NOTES = {
    "kegiatan": "Wajib. Satu baris untuk satu kegiatan.",
    "horizon": "Wajib. Pilih dari daftar.",
    "klaster": "Wajib. Pilih dari daftar.",
    "status": "Wajib. Pilih dari daftar.",
    "target": "Angka dalam satuan di kolom Satuan.",
    "realisasi": "Angka dalam satuan di kolom Satuan; kosong bila kegiatan masih rencana.",
    "anggaran_rp": "Anggaran setahun penuh, bukan triwulan ini saja. Angka rupiah, misalnya 1.250.000.",
    "realisasi_rp": "Yang dibelanjakan sejak 1 Januari sampai akhir triwulan ini. Angka rupiah.",
    "sumber_dana": "Pilih dari daftar. Kelurahan tidak menerima Dana Desa.",
    "mitra": "Nama perusahaan atau mitra bila sumber dananya CSR.",
    "penerima_kk": "Banyaknya keluarga, angka bulat. Jangan menulis nama atau NIK.",
    "penerima_jiwa": "Banyaknya orang, angka bulat. Jangan menulis nama atau NIK.",
    "tanggal_lapor": "Tanggal, misalnya 05-07-2022.",
    "bukti": "Tautan ke foto atau dokumen.",
}
_STEPS = (
    "Isi OPD, Kelurahan, Tahun dan Triwulan di atas tabel. Satu berkas untuk satu kelurahan dan satu triwulan.",
    "Tulis semua kegiatan tahun ini di setiap laporan, juga yang sudah selesai atau batal: angka setahun diambil dari "
    "laporan terakhir, tidak dijumlahkan antartriwulan.",
    "Isi satu baris untuk setiap kegiatan. Jangan menggabungkan sel dan jangan mengubah kepala kolom.",
    "Kolom dengan daftar pilihan diisi dari daftarnya; klik sel, lalu klik panah di kanannya.",
    "Jumlah uang ditulis sebagai angka rupiah. Baris TOTAL tidak perlu; bila ada, baris itu hanya dicocokkan.",
    "Jangan menulis nama orang, NIK atau nomor KK di lembar ini. Potensi, Masalah dan Satuan diterbitkan seperti "
    "ditulis; baris dengan 16 angka seperti NIK ditolak.",
    "Simpan sebagai .xlsx, lalu kirim dengan: dampingan programmes submit NAMA-BERKAS.xlsx",
    "Mengirim lagi untuk triwulan yang sama menggantikan laporan sebelumnya, kecuali bila lebih dari separuh "
    "barisnya ditolak; yang lama tetap tersimpan.",
)


@dataclass(frozen=True, slots=True)
class ReportHead:
    """What stands above the table; a template leaves the period open."""

    opd: str
    kelurahan: str | None
    tahun: int | None = None
    triwulan: int | str | None = None


def write_report(path: Path, head: ReportHead, rows: Sequence[Mapping[str, Value]] = ()) -> None:
    """Write the workbook to `path`; without `rows` it is the empty template.

    Args:
        rows: one mapping per sheet row under the header, target column to value; an empty one is a blank row.

    The same arguments give the same bytes.
    """
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as workbook:
        workbook.set_properties({"title": _TITLE.title(), "author": "dampingan", "created": _CREATED})
        formats = _formats(workbook)
        sheet = workbook.add_worksheet(report_layout().sheet)
        _write_head(sheet, formats, head)
        _write_table(sheet, formats, rows)
        _set_up_page(sheet)
        _write_instructions(workbook.add_worksheet("Petunjuk"), formats)


def write_template(
    path: Path,
    opd: str,
    *,
    assignments: pl.DataFrame,
    areas: pl.DataFrame,
    opd_aliases: pl.DataFrame,
    tahun: int | None = None,
    triwulan: int | None = None,
) -> None:
    """Write the empty template of the OPD that `opd` names; its kelurahan is filled in when it has exactly one.

    Args:
        assignments, areas, opd_aliases: as for `staging.stage_report`.

    Raises:
        UsageError: for an unknown OPD.
    """
    short = find_opd(opd, assignments, opd_aliases)
    if short is None:
        known = ", ".join(assignments["opd_singkat"].unique().sort())
        raise UsageError(f"OPD '{opd}' tidak dikenal.", next_step=f"Pilih salah satu: {known}.")
    own = assignments.filter(opd_singkat=short).join(areas, on="kode_kemendagri", how="inner")["kelurahan"]
    write_report(path, ReportHead(short, own.item() if own.len() == 1 else None, tahun, triwulan))


def _formats(workbook: Any) -> dict[str, Any]:
    body = {"font_name": "Calibri", "font_size": 11, "valign": "top"}
    cell = {**body, "border": 1, "border_color": _GRID, "locked": False}
    return {
        "title": workbook.add_format({**body, "bold": True, "font_size": 14, "font_color": _NAVY}),
        "hint": workbook.add_format({**body, "italic": True, "font_color": "#5B6777"}),
        "label": workbook.add_format({**body, "bold": True}),
        "head": workbook.add_format({**cell, "bg_color": _PALE, "align": "left"}),
        "heading": workbook.add_format(
            {
                **body,
                "bold": True,
                "font_color": "#FFFFFF",
                "bg_color": _NAVY,
                "border": 1,
                "border_color": _GRID,
                "text_wrap": True,
                "align": "center",
                "valign": "vcenter",
            }
        ),
        "open": workbook.add_format({**body, "locked": False}),
        "text": workbook.add_format({**cell, "text_wrap": True}),
        "number": workbook.add_format({**cell, "num_format": "#,##0.##"}),
        "whole": workbook.add_format({**cell, "num_format": "#,##0"}),
        "date": workbook.add_format({**cell, "num_format": "dd-mm-yyyy", "align": "center"}),
        "wrapped": workbook.add_format({**body, "text_wrap": True}),
        "grid": workbook.add_format({**body, "border": 1, "border_color": _GRID, "text_wrap": True}),
    }


def _write_head(sheet: Any, formats: dict[str, Any], head: ReportHead) -> None:
    sheet.write_string(0, 0, _TITLE, formats["title"])
    sheet.write_string(1, 0, "Petunjuk pengisian ada di lembar 'Petunjuk'.", formats["hint"])
    for offset, (name, label) in enumerate(_HEAD_LABELS.items()):
        row = _FIRST_HEAD_ROW + offset
        sheet.write_string(row, 0, label, formats["label"])
        _write_value(sheet, (row, 1), getattr(head, name), formats["head"])
    sheet.data_validation(
        _FIRST_HEAD_ROW + 2,
        1,
        _FIRST_HEAD_ROW + 2,
        1,
        {
            "validate": "integer",
            "criteria": "between",
            "minimum": 2020,
            "maximum": "=YEAR(TODAY())",
            "error_title": "Tahun",
            "error_message": "Tulis tahun laporan, misalnya 2022; tidak sesudah tahun ini.",
        },
    )
    sheet.data_validation(
        _FIRST_HEAD_ROW + 3, 1, _FIRST_HEAD_ROW + 3, 1, {"validate": "list", "source": ["1", "2", "3", "4"]}
    )


def _write_table(sheet: Any, formats: dict[str, Any], rows: Sequence[Mapping[str, Value]]) -> None:
    layout = report_layout()
    declared = {column.name: column for column in ACTIVITY_COLUMNS}
    sheet.set_row(_HEADER_ROW, 34)
    for at, (heading, target) in enumerate(layout.columns.items()):
        column = declared[target]
        sheet.set_column(at, at, _WIDTHS.get(target, _COMMON_WIDTH), formats["open"])
        sheet.write_string(_HEADER_ROW, at, heading, formats["heading"])
        body = formats[_kind(column)]
        for offset in range(max(len(rows), _FEWEST_LINES)):
            value = rows[offset].get(target) if offset < len(rows) else None
            _write_value(sheet, (_HEADER_ROW + 1 + offset, at), value, body)
        if validation := _validation(column):
            first, last = _HEADER_ROW + 1, _HEADER_ROW + _EDITABLE_ROWS
            sheet.data_validation(first, at, last, at, validation)


def _kind(column: Column) -> str:
    if column.type == "DATE":
        return "date"
    if column.name not in NUMBER_COLUMNS:
        return "text"
    return "whole" if column.type == "BIGINT" or column.unit == "rupiah" else "number"


def _write_value(sheet: Any, cell: tuple[int, int], value: Value, body: Any) -> None:
    if value is None:
        sheet.write_blank(*cell, None, body)
    elif isinstance(value, str):
        sheet.write_string(*cell, value, body)
    elif isinstance(value, date):
        sheet.write_datetime(*cell, value, body)
    else:
        sheet.write_number(*cell, float(value), body)


def _validation(column: Column) -> dict[str, Any] | None:
    heading = report_layout().heading(column.name)
    note = _NOTES.get(column.name)
    shared: dict[str, Any] = {"error_title": heading}
    if note:
        shared |= {"input_title": heading, "input_message": note}
    if column.allowed:
        message = "Pilih salah satu dari daftar."
        return shared | {"validate": "list", "source": list(column.allowed), "error_message": message}
    if column.type == "DATE":
        message = "Tulis tanggal, misalnya 05-07-2022."
        limits = {"criteria": "between", "minimum": date(2020, 1, 1), "maximum": date(2099, 12, 31)}
        return shared | {"validate": "date", "error_message": message, **limits}
    if column.name in NUMBER_COLUMNS:
        kind, what = ("integer", "angka bulat") if column.type == "BIGINT" else ("decimal", "angka")
        message = f"Tulis {what} nol atau lebih, tanpa satuan."
        return shared | {"validate": kind, "criteria": ">=", "value": 0, "error_message": message}
    return shared | {"validate": "any"} if note else None


def _set_up_page(sheet: Any) -> None:
    sheet.freeze_panes(_HEADER_ROW + 1, 0)
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(_HEADER_ROW)
    sheet.protect(
        "",
        {
            "format_columns": True,
            "format_rows": True,
            "format_cells": True,
            "insert_rows": True,
            "delete_rows": True,
            "sort": True,
        },
    )


def _write_instructions(sheet: Any, formats: dict[str, Any]) -> None:
    layout = report_layout()
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, _MEANING_WIDTH)
    sheet.set_column(2, 2, 62)
    sheet.write_string(0, 0, "PETUNJUK PENGISIAN", formats["title"])
    # Row heights by hand: not every spreadsheet program makes a row as high as its wrapped text.
    for number, step in enumerate(_STEPS, start=1):
        sheet.set_row(number + 1, 15 * (1 + len(step) // _STEP_WIDTH))
        sheet.merge_range(number + 1, 0, number + 1, 2, f"{number}. {step}", formats["wrapped"])
    top = len(_STEPS) + 3
    for at, title in enumerate(("Kolom", "Arti dan cara mengisi", "Isian yang diterima")):
        sheet.write_string(top, at, title, formats["heading"])
    for offset, column in enumerate(ACTIVITY_COLUMNS, start=1):
        meaning = f"{column.description} {_NOTES.get(column.name, '')}".strip()
        sheet.set_row(top + offset, 15 * (1 + len(meaning) // _MEANING_WIDTH))
        sheet.write_string(top + offset, 0, layout.heading(column.name), formats["grid"])
        sheet.write_string(top + offset, 1, meaning, formats["grid"])
        sheet.write_string(top + offset, 2, ", ".join(column.allowed), formats["grid"])
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.protect()
