"""From submitted files to the tables of one layout, each with its heading found and matched. Only I/O: what a value
means is not known here.
"""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl

from errors import DampinganError, InputRejectedError
from tasks.registry.containers import FileKind, Member, unpack
from tasks.registry.footers import LAST_ROWS, footer_line
from tasks.registry.headers import MatchedHeader, known_headings, match_header
from tasks.registry.joining import joined_sheets
from tasks.registry.layouts import AREA_COLUMNS, Layout
from tasks.registry.parquet import check_parquet
from tasks.registry.quotes import rewrite_without_quotes
from tasks.registry.sniffing import HEAD_LINES, TextFacts, last_lines, sniff_text, write_utf8
from tasks.registry.tables import FIELD_SEPARATOR, SourceTable
from tasks.registry.workbooks import convert_workbook, workbook_notices

DELIMITERS = ("|", ";", ",", "\t")
_SPREADSHEETS = (FileKind.XLSX, FileKind.XLS, FileKind.ODS)
_INVISIBLE = "\ufeff"
_IDENTITY_NUMBER = re.compile(r"[0-9]{12,}")
_FEWEST_CELLS = 3
_MOST_COLUMNS = 1_000
_PERSONS_NUMBER = re.compile(r"'?[0-9]{16}(?:\.0)?")
_FEWEST_HEADINGS = 2
"""So many known headings make a sheet or a file of an archive a table that somebody meant to submit."""


@dataclass(frozen=True, slots=True)
class OpenedRelease:
    """The tables of one release. `notices` name sheets and files that were left aside or joined, and hidden rows."""

    layout: Layout
    persons: SourceTable
    households: SourceTable | None
    notices: tuple[str, ...]

    @property
    def tables(self) -> tuple[SourceTable, ...]:
        return (self.persons, self.households) if self.households else (self.persons,)

    @property
    def columns(self) -> frozenset[str]:
        """What the tables have, and what the words of a concatenated text fill."""
        stated = {target for table in self.tables for target in table.matched.position_of}
        filled = {target for text, words in self.layout.tokens.items() if text in stated for target in words.values()}
        return frozenset(stated | filled)


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A table whose heading is not yet found: its first lines, cut into cells, with the delimiter that cut them."""

    name: str
    lines: tuple[tuple[int, str, list[str]], ...] = field(repr=False)
    take: Callable[[int, str, MatchedHeader], SourceTable]
    rows: int
    notices: tuple[str, ...] = ()

    def heading(self, layouts: Sequence[Layout]) -> tuple[int, str, list[str], int]:
        """Number of the likeliest line, its delimiter, its cells, and how many of them are known headings."""
        scored = [(*line, known_headings(line[2], layouts)) for line in self.lines]
        best = max(scored, key=lambda line: line[3])
        if best[3]:
            return best
        first = [line for line in scored if line[0] == scored[0][0]]
        return max(first, key=lambda line: len(line[2]))


def open_release(files: Sequence[tuple[str, Path]], folder: Path, layouts: Sequence[Layout]) -> OpenedRelease:
    """Find the tables in `files` (name as its sender knows it, bytes), whatever kind of file each is.

    Args:
        folder: where unpacked, converted and rewritten copies go; private.

    Raises:
        InputRejectedError: a file of a wrong or broken kind, a heading that no layout has, tables of different
            layouts, two tables of one kind, or one that is missing.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    candidates = [
        candidate
        for number, (name, path) in enumerate(files)
        for member in unpack(path, _made(folder / f"arsip-{number}"), name=name)
        for candidate in _candidates(member, _made(folder / f"berkas-{number}-{member.path.name[:16]}"))
    ]
    tables: list[SourceTable] = []
    notices: list[str] = []
    for candidate in candidates:
        notices.extend(candidate.notices)
        line, delimiter, cells, known = candidate.heading(layouts)
        if len(candidates) > 1 and known < _FEWEST_HEADINGS:
            _refuse_persons_without_heading(candidate)
            notices.append(f"{candidate.name} diabaikan: {candidate.rows} baris tanpa kepala tabel register.")
            continue
        _refuse_endless_heading(len(cells), f"{candidate.name}, baris {line}")
        headers = [cell.replace(_INVISIBLE, "").strip() for cell in cells]
        matched = match_header(headers, layouts, where=f"{candidate.name}, baris {line}")
        _refuse_rows_above(candidate, line, delimiter, cells)
        table = candidate.take(line, delimiter, matched)
        if table.rows < 1 and len(candidates) > 1:
            notices.append(f"{candidate.name}: hanya kepala tabel, tanpa baris.")
            continue
        if table.rows < 1:
            raise InputRejectedError(
                "Berkas hanya berisi kepala tabel, tanpa satu baris pun.",
                where=candidate.name,
                next_step="Ekspor ulang dari aplikasi register.",
            )
        if table.footer_line is not None:
            notices.append(
                f"{table.name}: mulai baris {table.footer_line} dibaca sebagai catatan di bawah tabel, bukan orang."
            )
        tables.append(table)
    tables, joined = joined_sheets(tables, folder)
    return _combined(tables, (*notices, *joined), files[0][0])


