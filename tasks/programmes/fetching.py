"""Fetches a report from a link: a published spreadsheet, or any place fsspec can open. Only I/O.

It must not know what a report is. A link may carry a key in its query: messages name host and path only.
"""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit, urlunsplit

import fsspec
import httpx

from errors import InputRejectedError

_MOST_BYTES = 20 << 20
_TIMEOUT_SECONDS = 60.0
_CHUNK_BYTES = 1 << 16
_GOOGLE_SHEET = re.compile(r"^(https://docs\.google\.com/spreadsheets/d/(?:e/)?[^/]+)/(edit|view|pubhtml)\b.*$")
_FILE_NAME = re.compile(r"""filename\*?=(?:UTF-8'')?"?([^";]+)""", re.IGNORECASE)
_KINDS = {"csv": ".csv", "spreadsheetml": ".xlsx"}


def fetch(url: str, folder: Path) -> Path:
    """Store what `url` gives in `folder`, under its own name.

    Raises:
        InputRejectedError: nothing there, not allowed, or too large.
    """
    where = _shown(url)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if url.startswith(("http://", "https://")):
        return _fetch_page(_exported(url), folder, where)
    name = PurePosixPath(unquote(urlsplit(url).path)).name or "laporan"
    try:
        with fsspec.open(url, "rb") as stream:
            content = stream.read(_MOST_BYTES + 1)
    except (OSError, ValueError, ImportError):
        raise _unreachable(where) from None
    return _store(content, folder / name, where)


def _exported(url: str) -> str:
    """The workbook behind the page on which a Google spreadsheet is shown."""
    match = _GOOGLE_SHEET.match(url)
    if match is None:
        return url
    return f"{match[1]}/pub?output=xlsx" if match[2] == "pubhtml" else f"{match[1]}/export?format=xlsx"


def _fetch_page(url: str, folder: Path, where: str) -> Path:
    content = bytearray()
    try:
        with httpx.stream("GET", url, follow_redirects=True, timeout=_TIMEOUT_SECONDS) as response:
            response.raise_for_status()
            name = _name(url, response.headers)
            for chunk in response.iter_bytes(_CHUNK_BYTES):
                content += chunk
                if len(content) > _MOST_BYTES:
                    break
    except (httpx.HTTPError, httpx.InvalidURL):
        raise _unreachable(where) from None
    return _store(bytes(content), folder / name, where)


def _name(url: str, headers: httpx.Headers) -> str:
    told = _FILE_NAME.search(headers.get("content-disposition", ""))
    name = PurePosixPath(unquote(told[1] if told else urlsplit(url).path)).name or "laporan"
    if PurePosixPath(name).suffix:
        return name
    kind = headers.get("content-type", "")
    return name + next((suffix for word, suffix in _KINDS.items() if word in kind), "")


def _store(content: bytes, path: Path, where: str) -> Path:
    if len(content) > _MOST_BYTES:
        raise InputRejectedError(
            f"Isi tautan lebih besar dari {_MOST_BYTES >> 20} MB.",
            where=where,
            next_step="Kirim tabel laporannya saja.",
        )
    path.write_bytes(content)
    return path


def _shown(url: str) -> str:
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.hostname or "", parts.path, "", ""))


def _unreachable(where: str) -> InputRejectedError:
    return InputRejectedError(
        "Tautan tidak dapat dibuka.",
        where=where,
        next_step="Pastikan tautannya benar dan boleh dibuka siapa pun yang memilikinya, atau kirim berkasnya.",
    )
