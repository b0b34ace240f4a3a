"""Makes synthetic persons, household by household, as arrays of numbers. Pure: chance comes from the given generator.

Every person is consistent in itself (NIK, birth date, sex, relation, job agree); defects are put in elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from errors import UsageError
from tasks.sample import names
from warehouse.tables.registry import HUBUNGAN_KELUARGA

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

HEAD, SPOUSE, CHILD, CHILD_IN_LAW, GRANDCHILD, PARENT, SERVANT, OTHER = range(len(HUBUNGAN_KELUARGA))
MALE, FEMALE = 0, 1
AID_COLUMNS = ("padan", "bansos_bpnt", "bansos_pkh", "bansos_bpnt_ppkm", "pbi_jkn")
_HOUSEHOLD_SHARES = (0.10, 0.17, 0.24, 0.26, 0.15, 0.08)
_KK_SERIAL = 5_000
_DAY_YEARS = 365.25


@dataclass(slots=True)
class People:
    """Persons as columns of one length; positions never change, newcomers are appended.

    `born` is in days since 1970, `aid` has bit i for AID_COLUMNS[i], `mother` is -1 where unknown, `warnings` has the
    bits of the defects carried, `odd_aid` is the aid column that says something unknown or -1, `twin` is the position
    of the other row with the same NIK or -1.
    """

    household: Ints
    kelurahan: Ints
    relation: Ints
    sex: Ints
    born: Ints
    nik: Ints
    no_kk: Ints
    household_number: Ints
    name: Ints
    mother: Ints
    birthplace: Ints
    job: Ints
    street: Ints
    house_no: Ints
    rt: Ints
    rw: Ints
    hamlet: Ints
    aid: Ints
    warnings: Ints
    odd_aid: Ints
    twin: Ints
    present: Bools

    def __len__(self) -> int:
        return len(self.nik)

    def at(self, positions: Ints) -> People:
        """These persons only; `twin` then points nowhere useful."""
        return People(**{column.name: getattr(self, column.name)[positions] for column in fields(self)})


def joined(people: People, newcomers: People) -> People:
    """All of them; the newcomers' households are numbered after the others', and they have no twins yet."""
    columns = {
        column.name: np.concatenate([getattr(people, column.name), getattr(newcomers, column.name)])
        for column in fields(People)
    }
    if len(people):
        columns["household"][len(people) :] += people.household.max() + 1
    return People(**columns)


@dataclass(frozen=True, slots=True)
class Places:
    """The kelurahan of a city, in one order: NIK prefix of the kecamatan, BPS code, index of the kecamatan."""

    nik_prefix: Ints
    bps_code: Ints
    kecamatan: Ints
    share: Floats


@dataclass(frozen=True, slots=True)
class Serials:
    """Numbers that no other group of persons uses: `offset + 1`, then every `step`."""

    offset: int
    step: int

    def of(self, keys: Ints) -> Ints:
        """Counts up within equal keys."""
        serials: Ints = _rank_within(keys) * self.step + self.offset + 1
        return serials


def _rank_within(keys: Ints) -> Ints:
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    is_first = np.ones(len(keys), bool)
    is_first[1:] = ordered[1:] != ordered[:-1]
    first = np.flatnonzero(is_first)
    rank: Ints = np.empty(len(keys), np.int64)
    rank[order] = np.arange(len(keys)) - np.repeat(first, np.diff(np.append(first, len(keys))))
    return rank


def allocate(total: int, weights: Floats) -> Ints:
    """`total` cut into whole parts in proportion to the weights (largest remainders)."""
    exact = weights * (total / weights.sum())
    counts: Ints = np.floor(exact).astype(np.int64)
    order = np.argsort(counts - exact, kind="stable")
    counts[order[: total - int(counts.sum())]] += 1
    return counts


def day_month_year(days: Ints) -> Ints:
    """DDMMYY of days since 1970."""
    dates = days.astype("datetime64[D]")
    months = dates.astype("datetime64[M]").astype(np.int64)
    day = (dates - dates.astype("datetime64[M]")).astype(np.int64) + 1
    digits: Ints = day * 10_000 + (months % 12 + 1) * 100 + (months // 12 + 1970) % 100
    return digits


def make_people(rng: np.random.Generator, stock: Ints, places: Places, *, as_of: int, serials: Serials) -> People:
    """`stock[i]` persons in kelurahan i, alive and born at `as_of` (days since 1970).

    Raises UsageError when so many persons are wanted that serial numbers run out.
    """
    kelurahan = np.repeat(np.arange(len(stock)), stock)
    household, position = _households(rng, kelurahan)
    size = np.bincount(household)
    homes = len(size)
    of_home = kelurahan[position == 0]
    has_spouse = (size >= 2) & (rng.random(homes) < 0.85)
    head_age = np.clip(rng.normal(47, 14, homes), 20, 88).astype(np.int64)
    relation = _relations(rng, position, has_spouse[household], head_age[household])
    age = _ages(rng, relation, head_age[household])
    head_sex = np.where(rng.random(homes) < np.where(has_spouse, 0.88, 0.4), MALE, FEMALE)[household]
    sex = np.where(rng.random(len(kelurahan)) < 0.5, MALE, FEMALE)
    sex = np.where(relation == HEAD, head_sex, np.where(relation == SPOUSE, 1 - head_sex, sex))
    born = as_of - (age * _DAY_YEARS).astype(np.int64) - rng.integers(0, 365, len(age))
    name = _names(rng, sex, age)
    return People(
        household=household,
        kelurahan=kelurahan,
        relation=relation,
        sex=sex,
        born=born,
        nik=_niks(rng, kelurahan, born, sex, places, serials),
        no_kk=card_numbers(rng, of_home, as_of, places, serials)[household],
        household_number=household_numbers(of_home, places, serials)[household],
        name=name,
        mother=_mothers(rng, household, relation, sex, name),
        birthplace=np.where(rng.random(len(age)) < 0.85, 0, rng.integers(0, names.BIRTHPLACES, len(age))),
        job=_jobs(rng, age, sex),
        street=rng.integers(0, len(names.STREETS), homes)[household],
        house_no=rng.integers(1, 240, homes)[household],
        rt=rng.integers(0, 10, homes)[household],
        rw=rng.integers(1, 19, homes)[household],
        hamlet=np.where(rng.random(homes) < 0.8, 0, rng.integers(0, len(names.HAMLETS), homes))[household],
        aid=_aid(rng, household, homes),
        warnings=np.zeros(len(age), np.int64),
        odd_aid=np.full(len(age), -1, np.int64),
        twin=np.full(len(age), -1, np.int64),
        present=np.ones(len(age), bool),
    )


def _households(rng: np.random.Generator, kelurahan: Ints) -> tuple[Ints, Ints]:
    """Number of the household and position in it; no household reaches over a kelurahan's end."""
    total = len(kelurahan)
    sizes = rng.choice(np.arange(1, 7), total, p=_HOUSEHOLD_SHARES)
    ends = np.cumsum(sizes)
    starts = np.zeros(total, bool)
    starts[ends[ends < total]] = True
    starts[1:] |= kelurahan[1:] != kelurahan[:-1]
    starts[:1] = True
    household = np.cumsum(starts) - 1
    return household, np.arange(total) - np.flatnonzero(starts)[household]


