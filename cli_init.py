"""The command `dampingan init`: prepares another kabupaten or kota, and checks its tables. Calls flows, shows results.

Heavy imports happen inside the command: `--help` must answer at once.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from cli_shared import JsonOption, print_json
from errors import UsageError

_WRONG = 3
"""Exit code when a table is wrong, as for any input that cannot be taken in."""


def init(
    domain: Annotated[str | None, typer.Option(help="Kode BPS kabupaten atau kota (4 angka).")] = None,
    name: Annotated[str | None, typer.Option(help="Namanya, bila belum dikenal program.")] = None,
    into: Annotated[Path | None, typer.Option(help="Folder tujuan; tanpa ini wilayah-KODE di sini.")] = None,
    check: Annotated[bool, typer.Option("--check", help="Hanya periksa tabel acuan menurut setelan sekarang.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Siapkan setelan dan tabel acuan untuk kabupaten atau kota lain, atau periksa yang ada."""
    if check == (domain is not None):
        raise UsageError("Sebut --domain KODE atau --check.", next_step="Misalnya `dampingan init --domain 3326`.")
    if domain is None:
        _check(as_json=as_json)
        return
    from flows.region_desk import prepare_region

    facts = prepare_region(domain, into=into, name=name)
    if as_json:
        print_json(facts)
        return
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"Setelan {facts['name']}: {facts['settings_file']}", markup=False)
    console.print(f"Tabel acuan: {facts['folder']} (penjelasan tiap tabel: BACA-DULU.md)", markup=False)
    _show_to_do(console, facts["to_do"])
    console.print(
        f"Sesudah diisi, dari folder {Path(facts['settings_file']).parent}: "
        "`dampingan init --check`, lalu `dampingan refresh`.",
        markup=False,
    )


def _check(*, as_json: bool) -> None:
    from flows.region_desk import check_region

    facts = check_region()
    if as_json:
        print_json(facts)
    else:
        _show_check(facts)
    if facts["findings"]:
        raise SystemExit(_WRONG)


def _show_check(facts: dict[str, Any]) -> None:
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"Tabel acuan {facts['name']}: {facts['folder']}", markup=False)
    for found in facts["findings"]:
        console.print(f"  {found['sentence']}", markup=False)
    if not facts["findings"]:
        console.print("Tidak ada kesalahan.")
    _show_to_do(console, facts["to_do"])


def _show_to_do(console: Console, to_do: list[str]) -> None:
    if to_do:
        console.print("Masih kosong:")
    for sentence in to_do:
        console.print(f"  {sentence}", markup=False)
