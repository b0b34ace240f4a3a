"""From a text file to a lazy frame of text fields, one row per line of the file, with the line's number.

A delimited line is split by us and not by a CSV reader: a reader that meets a stray quote or a short line loses
its place or fills in silence; here such a line stays one line and is marked.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from errors import InputRejectedError
from tasks.registry.cleaning import stated
from tasks.registry.layouts import Layout, MatchedHeader, match_header
from tasks.registry.sniffing import TextFacts

FIELD_SEPARATOR = "\x1f"
"""Separates the fields of a file that was rewritten without quotes; no text of a register holds it."""

_QUOTED_RECORD_LINES = 20
_TOTAL_OR_NUMBERS = r"(?i)^(?:TOTAL|JUMLAH|KOLOM)\b"
_SAYS_WHO = ("nik", "no_kk", "tanggal_lahir")


def read_header(facts: TextFacts, layouts: tuple[Layout, ...], *, name: str) -> MatchedHeader:
    """Match the first line against the layouts, whichever of their delimiters it uses.

    Raises:
        InputRejectedError: the first line is no header, no layout fits, there is no row below the header, or the
            file is cut off.
    """
    delimiter = max({layout.delimiter for layout in layouts}, key=facts.first_line.count)
    try:
        cells = next(csv.reader([facts.first_line], delimiter=delimiter))
    except csv.Error:
        raise InputRejectedError(
            "Baris pertama berkas ini tidak dapat dibaca sebagai kepala tabel.",
            where=f"{name}, baris 1",
            next_step="Ekspor ulang dari aplikasi register dan jangan mengubah kepala tabelnya.",
        ) from None
    matched = match_header([cell.strip() for cell in cells], layouts, where=f"{name}, baris 1")
    if facts.lines < 2:
        raise InputRejectedError(
            "Berkas hanya berisi kepala tabel, tanpa satu baris pun.",
            where=name,
            next_step="Ekspor ulang dari aplikasi register.",
        )
    is_cut = not facts.ends_with_newline and facts.last_line.count(delimiter) < len(cells) - 1
    if is_cut:
        raise InputRejectedError(
            "Berkas terpotong: baris terakhir tidak lengkap.",
            where=f"{name}, baris {facts.lines}",
            next_step="Unduh atau salin ulang berkasnya sampai selesai, lalu serahkan lagi.",
        )
    return matched


@dataclass(frozen=True, slots=True)
class Rewritten:
    """What a rewriting went through: lines of the source, its header among them, and records below the header."""

    lines: int
    records: int


def rewrite_without_quotes(source: Path, target: Path, delimiter: str, columns: int) -> Rewritten:
    """Write `target` with one record a line: line number, then the fields, separated by FIELD_SEPARATOR.

    A quoted field may hold delimiters and line ends. A quote that is never closed is taken as a letter, so that it
    spoils its own line only. The header is the first line, as `read_header` takes it, and is not written.
    """
    with source.open(encoding="utf-8-sig", newline="\n") as lines, target.open("w", encoding="utf-8") as out:
        numbered = enumerate(lines, start=1)
        consumed, records = next(numbered)[0], 0
        for number, taken, record in _records(numbered, delimiter, columns):
            fields = [" ".join(field.replace(FIELD_SEPARATOR, " ").splitlines()) for field in record]
            out.write(FIELD_SEPARATOR.join([str(number), *fields]) + "\n")
            consumed += taken
            records += 1
    return Rewritten(consumed, records)


def _records(numbered: Iterator[tuple[int, str]], delimiter: str, columns: int) -> Iterator[tuple[int, int, list[str]]]:
    """Each record with the number of its first line and how many lines it took."""
    ahead: list[tuple[int, str]] = []
    while True:
        item = ahead.pop(0) if ahead else next(numbered, None)
        if item is None:
            return
        number, line = item
        if line.count('"') % 2 == 0:
            yield number, 1, _parse(line, delimiter) or _split(line, delimiter)
            continue
        joined = line
        taken: list[tuple[int, str]] = []
        while len(taken) < _QUOTED_RECORD_LINES and joined.count('"') % 2:
            following = ahead.pop(0) if ahead else next(numbered, None)
            if following is None:
                break
            taken.append(following)
            joined += following[1]
        record = _parse(joined, delimiter)
        if joined.count('"') % 2 == 0 and len(record) == columns:
            yield number, 1 + len(taken), record
        else:
            ahead = taken + ahead
            yield number, 1, _split(line, delimiter)


def _split(line: str, delimiter: str) -> list[str]:
    return line.rstrip("\r\n").split(delimiter)


def _parse(record: str, delimiter: str) -> list[str]:
    """The fields of a record of one or more lines; none when its quotes do not hold its line ends together."""
    text = record.rstrip("\r\n")
    if '"' not in text:
        return text.split(delimiter)
    try:
        return next(csv.reader([text], delimiter=delimiter), [])
    except csv.Error:
        return []


def scan_fields(path: Path, matched: MatchedHeader, *, rewritten: bool, carriage_returns: bool) -> pl.LazyFrame:
    """One row per line below the header.

    Columns: `baris_sumber` Int64 (1 = first line of the file), `baris` the line as it stands there,
    `jumlah_kolom_salah` Boolean, `dilewati` Boolean (a line that is no person: blank, numbering or total), and
    `isi_<i>` String per field of the header, NULL on a line with the wrong number of fields.
    """
    delimiter = FIELD_SEPARATOR if rewritten else matched.layout.delimiter
    width = len(matched.headers)
    lines = pl.scan_lines(str(path), row_index_name="baris_sumber", row_index_offset=1)
    if rewritten:
        parts = pl.col("line").str.splitn(FIELD_SEPARATOR, 2)
        lines = lines.select(
            parts.struct.field("field_0").cast(pl.Int64).alias("baris_sumber"),
            parts.struct.field("field_1").fill_null("").alias("line"),
        )
    line = pl.col("line").str.strip_suffix("\r") if carriage_returns else pl.col("line")
    separators = pl.col("baris").str.count_matches(delimiter, literal=True)
    return (
        lines.filter(pl.col("baris_sumber") > 1)
        .select(pl.col("baris_sumber").cast(pl.Int64), line.alias("baris"))
        .with_columns((separators != width - 1).alias("jumlah_kolom_salah"))
        .with_columns(
            _is_no_person(matched, delimiter).alias("dilewati"),
            pl.when(~pl.col("jumlah_kolom_salah"))
            .then(pl.col("baris"))
            .str.split_exact(delimiter, width - 1)
            .struct.rename_fields([f"isi_{position}" for position in range(width)])
            .alias("isi"),
        )
        .unnest("isi")
        .with_columns(pl.col("baris").str.replace_all(delimiter, matched.layout.delimiter, literal=True))
    )


def _is_no_person(matched: MatchedHeader, delimiter: str) -> pl.Expr:
    """A blank line, the numbers of the columns, or a total.

    The first column may be a name, and a name may be a total's word: a line that says who a person is stays a row.
    Only the few candidates are split, since the pass that counts skipped lines needs no field of the others.
    """
    numbers = [str(position) for position in range(1, len(matched.headers) + 1)]
    titled = [delimiter.join(["KOLOM", *rest]) for rest in (numbers[1:], numbers[:-1])]
    bare = pl.col("baris").str.strip_chars(delimiter + " \t\u00a0")
    candidate = pl.when(bare.str.contains(_TOTAL_OR_NUMBERS)).then(pl.col("baris"))
    fields = candidate.str.split(delimiter)
    says_nobody = [
        stated(fields.list.get(position, null_on_oob=True), matched.layout.null_tokens).is_null()
        for position, target in enumerate(matched.targets)
        if target in _SAYS_WHO
    ]
    is_total = candidate.is_not_null() & (pl.col("jumlah_kolom_salah") | pl.all_horizontal(True, *says_nobody))
    is_titled = candidate.str.to_uppercase().is_in(titled).fill_null(False)
    return (bare == "") | (pl.col("baris") == delimiter.join(numbers)) | is_titled | is_total
