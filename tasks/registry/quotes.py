"""Rewrites a quoted text into one record a line. A CSV reader that meets a stray quote loses its place; here a quote
that is never closed spoils its own line only.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tasks.registry.tables import FIELD_SEPARATOR

_QUOTED_RECORD_LINES = 20


@dataclass(frozen=True, slots=True)
class Rewritten:
    """What a rewriting went through: lines of the source, its header among them, and records below the header."""

    lines: int
    records: int


def rewrite_without_quotes(
    source: Path, target: Path, delimiter: str, columns: int, *, header_line: int = 1
) -> Rewritten:
    """Write `target` with one record a line: line number, then the fields, separated by FIELD_SEPARATOR.

    A quoted field may hold delimiters and line ends. A quote that is never closed is taken as a letter. What stands up
    to `header_line` is not written.
    """
    with source.open(encoding="utf-8-sig", newline="\n") as lines, target.open("w", encoding="utf-8") as out:
        numbered = enumerate(lines, start=1)
        consumed, records = 0, 0
        for _ in range(header_line):
            consumed, _line = next(numbered)
        for number, taken, record in _records(numbered, delimiter, columns):
            out.write(f"{number}{FIELD_SEPARATOR}{record}\n")
            consumed += taken
            records += 1
    return Rewritten(consumed, records)


def _records(numbered: Iterator[tuple[int, str]], delimiter: str, columns: int) -> Iterator[tuple[int, int, str]]:
    """Each record, its fields separated by FIELD_SEPARATOR, with its first line's number and how many lines it took."""
    ahead: list[tuple[int, str]] = []
    while True:
        item = ahead.pop(0) if ahead else next(numbered, None)
        if item is None:
            return
        number, line = item
        quotes = line.count('"')
        if quotes % 2 == 0:
            text = line.rstrip("\r\n").replace(FIELD_SEPARATOR, " ").replace("\r", " ")
            if not quotes or _is_plainly_quoted(text, delimiter, quotes):
                yield number, 1, text.replace('"', "").replace(delimiter, FIELD_SEPARATOR)
            else:
                yield number, 1, _joined(_parse(text, delimiter) or text.split(delimiter))
            continue
        joined = line
        taken: list[tuple[int, str]] = []
        while len(taken) < _QUOTED_RECORD_LINES and joined.count('"') % 2:
            following = ahead.pop(0) if ahead else next(numbered, None)
            if following is None:
                break
            taken.append(following)
            joined += following[1]
        record = _parse(joined.rstrip("\r\n"), delimiter)
        if joined.count('"') % 2 == 0 and len(record) == columns:
            yield number, 1 + len(taken), _joined(record)
        else:
            ahead = taken + ahead
            yield number, 1, _joined(line.rstrip("\r\n").split(delimiter))


def _is_plainly_quoted(text: str, delimiter: str, quotes: int) -> bool:
    """Whether each quote stands at an end of its field and none is doubled, so that a field holds no delimiter.

    The ends of `"a|b"` would be counted as an opening and a closing one too, but then a delimiter stands between them
    without a quote on both sides, and the fields between quotes are not all of the line: such a line goes to the
    parser.
    """
    if '""' in text:
        return False
    between = text.count(f'"{delimiter}"')
    opening = text.startswith('"') + text.count(f'{delimiter}"')
    closing = text.endswith('"') + text.count(f'"{delimiter}')
    is_all_quoted = opening == closing == between + 1 and quotes == 2 * opening
    return is_all_quoted and text.count(delimiter) == between


def _joined(fields: list[str]) -> str:
    return FIELD_SEPARATOR.join(" ".join(field.replace(FIELD_SEPARATOR, " ").splitlines()) for field in fields)


def _parse(text: str, delimiter: str) -> list[str]:
    """The fields of a record of one or more lines; none when its quotes do not hold its line ends together."""
    try:
        return next(csv.reader([text], delimiter=delimiter), [])
    except csv.Error:
        return []
