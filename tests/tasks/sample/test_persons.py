"""Arithmetic the generator stands on."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tasks.sample.persons import FEMALE, MALE, Places, Serials, allocate, day_month_year, make_people, nik_numbers
from tasks.sample.plan import SamplePlan, part, releases_of, steps_of


@given(total=st.integers(0, 10**7), parts=st.integers(1, 300))
def test_parts_sum_to_the_total(total: int, parts: int) -> None:
    pieces = [part(total, index, parts) for index in range(parts)]
    assert sum(pieces) == total
    assert max(pieces) - min(pieces) <= 1


@given(total=st.integers(0, 10**6), weights=st.lists(st.floats(0.01, 10), min_size=1, max_size=30))
def test_allocation_is_whole_and_proportional(total: int, weights: list[float]) -> None:
    counts = allocate(total, np.array(weights))
    assert counts.sum() == total
    exact = np.array(weights) / sum(weights) * total
    assert np.abs(counts - exact).max() <= 1 + 1e-6


@given(st.dates(date(1850, 1, 1), date(2110, 1, 1)))
def test_birth_date_as_in_a_nik(born: date) -> None:
    days = np.array([(born - date(1970, 1, 1)).days])
    assert f"{day_month_year(days)[0]:06d}" == born.strftime("%d%m%y")


def test_nik_by_the_rule() -> None:
    born = np.array([(date(1985, 4, 12) - date(1970, 1, 1)).days] * 3)
    sex = np.array([MALE, FEMALE, MALE])
    niks = nik_numbers(np.array([337504] * 3), born, sex, Serials(offset=2, step=10))
    assert niks.tolist() == [3375041204850003, 3375045204850003, 3375041204850013]


def test_people_agree_with_themselves() -> None:
    places = Places(
        np.array([337501, 337504]), np.array([3375010004, 3375030016]), np.array([0, 1]), np.array([0.5, 0.5])
    )
    as_of = (date(2022, 4, 1) - date(1970, 1, 1)).days
    people = make_people(np.random.default_rng(3), np.array([700, 300]), places, as_of=as_of, serials=Serials(0, 1))
    assert np.bincount(people.kelurahan).tolist() == [700, 300]
    assert len(set(people.nik.tolist())) == 1_000
    for nik, born, sex in zip(people.nik.tolist(), people.born.tolist(), people.sex.tolist(), strict=True):
        birthday = date(1970, 1, 1) + timedelta(days=born)
        assert birthday <= date(2022, 4, 1)
        assert int(str(nik)[6:8]) == birthday.day + 40 * sex
        assert str(nik)[8:12] == birthday.strftime("%m%y")


def test_releases_step_by_half_a_year() -> None:
    periods = [release.period for release in releases_of(SamplePlan(), 4)]
    assert periods == ["2021-10", "2022-04", "2022-10", "2023-04"]


def test_steps_follow_the_stock() -> None:
    first, second = steps_of(SamplePlan(left_rate=0.1, entered_rate=0.2), 1_000, 3)
    assert (first.left, first.entered) == (100, 200)
    assert (second.stock, second.left) == (1_100, 110)
