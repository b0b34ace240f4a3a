"""Where lines stand in a file as it was submitted, byte for byte: the text kept of a broken line has U+FFFD for what is
no UTF-8, and this finds what stood there. Only I/O. It must not know why a line is asked for.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from tasks.registry.containers import FileKind, unpack


@dataclass(frozen=True, slots=True)
class RawLine:
    """A line of a file: its first byte, counted from 0, and its bytes without the line feed that ends it."""

    offset: int
    content: bytes = field(repr=False)


def raw_lines(path: Path, numbers: Collection[int]) -> dict[int, RawLine]:
    """These lines (1 = first) of a file, read once up to the last of them; lines that the file does not have are left
    out."""
    wanted, last = set(numbers), max(numbers, default=0)
    found: dict[int, RawLine] = {}
    offset = 0
    with path.open("rb") as lines:
        for number, line in zip(range(1, last + 1), lines, strict=False):
            if number in wanted:
                found[number] = RawLine(offset, line.removesuffix(b"\n"))
            offset += len(line)
    return found


def raw_lines_of_table(
    files: Sequence[tuple[str, Path]], table: str, numbers: Collection[int], folder: Path
) -> dict[int, RawLine]:
    """These lines of a table that came as text, alone or in an archive; none of a table of another kind.

    Args:
        files: name as its sender knows it, and bytes, of each file of the release.
        table: the name of the table, as `SourceTable.file_name` has it.
        folder: where an archive is unpacked for the while; private.
    """
    if not numbers:
        return {}
    for name, path in files:
        if table != name and not table.startswith(f"{name}/"):
            continue
        with TemporaryDirectory(dir=folder) as unpacked:
            for member in unpack(path, Path(unpacked), name=name):
                if member.name == table and member.kind is FileKind.TEXT:
                    return raw_lines(member.path, numbers)
    return {}
