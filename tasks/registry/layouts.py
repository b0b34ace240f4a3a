"""Layouts of register files: data in reference/layouts/. A new layout is a new file there, never code.

A layout has one table of persons and, where families are kept apart, one of households. What a header means is the
layout's own word first, then the names that reference/register/nama_kolom.toml knows for its columns.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from errors import UsageError
from tasks.areas import AreaSystem
from tasks.reference import REFERENCE_FOLDER
from warehouse.tables.registry import PERSON_COLUMNS

LAYOUT_FOLDER = REFERENCE_FOLDER / "layouts"
_REGISTER_FOLDER = REFERENCE_FOLDER / "register"

AREA_COLUMNS = (
    "provinsi",
    "kabupaten_kota",
    "kecamatan",
    "kelurahan",
    "kode_provinsi",
    "kode_kabupaten_kota",
    "kode_kecamatan",
    "kode_kelurahan",
    "kode_kelurahan_ktp",
)
"""Columns of a file that say where a person lives; only the kelurahan they lead to is kept."""

_TARGETS = frozenset((*AREA_COLUMNS, "program", *(column.name for column in PERSON_COLUMNS)))

Part = Literal["warga", "keluarga"]
DateForm = Literal["yyyy-mm-dd", "dd-mm-yyyy", "dd/mm/yyyy", "dd bulan yyyy", "serial"]
Codes = dict[str, str | bool]
CodePieces = list[tuple[str, int]]
"""Columns that make an area's code together, and how many digits each gives."""


def slug(header: str) -> str:
    """Letters and digits only, lower case."""
    return re.sub(r"[^a-z0-9]", "", header.lower())


class Form(BaseModel):
    """The columns of one table: headers that must be there, that may be there, and that are left out by name."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    columns: dict[str, str]
    optional: dict[str, str] = Field(default_factory=dict)
    aliases: dict[str, list[str]] = Field(default_factory=dict)
    ignored: list[str] = Field(default_factory=list)

    @cached_property
    def targets(self) -> frozenset[str]:
        return frozenset((*self.columns.values(), *self.optional.values()))

    @cached_property
    def meaning(self) -> dict[str, str | None]:
        """Every known spelling of a header, as a slug, and the column it means; None for one that is left out."""
        known: dict[str, str | None] = {
            slug(spelling): target
            for target, spellings in synonyms().items()
            if target in self.targets
            for spelling in spellings
        }
        known |= {slug(spelling): target for target, spellings in self.aliases.items() for spelling in spellings}
        known |= {slug(header): None for header in (*running_numbers(), *self.ignored)}
        return known | {slug(header): target for header, target in (self.optional | self.columns).items()}

    def target_of(self, header: str) -> str | None:
        """The column a header means; None when it is left out or not known."""
        return self.meaning.get(slug(header))


class Household(Form):
    """The table of households; `link` is the column that it shares with the persons."""

    link: str


class AreaRule(BaseModel):
    """How the kelurahan of a row is found: by code first, then by name.

    `fallback_*` is asked for a person without a household row. `names_as_of` is the day whose names count, when not
    the release's.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    system: AreaSystem
    code: CodePieces = Field(default_factory=list)
    fallback_system: Literal["bps", "kemendagri"] | None = None
    fallback_code: CodePieces = Field(default_factory=list)
    names_as_of: date | None = None


class Layout(Form):
    """One layout; see the comments in reference/layouts/dtks_a.toml and dtks_b.toml for the fields.

    `source_system` is None where several registers use the layout.
    """

    name: str
    source_system: str | None = None
    unit_of_analysis: Literal["individu", "keluarga"]
    area: AreaRule
    null_tokens: list[str]
    date_order: list[DateForm]
    code_lists: dict[str, str] = Field(default_factory=dict)
    tokens: dict[str, dict[str, str]] = Field(default_factory=dict)
    constant_within: list[str] = Field(default_factory=list)
    household: Household | None = None

    @model_validator(mode="after")
    def _only_known_names(self) -> Layout:
        unknown = (self.all_targets | set(self.code_lists)) - _TARGETS
        missing = set(self.code_lists.values()) - set(code_lists())
        if unknown or missing:
            raise ValueError(f"{self.name}: kolom {sorted(unknown)}, daftar kode {sorted(missing)} tidak dikenal")
        return self

    @cached_property
    def all_targets(self) -> frozenset[str]:
        """Columns of both tables, and those that the words of a concatenated text fill."""
        filled = frozenset(target for words in self.tokens.values() for target in words.values())
        return self.targets | filled | (self.household.targets if self.household else frozenset())

    @property
    def forms(self) -> dict[Part, Form]:
        return {"warga": self, "keluarga": self.household} if self.household else {"warga": self}

    def codes_of(self, target: str) -> Codes:
        """The code list of a column: value as written, upper case -> value kept."""
        return code_lists()[self.code_lists[target]]

    def spellings_of(self, target: str) -> Codes:
        """The code list of a column, each code of one digit also with a zero before it."""
        codes = self.codes_of(target)
        return codes | {code.zfill(2): value for code, value in codes.items() if code.isdigit()}


@cache
def synonyms() -> dict[str, list[str]]:
    """Column -> names it goes by in any register."""
    return _headings()["kolom"]


@cache
def running_numbers() -> list[str]:
    """Headings of a running number, which every layout leaves out."""
    return _headings()["nomor_urut"]["nama"]


@cache
def _headings() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads((_REGISTER_FOLDER / "nama_kolom.toml").read_text("utf-8"))


@cache
def code_lists() -> dict[str, Codes]:
    """Every code list by name."""
    return tomllib.loads((_REGISTER_FOLDER / "kode.toml").read_text("utf-8"))


def load_layouts(folder: Path = LAYOUT_FOLDER) -> tuple[Layout, ...]:
    """Every layout of a register in `folder`, by name."""
    return tuple(
        Layout.model_validate(tomllib.loads(path.read_text("utf-8"))) for path in sorted(folder.glob("*.toml"))
    )


def layout_named(name: str, layouts: Sequence[Layout]) -> Layout:
    """Raises UsageError when there is no such layout."""
    for layout in layouts:
        if layout.name == name:
            return layout
    known = ", ".join(layout.name for layout in layouts)
    raise UsageError(f"Tata letak '{name}' tidak dikenal.", next_step=f"Yang dikenal: {known}.")
