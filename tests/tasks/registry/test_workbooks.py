"""Every sheet row becomes one line, and every cell the text that the register's rules expect."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import hypothesis.strategies as st
import openpyxl
import pytest
import xlsxwriter
from hypothesis import example, given, settings
from xlsxwriter.worksheet import Worksheet

from errors import InputRejectedError
from tasks.registry import workbooks
from tasks.registry.cell_texts import CELL_SEPARATOR, text_of_fault
from tasks.registry.magic import FileKind
from tasks.registry.workbooks import SheetText, convert_workbook
from tasks.sandbox import Limits

FIXTURES = Path(__file__).parents[2] / "fixtures" / "registry"

Read = Callable[..., list[SheetText]]
Write = Callable[[Worksheet, xlsxwriter.Workbook], object]


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Read:
    """Convert without a child process, which costs half a second; one test below does with it."""

    def call(_function: str, *texts: str, where: str, limits: Limits) -> None:
        workbooks.extract(*texts)

    monkeypatch.setattr(workbooks, "run_limited", call)

    def run(file: Path, kind: FileKind = FileKind.XLSX) -> list[SheetText]:
        folder = tmp_path / "isi"
        folder.mkdir(exist_ok=True)
        return convert_workbook(file, folder, name="register.xlsx", kind=kind)

    return run


def lines(sheet: SheetText) -> list[list[str]]:
    written = sheet.path.read_text(encoding="utf-8")
    assert written.endswith("\n")
    found = [line.split(CELL_SEPARATOR) for line in written.removesuffix("\n").split("\n")]
    assert len(found) == sheet.rows
    assert {len(line) for line in found} == {sheet.columns + 1}
    assert len(sheet.letters) == sheet.columns
    assert [line[0] for line in found] == [str(row) for row in range(1, sheet.rows + 1)]
    return [line[1:] for line in found]


def made(file: Path, write: Write) -> Path:
    with xlsxwriter.Workbook(file) as book:
        write(book.add_worksheet("Data"), book)
    return file


def cell(read: Read, file: Path, write: Write) -> str:
    """What the only cell of a sheet becomes."""
    (sheet,) = read(made(file, write))
    ((text,),) = lines(sheet)
    return text


def number(value: float, pattern: str = "") -> Write:
    return lambda sheet, book: sheet.write_number(0, 0, value, book.add_format({"num_format": pattern or "General"}))


def text(value: str) -> Write:
    return lambda sheet, _book: sheet.write_string(0, 0, value)


def formula(value: object) -> Write:
    return lambda sheet, _book: sheet.write_formula(0, 0, "=A2", None, value)


_DAY = "dd/mm/yyyy"
CELLS = {
    "teks": (text("BUDI"), "BUDI"),
    "teks-nik": (text("3375010101800010"), "3375010101800010"),
    "teks-apostrof": (text("'3375010101800010"), "'3375010101800010"),
    "teks-nol-di-depan": (text("007"), "007"),
    "teks-spasi": (text("  BUDI "), "  BUDI "),
    "teks-true": (text("true"), "true"),
    "teks-tanggal": (text("1980-01-02 00:00:00"), "1980-01-02 00:00:00"),
    "teks-iso-t": (text("1980-01-02T00:00:00"), "1980-01-02T00:00:00"),
    "teks-kutip": (text('BUDI "BI", A'), 'BUDI "BI", A'),
    "baris-baru": (text("BUDI\nBIN AMIR"), "BUDI BIN AMIR"),
    "semua-baris-baru": (text("a\x0bb\x0cc\x1cd\x1de\x1ef\x85g\u2028h\u2029i\x1fj"), "a b c d e f g h i j"),
    "benar": (lambda sheet, _book: sheet.write_boolean(0, 0, True), "TRUE"),
    "salah": (lambda sheet, _book: sheet.write_boolean(0, 0, False), "FALSE"),
    "tanggal": (number(29222, _DAY), "1980-01-02"),
    "tanggal-jam": (number(29222.5625, f"{_DAY} hh:mm"), "1980-01-02 13:30:00"),
    "tanggal-sebelum-maret-1900": (number(59, _DAY), "1900-02-28"),
    "jam": (number(0.5, "hh:mm"), "12:00:00"),
    "nik-dalam-kolom-tanggal": (number(337501010180011, _DAY), "337501010180011"),
    "nik-16-dalam-kolom-tanggal": (number(3375010101800100, _DAY), "3.37501010180010E+15"),
    "bulat": (number(3), "3"),
    "negatif": (number(-3), "-3"),
    "nomor-seri": (number(25708), "25708"),
    "pecahan": (number(1.125), "1.125"),
    "sembilan-desimal": (number(-6.88870123456), "-6.888701235"),
    "kecil": (number(0.0000001), "0.0000001"),
    "persen": (number(0.075, "0.0%"), "0.075"),
    "15-digit": (number(337501010180000), "337501010180000"),
    "nik-utuh": (number(3375010101800011), "3375010101800011"),
    "nik-berakhir-nol": (number(3375010101800010), "3.37501010180001E+15"),
    "nik-papua": (number(9201010101800001), "9.20101010180000E+15"),
    "17-digit": (number(33750101018000111), "3.37501010180001E+16"),
    "rumus-angka": (formula(3), "3"),
    "rumus-teks": (formula("3375010101800010"), "3375010101800010"),
    "rumus-benar": (formula(True), "TRUE"),
    "rumus-galat": (formula("#N/A"), "#N/A"),
    "rumus-galat-rujukan": (formula("#REF!"), "#REF!"),
    "rumus-galat-bagi": (formula("#DIV/0!"), "#DIV/0!"),
    "rumus-galat-nama": (formula("#NAME?"), "#NAME?"),
    "rumus-galat-nilai": (formula("#VALUE!"), "#VALUE!"),
    "rumus-galat-angka": (formula("#NUM!"), "#NUM!"),
    "rumus-galat-kosong": (formula("#NULL!"), "#NULL!"),
}


@pytest.mark.parametrize(("write", "expected"), CELLS.values(), ids=CELLS.keys())
def test_what_a_cell_becomes(read: Read, tmp_path: Path, write: Write, expected: str) -> None:
    assert cell(read, tmp_path / "a.xlsx", write) == expected


def test_kinds_of_cells_mixed_in_one_column(read: Read, tmp_path: Path) -> None:
    """The column holds what makes both kinds of numbers and dates doubtful, so each cell must be told apart."""

    def write(sheet: Worksheet, book: xlsxwriter.Workbook) -> None:
        day = book.add_format({"num_format": _DAY})
        sheet.write_string(0, 0, "3375010101800010")
        sheet.write_number(1, 0, 3375010101800010)
        sheet.write_string(2, 0, "1980-01-02 00:00:00")
        sheet.write_datetime(3, 0, datetime(1980, 1, 2), day)
        sheet.write_boolean(4, 0, True)
        sheet.write_string(5, 0, "true")
        sheet.write_number(7, 0, 7)

    (sheet,) = read(made(tmp_path / "a.xlsx", write))
    assert [line[0] for line in lines(sheet)] == [
        "3375010101800010",
        "3.37501010180001E+15",
        "1980-01-02 00:00:00",
        "1980-01-02",
        "TRUE",
        "true",
        "",
        "7",
    ]


def test_rows_keep_their_numbers_and_empty_columns_go(read: Read, tmp_path: Path) -> None:
    def write(sheet: Worksheet, book: xlsxwriter.Workbook) -> None:
        bold = book.add_format({"bold": True})
        sheet.write_string("C3", "NIK")
        sheet.write_string("F3", "NAMA")
        sheet.write_string("C5", "1")
        sheet.write_string("D5", "")
        sheet.write_blank("H9", None, bold)
        sheet.write_string("AB6", "catatan")
        sheet.write_string("F8", "")

    (sheet,) = read(made(tmp_path / "a.xlsx", write))
    assert (sheet.sheet, sheet.letters) == ("Data", ("C", "F", "AB"))
    assert lines(sheet) == [["", "", ""]] * 2 + [
        ["NIK", "NAMA", ""],
        ["", "", ""],
        ["1", "", ""],
        ["", "", "catatan"],
    ]


def test_only_visible_sheets_of_cells_with_content(read: Read, tmp_path: Path) -> None:
    file = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(file) as book:
        for name in ("Keluarga", "Kosong", "Sembunyi", "Tersembunyi sekali", "Anggota"):
            sheet = book.add_worksheet(name)
            if name != "Kosong":
                sheet.write_string("B2", name)
        book.get_worksheet_by_name("Sembunyi").hide()
        book.get_worksheet_by_name("Tersembunyi sekali").very_hidden()
        chart = book.add_chart({"type": "line"})
        chart.add_series({"values": "=Keluarga!$B$2:$B$3"})
        book.add_chartsheet("Grafik").set_chart(chart)
    sheets = read(file)
    assert [(sheet.sheet, lines(sheet)) for sheet in sheets] == [
        ("Keluarga", [[""], ["Keluarga"]]),
        ("Anggota", [[""], ["Anggota"]]),
    ]
    assert len({sheet.path for sheet in sheets}) == 2


@pytest.mark.parametrize("kind", [FileKind.ODS, FileKind.XLS])
def test_old_excel_and_open_document(tmp_path: Path, kind: FileKind) -> None:
    """In a child. The fixtures are made from the .fods beside them by `soffice --convert-to ods` and `xls`."""
    file = FIXTURES / f"jenis_sel.{kind}"
    register, members = convert_workbook(file, tmp_path, name="register.xlsx", kind=kind)
    assert (register.sheet, register.letters) == ("Register", ("A", "C", "D", "E"))
    assert lines(register) == [
        ["DATA CONTOH", "", "", ""],
        ["", "", "", ""],
        ["NIK", "NAMA", "TANGGAL", "LAIN"],
        ["3375010101800010", "BUDI CONTOH", "1980-01-02", "TRUE"],
        ["3.37501010180001E+15", "  SITI", "1980-01-02 13:30:00", "3"],
        ["3375010101800011", "true", "02-01-1980", "1.125"],
        ["9.20101010180000E+15", "3", "12:30:00", "#N/A"],
        ["###", "", "", "#DIV/0!"],
    ]
    assert (members.sheet, lines(members)) == ("Anggota", [["NIK"]])


def refusal(read: Read, file: Path, kind: FileKind = FileKind.XLSX) -> InputRejectedError:
    with pytest.raises(InputRejectedError) as caught:
        read(file, kind)
    assert "register.xlsx" in caught.value.where
    assert caught.value.next_step
    return caught.value


def test_formulas_that_were_never_calculated_are_named(read: Read, tmp_path: Path) -> None:
    file = tmp_path / "a.xlsx"
    book = openpyxl.Workbook()
    book.active.append(["NIK", "NO"])
    for row in range(2, 10):
        book.active.append(["3375010101800011", f"=B{row}+1"])
    book.create_sheet("Lain").append(["x"])
    book.save(file)
    error = refusal(read, file)
    assert error.what == "Ada rumus yang hasilnya tidak tersimpan di sel B2, B3, B4, B5, B6 dan lainnya."
    assert error.where == "register.xlsx, lembar Sheet"


def test_formula_beyond_the_first_piece_is_found_once(read: Read, tmp_path: Path) -> None:
    """The sheet is longer than several pieces of the scan, with formulas all over it; one has no result."""

    def write(sheet: Worksheet, _book: xlsxwriter.Workbook) -> None:
        for row in range(60_000):
            sheet.write_formula(row, 0, "=1+1", None, "" if row == 41_234 else 2)
            sheet.write_number(row, 1, row)

    file = made(tmp_path / "a.xlsx", write)
    changed = replace_sheet(file, lambda xml: re.sub(rb'(<c r="A41235")[^>]*(><f>1\+1</f>)<v></v>', rb"\1\2", xml))
    assert "di sel A41235." in refusal(read, changed).what


def test_empty_text_is_a_result(read: Read, tmp_path: Path) -> None:
    def write(sheet: Worksheet, _book: xlsxwriter.Workbook) -> None:
        sheet.write_string(0, 0, "x")
        sheet.write_formula(0, 1, '=""', None, "")
        sheet.write_string(0, 2, "y")

    file = replace_sheet(
        made(tmp_path / "a.xlsx", write), lambda xml: xml.replace(b'<c r="B1"><f>', b'<c r="B1" t="str"><f>')
    )
    (sheet,) = read(file)
    assert lines(sheet) == [["x", "y"]]


def replace_sheet(file: Path, change: Callable[[bytes], bytes], member: str = "xl/worksheets/sheet1.xml") -> Path:
    with zipfile.ZipFile(file) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    before = members[member]
    members[member] = change(before)
    assert members[member] != before
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file


def test_far_cell_is_named(read: Read, tmp_path: Path) -> None:
    file = made(tmp_path / "a.xlsx", lambda sheet, _book: sheet.write_string("XFD1048576", "x"))
    error = refusal(read, file)
    assert "sel XFD1048576" in error.what
    assert error.where == "register.xlsx, lembar Data"


def test_far_cell_that_is_only_coloured_does_no_harm(read: Read, tmp_path: Path) -> None:
    def write(sheet: Worksheet, book: xlsxwriter.Workbook) -> None:
        sheet.write_string("A1", "NIK")
        sheet.write_blank("XFD1048576", None, book.add_format({"bg_color": "yellow"}))

    assert cell(read, tmp_path / "a.xlsx", write) == "NIK"


def test_far_cell_past_the_scan_only_kills_the_child(tmp_path: Path) -> None:
    def write(sheet: Worksheet, _book: xlsxwriter.Workbook) -> None:
        sheet.write_string("A1", "x")
        sheet.write_string("ZZ1048576", "x")

    file = made(tmp_path / "a.xlsx", write)
    with pytest.raises(InputRejectedError, match="melewati batas"):
        convert_workbook(file, tmp_path, name="register.xlsx", kind=FileKind.XLSX)


def test_sheet_full_to_its_last_row_may_have_lost_the_rest(read: Read, tmp_path: Path) -> None:
    file = made(tmp_path / "a.xlsx", lambda sheet, _book: sheet.write_string("A1048576", "x"))
    assert "(1.048.576)" in refusal(read, file).what


def test_empty_workbook(read: Read, tmp_path: Path) -> None:
    assert "tidak berisi apa pun" in refusal(read, made(tmp_path / "a.xlsx", lambda _sheet, _book: None)).what


def test_complaint_that_is_not_known_has_no_text() -> None:
    assert text_of_fault("Expected string but got 'Rahasia(1)'") is None


def test_dates_counted_from_1904(read: Read, tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx", {"date_1904": True}) as book:
        book.add_worksheet().write_datetime(0, 0, datetime(1980, 1, 2), book.add_format({"num_format": _DAY}))
    (sheet,) = read(tmp_path / "a.xlsx")
    assert lines(sheet) == [["1980-01-02"]]


def test_elements_with_a_prefix(read: Read, tmp_path: Path) -> None:
    """So some libraries write them; the scan must find the formula there too."""

    def prefixed(xml: bytes) -> bytes:
        return re.sub(rb"<(/?)(\w)", rb"<\1x:\2", xml).replace(b' xmlns="', b' xmlns:x="')

    def write(sheet: Worksheet, _book: xlsxwriter.Workbook) -> None:
        sheet.write_number("A1", 3)
        sheet.write_formula("A2", "=A1", None, 3)

    file = replace_sheet(made(tmp_path / "a.xlsx", write), prefixed)
    (sheet,) = read(file)
    assert lines(sheet) == [["3"], ["3"]]
    without = replace_sheet(file, lambda xml: xml.replace(b"<x:f>A1</x:f><x:v>3</x:v>", b"<x:f>A1</x:f>"))
    assert "di sel A2." in refusal(read, without).what


@pytest.mark.parametrize("member", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"])
def test_damaged_parts_of_a_workbook(read: Read, tmp_path: Path, member: str) -> None:
    file = made(tmp_path / "a.xlsx", text("NIK"))
    error = refusal(read, replace_sheet(file, lambda xml: xml[: len(xml) // 2] + b"<<", member))
    assert error.what == "Buku kerja terpotong atau rusak."


@pytest.mark.parametrize("member", ["xl/sharedStrings.xml", "xl/styles.xml", "xl/worksheets/sheet1.xml"])
def test_a_flipped_bit_is_not_read_as_another_text(read: Read, tmp_path: Path, member: str) -> None:
    file = made(tmp_path / "a.xlsx", text("3375010101800011"))
    with zipfile.ZipFile(file) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    content, part = file.read_bytes(), members[member]
    half = len(part) // 2
    file.write_bytes(content.replace(part, part[:half] + bytes([part[half] ^ 1]) + part[half + 1 :]))
    assert refusal(read, file).what == "Buku kerja terpotong atau rusak."


@pytest.mark.parametrize("kind", [FileKind.ODS, FileKind.XLS])
def test_other_workbooks_that_are_cut_off(read: Read, tmp_path: Path, kind: FileKind) -> None:
    whole = (FIXTURES / f"jenis_sel.{kind}").read_bytes()
    file = tmp_path / "a"
    file.write_bytes(whole[:2_500])
    assert refusal(read, file, kind).what == "Buku kerja terpotong atau rusak."


_BREAKS = "".join(chr(point) for point in range(0x3000) if len(f"a{chr(point)}b".splitlines()) > 1) + CELL_SEPARATOR
_TEXTS = st.text(
    st.characters(exclude_categories=("Cs",), exclude_characters="\ufffe\uffff", min_codepoint=1)
    | st.sampled_from(f'{_BREAKS}\t "&<_x'),
    max_size=12,
)
_ROWS = st.integers(1, 5).flatmap(
    lambda width: st.lists(st.lists(_TEXTS, min_size=width, max_size=width), min_size=1, max_size=8)
)


def without_breaks(value: str) -> str:
    return re.sub(f"\r\n|[{_BREAKS}]", " ", value)


@settings(max_examples=80, deadline=None)
@given(_ROWS)
@example([["3375010101800000", "true", "1980-01-02 00:00:00"], ["#N/A", "_x000D_", "=1+1"]])
def test_texts_come_back_as_they_were(tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]) -> None:
    file = (folder := tmp_path_factory.mktemp("bolak-balik")) / "a.xlsx"
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        sheet.write_string(0, 0, "awal")
        for at, row in enumerate([*rows, ["akhir"] * len(rows[0])], start=1):
            for column, value in enumerate(row):
                sheet.write_string(at, column, value)
    workbooks.extract(str(file), str(folder), "a", "xlsx")
    written = (folder / "lembar-1.txt").read_bytes().decode("utf-8").split("\n")
    found = [line.split(CELL_SEPARATOR)[1:] for line in written[1:-2]]
    assert found == [[without_breaks(value) for value in row] for row in rows]
