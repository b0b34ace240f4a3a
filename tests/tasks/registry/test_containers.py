"""What a file is shows in its bytes, whatever its name; a zip gives its tables and nothing else, or one clear error."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import hypothesis.strategies as st
import polars as pl
import pytest
import xlsxwriter
from hypothesis import given, settings

from errors import InputRejectedError
from tasks.office import OLE_MAGIC
from tasks.registry import containers
from tasks.registry.containers import FileKind, Member, recognise, unpack

FIXTURES = Path(__file__).parents[2] / "fixtures" / "registry"
CSV = b"NIK|NAMA\n3375010101800001|BUDI\n"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(64)
PDF = b"%PDF-1.7\n%\xe2\xe3"
ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"


def xlsx() -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        book.add_worksheet().write_string(0, 0, "NIK")
    return made.getvalue()


def parquet() -> bytes:
    made = io.BytesIO()
    pl.DataFrame({"NIK": ["3375010101800001"]}).write_parquet(made)
    return made.getvalue()


def ods() -> bytes:
    return (FIXTURES / "jenis_sel.ods").read_bytes()


def xls() -> bytes:
    return (FIXTURES / "jenis_sel.xls").read_bytes()


def packed(*members: tuple[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return made.getvalue()


def locked(content: bytes) -> bytes:
    """The same zip, with the bit set that says "encrypted" in its directory and before each member."""
    changed = bytearray(content)
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = changed.find(mark)
        while start >= 0:
            changed[start + at] |= 1
            start = changed.find(mark, start + 4)
    return bytes(changed)


def old_office(*streams: str, first: bytes = b"") -> bytes:
    """An OLE file in outline: a header, one sector of directory entries, one with the beginning of each stream."""
    entries = b""
    for name in streams:
        encoded = (name + "\0").encode("utf-16-le")
        place = (1).to_bytes(4, "little") + (4096).to_bytes(8, "little")
        entries += encoded.ljust(64, b"\0") + len(encoded).to_bytes(2, "little") + b"\x02" + bytes(49) + place
    return OLE_MAGIC.ljust(30, b"\0") + b"\x09".ljust(482, b"\0") + entries.ljust(512, b"\0") + first.ljust(512, b"\0")


def locked_xls() -> bytes:
    beginning, write_protection, password = "0908020000060000", "86000000", "2f0004000000ffff"
    return old_office("Workbook", first=bytes.fromhex(beginning[:12] + write_protection + password))


def written(folder: Path, content: bytes, name: str = "register.csv") -> Path:
    file = folder / name
    file.write_bytes(content)
    return file


KINDS = {
    "teks": (CSV, FileKind.TEXT),
    "teks-bom": (b"\xef\xbb\xbf" + CSV, FileKind.TEXT),
    "cp1252": ("NAMA\nANDR\xc9\n".encode("cp1252"), FileKind.TEXT),
    "xlsx": (xlsx(), FileKind.XLSX),
    "xls": (xls(), FileKind.XLS),
    "xls-95": (old_office("Book", first=bytes.fromhex("090802000006")), FileKind.XLS),
    "ods": (ods(), FileKind.ODS),
    "parquet": (parquet(), FileKind.PARQUET),
    "zip": (packed(("a.csv", CSV)), FileKind.ZIP),
}


@pytest.mark.parametrize("name", ["register.csv", "register.xls", "register.pdf", "register"])
@pytest.mark.parametrize(("content", "kind"), KINDS.values(), ids=KINDS.keys())
def test_kind_is_known_by_the_bytes_and_not_by_the_name(
    tmp_path: Path, content: bytes, kind: FileKind, name: str
) -> None:
    assert recognise(written(tmp_path, content, name), name=name) is kind


REFUSED = {
    "kosong": (b"", "kosong", "unduhan"),
    "jpeg": (JPEG, "JPEG", "CSV atau XLSX"),
    "png": (b"\x89PNG\r\n\x1a\n\x00\x00", "PNG", "CSV atau XLSX"),
    "pdf": (PDF, "PDF", "CSV atau XLSX"),
    "access": (b"\x00\x01\x00\x00Standard ACE DB\x00", "Access", "CSV atau XLSX"),
    "gzip": (b"\x1f\x8b\x08\x00" + bytes(20), "GZIP", "ZIP"),
    "rar": (b"Rar!\x1a\x07\x00", "RAR", "ZIP"),
    "7z": (b"7z\xbc\xaf\x27\x1c\x00\x04", "7-Zip", "ZIP"),
    "html": (b"\r\n <HTML><body>Sesi habis</body></html>", "HTML", "unduh ulang"),
    "html-bom": (b"\xef\xbb\xbf<!DOCTYPE html><html>", "HTML", "unduh ulang"),
    "tabel-html": (b"<table border=1><tr><td>NIK</td></tr></table>", "HTML", "simpan sebagai"),
    "xml": (b'<?xml version="1.0"?><Workbook></Workbook>', "XML", "simpan sebagai"),
    "utf-16-le": ("NIK,NAMA\n".encode("utf-16"), "UTF-16", "CSV UTF-8"),
    "utf-16-be": ("NIK,NAMA\n".encode("utf-16-be"), "UTF-16", "CSV UTF-8"),
    "biner": (b"\x07\x00\x11\x22\x00\x00\x01\x02\x03", "biner", "CSV UTF-8"),
    "parquet-terpotong": (parquet()[:-10], "Parquet terpotong", "lengkap"),
    "xlsx-terpotong": (xlsx()[:-200], "terpotong", "lengkap"),
    "bukan-zip": (b"PK\x03\x04 lalu tidak ada apa-apa", "terpotong", "lengkap"),
    "xlsx-sandi": (old_office("EncryptedPackage", "EncryptionInfo"), "kata sandi", "Protect Workbook"),
    "xls-sandi": (locked_xls(), "kata sandi", "Protect Workbook"),
    "zip-sandi": (locked(packed(("a.csv", CSV))), "ZIP dilindungi kata sandi", "kemas ulang"),
    "xlsx-anggota-sandi": (locked(xlsx()), "Buku kerja dilindungi kata sandi", "Protect Workbook"),
    "ods-sandi": (
        packed(("mimetype", ODS_TYPE.encode()), ("META-INF/manifest.xml", b"<manifest:encryption-data/>")),
        "ODS dilindungi kata sandi",
        "LibreOffice",
    ),
    "ods-sandi-24": (
        packed(("mimetype", ODS_TYPE.encode()), ("META-INF/manifest.xml", b"<m/>"), ("encrypted-package", b"x")),
        "ODS dilindungi kata sandi",
        "LibreOffice",
    ),
    "odt": (
        packed(("mimetype", b"application/vnd.oasis.opendocument.text"), ("META-INF/manifest.xml", b"<m/>")),
        "OpenDocument",
        "CSV atau XLSX",
    ),
    "xlsb": (packed(("xl/workbook.bin", b"x")), ".xlsb", ".xlsx"),
    "docx": (packed(("word/document.xml", b"<w/>")), "Word", "CSV atau XLSX"),
    "pptx": (packed(("ppt/presentation.xml", b"<p/>")), "PowerPoint", "CSV atau XLSX"),
    "doc": (old_office("WordDocument"), "Office lama", "CSV atau XLSX"),
    "doc-tentang-workbook": (old_office("WordDocument") + "Workbook\0".encode("utf-16-le"), "Office lama", "CSV"),
    "ole-pendek": (OLE_MAGIC, "Office lama", "CSV"),
    "bom-zip": (packed(("a.csv", bytes(4 << 20))), "terlalu besar", "Salin tabelnya"),
}


@pytest.mark.parametrize(("content", "what", "next_step"), REFUSED.values(), ids=REFUSED.keys())
def test_other_files_are_refused_with_what_they_are_and_what_to_do(
    tmp_path: Path, content: bytes, what: str, next_step: str
) -> None:
    with pytest.raises(InputRejectedError) as caught:
        recognise(written(tmp_path, content), name="kiriman.xls")
    assert what in caught.value.what
    assert next_step in caught.value.next_step
    assert caught.value.where == "kiriman.xls"


def unpacked(folder: Path, content: bytes) -> list[Member]:
    target = folder / "isi"
    target.mkdir()
    return unpack(written(folder, content), target, name="arsip.zip")


def refusal(folder: Path, content: bytes) -> InputRejectedError:
    with pytest.raises(InputRejectedError) as caught:
        unpacked(folder, content)
    assert caught.value.next_step
    return caught.value


@pytest.mark.parametrize(("content", "kind"), [pair for pair in KINDS.values() if pair[1] is not FileKind.ZIP])
def test_what_is_no_archive_is_its_own_member(tmp_path: Path, content: bytes, kind: FileKind) -> None:
    assert unpacked(tmp_path, content) == [Member("arsip.zip", tmp_path / "register.csv", kind)]
    assert not list((tmp_path / "isi").iterdir())


@pytest.mark.parametrize(("content", "kind"), [pair for pair in KINDS.values() if pair[1] is not FileKind.ZIP])
def test_every_kind_comes_out_of_a_zip_unchanged(tmp_path: Path, content: bytes, kind: FileKind) -> None:
    (member,) = unpacked(tmp_path, packed(("Data 2022/berkas.dat", content)))
    assert (member.name, member.kind) == ("arsip.zip/Data 2022/berkas.dat", kind)
    assert member.path.read_bytes() == content


def test_two_tables_in_their_order(tmp_path: Path) -> None:
    members = unpacked(tmp_path, packed(("keluarga.csv", CSV), ("anggota.xlsx", xlsx())))
    assert [(member.name, member.path.name, member.kind) for member in members] == [
        ("arsip.zip/keluarga.csv", "member-1", FileKind.TEXT),
        ("arsip.zip/anggota.xlsx", "member-2", FileKind.XLSX),
    ]


def test_what_a_system_added_and_what_is_no_table_is_passed_over(tmp_path: Path) -> None:
    content = packed(
        ("surat.pdf", PDF),
        ("foto/kantor.jpg", JPEG),
        ("__MACOSX/._a.csv", b"\x00\x05\x16\x07"),
        (".DS_Store", b"\x00\x00\x00\x01Bud1"),
        ("data/", b""),
        ("data/.a.csv.swp", b"x"),
        ("Thumbs.db", old_office()),
        ("data/a.csv", CSV),
        ("surat.docx", packed(("word/document.xml", b"<w/>"))),
    )
    assert [member.name for member in unpacked(tmp_path, content)] == ["arsip.zip/data/a.csv"]
    assert [file.name for file in (tmp_path / "isi").iterdir()] == ["member-1"]


@pytest.mark.parametrize(
    ("members", "what", "where"),
    [
        ([("surat.pdf", PDF), ("foto.jpg", JPEG)], "PDF", "arsip.zip/surat.pdf"),
        ([("a.csv", CSV), ("b.zip", packed(("c.csv", CSV)))], "arsip ZIP lagi", "arsip.zip/b.zip"),
        ([("a.csv", CSV), ("b.rar", b"Rar!\x1a\x07")], "RAR", "arsip.zip/b.rar"),
        ([("a.csv", CSV), ("b.csv", b"")], "kosong", "arsip.zip/b.csv"),
        ([("a.csv", CSV), ("b.xls", b"<html></html>")], "HTML", "arsip.zip/b.xls"),
        ([("a.csv", CSV), ("b.xlsx", old_office("EncryptedPackage"))], "kata sandi", "arsip.zip/b.xlsx"),
        ([("__MACOSX/._a.csv", b"x"), ("folder/", b"")], "tidak berisi berkas", "arsip.zip"),
        ([], "tidak berisi berkas", "arsip.zip"),
        ([(f"{n}.csv", CSV) for n in range(9)], "lebih dari 8 tabel", "arsip.zip"),
    ],
    ids=["tanpa-tabel", "bersarang", "rar", "kosong", "html", "sandi", "hanya-sampah", "zip-kosong", "sembilan"],
)
def test_archives_that_are_refused(tmp_path: Path, members: list[tuple[str, bytes]], what: str, where: str) -> None:
    error = refusal(tmp_path, packed(*members))
    assert what in error.what
    assert error.where == where


def test_eight_tables_are_taken(tmp_path: Path) -> None:
    assert len(unpacked(tmp_path, packed(*((f"{n}.csv", CSV) for n in range(8)), ("foto.jpg", JPEG)))) == 8


@pytest.mark.parametrize(
    ("evil", "shown"),
    [
        ("../../luar.csv", "arsip.zip/luar.csv"),
        ("/etc/luar.csv", "arsip.zip/etc/luar.csv"),
        ("..\\..\\luar.csv", "arsip.zip/luar.csv"),
        ("a\x1b[31m.csv", "arsip.zip/a[31m.csv"),
    ],
)
def test_names_in_an_archive_lead_nowhere(tmp_path: Path, evil: str, shown: str) -> None:
    (member,) = unpacked(tmp_path, packed((evil, CSV)))
    assert member.name == shown
    assert member.path == tmp_path / "isi" / "member-1"
    assert {file.name for file in tmp_path.rglob("*")} == {"isi", "member-1", "register.csv"}


def test_bytes_are_counted_while_they_come_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Here the directory says nothing wrong, only the limit of the counting is low."""
    monkeypatch.setattr(containers, "MOST_UNPACKED_BYTES", len(CSV) + 10_000)
    error = refusal(tmp_path, packed(("a.csv", CSV), ("b.csv", CSV * 500)))
    assert "lebih besar daripada yang diizinkan" in error.what
    assert error.where == "arsip.zip/b.csv"