def _refuse_endless_heading(columns: int, where: str) -> None:
    """Each column is an expression of the scan, which takes minutes for a hundred thousand."""
    if columns > _MOST_COLUMNS:
        raise InputRejectedError(
            "Kepala tabel mempunyai lebih dari 1.000 kolom.",
            where=where,
            next_step="Hapus kolom kosong di kanan tabel, lalu ekspor ulang.",
        )


def _refuse_rows_above(candidate: _Candidate, heading: int, delimiter: str, headers: Sequence[str]) -> None:
    """Titles stand above a heading, each in a cell or two; a row there would get lost."""
    first = heading - sum(cell.count("\n") for cell in headers)
    for line, cut_by, cells in candidate.lines:
        filled = sum(1 for cell in cells if cell.strip())
        is_filled = filled >= _FEWEST_CELLS and filled > len(headers) / 2
        is_above = line < first and cut_by == delimiter
        if is_above and (is_filled or any(map(_IDENTITY_NUMBER.search, cells))):
            raise InputRejectedError(
                f"Di atas kepala tabel (baris {heading}) ada baris yang berisi data; baris itu tidak akan terbaca.",
                where=f"{candidate.name}, baris {line}",
                next_step="Pindahkan kepala tabel ke atas semua baris data, lalu serahkan lagi.",
            )


def _refuse_persons_without_heading(candidate: _Candidate) -> None:
    """A second sheet often goes on where the first was full; that is no cover page to set aside."""
    for line, _, cells in candidate.lines:
        if any(_PERSONS_NUMBER.fullmatch(cell.strip()) for cell in cells):
            raise InputRejectedError(
                "Ada nomor 16 angka, tetapi tidak ada kepala tabel; orang-orangnya tidak akan terbaca.",
                where=f"{candidate.name}, baris {line}",
                next_step="Beri kepala tabel, atau gabungkan dengan tabel utamanya; hapus bila bukan bagian rilis.",
            )


def _made(folder: Path) -> Path:
    folder.mkdir(exist_ok=True, mode=0o700)
    return folder


