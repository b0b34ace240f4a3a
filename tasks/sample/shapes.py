"""What the files of a layout look like around their values: data in shapes.toml. Knows no person."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from tasks.reference import BUNDLED
from tasks.registry.layouts import Codes, Form, Layout, Part

_SHAPES = Path(__file__).with_name("shapes.toml")
_SAYS_WHO = ("nik", "no_kk", "tanggal_lahir")
_SUMS_IN_TOTAL = 4


class Shape(BaseModel):
    """One table's file; see the head of shapes.toml for the fields."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    form: Form
    headings: str = ""
    part: str = ""
    delimiter: str = "|"
    has_quotes: bool = False
    codes: Literal["any", "digits", "words", "padded"] = "any"
    titles: tuple[str, ...] = ()
    numbering: str = "1"
    source_system: str | None = None

    @cached_property
    def headers(self) -> list[str]:
        return self.headings.split("|") if self.headings else list(self.form.columns)

    @cached_property
    def columns(self) -> list[str]:
        """Of each heading its column, or the heading itself after a tilde where no column is meant."""
        return [self.form.target_of(header) or f"~{header}" for header in self.headers]

    def spellings(self, codes: Codes) -> Codes:
        """Those of a code list that this file uses, the usual ones first."""
        digits = {text: value for text, value in codes.items() if text.isdigit()}
        if self.codes == "digits":
            return digits or codes
        if self.codes == "words":
            return {text: value for text, value in codes.items() if len(text) > 1} or codes
        if self.codes == "padded":
            return {text.zfill(2): value for text, value in digits.items()} | codes
        return codes

    def total_row(self, word: str, persons: int) -> list[str] | None:
        """A row of sums; None where it would begin with a column that says who a person is."""
        if self.columns[0] in _SAYS_WHO:
            return None
        fields = [word, *[""] * (len(self.columns) - 1)]
        free = [place for place, column in enumerate(self.columns) if place and column not in _SAYS_WHO]
        for place, parts in zip(free[-_SUMS_IN_TOTAL:], (2, 4, 8, 1)[-len(free) :], strict=True):
            fields[place] = str(persons // parts)
        return fields

    def numbering_row(self) -> list[str] | None:
        """The numbers of the columns; None where the layout's files have none."""
        if not self.numbering:
            return None
        return [self.numbering, *(str(number) for number in range(2, len(self.columns) + 1))]


def shapes_of(layout: Layout, region: str = BUNDLED.name) -> Mapping[Part, Shape]:
    """The shape of each table of the layout in this kabupaten or kota."""
    known = tomllib.loads(_SHAPES.read_text("utf-8").replace("{wilayah}", region.upper())).get(layout.name, {})
    return {part: Shape(form=form, **known.get(part, {})) for part, form in layout.forms.items()}
