from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.statistics.numbers import LIMIT, is_missing, parse_number


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("1,5", "1.5"),
        ("1.234,5", "1234.5"),
        ("12.345.678", "12345678"),
        ("7.59", "7.59"),
        ("0.301", "0.301"),
        ("-1,87", "-1.87"),
        ("\N{MINUS SIGN}1,87", "-1.87"),
        (" 6,89\N{NO-BREAK SPACE}", "6.89"),
        (20520, "20520"),
        (Decimal("22.16"), "22.16"),
    ],
)
def test_numbers_as_they_are_written(written: object, meant: str) -> None:
    assert parse_number(written) == Decimal(meant)


@pytest.mark.parametrize(
    "written",
    [
        "1.234",
        "-12.345",
        "1,234.5",
        "1.23.4",
        "12,",
        ",5",
        "1e3",
        "NaN",
        "n.a.",
        "7,59 %",
        "1_000",
        "٣",
        True,
        [1],
        {},
        "Rp 5",
    ],
)
def test_what_is_no_number_or_could_be_two_is_refused(written: object) -> None:
    assert parse_number(written) is None


@pytest.mark.parametrize("written", [LIMIT, -LIMIT, Decimal("Infinity"), Decimal("NaN"), "9" * 40])
def test_numbers_beyond_any_statistic_are_refused(written: object) -> None:
    assert parse_number(written) is None


@pytest.mark.parametrize("written", [None, "", "  ", "-", " – ", "..."])
def test_missing_values(written: object) -> None:
    assert is_missing(written)
    assert parse_number(written) is None


@given(st.decimals(min_value="-99999999999", max_value="99999999999", places=2))
def test_a_number_in_indonesian_writing_comes_back(number: Decimal) -> None:
    indonesian = f"{number:,.2f}".translate(str.maketrans(",.", ".,"))
    assert parse_number(indonesian) == number
    assert parse_number(str(number)) == number


@given(st.text(max_size=12))
def test_any_text_gives_a_finite_number_or_nothing(text: str) -> None:
    number = parse_number(text)
    assert number is None or (number.is_finite() and not is_missing(text))
