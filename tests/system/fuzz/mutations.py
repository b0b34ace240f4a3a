"""What can happen to a file on its way: pure functions of a source of chance and a file's bytes or lines."""

from __future__ import annotations

import random
from collections.abc import Callable

from tests.system.fuzz.specimens import Lines

Bytes = Callable[[random.Random, bytes, bytes], bytes]
"""Chance, content, delimiter -> content."""

_NASTY = (
    *(b'"', b"'", b"\n", b"\r", b"\r\n", b"\x00", b"\x1f", b"\x1a", b"\x0b", b"\x0c", b"\x85", b"\xa0", b"\xff", b"\t"),
    *("\u2028".encode(), "\u00a0".encode(), "\ufeff".encode(), "\U0001f600".encode(), b"\xed\xa0\x80", b"\xc3"),
    *(b"###", b'""', b'"|"', b"|", b";", b",", b"\\", b"TOTAL", b"KOLOM", b"=1+1", b"9" * 40, b"1e999", b"NaN"),
)
_LONG = 200_000
"""More than the field limit of a CSV reader."""


def flip_bytes(chance: random.Random, content: bytes, delimiter: bytes) -> bytes:
    spoiled = bytearray(content)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(spoiled))
        spoiled[at] ^= 1 << chance.randrange(8)
    return bytes(spoiled)


def overwrite_bytes(chance: random.Random, content: bytes, delimiter: bytes) -> bytes:
    at, nasty = chance.randrange(len(content)), chance.choice(_NASTY)
    return content[:at] + nasty + content[at + len(nasty) :]


def insert_bytes(chance: random.Random, content: bytes, delimiter: bytes) -> bytes:
    for _ in range(chance.randint(1, 3)):
        at = chance.randint(0, len(content))
        content = content[:at] + chance.choice(_NASTY) + content[at:]
    return content


def insert_long_run(chance: random.Random, content: bytes, delimiter: bytes) -> bytes:
    at = chance.randrange(len(content))
    return content[:at] + chance.choice((b"X", b'"', b" ", delimiter, b"\xe9")) * _LONG + content[at:]


def drop_bytes(chance: random.Random, content: bytes, delimiter: bytes) -> bytes:
    at = chance.randrange(len(content))
    return content[:at] + content[at + chance.randint(1, 80) :]


def cut_end(chance: random.Random, content: bytes, delimiter: bytes) -> bytes:
    return content[: chance.randrange(len(content))]


def _on_lines(change: Callable[[random.Random, list[bytes], bytes], None]) -> Bytes:
    def mutation(chance: random.Random, content: bytes, delimiter: bytes) -> bytes:
        lines = content.split(b"\n")
        change(chance, lines, delimiter)
        return b"\n".join(lines)

    mutation.__name__ = change.__name__
    return mutation


@_on_lines
def cut_line(chance: random.Random, lines: list[bytes], delimiter: bytes) -> None:
    at = chance.randrange(len(lines))
    lines[at] = lines[at][: chance.randint(0, len(lines[at]))]


@_on_lines
def drop_line(chance: random.Random, lines: list[bytes], delimiter: bytes) -> None:
    del lines[chance.randrange(len(lines))]


@_on_lines
def repeat_line(chance: random.Random, lines: list[bytes], delimiter: bytes) -> None:
    lines.insert(chance.randrange(len(lines)), chance.choice(lines))


@_on_lines
def swap_lines(chance: random.Random, lines: list[bytes], delimiter: bytes) -> None:
    one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]


@_on_lines
def glue_lines(chance: random.Random, lines: list[bytes], delimiter: bytes) -> None:
    at = chance.randrange(len(lines) - 1)
    lines[at : at + 2] = [lines[at] + lines[at + 1]]


@_on_lines
def swap_fields_of_a_line(chance: random.Random, lines: list[bytes], delimiter: bytes) -> None:
    at = chance.randrange(len(lines))
    fields = lines[at].split(delimiter)
    one, other = chance.randrange(len(fields)), chance.randrange(len(fields))
    fields[one], fields[other] = fields[other], fields[one]
    lines[at] = delimiter.join(fields)


