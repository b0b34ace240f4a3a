"""The data dictionary as one page that loads nothing: search, grain, units, warnings, lineage as a picture.

Made of the definitions and of the row counts of a generation, so that the same content gives the same page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from errors import number
from warehouse.columns import Column, Role, Table
from warehouse.contract import deprecations
from warehouse.lineage import lineage_svg
from warehouse.trace import kinds_of

PAGE_NAME = "kamus-data.html"
_TEMPLATES = Path(__file__).parent / "templates"

_GROUPS = {
    ("register",): "Register",
    ("laporan OPD",): "Program OPD",
    ("statistik",): "Statistik BPS",
    (): "Acuan",
}
_SEVERAL = "Gabungan sumber"
_ORDER = ("Register", "Program OPD", "Statistik BPS", _SEVERAL, "Acuan")

_WARNINGS = (
    (
        "sistem_sumber",
        "Putus seri. Sejak 2025 DTSEN menggantikan DTKS, dengan satuan dan cara ukur lain: saring satu seri, jangan "
        "menyambung atau menjumlahkan angka dari register berbeda.",
    ),
    (
        "tingkat",
        "Beberapa tingkat wilayah dalam satu tabel: saring satu tingkat sebelum menjumlahkan.",
    ),
    (
        "disamarkan",
        "Hitungan kecil dilindungi: dibulatkan, dan dikosongkan bila terlalu kecil; lihat kolom disamarkan.",
    ),
    (
        "terakhir_dalam_tahun",
        "Anggaran dan realisasi dihitung sejak awal tahun: angka setahun hanya dari baris terakhir_dalam_tahun.",
    ),
    (
        "tahun_putus_metode",
        "Putus metode. Sejak tahun_putus_metode cara hitung indikator lain; angka sebelumnya tidak dapat disambung.",
    ),
    (
        "nilai_provinsi",
        "Angka BPS adalah perkiraan dari survei, bukan orang terdaftar: jangan dijumlahkan, dibagi atau dicocokkan.",
    ),
)
"""What a reader must know of a table that has such a column."""
_ROLES = {
    Role.KEY: ("kunci", "kunci"),
    Role.ATTRIBUTE: ("atribut", ""),
    Role.ADDITIVE: ("jumlah", "boleh dijumlahkan"),
    Role.NON_ADDITIVE: ("jangan", "jangan dijumlahkan"),
}
_MEASURES = (Role.ADDITIVE, Role.NON_ADDITIVE)


@dataclass(frozen=True, slots=True)
class _Entry:
    """One table as the page shows it."""

    table: Table
    group: str
    rows: str
    warnings: tuple[str, ...]
    picture: Markup


def write_dictionary_page(
    folder: Path,
    tables: Sequence[Table],
    row_counts: Mapping[str, int],
    *,
    area_name: str,
    content_hash: str,
    sample: bool,
) -> Path:
    """Write the page into the folder of a generation; returns its path.

    Args:
        row_counts: rows of each table, by its name.
        content_hash: names the content that the page speaks of.
        sample: whether the page says that nothing in it is real.
    """
    entries = sorted((_entry(table, row_counts[table.name]) for table in tables), key=_by_group)
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    text = environment.get_template(PAGE_NAME).render(
        entries=entries,
        groups=[(group, [entry for entry in entries if entry.group == group]) for group in _ORDER],
        columns=number(sum(len(table.columns) for table in tables)),
        area_name=area_name,
        version=content_hash[:12],
        sample=sample,
        role=_role,
        breakable=_breakable,
        ended={(entry.table, entry.column): entry.text for entry in deprecations()},
    )
    file = folder / PAGE_NAME
    file.write_text(text, encoding="utf-8")
    return file


def _entry(table: Table, rows: int) -> _Entry:
    kinds = tuple(kinds_of(table)) if any(column.role in _MEASURES for column in table.columns) else ()
    picture = Markup(lineage_svg(table.qualified))  # noqa: S704 - made of our own names, escaped there
    return _Entry(table, _GROUPS.get(kinds, _SEVERAL), number(rows), tuple(_warnings(table)), picture)


def _by_group(entry: _Entry) -> tuple[int, str]:
    return _ORDER.index(entry.group), entry.table.name


def _warnings(table: Table) -> list[str]:
    found = [entry.text for entry in deprecations() if (entry.table, entry.column) == (table.qualified, "")]
    found += [text for name, text in _WARNINGS if name in table.column_names]
    if fixed := [column.name for column in table.columns if column.role is Role.NON_ADDITIVE]:
        found.append(f"Jangan dijumlahkan: {', '.join(fixed)}.")
    return found


def _breakable(name: str) -> Markup:
    """A long name may go on in the next line after an underscore."""
    return escape(name).replace("_", Markup("_<wbr>"))


def _role(column: Column) -> tuple[str, str]:
    """The class and the words for how a column may be used."""
    return _ROLES[column.role]
