"""Columns that only some registers have: codes of areas, deciles, percentiles, ages, programme texts. Pure."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import polars as pl

from tasks.registry.layouts import AreaRule, CodePieces
from tasks.sample.persons import Ints, People
from tasks.sample.places import PlaceWritings
from tasks.sample.shown import AID_BITS, View
from tasks.sample.texts import Writings
from tasks.sample.traits import below, marked

_YEAR_DAYS = 365.25
_OLDEST_YEARS = 120
_UNDETERMINED, _GROUP, _UNKNOWN = 0, 11, 12
_DESIL = Writings(
    [
        ["", "0", "-", "DESIL_BELUM_DITENTUKAN"],
        *([str(n)] * 5 + [f"{n:02d}", f"Desil {n}", f"DESIL_{n}", f"{n}.0"] for n in range(1, 11)),
        ["DESIL_6_10"],
        ["X", "11", "TINGGI", "99"],
    ]
)
_UNKNOWN_PERCENTILES = Writings([["101", "X", "1,5", "0"]])
_UNKNOWN_AGES = Writings([["150", "-1", "X"]])
_UNKNOWN_WHEREABOUTS = Writings([["9", "X", "0"]])
_WORDS = Writings([["-"], [" {}+", " {}+-", " {} "]])
_STRAY_WORD = " LAIN+"


class RegisterWritings:
    """Writes what a layout says beyond the columns that all registers share."""

    def __init__(self, view: View, places: PlaceWritings, *, day: int) -> None:
        self._view, self._places, self._day = view, places, day

    def columns(self, people: People, rng: np.random.Generator, wanted: Collection[str]) -> dict[str, pl.Series]:
        """Those of the wanted columns that are known here."""
        makers = {
            "desil": self._desil,
            "persentil": self._percentile,
            "umur_tahun": self._age,
            "keberadaan": self._whereabouts,
            "id_anggota": self._member_number,
            "no_bpjs": self._insurance_number,
            "program": self._programme_text,
        }
        found = {column: make(people, rng) for column, make in makers.items() if column in wanted}
        return found | self._codes(people, self._view.layout.area, wanted)

    def _codes(self, people: People, rule: AreaRule, wanted: Collection[str]) -> dict[str, pl.Series]:
        pieces: CodePieces = [piece for piece in rule.code if piece[0] in wanted and piece[0] != "id_rumah_tangga"]
        columns = {}
        if pieces:
            columns = self._places.code_columns(pieces, self._places.entry(people.kelurahan, people.household_number))
        if "kode_kelurahan_ktp" in wanted:
            columns["kode_kelurahan_ktp"] = self._places.card_codes(self._kelurahan_on_card(people))
        return columns

    def _kelurahan_on_card(self, people: People) -> Ints:
        """The card may name another kelurahan than the household's row, unless there is no such row."""
        is_other = self._view.is_linked(people) & marked(people.nik, "ktp", 0.15)
        count = len(self._places.areas.areas)
        return np.where(is_other, below(people.nik, "kelurahan ktp", count), people.kelurahan)

    def _desil(self, people: People, rng: np.random.Generator) -> pl.Series:
        kind = below(people.household_number, "desil", 20)
        desil = 1 + below(people.household_number, "desil tepat", 10)
        group = np.where(kind == 0, _UNDETERMINED, np.where(kind == 1, _GROUP, desil))
        return _DESIL.draw(rng, np.where(self._view.carries(people, "DESIL_TIDAK_DIKENAL"), _UNKNOWN, group))

    def _percentile(self, people: People, rng: np.random.Generator) -> pl.Series:
        text = pl.Series(self._view.percentile(people)).cast(pl.String)
        return self._unless(people, "PERSENTIL_TIDAK_DIKENAL", text, _UNKNOWN_PERCENTILES, rng)

    def _age(self, people: People, rng: np.random.Generator) -> pl.Series:
        years = np.floor((self._day - people.born) / _YEAR_DAYS).clip(0, _OLDEST_YEARS).astype(np.int64)
        return self._unless(people, "UMUR_TIDAK_DIKENAL", pl.Series(years).cast(pl.String), _UNKNOWN_AGES, rng)

    def _whereabouts(self, people: People, rng: np.random.Generator) -> pl.Series:
        absent = self._view.carries(people, "TIDAK_BERADA")
        found = np.where(marked(people.nik, "dokumen", 0.03), 5, 1)
        code = np.where(absent, 2 + below(people.nik, "keberadaan", 3), found)
        text = pl.Series(code).cast(pl.String)
        return self._unless(people, "KEBERADAAN_TIDAK_DIKENAL", text, _UNKNOWN_WHEREABOUTS, rng)

    def _unless(
        self, people: People, code: str, text: pl.Series, instead: Writings, rng: np.random.Generator
    ) -> pl.Series:
        unknown = instead.draw(rng, np.zeros(len(people), np.int64))
        return text.zip_with(pl.Series(~self._view.carries(people, code)), unknown)

    def _member_number(self, people: People, _rng: np.random.Generator) -> pl.Series:
        """18 digits that begin with the household's; where that has no column, two."""
        own = 1 + below(people.nik, "anggota", 99)
        if self._view.layout.constant_within:
            return pl.Series(own).cast(pl.String)
        return pl.Series(people.household_number * 100 + own).cast(pl.String)

    def _insurance_number(self, people: People, _rng: np.random.Generator) -> pl.Series:
        number = pl.Series(below(people.nik, "bpjs", 10**10)).cast(pl.String).str.zfill(13)
        return number.zip_with(
            pl.Series(~marked(people.nik, "tanpa bpjs", 0.067)), pl.repeat("", len(people), eager=True)
        )

    def _programme_text(self, people: People, rng: np.random.Generator) -> pl.Series:
        """' PKH+ BSP+-' and its like; a word that is no programme where the household carries that defect."""
        text = pl.repeat("", len(people), eager=True)
        for word, programme in self._view.layout.tokens["program"].items():
            has = people.aid >> AID_BITS[programme] & 1
            form = _WORDS.draw(rng, has)
            text = text + form.str.replace("{}", word, literal=True)
        is_odd = pl.Series(self._view.carries(people, "BANTUAN_TIDAK_DIKENAL"))
        return (text + _STRAY_WORD).zip_with(is_odd, text)
