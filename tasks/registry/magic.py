"""Tells the kinds of files apart by their first bytes and, for office files, by their directory.

Reads at most the directory of a file, or looks for a name in an old Office file. It must not know about archives of
several files, nor write anything. The desk of the reports tells its files apart by it too.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from tasks.office import (
    OLE_MAGIC,
    XLSX_WORKBOOK,
    ZIP_FAULTS,
    ZIP_MAGIC,
    is_bomb,
    is_locked,
    is_ole_encrypted,
    ole_stream_head,
    zip_directory,
)

HEAD_BYTES = 4096
MOST_UNPACKED_BYTES = 8 << 30
MOST_MEMBERS = 2_000
_ZIPS = (ZIP_MAGIC, b"PK\x05\x06", b"PK\x07\x08")
"""Also an empty archive, and a part of a divided one."""
_PARQUET = b"PAR1"
_FILEPASS = 0x2F
_MANIFEST_BYTES = 1 << 20
_ODS_TYPES = (
    b"application/vnd.oasis.opendocument.spreadsheet",
    b"application/vnd.oasis.opendocument.spreadsheet-template",
)

SAVE_AS_CSV = "Buka berkas itu, simpan sebagai CSV UTF-8 atau Excel Workbook (.xlsx), lalu serahkan lagi."
SEND_AGAIN = "Salin ulang atau unduh ulang berkas yang lengkap, lalu serahkan lagi."
_EXPORT = "Serahkan ekspor tabel (CSV atau XLSX) dari aplikasi register."
_UNPACK = "Buka arsip itu dan serahkan tabel di dalamnya, atau kemas ulang sebagai ZIP."
_UNPROTECT = (
    "Buka dengan kata sandinya, hapus kata sandi itu (Excel: File, Info, Protect Workbook, Encrypt with Password, "
    "kosongkan; LibreOffice: File, Save As, tanpa 'Save with password'), simpan, lalu serahkan lagi."
)
_UTF8 = "Simpan ulang sebagai CSV UTF-8 (di Excel: 'CSV UTF-8 (Comma delimited)'), lalu serahkan lagi."
_LOG_IN = "Biasanya sesi unduhan telah berakhir: masuk kembali ke aplikasi register dan unduh ulang. " + SAVE_AS_CSV

_FOREIGN = (
    (b"\xff\xd8\xff", "gambar JPEG", _EXPORT),
    (b"\x89PNG", "gambar PNG", _EXPORT),
    (b"GIF8", "gambar GIF", _EXPORT),
    (b"II*\x00", "gambar TIFF", _EXPORT),
    (b"MM\x00*", "gambar TIFF", _EXPORT),
    (b"%PDF", "dokumen PDF", _EXPORT),
    (b"{\\rtf", "dokumen RTF", _EXPORT),
    (b"\x00\x01\x00\x00Standard ", "basis data Microsoft Access", _EXPORT),
    (b"SQLite format 3\x00", "basis data SQLite", _EXPORT),
    (b"\x1f\x8b", "arsip GZIP", _UNPACK),
    (b"Rar!", "arsip RAR", _UNPACK),
    (b"7z\xbc\xaf", "arsip 7-Zip", _UNPACK),
    (b"BZh", "arsip BZIP2", _UNPACK),
    (b"\xfd7zXZ", "arsip XZ", _UNPACK),
    (b"(\xb5/\xfd", "arsip Zstandard", _UNPACK),
)
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_UTF8_MARK = b"\xef\xbb\xbf"
_MARKUP = re.compile(
    rb"<(?:!doctype|!--|\?xml|html|head|body|table|meta|style|script|div)\b|mime-version:", re.IGNORECASE
)


class FileKind(StrEnum):
    """The kinds of files a register may come in. A `zip` is an archive, not an XLSX or ODS (which are zips too)."""

    TEXT = "text"
    XLSX = "xlsx"
    XLS = "xls"
    ODS = "ods"
    PARQUET = "parquet"
    ZIP = "zip"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a file is none of the kinds. `may_be_table` is False for what plainly holds no table (a photo, a letter);
    `kind` says what the file is, empty when it is one of the kinds but cannot be opened."""

    what: str
    next_step: str
    may_be_table: bool = True
    kind: str = ""


def foreign_kind(head: bytes) -> Refusal | None:
    """What the first bytes tell about a file of a kind that is never read, or None."""
    for magic, kind, next_step in _FOREIGN:
        if head.startswith(magic):
            return Refusal(f"Berkas ini {kind}, bukan tabel.", next_step, next_step == _UNPACK, kind)
    return None


def is_container(head: bytes) -> bool:
    """Whether these first bytes are those of a workbook, an archive or a Parquet file, in short: of no text."""
    return head.startswith((*_ZIPS, OLE_MAGIC, _PARQUET))


def diagnose(file: Path) -> FileKind | Refusal:
    """The kind of `file`, or why it cannot be read."""
    with file.open("rb") as stream:
        head = stream.read(HEAD_BYTES)
    if not head:
        return Refusal("Berkas kosong (0 byte).", "Periksa hasil unduhan, lalu serahkan berkas yang berisi.")
    if head.startswith(_ZIPS):
        return _diagnose_zip(file)
    if head.startswith(OLE_MAGIC):
        return _diagnose_ole(file)
    if head.startswith(_PARQUET):
        return _diagnose_parquet(file)
    return foreign_kind(head) or _diagnose_text(head)


