"""How files of a layout write the places of a city: names of its time, other names, codes in pieces. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from tasks.reference import Areas
from tasks.registry.layouts import AreaRule, CodePieces
from tasks.sample.persons import Bools, Ints
from tasks.sample.plan import SamplePlan
from tasks.sample.texts import Writings
from tasks.sample.traits import below

_SLOTS = 200


@dataclass(frozen=True, slots=True)
class _Entry:
    """A name that stood for a kelurahan, or for a part of it, with its code under the layout's system.

    `is_today` says that the code is in today's list.
    """

    kelurahan: int
    name: str
    others: Sequence[str]
    code: str
    is_today: bool


@dataclass(slots=True)
class PlaceWritings:
    """Texts of kelurahan and kecamatan, and pieces of codes, for persons of one layout."""

    areas: Areas
    rule: AreaRule
    plan: SamplePlan
    _names: Writings = field(init=False)
    _kecamatan: Writings = field(init=False)
    _kecamatan_of: Ints = field(init=False)
    _kecamatan_count: int = field(init=False)
    _entries: list[_Entry] = field(init=False)
    _first: Ints = field(init=False)
    _count: Ints = field(init=False)
    _next: Ints = field(init=False)

    def __post_init__(self) -> None:
        table = self.areas.areas.sort("kode_kemendagri")
        self._entries = list(_entries(self.areas, table, self.rule))
        owners = np.array([entry.kelurahan for entry in self._entries], np.int64)
        self._count = np.bincount(owners, minlength=len(table))
        self._first = np.cumsum(self._count) - self._count
        self._next = _next_of(table["kelurahan"].is_duplicated().to_list())
        self._names = Writings(_name_texts(entry, self.plan) for entry in self._entries)
        kecamatan = table.unique("kode_kemendagri_kecamatan", maintain_order=True)
        codes = kecamatan["kode_kemendagri_kecamatan"].to_list()
        self._kecamatan_of = np.array([codes.index(code) for code in table["kode_kemendagri_kecamatan"]], np.int64)
        self._kecamatan_count = len(codes)
        self._kecamatan = Writings(
            [name.upper()] * 12 + list(self.plan.kecamatan_writings.get(code, ()))
            for name, code in zip(kecamatan["kecamatan"], codes, strict=True)
        )

    def entry(self, kelurahan: Ints, households: Ints) -> Ints:
        """Which name a household's kelurahan has in the files."""
        many = below(households, "bagian kelurahan", 1_000)
        chosen: Ints = self._first[kelurahan] + many % self._count[kelurahan]
        return chosen

    def elsewhere(self, kelurahan: Ints) -> Ints:
        """A name of another kelurahan."""
        return self._first[self._next[kelurahan]]

    def has_code(self, entry: Ints) -> Bools:
        """Whether the entry's code leads to a kelurahan of today."""
        return np.array([entry.is_today for entry in self._entries])[entry]

    def draw_names(self, rng: np.random.Generator, entry: Ints) -> pl.Series:
        return self._names.draw(rng, entry)

    def plain_names(self, entry: Ints) -> pl.Series:
        return self._names.plain(entry)

    def kecamatan(self, rng: np.random.Generator, kelurahan: Ints, is_other: Bools) -> pl.Series:
        """The kecamatan of the kelurahan, or another one."""
        own = self._kecamatan_of[kelurahan]
        return self._kecamatan.draw(rng, np.where(is_other, (own + 1) % self._kecamatan_count, own))

    def code_columns(self, pieces: CodePieces, entry: Ints) -> dict[str, pl.Series]:
        """The columns that make the code of the entry."""
        codes = [entry.code for entry in self._entries]
        whole = len(pieces) == 1
        columns, start = {}, 0
        for column, digits in pieces:
            texts = codes if whole else [code[start : start + digits] for code in codes]
            columns[column] = pl.Series(texts, dtype=pl.String).gather(entry)
            start += digits
        return columns

    def card_codes(self, kelurahan: Ints) -> pl.Series:
        """Kemendagri codes without dots, as the KTP of a person of this kelurahan has."""
        codes = self.areas.areas.sort("kode_kemendagri")["kode_kemendagri"].str.replace_all(".", "", literal=True)
        return codes.gather(kelurahan)


def _next_of(shared: Sequence[bool]) -> Ints:
    """For each kelurahan another one whose name is its own alone."""
    count = len(shared)
    following = (
        next(at % count for at in range(number + 1, number + count + 1) if not shared[at % count])
        for number in range(count)
    )
    return np.fromiter(following, np.int64, count)


def _entries(areas: Areas, table: pl.DataFrame, rule: AreaRule) -> list[_Entry]:
    column = "kode_kemendagri" if rule.system == "kemendagri" else "kode_bps"
    former = areas.former
    if rule.names_as_of is None:
        former = former.clear()
    else:
        former = former.filter(pl.col("berlaku_sampai").str.to_date("%Y-%m-%d") >= rule.names_as_of)
    used = set(table["kode_bps"])
    found = []
    for number, row in enumerate(table.iter_rows(named=True)):
        name = row["kelurahan"]
        old = former.filter(kode_kemendagri=row["kode_kemendagri"])["kelurahan_lama"].to_list()
        if not old:
            others = areas.aliases.filter(kode_kemendagri=row["kode_kemendagri"])["alias"].to_list()
            found.append(_Entry(number, name, others if rule.names_as_of is None else (), row[column], True))
        for old_name in old:
            code = next(
                f"{row['kode_bps_kecamatan']}{n:03d}"
                for n in range(1, 1000)
                if f"{row['kode_bps_kecamatan']}{n:03d}" not in used
            )
            used.add(code)
            found.append(_Entry(number, old_name, (), code, False))
    return found


def _name_texts(entry: _Entry, plan: SamplePlan) -> list[str]:
    upper = entry.name.upper()
    decorated = [f"KELURAHAN {upper}", f"KEL. {upper}", f"{upper} ", entry.name, upper.replace(" ", "-")]
    other = [text for alias in entry.others for text in (alias.upper(), alias)]
    by_alias = round(plan.alias_share * _SLOTS) if other else 0
    by_decoration = round(plan.decorated_share * _SLOTS)
    return [
        *[upper] * (_SLOTS - by_alias - by_decoration),
        *(other[slot % len(other)] for slot in range(by_alias)),
        *(decorated[slot % len(decorated)] for slot in range(by_decoration)),
    ]
