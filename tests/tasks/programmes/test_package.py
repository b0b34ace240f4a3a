"""What is no workbook is called what the register calls it; a report may be fewer kinds."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from errors import InputRejectedError
from tasks.programmes.package import check_package
from tasks.registry.magic import FileKind, Refusal, diagnose
from tests.system.fuzz.specimens import FIXTURES, Dress, dressed

ROWS = [["NIK", "NAMA"], ["1", "SITI"]]


def refusal(file: Path) -> InputRejectedError:
    with pytest.raises(InputRejectedError) as caught:
        check_package(file, "laporan.xlsx")
    assert caught.value.where == "laporan.xlsx"
    assert "register" not in caught.value.paragraph
    return caught.value


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.7", "dokumen PDF"),
        (b"\x89PNG\r\n", "gambar PNG"),
        (b"Rar!\x1a", "arsip RAR"),
        (b"<html><body>", "halaman web (HTML) atau XML"),
        ("Kegiatan".encode("utf-16"), "teks UTF-16"),
    ],
)
def test_a_foreign_file_has_one_name_at_both_desks(content: bytes, kind: str, tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_bytes(content)
    found = diagnose(file)
    assert isinstance(found, Refusal)
    assert found.what.startswith(f"Berkas ini {kind}, ")
    assert refusal(file).what == f"Berkas ini {kind}, bukan buku kerja Excel (.xlsx)."


@pytest.mark.parametrize("kind", [kind for kind in FileKind if kind is not FileKind.XLSX])
def test_what_a_register_may_be_is_named_too(kind: FileKind, tmp_path: Path) -> None:
    file = tmp_path / "a"
    if kind is FileKind.XLS:
        file = FIXTURES / "jenis_sel.xls"
    elif kind is FileKind.ZIP:
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("foto.jpg", b"x")
    else:
        file.write_bytes(dressed(ROWS, Dress(kind.value)))
    assert diagnose(file) is kind
    assert refusal(file).what.endswith(", bukan buku kerja Excel (.xlsx).")


def test_a_workbook_passes(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_bytes(dressed(ROWS, Dress("xlsx")))
    check_package(file, "laporan.xlsx")


@pytest.mark.parametrize("end", [-1, -40, 100])
def test_a_workbook_that_is_cut_off(end: int, tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_bytes(dressed(ROWS, Dress("xlsx"))[:end])
    assert "terpotong atau rusak" in refusal(file).what