def _diagnose_text(head: bytes) -> FileKind | Refusal:
    if head.startswith(_UTF16_MARKS) or b"\x00" in head:
        kind = "teks UTF-16" if _looks_like_utf16(head) else "data biner yang tidak dikenal"
        return Refusal(f"Berkas ini {kind}, bukan teks UTF-8.", _UTF8, kind=kind)
    if _MARKUP.match(head.removeprefix(_UTF8_MARK).lstrip()):
        kind = "halaman web (HTML) atau XML"
        return Refusal(f"Berkas ini {kind}, apa pun namanya; bukan CSV atau Excel.", _LOG_IN, kind=kind)
    return FileKind.TEXT


def _looks_like_utf16(head: bytes) -> bool:
    """A mark, or zero bytes at every other place only."""
    return head.startswith(_UTF16_MARKS) or not any(head[::2]) or not any(head[1::2])


def _diagnose_parquet(file: Path) -> FileKind | Refusal:
    with file.open("rb") as stream:
        stream.seek(-len(_PARQUET), 2)
        if stream.tell() > len(_PARQUET) and stream.read() == _PARQUET:
            return FileKind.PARQUET
    return Refusal("Berkas Parquet terpotong.", SEND_AGAIN)


def _diagnose_ole(file: Path) -> FileKind | Refusal:
    if is_ole_encrypted(file):
        return Refusal("Buku kerja dilindungi kata sandi.", _UNPROTECT)
    for stream in ("Workbook", "Book"):
        head = ole_stream_head(file, stream)
        if head is not None:
            return Refusal("Buku kerja dilindungi kata sandi.", _UNPROTECT) if _is_biff_locked(head) else FileKind.XLS
    what = "Berkas ini dokumen Office lama, bukan buku kerja Excel."
    return Refusal(what, _EXPORT, may_be_table=False, kind="dokumen Office atau Excel lama tanpa tabel")


def _is_biff_locked(head: bytes) -> bool:
    """Whether FILEPASS is among the first records of a workbook stream, where it has to stand."""
    at = 0
    while at + 4 <= len(head):
        record, length = int.from_bytes(head[at : at + 2], "little"), int.from_bytes(head[at + 2 : at + 4], "little")
        if record == _FILEPASS:
            return True
        at += 4 + length
    return False


def _diagnose_zip(file: Path) -> FileKind | Refusal:
    try:
        members = zip_directory(file)
        kind = _kind_by_names(file, {member.filename for member in members})
    except (*ZIP_FAULTS, NotImplementedError):
        return Refusal("Arsip ZIP atau buku kerja terpotong atau rusak.", SEND_AGAIN)
    if isinstance(kind, Refusal):
        return kind
    if is_locked(members):
        if kind is FileKind.ZIP:
            step = "Buka arsip dengan kata sandinya, kemas ulang isinya tanpa kata sandi, lalu serahkan lagi."
            return Refusal("Arsip ZIP dilindungi kata sandi.", step)
        return Refusal("Buku kerja dilindungi kata sandi.", _UNPROTECT)
    if is_bomb(members, most_bytes=MOST_UNPACKED_BYTES, most_members=MOST_MEMBERS):
        return Refusal(
            "Isi berkas ini setelah dibuka terlalu besar dibanding ukurannya.",
            "Salin tabelnya saja ke berkas baru, lalu serahkan lagi.",
        )
    return kind


def _kind_by_names(file: Path, names: set[str]) -> FileKind | Refusal:
    if XLSX_WORKBOOK in names:
        return FileKind.XLSX
    if "xl/workbook.bin" in names:
        return Refusal(
            "Berkas ini buku kerja Excel biner (.xlsb).",
            "Buka di Excel, simpan sebagai 'Excel Workbook (.xlsx)', lalu serahkan lagi.",
            kind="buku kerja Excel biner (.xlsb)",
        )
    for name, kind in (("word/document.xml", "Word"), ("ppt/presentation.xml", "PowerPoint")):
        if name in names:
            return Refusal(f"Berkas ini dokumen {kind}, bukan tabel.", _EXPORT, False, f"dokumen {kind}")
    if "mimetype" in names and "META-INF/manifest.xml" in names:
        return _kind_of_open_document(file, names)
    return FileKind.ZIP


def _kind_of_open_document(file: Path, names: set[str]) -> FileKind | Refusal:
    with zipfile.ZipFile(file) as archive:
        with archive.open("mimetype") as member:
            media_type = member.read(HEAD_BYTES).strip()
        with archive.open("META-INF/manifest.xml") as member:
            manifest = member.read(_MANIFEST_BYTES)
    if media_type not in _ODS_TYPES:
        what = "Berkas ini dokumen OpenDocument, bukan lembar kerja (.ods)."
        return Refusal(what, _EXPORT, may_be_table=False, kind="dokumen OpenDocument")
    if b"encryption-data" in manifest or "encrypted-package" in names:
        return Refusal("Lembar kerja ODS dilindungi kata sandi.", _UNPROTECT)
    return FileKind.ODS
