"""Synthetic truth for matching without a NIK: a warehouse of two releases in which it is known who is who.

The first release holds everyone, with NIK. In the second a share of them has none, and their names, birth dates,
mothers' names, family cards and kelurahan are written as offices write them; others without NIK are newcomers, whom
nobody of the first release is. Some children are twins, so that a family has two nearly equal rows.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import duckdb
import numpy as np
import polars as pl

from tasks.reference import read_areas
from tasks.sample.names import SECOND_NAMES, name_texts
from tasks.sample.persons import CHILD, FEMALE, Ints, People, Places, Serials, allocate, make_people
from warehouse.columns import create_table_sql, polars_schema
from warehouse.tables import CORE_TABLES
from warehouse.tables.registry import RILIS, RIWAYAT_WARGA
from warehouse.views import create_views

WITHOUT_NIK = 0.05
"""Share of the second release that has no NIK; far more than the real 1.3 %, so that fewer persons are needed."""
NEWCOMERS = 0.3
"""Share of those without NIK who are not in the first release."""
_EPOCH = date(1970, 1, 1)
_SERIES = "dtks-3375"
_PERIODS = (date(2022, 1, 1), date(2022, 4, 1))

Person = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Truth:
    """A warehouse with its views, and for each person without NIK the person of the first release, None for nobody."""

    connection: duckdb.DuckDBPyConnection
    of: dict[str, str | None]

    @property
    def findable(self) -> int:
        return sum(person is not None for person in self.of.values())


def build(persons: int, seed: int, carelessness: float = 1.0) -> Truth:
    """A first release of `persons`, and a second of those of them who have lost their NIK, and of newcomers without.

    Args:
        carelessness: how many times as often as usual something is written otherwise; at 1 every second of those
            without NIK has another name than before, and every fifth another birth date or none.
    """
    chance = random.Random(seed)
    areas = read_areas("3375", "Kota Pekalongan").areas.sort("kode_kemendagri")
    everyone = _persons(np.random.default_rng(seed), persons, areas)
    chance.shuffle(everyone)
    without = int(persons * WITHOUT_NIK)
    new = int(without * NEWCOMERS)
    newcomers, lost, kept = everyone[:new], everyone[new:without], everyone[without:]
    office = _Office(chance, carelessness, areas["kode_kemendagri"].to_list())
    altered = [office.altered(person) for person in (*newcomers, *lost)]
    truth = {
        row["kunci_warga"]: person["kunci_warga"] if index >= new else None
        for index, (row, person) in enumerate(zip(altered, (*newcomers, *lost), strict=True))
    }
    connection = duckdb.connect(config={"threads": 2})
    connection.execute("CREATE SCHEMA core")
    for table in CORE_TABLES:
        connection.execute(create_table_sql(table))
    connection.execute("INSERT INTO core.wilayah BY NAME FROM areas")
    _insert_releases(connection)
    _insert(connection, kept, 0, None)
    _insert(connection, lost, 0, _PERIODS[1])
    _insert(connection, altered, 1, None)
    create_views(connection)
    return Truth(connection, truth)


def _insert_releases(connection: duckdb.DuckDBPyConnection) -> None:
    names = ", ".join(RILIS.column_names)
    filled = {"keadaan": "'berlaku'", "seri": f"'{_SERIES}'", "sistem_sumber": "'DTKS'", "kode_wilayah": "'3375'"}
    for version, period in enumerate(_PERIODS):
        values = filled | {"id_rilis": f"'{_release(version)}'", "periode": f"DATE '{period}'", "versi": "1"}
        empty = {"VARCHAR": "''", "BIGINT": "0", "INTEGER": "0", "DATE": "DATE '2022-01-01'", "TIMESTAMP": "now()"}
        row = ", ".join(values.get(column.name, empty[column.type]) for column in RILIS.columns)
        connection.execute(f"INSERT INTO core.rilis ({names}) SELECT {row}")


def _release(number: int) -> str:
    return f"{_SERIES}-{_PERIODS[number]:%Y-%m}-1"


def _insert(connection: duckdb.DuckDBPyConnection, persons: list[Person], release: int, until: date | None) -> None:
    same = {
        "seri": _SERIES,
        "urutan_nik": 1,
        "id_rilis": _release(release),
        "berlaku_dari": _PERIODS[release],
        "berlaku_sampai": until,
    }
    schema = polars_schema(RIWAYAT_WARGA)
    rows = pl.DataFrame([dict.fromkeys(schema, None) | same | person for person in persons], schema=schema)
    rows = rows.with_columns(
        pl.int_range(pl.len()).alias("baris_sumber") + 2, pl.lit(1, pl.UInt64).alias("sidik_baris")
    )
    connection.register("rows", rows)
    connection.execute("INSERT INTO core.riwayat_warga BY NAME FROM rows")
    connection.unregister("rows")


def _persons(rng: np.random.Generator, count: int, areas: pl.DataFrame) -> list[Person]:
    prefix = areas["kode_kemendagri_kecamatan"].str.replace_all(".", "", literal=True).cast(pl.Int64).to_numpy()
    share = rng.lognormal(0, 0.3, len(areas))
    places = Places(prefix, areas["kode_bps"].cast(pl.Int64).to_numpy(), np.zeros(len(areas), np.int64), share)
    as_of = (_PERIODS[0] - _EPOCH).days
    people = make_people(rng, allocate(count, share), places, as_of=as_of, serials=Serials(0, 1))
    _make_twins(rng, people)
    texts, codes = name_texts(), areas["kode_kemendagri"].to_list()
    return [
        {
            "kunci_warga": f"00000000-0000-0000-0000-{number:012d}",
            "kode_kemendagri": codes[people.kelurahan[number]],
            "no_kk": f"{people.no_kk[number]:016d}",
            "nik": f"{people.nik[number]:016d}",
            "nama": texts[people.name[number]],
            "tanggal_lahir": _EPOCH + timedelta(days=int(people.born[number])),
            "jenis_kelamin": "P" if people.sex[number] == FEMALE else "L",
            "nama_ibu_kandung": None if people.mother[number] < 0 else texts[people.mother[number] % len(texts)],
        }
        for number in range(len(people))
    ]


def _make_twins(rng: np.random.Generator, people: People) -> None:
    """One in fifty pairs of brothers or sisters next to each other are twins; half of them share a part of the name."""
    second = np.flatnonzero(
        (people.relation[1:] == CHILD)
        & (people.relation[:-1] == CHILD)
        & (people.household[1:] == people.household[:-1])
        & (people.sex[1:] == people.sex[:-1])
    )
    chosen: Ints = second[rng.random(len(second)) < 0.02] + 1
    people.born[chosen] = people.born[chosen - 1]
    people.mother[chosen] = people.mother[chosen - 1]
    alike = chosen[rng.random(len(chosen)) < 0.5]
    people.name[alike] += people.name[alike - 1] % SECOND_NAMES - people.name[alike] % SECOND_NAMES


@dataclass(frozen=True, slots=True)
class _Office:
    """Writes persons down once more, without NIK; `carelessness` multiplies how often it does so otherwise."""

    chance: random.Random
    carelessness: float
    kelurahan: list[str]

    def happens(self, rate: float) -> bool:
        return self.chance.random() < rate * self.carelessness

    def altered(self, person: Person) -> Person:
        """The person as the second release has it, with a stand-in of its own."""
        changed = dict(person, nik=None, kunci_warga="1" + person["kunci_warga"][1:])
        changed["nama"] = self.name(person["nama"])
        changed["tanggal_lahir"] = self.birth_date(person["tanggal_lahir"])
        mother = person["nama_ibu_kandung"]
        changed["nama_ibu_kandung"] = None if mother is None or self.happens(0.2) else self.name(mother, 0.4)
        moved = self.happens(0.08)
        if moved:
            changed["kode_kemendagri"] = self.chance.choice(self.kelurahan)
        if moved or self.happens(0.2):
            card: str = person["no_kk"]
            changed["no_kk"] = None if self.chance.random() < 0.5 else f"{card[:6]}9{card[7:]}"
        if self.happens(0.015):
            changed["jenis_kelamin"] = "L" if person["jenis_kelamin"] == "P" else "P"
        return changed

    def name(self, name: str, rate: float = 0.6) -> str:
        if not self.happens(rate):
            return name
        draw = self.chance.random()
        if draw < 0.08:
            return name.rpartition(" ")[0] or name
        if draw < 0.58:
            name = _other_writing(name, self.chance)
        return _misspelt(name, self.chance) if draw > 0.5 else name

    def birth_date(self, born: date) -> date | None:
        if not self.happens(0.2):
            return born
        draw = self.chance.random()
        if draw < 0.3:
            return None
        if draw < 0.55 and born.day <= 12:
            return date(born.year, born.day, born.month)
        if draw < 0.80 and (born.month, born.day) != (2, 29):
            return born.replace(year=born.year + self.chance.choice((-1, 1)))
        if draw < 0.9:
            return date(born.year, 1, 1)
        return born + timedelta(days=self.chance.choice((-10, -1, 1, 10)))


def _other_writing(name: str, chance: random.Random) -> str:
    """The same name with another title, degree, remark, form of Muhammad, apostrophe or spacing."""
    bare = name.removeprefix("HJ. ").removeprefix("H. ")
    bare = bare.replace("MUH. ", chance.choice(("MUH. ", "M. ", "MOH. ", "MOCH. ", "MOHAMAD ", "MUHAMMAD ")))
    first, _, rest = bare.partition(" ")
    ways = (
        bare,
        f"H. {bare}",
        f"HJ {bare}",
        f"ALM. {bare}",
        f"{bare} (ALM)",
        f"{bare} ALMH",
        f"{bare}, S.PD",
        f"{bare} S.E.",
        f"DRS. {bare}",
        f"{first}  {rest}".strip(),
        bare.replace("'", ""),
        bare.replace("'", " "),
        bare.lower(),
    )
    return chance.choice(ways)


_SPELLINGS = (
    ("U", "OE"), ("J", "DJ"), ("C", "TJ"), ("Y", "J"), ("KH", "H"), ("KH", "CH"), ("F", "P"), ("Z", "J"), ("I", "IE"),
    ("SY", "S"), ("AE", "AI"), ("DH", "D"), ("TH", "T"), ("Q", "K"), ("V", "F"), ("AH", "A"),
)  # fmt: skip


def _misspelt(name: str, chance: random.Random) -> str:
    """One slip of the pen or one other spelling, never in a title."""
    known = [(new, old) for new, old in _SPELLINGS if new in name]
    if known and chance.random() < 0.4:
        new, old = chance.choice(known)
        return name.replace(new, old, 1)
    places = [place for place in range(1, len(name)) if name[place - 1 : place + 1].isalpha()]
    if not places:
        return name
    at = chance.choice(places)
    letter = chance.choice("ABCDEGHIKLMNOPRSTUWY")
    return chance.choice(
        (
            name[: at - 1] + name[at] + name[at - 1] + name[at + 1 :],
            name[:at] + name[at + 1 :],
            name[:at] + name[at] + name[at:],
            name[:at] + letter + name[at + 1 :],
        )
    )
