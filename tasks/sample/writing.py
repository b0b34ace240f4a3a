"""How synthetic persons look as text in a layout: every writing that people use for one and the same value. Pure.

Between two releases the writing of an unchanged person may differ; cleaning must not see a change in that.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl

from tasks.registry.layouts import Part
from tasks.sample import names
from tasks.sample.defects import (
    NO_KK_TEXTS,
    NO_NIK_TEXTS,
    UNKNOWN_AID_TEXTS,
    UNKNOWN_RELATION_TEXTS,
    UNKNOWN_SEX_TEXTS,
    carries,
)
from tasks.sample.persons import Bools, Ints, People
from tasks.sample.places import PlaceWritings
from tasks.sample.register_values import RegisterWritings
from tasks.sample.shown import AID_BITS, View
from tasks.sample.texts import DateWritings, Writings, number_texts, spellings, with_blanks
from tasks.sample.traits import below
from warehouse.tables.registry import HUBUNGAN_KELUARGA, JENIS_KELAMIN

_FILLERS = Writings([[text] for text in ("1", "2", "", "3")])
_WRONG_SPOUSE = {"L": "ISTRI", "P": "SUAMI"}


class Renderer:
    """Writes persons as rows of one table of a layout; a table of households gets one person of each.

    Args:
        day: day since 1970 on which the register was taken; ages are as of it in every release.
    """

    def __init__(self, view: View, part: Part, places: PlaceWritings, *, day: int) -> None:
        layout, self._view, self._places = view.layout, view, places
        self.shape = view.shapes[part]
        self._is_household = part == "keluarga"
        self._wanted = frozenset(self.shape.columns)
        self._province, self._city = view.plan.province.upper(), view.plan.region.name.upper()
        self._birthplaces = names.birthplaces(view.plan.region.name)
        if "hubungan_keluarga" in self._wanted:
            relations = self.shape.spellings(layout.codes_of("hubungan_keluarga"))
            self._relations = Writings(
                [text for text in spellings(relations, kept) if text.upper() != _WRONG_SPOUSE[sex]]
                for kept in HUBUNGAN_KELUARGA
                for sex in JENIS_KELAMIN
            )
        if "jenis_kelamin" in self._wanted:
            sexes = self.shape.spellings(layout.codes_of("jenis_kelamin"))
            self._sexes = Writings(spellings(sexes, sex) for sex in JENIS_KELAMIN)
        self._yes_no = {
            target: Writings(spellings(self.shape.spellings(layout.codes_of(target)), kept) for kept in (False, True))
            for target in view.aid
            if target in self._wanted
        }
        self._nulls = Writings([["-"] * 14 + [""] * 4 + layout.null_tokens])
        self._no_nik, self._no_kk = Writings([NO_NIK_TEXTS]), Writings([NO_KK_TEXTS])
        self._unknown_sex, self._unknown_relation = Writings([UNKNOWN_SEX_TEXTS]), Writings([UNKNOWN_RELATION_TEXTS])
        self._unknown_aid = Writings([UNKNOWN_AID_TEXTS])
        self._names = pl.Series(names.name_texts(), dtype=pl.String)
        self._mothers = pl.concat([self._names, "ALM " + self._names, "ALMH " + self._names])
        self._dates = DateWritings(layout.date_order)
        self._numbers = Writings([f"{n:03d}"] * 6 + [str(n)] * 3 + [f"{n}.0"] for n in range(100))
        self._further = RegisterWritings(view, places, day=day)

    def entry(self, people: People) -> Ints:
        """Which name or code each person's kelurahan has in the layout's files."""
        return self._places.entry(people.kelurahan, people.household_number)

    def has_code(self, people: People) -> Bools:
        """Whose code of an area is one of today."""
        return self._places.has_code(self.entry(people))

    def rows(self, people: People, rng: np.random.Generator) -> pl.DataFrame:
        """The persons as rows of the file, as text, written in the ways people write; named as in `Shape.columns`."""
        columns = self._identity(people, rng) | self._place(people, rng) | self._coded(people, rng)
        columns |= self._further.columns(people, rng, self._wanted)
        columns |= {
            column: _FILLERS.plain((people.household_number + place) % 4)
            for place, column in enumerate(self.shape.columns)
            if column.startswith("~")
        }
        return pl.DataFrame([columns[column].alias(column) for column in self.shape.columns])

    def plain_rows(self, people: People) -> list[dict[str, str]]:
        """The persons as rows with NIK, No KK, name and kelurahan in their usual writing, for spoiling. Their place
        stands on the card too, since a spoiled row may find no household."""
        usual: dict[str, Callable[[], pl.Series]] = {
            "nik": lambda: pl.Series(people.nik).cast(pl.String),
            "no_kk": lambda: pl.Series(people.no_kk).cast(pl.String),
            "nama": lambda: self._names.gather(people.name),
            "kelurahan": lambda: self._places.plain_names(self.entry(people)),
            "kode_kelurahan_ktp": lambda: self._places.card_codes(people.kelurahan),
        }
        rows = self.rows(people, np.random.default_rng(0)).with_columns(
            text().alias(column) for column, text in usual.items() if column in self._wanted
        )
        return rows.to_dicts()

    def _identity(self, people: People, rng: np.random.Generator) -> dict[str, pl.Series]:
        wanted, count = self._wanted, len(people)
        columns = {
            "id_rumah_tangga": pl.Series(people.household_number).cast(pl.String),
            "provinsi": pl.repeat(self._province, count, eager=True),
            "kabupaten_kota": pl.repeat(self._city, count, eager=True),
            "pekerjaan": pl.Series(names.JOBS).gather(people.job),
            "tempat_lahir": pl.Series(self._birthplaces).gather(people.birthplace),
        }
        if "kelurahan" in wanted:
            columns["kelurahan"] = self._kelurahan(people, rng)
        if "kecamatan" in wanted:
            is_other = self._view.carries(people, "KECAMATAN_BEDA")
            columns["kecamatan"] = self._places.kecamatan(rng, people.kelurahan, is_other)
        if "no_kk" in wanted:
            number = number_texts(people.no_kk, rng)
            columns["no_kk"] = number if self._is_household else self._or(people, "KK_KOSONG", number, self._no_kk, rng)
        if "nik" in wanted:
            columns["nik"] = self._or(people, "NIK_KOSONG", number_texts(people.nik, rng), self._no_nik, rng)
        if "nama" in wanted:
            columns["nama"] = with_blanks(self._names.gather(people.name), rng)
        if "tanggal_lahir" in wanted:
            born = self._dates.draw(rng, people.born)
            columns["tanggal_lahir"] = self._or(people, "TANGGAL_LAHIR_KOSONG", born, self._nulls, rng)
        return columns

    def _kelurahan(self, people: People, rng: np.random.Generator) -> pl.Series:
        entry = self.entry(people)
        text = self._places.draw_names(rng, entry)
        if not self._view.layout.area.code:
            return text
        is_other = self._view.carries(people, "KELURAHAN_BEDA") & self._places.has_code(entry)
        return text.zip_with(pl.Series(~is_other), self._places.plain_names(self._places.elsewhere(people.kelurahan)))

    def _or(self, people: People, code: str, text: pl.Series, instead: Writings, rng: np.random.Generator) -> pl.Series:
        """Other texts where a person carries the warning."""
        return text.zip_with(pl.Series(~carries(people, code)), instead.draw(rng, np.zeros(len(people), np.int64)))

    def _filled(self, text: pl.Series, is_filled: Bools, rng: np.random.Generator) -> pl.Series:
        return text.zip_with(pl.Series(is_filled), self._nulls.draw(rng, np.zeros(len(text), np.int64)))

    def _place(self, people: People, rng: np.random.Generator) -> dict[str, pl.Series]:
        wanted, columns = self._wanted, {}
        if "alamat" in wanted:
            at = people.at(first_of_home(people)) if self._view.is_of_household("alamat") else people
            street = pl.Series(names.STREETS).gather(at.street)
            address = street + " NO. " + pl.Series(at.house_no).cast(pl.String)
            columns["alamat"] = self._filled(with_blanks(address, rng), at.street > 0, rng)
        if "dusun" in wanted:
            hamlet = pl.Series(names.HAMLETS).gather(people.hamlet)
            columns["dusun"] = self._filled(hamlet, people.hamlet > 0, rng)
        for column, number in (("rt", people.rt), ("rw", people.rw)):
            if column in wanted:
                columns[column] = self._filled(self._numbers.draw(rng, number), number > 0, rng)
        if "nama_ibu_kandung" in wanted:
            mother = with_blanks(self._mothers.gather(np.maximum(people.mother, 0)), rng)
            columns["nama_ibu_kandung"] = self._filled(mother, people.mother >= 0, rng)
        return columns

    def _coded(self, people: People, rng: np.random.Generator) -> dict[str, pl.Series]:
        columns = {}
        has_sex, has_relation = "jenis_kelamin" in self._wanted, "hubungan_keluarga" in self._wanted
        if has_sex:
            columns["jenis_kelamin"] = self._sexes.draw(rng, people.sex)
        if has_relation:
            relation = self._relations.draw(rng, people.relation * 2 + people.sex)
            columns["hubungan_keluarga"] = self._or(people, "HUBUNGAN_KOSONG", relation, self._nulls, rng)
        if has_sex:
            columns["jenis_kelamin"] = self._or(
                people, "KELAMIN_TIDAK_DIKENAL", columns["jenis_kelamin"], self._unknown_sex, rng
            )
        if has_relation:
            columns["hubungan_keluarga"] = self._or(
                people, "HUBUNGAN_TIDAK_DIKENAL", columns["hubungan_keluarga"], self._unknown_relation, rng
            )
        return columns | (self._programmes(people, rng) if self._yes_no else {})

    def _programmes(self, people: People, rng: np.random.Generator) -> dict[str, pl.Series]:
        """Yes or no, in just one of the columns something else for who carries that defect."""
        of_household = self._view.is_of_household(self._view.aid[0])
        aid = people.aid[first_of_home(people)] if of_household else people.aid
        odd = below(people.household_number, "bantuan", 60) if of_household else people.odd_aid
        is_odd = self._view.carries(people, "BANTUAN_TIDAK_DIKENAL")
        unknown = self._unknown_aid.draw(rng, np.zeros(len(people), np.int64))
        columns = {}
        for number, (target, writings) in enumerate(self._yes_no.items()):
            text = writings.draw(rng, aid >> AID_BITS[target] & 1)
            is_here = is_odd & (odd % len(self._yes_no) == number)
            columns[target] = text.zip_with(pl.Series(~is_here), unknown)
        return columns


def first_of_home(people: People) -> Ints:
    """Position of the first person of each one's household."""
    _, first, home = np.unique(people.household, return_index=True, return_inverse=True)
    positions: Ints = first[home]
    return positions
