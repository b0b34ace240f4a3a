"""How synthetic persons look as text in DTKS layout A: every writing that people use for one and the same value. Pure.

Between two releases the writing of an unchanged person may differ; cleaning must not see a change in that.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import numpy as np
import polars as pl

from tasks.registry.dates import STRFTIME
from tasks.registry.layouts import Layout
from tasks.sample import names
from tasks.sample.defects import (
    NO_KK_TEXTS,
    NO_NIK_TEXTS,
    UNKNOWN_AID_TEXTS,
    UNKNOWN_RELATION_TEXTS,
    UNKNOWN_SEX_TEXTS,
    carries,
)
from tasks.sample.persons import AID_COLUMNS, Bools, Ints, People
from tasks.sample.plan import SamplePlan
from warehouse.tables.registry import HUBUNGAN_KELUARGA, JENIS_KELAMIN

_NBSP = "\u00a0"
_FIRST_DAY = date(1849, 1, 1)
_LAST_DAY = date(2199, 12, 31)
_DATE_SHARES = (0.62, 0.26, 0.12)
_NUMBER_SHARES = (0.962, 0.02, 0.01, 0.003, 0.003, 0.002)
_BLANK_SHARES = (0.965, 0.015, 0.005, 0.01, 0.005)
_SLOTS = 200


class Writings:
    """Texts in numbered groups; a text listed often is drawn often."""

    def __init__(self, groups: Iterable[Sequence[str]]) -> None:
        listed = [list(group) for group in groups]
        self._texts = pl.Series([text for group in listed for text in group], dtype=pl.String)
        self._count = np.array([len(group) for group in listed], np.int64)
        self._start = np.cumsum(self._count) - self._count

    def plain(self, group: Ints) -> pl.Series:
        """The first text of each group asked for."""
        return self._texts.gather(self._start[group])

    def draw(self, rng: np.random.Generator, group: Ints) -> pl.Series:
        """A text of each group asked for."""
        return self._texts.gather(self._start[group] + (rng.random(len(group)) * self._count[group]).astype(np.int64))


def _spellings(codes: dict[str, str | bool], value: str | bool) -> list[str]:
    """Of one value in a code list, its first spelling most often, and in mixed case too."""
    found = [text for text, meaning in codes.items() if meaning == value]
    return [found[0]] * (6 * len(found)) + found[1:] + [text.capitalize() for text in found]


def _kelurahan_texts(name: str, aliases: Sequence[str], plan: SamplePlan) -> list[str]:
    upper = name.upper()
    decorated = [f"KELURAHAN {upper}", f"KEL. {upper}", f"{upper} ", name, upper.replace(" ", "-")]
    other = [text for alias in aliases for text in (alias.upper(), alias)]
    by_alias = round(plan.alias_share * _SLOTS) if other else 0
    by_decoration = round(plan.decorated_share * _SLOTS)
    return [
        *[upper] * (_SLOTS - by_alias - by_decoration),
        *(other[slot % len(other)] for slot in range(by_alias)),
        *(decorated[slot % len(decorated)] for slot in range(by_decoration)),
    ]


class Renderer:
    """Writes persons as rows of the layout.

    Args:
        layout: layout A.
        kelurahan: their names, in the order of `People.kelurahan`.
        aliases: other names of each of them.
        kecamatan: name and further writings of each, in the order of `kecamatan_of`.
        kecamatan_of: index of the kecamatan of each kelurahan.
    """

    def __init__(
        self,
        layout: Layout,
        plan: SamplePlan,
        *,
        kelurahan: Sequence[str],
        aliases: Sequence[Sequence[str]],
        kecamatan: Sequence[Sequence[str]],
        kecamatan_of: Ints,
    ) -> None:
        self._targets = list(layout.columns.values())
        self._province, self._city = plan.province.upper(), plan.city.upper()
        self._kelurahan = Writings(
            _kelurahan_texts(name, others, plan) for name, others in zip(kelurahan, aliases, strict=True)
        )
        self._kecamatan = Writings([first.upper()] * 12 + list(others) for first, *others in kecamatan)
        self._kecamatan_of = kecamatan_of
        self._kecamatan_count = len(kecamatan)
        relations, sexes = layout.codes_of("hubungan_keluarga"), layout.codes_of("jenis_kelamin")
        wrong = {"L": "ISTRI", "P": "SUAMI"}
        self._relations = Writings(
            [text for text in _spellings(relations, kept) if text.upper() != wrong[sex]]
            for kept in HUBUNGAN_KELUARGA
            for sex in JENIS_KELAMIN
        )
        self._sexes = Writings(_spellings(sexes, sex) for sex in JENIS_KELAMIN)
        self._yes_no = {
            target: Writings(_spellings(layout.codes_of(target), kept) for kept in (False, True))
            for target in AID_COLUMNS
        }
        self._nulls = Writings([["-"] * 14 + [""] * 4 + layout.null_tokens])
        self._no_nik, self._no_kk = Writings([NO_NIK_TEXTS]), Writings([NO_KK_TEXTS])
        self._unknown_sex, self._unknown_relation = Writings([UNKNOWN_SEX_TEXTS]), Writings([UNKNOWN_RELATION_TEXTS])
        self._unknown_aid = Writings([UNKNOWN_AID_TEXTS])
        self._names = pl.Series(names.name_texts(), dtype=pl.String)
        self._mothers = pl.concat([self._names, "ALM " + self._names, "ALMH " + self._names])
        days = pl.date_range(_FIRST_DAY, _LAST_DAY, timedelta(days=1), eager=True)
        self._dates = [days.dt.to_string(STRFTIME[form]) for form in layout.date_order]
        self._numbers = Writings([f"{n:03d}"] * 6 + [str(n)] * 3 + [f"{n}.0"] for n in range(100))

    def lines(self, people: People, rng: np.random.Generator, delimiter: str) -> pl.Series:
        """The persons as lines, in their order."""
        return self.rows(people, rng).select(pl.concat_str(pl.all(), separator=delimiter)).to_series()

    def rows(self, people: People, rng: np.random.Generator) -> pl.DataFrame:
        """The persons as rows: the layout's target columns, as text, written in the ways people write."""
        columns = {
            "id_rumah_tangga": pl.Series(people.household_number).cast(pl.String),
            "provinsi": pl.repeat(self._province, len(people), eager=True),
            "kabupaten_kota": pl.repeat(self._city, len(people), eager=True),
            "kelurahan": self._kelurahan.draw(rng, people.kelurahan),
            "kecamatan": self._written_kecamatan(people, rng),
            "no_kk": self._or(people, "KK_KOSONG", _number(people.no_kk, rng), self._no_kk, rng),
            "nik": self._or(people, "NIK_KOSONG", _number(people.nik, rng), self._no_nik, rng),
            "nama": _blanks(self._names.gather(people.name), rng),
            "tanggal_lahir": self._birth_date(people, rng),
            "pekerjaan": pl.Series(names.JOBS).gather(people.job),
            "tempat_lahir": pl.Series(names.BIRTHPLACES).gather(people.birthplace),
        }
        columns |= self._place_columns(people, rng) | self._coded_columns(people, rng)
        return pl.DataFrame([columns[target].alias(target) for target in self._targets])

    def plain_rows(self, people: People) -> list[dict[str, str]]:
        """The persons as rows with NIK, No KK, name and kelurahan in their usual writing, for spoiling."""
        rows = self.rows(people, np.random.default_rng(0)).with_columns(
            pl.Series("nik", people.nik).cast(pl.String),
            pl.Series("no_kk", people.no_kk).cast(pl.String),
            self._names.gather(people.name).alias("nama"),
            self._kelurahan.plain(people.kelurahan).alias("kelurahan"),
        )
        return rows.to_dicts()

    def _or(self, people: People, code: str, text: pl.Series, instead: Writings, rng: np.random.Generator) -> pl.Series:
        """Other texts where a person carries the warning."""
        return text.zip_with(pl.Series(~carries(people, code)), instead.draw(rng, np.zeros(len(people), np.int64)))

    def _filled(self, text: pl.Series, is_filled: Bools, rng: np.random.Generator) -> pl.Series:
        return text.zip_with(pl.Series(is_filled), self._nulls.draw(rng, np.zeros(len(text), np.int64)))

    def _written_kecamatan(self, people: People, rng: np.random.Generator) -> pl.Series:
        own = self._kecamatan_of[people.kelurahan]
        other = (own + 1) % self._kecamatan_count
        return self._kecamatan.draw(rng, np.where(carries(people, "KECAMATAN_BEDA"), other, own))

    def _birth_date(self, people: People, rng: np.random.Generator) -> pl.Series:
        day = people.born - (_FIRST_DAY - date(1970, 1, 1)).days
        kind = _kinds(rng, len(people), _DATE_SHARES)
        text = self._dates[0].gather(day)
        for number, dates in enumerate(self._dates[1:], start=1):
            text = text.zip_with(pl.Series(kind != number), dates.gather(day))
        return self._or(people, "TANGGAL_LAHIR_KOSONG", text, self._nulls, rng)

    def _place_columns(self, people: People, rng: np.random.Generator) -> dict[str, pl.Series]:
        street = pl.Series(names.STREETS).gather(people.street)
        address = street + " NO. " + pl.Series(people.house_no).cast(pl.String)
        mother = self._mothers.gather(np.maximum(people.mother, 0))
        return {
            "alamat": self._filled(_blanks(address, rng), people.street > 0, rng),
            "dusun": self._filled(pl.Series(names.HAMLETS).gather(people.hamlet), people.hamlet > 0, rng),
            "rt": self._filled(self._numbers.draw(rng, people.rt), people.rt > 0, rng),
            "rw": self._filled(self._numbers.draw(rng, people.rw), people.rw > 0, rng),
            "nama_ibu_kandung": self._filled(_blanks(mother, rng), people.mother >= 0, rng),
        }

    def _coded_columns(self, people: People, rng: np.random.Generator) -> dict[str, pl.Series]:
        sex = self._sexes.draw(rng, people.sex)
        relation = self._relations.draw(rng, people.relation * 2 + people.sex)
        relation = self._or(people, "HUBUNGAN_KOSONG", relation, self._nulls, rng)
        columns = {
            "jenis_kelamin": self._or(people, "KELAMIN_TIDAK_DIKENAL", sex, self._unknown_sex, rng),
            "hubungan_keluarga": self._or(people, "HUBUNGAN_TIDAK_DIKENAL", relation, self._unknown_relation, rng),
        }
        unknown = self._unknown_aid.draw(rng, np.zeros(len(people), np.int64))
        for number, target in enumerate(AID_COLUMNS):
            text = self._yes_no[target].draw(rng, people.aid >> number & 1)
            columns[target] = text.zip_with(pl.Series(people.odd_aid != number), unknown)
        return columns


