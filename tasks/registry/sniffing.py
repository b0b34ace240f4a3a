"""What a submitted file is, by its bytes and not by its name, before anything is read from it."""

from __future__ import annotations

import codecs
from dataclasses import dataclass, field
from pathlib import Path

from errors import InputRejectedError

_CHUNK_BYTES = 1 << 22
_MAGIC = (
    (b"\xff\xd8\xff", "gambar JPEG"),
    (b"\x89PNG", "gambar PNG"),
    (b"%PDF", "dokumen PDF"),
    (b"PK\x03\x04", "buku kerja Excel atau arsip ZIP"),
    (b"\xd0\xcf\x11\xe0", "buku kerja Excel lama atau berkas Office berkata sandi"),
    (b"\x1f\x8b", "arsip GZIP"),
    (b"Rar!", "arsip RAR"),
    (b"7z\xbc\xaf", "arsip 7-Zip"),
    (b"PAR1", "berkas Parquet"),
)
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_SAVE_AS_UTF8 = "Simpan ulang sebagai CSV UTF-8 (di Excel: 'CSV UTF-8 (Comma delimited)') lalu serahkan lagi."


@dataclass(frozen=True, slots=True)
class TextFacts:
    """What one pass over a text file showed. `lines` counts a last line without line end too."""

    size_bytes: int
    lines: int
    first_line: str = field(repr=False)
    last_line: str = field(repr=False)
    has_quotes: bool
    has_carriage_returns: bool
    ends_with_newline: bool


def sniff_text(path: Path, *, name: str) -> TextFacts:
    """Read the file once in bounded memory.

    Args:
        path: the bytes.
        name: the file's name as its sender knows it, for messages.

    Raises:
        InputRejectedError: empty, not a text file, not UTF-8, or with the line ends of old Macs (CR alone).
    """
    size = path.stat().st_size
    if size == 0:
        raise InputRejectedError(
            "Berkas kosong.", where=name, next_step="Periksa hasil unduhan, lalu serahkan berkas yang berisi."
        )
    with path.open("rb") as file:
        start = file.read(4096)
        _refuse_other_kinds(start, name)
        file.seek(0)
        decoder = codecs.getincrementaldecoder("utf-8")()
        newlines = 0
        has_quotes = has_returns = False
        while chunk := file.read(_CHUNK_BYTES):
            _check_utf8(decoder, chunk, newlines, name, final=file.tell() == size)
            newlines += chunk.count(b"\n")
            has_quotes = has_quotes or b'"' in chunk
            has_returns = has_returns or b"\r" in chunk
        first, last = _edge_lines(path, size)
    if "\r" in first:
        raise InputRejectedError(
            "Akhir baris berkas ini memakai tanda Mac lama (CR), sehingga baris-barisnya tidak dapat dibedakan.",
            where=name,
            next_step=_SAVE_AS_UTF8,
        )
    ends_with_newline = last == ""
    return TextFacts(
        size_bytes=size,
        lines=newlines + (not ends_with_newline),
        first_line=first,
        last_line=last,
        has_quotes=has_quotes,
        has_carriage_returns=has_returns,
        ends_with_newline=ends_with_newline,
    )


def _refuse_other_kinds(start: bytes, name: str) -> None:
    for magic, kind in _MAGIC:
        if start.startswith(magic):
            raise InputRejectedError(
                f"Berkas ini bukan CSV melainkan {kind}.",
                where=name,
                next_step="Serahkan ekspor CSV dari aplikasi register.",
            )
    if start.startswith(_UTF16) or b"\x00" in start:
        raise InputRejectedError(
            "Berkas ini bukan teks UTF-8 (kemungkinan UTF-16).", where=name, next_step=_SAVE_AS_UTF8
        )
    if start.lstrip()[:15].lower().startswith((b"<!doctype", b"<html", b"<table", b"<?xml")):
        raise InputRejectedError(
            "Berkas ini halaman web, bukan CSV; biasanya karena sesi unduhan berakhir.",
            where=name,
            next_step="Masuk kembali ke aplikasi register dan unduh ulang.",
        )


def _check_utf8(
    decoder: codecs.IncrementalDecoder, chunk: bytes, newlines_before: int, name: str, *, final: bool
) -> None:
    carried_bytes = len(decoder.getstate()[0])
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError as fault:
        line = newlines_before + chunk[: max(fault.start - carried_bytes, 0)].count(b"\n") + 1
        raise InputRejectedError(
            "Berkas ini tidak tersimpan sebagai teks UTF-8.",
            where=f"{name}, baris {line}",
            next_step=_SAVE_AS_UTF8,
        ) from None


def _edge_lines(path: Path, size: int) -> tuple[str, str]:
    """The first line, and what stands after the last line end (empty when the file ends with one)."""
    with path.open("rb") as file:
        first = file.readline(1 << 20)
        file.seek(max(0, size - (1 << 20)))
        last = file.read().rpartition(b"\n")[2]
    return first.decode("utf-8-sig", "replace").rstrip("\r\n"), last.decode("utf-8", "replace")
