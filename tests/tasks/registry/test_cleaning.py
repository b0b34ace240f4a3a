"""Single values: numbers of persons and cards, RT/RW, dates, code lists, names, and the stand-in of a person."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.registry.dates import calendar_date, usual_dates
from tasks.registry.person_key import PersonKey
from tasks.registry.values import coded, identity_number, neighbourhood_number
from tests.tasks.registry.rows import GOOD, LAYOUT, SECRET, cleaned, line

DATE_FORMS = LAYOUT.date_order


def applied(expression: Callable[[pl.Expr], pl.Expr], texts: list[str | None]) -> list[Any]:
    frame = pl.DataFrame({"text": pl.Series(texts, dtype=pl.String)})
    return frame.select(expression(pl.col("text")).alias("value"))["value"].to_list()


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("3375044107990017", "3375044107990017"),
        ("'3375044107990017", "3375044107990017"),
        ("3375044107990017.0", "3375044107990017"),
        ("'3375044107990017.0", "3375044107990017"),
        ("33.7504.4107990017", "3375044107990017"),
        ("33.7504.410799.0", "3375044107990"),
        ("3375 0441 0799 0017", "3375044107990017"),
        ("3375-0441-0799-0017", "3375044107990017"),
        ("337504410799001", "337504410799001"),
        ("33750441079900170", "33750441079900170"),
        ("9201010101800001", "9201010101800001"),
        ("3,37504E+15", "3,37504E+15"),
        ("3.37504E+15", "337504E+15"),
        ("0", None),
        ("00000000", None),
        ("0000000000000000", None),
        ("9999999999999999", None),
        ("0.0", None),
        ("-", None),
        ("", None),
        ("TIDAK ADA", "TIDAKADA"),
        (None, None),
    ],
)
def test_identity_numbers(text: str | None, meant: str | None) -> None:
    assert applied(identity_number, [text]) == [meant]


DIGITS = st.text(alphabet="0123456789", min_size=1, max_size=18)


@settings(max_examples=60, deadline=None)
@given(numbers=st.lists(DIGITS, min_size=1, max_size=40), data=st.data())
def test_decoration_never_changes_the_digits(numbers: list[str], data: st.DataObject) -> None:
    """Nothing is padded, cut or expanded, whatever stands around and between the digits."""
    decorate = st.sampled_from(
        [
            lambda number: number,
            lambda number: f"'{number}",
            lambda number: f"{number}.0",
            lambda number: " ".join(number),
            lambda number: "-".join(re.findall("..?", number)),
            lambda number: f"{number[:2]}.{number[2:]}" if len(number) > 3 else number,
        ]
    )
    written = [data.draw(decorate)(number) for number in numbers]
    meant = [None if not number.strip("0") or not number.strip("9") else number for number in numbers]
    assert applied(identity_number, list(written)) == meant


@settings(max_examples=60, deadline=None)
@given(texts=st.lists(st.text(alphabet="0123456789.'- eE+,X", max_size=20), min_size=1, max_size=40))
def test_no_digit_is_ever_invented(texts: list[str]) -> None:
    for text, value in zip(texts, applied(identity_number, list(texts)), strict=True):
        kept = re.sub(r"[ .\-]", "", text.removeprefix("'"))
        without_fraction = kept[:-1] if re.fullmatch(r"'?[0-9]+\.0", text) else kept
        is_placeholder = not without_fraction.strip("0") or not without_fraction.strip("9")
        assert value == (None if is_placeholder else without_fraction), text


@settings(max_examples=60, deadline=None)
@given(mantissas=st.lists(st.tuples(DIGITS, DIGITS, st.integers(10, 18)), min_size=1, max_size=30))
def test_scientific_notation_never_becomes_a_usable_number(mantissas: list[tuple[str, str, int]]) -> None:
    texts: list[str | None] = [
        f"{whole}{mark}{rest}{e}{exponent}"
        for whole, rest, exponent in mantissas
        for mark in (".", ",")
        for e in ("E+", "e", "E")
    ]
    assert not [value for value in applied(identity_number, texts) if value is None or re.fullmatch(r"[0-9]+", value)]


@pytest.mark.parametrize(
    ("text", "meant"),
    [("3", "003"), ("003", "003"), ("3.0", "003"), ("12", "012"), ("0", "000"), ("1234", "1234"), ("RT 3", "RT 3")],
)  # fmt: skip
def test_rt_and_rw(text: str | None, meant: str | None) -> None:
    assert applied(neighbourhood_number, [text]) == [meant]


@given(number=st.integers(0, 999), zeros=st.integers(0, 2), fraction=st.sampled_from(["", ".0"]))
@settings(max_examples=60, deadline=None)
def test_rt_and_rw_keep_their_number(number: int, zeros: int, fraction: str) -> None:
    text = str(number).rjust(min(3, len(str(number)) + zeros), "0") + fraction
    assert applied(neighbourhood_number, [text]) == [f"{number:03d}"]


def dates(texts: list[str]) -> list[date | None]:
    return applied(lambda text: calendar_date(text, usual_dates(text, DATE_FORMS), DATE_FORMS), list(texts))


@settings(max_examples=60, deadline=None)
@given(days=st.lists(st.dates(date(1890, 1, 1), date(2099, 12, 31)), min_size=1, max_size=30))
def test_every_date_is_read_day_first_in_every_writing(days: list[date]) -> None:
    for pattern in (
        "{:%Y-%m-%d}",
        "{:%d-%m-%Y}",
        "{:%d/%m/%Y}",
        "{0.day}-{0.month}-{0.year}",
        "{0.day}/{0.month}/{0.year}",
    ):
        assert dates([pattern.format(day) for day in days]) == days


@settings(max_examples=60, deadline=None)
@given(parts=st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99), st.integers(0, 9999)), min_size=1, max_size=30))
def test_what_the_calendar_does_not_have_is_no_date(parts: list[tuple[int, int, int]]) -> None:
    for (day, month, year), found in zip(parts, dates([f"{d:02d}-{m:02d}-{y:04d}" for d, m, y in parts]), strict=True):
        try:
            real = date(year, month, day) if year >= 1000 else None
        except ValueError:
            real = None
        assert found == real


@pytest.mark.parametrize(
    "text",
    ["31-02-1999", "29-02-1900", "12/25/1985", "01-02-03", "01-02-85", "85-02-01", "0085-02-01", "25708", "1 Mei 1985",
     "1985-02-01T00:00", "01-02-19855", "--------", "01-02-1985x"],
)  # fmt: skip
def test_no_date(text: str) -> None:
    assert dates([text]) == [None]


def test_29_february_of_a_leap_year() -> None:
    assert dates(["29-02-2000", "29/02/1996"]) == [date(2000, 2, 29), date(1996, 2, 29)]


@pytest.mark.parametrize("target", LAYOUT.code_lists)
def test_every_spelling_of_every_code_list(target: str, tmp_path: Path) -> None:
    codes = LAYOUT.codes_of(target)
    for write in (str, str.lower, str.title, lambda text: f" {text.replace(' ', '  ')}\u00a0"):
        rows = cleaned(tmp_path, [line(**{target: write(spelling)}) for spelling in codes])
        assert [row[target] for row in rows] == list(codes.values()), write("TIDAK PADAN")


@settings(max_examples=60, deadline=None)
@given(texts=st.lists(st.text(alphabet="YNATIDK 12ya", max_size=6), min_size=1, max_size=30))
def test_a_code_list_knows_nothing_else(texts: list[str]) -> None:
    codes = LAYOUT.codes_of("bansos_pkh")
    found = applied(lambda text: coded(text, codes), list(texts))
    assert found == [codes.get(text.upper()) for text in texts]


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("NUR'AINI", "NUR'AINI"),
        ("  SITI   SINTETIS ", "SITI SINTETIS"),
        ("SITI\u00a0\u00a0SINTETIS", "SITI SINTETIS"),
        ("H. MOH. ALI, S.PD", "H. MOH. ALI, S.PD"),
        ("RIZKÉ", "RIZKÉ"),
    ],
)
def test_names_keep_their_letters(name: str, kept: str, tmp_path: Path) -> None:
    [row] = cleaned(tmp_path, [line(nama=name, alamat=name)])
    assert (row["nama"], row["alamat"]) == (kept, kept)


@pytest.mark.parametrize("nothing", ["", "-", "NULL", "#N/A", " ", "\u00a0-"])
def test_null_tokens_are_null_in_every_column(nothing: str, tmp_path: Path) -> None:
    [row] = cleaned(tmp_path, [line(**dict.fromkeys(set(GOOD) - {"kelurahan"}, nothing))])
    assert row["kode_kemendagri"] == "33.75.04.1004"
    assert not {column for column in GOOD if row.get(column) is not None}


def test_identifiers_stay_text(tmp_path: Path) -> None:
    [row] = cleaned(tmp_path, [line(id_rumah_tangga="0012", rt="3", rw="3.0", dusun="007")])
    assert [row[column] for column in ("id_rumah_tangga", "rt", "rw", "dusun")] == ["0012", "003", "003", "007"]


def test_a_person_is_the_keyed_digest_of_the_nik_or_of_the_place(tmp_path: Path) -> None:
    same = "'3375 0441 0799 0017"
    lines = [line(), line(nik=same, nama="LAIN"), line(nik="0"), line(nik="0"), line(nik="3375044107990025")]
    keys = [row["kunci_warga"] for row in cleaned(tmp_path, lines)]
    expected = hmac.new(SECRET, b"3375044107990017", hashlib.sha256).digest()[:16]
    assert keys[:2] == [expected, expected]
    assert keys[2] == hmac.new(SECRET, b"dtks-3375-2022-04-v1:4", hashlib.sha256).digest()[:16]
    assert len(set(keys)) == 4


def test_another_secret_makes_other_stand_ins() -> None:
    niks = pl.Series("n", ["3375044107990017"])
    assert PersonKey(b"a" * 32, "r").of(niks).to_list() != PersonKey(b"b" * 32, "r").of(niks).to_list()
    assert PersonKey(b"a" * 32, "r").of(niks).to_list() == PersonKey(b"a" * 32, "s").of(niks).to_list()
