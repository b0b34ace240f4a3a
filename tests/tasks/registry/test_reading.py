"""Lines of a file against an independent reading in plain Python: which line is a row, and what its fields are."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import hypothesis.strategies as st
import polars as pl
import pytest
from hypothesis import HealthCheck, example, given, settings

from errors import InputRejectedError
from tasks.registry.headers import MatchedHeader
from tasks.registry.quotes import rewrite_without_quotes
from tasks.registry.reading import scan_fields
from tasks.registry.sniffing import sniff_text
from tests.tasks.registry.rows import (
    GOOD,
    HEADER,
    LAYOUT,
    WIDTH,
    accepted_rows,
    line,
    rejected_rows,
    staged_text,
    table_of,
)

MATCHED = MatchedHeader(LAYOUT, "warga", ("A", "B", "C"), ("nama", "nik", "alamat"))
Row = tuple[int, bool, bool, tuple[str | None, ...]]
"""Line, skipped, wrong number of fields, fields."""


def scanned(text: str, folder: Path) -> list[Row]:
    """What the product reads below the header, by the way staging goes."""
    raw = folder / "raw.csv"
    raw.write_bytes(text.encode())
    facts = sniff_text(raw, name="raw.csv")
    source = raw
    if facts.has_quotes:
        source = folder / "rewritten.txt"
        rewrite_without_quotes(raw, source, "|", 3)
    table = table_of(source, 0, matched=MATCHED, carriage_returns=facts.has_carriage_returns)
    frame = scan_fields(table if source is raw else replace(table, written="numbered"))
    names = ("baris_sumber", "dilewati", "jumlah_kolom_salah", "isi_0", "isi_1", "isi_2")
    return [
        (number, skipped, wrong and not skipped, tuple(fields) if not (skipped or wrong) else (None,) * 3)
        for number, skipped, wrong, *fields in frame.select(names).collect().rows()
    ]


def _closing_quote(text: str, start: int) -> int:
    """Position after the quote that closes the one at `start`, or -1."""
    position = start + 1
    while (position := text.find('"', position)) >= 0:
        if text[position + 1 : position + 2] != '"':
            return position + 1
        position += 2
    return -1


def _quoted_record(text: str) -> tuple[list[str], int] | None:
    """The fields of a record that uses quotes as RFC 4180 says, and where it ends; None when it does not."""
    fields, position = [], 0
    while True:
        if text[position : position + 1] == '"':
            end = _closing_quote(text, position)
            if end < 0 or text[end : end + 1] not in ("", "|", "\n"):
                return None
            fields.append(text[position + 1 : end - 1].replace('""', '"').replace("\n", " "))
        else:
            end = min(found for mark in "|\n" if (found := f"{text}\n|".find(mark, position)) >= 0)
            if '"' in text[position:end]:
                return None
            fields.append(text[position:end])
        if text[end : end + 1] != "|":
            return fields, end
        position = end + 1


def no_person(fields: list[str]) -> bool:
    upper = [field.strip(" \t\u00a0").upper() for field in fields]
    first_text = next((text for text in upper if text), "")
    first_word = re.split(r"\W", first_text)[0]
    if not first_text or fields == ["1", "2", "3"] or upper in (["KOLOM", "1", "2"], ["KOLOM", "2", "3"]):
        return True
    return first_word in ("TOTAL", "JUMLAH", "KOLOM") and (len(fields) != 3 or upper[1] in LAYOUT.null_tokens)


def by_hand(text: str) -> list[Row]:
    """The same without csv or Polars."""
    rows: list[Row] = []
    rest = text.partition("\n")[2]
    number = 2
    while rest:
        first = rest.partition("\n")[0]
        record = _quoted_record(rest)
        used = rest[: record[1]] if record else ""
        if record and (("\n" not in used) or len(record[0]) == 3):
            fields, consumed = record
        else:
            fields, consumed, used = first.split("|"), len(first), first
        skipped = no_person(fields)
        wrong = len(fields) != 3 and not skipped
        rows.append((number, skipped, wrong, (None,) * 3 if skipped or wrong else tuple(fields)))
        number += used.count("\n") + 1
        rest = rest[consumed + 1 :]
    return rows


def trimmed(rows: list[Row]) -> list[Row]:
    return [
        (number, skipped, wrong, tuple(field and field.replace("\u00a0", " ").strip(" ") for field in fields))
        for number, skipped, wrong, fields in rows
    ]


PLAIN = st.text(alphabet="ab 1é'\u00a0,;", max_size=4)
QUOTED = st.text(alphabet='ab|"\n ', max_size=5).map(lambda text: '"' + text.replace('"', '""') + '"')
STRAY = st.sampled_from(['a"b', 'x"', 'JL "MAWAR'])
FIELDS = st.lists(st.one_of(PLAIN, PLAIN, QUOTED), min_size=3, max_size=3)
LINE = st.one_of(
    FIELDS.map("|".join),
    FIELDS.map("|".join),
    st.lists(st.one_of(PLAIN), min_size=1, max_size=5).map("|".join),
    st.sampled_from(["", "||", "1|2|3", " | | ", "KOLOM|1|2", "Kolom|2|3", "KOLOM|7|8", "1|2|4"]),
    st.builds(
        "{}{}|{}|{}".format,
        st.sampled_from(["TOTAL", "Total", "JUMLAH", "jumlah", "KOLOM", "|JUMLAH", "\u00a0TOTAL"]),
        st.sampled_from(["", " ", ":", "AN", "INA WATI", " 2 JIWA", "BUS", "É"]),
        st.sampled_from(["", " ", "-", "NULL", "3", "3375044107990017"]),
        st.sampled_from(["", "9"]),
    ),
)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=st.lists(LINE, min_size=1, max_size=8), final_newline=st.booleans())
@example(lines=['"a\nb"|"c|d"|"e""f"', "a|b|c"], final_newline=False)
def test_rows_equal_a_reading_by_hand(lines: list[str], final_newline: bool, tmp_path: Path) -> None:
    text = "\n".join(["A|B|C", *lines]) + ("\n" if final_newline or not lines[-1] else "")
    assert trimmed(scanned(text, tmp_path)) == trimmed(by_hand(text))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=st.lists(PLAIN, min_size=3, max_size=3), stray=STRAY, place=st.integers(0, 2), count=st.integers(1, 4))
def test_a_stray_quote_spoils_no_other_line(
    before: list[str], stray: str, place: int, count: int, tmp_path: Path
) -> None:
    spoiled = list(before)
    spoiled[place] = stray
    good = "x|y|z"
    lines = [line for _ in range(count) for line in ("|".join(spoiled), good)]
    rows = scanned("\n".join(["A|B|C", *lines]) + "\n", tmp_path)
    assert [number for number, *_ in rows] == list(range(2, 2 + len(lines)))
    assert [fields for *_, fields in rows[1::2]] == [("x", "y", "z")] * count
    plain = tuple(field.replace("\u00a0", " ") for field in spoiled)
    assert [fields for *_, fields in rows[::2]] == [plain] * count


def test_a_quote_that_is_never_closed_costs_one_line(tmp_path: Path) -> None:
    rows = scanned('A|B|C\n"a|b|c\n' + "x|y|z\n" * 30, tmp_path)
    assert rows[0] == (2, False, False, ('"a', "b", "c"))
    assert rows[1:] == [(number, False, False, ("x", "y", "z")) for number in range(3, 33)]


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_line_ends_inside_quotes_become_blanks_and_lines_are_counted(newline: str, tmp_path: Path) -> None:
    text = newline.join(["A|B|C", '"a', 'b"|c|d', "e|f|g", '"h', "", 'i"|j|k', "l|m|n"]) + newline
    assert scanned(text, tmp_path) == [
        (2, False, False, ("a b", "c", "d")),
        (4, False, False, ("e", "f", "g")),
        (5, False, False, ("h  i", "j", "k")),
        (8, False, False, ("l", "m", "n")),
    ]


@pytest.mark.parametrize("quoted", [False, True])
def test_a_lone_carriage_return_is_not_a_line_end(quoted: bool, tmp_path: Path) -> None:
    last = '"g"|h|i' if quoted else "g|h|i"
    rows = scanned(f"A|B|C\na\rb|c|d\n{last}\n", tmp_path)
    assert [(number, wrong) for number, _, wrong, _ in rows] == [(2, False), (3, False)]
    assert rows[0][3][0] == ("a b" if quoted else "a\rb")


@pytest.mark.parametrize("quote", ["", '"'])
def test_a_file_with_bom_and_windows_line_ends_reads_like_any_other(quote: str, tmp_path: Path) -> None:
    plain = [HEADER, line(), line(nik="3375044107990025", pbi_jkn=f"{quote}N{quote}")]
    staged = staged_text("\ufeff" + "\r\n".join(plain) + "\r\n", tmp_path)
    assert [(row["baris_sumber"], row["pbi_jkn"]) for row in accepted_rows(staged)] == [(2, True), (3, False)]


def test_short_and_long_lines_are_rejected_and_others_skipped(tmp_path: Path) -> None:
    numbering = "|".join(str(position) for position in range(1, WIDTH + 1))
    lines = [
        numbering,
        line(),
        "",
        line()[:-2],
        "JUMLAH" + "|" * (WIDTH - 1),
        line(pbi_jkn="Y|N"),
        "TOTAL 2 JIWA",
        "  ",
    ]
    staged = staged_text("\n".join([HEADER, *lines]) + "\n", tmp_path)
    assert [row["baris_sumber"] for row in accepted_rows(staged)] == [3]
    assert rejected_rows(staged) == {5: {"JUMLAH_KOLOM"}, 7: {"JUMLAH_KOLOM"}}
    sums = staged.accounting
    assert (sums.in_file, sums.accepted, sums.rejected, sums.skipped) == (8, 1, 2, 5)


MOVED = ["nama", *(column for column in GOOD if column != "nama")]
NAME_FIRST = "|".join(next(header for header, target in LAYOUT.columns.items() if target == name) for name in MOVED)


def name_first(**changes: str) -> str:
    return "|".join({name: {**GOOD, **changes}[name] for name in MOVED}.values())


@pytest.mark.parametrize("quote", ["", '"'])
@pytest.mark.parametrize("name", ["TOTALINA WATI", "KOLOMBUS", "Jumlahwati", "TOTAL SUDIRMAN", "JUMLAH", "KOLOM"])
def test_a_name_that_begins_like_a_total_is_a_person(name: str, quote: str, tmp_path: Path) -> None:
    staged = staged_text("\n".join([NAME_FIRST, name_first(nama=f"{quote}{name}{quote}")]) + "\n", tmp_path)
    assert [row["nama"] for row in accepted_rows(staged)] == [name]


@pytest.mark.parametrize("known", ["nik", "no_kk", "tanggal_lahir"])
def test_one_thing_that_says_who_it_is_makes_a_total_a_person(known: str, tmp_path: Path) -> None:
    nothing = dict.fromkeys(("nik", "no_kk", "tanggal_lahir"), "-")
    lines = [name_first(nama="TOTAL", **nothing), name_first(nama="TOTAL", **nothing | {known: GOOD[known]})]
    staged = staged_text("\n".join([NAME_FIRST, *lines]) + "\n", tmp_path)
    assert staged.accounting.skipped == 1
    assert [row["baris_sumber"] for row in accepted_rows(staged)] == [3]


def test_a_name_with_nothing_else_is_lost_only_as_the_whole_word(tmp_path: Path) -> None:
    nothing = dict.fromkeys(("nik", "no_kk", "tanggal_lahir"), "")
    lines = [name_first(nama=name, **nothing) for name in ("TOTALINA", "JUMLAHWATI", "TOTAL:", "Jumlah 3 jiwa")]
    staged = staged_text("\n".join([NAME_FIRST, *lines]) + "\n", tmp_path)
    assert [row["baris_sumber"] for row in accepted_rows(staged)] == [2, 3]
    assert staged.accounting.skipped == 2


@pytest.mark.parametrize(("first", "start"), [("1", 2), ("KOLOM", 2), ("Kolom", 1)])
def test_numbers_of_columns_are_skipped_when_they_are_exact(first: str, start: int, tmp_path: Path) -> None:
    numbers = [first, *(str(number) for number in range(start, start + WIDTH - 1))]
    lines = ["|".join(numbers), "|".join([*numbers[:-1], "99"]), line()]
    staged = staged_text("\n".join([HEADER, *lines]) + "\n", tmp_path)
    assert staged.accounting.skipped == 1
    assert list(rejected_rows(staged)) == [3]


def test_the_whole_line_is_kept_of_a_row_with_the_wrong_number_of_fields(tmp_path: Path) -> None:
    staged = staged_text("\n".join([HEADER, line(), "a|b", line(nama="")]) + "\n", tmp_path)
    broken, nameless = (
        pl.read_parquet(staged.rejected)
        .sort("baris_sumber")["isi"]
        .str.json_decode(pl.Struct({"baris": pl.String, "NIK": pl.String, "NAMA": pl.String}))
    )
    assert broken["baris"] == "a|b"
    assert nameless == {"baris": None, "NIK": "3375044107990017", "NAMA": ""}


@pytest.mark.parametrize("content", [HEADER, HEADER + "\n", HEADER + "\r\n"])
def test_a_header_alone_is_refused(content: str, tmp_path: Path) -> None:
    with pytest.raises(InputRejectedError, match="hanya berisi kepala tabel"):
        staged_text(content, tmp_path)


def test_a_file_cut_off_within_its_last_line_is_refused(tmp_path: Path) -> None:
    whole = "\n".join([HEADER, line(), line(), line()])
    for cut in (whole[: whole.rindex("|")], whole[:-20], whole[: whole.rindex("\n") + 3]):
        with pytest.raises(InputRejectedError, match="terpotong") as refused:
            staged_text(cut, tmp_path)
        assert refused.value.where == "rilis.csv, baris 4"
    assert staged_text(whole, tmp_path).accounting.accepted == 3


def test_the_header_names_its_file_when_it_does_not_fit(tmp_path: Path) -> None:
    with pytest.raises(InputRejectedError) as refused:
        staged_text("NAMA;NIK\nA;1\n", tmp_path, file_name="x.csv")
    assert refused.value.where == "x.csv, baris 1"


def test_a_whole_file_with_line_ends_of_old_macs_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputRejectedError, match="Mac lama"):
        staged_text("\r".join([HEADER, line(), line()]) + "\r", tmp_path)


def test_an_endless_first_line_is_refused_untold(tmp_path: Path) -> None:
    endless = "3375044107990017 SITI SINTETIS " * 10_000
    with pytest.raises(InputRejectedError, match="Tidak ada kepala kolom yang dikenal") as refused:
        staged_text(f"{endless}\n{line()}\n", tmp_path)
    assert "SINTETIS" not in refused.value.paragraph


@pytest.mark.parametrize("glued", [False, True])
def test_a_person_in_the_first_line_is_not_told(glued: bool, tmp_path: Path) -> None:
    first = HEADER + line() if glued else line(dusun="DUSUN")
    with pytest.raises(InputRejectedError) as refused:
        staged_text(f"{first}\n{line()}\n", tmp_path)
    for value in (
        GOOD["nik"],
        GOOD["no_kk"],
        GOOD["nama"],
        GOOD["nama_ibu_kandung"],
        GOOD["alamat"],
        GOOD["id_rumah_tangga"],
    ):
        assert value not in refused.value.paragraph


def test_a_file_without_a_header_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputRejectedError, match="bukan kepala tabel"):
        staged_text(f"\n{line()}\n", tmp_path)


def test_a_spoiled_line_of_a_quoted_file_is_kept_as_it_stands_there(tmp_path: Path) -> None:
    lines = [HEADER, line(nama='"SITI"'), *[line()] * 40, "a|b"]
    staged = staged_text("\n".join(lines) + "\n", tmp_path)
    rejected = pl.read_parquet(staged.rejected)
    assert rejected["isi"].to_list() == ['{"baris":"a|b"}']
