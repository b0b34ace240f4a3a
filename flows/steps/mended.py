"""What became of the rows that an officer mended, told from the rejects of a release and of the one before it."""

from __future__ import annotations

from typing import Any

from flows.steps.job import Job
from tasks.registry.intake import ReceivedRelease, received_release
from tasks.registry.rejects import shown
from warehouse.connection import open_warehouse
from warehouse.journal import Kind
from warehouse.rejects import RejectedRow, rejected_rows


def mended_in(job: Job, release_id: str) -> dict[str, Any] | None:
    """How many rows of the release before were mended, how many of them are accepted now and how many still rejected:
    `release`, `before`, `mended`, `accepted`, `rejected`. None for a release without a workbook of mended rows."""
    release = received_release(release_id, job.raw, job.journal)
    base = _base(job, release)
    if base is None:
        return None
    with open_warehouse(job.settings) as connection:
        before, after = (_told(rejected_rows(connection, one)) for one in (base, release_id))
    accepted = len(before.keys() - after.keys())
    rejected = sum(fields != before[line] for line, fields in after.items() if line in before)
    counts = {"mended": accepted + rejected, "accepted": accepted, "rejected": rejected}
    return {"release": release_id, "before": base, **counts}


def _base(job: Job, release: ReceivedRelease) -> str | None:
    """The release that had all its files but the last workbook."""
    if not release.files[-1].is_correction:
        return None
    for release_id, event in job.journal.received(Kind.RELEASE).items():
        theirs = event.details["series"], event.details["period"]
        if theirs != (release.manifest.series, release.manifest.period):
            continue
        if received_release(release_id, job.raw, job.journal).files == release.files[:-1]:
            return release_id
    return None


def _told(rows: list[RejectedRow]) -> dict[tuple[str, int], dict[str, str]]:
    """Part and line -> what the row says, whatever the blanks in it."""
    return {
        (row.part, row.line): {name: " ".join(shown(text).split()) for name, text in row.fields.items() if text.strip()}
        for row in rows
    }