def _relations(rng: np.random.Generator, position: Ints, has_spouse: Bools, head_age: Ints) -> Ints:
    draw = rng.random(len(position))
    late = position >= 2
    choices = [
        position == 0,
        (position == 1) & has_spouse,
        late & (draw < 0.03),
        late & (draw < 0.04),
        late & (draw < 0.042),
        late & (head_age > 52) & (draw < 0.12),
        late & (head_age > 52) & (draw < 0.22),
    ]
    return np.select(choices, [HEAD, SPOUSE, PARENT, OTHER, SERVANT, CHILD_IN_LAW, GRANDCHILD], CHILD)


def _ages(rng: np.random.Generator, relation: Ints, head_age: Ints) -> Ints:
    total = len(relation)
    small = rng.integers(0, 6, total)
    child = head_age - 20 - rng.integers(0, 18, total)
    by_relation = [
        head_age,
        np.maximum(head_age + rng.integers(-8, 4, total), 18),
        np.where(child >= 0, child, small),
        np.maximum(head_age - rng.integers(20, 29, total), 18),
        rng.integers(0, 16, total),
        np.minimum(head_age + rng.integers(18, 29, total), 98),
        rng.integers(18, 51, total),
        rng.integers(5, 71, total),
    ]
    return np.choose(relation, by_relation)


