"""Looking at programme reports and taking one back. Looking takes no lock and creates nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from errors import BusyError, UsageError
from flows.inspection import STATES, journal_of
from flows.steps import reports
from flows.steps.job import Job, open_job
from settings import Home, Settings
from tasks.programmes.rejects import write_rejects
from warehouse.connection import open_read_only, open_warehouse
from warehouse.journal import Event, Kind, Step
from warehouse.programmes import ReportEntry, report_ledger
from warehouse.rejects import reasons_of, rejected_rows
from warehouse.summary import taken_in


def list_reports() -> list[dict[str, Any]]:
    """Every report that was submitted, in the order of receipt, with its state and why.

    Keys: `report` (the id of the submission while it is not loaded), `submission`, `state`, `file_name`,
    `received_at`, `reasons`, `sha256`, and `opd`, `kelurahan`, `year`, `quarter`, `accepted`, `rejected`: these are
    None while the report is not loaded or a run holds the warehouse.
    """
    return _reports(Settings().home_folders)


def show_report(report_id: str) -> dict[str, Any]:
    """One row of `list_reports` with `rows` (row accounting) and `by_reason`. Raises UsageError for an unknown id."""
    home = Settings().home_folders
    state = next((row for row in _reports(home) if report_id in (row["report"], row["submission"])), None)
    if state is None:
        raise _unknown(report_id)
    if state["accepted"] is None:
        return {**state, "rows": None, "by_reason": []}
    with open_read_only(home.warehouse_file) as connection:
        rows = taken_in(connection, [state["report"]])[0]
        return {**state, "rows": rows, "by_reason": reasons_of(connection, state["report"])}


def export_report_rejects(report_id: str, out: Path) -> int:
    """Write the rejected rows of a loaded report as a workbook; returns their number. Raises UsageError when the report
    is not loaded."""
    home = Settings().home_folders
    if report_id not in {entry.report_id for entry in _ledger(home)}:
        raise UsageError(
            f"Laporan {report_id} belum dimuat.", next_step="Lihat daftarnya dengan `dampingan programmes list`."
        )
    with open_read_only(home.warehouse_file) as connection:
        rows = rejected_rows(connection, report_id)
    write_rejects(out, rows)
    return len(rows)


def withdraw_report(report_id: str, *, reason: str, by: str) -> list[str]:
    """Take a report back, loaded or not; the newest earlier version of it holds again. Other quarters that came in the
    same file go with it: a file is right or wrong as a whole.

    Args:
        report_id: id of the report, or of its submission while it is not loaded.

    Returns:
        Sentences that say what holds now; none for a report that was not loaded.

    Raises:
        UsageError: the id is unknown, or the report was withdrawn before.
    """
    with open_job(Settings()) as job:
        event = _event(job, report_id)
        if event.step is Step.WITHDRAWN:
            raise UsageError(f"Laporan {report_id} sudah {STATES[event.step]}.")
        details = {"reason": reason, "by": by, "report_id": report_id}
        # Before the warehouse: `apply_withdrawals` follows the journal, now or after a crash.
        job.journal.record(Kind.REPORT, event.subject, Step.WITHDRAWN, sha256=event.sha256, details=details)
        reports.apply_withdrawals(job)
        return list(job.notices)


def _event(job: Job, report_id: str) -> Event:
    with open_warehouse(job.settings) as connection:
        digests = {entry.report_id: entry.sha256 for entry in report_ledger(connection)}
    for event in job.journal.latest(Kind.REPORT).values():
        if event.subject == report_id or event.sha256 == digests.get(report_id):
            return event
    raise _unknown(report_id)


def _unknown(report_id: str) -> UsageError:
    return UsageError(
        f"Laporan {report_id} tidak dikenal.", next_step="Lihat daftarnya dengan `dampingan programmes list`."
    )


def _reports(home: Home) -> list[dict[str, Any]]:
    journal = journal_of(home)
    if journal is None:
        return []
    entries: dict[str, list[ReportEntry]] = {}
    for entry in _ledger(home):
        entries.setdefault(entry.sha256, []).append(entry)
    received = journal.received(Kind.REPORT)
    return [
        _row(event, received[subject], entry)
        for subject, event in journal.latest(Kind.REPORT).items()
        for entry in entries.get(event.sha256, [None])
    ]


def _row(event: Event, received: Event, entry: ReportEntry | None) -> dict[str, Any]:
    in_use = entry is not None and event.step is Step.LOADED
    reason = event.details.get("reason")
    return {
        "report": entry.report_id if entry else event.details.get("report_id", event.subject),
        "submission": event.subject,
        "state": entry.state if entry and in_use else STATES[event.step],
        "file_name": received.details["file_name"],
        "opd": entry.opd_singkat if entry else None,
        "kelurahan": entry.kelurahan if entry else None,
        "year": entry.tahun if entry else None,
        "quarter": entry.triwulan if entry else None,
        "accepted": entry.accepted if entry else None,
        "rejected": entry.rejected if entry else None,
        "received_at": received.at.isoformat(timespec="seconds"),
        "reasons": [reason] if reason else [],
        "sha256": event.sha256,
    }


def _ledger(home: Home) -> list[ReportEntry]:
    if not home.warehouse_file.exists():
        return []
    try:
        with open_read_only(home.warehouse_file) as connection:
            return report_ledger(connection)
    except BusyError:
        return []
