"""One table of a submitted file, ready to be scanned: where it lies, how its rows are written, what its heading means.

Three ways of writing rows are known: `lines` are lines of a text with a delimiter; `numbered` are lines that begin
with the row's number in the source and have FIELD_SEPARATOR between the fields (made of quoted texts and of
spreadsheets); `columns` is a Parquet file.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tasks.registry.headers import MatchedHeader

FIELD_SEPARATOR = "\x1f"
"""Separates the fields of a rewritten file; no text of a register holds it."""

Written = Literal["lines", "numbered", "columns"]


@dataclass(frozen=True, slots=True)
class SourceTable:
    """A table whose heading is matched.

    `rows` is the number of rows below the heading, counted by other means than the scan. `notes_line` is the first line
    of notes below the data, if there are any; `text` the text as it was submitted, in UTF-8, if it is one. Line 1 is
    the first of the file; a Parquet file has its heading there. `mended` holds rows to be read instead of the table's.
    `footer_line` is that of the notes when only their words tell that they are notes.
    """

    name: str
    file_name: str
    path: Path
    written: Written
    delimiter: str
    matched: MatchedHeader
    header_line: int
    rows: int
    size_bytes: int
    notes_line: int | None = None
    text: Path | None = None
    carriage_returns: bool = False
    mended: Path | None = None
    has_broken_letters: bool = False
    footer_line: int | None = None
