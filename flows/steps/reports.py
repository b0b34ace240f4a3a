"""The steps of a programme report: receive it from the inbox, then read and load it."""

from __future__ import annotations

from pathlib import Path

from errors import InputRejectedError
from flows.steps import refused
from flows.steps.job import Job
from tasks.inbox import look_into
from tasks.programmes.findings import shortened
from tasks.programmes.gates import require_acceptable
from tasks.programmes.staging import stage_report
from tasks.reference import read_assignments, read_opd_aliases
from warehouse.connection import open_warehouse, transaction
from warehouse.journal import PENDING, Event, Kind, Step
from warehouse.programmes import StagedReport, load_report, report_in_force

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
    """Read, clean and load one report; every rejected or marked row becomes a notice.

    Raises:
        InputRejectedError: the workbook cannot be taken; a copy lies in the inbox's folder of refused files.
    """
    received = job.journal.received(Kind.REPORT)[submission_id]
    try:
        report = _staged(job, received)
        report_id = _load(job, received, report)
    except InputRejectedError as fault:
        file_name = received.details["file_name"]
        refused.give_back(job.home.inbox_programmes, file_name, job.raw.path(received.sha256), fault)
        details = {"reason": fault.paragraph}
        job.journal.record(Kind.REPORT, submission_id, Step.REFUSED, sha256=received.sha256, details=details)
        raise
    job.notices.extend(f"{report_id}: {remark}" for remark in report.remarks)
    job.notices.extend(f"laporan {report_id} {finding}" for finding in shortened(report.findings))
    sums = report.accounting
    job.journal.record(
        Kind.REPORT,
        submission_id,
        Step.LOADED,
        sha256=received.sha256,
        details={"report_id": report_id, "accepted": sums.accepted, "rejected": sums.rejected},
    )


def _staged(job: Job, received: Event) -> StagedReport:
    areas = job.areas.areas
    return stage_report(
        job.raw.path(received.sha256),
        file_name=received.details["file_name"],
        assignments=read_assignments(areas),
        areas=areas,
        aliases=job.areas.aliases,
        opd_aliases=read_opd_aliases(),
        staging=job.home.staging / received.subject,
    )


def _load(job: Job, received: Event, report: StagedReport) -> str:
    with open_warehouse(job.settings) as connection, transaction(connection):
        # What passed once passes again when the warehouse was lost, whatever is in force by then.
        if not _loaded_before(job, received.subject):
            require_acceptable(report, in_force=report_in_force(connection, report))
        return load_report(
            connection,
            report,
            sha256=received.sha256,
            submitted_at=received.at.replace(tzinfo=None),
            loaded_at=job.started_at.replace(tzinfo=None),
            code_version=job.version,
        )


def _loaded_before(job: Job, submission_id: str) -> bool:
    return any(event.step is Step.LOADED for event in job.journal.events(Kind.REPORT, submission_id))
