"""Pages of docs/ that are written from the code: settings and data dictionary. `dampingan docs` writes them, and
`make check` fails when they are behind."""

from __future__ import annotations

from pathlib import Path

from errors import CheckFailedError
from settings import PROJECT_ROOT, Settings
from warehouse.columns import Table
from warehouse.tables import CORE_TABLES
from warehouse.views import views

_WRITTEN = "<!-- Ditulis oleh `dampingan docs`; ubah sumbernya, bukan berkas ini. -->"
_ENVIRONMENT_ONLY = {"threads": "banyaknya inti mesin"}


def pages() -> dict[Path, str]:
    """Every written page with its text."""
    docs = PROJECT_ROOT / "docs"
    return {docs / "settings.md": settings_page(), docs / "kamus-data.md": dictionary_page()}


def write_pages() -> list[Path]:
    """Write all pages; returns those that changed."""
    changed = []
    for path, text in pages().items():
        if not path.exists() or path.read_text("utf-8") != text:
            path.write_text(text, encoding="utf-8")
            changed.append(path)
    return changed


def check_pages() -> None:
    """Raises CheckFailedError when a page is behind the code."""
    behind = [
        path.relative_to(PROJECT_ROOT).as_posix()
        for path, text in pages().items()
        if not path.exists() or path.read_text("utf-8") != text
    ]
    if behind:
        raise CheckFailedError(
            "Halaman dokumentasi tertinggal dari kode.", where=", ".join(behind), next_step="Jalankan `dampingan docs`."
        )


def settings_page() -> str:
    """Every setting with its environment variable, default and meaning."""
    lines = [
        "# Settings",
        "",
        _WRITTEN,
        "",
        "Set as environment variables, or in a file `.env` in the folder where the command runs.",
        "",
        "| variable | default | meaning |",
        "|---|---|---|",
    ]
    for name, field in Settings.model_fields.items():
        default = _ENVIRONMENT_ONLY.get(name, "" if field.default is None else f"`{field.default}`")
        lines.append(f"| `DAMPINGAN_{name.upper()}` | {default} | {field.description} |")
    return "\n".join(lines) + "\n"


def dictionary_page() -> str:
    """Every published table, then the tables and views that stay inside."""
    inside = [*CORE_TABLES, *(view.table for view in views() if view.table.schema != "marts")]
    published = sorted((view.table for view in views() if view.table.schema == "marts"), key=lambda table: table.name)
    lines = ["# Kamus data", "", _WRITTEN, "", "## Terbitan (skema `marts`)", ""]
    for table in published:
        lines += _table(table)
    lines += ["## Hanya di gudang data (skema `core` dan `internal`)", ""]
    for table in sorted(inside, key=lambda table: table.qualified):
        lines += _table(table)
    return "\n".join(lines).rstrip() + "\n"


def _table(table: Table) -> list[str]:
    lines = [
        f"### {table.qualified}",
        "",
        f"{table.purpose} Satu baris: {table.grain} Kunci: {', '.join(f'`{name}`' for name in table.key)}.",
        "",
        "| kolom | tipe | satuan | arti | peran | kelas data pribadi |",
        "|---|---|---|---|---|---|",
    ]
    for column in table.columns:
        cells = (
            f"`{column.name}`",
            column.type,
            column.unit,
            column.description,
            column.role.value,
            column.privacy.value,
        )
        lines.append("| " + " | ".join(cells) + " |")
    return [*lines, ""]
