from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.statistics.catalogue import Catalogue
from tasks.statistics.holding import reasons
from tasks.statistics.publications import publication_candidates, read_publication_rows
from warehouse.statistics import Value

from .conftest import PUBLICATIONS

SOURCE = "WebAPI BPS"


def value(indicator: str, year: int, amount: str, *, area: str = "3375", source: str = SOURCE) -> Value:
    return Value(area, indicator, year, source, Decimal(amount))


def odd(
    catalogue: Catalogue, incoming: list[Value], known: list[Value] | None = None, approved: list[Value] | None = None
) -> dict[tuple[str, int], str]:
    found = reasons(incoming, known or [], catalogue, approved or [])
    return {(entry.indikator, entry.tahun): reason for entry, reason in found.items()}


def test_no_reviewed_figure_is_odd(catalogue: Catalogue) -> None:
    rows = publication_candidates(
        read_publication_rows(PUBLICATIONS),
        catalogue,
        area_codes=("3375",),
        file_name=PUBLICATIONS.name,
        sha256="0" * 64,
    )
    values = [
        Value(row.kode_wilayah, row.indikator, row.tahun, row.source.sumber, row.nilai)
        for row in rows
        if row.source and row.nilai is not None
    ]
    assert len(values) == 34
    assert reasons(values, [], catalogue, []) == {}


@pytest.mark.parametrize(
    ("known", "incoming", "words"),
    [
        ([], ("kemiskinan_p0", 2021, "75.9"), "nilai 75,9 di luar kisaran yang wajar (0,5 sampai 60)"),
        ([], ("penduduk_miskin", 2021, "22"), "di luar kisaran yang wajar (500 sampai 1.000.000)"),
        ([("tpt", 2020, "7.02")], ("tpt", 2021, "12.5"), "7,02 pada 2020 dan 12,5 pada 2021, melebihi"),
        ([("tpt", 2021, "7.02")], ("tpt", 2020, "12.5"), "7,02 pada 2021 dan 12,5 pada 2020, melebihi"),
        ([("garis_kemiskinan", 2021, "502031")], ("garis_kemiskinan", 2020, "512031"), "biasanya naik"),
        ([("tpt", 2021, "6.09")], ("tpt", 2021, "9.6"), "revisi dari 6,09 menjadi 9,6 melebihi"),
        (
            [("garis_kemiskinan", 2020, "502031")],
            ("garis_kemiskinan", 2021, "460000"),
            "502.031 pada 2020 dan 460.000 pada 2021, padahal biasanya naik",
        ),
        ([("garis_kemiskinan", 2020, "502031")], ("garis_kemiskinan", 2021, "702031"), "melebihi perubahan wajar"),
        ([("kemiskinan_p0", 2021, "7.59")], ("kemiskinan_p1", 2021, "8.1"), "P1 8,1 lebih besar daripada P0 7,59"),
        ([("kemiskinan_p1", 2021, "1.2")], ("kemiskinan_p2", 2021, "1.3"), "P2 1,3 lebih besar daripada P1 1,2"),
        ([("kemiskinan_p1", 2021, "8")], ("kemiskinan_p0", 2021, "7.59"), "P1 8 lebih besar daripada P0 7,59"),
    ],
)
def test_what_is_odd_waits_and_says_why(
    catalogue: Catalogue, known: list[tuple[str, int, str]], incoming: tuple[str, int, str], words: str
) -> None:
    found = odd(catalogue, [value(*incoming)], [value(*entry) for entry in known])
    assert words in found[incoming[:2]]


def test_p1_squared_is_at_most_p0_times_p2(catalogue: Catalogue) -> None:
    right = [value("kemiskinan_p0", 2020, "7.17"), value("kemiskinan_p1", 2020, "1.28")]
    assert odd(catalogue, [*right, value("kemiskinan_p2", 2020, "0.30")]) == {}
    assert odd(catalogue, [*right, value("kemiskinan_p2", 2020, "0.23")]) == {}, "rounding explains this one"
    found = odd(catalogue, [value("kemiskinan_p2", 2020, "0.20")], right)
    assert found == {("kemiskinan_p2", 2020): "P1 1,28 tidak mungkin bersama P0 7,17 dan P2 0,2"}


