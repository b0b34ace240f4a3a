"""What several readers of office files need: zip directories, the sheets an XLSX names, streams of old Office files.

Only I/O on files that nobody vouches for; at most the directory of a file is read. It must not know what a report
or a register is, and it raises what the standard library raises: the reader says it in its own words.
"""

from __future__ import annotations

import mmap
import posixpath
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP_MAGIC = b"PK\x03\x04"
ZIP_FAULTS = (zipfile.BadZipFile, zlib.error, EOFError, UnicodeDecodeError)
"""What the standard library raises for a damaged zip file; NotImplementedError when it is of a rare kind."""
XLSX_WORKBOOK = "xl/workbook.xml"
_XLSX_RELATIONS = "xl/_rels/workbook.xml.rels"
_ENCRYPTED_PACKAGE = "EncryptedPackage"
_OLE_ENTRY_BYTES = 128
_OLE_STREAM = 2
_OLE_TINY_BYTES = 4096
"""Smaller streams lie elsewhere in the file."""
_LOCKED = 1
_MOST_RATIO = 200
_RATIO_MATTERS_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Worksheet:
    """A sheet of cells: its name, its member of the zip file, and whether a user sees it."""

    name: str
    part: str
    visible: bool


def column_letters(index: int) -> str:
    """0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, digit = divmod(index - 1, 26)
        letters = chr(ord("A") + digit) + letters
    return letters


def zip_directory(file: Path) -> list[zipfile.ZipInfo]:
    """Raises one of ZIP_FAULTS when `file` is cut off, damaged or no zip file."""
    with zipfile.ZipFile(file) as archive:
        members = archive.infolist()
    if any(member.header_offset < 0 for member in members):
        raise zipfile.BadZipFile
    return members


def is_locked(members: Sequence[zipfile.ZipInfo]) -> bool:
    """Whether a member is encrypted with a password."""
    return any(member.flag_bits & _LOCKED for member in members)


def is_bomb(members: Sequence[zipfile.ZipInfo], *, most_bytes: int, most_members: int) -> bool:
    """Whether the directory announces more bytes or members than allowed, or a density no table has."""
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    too_dense = unpacked > _RATIO_MATTERS_BYTES and unpacked > _MOST_RATIO * max(packed, 1)
    return too_dense or unpacked > most_bytes or len(members) > most_members


def is_ole_encrypted(file: Path) -> bool:
    """Whether an OLE file holds an Office document under a password."""
    with file.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return content.find(_ENCRYPTED_PACKAGE.encode("utf-16-le")) >= 0


def ole_stream_head(file: Path, name: str) -> bytes | None:
    """The first bytes of the stream `name` of an OLE file (none of a tiny stream), or None without such a stream.

    Directory entries lie at multiples of their size; the name alone may also be a word of the text.
    """
    encoded = name.encode("utf-16-le") + b"\0\0"
    with file.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content:
        sector_bytes = 1 << int.from_bytes(content[30:31], "little")
        at = content.find(encoded)
        while at >= 0:
            entry = content[at : at + _OLE_ENTRY_BYTES]
            length = int.from_bytes(entry[64:66], "little")
            if at % _OLE_ENTRY_BYTES == 0 and length == len(encoded) and entry[66:67] == bytes([_OLE_STREAM]):
                begin = (int.from_bytes(entry[116:120], "little") + 1) * sector_bytes
                is_tiny = int.from_bytes(entry[120:124], "little") < _OLE_TINY_BYTES
                return b"" if is_tiny else content[begin : begin + sector_bytes]
            at = content.find(encoded, at + 1)
    return None


def worksheets(archive: zipfile.ZipFile) -> list[Worksheet]:
    """The worksheets of an XLSX file in their order; sheets of charts and dialogues are left out.

    Raises:
        KeyError, ElementTree.ParseError, one of ZIP_FAULTS: the file is damaged.
    """
    workbook = ElementTree.fromstring(archive.read(XLSX_WORKBOOK))  # noqa: S314 (called in the limited child)
    relations = ElementTree.fromstring(archive.read(_XLSX_RELATIONS))  # noqa: S314
    targets = {
        relation.get("Id"): relation.get("Target", "")
        for relation in relations
        if relation.get("Type", "").endswith("/worksheet")
    }
    found = []
    for sheet in workbook.findall("{*}sheets/{*}sheet"):
        relation_id = next((value for key, value in sheet.items() if key.endswith("}id")), None)
        if target := targets.get(relation_id):
            part = posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")
            found.append(Worksheet(sheet.get("name", ""), part, sheet.get("state", "visible") == "visible"))
    return found