def _combined(tables: Sequence[SourceTable], notices: tuple[str, ...], name: str) -> OpenedRelease:
    if not tables:
        raise InputRejectedError(
            "Tidak satu pun lembar atau berkas di dalamnya mempunyai kepala tabel register.",
            where=name,
            next_step="Serahkan ekspor dari aplikasi register.",
        )
    layouts = {table.matched.layout.name: table.matched.layout for table in tables}
    if len(layouts) > 1:
        raise InputRejectedError(
            f"Ada tabel dari tata letak berbeda: {', '.join(layout.title for layout in layouts.values())}.",
            where=", ".join(table.name for table in tables),
            next_step="Serahkan masing-masing sebagai rilis tersendiri.",
        )
    (layout,) = layouts.values()
    found: dict[str, SourceTable] = {}
    for table in tables:
        part = table.matched.part
        if part in found:
            raise InputRejectedError(
                f"Ada dua tabel {layout.forms[part].title}.",
                where=f"{found[part].name} dan {table.name}",
                next_step="Gabungkan menjadi satu tabel, atau serahkan yang benar saja.",
            )
        found[part] = table
    missing = ["anggota" if part == "warga" else form.title for part, form in layout.forms.items() if part not in found]
    if missing:
        raise InputRejectedError(
            f"Tabel {' dan '.join(missing)} tidak ada; {layout.title} terdiri dari {len(layout.forms)} tabel.",
            where=", ".join(table.name for table in tables),
            next_step="Serahkan kedua berkas bersama-sama, atau sebagai satu arsip ZIP.",
        )
    return OpenedRelease(layout, found["warga"], found.get("keluarga"), notices)


def _candidates(member: Member, folder: Path) -> Iterator[_Candidate]:
    if member.kind is FileKind.PARQUET:
        yield _parquet(member)
    elif member.kind in _SPREADSHEETS:
        sheets = convert_workbook(member.path, folder, name=member.name, kind=member.kind)
        notices = tuple(workbook_notices(folder, name=member.name))
        for sheet in sheets:
            name = member.name if len(sheets) == 1 else f"{member.name}, lembar {sheet.sheet}"
            yield replace(_sheet(name, member, sheet.path, sheet.rows), notices=notices)
            notices = ()
    else:
        yield _text(member, folder)


def _parquet(member: Member) -> _Candidate:
    check_parquet(member.path, name=member.name)
    frame = pl.scan_parquet(member.path)
    schema = frame.collect_schema()
    rows = frame.select(pl.len()).collect().item()
    nested = [name for name, kind in schema.items() if kind.is_nested() or kind == pl.Binary]
    if nested:
        raise InputRejectedError(
            f"Kolom bersusun tidak dapat dibaca: {', '.join(nested[:5])}.",
            where=member.name,
            next_step="Simpan ulang dengan kolom teks biasa.",
        )

    def take(line: int, _delimiter: str, matched: MatchedHeader) -> SourceTable:
        size = member.path.stat().st_size
        return SourceTable(member.name, member.name, member.path, "columns", "", matched, line, rows, size)

    return _Candidate(member.name, ((1, "", [name or "(tanpa nama)" for name in schema]),), take, rows)


def _sheet(name: str, member: Member, path: Path, rows: int) -> _Candidate:
    with path.open(encoding="utf-8", newline="\n") as text:
        cut = [line.rstrip("\n").split(FIELD_SEPARATOR) for line, _ in zip(text, range(HEAD_LINES), strict=False)]
    lines = tuple((int(number), FIELD_SEPARATOR, cells) for number, *cells in cut)

    def take(line: int, delimiter: str, matched: MatchedHeader) -> SourceTable:
        return SourceTable(
            name,
            member.name,
            path,
            "numbered",
            delimiter,
            matched,
            line,
            rows - line,
            member.path.stat().st_size,
            notes_line=_first(_notes_row(path), footer := _footer_row(path, line, matched)),
            footer_line=footer,
        )

    return _Candidate(name, lines, take, rows)


def _notes_row(path: Path) -> int | None:
    with path.open(encoding="utf-8", newline="\n") as text:
        for line in text:
            number, _, cells = line.partition(FIELD_SEPARATOR)
            if cells.startswith("###"):
                return int(number)
    return None


def _footer_row(path: Path, header_line: int, matched: MatchedHeader) -> int | None:
    with path.open(encoding="utf-8", newline="\n") as text:
        last = [line.rstrip("\n").split(FIELD_SEPARATOR) for line in deque(text, maxlen=LAST_ROWS)]
    return _footer([(int(number), cells) for number, *cells in last if int(number) > header_line], matched)


