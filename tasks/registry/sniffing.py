"""What a text file is, by one pass over its bytes, before anything is read from it; its copy in UTF-8 if need be."""

from __future__ import annotations

import codecs
from dataclasses import dataclass, field
from pathlib import Path

from errors import InputRejectedError

HEAD_LINES = 15
"""Among so many first lines the heading is looked for."""

_CHUNK_BYTES = 1 << 20
_LONGEST_LINE = 1 << 20
_TAIL_BYTES = 1 << 16
_NOTES_MARKS = (b"\n###", b'\n"###')
_LONGEST_MARK = max(map(len, _NOTES_MARKS))
_SAVE_AS_UTF8 = "Simpan ulang sebagai CSV UTF-8 (di Excel: 'CSV UTF-8 (Comma delimited)') lalu serahkan lagi."


@dataclass(frozen=True, slots=True)
class TextFacts:
    """What one pass over a text file showed. `lines` counts a last line without line end too.

    `notes_line` is the first line that begins with '###', below which notes stand; `not_utf8_line` the first line with
    bytes that are no UTF-8.
    """

    size_bytes: int
    lines: int
    head: tuple[str, ...] = field(repr=False)
    last_line: str = field(repr=False)
    has_quotes: bool
    has_carriage_returns: bool
    ends_with_newline: bool
    notes_line: int | None = None
    not_utf8_line: int | None = None

    @property
    def first_line(self) -> str:
        return self.head[0]


def sniff_text(path: Path, *, name: str) -> TextFacts:
    """Read the file once in bounded memory.

    Args:
        path: the bytes.
        name: the file's name as its sender knows it, for messages.

    Raises:
        InputRejectedError: empty, or with the line ends of old Macs (CR alone).
    """
    size = path.stat().st_size
    if size == 0:
        raise InputRejectedError(
            "Berkas kosong.", where=name, next_step="Periksa hasil unduhan, lalu serahkan berkas yang berisi."
        )
    lines = _Lines()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            lines.take(chunk, final=file.tell() == size)
    head, last = _edge_lines(path, size)
    if "\r" in head[0]:
        raise InputRejectedError(
            "Akhir baris berkas ini memakai tanda Mac lama (CR), sehingga baris-barisnya tidak dapat dibedakan.",
            where=name,
            next_step=_SAVE_AS_UTF8,
        )
    return TextFacts(
        size_bytes=size,
        lines=lines.newlines + (last != ""),
        head=head,
        last_line=last,
        has_quotes=lines.has_quotes,
        has_carriage_returns=lines.has_returns,
        ends_with_newline=last == "",
        notes_line=lines.notes_line,
        not_utf8_line=lines.not_utf8_line,
    )


def last_lines(path: Path, facts: TextFacts, count: int) -> list[tuple[int, str]]:
    """Number and text of at most so many last lines of a text in UTF-8."""
    with path.open("rb") as file:
        file.seek(max(0, facts.size_bytes - _TAIL_BYTES))
        lines = file.read().decode("utf-8", "replace").removesuffix("\n").split("\n")
    # The first may have been cut where reading began.
    whole = lines if facts.size_bytes <= _TAIL_BYTES else lines[1:]
    chosen = whole[-count:]
    return list(enumerate(chosen, start=facts.lines - len(chosen) + 1))


def require_utf8(facts: TextFacts, *, name: str) -> None:
    """Raises InputRejectedError naming the first line that is no UTF-8."""
    if facts.not_utf8_line is not None:
        raise InputRejectedError(
            "Berkas ini tidak tersimpan sebagai teks UTF-8.",
            where=f"{name}, baris {facts.not_utf8_line}",
            next_step=_SAVE_AS_UTF8,
        )


class _Lines:
    """Counts over the chunks of a file."""

    def __init__(self) -> None:
        self.newlines = 0
        self.has_quotes = self.has_returns = False
        self.notes_line: int | None = None
        self.not_utf8_line: int | None = None
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._tail = b"\n"

    def take(self, chunk: bytes, *, final: bool) -> None:
        if self.not_utf8_line is None:
            self._check_utf8(chunk, final=final)
        if self.notes_line is None:
            self._look_for_notes(chunk)
        self.newlines += chunk.count(b"\n")
        self.has_quotes = self.has_quotes or b'"' in chunk
        self.has_returns = self.has_returns or b"\r" in chunk

    def _check_utf8(self, chunk: bytes, *, final: bool) -> None:
        carried = len(self._decoder.getstate()[0])
        if not carried and chunk.isascii():
            return
        try:
            self._decoder.decode(chunk, final)
        except UnicodeDecodeError as fault:
            self.not_utf8_line = self.newlines + chunk[: max(fault.start - carried, 0)].count(b"\n") + 1

    def _look_for_notes(self, chunk: bytes) -> None:
        if b"#" not in chunk and b"#" not in self._tail:
            self._tail = (self._tail + chunk[-_LONGEST_MARK:])[-_LONGEST_MARK:]
            return
        joined = self._tail + chunk
        found = [at for at in (joined.find(mark) for mark in _NOTES_MARKS) if at >= 0]
        if found:
            counted = self.newlines - self._tail.count(b"\n")
            self.notes_line = counted + joined[: min(found) + 1].count(b"\n") + 1
        self._tail = joined[-_LONGEST_MARK:]


def _edge_lines(path: Path, size: int) -> tuple[tuple[str, ...], str]:
    """The first lines, and what stands after the last line end (empty when the file ends with one)."""
    with path.open("rb") as file:
        head = [file.readline(_LONGEST_LINE) for _ in range(HEAD_LINES)]
        file.seek(max(0, size - _LONGEST_LINE))
        last = file.read().rpartition(b"\n")[2]
    texts = (line.decode("utf-8", "replace").rstrip("\r\n") for line in head if line)
    first = next(texts).removeprefix("\ufeff")
    return (first, *texts), last.decode("utf-8", "replace")


def write_utf8(source: Path, target: Path) -> None:
    """Write the file in UTF-8, line for line.

    A file without one line of rightly encoded letters is taken for cp1252, as Windows programs write it; in any other
    the broken bytes become U+FFFD, which marks the row.
    """
    with source.open("rb") as lines:
        is_utf8 = any(not line.isascii() and _decodes(line) for line in lines)
    encoding = "utf-8-sig" if is_utf8 else "cp1252"
    with (
        source.open(encoding=encoding, errors="replace", newline="\n") as text,
        target.open("w", encoding="utf-8", newline="") as out,
    ):
        while part := text.read(_CHUNK_BYTES):
            out.write(part)


def _decodes(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
