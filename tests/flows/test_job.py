"""What every step of a run has in common."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from flows.steps.job import Job
from settings import Settings
from tests.flows.conftest import use_home


@pytest.mark.parametrize(
    ("started_at", "today"),
    [
        (datetime(2026, 11, 23, 16, 59, tzinfo=UTC), date(2026, 11, 23)),
        (datetime(2026, 11, 23, 17, 0, tzinfo=UTC), date(2026, 11, 24)),
    ],
)
def test_the_day_is_that_of_the_city(tmp_path: Path, started_at: datetime, today: date) -> None:
    """Between midnight and seven in the morning UTC still has the day before; an SK of today is no SK to come."""
    with use_home(tmp_path / "home"):
        assert Job(Settings(), run_id="uji", started_at=started_at).today == today