@pytest.mark.parametrize(("population", "is_odd"), [("309000", False), ("318221", False), ("31822", True)])
def test_poor_over_population_is_near_p0(catalogue: Catalogue, population: str, is_odd: bool) -> None:
    share, poor = value("kemiskinan_p0", 2020, "7.17"), value("penduduk_miskin", 2020, "22160")
    people = value("penduduk", 2020, population, source="Kepmendagri")
    for last, before in ((poor, [share, people]), (people, [share, poor]), (share, [poor, people])):
        assert bool(odd(catalogue, [last], before)) is is_odd, last
    beside = [share, people, value("penduduk", 2020, "310000", source="BPS")]
    assert odd(catalogue, [poor], beside) == {}, "one source that fits is enough"
    assert odd(catalogue, [poor], [share, value("penduduk", 2019, population)]) == {}, "another year says nothing"


@pytest.mark.parametrize("year", [2019, 2021])
def test_a_line_that_stays_is_not_odd(catalogue: Catalogue, year: int) -> None:
    assert (
        odd(catalogue, [value("garis_kemiskinan", year, "502031")], [value("garis_kemiskinan", 2020, "502031")]) == {}
    )


def test_a_wrong_value_holds_back_no_other(catalogue: Catalogue) -> None:
    years = {2018: "6.13", 2019: "5.77", 2020: "27.02", 2021: "6.89", 2022: "4.98"}
    found = odd(catalogue, [value("tpt", year, amount) for year, amount in years.items()])
    assert list(found) == [("tpt", 2020)]


def test_a_jump_is_measured_per_year(catalogue: Catalogue) -> None:
    assert odd(catalogue, [value("tpt", 2022, "12")], [value("tpt", 2020, "7.02")]) == {}
    assert odd(catalogue, [value("tpt", 2021, "12")], [value("tpt", 2020, "7.02")])


def test_values_before_a_change_of_method_are_not_compared(catalogue: Catalogue) -> None:
    before, after = value("ipm", 2009, "68.9"), value("ipm", 2010, "73.4")
    assert odd(catalogue, [before, after]) == {}
    assert odd(catalogue, [value("ipm", 2011, "73.4")], [value("ipm", 2010, "68.9")])


def test_series_of_other_sources_and_regions_are_not_compared(catalogue: Catalogue) -> None:
    known = [value("tpt", 2020, "27", source="Pers"), value("tpt", 2020, "1", area="3326")]
    assert odd(catalogue, [value("tpt", 2021, "6.89")], known) == {}


def test_limits_are_those_of_the_level(catalogue: Catalogue) -> None:
    assert odd(catalogue, [value("penduduk_miskin", 2020, "3980900", area="3300")]) == {}
    assert odd(catalogue, [value("penduduk_miskin", 2020, "3980900", area="3326")])


def test_an_approved_value_is_compared_with_what_follows(catalogue: Catalogue) -> None:
    known, jump, after = value("tpt", 2019, "5.77"), value("tpt", 2020, "12.5"), value("tpt", 2021, "12.1")
    assert set(odd(catalogue, [jump, after], [known])) == {("tpt", 2020), ("tpt", 2021)}
    assert set(odd(catalogue, [jump, after], [known], approved=[jump])) == {("tpt", 2020)}
    assert set(odd(catalogue, [after], [known, jump])) == set()


@given(st.lists(st.tuples(st.integers(2010, 2020), st.decimals(0, 30, places=2)), unique_by=lambda pair: pair[0]))
def test_what_passes_makes_no_jump(catalogue: Catalogue, pairs: list[tuple[int, Decimal]]) -> None:
    values = [Value("3375", "tpt", year, SOURCE, amount) for year, amount in pairs]
    found = reasons(values, [], catalogue, [])
    passed = sorted((entry.tahun, entry.nilai) for entry in values if entry not in found)
    assert all(
        abs(after - before) <= 3 * (year - year_before) for (year_before, before), (year, after) in pairwise(passed)
    )
    assert not values or passed, "the first of a series is never a jump"
