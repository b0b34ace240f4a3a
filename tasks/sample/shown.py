"""Which defects a layout shows of a person: the person's own, or the household's for all its members. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from tasks.registry.layouts import Layout
from tasks.sample.defects import WARNING_CODES, carries
from tasks.sample.persons import AID_COLUMNS, Bools, Ints, People
from tasks.sample.plan import SamplePlan
from tasks.sample.shapes import Shape, shapes_of
from tasks.sample.traits import below, marked

AID_BITS: Mapping[str, int] = {
    **{column: bit for bit, column in enumerate(AID_COLUMNS)},
    "bansos_sembako": AID_COLUMNS.index("bansos_bpnt"),
    "bansos_rastra": AID_COLUMNS.index("bansos_bpnt"),
    "bansos_bst": AID_COLUMNS.index("bansos_bpnt_ppkm"),
    "bansos_bpum": AID_COLUMNS.index("bansos_bpnt_ppkm"),
    "pbi_pemda": AID_COLUMNS.index("bansos_bpnt_ppkm"),
}
"""Programme -> the bit of `People.aid` it is told from."""

_COLUMN_OF: Mapping[str, str] = {
    "NIK_TANGGAL_BEDA": "tanggal_lahir",
    "NIK_KELAMIN_BEDA": "jenis_kelamin",
    "KK_KOSONG": "no_kk",
    "TANGGAL_LAHIR_KOSONG": "tanggal_lahir",
    "UMUR_MUSTAHIL": "tanggal_lahir",
    "HUBUNGAN_KOSONG": "hubungan_keluarga",
    "HUBUNGAN_TIDAK_DIKENAL": "hubungan_keluarga",
    "KELAMIN_TIDAK_DIKENAL": "jenis_kelamin",
    "KECAMATAN_BEDA": "kecamatan",
    "KELURAHAN_BEDA": "kelurahan",
    "DESIL_TIDAK_DIKENAL": "desil",
    "PERSENTIL_TIDAK_DIKENAL": "persentil",
    "UMUR_TIDAK_DIKENAL": "umur_tahun",
    "KEBERADAAN_TIDAK_DIKENAL": "keberadaan",
    "TIDAK_BERADA": "keberadaan",
}
"""The column that a warning needs; of the others the NIK, or what `View.shown` says."""


@dataclass(frozen=True)
class View:
    """A layout's files as they are written: which columns they have, and what of a person can be seen in them."""

    layout: Layout
    plan: SamplePlan

    @cached_property
    def shared_names(self) -> Ints:
        """Places in the list of those kelurahan whose name another one has, too: their kecamatan tells them apart."""
        areas = self.plan.region.areas.areas.sort("kode_kemendagri")
        return np.flatnonzero(areas["kelurahan"].is_duplicated().to_numpy())

    @cached_property
    def shapes(self) -> Mapping[str, Shape]:
        return {str(part): shape for part, shape in shapes_of(self.layout, self.plan.region.name).items()}

    @cached_property
    def persons(self) -> frozenset[str]:
        """Columns of the table of persons."""
        return frozenset(column for column in self.shapes["warga"].columns if not column.startswith("~"))

    @cached_property
    def columns(self) -> frozenset[str]:
        """Columns of all tables, with those that a concatenated text fills."""
        found = frozenset(column for shape in self.shapes.values() for column in shape.columns)
        filled = frozenset(target for words in self.layout.tokens.values() for target in words.values())
        return found | filled

    @property
    def has_places(self) -> bool:
        return bool(self.layout.area.code) or "kelurahan" in self.columns

    @property
    def splits_homes(self) -> bool:
        """Whether who moves must leave the household, since its row or repeated columns say where it is."""
        return self.layout.household is not None or bool(self.layout.constant_within)

    def is_of_household(self, column: str) -> bool:
        """Whether a column says the same of all members."""
        return column in self.layout.constant_within or (
            self.layout.household is not None and column not in self.persons
        )

    @cached_property
    def aid(self) -> list[str]:
        """The programmes that stand in a column of their own, in the order of AID_BITS."""
        return [column for column in AID_BITS if column in self.persons]

    @cached_property
    def changeable(self) -> tuple[str, ...]:
        """What of a person can change between two releases; the last always can."""
        own = {column for column in self.persons if not self.is_of_household(column)}
        bits = self.aid_bits if any(column in own for column in self.aid) else ()
        last = next(column for column in ("alamat", "rt", "dusun", "nama") if column in own)
        return (*(("pekerjaan",) if "pekerjaan" in own else ()), *(("bantuan",) if bits else ()), last)

    @cached_property
    def aid_bits(self) -> tuple[int, ...]:
        """Bits of the programmes, without the one for `padan`, which is none."""
        return tuple(sorted({AID_BITS[column] for column in self.aid if column != "padan"}))

    def rate(self, code: str) -> float:
        return self.plan.warning_rates.get(code, 0.0) or self.plan.register_rates.get(code, 0.0)

    def carries(self, people: People, code: str) -> Bools:
        """Who shows this defect if its column is there and says something."""
        found = self._has(people, code)
        return found & ~np.isin(people.kelurahan, self.shared_names) if code == "KECAMATAN_BEDA" else found

    def _has(self, people: People, code: str) -> Bools:
        column = _COLUMN_OF.get(code, "nik")
        if code == "BANTUAN_TIDAK_DIKENAL":
            column = self.aid[0] if self.aid else "program"
        if self.is_of_household(column):
            return marked(people.household_number, code, self.rate(code))
        if code in WARNING_CODES:
            return carries(people, code)
        return marked(people.nik, code, self.rate(code))

    def has_household_row(self, people: People) -> Bools:
        """Whose household has a row in its table."""
        return ~marked(people.household_number, "KELUARGA_TIDAK_ADA", self.rate("KELUARGA_TIDAK_ADA"))

    def is_linked(self, people: People) -> Bools:
        """Who finds the row of the household: it must be there, and its number known."""
        there = self.has_household_row(people)
        if self.layout.household is not None and self.layout.household.link == "no_kk":
            there = there & ~carries(people, "KK_KOSONG")
        return there

    def percentile(self, people: People) -> Ints:
        """1 to 100 for a household; other members of an unsteady one are told another."""
        shift = self._is_odd_member(people)
        return (below(people.household_number, "persentil", 100) + shift) % 100 + 1

    def _is_odd_member(self, people: People) -> Bools:
        rate = self.rate("RUMAH_TANGGA_TIDAK_TETAP")
        return marked(people.household_number, "RUMAH_TANGGA_TIDAK_TETAP", rate) & marked(people.nik, "lain", 0.5)

    def _is_unsteady(self, people: People) -> Bools:
        """Whose household is told two percentiles; these persons are all that are accepted."""
        odd = self._is_odd_member(people)
        known = ~self.carries(people, "PERSENTIL_TIDAK_DIKENAL")
        size = np.bincount(people.household)
        odd_ones = np.bincount(people.household, weights=odd & known)
        is_mixed = (odd_ones > 0) & (odd_ones < size)
        found: Bools = is_mixed[people.household]
        return found

    def _lacks_a_programme(self, people: People) -> Bools:
        """An unknown word among concatenated ones leaves open only what is not among them."""
        bits = [AID_BITS[programme] for words in self.layout.tokens.values() for programme in words.values()]
        every = sum(1 << bit for bit in bits)
        lacks: Bools = (people.aid & every != every) | (every == 0)
        return lacks

    def shown(self, people: People, has_code: Bools) -> dict[str, Bools]:
        """Code -> which of the accepted persons show the warning.

        Args:
            has_code: whose code of an area leads to a kelurahan.
        """
        every, nobody = np.ones(len(people), bool), np.zeros(len(people), bool)
        is_linked = self.is_linked(people) if self.layout.household else every
        found = {}
        for code in (*WARNING_CODES, *self.plan.register_rates):
            column = _COLUMN_OF.get(code)
            if column is not None and column not in self.columns:
                continue
            who = self.carries(people, code)
            if code == "BANTUAN_TIDAK_DIKENAL":
                who = who & self._lacks_a_programme(people) if self.columns.intersection(AID_BITS) else nobody
            elif code == "KELUARGA_TIDAK_ADA":
                who = ~is_linked
            elif code == "RUMAH_TANGGA_TIDAK_TETAP":
                who = self._is_unsteady(people) if self.layout.constant_within else nobody
            elif code == "KELURAHAN_BEDA":
                who = who & has_code if self.layout.area.code else nobody
            elif code == "TIDAK_BERADA":
                who = who & ~self.carries(people, "KEBERADAAN_TIDAK_DIKENAL")
            is_joined = column is not None and column not in self.persons
            found[code] = who & is_linked if is_joined or (code == "BANTUAN_TIDAK_DIKENAL" and not self.aid) else who
        if not self.has_places:
            found["KELURAHAN_TIDAK_DISEBUT"] = every
        return found
