"""The steps of a programme report: receive it from the inbox, read it, load it, and mark what is to be mended."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from errors import InputRejectedError
from flows.steps import refused
from flows.steps.job import Job
from settings import LOCAL_TIME_ZONE, Home
from tasks.programmes import marking, reading
from tasks.programmes.findings import shortened
from tasks.programmes.gates import require_acceptable
from tasks.programmes.reading import Request
from tasks.programmes.staging import GRIDS, References, StagedFile, stage_file
from warehouse.connection import open_warehouse, transaction
from warehouse.journal import PENDING, Event, Kind, Step
from warehouse.person_key import person_key
from warehouse.programmes import Connection, StagedReport, load_report, report_in_force, report_ledger, withdraw_report

CHECKED = "diperiksa"
"""Folder beside the inbox's files where an OPD finds the marked copies."""
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


def read_ahead(job: Job, submission_ids: list[str]) -> None:
    """Read the files of all submissions in one child process: a process for each takes longer than the reading."""
    received = job.journal.received(Kind.REPORT)
    requests = [
        Request(
            file=str(job.raw.path(received[submission_id].sha256)),
            where=received[submission_id].details["file_name"],
            folder=str(_staging(job, submission_id) / GRIDS),
        )
        for submission_id in submission_ids
    ]
    if len(requests) > 1:
        reading.read_ahead(requests, job.home.staging)


def take_in(job: Job, submission_ids: list[str]) -> None:
    """Read, clean and load the reports of these files; every rejected or marked row becomes a notice.

    A file of which no report can be taken is a problem of the run, and a copy of it lies in the inbox's folder of
    refused files; the others go on.
    """
    received = job.journal.received(Kind.REPORT)
    references = _references(job)
    staged: dict[str, StagedFile] = {}
    for submission_id in submission_ids:
        with job.collecting(submission_id), _giving_back(job, received[submission_id]):
            staged[submission_id] = _staged(job, received[submission_id], references)
    loaded: dict[str, dict[str, StagedReport]] = {}
    # opened once: to open it takes longer than to load a report
    with open_warehouse(job.settings) as connection:
        for submission_id, file in staged.items():
            event = received[submission_id]
            with job.collecting(submission_id), _giving_back(job, event), transaction(connection):
                loaded[submission_id] = _load(job, connection, event, file)
    for submission_id, reports in loaded.items():
        _record(job, received[submission_id], reports)


@contextmanager
def _giving_back(job: Job, received: Event) -> Iterator[None]:
    try:
        yield
    except InputRejectedError as fault:
        file_name = received.details["file_name"]
        refused.give_back(job.home.inbox_programmes, file_name, job.raw.path(received.sha256), fault)
        details = {"reason": fault.paragraph}
        job.journal.record(Kind.REPORT, received.subject, Step.REFUSED, sha256=received.sha256, details=details)
        raise


def _record(job: Job, received: Event, loaded: dict[str, StagedReport]) -> None:
    for report_id, report in loaded.items():
        job.notices.extend(f"{report_id}: {remark}" for remark in report.remarks)
        job.notices.extend(f"laporan {report_id} {finding}" for finding in shortened(report.findings))
    sums = [report.accounting for report in loaded.values()]
    details = {
        "report_ids": list(loaded),
        "accepted": sum(counts.accepted for counts in sums),
        "rejected": sum(counts.rejected for counts in sums),
    }
    job.journal.record(Kind.REPORT, received.subject, Step.LOADED, sha256=received.sha256, details=details)


def mark(job: Job) -> None:
    """Write the copies with marked cells of all files read in this run that have something to mend."""
    if written := marking.write_marked(job.home.staging):
        names = ", ".join(path.name for path in written)
        job.notices.append(f"Sel yang perlu diperiksa ditandai di {written[0].parent}: {names}.")


def checked_copy(home: Home, file_name: str) -> Path:
    """Where the marked copy of a file of this name lies, if there is one."""
    return home.inbox_programmes / CHECKED / marking.checked_name(file_name)


def _staging(job: Job, submission_id: str) -> Path:
    return job.home.staging / submission_id


def _references(job: Job) -> References:
    return References(
        assignments=job.region.assignments,
        areas=job.areas.areas,
        aliases=job.areas.aliases,
        opd_aliases=job.region.opd_aliases,
        secret=person_key(job.home.person_key_file),
    )


def _staged(job: Job, received: Event, references: References) -> StagedFile:
    file_name = received.details["file_name"]
    folder, source = _staging(job, received.subject), job.raw.path(received.sha256)
    today = received.at.astimezone(LOCAL_TIME_ZONE).date()
    staged = stage_file(source, file_name=file_name, references=references, staging=folder, today=today)
    copy = checked_copy(job.home, file_name)
    copy.unlink(missing_ok=True)
    if staged.findings:
        marking.note_marks(folder, source, file_name, staged.findings, copy)
    return staged


def _load(job: Job, connection: Connection, received: Event, staged: StagedFile) -> dict[str, StagedReport]:
    """Load what may be loaded; returns the reports by the id they got. What of several quarters may not is a notice.

    Raises:
        InputRejectedError: none may be loaded.
    """
    before = [event for event in job.journal.events(Kind.REPORT, received.subject) if event.step is Step.LOADED]
    ids = [report_id for event in before for report_id in event.details.get("report_ids", [])]
    versions = {key: int(version) for key, _, version in (report_id.rpartition("-v") for report_id in ids)}
    loaded: dict[str, StagedReport] = {}
    faults: list[InputRejectedError] = []
    for report in staged.reports:
        # What passed once passes again when the warehouse was lost, whatever is in force by then.
        if before and report.key not in versions and versions:
            continue
        try:
            if not before:
                require_acceptable(report, in_force=report_in_force(connection, report))
        except InputRejectedError as fault:
            faults.append(fault)
            continue
        report_id = load_report(
            connection,
            report,
            sha256=received.sha256,
            submitted_at=received.at.replace(tzinfo=None),
            loaded_at=job.started_at.replace(tzinfo=None),
            code_version=job.version,
            version=versions.get(report.key),
        )
        loaded[report_id] = report
    if faults and not loaded:
        raise faults[0]
    job.notices.extend(f"Sebagian berkas tidak dimuat. {fault.paragraph}" for fault in faults)
    return loaded
