"""The steps of a programme report: receive it from the inbox, then read and load it."""

from __future__ import annotations

from pathlib import Path

from errors import InputRejectedError
from flows.steps import refused
from flows.steps.job import Job
from settings import LOCAL_TIME_ZONE
from tasks.programmes.findings import shortened
from tasks.programmes.gates import require_acceptable
from tasks.programmes.staging import stage_report
from tasks.reference import read_assignments, read_opd_aliases
from warehouse.connection import open_warehouse, transaction
from warehouse.journal import PENDING, Event, Kind, Step
from warehouse.programmes import StagedReport, load_report, report_in_force, report_ledger, withdraw_report

_NOTE = "report"


def receive_inbox(job: Job) -> list[str]:
    """Take every workbook of the inbox into the raw store; returns the ids of new submissions. Withdrawals that a
    crash or an older copy of the warehouse left undone are done first."""
    apply_withdrawals(job)
    received = []
    for file in job.finished_files(job.home.inbox_programmes):
        if (submission_id := receive(job, file)) is not None:
            received.append(submission_id)
        file.unlink()
    return received


def receive(job: Job, file: Path) -> str | None:
    """Store one workbook; None when exactly these bytes are already in."""
    sha256 = job.raw.put_file(file)
    submission_id = f"laporan-{sha256[:16]}"
    known = job.journal.latest(Kind.REPORT).get(submission_id)
    if known is not None and known.step is Step.WITHDRAWN:
        job.notices.append(f"{file.name} sama dengan laporan yang sudah ditarik; kirim berkas yang sudah diperbaiki.")
        return None
    if known is not None and known.step is not Step.REFUSED:
        job.notices.append(f"{file.name} sudah pernah diterima dengan isi yang sama.")
        return None
    note = {"file_name": file.name, "submitted_at": job.started_at.isoformat()}
    job.raw.write_note(sha256, _NOTE, note)
    job.journal.record(Kind.REPORT, submission_id, Step.RECEIVED, sha256=sha256, details={"file_name": file.name})
    return submission_id


def apply_withdrawals(job: Job) -> None:
    """Make the warehouse follow the journal: what was withdrawn there is out of force, and stays so."""
    withdrawn = {
        event.sha256: event for event in job.journal.latest(Kind.REPORT).values() if event.step is Step.WITHDRAWN
    }
    if not withdrawn:
        return
    with open_warehouse(job.settings) as connection:
        open_ones = [e for e in report_ledger(connection) if e.sha256 in withdrawn and e.state != "ditarik"]
        with transaction(connection):
            restored = [(entry.report_id, withdraw_report(connection, entry.report_id)) for entry in open_ones]
    for entry in open_ones:
        # Once more, after the warehouse: a publication made in between is then known to be out of date.
        event = withdrawn[entry.sha256]
        job.journal.record(Kind.REPORT, event.subject, Step.WITHDRAWN, sha256=event.sha256, details=event.details)
    for report_id, successor in restored:
        again = f"; {successor} berlaku kembali" if successor else ""
        job.notices.append(f"Laporan {report_id} ditarik{again}.")


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
        today=received.at.astimezone(LOCAL_TIME_ZONE).date(),
    )


def _load(job: Job, received: Event, report: StagedReport) -> str:
    before = [event for event in job.journal.events(Kind.REPORT, received.subject) if event.step is Step.LOADED]
    ids = [event.details["report_id"] for event in before if "report_id" in event.details]
    with open_warehouse(job.settings) as connection, transaction(connection):
        # What passed once passes again when the warehouse was lost, whatever is in force by then.
        if not before:
            require_acceptable(report, in_force=report_in_force(connection, report))
        return load_report(
            connection,
            report,
            sha256=received.sha256,
            submitted_at=received.at.replace(tzinfo=None),
            loaded_at=job.started_at.replace(tzinfo=None),
            code_version=job.version,
            version=int(ids[-1].rpartition("-v")[2]) if ids else None,
        )