@_on_lines
def drop_field(chance: random.Random, lines: list[bytes], delimiter: bytes) -> None:
    at = chance.randrange(len(lines))
    fields = lines[at].split(delimiter)
    del fields[chance.randrange(len(fields))]
    lines[at] = delimiter.join(fields)


@_on_lines
def other_delimiter_in_a_line(chance: random.Random, lines: list[bytes], delimiter: bytes) -> None:
    at = chance.randrange(len(lines))
    lines[at] = lines[at].replace(delimiter, chance.choice((b"|", b";", b",", b"\t")))


@_on_lines
def other_encoding_of_a_line(chance: random.Random, lines: list[bytes], delimiter: bytes) -> None:
    at = chance.randrange(len(lines))
    text = lines[at].decode("utf-8", "replace").replace("A", chance.choice(("Á", "ñ", "€", "字", "A")))
    lines[at] = text.encode(
        chance.choice(("cp1252", "latin-1", "utf-16-le", "utf-16", "cp437", "utf-8-sig")), "replace"
    )


@_on_lines
def other_line_ends(chance: random.Random, lines: list[bytes], delimiter: bytes) -> None:
    for at, line in enumerate(lines[:-1]):
        if chance.random() < 0.3:
            lines[at] = line + chance.choice((b"\r", b"\r\r"))


@_on_lines
def blanks_between(chance: random.Random, lines: list[bytes], delimiter: bytes) -> None:
    for _ in range(chance.randint(1, 20)):
        lines.insert(chance.randint(0, len(lines)), chance.choice((b"", b" ", b"\t", b"\r", delimiter * 3, b"\xa0")))


def other_encoding(chance: random.Random, content: bytes, delimiter: bytes) -> bytes:
    text = content.decode("utf-8", "replace")
    return text.encode(chance.choice(("cp1252", "utf-16", "utf-16-be", "utf-8-sig", "cp437", "mac-roman")), "replace")


TEXT_MUTATIONS: tuple[Bytes, ...] = (
    flip_bytes,
    flip_bytes,
    overwrite_bytes,
    overwrite_bytes,
    insert_bytes,
    insert_bytes,
    insert_long_run,
    drop_bytes,
    cut_end,
    cut_line,
    drop_line,
    repeat_line,
    swap_lines,
    glue_lines,
    swap_fields_of_a_line,
    drop_field,
    other_delimiter_in_a_line,
    other_encoding_of_a_line,
    other_encoding_of_a_line,
    other_line_ends,
    blanks_between,
    other_encoding,
)
BINARY_MUTATIONS: tuple[Bytes, ...] = (flip_bytes, flip_bytes, overwrite_bytes, insert_bytes, drop_bytes, cut_end)

_ODD_CELLS = (
    "",
    "=1+1",
    "\u00a0",
    "###",
    "TOTAL",
    "3,37504E+15",
    "a\nb",
    "\u2028",
    "'3375",
    "-",
    "#N/A",
    "X" * 5000,
    '"',
)


def swap_columns(chance: random.Random, lines: Lines) -> Lines:
    """Every line with its fields in one new order, the heading among them: what the file says stays the same."""
    order = list(range(len(lines[0])))
    chance.shuffle(order)
    return [[line[at] for at in order] for line in lines]


def swap_columns_below_heading(chance: random.Random, lines: Lines) -> Lines:
    heading, *rows = lines
    one, other = chance.sample(range(len(heading)), 2)
    swapped = [list(row) for row in rows]
    for row in swapped:
        row[one], row[other] = row[other], row[one]
    return [heading, *swapped]


def odd_cells(chance: random.Random, lines: Lines) -> Lines:
    changed = [list(line) for line in lines]
    for _ in range(chance.randint(1, 5)):
        line = chance.choice(changed)
        line[chance.randrange(len(line))] = chance.choice(_ODD_CELLS)
    return changed


def odd_rows(chance: random.Random, lines: Lines) -> Lines:
    changed = list(lines)
    for _ in range(chance.randint(1, 3)):
        width = len(lines[0])
        row = chance.choice(
            ([""] * width, [str(at + 1) for at in range(width)], changed[-1], ["###"] + [""] * (width - 1))
        )
        changed.insert(chance.randint(0, len(changed)), list(row))
    return changed


TABLE_MUTATIONS = (swap_columns, swap_columns_below_heading, odd_cells, odd_rows)
