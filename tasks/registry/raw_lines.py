"""Where lines stand in a file as it was submitted, byte for byte: the text kept of a broken line has U+FFFD for what is
no UTF-8, and this finds what stood there. Only I/O. It must not know why a line is asked for.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from tasks.registry.containers import open_table
from tasks.registry.magic import HEAD_BYTES, is_container


@dataclass(frozen=True, slots=True)
class RawLine:
    """A line of a file: its first byte, counted from 0, and its bytes without the line feed that ends it."""

    offset: int
    content: bytes = field(repr=False)


def raw_lines(file: IO[bytes], numbers: Collection[int]) -> dict[int, RawLine]:
    """These lines (1 = first), read once up to the last of them; what the file does not have is left out."""
    wanted, last = set(numbers), max(numbers, default=0)
    found: dict[int, RawLine] = {}
    offset = 0
    for number, line in zip(range(1, last + 1), file, strict=False):
        if number in wanted:
            found[number] = RawLine(offset, line.removesuffix(b"\n"))
        offset += len(line)
    return found


def raw_lines_of_table(files: Sequence[tuple[str, Path]], table: str, numbers: Collection[int]) -> dict[int, RawLine]:
    """These lines of a table that came as text, alone or in an archive; none of a table of another kind.

    Args:
        files: name as its sender knows it, and bytes, of each file of the release.
        table: the name of the table, as `SourceTable.file_name` has it.
    """
    for name, path in files if numbers else ():
        with open_table(path, table, name=name) as stream:
            if stream is not None:
                is_text = not is_container(stream.read(HEAD_BYTES))
                stream.seek(0)
                return raw_lines(stream, numbers) if is_text else {}
    return {}
