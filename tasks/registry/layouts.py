"""Layouts of register files: data in reference/layouts/, matched here against the header of a file.

Every header is mapped, or it is an error that lists both sides. Names are compared as slugs, so case, spaces and
punctuation never matter. The first line of a file can be a person, so an error quotes only what must be a heading.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from errors import InputRejectedError, UsageError
from tasks.areas import AreaSystem
from tasks.reference import REFERENCE_FOLDER

LAYOUT_FOLDER = REFERENCE_FOLDER / "layouts"
_LONGEST_HEADING = 30
_UNKNOWN_SHOWN = 10


def slug(header: str) -> str:
    """Letters and digits only, lower case."""
    return re.sub(r"[^a-z0-9]", "", header.lower())


class Layout(BaseModel):
    """One layout; see the comments in reference/layouts/dtks_a.toml for the fields."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    title: str
    source_system: str
    unit_of_analysis: Literal["individu", "keluarga"]
    area_system: AreaSystem
    delimiter: str
    null_tokens: list[str]
    date_order: list[str]
    columns: dict[str, str]
    aliases: dict[str, list[str]]
    code_lists: dict[str, str]
    codes: dict[str, dict[str, str | bool]]

    @cached_property
    def target_of_slug(self) -> dict[str, str]:
        """Every known spelling of a header, as a slug, and the column it means."""
        known = {slug(header): target for header, target in self.columns.items()}
        for target, spellings in self.aliases.items():
            known.update({slug(spelling): target for spelling in spellings})
        return known

    def codes_of(self, target: str) -> dict[str, str | bool]:
        """The code list of a target column: value as written, upper case -> value kept."""
        return self.codes[self.code_lists[target]]


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


@dataclass(frozen=True, slots=True)
class MatchedHeader:
    """A file's header under a layout: the column meant by each position."""

    layout: Layout
    headers: tuple[str, ...]
    targets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Comparison:
    layout: Layout
    targets: tuple[str | None, ...]
    missing: tuple[str, ...]
    unknown: tuple[tuple[int, str], ...]
    """Position in the file, 1 = first, and the text there, which may be a person's."""
    twice: tuple[str, ...]

    @property
    def fits(self) -> bool:
        return not (self.missing or self.unknown or self.twice)

    @property
    def known(self) -> int:
        return sum(target is not None for target in self.targets)

    @property
    def is_mostly_known(self) -> bool:
        """A data row glued to the header doubles the cells but one, so known headings are then never the majority."""
        return self.known > len(self.unknown)


def _compare(headers: Sequence[str], layout: Layout) -> _Comparison:
    targets = tuple(layout.target_of_slug.get(slug(header)) for header in headers)
    found = [target for target in targets if target is not None]
    return _Comparison(
        layout=layout,
        targets=targets,
        missing=tuple(header for header, target in layout.columns.items() if target not in found),
        unknown=tuple(
            (position, header)
            for position, (header, target) in enumerate(zip(headers, targets, strict=True), start=1)
            if target is None
        ),
        twice=tuple(sorted({target for target in found if found.count(target) > 1})),
    )


def match_header(headers: Sequence[str], layouts: Sequence[Layout], *, where: str) -> MatchedHeader:
    """The layout whose columns are exactly those of `headers`.

    Raises:
        InputRejectedError: none fits, or several do; names what is missing, unknown or there twice, and by its number
            what may be a person's.
    """
    compared = [_compare(headers, layout) for layout in layouts]
    fitting = [comparison for comparison in compared if comparison.fits]
    if len(fitting) == 1:
        targets = tuple(target for target in fitting[0].targets if target is not None)
        return MatchedHeader(fitting[0].layout, tuple(headers), targets)
    if fitting:
        names = ", ".join(comparison.layout.name for comparison in fitting)
        raise InputRejectedError(
            f"Kepala tabel cocok dengan lebih dari satu tata letak: {names}.",
            where=where,
            next_step="Sebutkan yang benar dengan --layout.",
        )
    nearest = max(compared, key=lambda comparison: comparison.known)
    raise InputRejectedError(_misfit(nearest), where=where, next_step=_misfit_advice(nearest))


def _misfit(nearest: _Comparison) -> str:
    if not nearest.known:
        return "Tidak ada kepala kolom yang dikenal; baris pertama berkas ini bukan kepala tabel register."
    parts = [f"Kepala tabel tidak cocok dengan {nearest.layout.title}."]
    if nearest.missing:
        parts.append(f"Kolom yang tidak ada: {', '.join(nearest.missing)}.")
    if nearest.unknown:
        parts.append(f"Kolom yang tidak dikenal: {_unknown_columns(nearest)}.")
    if nearest.twice:
        parts.append(f"Kolom yang muncul dua kali: {', '.join(nearest.twice)}.")
    return " ".join(parts)


def _unknown_columns(nearest: _Comparison) -> str:
    may_quote = nearest.is_mostly_known and len(nearest.targets) <= len(nearest.layout.columns)
    shown = [
        header if may_quote and _is_heading(header) else _numbered(position, header)
        for position, header in nearest.unknown[:_UNKNOWN_SHOWN]
    ]
    more = len(nearest.unknown) - len(shown)
    return ", ".join(shown) + (f" dan {more} kolom lagi" if more else "")


def _is_heading(cell: str) -> bool:
    return 0 < len(cell) <= _LONGEST_HEADING and not any(letter.isdigit() for letter in cell)


def _numbered(position: int, header: str) -> str:
    return f"kolom ke-{position}" + ("" if header else " (kosong)")


def _misfit_advice(nearest: _Comparison) -> str:
    if not nearest.is_mostly_known:
        return (
            "Periksa apakah baris pertama berkas hanya memuat kepala tabel, lalu ekspor ulang dari aplikasi register."
        )
    if nearest.unknown and nearest.missing:
        return (
            "Bila hanya namanya yang berbeda, tambahkan nama itu sebagai alias di "
            f"reference/layouts/{nearest.layout.name}.toml; bila tidak, minta berkas yang lengkap."
        )
    if nearest.unknown:
        return f"Hapus kolom itu dari berkas, atau daftarkan di reference/layouts/{nearest.layout.name}.toml."
    return "Ekspor ulang berkas dengan semua kolom dan jangan mengubah kepala tabelnya."
