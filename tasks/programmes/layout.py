"""The form of a report: headings, other names for them, words and code lists. Data of
reference/programmes/laporan_opd.toml, joined with the declared columns; one truth for template, reader and sample."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from functools import cache, cached_property
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from settings import PROJECT_ROOT
from warehouse.columns import Column
from warehouse.tables.programmes import PARTS

LAYOUT_FILE = PROJECT_ROOT / "reference" / "programmes" / "laporan_opd.toml"
HEAD_KEYS = ("opd", "kelurahan", "tahun", "triwulan")
PERIOD_KEYS = ("tahun", "triwulan")


def word_key(text: str) -> str:
    """Upper case, letters and digits only: how headings and code words are compared. A mark alone stays itself."""
    return re.sub(r"[^A-Z0-9]", "", text.upper()) or text.strip()


class Reading(BaseModel):
    """What is not data on whatever sheet."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    ignored: tuple[str, ...]
    null_tokens: tuple[str, ...]
    total_words: tuple[str, ...]
    example_words: tuple[str, ...]
    other_sheets: tuple[str, ...]


class Flags(BaseModel):
    """Words for yes and no."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    yes: tuple[str, ...]
    no: tuple[str, ...]


class SheetLayout(BaseModel):
    """One sheet; see the comments in the TOML file for the fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sheet: str
    also: tuple[str, ...]
    fewest: int
    required: tuple[str, ...]
    about: str
    columns: dict[str, str]
    older: dict[str, str] = {}
    aliases: dict[str, tuple[str, ...]]
    notes: dict[str, str]
    examples: dict[str, str | int | date]

    @cached_property
    def heading_keys(self) -> dict[str, str]:
        """Key of every heading, template or alias, to its target column."""
        keys = {word_key(alias): target for target, names in self.aliases.items() for alias in names}
        return keys | {word_key(heading): target for heading, target in (self.older | self.columns).items()}

    @cached_property
    def sheet_keys(self) -> frozenset[str]:
        """Keys of the names such a sheet goes by."""
        return frozenset(map(word_key, (self.sheet, *self.also)))

    def heading(self, target: str) -> str:
        """The template's heading of a target column."""
        return next(heading for heading, column in (self.columns | self.older).items() if column == target)


class ReportLayout(BaseModel):
    """The whole report; `sheets` by part, in the order of the template."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    title: str
    reading: Reading
    head: dict[str, tuple[str, ...]]
    sheets: dict[str, SheetLayout]
    codes: dict[str, dict[str, str]]
    flags: Flags

    @cached_property
    def head_keys(self) -> dict[str, str]:
        """Key of every name a head field goes by, to the field."""
        return {word_key(name): field for field, names in self.head.items() for name in names}

    @cached_property
    def ignored_keys(self) -> frozenset[str]:
        return frozenset(map(word_key, self.reading.ignored))

    @cached_property
    def flag_keys(self) -> dict[str, bool]:
        """Key of every word for yes and no."""
        no, yes = dict.fromkeys(map(word_key, self.flags.no), False), dict.fromkeys(map(word_key, self.flags.yes), True)
        return no | yes

    def code_keys(self, column: Column) -> dict[str, str]:
        """Key of every word for a code column, to the value of its list."""
        words = {word_key(word): value for word, value in self.codes.get(column.name, {}).items()}
        return words | {word_key(value): value for value in column.allowed}


@cache
def report_layout(file: Path = LAYOUT_FILE) -> ReportLayout:
    """The layout of reports."""
    layout = ReportLayout.model_validate(tomllib.loads(file.read_text("utf-8")))
    return layout.model_copy(update={"sheets": {name: layout.sheets[name] for name in PARTS}})
