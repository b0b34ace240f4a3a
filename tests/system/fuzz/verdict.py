"""What may become of a mutated submission: a clear refusal, or accounts in which every row has its place.

Counting is done here anew, by other means than the product's. For texts also this: a line that is byte for byte as it
was keeps its fate, whatever was done to others. Exceptions, all there are:
- the heading was changed; then the columns may mean something else;
- the line lies below a line that begins with '###', where notes stand: it is skipped;
- the line is in a record of several lines: one that opens a quote, and so many lines that the quotes are closed;
- it is a member's line, and a line of the families with the same card number was changed, or their heading was, or
  notes were put among them;
- it stands in the file more than once.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from errors import InputRejectedError
from tasks.registry.accounts import StagedRelease
from tests.system.fuzz.specimens import planted

_PARTS = {"warga": "rows.parquet", "keluarga": "households.parquet"}
_SKIPPED = -1
_MOST_LINES_OF_A_RECORD = 21
_FAMILY_DIGITS = (16, 18)
_LONG_NUMBER = re.compile(r"\d{12,}")
_ASIDE = ("baris_sumber", "baris", "kunci_warga", "penolakan")


@dataclass(frozen=True)
class Found:
    """The rows of one table: line -> mask (SKIPPED, 0 or reasons), what is kept of accepted, and whole rejected."""

    masks: dict[int, int]
    kept: dict[int, dict[str, Any]]
    whole: dict[int, dict[str, str]]

    def fate(self, line: int) -> tuple[int, object]:
        """Comparable between files."""
        return self.masks[line], self.kept.get(line) or [*self.whole.get(line, {}).values()]


def check_refusal(refusal: InputRejectedError, names: Sequence[str]) -> None:
    """It says which file, what to do, and nothing of a person."""
    text = refusal.paragraph
    assert any(name in text for name in names), f"no file is named: {text}"
    assert refusal.what.endswith((".", "!")), text
    assert refusal.next_step.strip(), f"no next step: {text}"
    assert "\n" not in text, text
    quoted = [value for value in planted() if value in text]
    assert not quoted, f"quotes a person: {quoted}"
    assert not _LONG_NUMBER.search(text), f"quotes a number: {text}"
    assert all(letter.isprintable() for letter in text), f"unprintable: {text!r}"


def found_rows(staged: StagedRelease) -> dict[str, Found]:
    """What lies in the staging folder, each line once and all sums in balance."""
    rejected = pl.read_parquet(staged.rejected).to_dicts()
    found = {}
    for table in staged.tables:
        rows = pl.read_parquet(staged.rows.with_name(_PARTS[table.part])).to_dicts()
        masks = {row["baris_sumber"]: row["penolakan"] for row in rows}
        assert len(masks) == len(rows), "a line number twice"
        whole = {row["baris_sumber"]: row for row in rejected if row["bagian"] == table.part}
        assert len(whole) == sum(row["bagian"] == table.part for row in rejected), "a rejected line twice"
        assert {line: row["penolakan"] for line, row in whole.items()} == {
            line: mask for line, mask in masks.items() if mask > 0
        }
        sums = table.accounting
        counted = Counter("skipped" if m == _SKIPPED else "rejected" if m > 0 else "accepted" for m in masks.values())
        assert (counted["accepted"], counted["rejected"], counted["skipped"]) == (
            sums.accepted,
            sums.rejected,
            sums.skipped,
        )
        assert sums.in_file == len(masks)
        kept = {row["baris_sumber"]: _comparable(row) for row in rows if row["penolakan"] == 0}
        found[table.part] = Found(masks, kept, {line: json.loads(row["isi"]) for line, row in whole.items()})
    return found


def _comparable(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in _ASIDE}


def physical_lines(content: bytes) -> list[bytes]:
    """The lines of a text, the first at 1; a last one without line end counts."""
    lines = content.split(b"\n")
    return [b"", *(lines if lines[-1] else lines[:-1])]


def check_text(content: bytes, delimiter: bytes, found: Found) -> dict[int, int]:
    """Every line below the heading is in a row, each rejected row is whole. Returns first line -> lines of a record."""
    lines = physical_lines(content)
    numbers = sorted(found.masks)
    heading = numbers[0] - 1
    assert len(lines[heading].split(delimiter)) > 1, "no heading above the first row"
    titles = re.sub(rb"[^A-Z]", b"", lines[heading].upper())
    assert b"NIK" in titles or b"NOMOR" in titles, "no heading above the first row"
    above = b"\n".join(lines[:heading]).decode("utf-8", "replace")
    assert not _LONG_NUMBER.search(above), "rows above the heading are not accounted for"
    taken = {number: following - number for number, following in zip(numbers, [*numbers[1:], len(lines)], strict=True)}
    for number, count in taken.items():
        if count > 1:
            assert count <= _MOST_LINES_OF_A_RECORD, f"line {number} swallowed {count} lines"
            assert lines[number].count(b'"') % 2, f"line {number} swallowed lines without an open quote"
            assert b"".join(lines[number : number + count]).count(b'"') % 2 == 0, f"line {number} is never closed"
    decoded = _decoded(content)
    for number, row in found.whole.items():
        record = "\n".join(decoded[number : number + taken[number]])
        assert _letters(row.values(), delimiter) == _letters([record], delimiter), f"line {number} is not whole"
        if b'"' not in content and "baris" not in row:
            fields, parts = [*row.values()], record.split(delimiter.decode())
            assert fields[:-1] == parts[:-1], f"line {number}"
            assert fields[-1].rstrip("\r") == parts[-1].rstrip("\r"), f"line {number}"
    return taken


def _decoded(content: bytes) -> list[str]:
    """As a text editor of the country would: UTF-8 where any line is rightly so, else the code page of Windows."""

    def is_utf8(line: bytes) -> bool:
        try:
            return not line.isascii() and bool(line.decode())
        except UnicodeDecodeError:
            return False

    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        encoding = "utf-8-sig" if any(map(is_utf8, content.split(b"\n"))) else "cp1252"
        text = content.decode(encoding, "replace")
    return ["", *text.split("\n")]


def _letters(texts: Any, delimiter: bytes) -> str:
    """All that is neither blank, quote nor delimiter."""
    aside = {'"', "\x1f", delimiter.decode(), "\ufeff"}
    return "".join(letter for text in texts for letter in text if letter not in aside and not letter.isspace())


def check_neighbours(
    old: tuple[bytes, Found], new: tuple[bytes, Found], taken: Mapping[int, int], *, excused: Collection[str] = ()
) -> None:
    """Lines that are byte for byte as they were have the fate they had.

    Args:
        old, new: content of the file before and after, and what was found in it.
        taken: what `check_text` gave for the new one.
        excused: card numbers of families that were changed.
    """
    before, after = physical_lines(old[0]), physical_lines(new[0])
    heading_before, heading_after = min(old[1].masks) - 1, min(new[1].masks) - 1
    if before[heading_before] != after[heading_after]:
        return
    counts_before, counts_after = Counter(before), Counter(after)
    place = {line: number for number, line in enumerate(before) if counts_before[line] == 1}
    in_records = {number + at for number, count in taken.items() if count > 1 for at in range(count)}
    notes = next((n for n, line in enumerate(after) if n and line.removeprefix(b'"').startswith(b"###")), len(after))
    for number in range(heading_after + 1, len(after)):
        line = after[number]
        if line not in place or counts_after[line] > 1 or number in in_records or place[line] not in old[1].masks:
            continue
        if number >= notes:
            assert new[1].masks[number] == _SKIPPED, f"line {number} below the notes"
            continue
        if _is_first_of_many(old[1], place[line], len(before)) or any(card.encode() in line for card in excused):
            continue
        assert new[1].fate(number) == old[1].fate(place[line]), f"the fate of line {number} changed"


def _is_first_of_many(found: Found, number: int, end: int) -> bool:
    return number + 1 < end and number + 1 not in found.masks


def changed_cards(old: bytes, new: bytes) -> set[str]:
    """The numbers of families (card, or household in layout B) whose line is in one of the files only, or not as often;
    of all families when the heading is another, or when there are notes."""
    one, other = Counter(physical_lines(old)), Counter(physical_lines(new))
    changed = [*(one - other), *(other - one)]
    if physical_lines(old)[1] not in other or any(line.removeprefix(b'"').startswith(b"###") for line in other):
        changed = [*one, *other]
    fields = (field.removesuffix(b".0") for line in changed for field in re.split(rb'[|,;\t"\x1f]', line))
    return {digits for field in fields if len(digits := re.sub(rb"\D", b"", field).decode()) in _FAMILY_DIGITS}


def check_same_meaning(old: Found, new: Found) -> None:
    """The columns stand in another order, heading and all: persons stay as they were."""
    for number, mask in old.masks.items():
        if mask != _SKIPPED:
            assert new.masks[number] == mask, f"line {number} with its columns in another order"
            assert new.kept.get(number) == old.kept.get(number), f"line {number} with its columns in another order"
