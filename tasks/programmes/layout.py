"""The form of a report: headings, other names for them, words and code lists. Data of
reference/programmes/laporan_opd.toml, joined with the declared columns; one truth for template, reader and sample."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from settings import PROJECT_ROOT
from warehouse.tables.programmes import ACTIVITY_COLUMNS

LAYOUT_FILE = PROJECT_ROOT / "reference" / "programmes" / "laporan_opd.toml"
HEAD_KEYS = ("opd", "kelurahan", "tahun", "triwulan")


def word_key(text: str) -> str:
    """Upper case, letters and digits only: how headings and code words are compared."""
    return re.sub(r"[^A-Z0-9]", "", text.upper())


class Reading(BaseModel):
    """Which columns must be there and what is not data."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    required: tuple[str, ...]
    ignored: tuple[str, ...]
    null_tokens: tuple[str, ...]
    total_words: tuple[str, ...]


class ReportLayout(BaseModel):
    """See the comments in the TOML file for the fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    sheet: str
    columns: dict[str, str]
    reading: Reading
    aliases: dict[str, tuple[str, ...]]
    head: dict[str, tuple[str, ...]]
    codes: dict[str, dict[str, str]]

    @property
    def heading_keys(self) -> dict[str, str]:
        """Key of every heading, template or alias, to its target column."""
        keys = {word_key(alias): target for target, names in self.aliases.items() for alias in names}
        return keys | {word_key(heading): target for heading, target in self.columns.items()}

    @property
    def head_keys(self) -> dict[str, str]:
        """Key of every name a head field goes by, to the field."""
        return {word_key(name): field for field, names in self.head.items() for name in names}

    @property
    def ignored_keys(self) -> frozenset[str]:
        return frozenset(map(word_key, self.reading.ignored))

    def heading(self, target: str) -> str:
        """The template's heading of a target column."""
        return next(heading for heading, column in self.columns.items() if column == target)

    def code_keys(self, target: str) -> dict[str, str]:
        """Key of every word for a code column, to the value of its list."""
        allowed = next(column.allowed for column in ACTIVITY_COLUMNS if column.name == target)
        words = {word_key(word): value for word, value in self.codes.get(target, {}).items()}
        return words | {word_key(value): value for value in allowed}


@cache
def report_layout(file: Path = LAYOUT_FILE) -> ReportLayout:
    """The layout of reports."""
    return ReportLayout.model_validate(tomllib.loads(file.read_text("utf-8")))
