"""What people ask of published generations: what changed between two, and where a figure comes from. Only looks."""

from __future__ import annotations

from typing import Any

from errors import UsageError
from expectations import published
from settings import Home, Settings
from warehouse import publication, trace
from warehouse.generation_diff import compare_generations
from warehouse.views import marts


def compare(before: str, after: str) -> dict[str, Any]:
    """What differs between two generations; see `warehouse.generation_diff`. Keys: `before`, `after`, `views`.

    Raises UsageError for a generation that is not there.
    """
    home = Settings().home_folders
    folders = [home.published / _known(home, generation) for generation in (before, after)]
    views = compare_generations(*folders)
    return {"before": folders[0].name, "after": folders[1].name, "views": views}


def _known(home: Home, generation: str) -> str:
    """The name of a generation: as it is, or by its beginning, or `current`."""
    known = publication.generations(home)
    manifest = publication.current_manifest(home)
    if generation == home.current.name and manifest:
        return str(manifest["generation"])
    found = [name for name in known if name.startswith(generation)]
    if len(found) != 1 or not generation:
        raise UsageError(
            f"Terbitan {generation} {'tidak ada' if not found else 'lebih dari satu'}.",
            next_step=f"Yang ada: {', '.join(known) or 'belum ada'}; yang sekarang juga bernama {home.current.name}.",
        )
    return found[0]


def trace_cell(view: str, where: str) -> dict[str, Any]:
    """Where rows of a published view come from, in the current generation.

    Keys: those of `warehouse.trace.trace`, `view`, `purpose`, `generation`, `published_at`, `code_version`, and
    `checks` (titles of the checks that this view passed before it was published).

    Raises:
        UsageError: nothing is published, the view is unknown, or `where` is no condition.
    """
    home = Settings().home_folders
    table = trace.published_view(view)
    manifest = publication.current_manifest(home)
    if manifest is None:
        raise UsageError("Belum ada terbitan.", next_step="Jalankan `dampingan refresh` lebih dahulu.")
    found = trace.trace(home.published / manifest["generation"] / publication.DATABASE_NAME, table, where)
    suite = next(suite for suite in published.suites(marts()) if suite.relation == table.qualified)
    return {
        "view": table.qualified,
        "purpose": table.purpose,
        "generation": manifest["generation"],
        "published_at": manifest["published_at"],
        "code_version": manifest["code_version"],
        "checks": [check.title for check in suite.checks],
        **found,
    }
