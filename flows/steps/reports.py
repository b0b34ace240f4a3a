"""The steps of a programme report: receive it from the inbox, then read and load it."""

from __future__ import annotations

from pathlib import Path

from errors import InputRejectedError
from flows.steps import refused
from flows.steps.job import Job
from tasks.inbox import look_into
from tasks.programmes.staging import stage_report
from tasks.reference import read_assignments, read_opd_aliases
from warehouse.connection import open_warehouse, transaction
from warehouse.journal import PENDING, Kind, Step
from warehouse.programmes import load_report

_NOTE = "report"


def receive_inbox(job: Job) -> list[str]:
    """Take every workbook of the inbox into the raw store; returns the ids of new submissions."""
    received = []
    inbox = look_into(job.home.inbox_programmes, settle_seconds=job.settings.inbox_settle_seconds)
    job.notices.extend(f"{file.name} masih ditulis; diambil pada pembaruan berikutnya." for file in inbox.unfinished)
    for file in inbox.ready:
        if (submission_id := receive(job, file)) is not None:
            received.append(submission_id)
        file.unlink()
    return received


def receive(job: Job, file: Path) -> str | None:
    """Store one workbook; None when exactly these bytes are already in."""
    sha256 = job.raw.put_file(file)
    submission_id = f"laporan-{sha256[:16]}"
    known = job.journal.latest(Kind.REPORT).get(submission_id)
    if known is not None and known.step is not Step.REFUSED:
        job.notices.append(f"{file.name} sudah pernah diterima dengan isi yang sama.")
        return None
    note = {"file_name": file.name, "submitted_at": job.started_at.isoformat()}
    job.raw.write_note(sha256, _NOTE, note)
    job.journal.record(Kind.REPORT, submission_id, Step.RECEIVED, sha256=sha256, details={"file_name": file.name})
    return submission_id


def pending_reports(job: Job) -> list[str]:
    """Submissions that were received but are neither loaded nor refused, oldest first."""
    pending = [event for event in job.journal.latest(Kind.REPORT).values() if event.step in PENDING]
    return [event.subject for event in sorted(pending, key=lambda event: event.number)]


def take_in(job: Job, submission_id: str) -> None:
    """Read, clean and load one report.

    Raises:
        InputRejectedError: the workbook cannot be taken; a copy lies in the inbox's folder of refused files.
    """
    received = job.journal.received(Kind.REPORT)[submission_id]
    file_name = received.details["file_name"]
    areas = job.areas.areas
    try:
        report = stage_report(
            job.raw.path(received.sha256),
            file_name=file_name,
            assignments=read_assignments(areas),
            areas=areas,
            aliases=job.areas.aliases,
            opd_aliases=read_opd_aliases(),
            staging=job.home.staging / submission_id,
        )
    except InputRejectedError as fault:
        refused.give_back(job.home.inbox_programmes, file_name, job.raw.path(received.sha256), fault)
        details = {"reason": fault.paragraph}
        job.journal.record(Kind.REPORT, submission_id, Step.REFUSED, sha256=received.sha256, details=details)
        raise
    with open_warehouse(job.settings) as connection, transaction(connection):
        report_id = load_report(
            connection,
            report,
            sha256=received.sha256,
            submitted_at=received.at.replace(tzinfo=None),
            loaded_at=job.started_at.replace(tzinfo=None),
            code_version=job.version,
        )
    sums = report.accounting
    job.notices.extend(f"{report_id}: {remark}" for remark in report.remarks)
    job.journal.record(
        Kind.REPORT,
        submission_id,
        Step.LOADED,
        sha256=received.sha256,
        details={"report_id": report_id, "accepted": sums.accepted, "rejected": sums.rejected},
    )