def test_a_member_with_damaged_bytes(tmp_path: Path) -> None:
    content = bytearray(packed(("a.csv", bytes(range(32, 127)) * 50)))
    content[60:70] = bytes(10)
    assert "rusak" in refusal(tmp_path, bytes(content)).what


def test_a_way_of_packing_that_is_not_known(tmp_path: Path) -> None:
    content = bytearray(packed(("a.csv", CSV)))
    for mark, at in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        start = content.find(mark) + at
        content[start : start + 2] = (9).to_bytes(2, "little")
    assert "pemampatan" in refusal(tmp_path, bytes(content)).what


@settings(max_examples=400, deadline=None)
@given(
    st.sampled_from([packed(("a.csv", CSV * 50), ("d/b.xlsx", xlsx())), xlsx(), ods(), xls(), parquet()]),
    st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.binary(max_size=3), st.integers(0, 30)), min_size=1),
)
def test_damaged_files_give_members_or_one_clear_error(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, changes: list[tuple[float, bytes, int]]
) -> None:
    for share, put, cut in changes:
        at = int(share * len(content))
        content = content[:at] + put + content[at + cut :]
    folder = tmp_path_factory.mktemp("rusak")
    members, refused = [], None
    try:
        members = unpacked(folder, content)
    except InputRejectedError as error:
        refused = error
    assert members or (refused and refused.where.startswith("arsip.zip") and refused.next_step)
    assert all(member.path.stat().st_size for member in members)