def _kinds(rng: np.random.Generator, count: int, shares: Sequence[float]) -> Ints:
    return np.searchsorted(np.cumsum(shares)[:-1], rng.random(count), side="right").astype(np.int64)


def _number(numbers: Ints, rng: np.random.Generator) -> pl.Series:
    """A NIK or No KK: plain, with an apostrophe, as a float, in groups by blanks or dots, with a stray blank."""
    kind, text = pl.col("kind"), pl.col("text")
    groups = [text.str.slice(0, 6), text.str.slice(6, 6), text.str.slice(12, 4)]
    frame = pl.DataFrame({"text": numbers, "kind": _kinds(rng, len(numbers), _NUMBER_SHARES)})
    return (
        frame.with_columns(text.cast(pl.String))
        .select(
            pl.when(kind == 0)
            .then(text)
            .when(kind == 1)
            .then("'" + text)
            .when(kind == 2)
            .then(text + ".0")
            .when(kind == 3)
            .then(pl.concat_str(groups, separator=" "))
            .when(kind == 4)
            .then(pl.concat_str(groups, separator="."))
            .otherwise(text + _NBSP)
        )
        .to_series()
    )


def _blanks(texts: pl.Series, rng: np.random.Generator) -> pl.Series:
    """Double blanks, hard blanks, blanks at either end, each in a few cells."""
    kind, text = pl.col("kind"), pl.col("text")
    frame = pl.DataFrame({"text": texts, "kind": _kinds(rng, len(texts), _BLANK_SHARES)})
    return frame.select(
        pl.when(kind == 0)
        .then(text)
        .when(kind == 1)
        .then(text.str.replace(" ", "  ", literal=True))
        .when(kind == 2)
        .then(text.str.replace(" ", _NBSP, literal=True))
        .when(kind == 3)
        .then(text + " ")
        .otherwise(" " + text)
    ).to_series()
