"""Lines below a list are no persons; no person is taken for such a line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.registry.footers import footer_line

SITI = ["1", "3375044107990017", "SITI"]
AYU = ["2", "", "AYU"]
SIGNED = [
    ["", "", "Pekalongan, 12 April 2022"],
    ["", "", "Mengetahui,"],
    ["", "", "Lurah Jenggot"],
    ["", "", ""],
    ["", "", "BUDI SINTETIS, S.E."],
    ["", "", "NIP. 19760101 200501 1 001"],
]


def numbered(*rows: list[str]) -> list[tuple[int, list[str]]]:
    return list(enumerate(rows, start=2))


def test_a_footer_begins_with_its_first_words() -> None:
    assert footer_line(numbered(SITI, AYU, ["TOTAL", "", "2"], *SIGNED)) == 5
    assert footer_line(numbered(SITI, AYU, *SIGNED[2:])) == 4


@pytest.mark.parametrize(
    "row",
    [
        ["", "Pekalongan", " 12-04-2022"],
        ["a.n. Lurah", "", ""],
        ["Keterangan: NIK menyusul", "", ""],
        ["Mengetahui,", "", "Pekalongan, 12 April 2022"],
        ["", "", "Kepala Kelurahan Jenggot"],
    ],
)
def test_words_of_a_footer(row: list[str]) -> None:
    assert footer_line(numbered(SITI, row)) == 3


@pytest.mark.parametrize(
    "row",
    [
        AYU,
        ["3", "", "LURAHMAN"],
        ["3", "AYU", "PEKALONGAN, 12-04-1990"],
        ["3", "AYU", "NIPAH"],
        ["KETERANGAN", "", ""],
        ["3", "AYU", "CAMAT", "JL. A"],
    ],
)
def test_a_person_without_nik_is_no_footer(row: list[str]) -> None:
    assert footer_line(numbered(SITI, row)) is None


@given(st.lists(st.sampled_from([SITI, AYU, *SIGNED]), max_size=8))
def test_nobody_with_a_nik_is_below_a_footer(rows: list[list[str]]) -> None:
    found = footer_line(numbered(*rows))
    assert found is None or SITI not in rows[found - 2 :]
