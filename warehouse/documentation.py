"""What is written from the code: the pages of docs/ on settings and data, and the contract with the readers of the
publication. `dampingan docs` writes them, and `make check` fails when they are behind."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from errors import CheckFailedError
from settings import PROJECT_ROOT, Settings
from warehouse.columns import Table
from warehouse.contract import CONTRACT_FOLDER, check_contract, contract_files
from warehouse.views import marts

_WRITTEN = "<!-- Ditulis oleh `dampingan docs`; ubah sumbernya, bukan berkas ini. -->"
_ENVIRONMENT_ONLY = {"threads": "banyaknya inti mesin"}


def pages() -> dict[Path, str]:
    """Every written page with its text."""
    docs = PROJECT_ROOT / "docs"
    dictionary = docs / "kamus-data"
    tables = {dictionary / f"{table.name}.md": table_page(table) for table in marts()}
    return {
        docs / "settings.md": settings_page(),
        dictionary / "README.md": dictionary_index(),
        **contract_files(marts()),
        **tables,
    }


def write_pages() -> list[Path]:
    """Write all pages and remove those of tables that are gone; returns what changed.

    Raises:
        CheckFailedError: a change breaks what readers rely on; nothing is written.
    """
    check_contract(marts(), today=date.today())
    wanted = pages()
    changed = [path for path in _present() if path not in wanted]
    for path in changed:
        path.unlink()
    for path, text in wanted.items():
        path.parent.mkdir(exist_ok=True)
        if not path.exists() or path.read_text("utf-8") != text:
            path.write_text(text, encoding="utf-8")
            changed.append(path)
    return changed


def check_pages() -> None:
    """Raises CheckFailedError when a page is behind the code, or the code breaks the contract with readers."""
    check_contract(marts(), today=date.today())
    wanted = pages()
    behind = [path for path in _present() if path not in wanted]
    behind += [path for path, text in wanted.items() if not path.exists() or path.read_text("utf-8") != text]
    if behind:
        names = ", ".join(path.relative_to(PROJECT_ROOT).as_posix() for path in behind)
        raise CheckFailedError(
            "Halaman dokumentasi tertinggal dari kode.", where=names, next_step="Jalankan `dampingan docs`."
        )


def _present() -> list[Path]:
    return sorted([*(PROJECT_ROOT / "docs" / "kamus-data").glob("*.md"), *CONTRACT_FOLDER.glob("*.json")])


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


def dictionary_index() -> str:
    """The published tables with what each is for."""
    lines = [
        "# Kamus data terbitan",
        "",
        _WRITTEN,
        "",
        "Tabel skema `marts` dalam `published/current.duckdb`. Isi yang sama ada di `marts.kamus_data`.",
        "",
        "| tabel | untuk apa | satu baris |",
        "|---|---|---|",
    ]
    lines += [f"| [`{table.name}`]({table.name}.md) | {table.purpose} | {table.grain} |" for table in marts()]
    return "\n".join(lines) + "\n"


def table_page(table: Table) -> str:
    """One published table: purpose, grain, key and every column."""
    lines = [
        f"# {table.qualified}",
        "",
        _WRITTEN,
        "",
        table.purpose,
        "",
        f"Satu baris: {table.grain} Kunci: {', '.join(f'`{name}`' for name in table.key)}.",
        "",
        "| kolom | tipe | satuan | arti | peran |",
        "|---|---|---|---|---|",
    ]
    for column in table.columns:
        cells = (f"`{column.name}`", column.type, column.unit, column.description, column.role.value)
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"
