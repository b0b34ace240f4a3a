"""What `dampingan` does for BI tools. Calls flows, shows results; holds no logic about the data."""

from __future__ import annotations

from typing import Any

from rich.console import Console

from cli_shared import busy, finish
from errors import number


def publish_to(target: str, *, as_json: bool) -> None:
    """Publish when something changed, then copy what is published to the PostgreSQL database at `target`."""
    from flows.export import export_current
    from flows.refresh import refresh
    from flows.runner import run_flow
    from terminal import step_progress
    from warehouse.postgresql_export import parse_target

    parse_target(target)
    with step_progress(Console(stderr=True, quiet=as_json), "Memuat program …"):
        outcome = run_flow(refresh, sources=[], lift_rollback=True)
    if not outcome["exit_code"]:
        with busy("Menyalin ke PostgreSQL …", quiet=as_json):
            outcome["postgresql"] = export_current(target)
    finish(outcome, as_json=as_json)
    if not as_json:
        _show(outcome["postgresql"])


def _show(exported: dict[str, Any]) -> None:
    tables, rows = len(exported["rows"]), sum(exported["rows"].values())
    Console(soft_wrap=True).print(
        f"Terbitan [bold]{exported['generation']}[/] kini juga di PostgreSQL {exported['place']}, skema marts: "
        f"{number(tables)} tabel, {number(rows)} baris.",
        highlight=False,
    )