def _footer(last: Sequence[tuple[int, Sequence[str]]], matched: MatchedHeader) -> int | None:
    """Only in a table that says of nobody where he lives: in any other a footer is rejected for want of that."""
    return None if set(AREA_COLUMNS) & matched.position_of.keys() else footer_line(last)


def _first(*lines: int | None) -> int | None:
    return min((line for line in lines if line is not None), default=None)


def _text(member: Member, folder: Path) -> _Candidate:
    path, facts = member.path, sniff_text(member.path, name=member.name)
    has_broken_letters = facts.not_utf8_line is not None
    if has_broken_letters:
        path = folder / "utf-8.txt"
        write_utf8(member.path, path)
        facts = sniff_text(path, name=member.name)
    cut = [
        (number, delimiter, _cells(line, delimiter))
        for number, line in _records(facts.head)
        for delimiter in DELIMITERS
    ]

    def take(line: int, delimiter: str, matched: MatchedHeader) -> SourceTable:
        last = [(number, _cells(text, delimiter)) for number, text in last_lines(path, facts, LAST_ROWS)]
        footer = _footer([row for row in last if row[0] > line], matched)
        notes_line = _first(facts.notes_line, footer)
        _refuse_cut_off(replace(facts, notes_line=notes_line), delimiter, matched.fewest_fields, member.name)
        source, rows = _scannable(path, folder, facts, delimiter, line, matched, member.name)
        return SourceTable(
            member.name,
            member.name,
            source,
            "lines" if source == path else "numbered",
            delimiter,
            matched,
            line,
            rows,
            member.path.stat().st_size,
            notes_line=notes_line,
            footer_line=footer,
            text=path,
            carriage_returns=facts.has_carriage_returns and source == path,
            has_broken_letters=has_broken_letters,
        )

    return _Candidate(member.name, tuple(cut), take, facts.lines)


def _records(head: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Each of the first lines, and each that a quote goes on from together with those it goes on to; with the number of
    the last of them. A heading such as "NAMA<line end>LENGKAP" takes two lines."""
    for start, line in enumerate(head):
        yield start + 1, line
        for end in range(start + 1, len(head) if line.count('"') % 2 else 0):
            joined = "\n".join(head[start : end + 1])
            if joined.count('"') % 2 == 0:
                yield end + 1, joined
                break


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return line.split(delimiter)


def _refuse_cut_off(facts: TextFacts, delimiter: str, fields: int, name: str) -> None:
    is_note = facts.notes_line is not None or not facts.last_line.strip()
    if not facts.ends_with_newline and not is_note and facts.last_line.count(delimiter) < fields - 1:
        raise InputRejectedError(
            "Berkas terpotong: baris terakhir tidak lengkap.",
            where=f"{name}, baris {facts.lines}",
            next_step="Unduh atau salin ulang berkasnya sampai selesai, lalu serahkan lagi.",
        )


def _scannable(
    path: Path, folder: Path, facts: TextFacts, delimiter: str, header_line: int, matched: MatchedHeader, name: str
) -> tuple[Path, int]:
    """The file to scan, and its number of rows as counted by other means than the scan.

    Without quotes that is the number of line ends in the bytes. With quotes it is the number of records, which
    must use up just those lines.
    """
    if not facts.has_quotes:
        return path, facts.lines - header_line
    target = folder / "tanpa-kutip.txt"
    rewritten = rewrite_without_quotes(path, target, delimiter, len(matched.headers), header_line=header_line)
    if rewritten.lines != facts.lines:
        raise DampinganError(
            f"Dari {facts.lines} baris berkas hanya {rewritten.lines} yang terbaca.",
            where=name,
            next_step="Ini kesalahan program; laporkan bersama berkas catatannya.",
        )
    return target, rewritten.records
