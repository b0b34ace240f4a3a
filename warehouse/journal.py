"""The journal: an append-only account of what happened to every submission and publication.

It is the truth about the state of the system; Prefect only shows and schedules. SQLite with `synchronous=FULL`, so
that what was written survives a power cut. It holds ids, counts and digests, never a row of a person.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any


class Kind(StrEnum):
    """What an event is about."""

    RELEASE = "release"
    REPORT = "report"
    STATISTICS = "statistics"
    PUBLICATION = "publication"


class Step(StrEnum):
    """How far it has come."""

    RECEIVED = "received"
    STAGED = "staged"
    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"
    LOADED = "loaded"
    WITHDRAWN = "withdrawn"
    LOST = "lost"
    REINSTATED = "reinstated"
    PUBLISHED = "published"


PENDING = (Step.RECEIVED, Step.STAGED, Step.APPROVED, Step.LOST, Step.REINSTATED)
"""Steps after which a submission still has to be loaded."""


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the journal; `at` is UTC."""

    number: int
    at: datetime
    run_id: str
    kind: Kind
    subject: str
    step: Step
    sha256: str
    details: dict[str, Any]
    code_version: str


_SCHEMA = """
CREATE TABLE IF NOT EXISTS event (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    run_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    step TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    details TEXT NOT NULL,
    code_version TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS event_subject ON event (kind, subject);
CREATE TRIGGER IF NOT EXISTS event_never_changes BEFORE UPDATE ON event
BEGIN SELECT RAISE(ABORT, 'journal is append-only'); END;
CREATE TRIGGER IF NOT EXISTS event_never_goes BEFORE DELETE ON event
BEGIN SELECT RAISE(ABORT, 'journal is append-only'); END;
CREATE TRIGGER IF NOT EXISTS event_never_replaced BEFORE INSERT ON event
WHEN EXISTS (SELECT 1 FROM event WHERE number = NEW.number)
BEGIN SELECT RAISE(ABORT, 'journal is append-only'); END;
"""


class Journal:
    """The journal in `file`, created on first use."""

    def __init__(self, file: Path, *, run_id: str, code_version: str) -> None:
        self._file = file
        self._run_id = run_id
        self._code_version = code_version
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self._connect() as connection:
            connection.executescript(_SCHEMA)
        file.chmod(0o600)

    @contextmanager
    def _connect(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._file, timeout=30)) as connection:
            connection.execute("PRAGMA synchronous=FULL")
            with connection:
                yield connection

    def record(
        self, kind: Kind, subject: str, step: Step, *, sha256: str = "", details: dict[str, Any] | None = None
    ) -> None:
        """Append one event; durable when this returns."""
        now = datetime.now(UTC).isoformat(timespec="microseconds")
        text = json.dumps(details or {}, sort_keys=True, ensure_ascii=False, default=str)
        with self._connect() as connection:
            connection.execute(
                "INSERT INTO event (at, run_id, kind, subject, step, sha256, details, code_version)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (now, self._run_id, kind, subject, step, sha256, text, self._code_version),
            )

    def events(self, kind: Kind | None = None, subject: str | None = None) -> list[Event]:
        """Events in the order they happened, of one kind and subject if given."""
        with self._connect() as connection:
            rows = connection.execute(
                "SELECT number, at, run_id, kind, subject, step, sha256, details, code_version FROM event"
                " WHERE (?1 IS NULL OR kind = ?1) AND (?2 IS NULL OR subject = ?2) ORDER BY number",
                (kind, subject),
            ).fetchall()
        return [_event(row) for row in rows]

    def latest(self, kind: Kind) -> dict[str, Event]:
        """The last event of every subject of this kind."""
        return {event.subject: event for event in self.events(kind)}

    def received(self, kind: Kind) -> dict[str, Event]:
        """The last event of receipt of every subject of this kind; it carries the file's SHA-256."""
        return {event.subject: event for event in self.events(kind) if event.step is Step.RECEIVED}


def _event(row: tuple[Any, ...]) -> Event:
    number, at, run_id, kind, subject, step, sha256, details, code_version = row
    return Event(
        number=number,
        at=datetime.fromisoformat(at),
        run_id=run_id,
        kind=Kind(kind),
        subject=subject,
        step=Step(step),
        sha256=sha256,
        details=json.loads(details),
        code_version=code_version,
    )
