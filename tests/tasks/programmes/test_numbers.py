"""The parsers of Indonesian writings: golden values, and properties over generated ones."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.programmes import numbers

MONTHS = (
    "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember".split()  # noqa: SIM905
)


def read(parser: Callable[[pl.Expr], pl.Expr], text: str | None) -> object:
    return pl.DataFrame({"t": [text]}, schema={"t": pl.String}).select(parser(pl.col("t"))).item()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Rp 1.250.000,00", "1250000"),
        ("Rp1.250.000,-", "1250000"),
        ("Rp. 1.250.000", "1250000"),
        ("rp\u00a01.250.000", "1250000"),
        ("IDR 1250000", "1250000"),
        ("1,25 juta", "1250000"),
        ("1.25 jt", "1250000"),
        ("Rp 2,5 miliar", "2500000000"),
        ("750 ribu", "750000"),
        ("1.250", "1250"),
        ("1250000,5", "1250000.50"),
        ("1250000.5", "1250000.50"),
        ("-Rp 5.000", "-5000"),
        ("(5.000)", "-5000"),
        ("0", "0"),
        ("1,250", None),
        ("1,250,000", None),
        ("1.25.000", None),
        ("lima juta", None),
        ("Rp", None),
        ("", None),
        (None, None),
        ("9999999999999999 triliun", None),
        ("99999999999999999", None),
    ],
)
def test_rupiah(text: str | None, value: str | None) -> None:
    assert read(numbers.parse_rupiah, text) == (None if value is None else Decimal(value))


@pytest.mark.parametrize(
    ("text", "value"),
    [("7,59 %", "7.59"), ("75%", "75"), ("75 persen", "75"), ("7.5", "7.5"), ("1.250 %", None), ("1.250", None)],
)
def test_percent(text: str, value: str | None) -> None:
    assert read(numbers.parse_percent, text) == (None if value is None else Decimal(value))


@pytest.mark.parametrize(
    ("text", "value"),
    [("1.250", "1250"), ("12,125", "12.12"), ("7,5 %", "7.5"), ("1.250 %", None), ("−3", "-3"), ("12 unit", None)],
)
def test_number(text: str, value: str | None) -> None:
    assert read(numbers.parse_number, text) == (None if value is None else Decimal(value))


@pytest.mark.parametrize(
    ("text", "value"), [("30", 30), ("30 KK", 30), ("1.250 jiwa", 1250), ("12,0", 12), ("12,5", None), ("-", None)]
)
def test_count(text: str, value: int | None) -> None:
    assert read(numbers.parse_count, text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("05-04-2022", date(2022, 4, 5)),
        ("5/4/2022", date(2022, 4, 5)),
        ("5.4.2022", date(2022, 4, 5)),
        ("5 April 2022", date(2022, 4, 5)),
        ("5 Agt 2022", date(2022, 8, 5)),
        ("Jum'at, 5 Agustus 2022", date(2022, 8, 5)),
        ("2022-04-05 00:00:00", date(2022, 4, 5)),
        ("2022-04-05", date(2022, 4, 5)),
        ("44656", date(2022, 4, 5)),
        ("31-02-2022", None),
        ("13-13-2022", None),
        ("5 Bulan 2022", None),
        ("05-04-22", date(2022, 4, 5)),
        ("5 April '22", date(2022, 4, 5)),
        ("05-04-12", None),
        ("5-IV-2022", date(2022, 4, 5)),
        ("Tgl. 5 April 2022", date(2022, 4, 5)),
        ("Selasa 5 April 2022 pukul 09.30 WIB", date(2022, 4, 5)),
        ("2022-04-05 09:30:00", date(2022, 4, 5)),
        ("2022/4/5", date(2022, 4, 5)),
        ("5 April 2022 (Selasa)", date(2022, 4, 5)),
        ("April 2022", None),
        ("4 s.d. 5 April 2022", None),
        ("awal April", None),
        (None, None),
    ],
)
def test_date(text: str | None, value: date | None) -> None:
    assert read(numbers.parse_date, text) == value


BATCH = {"min_size": 20, "max_size": 80}
few = settings(max_examples=10, deadline=None)


def read_all(parser: Callable[[pl.Expr], pl.Expr], texts: list[str]) -> list[object]:
    frame = pl.DataFrame({"t": texts}, schema={"t": pl.String})
    return frame.select(parser(pl.col("t"))).to_series().to_list()


def grouped(number: Decimal | int) -> str:
    return f"{number:,}".replace(",", "_").replace(".", ",").replace("_", ".")


@few
@given(
    st.lists(st.decimals(min_value=0, max_value=Decimal("9999999999999.99"), places=2), **BATCH),
    st.sampled_from(["Rp {}", "Rp. {}", "{}", "Rp{}", "  rp {} "]),
)
def test_grouped_rupiah_is_read_exactly(amounts: list[Decimal], writing: str) -> None:
    texts = [writing.format(grouped(amount)) for amount in amounts]
    assert read_all(numbers.parse_rupiah, texts) == amounts


@few
@given(
    st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 999)), **BATCH),
    st.sampled_from([("juta", 6), ("jt", 6), ("miliar", 9)]),
)
def test_scale_words_multiply_exactly(parts: list[tuple[int, int]], scale: tuple[str, int]) -> None:
    word, power = scale
    texts = [f"{whole},{thousandths:03} {word}" for whole, thousandths in parts]
    expected = [Decimal(f"{whole}.{thousandths:03}") * 10**power for whole, thousandths in parts]
    assert read_all(numbers.parse_rupiah, texts) == expected


@few
@given(st.lists(st.decimals(min_value=-(10**9), max_value=10**9, places=4), **BATCH))
def test_numbers_round_half_even_to_two_places(amounts: list[Decimal]) -> None:
    expected = [amount.quantize(Decimal("0.01"), ROUND_HALF_EVEN) for amount in amounts]
    texts = [f"{amount:f}".replace(".", ",") for amount in amounts]
    assert read_all(numbers.parse_number, texts) == expected


@few
@given(st.lists(st.integers(0, 10**12), **BATCH))
def test_count_reads_both_writings(counts: list[int]) -> None:
    assert read_all(numbers.parse_count, [str(count) for count in counts]) == counts
    assert read_all(numbers.parse_count, [grouped(count) for count in counts]) == counts


@few
@given(st.lists(st.dates(date(1970, 1, 1), date(2099, 12, 31)), **BATCH))
def test_every_day_in_every_writing(days: list[date]) -> None:
    for writing in (
        lambda day: f"{day:%d-%m-%Y}",
        lambda day: f"{day.day}/{day.month}/{day.year}",
        lambda day: f"{day.day} {MONTHS[day.month - 1]} {day.year}",
        lambda day: f"{day} 00:00:00",
    ):
        assert read_all(numbers.parse_date, [writing(day) for day in days]) == days


ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
WEEKDAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jum'at", "Sabtu", "Minggu")


@few
@given(st.lists(st.dates(date(2020, 1, 1), date(2079, 12, 31)), **BATCH))
def test_every_day_of_these_years_in_the_writings_of_offices(days: list[date]) -> None:
    for writing in (
        lambda day: f"{day:%d/%m/%y}",
        lambda day: f"{day.day}-{ROMAN[day.month - 1]}-{day.year}",
        lambda day: f"{WEEKDAYS[day.weekday()]}, {day.day} {MONTHS[day.month - 1]} {day.year}",
        lambda day: f"Tgl. {day.day} {MONTHS[day.month - 1]} {day.year} pukul 09.30 WIB",
        lambda day: f"{day} 09:30:00",
        lambda day: str((day - date(1899, 12, 30)).days),
    ):
        assert read_all(numbers.parse_date, [writing(day) for day in days]) == days


@few
@given(st.lists(st.text(max_size=30) | st.text("0123456789.,-() Rpjuta%", max_size=12), **BATCH))
def test_no_text_breaks_a_parser(texts: list[str]) -> None:
    for parser in (
        numbers.parse_rupiah,
        numbers.parse_number,
        numbers.parse_percent,
        numbers.parse_count,
        numbers.parse_date,
    ):
        assert len(read_all(parser, texts)) == len(texts)
