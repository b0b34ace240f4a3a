"""Which layout a table's heading belongs to. Every heading is mapped, left out by name, or an error that lists both
sides. The rows around a heading can be persons, so an error quotes only what must be a heading.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from errors import InputRejectedError
from tasks.office import column_letters
from tasks.registry.layouts import Form, Layout, Part, slug

_LONGEST_HEADING = 30
_UNKNOWN_SHOWN = 10
_FEW_ADDED = 3


@dataclass(frozen=True, slots=True)
class MatchedHeader:
    """A heading under a layout: the column meant by each position, None for one that is left out by name."""

    layout: Layout
    part: Part
    headers: tuple[str, ...] = field(repr=False)
    targets: tuple[str | None, ...]

    @property
    def position_of(self) -> dict[str, int]:
        """Column -> its position among the fields, from 0."""
        return {target: position for position, target in enumerate(self.targets) if target is not None}

    @property
    def nameless(self) -> tuple[int, ...]:
        """Positions of cells without text, as spreadsheets leave them beside a table; nothing may stand below them."""
        return tuple(position for position, header in enumerate(self.headers) if not header)

    @property
    def fewest_fields(self) -> int:
        """So many fields a row has at least: up to the last heading with a text."""
        return max((position for position, header in enumerate(self.headers, start=1) if header), default=0)


@dataclass(frozen=True, slots=True)
class _Comparison:
    layout: Layout
    part: Part
    form: Form
    targets: tuple[str | None, ...]
    known: int
    missing: tuple[str, ...]
    unknown: tuple[tuple[int, str], ...]
    """Position in the file, 1 = first, and the text there, which may be a person's."""
    twice: tuple[str, ...]

    @property
    def fits(self) -> bool:
        return not (self.missing or self.twice or any(text for _, text in self.unknown))

    @property
    def title(self) -> str:
        return self.form.title if self.part == "warga" else f"{self.layout.title}, tabel {self.form.title}"

    @property
    def is_mostly_known(self) -> bool:
        """A data row glued to the header doubles the cells but one, so known headings are then never the majority."""
        return self.known > len(self.unknown)


def _compare(headers: Sequence[str], layout: Layout, part: Part) -> _Comparison:
    form = layout.forms[part]
    is_known = [slug(header) in form.meaning for header in headers]
    targets = tuple(form.target_of(header) for header in headers)
    found = [target for target in targets if target is not None]
    return _Comparison(
        layout=layout,
        part=part,
        form=form,
        targets=targets,
        known=sum(is_known),
        missing=tuple(header for header, target in form.columns.items() if target not in found),
        unknown=tuple(
            (position, header)
            for position, (header, known) in enumerate(zip(headers, is_known, strict=True), start=1)
            if not known
        ),
        twice=tuple(sorted({target for target in found if found.count(target) > 1})),
    )


def known_headings(cells: Sequence[str], layouts: Sequence[Layout]) -> int:
    """How many of the cells the layout that knows most of them knows as headings."""
    slugs = [slug(cell) for cell in cells if cell.strip()]
    return max(
        (sum(name in form.meaning for name in slugs) for layout in layouts for form in layout.forms.values()), default=0
    )


def match_header(headers: Sequence[str], layouts: Sequence[Layout], *, where: str) -> MatchedHeader:
    """The layout, and the table of it, whose columns are those of `headers`; of several the one that asks for most.

    Raises:
        InputRejectedError: none fits, or two that ask for equally much; names what is missing, unknown or there twice,
            and by its number what may be a person's.
    """
    compared = [_compare(headers, layout, part) for layout in layouts for part in layout.forms]
    fitting = [comparison for comparison in compared if comparison.fits]
    if fitting:
        asked = max(len(comparison.form.columns) for comparison in fitting)
        best = [comparison for comparison in fitting if len(comparison.form.columns) == asked]
        if len(best) > 1:
            names = " dan ".join(comparison.title for comparison in best)
            raise InputRejectedError(
                f"Kepala tabel cocok dengan lebih dari satu tata letak: {names}.",
                where=where,
                next_step=f"Sebutkan yang benar dengan --layout, misalnya --layout {best[0].layout.name}.",
            )
        return MatchedHeader(best[0].layout, best[0].part, tuple(headers), best[0].targets)
    nearest = max(compared, key=lambda comparison: (comparison.known, -len(comparison.missing)))
    raise InputRejectedError(_misfit(nearest, compared), where=where, next_step=_misfit_advice(nearest))


def _misfit(nearest: _Comparison, compared: Sequence[_Comparison]) -> str:
    if not nearest.known:
        titles = dict.fromkeys(comparison.layout.title for comparison in compared)
        return (
            f"Tidak ada kepala kolom yang dikenal; ini bukan kepala tabel register. Yang dikenal: {'; '.join(titles)}."
        )
    parts = [f"Kepala tabel tidak cocok dengan {nearest.title}."]
    if nearest.missing:
        parts.append(f"Kolom yang tidak ada: {', '.join(nearest.missing)}.")
    if nearest.unknown:
        parts.append(f"Kolom yang tidak dikenal: {_unknown_columns(nearest)}.")
    if nearest.twice:
        parts.append(f"Kolom yang muncul dua kali: {', '.join(nearest.twice)}.")
    return " ".join(parts)


def _unknown_columns(nearest: _Comparison) -> str:
    most = len(nearest.form.columns) + len(nearest.form.optional) + len(nearest.form.ignored)
    # What stands behind a heading that is whole is one more column; behind a part of one it may be a person.
    is_added = not nearest.missing and len(nearest.unknown) <= _FEW_ADDED
    may_quote = nearest.is_mostly_known and (len(nearest.targets) <= most or is_added)
    shown = [
        f"{header} (kolom {column_letters(position - 1)})"
        if may_quote and _is_heading(header)
        else _numbered(position, header)
        for position, header in nearest.unknown[:_UNKNOWN_SHOWN]
    ]
    more = len(nearest.unknown) - len(shown)
    return ", ".join(shown) + (f" dan {more} kolom lagi" if more else "")


def _is_heading(cell: str) -> bool:
    return 0 < len(cell) <= _LONGEST_HEADING and cell.isprintable() and not any(letter.isdigit() for letter in cell)


def _numbered(position: int, header: str) -> str:
    return f"kolom ke-{position} ({column_letters(position - 1)}{'' if header else ', kosong'})"


def _misfit_advice(nearest: _Comparison) -> str:
    file = f"reference/layouts/{nearest.layout.name}.toml"
    if not nearest.is_mostly_known:
        return (
            "Periksa apakah kepala tabel berdiri sendiri di satu baris, di antara 15 baris pertama, lalu ekspor ulang "
            "dari aplikasi register."
        )
    if nearest.unknown and nearest.missing:
        return (
            f"Bila hanya namanya yang berbeda, tambahkan nama itu sebagai alias di {file}; bila tidak, minta berkas "
            "yang lengkap."
        )
    if nearest.unknown:
        return f"Hapus kolom itu dari berkas, atau daftarkan (juga bila diabaikan) di {file}."
    return "Ekspor ulang berkas dengan semua kolom dan jangan mengubah kepala tabelnya."
