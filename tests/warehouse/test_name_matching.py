"""Name keys, date levels and scores of pairs without a NIK."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from warehouse.name_matching import macro_sql

CONNECTION = duckdb.connect(config={"threads": 1})
CONNECTION.execute("CREATE SCHEMA core")
for statement in macro_sql():
    CONNECTION.execute(statement)

WORDS = st.text("BDEFGIKNOPRSTUW", min_size=3, max_size=9)
NAMES = st.lists(WORDS, min_size=1, max_size=3).map(" ".join)
TRUTHS = st.sampled_from([True, False, None])
ALL_AGREE = {
    "nama": "sama", "kemiripan": 1.0, "tanggal": "sama", "ibu": "sama", "kelurahan": True, "kk": True, "kelamin": True,
}  # fmt: skip


BORN = date(1980, 3, 5)


def one(macro: str, *values: Any) -> Any:
    marks = ", ".join("?" for _ in values)
    row = CONNECTION.execute(f"SELECT core.{macro}({marks})", values).fetchone()
    assert row is not None
    return row[0]


def key(name: str | None) -> str | None:
    found: str | None = one("kunci_nama", name)
    return found


def score(**evidence: Any) -> float:
    found: float = one("skor_padanan", *(ALL_AGREE | evidence).values())
    return found


@pytest.mark.parametrize(
    ("expected", "writings"),
    [
        ("SITIAMINAH", ["SITI AMINAH", "siti  aminah", " Siti Aminah ", "HJ. SITI AMINAH", "Hj SITI AMINAH"]),
        ("SITIAMINAH", ["ALMH. SITI AMINAH", "SITI AMINAH (ALM)", "SITI AMINAH ALMH", "SITI AMINAH, S.PD"]),
        ("NURAINI", ["NUR'AINI", "NUR AINI", "NUR’AINI", "NUR`AINI", "NURAINI"]),
        ("MALI", ["MUH. ALI", "MOH ALI", "M. ALI", "M.ALI", "MOCH. ALI", "MUHAMMAD ALI", "MOHAMAD ALI", "H. MUH. ALI"]),
        ("BUDI", ["BUDI", "DRS. BUDI", "DRS. H. BUDI", "H.BUDI", "BUDI S.Pd.I", "BUDI, S.E., M.M.", "BUDI S. E."]),
    ],
)
def test_one_name_in_its_writings_has_one_key(expected: str, writings: list[str]) -> None:
    assert {writing: key(writing) for writing in writings} == dict.fromkeys(writings, expected)


@pytest.mark.parametrize(
    "name", ["HARTONO", "IRFAN", "DRAJAT", "MADE", "ALMAS", "KHOTIJAH", "MUHAMMAD", "MUHAIMIN", "DWI", "NYOMAN", "M"]
)
def test_a_name_that_begins_like_a_title_is_kept(name: str) -> None:
    assert key(name) == name


def test_an_initial_within_a_name_is_no_degree() -> None:
    assert key("AHMAD M. ALI") == "AHMADMALI"


@pytest.mark.parametrize("name", [None, "", "-", "ALM", "ALMH.", "(ALM)", "123", "H.", " . "])
def test_nothing_that_names_anyone_has_no_key(name: str | None) -> None:
    assert key(name) is None


@given(st.text(max_size=40))
@settings(max_examples=200, deadline=None)
def test_a_key_is_capital_letters_or_nothing(text: str) -> None:
    found = key(text)
    assert found is None or re.fullmatch("[A-Z]+", found)


def written_otherwise(name: str) -> Iterator[str]:
    yield from (name.lower(), f"  {name} ", name.replace(" ", "   "), name.replace(" ", "\u00a0"))
    yield from (f"{title} {name}" for title in ("H.", "HJ", "ALM.", "Almh", "DRS. H.", "KH."))
    yield from (f"{name}{end}" for end in (" ALM", " (ALMH)", ", S.H.", " S.Kom", ", ST"))
    yield f"{name[:2]}'{name[2:]}"


@given(NAMES)
@settings(max_examples=100, deadline=None)
def test_the_key_does_not_depend_on_titles_blanks_case_or_apostrophes(name: str) -> None:
    writings = list(written_otherwise(name))
    found = CONNECTION.execute("SELECT writing, core.kunci_nama(writing) FROM unnest($1) AS t (writing)", [writings])
    assert dict(found.fetchall()) == dict.fromkeys(writings, name.replace(" ", ""))


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (date(1980, 3, 5), "sama"),
        (date(1980, 5, 3), "hari dan bulan tertukar"),
        (date(1981, 3, 5), "tahun berbeda satu"),
        (date(1979, 3, 5), "tahun berbeda satu"),
        (date(1981, 5, 3), "beda"),
        (date(1980, 3, 6), "beda"),
        (None, None),
    ],
)
def test_levels_of_dates(other: date | None, expected: str | None) -> None:
    pair = "core.banding_tanggal(pair.a, pair.b), core.banding_tanggal(pair.b, pair.a)"
    found = CONNECTION.execute(f"SELECT {pair} FROM (SELECT $1::DATE AS a, $2::DATE AS b) AS pair", [BORN, other])
    assert found.fetchone() == (expected, expected)


def test_the_day_key_finds_every_date_that_is_not_different() -> None:
    day = one("kunci_hari", BORN)
    assert {one("kunci_hari", other) for other in (date(1980, 5, 3), date(1981, 3, 5))} == {day}
    assert one("kunci_hari", date(1980, 3, 6)) != day


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("SUTRISNO", "SUTRISNO", "sama"),
        ("SUTRISNO", "SUTRISN", "mirip"),
        ("SUTRISNO", "SOETRISNO", "mirip"),
        ("SUTRISNO", "KARTINI", "beda"),
        ("SUTRISNO", None, None),
        (None, None, None),
    ],
)
def test_levels_of_names(first: str | None, second: str | None, expected: str | None) -> None:
    assert one("banding_nama", first, second) == expected
    assert one("banding_nama", second, first) == expected


@given(
    st.sampled_from(["sama", "mirip", "beda", None]),
    st.floats(0, 1),
    st.sampled_from(["sama", "hari dan bulan tertukar", "tahun berbeda satu", "beda", None]),
    st.sampled_from(["sama", "mirip", "beda", None]),
    TRUTHS,
    TRUTHS,
    TRUTHS,
)
@settings(max_examples=200, deadline=None)
def test_a_score_is_between_nothing_and_certainty_and_agreement_never_lowers_it(
    name: str | None,
    alike: float,
    born: str | None,
    mother: str | None,
    place: bool | None,
    card: bool | None,
    sex: bool | None,
) -> None:
    pair = {"nama": name, "kemiripan": alike, "tanggal": born, "ibu": mother, "kelurahan": place, "kk": card}
    found = score(**pair, kelamin=sex)
    assert 0 <= found <= 1
    assert score(**(pair | {"tanggal": "sama"}), kelamin=sex) >= found
    assert score(**(pair | {"kelurahan": True}), kelamin=sex) >= found
    assert score(**pair, kelamin=True) >= found


@pytest.mark.parametrize(
    ("evidence", "proposed"),
    [
        ({}, True),
        ({"kk": None, "ibu": None, "kelamin": None}, True),  # name, birth date and kelurahan: the issue's own rule
        ({"kk": None, "ibu": None, "tanggal": None}, False),  # a name alone is never enough
        ({"kk": None, "ibu": None, "tanggal": "beda"}, False),
        ({"kk": True, "tanggal": "beda", "nama": "mirip", "kemiripan": 0.85}, False),  # brothers
        ({"kk": None, "ibu": None, "kelurahan": False}, True),  # has moved
        ({"kk": None, "ibu": "beda", "kelurahan": False, "kelamin": False}, False),
    ],
)
def test_what_is_worth_proposing(evidence: dict[str, Any], proposed: bool) -> None:
    assert (score(**evidence) >= 0.5) is proposed
