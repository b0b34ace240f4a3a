"""Publications of the hand-made warehouse, for tests of what reads them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from settings import Home, Settings
from tests.sql.hand_made import EXACT, build
from warehouse import publication
from warehouse.views import create_views, marts

NOON = datetime(2026, 11, 24, 12, 0, 0, tzinfo=UTC)


@contextmanager
def warehouse() -> Iterator[duckdb.DuckDBPyConnection]:
    """A hand-made warehouse of its own, with views that leave small counts as they are."""
    with duckdb.connect() as connection:
        build(connection)
        create_views(connection, Settings(rounding_base=EXACT[0], suppression_threshold=EXACT[1]))
        yield connection


def publish(connection: duckdb.DuckDBPyConnection, home: Home, number: int) -> Path:
    """Publish what the warehouse holds, `number` hours after noon; returns the folder of the generation."""
    home.create()
    built = publication.build(connection, home, marts(), run_id=f"run-{number}")
    about = {"code_version": "0.1.0", "run_id": f"run-{number}"}
    return home.published / publication.publish(built, home, about, at=NOON + timedelta(hours=number), keep=9)
