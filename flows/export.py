"""Copying what is published to where people look at it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from errors import UsageError
from settings import Settings
from warehouse import publication
from warehouse.postgresql_export import export


def export_current(target: str) -> dict[str, Any]:
    """Copy the current generation into the PostgreSQL database at `target`; returns generation, place and row counts.

    Raises:
        UsageError: nothing is published yet, or PostgreSQL refuses.
        BusyError: readers hold the tables.
    """
    home = Settings().home_folders
    manifest = publication.current_manifest(home)
    if manifest is None:
        raise UsageError("Belum ada terbitan.", next_step="Jalankan `dampingan refresh` lebih dahulu.")
    generation: str = manifest["generation"]
    # By its own name: the link may move on meanwhile.
    return asdict(export(home.published / generation / publication.DATABASE_NAME, generation, target))
