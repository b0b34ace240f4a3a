"""Writes the copy of a submitted report in which every cell to mend is coloured and says why; the parsing happens in a
child process with limits, for all files of a run together.

I/O. Reasons never quote what stands in a cell. It must not know the rules.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from errors import InputRejectedError
from tasks.programmes.findings import Finding
from tasks.sandbox import Limits, run_limited

SUFFIX = "-diperiksa.xlsx"
SUMMARY = "Hasil Pemeriksaan"
_MARKS, _REQUESTS = "marks.json", "marking.json"
_LIMITS = Limits(memory_bytes=2 << 30, cpu_seconds=120, wall_seconds=240)
_RED, _AMBER, _NAVY = "F8CFC9", "FFE9B8", "1F3864"
_WIDTHS = {"A": 16, "B": 9, "C": 28, "D": 12, "E": 60, "F": 60, "G": 26}
_AUTHOR = "dampingan"
_MOST_MARKS = 2_000


@dataclass(frozen=True, slots=True)
class Marks:
    """What to mark in which file, and where the copy goes."""

    source: str
    target: str
    file_name: str
    findings: list[dict[str, Any]]


def checked_name(file_name: str) -> str:
    """`laporan.xlsx` is checked as `laporan-diperiksa.xlsx`, a CSV as a workbook too."""
    return f"{Path(file_name).stem}{SUFFIX}"


def note_marks(folder: Path, source: Path, file_name: str, findings: Sequence[Finding], target: Path) -> None:
    """Leave in `folder` what `write_marked` will mark in a copy of `source`."""
    marks = Marks(str(source), str(target), file_name, [asdict(found) for found in findings[:_MOST_MARKS]])
    (folder / _MARKS).write_text(json.dumps(asdict(marks)), encoding="utf-8")


def write_marked(staging: Path) -> list[Path]:
    """Write the copies that `note_marks` noted anywhere below `staging`; returns them.

    A file that a spreadsheet library cannot write again gets no copy: its reasons are in the notices all the same.
    """
    noted = sorted(staging.glob(f"*/{_MARKS}"))
    if not noted:
        return []
    requests = [json.loads(path.read_text("utf-8")) for path in noted]
    for request in requests:
        Path(request["target"]).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    listed = staging / _REQUESTS
    listed.write_text(json.dumps(requests), encoding="utf-8")
    with suppress(InputRejectedError):
        run_limited("tasks.programmes.marking:mark_all", str(listed), where="laporan", limits=_LIMITS)
    return [target for request in requests if (target := Path(request["target"])).exists()]


def mark_all(requests: str) -> None:
    """Runs in the child: one copy for each entry of the JSON file `requests`."""
    for entry in json.loads(Path(requests).read_text("utf-8")):
        _mark(Marks(**entry))


def _mark(marks: Marks) -> None:
    from tasks.programmes.text_tables import is_text

    source = Path(marks.source)
    book = _book_of_text(source, marks.file_name) if is_text(source) else _book(source)
    for found in marks.findings:
        if found["sheet"] in book.sheetnames:
            _mark_cell(book[found["sheet"]], found)
    _write_summary(book, marks)
    unfinished = Path(marks.target).with_suffix(".part")
    book.save(unfinished)
    unfinished.replace(marks.target)


def _book(source: Path) -> Any:
    import openpyxl

    with source.open("rb") as stream:
        return openpyxl.load_workbook(stream)


def _book_of_text(source: Path, file_name: str) -> Any:
    import openpyxl

    from tasks.programmes.text_tables import read_text

    grid = read_text(source, file_name)
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = grid.name[:31]
    for number, *texts in grid.cells.iter_rows():
        for at, text in enumerate(texts, start=1):
            if text is not None:
                cell = sheet.cell(number, at)
                cell.value, cell.data_type = text, "s"
    return book


def _mark_cell(sheet: Any, found: dict[str, Any]) -> None:
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    cell = sheet[_first_of_merged(sheet, found["address"])]
    text = f"{found['explanation']}\n{found['action']}"
    if found["example"]:
        text += f"\nContoh: {found['example']}"
    if cell.comment is not None and cell.comment.author == _AUTHOR:
        text = f"{cell.comment.text}\n\n{text}"
    is_red = found["rejected"] or cell.fill.fgColor.rgb == f"00{_RED}"
    cell.fill = PatternFill("solid", fgColor=_RED if is_red else _AMBER)
    cell.comment = Comment(text, _AUTHOR, width=340, height=60 + 18 * (1 + len(text) // 45))


def _first_of_merged(sheet: Any, address: str) -> str:
    for area in sheet.merged_cells.ranges:
        if address in area:
            return str(area.start_cell.coordinate)
    return address


def _write_summary(book: Any, marks: Marks) -> None:
    """The first sheet: every reason, with a link to its cell."""
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.worksheet.hyperlink import Hyperlink

    if SUMMARY in book.sheetnames:
        del book[SUMMARY]
    sheet = book.create_sheet(SUMMARY, 0)
    book.active = 0
    for other in book.worksheets[1:]:
        other.sheet_view.tabSelected = False
    rejected = len({(f["sheet"], f["row"]) for f in marks.findings if f["rejected"]})
    sheet["A1"] = f"Hasil pemeriksaan {marks.file_name}"
    sheet["A1"].font = Font(name="Calibri", bold=True, size=16, color=_NAVY)
    sheet["A2"] = (
        f"{rejected} baris ditolak (merah), {len(marks.findings)} sel perlu diperiksa. Baris yang benar sudah masuk. "
        "Perbaiki sel yang diwarnai, lalu kirim berkas ini lagi."
    )
    for letter, width in _WIDTHS.items():
        sheet.column_dimensions[letter].width = width
    titles = ("Lembar", "Baris", "Kolom", "Akibat", "Apa yang salah", "Yang perlu dilakukan", "Contoh isian benar")
    for at, title in enumerate(titles, start=1):
        cell = sheet.cell(4, at, title)
        cell.font, cell.fill = Font(name="Calibri", bold=True, color="FFFFFF"), PatternFill("solid", fgColor=_NAVY)
    for row, found in enumerate(marks.findings, start=5):
        effect = "ditolak" if found["rejected"] else "ditandai"
        texts = (found["sheet"], found["row"], found["heading"], effect, found["explanation"], found["action"],
                 found["example"])  # fmt: skip
        for at, text in enumerate(texts, start=1):
            cell = sheet.cell(row, at)
            cell.value = text
            if isinstance(text, str):
                cell.data_type = "s"
            cell.alignment = Alignment(wrap_text=True, vertical="top")
        target = sheet.cell(row, 2)
        target.hyperlink = Hyperlink(ref=target.coordinate, location=f"'{found['sheet']}'!{found['address']}")
        target.font = Font(color="0563C1", underline="single")
        sheet.cell(row, 4).fill = PatternFill("solid", fgColor=_RED if found["rejected"] else _AMBER)
    sheet.freeze_panes = "A5"
    sheet.sheet_view.showGridLines = False
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
