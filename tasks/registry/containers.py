"""What kind of file was submitted, by its bytes and not by its name, and the tables inside a zip archive.

Only I/O, in bounded memory. It must not know what a table holds. A file that cannot be a register is refused here
with what it is and what its sender should do.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from errors import InputRejectedError
from tasks.office import ZIP_FAULTS
from tasks.registry.magic import (
    HEAD_BYTES,
    MOST_UNPACKED_BYTES,
    SEND_AGAIN,
    FileKind,
    Refusal,
    diagnose,
    foreign_kind,
)

__all__ = ["FileKind", "Member", "digests", "open_table", "recognise", "unpack"]

_CHUNK_BYTES = 1 << 20
_MOST_TABLES = 8
_JUNK_FOLDER = "__MACOSX"
_JUNK_NAMES = {"thumbs.db", "desktop.ini"}


@dataclass(frozen=True, slots=True)
class Member:
    """One table: the name for messages (`arsip.zip/berkas.csv` when it was in a zip), its bytes and their kind."""

    name: str
    path: Path
    kind: FileKind


def recognise(path: Path, *, name: str) -> FileKind:
    """The kind of a submitted file.

    Args:
        name: the file's name as its sender knows it, for messages.

    Raises:
        InputRejectedError: empty, damaged, under a password, unreasonably dense, or of a kind that is not read.
    """
    found = diagnose(path)
    if isinstance(found, Refusal):
        raise _rejected(found, name)
    return found


def unpack(path: Path, folder: Path, *, name: str) -> list[Member]:
    """The tables of a zip archive, written to `folder` as member-1, member-2 ...; any other file as it is.

    What the system of the packer added is passed over, and so are pictures and letters beside a table.

    Args:
        folder: an existing folder with nothing in it.

    Raises:
        InputRejectedError: as `recognise`, also for a member; an archive in the archive, none or too many tables.
    """
    kind = recognise(path, name=name)
    if kind is not FileKind.ZIP:
        return [Member(name, path, kind)]
    try:
        with zipfile.ZipFile(path) as archive:
            return _extract(archive, folder, name)
    except ZIP_FAULTS:
        raise InputRejectedError("Arsip ZIP rusak.", where=name, next_step=SEND_AGAIN) from None
    except NotImplementedError:
        raise InputRejectedError(
            "Arsip ZIP memakai cara pemampatan yang tidak dikenal.",
            where=name,
            next_step="Kemas ulang dengan 'Send to, Compressed (zipped) folder' di Windows, lalu serahkan lagi.",
        ) from None


@contextmanager
def open_table(path: Path, table: str, *, name: str) -> Iterator[IO[bytes] | None]:
    """The bytes of a table that was read from this file before, or None when it holds no such table.

    Args:
        table: the table's name, as `Member.name` has it.
        name: the file's name as its sender knows it.
    """
    if table == name:
        with path.open("rb") as stream:
            yield stream
    elif table.startswith(f"{name}/") and zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            entry = next((entry for entry, shown in _wanted(archive, name) if shown == table), None)
            if entry is None:
                yield None
            else:
                with archive.open(entry) as stream:
                    yield stream
    else:
        yield None


def digests(path: Path) -> list[str]:
    """The sha256 of each table that a zip archive holds, in their order; of any other file its own. What is no table is
    left out, as `unpack` does; an archive that cannot be unpacked stands for itself."""
    if diagnose(path) is FileKind.ZIP:
        try:
            with zipfile.ZipFile(path) as archive:
                found = [_digest(archive, entry) for entry, _ in _wanted(archive, "")]
        except (*ZIP_FAULTS, NotImplementedError):
            found = []
        if any(found):
            return sorted(filter(None, found))
    with path.open("rb") as stream:
        return [hashlib.file_digest(stream, "sha256").hexdigest()]


def _digest(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> str | None:
    with archive.open(entry) as stream:
        foreign = foreign_kind(stream.read(HEAD_BYTES))
        if foreign and not foreign.may_be_table:
            return None
        stream.seek(0)
        digest = hashlib.sha256()
        while chunk := stream.read(_CHUNK_BYTES):
            digest.update(chunk)
        return digest.hexdigest()


def _extract(archive: zipfile.ZipFile, folder: Path, name: str) -> list[Member]:
    tables: list[Member] = []
    passed_over: list[InputRejectedError] = []
    left = MOST_UNPACKED_BYTES
    for entry, shown in _wanted(archive, name):
        target = folder / f"member-{len(tables) + 1}"
        found = _copy(archive, entry, target, left, shown)
        if isinstance(found, Refusal):
            if found.may_be_table:
                raise _rejected(found, shown)
            passed_over.append(_rejected(found, shown))
            continue
        if found is FileKind.ZIP:
            raise InputRejectedError(
                "Di dalam arsip ada arsip ZIP lagi.",
                where=shown,
                next_step="Serahkan arsip yang di dalam itu, atau kemas tabelnya langsung.",
            )
        if len(tables) == _MOST_TABLES:
            raise InputRejectedError(
                f"Arsip berisi lebih dari {_MOST_TABLES} tabel.",
                where=name,
                next_step="Serahkan satu arsip untuk tiap rilis, berisi tabel rilis itu saja.",
            )
        left -= entry.file_size
        tables.append(Member(shown, target, found))
    if not tables:
        raise (
            passed_over[0]
            if passed_over
            else InputRejectedError("Arsip ZIP ini tidak berisi berkas.", where=name, next_step=SEND_AGAIN)
        )
    return tables


def _wanted(archive: zipfile.ZipFile, name: str) -> Iterator[tuple[zipfile.ZipInfo, str]]:
    """Every file that a person put there, with its name for messages: a place inside the archive, never outside."""
    for entry in archive.infolist():
        parts = [part for part in PurePosixPath(entry.filename.replace("\\", "/")).parts if part not in ("/", "..")]
        if entry.is_dir() or not parts or _JUNK_FOLDER in parts:
            continue
        if not parts[-1].startswith(".") and parts[-1].casefold() not in _JUNK_NAMES:
            yield entry, "/".join([name, *("".join(filter(str.isprintable, part)) for part in parts)])


def _copy(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path, most_bytes: int, shown: str
) -> FileKind | Refusal:
    """Write one member to `target` and say what it is; what its first bytes show to be foreign is not written."""
    with archive.open(entry) as source:
        head = source.read(HEAD_BYTES)
        if foreign := foreign_kind(head):
            return foreign
        with target.open("wb") as sink:
            sink.write(head)
            _pour(source, sink, most_bytes - len(head), shown)
    found = diagnose(target)
    if isinstance(found, Refusal):
        target.unlink()
    return found


def _pour(source: IO[bytes], sink: IO[bytes], most_bytes: int, shown: str) -> None:
    """The directory may lie about sizes, so the bytes are counted."""
    while chunk := source.read(_CHUNK_BYTES):
        most_bytes -= len(chunk)
        if most_bytes < 0:
            raise InputRejectedError(
                "Isi arsip lebih besar daripada yang diizinkan.",
                where=shown,
                next_step="Salin tabelnya saja ke berkas baru, lalu serahkan lagi.",
            )
        sink.write(chunk)


def _rejected(refusal: Refusal, where: str) -> InputRejectedError:
    return InputRejectedError(refusal.what, where=where, next_step=refusal.next_step)
