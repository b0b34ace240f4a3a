"""What readers of the publication rely on: `sql/contract/<view>.json` keeps the columns of the last version.

A column may be added. One that is gone, of another type or unit, or in another order breaks what people built on it,
unless `sql/contract/deprecations.toml` has announced its end and that day is past. Knows definitions only, no data.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from errors import CheckFailedError, DampinganError
from settings import PROJECT_ROOT
from warehouse.columns import Table

CONTRACT_FOLDER = PROJECT_ROOT / "sql" / "contract"
DEPRECATIONS_FILE = CONTRACT_FOLDER / "deprecations.toml"
NOTICE = timedelta(days=180)
"""How long a column stays at least after its end was announced."""

Contract = Mapping[str, Mapping[str, Any]]
"""Table -> `kunci` (names) and `kolom` (name -> type, with the unit behind it), in their order."""


@dataclass(frozen=True, slots=True)
class Deprecation:
    """The announced end of a table (`column` is empty) or of one of its columns."""

    table: str
    column: str
    since: date
    until: date
    instead: str

    @property
    def text(self) -> str:
        return f"Usang sejak {_shown(self.since)}, hilang sesudah {_shown(self.until)}. Gantinya: {self.instead}"


def contract_of(tables: Sequence[Table]) -> Contract:
    """The contract that these definitions make."""
    return {
        table.qualified: {
            "kunci": list(table.key),
            "kolom": {column.name: " ".join(filter(None, (column.type, column.unit))) for column in table.columns},
        }
        for table in sorted(tables, key=lambda table: table.qualified)
    }


def contract_files(tables: Sequence[Table]) -> dict[Path, str]:
    """The same as it is kept: a file per table, one line per column, so that a change reads well."""
    return {
        CONTRACT_FOLDER / f"{name}.json": json.dumps(table, indent=1, ensure_ascii=False) + "\n"
        for name, table in contract_of(tables).items()
    }


def last_contract() -> Contract:
    """The contract of the last version; empty where there is none yet."""
    return {file.stem: json.loads(file.read_text("utf-8")) for file in sorted(CONTRACT_FOLDER.glob("*.json"))}


@cache
def deprecations(file: Path = DEPRECATIONS_FILE) -> tuple[Deprecation, ...]:
    """Every announced end. Raises DampinganError for one that gives too little notice."""
    entries = tomllib.loads(file.read_text("utf-8")).get("usang", [])
    found = tuple(
        Deprecation(entry["tabel"], entry.get("kolom", ""), entry["sejak"], entry["sampai"], entry["gantinya"])
        for entry in entries
    )
    for entry in found:
        if entry.until - entry.since < NOTICE:
            raise DampinganError(
                f"Masa usang {entry.table} {entry.column} kurang dari {NOTICE.days} hari.",
                where=file.name,
                next_step="Beri pembaca waktu lebih lama: undurkan `sampai`.",
            )
    return found


def breaks(before: Contract, after: Contract, announced: Sequence[Deprecation], *, today: date) -> list[str]:
    """What the change from `before` to `after` breaks for readers, one sentence each; nothing when it only adds."""
    ended = {(entry.table, entry.column) for entry in announced if entry.until < today}
    return [
        sentence
        for name, table in before.items()
        if (name, "") not in ended
        for sentence in (
            _table_breaks(name, table, after[name], ended) if name in after else [f"{name}: tabel ini hilang."]
        )
    ]


def _table_breaks(
    name: str, before: Mapping[str, Any], after: Mapping[str, Any], ended: set[tuple[str, str]]
) -> Iterator[str]:
    old, new = before["kolom"], after["kolom"]
    added = [column for column in new if column not in old]
    for column, kind in old.items():
        if (name, column) in ended:
            continue
        if column not in new:
            like = [other for other in added if new[other] == kind]
            renamed = f" Berganti nama menjadi {like[0]}?" if like else ""
            yield f"{name}.{column}: kolom ini hilang.{renamed}"
        elif new[column] != kind:
            yield f"{name}.{column}: {kind} menjadi {new[column]}."
    kept = [column for column in old if column in new]
    if kept != [column for column in new if column in old]:
        yield f"{name}: urutan kolom berubah."
    if before["kunci"] != after["kunci"]:
        yield f"{name}: kunci berubah dari {', '.join(before['kunci'])} menjadi {', '.join(after['kunci'])}."


def check_contract(tables: Sequence[Table], *, today: date) -> None:
    """Raises CheckFailedError that says what these definitions break."""
    if found := breaks(last_contract(), contract_of(tables), deprecations(), today=today):
        raise CheckFailedError(
            f"Pembaca terbitan akan terganggu: {' '.join(found)}",
            where=CONTRACT_FOLDER.relative_to(PROJECT_ROOT).as_posix(),
            next_step="Pertahankan kolomnya dan umumkan akhirnya di sql/contract/deprecations.toml; selama belum ada "
            "versi yang dirilis, hapus berkasnya di sana lalu jalankan `dampingan docs`.",
        )


def _shown(day: date) -> str:
    return f"{day:%d-%m-%Y}"
