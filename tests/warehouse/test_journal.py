"""The journal: what was written stays, in order, whoever tries to change it."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from settings import PROJECT_ROOT
from warehouse.journal import Journal, Kind, Step


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "home" / "journal.sqlite", run_id="run-1", code_version="0.1.0")


def test_an_event_is_kept_with_everything_said_of_it(journal: Journal, tmp_path: Path) -> None:
    before = datetime.now(UTC)
    details = {"accepted": 3, "reasons": ["jumlah berubah"], "period": date(2022, 4, 1)}
    journal.record(Kind.RELEASE, "r-v1", Step.RECEIVED, sha256="ab" * 32, details=details)
    [event] = Journal(tmp_path / "home" / "journal.sqlite", run_id="run-2", code_version="0.2.0").events()
    assert (event.number, event.run_id, event.code_version) == (1, "run-1", "0.1.0")
    assert (event.kind, event.subject, event.step, event.sha256) == (Kind.RELEASE, "r-v1", Step.RECEIVED, "ab" * 32)
    assert event.details == {"accepted": 3, "reasons": ["jumlah berubah"], "period": "2022-04-01"}
    assert before <= event.at <= datetime.now(UTC)


def test_events_come_in_the_order_in_which_they_happened(journal: Journal) -> None:
    for number in range(20):
        journal.record(Kind.RELEASE if number % 2 else Kind.REPORT, f"s{number % 3}", Step.STAGED)
    assert [event.number for event in journal.events()] == list(range(1, 21))
    assert [event.number for event in journal.events(Kind.REPORT)] == list(range(1, 21, 2))
    assert [event.number for event in journal.events(subject="s0")] == [1, 4, 7, 10, 13, 16, 19]
    assert [event.number for event in journal.events(Kind.RELEASE, "s0")] == [4, 10, 16]


def test_the_latest_event_and_the_receipt_of_each_subject(journal: Journal) -> None:
    journal.record(Kind.RELEASE, "a", Step.RECEIVED, sha256="1")
    journal.record(Kind.RELEASE, "b", Step.RECEIVED, sha256="2")
    journal.record(Kind.RELEASE, "a", Step.REFUSED)
    journal.record(Kind.RELEASE, "a", Step.RECEIVED, sha256="3")
    journal.record(Kind.RELEASE, "a", Step.LOADED)
    journal.record(Kind.REPORT, "a", Step.WITHDRAWN)
    assert {name: event.step for name, event in journal.latest(Kind.RELEASE).items()} == {
        "a": Step.LOADED,
        "b": Step.RECEIVED,
    }
    assert {name: event.sha256 for name, event in journal.received(Kind.RELEASE).items()} == {"a": "3", "b": "2"}
    assert journal.received(Kind.REPORT) == {}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE event SET subject = 'x'",
        "UPDATE event SET number = 9 WHERE number = 1",
        "DELETE FROM event",
        "DELETE FROM event WHERE number = 2",
        "INSERT OR REPLACE INTO event SELECT 1, at, run_id, kind, 'x', step, sha256, details, code_version FROM event"
        " WHERE number = 2",
    ],
)
def test_nothing_is_changed_or_deleted(statement: str, journal: Journal, tmp_path: Path) -> None:
    journal.record(Kind.RELEASE, "a", Step.RECEIVED)
    journal.record(Kind.RELEASE, "b", Step.RECEIVED)
    before = journal.events()
    connection = sqlite3.connect(tmp_path / "home" / "journal.sqlite")
    with pytest.raises(sqlite3.IntegrityError, match="append-only"), connection:
        connection.execute(statement)
    connection.close()
    assert journal.events() == before


def test_numbers_are_never_used_again(journal: Journal, tmp_path: Path) -> None:
    """A hole in the numbers shows that somebody took lines out by force."""
    journal.record(Kind.RELEASE, "a", Step.RECEIVED)
    journal.record(Kind.RELEASE, "b", Step.RECEIVED)
    with sqlite3.connect(tmp_path / "home" / "journal.sqlite") as connection:
        connection.execute("DROP TRIGGER event_never_goes")
        connection.execute("DELETE FROM event WHERE number = 2")
    connection.close()
    journal.record(Kind.RELEASE, "c", Step.RECEIVED)
    assert [event.number for event in journal.events()] == [1, 3]


def test_file_and_folder_are_private(journal: Journal, tmp_path: Path) -> None:
    assert (tmp_path / "home").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "home" / "journal.sqlite").stat().st_mode & 0o777 == 0o600


def test_a_process_killed_right_after_an_event_has_written_it(tmp_path: Path) -> None:
    script = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from warehouse.journal import Journal, Kind, Step\n"
        "journal = Journal(Path(sys.argv[1]), run_id='r', code_version='v')\n"
        "for number in range(3): journal.record(Kind.RELEASE, str(number), Step.RECEIVED)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    file = tmp_path / "journal.sqlite"
    done = subprocess.run([sys.executable, "-c", script, str(file)], cwd=PROJECT_ROOT, env=os.environ, timeout=60)
    assert done.returncode == -9
    assert [event.subject for event in Journal(file, run_id="r", code_version="v").events()] == ["0", "1", "2"]
