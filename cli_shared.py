"""What the commands of `dampingan` have in common: options, running a refresh, printing. Holds no command.

Heavy imports happen inside the functions: `--help` must answer at once.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

JsonOption = Annotated[bool, typer.Option("--json", help="Cetak satu objek JSON dan tidak ada yang lain.")]
ReasonOption = Annotated[str, typer.Option("--reason", help="Alasan, untuk jurnal.")]


def print_json(content: dict[str, Any]) -> None:
    """One object, alone on stdout."""
    sys.stdout.write(json.dumps(content, ensure_ascii=False, default=str) + "\n")


def escaped(text: str) -> str:
    """Text from outside, inside of Rich markup."""
    return text.replace("[", "\\[")


def say_known(file: Path) -> None:
    """These bytes came before."""
    text = f"{file.name} sudah pernah diterima dengan isi yang sama; tidak ada yang dimuat ulang."
    Console(stderr=True, soft_wrap=True).print(text, markup=False, highlight=False)


@contextmanager
def busy(message: str, *, quiet: bool = False) -> Iterator[None]:
    """Something moves on stderr while it lasts."""
    with Console(stderr=True, quiet=quiet).status(message):
        yield


def run(*, as_json: bool, shows_database: bool = False, **parameters: Any) -> None:
    """Run the refresh flow, with Prefect's server when one answers; show the outcome; exit with its code.

    Args:
        shows_database: whether to say how the publication is opened, which officers do not need after a submission.
    """
    from terminal import step_progress

    with step_progress(Console(stderr=True, quiet=as_json), "Memuat program …"):
        from flows.refresh import refresh
        from flows.runner import run_flow

        outcome = run_flow(refresh, **parameters)
    finish(outcome, as_json=as_json, shows_database=shows_database)


def finish(outcome: dict[str, Any], *, as_json: bool, shows_database: bool = False) -> None:
    """Show the outcome of a run and what to do next; exit with its code."""
    from flows.inspection import waiting_releases
    from terminal import show_next, show_outcome

    if as_json:
        print_json(outcome)
    else:
        show_outcome(Console(), outcome)
    stderr = Console(stderr=True, soft_wrap=True)
    for problem in outcome["problems"]:
        stderr.print(f"[bold red]Tidak masuk.[/] {escaped(problem['paragraph'])}", highlight=False)
    if not as_json:
        show_next(Console(), outcome, waiting_releases(), shows_database=shows_database)
    if outcome["exit_code"]:
        raise SystemExit(outcome["exit_code"])
