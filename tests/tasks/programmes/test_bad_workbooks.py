"""A file that cannot be taken in gives one clear error and stages nothing."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from errors import InputRejectedError
from tasks.programmes import reading
from tasks.programmes.template import write_report
from tasks.programmes.template_guide import ReportHead
from tasks.sandbox import Limits
from tests.tasks.programmes.conftest import GOOD_LINE, HEAD, HEADINGS
from warehouse.programmes import StagedReport

Stage = Callable[[Path], StagedReport]
Workbook = Callable[..., Path]

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def refusal(stage: Stage, file: Path) -> InputRejectedError:
    with pytest.raises(InputRejectedError) as caught:
        stage(file)
    error = caught.value
    assert file.name in error.where
    assert error.next_step
    assert not list((file.parent / "staging" / file.name).glob("*.parquet"))
    return error


def filled(path: Path) -> Path:
    write_report(path, ReportHead("DLH", "Jenggot", 2022, 2), [{"kegiatan": "Jamban", "horizon": "pendek"}])
    return path


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "Berkas kosong"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(500), "bukan buku kerja Excel"),
        (_OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "kata sandi"),
        (_OLE + bytes(600), "Excel lama"),
        (b"<!DOCTYPE html><html><table></table></html>", "HTML"),
        (b"Kegiatan;Horizon\nJamban;pendek\n", "Kepala kolom laporan tidak sesuai"),
        (b"PK\x03\x04 then nothing", "terpotong"),
    ],
    ids=["kosong", "jpeg", "sandi", "xls", "html", "csv", "bukan-zip"],
)
def test_files_that_are_no_workbook(stage: Stage, tmp_path: Path, content: bytes, message: str) -> None:
    file = tmp_path / "laporan.xlsx"
    file.write_bytes(content)
    assert message in refusal(stage, file).what


def test_truncated_workbook(stage: Stage, tmp_path: Path) -> None:
    file = filled(tmp_path / "laporan.xlsx")
    file.write_bytes(file.read_bytes()[:-2_000])
    assert "terpotong" in refusal(stage, file).what


def test_damaged_member(stage: Stage, tmp_path: Path) -> None:
    file = filled(tmp_path / "laporan.xlsx")
    replace_sheet(file, b"<worksheet><sheetData><row r='1'>")
    assert "rusak" in refusal(stage, file).what


def test_other_zip(stage: Stage, tmp_path: Path) -> None:
    file = tmp_path / "laporan.xlsx"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("foto.jpg", b"x")
    assert "zip" in refusal(stage, file).what


def test_zip_bomb_is_refused_from_its_directory(stage: Stage, tmp_path: Path) -> None:
    file = filled(tmp_path / "laporan.xlsx")
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/x.bin", bytes(30 << 20))
    assert "terlalu besar" in refusal(stage, file).what


def replace_sheet(file: Path, sheet: bytes) -> None:
    with zipfile.ZipFile(file) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, sheet if name == "xl/worksheets/sheet1.xml" else content)


_FAR_CELL = (
    b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    b'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    b"</sheetData></worksheet>"
)


def test_far_cell_is_named(stage: Stage, tmp_path: Path) -> None:
    file = filled(tmp_path / "laporan.xlsx")
    replace_sheet(file, _FAR_CELL)
    assert "XFD1048576" in refusal(stage, file).what


def test_far_cell_past_the_scan_only_kills_the_child(tmp_path: Path) -> None:
    """The scan is one guard, the limits of the child the other: `open_far` loads the sheet without the scan."""
    file = filled(tmp_path / "laporan.xlsx")
    replace_sheet(file, _FAR_CELL)
    with pytest.raises(InputRejectedError, match="tidak dapat dibaca"):
        reading.run_limited(
            "tests.tasks.programmes.test_bad_workbooks:open_far", str(file), where=file.name, limits=Limits()
        )


def open_far(file: str) -> None:
    import fastexcel

    fastexcel.read_excel(file).load_sheet(0, header_row=None, skip_rows=0, dtypes="string")


def test_empty_sheet(stage: Stage, workbook: Workbook) -> None:
    assert "kosong" in refusal(stage, workbook()).what


def test_missing_header(stage: Stage, workbook: Workbook) -> None:
    error = refusal(stage, workbook(*HEAD, (), GOOD_LINE))
    assert error.what == "Kepala tabel tidak ditemukan."
    assert "Sumber Dana" in error.next_step


def test_headings_that_do_not_fit_list_both_sides(stage: Stage, workbook: Workbook) -> None:
    headings = tuple("Sasaran" if name == "Target" else name for name in HEADINGS)
    what = refusal(stage, workbook(*HEAD, headings, GOOD_LINE)).what
    assert "Tidak dikenal: 'Sasaran' (kolom D)." in what
    assert "Tidak ada: 'Target'." in what


def test_heading_twice(stage: Stage, workbook: Workbook) -> None:
    file = workbook(*HEAD, (*HEADINGS, "Pagu"), (*GOOD_LINE, 1))
    assert "Ganda: 'Anggaran (Rp)'." in refusal(stage, file).what


def test_content_without_heading(stage: Stage, workbook: Workbook) -> None:
    report = stage(workbook(*HEAD, HEADINGS, (*GOOD_LINE, None, "lihat lampiran")))
    assert report.remarks == ("Lembar Laporan: isi kolom tanpa judul tidak dibaca: K.",)
    assert report.accounting.accepted == 1


def test_no_line_below_the_header(stage: Stage, workbook: Workbook) -> None:
    assert "Tidak ada satu pun isian" in refusal(stage, workbook(*HEAD, HEADINGS)).what


@pytest.mark.parametrize(
    ("head", "message"),
    [
        (HEAD[:3], "Triwulan"),
        ((("OPD", "Dinas Sihir"), *HEAD[1:]), "'Dinas Sihir' tidak dikenal"),
        ((HEAD[0], ("Kelurahan", "Gotham"), *HEAD[2:]), "'Gotham' tidak ada"),
        ((*HEAD[:3], ("Triwulan", 5)), "Triwulan"),
    ],
)
def test_head_that_cannot_be_read(stage: Stage, workbook: Workbook, head: tuple, message: str) -> None:
    assert message in refusal(stage, workbook(*head, HEADINGS, GOOD_LINE)).what


def test_formula_that_was_never_calculated(stage: Stage, workbook: Workbook) -> None:
    line = (*GOOD_LINE[:5], "=5*200000", *GOOD_LINE[6:])
    assert "sel F6" in refusal(stage, workbook(*HEAD, HEADINGS, line)).what