def _names(rng: np.random.Generator, sex: Ints, age: Ints) -> Ints:
    total = len(sex)
    draw = rng.random(total)
    pilgrim = (age > 45) & (draw < 0.05)
    title = np.where(pilgrim, 1, np.where(draw > 0.92, 2, 0))
    second = np.where(rng.random(total) < 0.25, 0, rng.integers(1, names.SECOND_NAMES, total))
    first = rng.integers(0, names.FIRST_NAMES, total)
    return ((sex * names.TITLES + title) * names.FIRST_NAMES + first) * names.SECOND_NAMES + second


def _mothers(rng: np.random.Generator, household: Ints, relation: Ints, sex: Ints, name: Ints) -> Ints:
    """Index of the mother's name; plus once or twice the number of names for ALM and ALMH."""
    total = len(name)
    plain = names.FIRST_NAMES * names.SECOND_NAMES
    mother = names.NAMES_OF_ONE_SEX + rng.integers(0, plain, total)
    at_home = np.full(int(household.max(initial=-1)) + 1, -1, np.int64)
    is_wife = (sex == FEMALE) & ((relation == SPOUSE) | (relation == HEAD))
    at_home[household[is_wife]] = name[is_wife]
    known = at_home[household]
    mother = np.where((relation == CHILD) & (known >= 0), known, mother)
    draw = rng.random(total)
    late = (draw < 0.10) & (relation != CHILD)
    mother = np.where(late, mother + 2 * names.NAMES_OF_ONE_SEX * rng.integers(1, 3, total), mother)
    return np.where(draw > 0.80, -1, mother)


def _jobs(rng: np.random.Generator, age: Ints, sex: Ints) -> Ints:
    total = len(age)
    draw = rng.random(total)
    paid = rng.integers(names.FIRST_PAID_JOB, len(names.JOBS), total)
    choices = [
        age < 6,
        age < 18,
        (sex == FEMALE) & (draw < 0.45),
        (age > 62) & (draw < 0.75),
        draw > 0.92,
    ]
    kinds = [names.NOT_WORKING, names.PUPIL, names.HOUSEWIFE, names.RETIRED, names.NOT_WORKING]
    return np.select(choices, kinds, paid)


def _aid(rng: np.random.Generator, household: Ints, homes: int) -> Ints:
    """Aid goes to households; a few members differ."""
    bpnt = rng.random(homes) < 0.42
    pkh = bpnt & (rng.random(homes) < 0.5)
    extra = ~bpnt & (rng.random(homes) < 0.2)
    insured = rng.random(homes) < np.where(bpnt, 0.92, 0.55)
    of_home: Ints = (bpnt * 2 + pkh * 4 + extra * 8 + insured * 16).astype(np.int64)
    matched = (rng.random(len(household)) < 0.95).astype(np.int64)
    differs = np.where(rng.random(len(household)) < 0.03, 16, 0)
    aid: Ints = (of_home[household] ^ differs) | matched
    return aid


def _niks(rng: np.random.Generator, kelurahan: Ints, born: Ints, sex: Ints, places: Places, serials: Serials) -> Ints:
    elsewhere = rng.random(len(kelurahan)) < 0.1
    issued_in = np.where(elsewhere, rng.integers(0, len(places.nik_prefix), len(kelurahan)), kelurahan)
    return nik_numbers(places.nik_prefix[issued_in], born, sex, serials)


def nik_numbers(prefix: Ints, born: Ints, sex: Ints, serials: Serials) -> Ints:
    """NIK by the rule: prefix of the first issue, DDMMYY with 40 added to the day of women, serial."""
    keys = prefix * 10**6 + day_month_year(born) + np.where(sex == FEMALE, 400_000, 0)
    serial = serials.of(keys)
    if serial.max(initial=0) >= _KK_SERIAL:
        raise UsageError(
            "Nomor urut NIK habis untuk jumlah orang sebanyak ini.", next_step="Buat contoh yang lebih kecil."
        )
    return keys * 10**4 + serial


def household_numbers(of_home: Ints, places: Places, serials: Serials) -> Ints:
    """16 digits: BPS code of the kelurahan, serial."""
    numbers: Ints = places.bps_code[of_home] * 10**6 + serials.of(of_home)
    return numbers


def card_numbers(rng: np.random.Generator, of_home: Ints, as_of: int, places: Places, serials: Serials) -> Ints:
    """Number of a family card: kecamatan and date of issue; serials above those of a NIK, so that none is a NIK."""
    issued = as_of - rng.integers(60, 13 * 365, len(of_home))
    keys = places.nik_prefix[of_home] * 10**6 + day_month_year(issued)
    return keys * 10**4 + _KK_SERIAL + serials.of(keys) % _KK_SERIAL
