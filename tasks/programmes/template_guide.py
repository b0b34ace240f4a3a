"""The first page of the workbook that an OPD fills in: who reports on what, and how. It must not know how a report is
read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tasks.programmes.layout import HEAD_KEYS, report_layout
from warehouse.tables.programmes import PARTS

GUIDE, LISTS = "Petunjuk", "Daftar"
HEAD_LABELS = {"opd": "OPD", "kelurahan": "Kelurahan", "tahun": "Tahun", "triwulan": "Triwulan"}
_FIRST_HEAD_ROW = 3
_MEANING_WIDTH, _ACCEPTED_WIDTH = 74, 52
_LINE_HEIGHT = 15.5
_STEPS = (
    "Periksa OPD, Kelurahan, Tahun dan Triwulan di atas. Satu berkas untuk satu kelurahan dan satu triwulan.",
    "Isi keempat lembar: Pemetaan, Kegiatan, Catur Pilar dan Penerima. Lembar yang tidak ada isinya dibiarkan kosong.",
    "Baris abu-abu 'Contoh' hanya menunjukkan cara mengisi dan tidak dibaca; mulailah di bawahnya.",
    "Tulis semua kegiatan tahun ini di setiap laporan, juga yang sudah selesai atau batal: angka setahun diambil dari "
    "laporan terakhir, tidak dijumlahkan antartriwulan.",
    "Kegiatan dan kesepakatan triwulan lalu sudah terisi. Perbarui realisasi dan statusnya; jangan mengubah kolom ID, "
    "supaya kemajuannya tersambung.",
    "Kolom dengan daftar pilihan diisi dari daftarnya: klik sel, lalu klik panah di kanannya. Sel kuning wajib diisi.",
    "Jumlah uang ditulis sebagai angka rupiah. Baris TOTAL tidak perlu; bila ada, baris itu hanya dicocokkan.",
    "Nama orang dan NIK hanya ditulis di lembar Penerima: lembar itu dicocokkan dengan register dan tidak diterbitkan. "
    "Di lembar lain jangan menulis nama orang, NIK atau nomor KK; isinya diterbitkan seperti ditulis, dan baris dengan "
    "16 angka seperti NIK ditolak.",
    "Simpan sebagai .xlsx, lalu kirim dengan: dampingan programmes submit NAMA-BERKAS.xlsx",
    "Sel yang perlu diperbaiki ditandai di salinan laporan-diperiksa.xlsx, dengan alasan dan contohnya. Baris yang "
    "benar tetap masuk.",
    "Mengirim lagi untuk triwulan yang sama menggantikan laporan sebelumnya, kecuali bila lebih dari separuh "
    "barisnya ditolak; yang lama tetap tersimpan.",
)


@dataclass(frozen=True, slots=True)
class ReportHead:
    """Who reports on what; what is None stays empty for the officer to fill in."""

    opd: str | None
    kelurahan: str | None
    tahun: int | None
    triwulan: int | None


def head_cell(name: str) -> str:
    """Where a field of the head stands, for formulas of the other sheets."""
    return f"{GUIDE}!$C${_FIRST_HEAD_ROW + 1 + HEAD_KEYS.index(name)}"


def write_guide(sheet: Any, formats: dict[str, Any], head: ReportHead, areas: Sequence[str]) -> None:
    """Fill the page. `areas`: the kelurahan to choose from, listed on the sheet LISTS."""
    sheet.hide_gridlines(2)
    for column, width in enumerate((3, 27, _MEANING_WIDTH, _ACCEPTED_WIDTH)):
        sheet.set_column(column, column, width)
    sheet.set_row(0, 26)
    sheet.write_string(0, 1, report_layout().title, formats["title"])
    sheet.write_string(1, 1, "Petunjuk pengisian dan identitas laporan", formats["hint"])
    _write_head(sheet, formats, head, areas)
    row = _write_steps(sheet, formats, _FIRST_HEAD_ROW + len(HEAD_KEYS) + 1)
    for part in PARTS:
        row = _write_part(sheet, formats, part, row + 1)
    sheet.set_portrait()
    sheet.set_paper(9)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.5)
    sheet.fit_to_pages(1, 0)
    sheet.protect()


def _write_head(sheet: Any, formats: dict[str, Any], head: ReportHead, areas: Sequence[str]) -> None:
    for offset, name in enumerate(HEAD_KEYS):
        row, value = _FIRST_HEAD_ROW + offset, getattr(head, name)
        sheet.write_string(row, 1, HEAD_LABELS[name], formats["label"])
        if value is None:
            sheet.write_blank(row, 2, None, formats["field"])
        else:
            sheet.write(row, 2, value, formats["field"])
    row = _FIRST_HEAD_ROW
    if areas:
        source = f"={LISTS}!$A$1:$A${len(areas)}"
        sheet.data_validation(row + 1, 2, row + 1, 2, {"validate": "list", "source": source, "show_error": False})
    year = {
        "validate": "integer",
        "criteria": "between",
        "minimum": 2020,
        "maximum": "=YEAR(TODAY())",
        "error_title": "Tahun",
        "error_message": "Tulis tahun laporan, misalnya 2022; tidak sesudah tahun ini.",
    }
    sheet.data_validation(row + 2, 2, row + 2, 2, year)
    sheet.data_validation(row + 3, 2, row + 3, 2, {"validate": "list", "source": ["1", "2", "3", "4"]})


def _write_steps(sheet: Any, formats: dict[str, Any], row: int) -> int:
    sheet.write_string(row, 1, "Cara mengisi", formats["subtitle"])
    # Row heights by hand: not every spreadsheet program makes a row as high as its wrapped text.
    for number, step in enumerate(_STEPS, start=1):
        at = row + number
        sheet.set_row(at, _LINE_HEIGHT * (1 + len(step) // 150))
        sheet.write_number(at, 0, number, formats["number of step"])
        sheet.merge_range(at, 1, at, 3, step, formats["wrapped"])
    return row + len(_STEPS) + 1


def _write_part(sheet: Any, formats: dict[str, Any], name: str, row: int) -> int:
    """One table of columns; returns the row below it."""
    part, layout = PARTS[name], report_layout().sheets[name]
    sheet.merge_range(row, 1, row, 3, f"Lembar {layout.sheet}: {layout.about}", formats["part"])
    for at, title in enumerate(("Kolom", "Arti dan cara mengisi", "Isian yang diterima"), start=1):
        sheet.write_string(row + 1, at, title, formats["heading"])
    declared = {column.name: column for column in (*part.columns, *part.table.columns)}
    row += 2
    for heading, target in layout.columns.items():
        column = declared[target]
        meaning = f"{column.description} {layout.notes.get(target, '')}".strip()
        accepted = ", ".join(column.allowed) or ("ya, tidak" if column.type == "BOOLEAN" else "")
        lines = max(1 + len(meaning) // _MEANING_WIDTH, 1 + len(accepted) // _ACCEPTED_WIDTH)
        sheet.set_row(row, _LINE_HEIGHT * lines)
        for at, text in enumerate((heading, meaning, accepted), start=1):
            sheet.write_string(row, at, text, formats["grid"])
        row += 1
    return row
