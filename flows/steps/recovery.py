"""Bringing journal and warehouse together again after a crash. Runs at the beginning of every run; harmless then.

The warehouse commits before the journal is written, so a load may stand in one and not in the other. DuckDB drops the
commits of a log that was cut in silence, so a load may also be gone: it is then done again from the raw store. The same
happens when the file itself is damaged, or was made by a version of the program with other tables; it is kept beside
the new one.
"""

from __future__ import annotations

from datetime import date

from errors import DampinganError, WarehouseDamagedError
from flows.steps.job import Job
from flows.steps.statistics import SUBJECT
from warehouse.connection import open_warehouse
from warehouse.journal import PENDING, Event, Kind, Step
from warehouse.programmes import loaded_reports
from warehouse.releases import LedgerEntry, ledger
from warehouse.statistics import loaded_values


def reconcile(job: Job) -> set[Kind]:
    """Record what the warehouse has and the journal lacks, and mark for reloading what the warehouse lost.

    Returns the kinds of which something was lost; their sources have to be taken in before a publication. Each
    correction becomes a notice.

    Raises:
        DampinganError: journal and warehouse are not of one home: one knows a release that the other knows otherwise,
            or not at all.
    """
    corrections: list[str] = []
    try:
        entries, reports, values = _loaded(job)
    except WarehouseDamagedError as fault:
        corrections.append(_set_aside(job, fault))
        entries, reports, values = _loaded(job)
    _refuse_unknown(job, entries)
    for release_id, event in job.journal.latest(Kind.RELEASE).items():
        step = _release_correction(event, entries.get(release_id))
        if step is not None:
            details = {"content_hash": entries[release_id].content_hash} if step is Step.LOADED else {}
            job.journal.record(Kind.RELEASE, release_id, step, sha256=event.sha256, details=details)
            corrections.append(_sentence(release_id, step))
    for release_id in _to_reinstate(job, entries):
        job.journal.record(Kind.RELEASE, release_id, Step.REINSTATED, sha256=entries[release_id].sha256)
        corrections.append(_sentence(release_id, Step.REINSTATED))
    for submission_id, event in job.journal.latest(Kind.REPORT).items():
        step = _report_correction(event, reports)
        if step is not None:
            job.journal.record(Kind.REPORT, submission_id, step, sha256=event.sha256)
            corrections.append(_sentence(submission_id, step))
    statistics = job.journal.latest(Kind.STATISTICS).get(SUBJECT)
    recorded = statistics.details.get("values", 0) if statistics else 0
    if values != recorded:
        step = Step.LOADED if values > recorded else Step.LOST
        job.journal.record(Kind.STATISTICS, SUBJECT, step, details={"values": values})
        corrections.append(f"Statistik: {values} nilai di gudang data, {recorded} yang tercatat.")
    job.notices.extend(corrections)
    return {event.kind for event in _lost(job)}


def require_complete(job: Job) -> None:
    """Raises DampinganError while something that was lost is not in the warehouse again."""
    if lost := _lost(job):
        raise DampinganError(
            "Terbitan tidak diganti karena ada yang belum kembali ke gudang data.",
            where=", ".join(event.subject for event in lost),
            next_step="Jalankan `dampingan refresh`; lihat log bila hal ini berulang.",
        )


def _lost(job: Job) -> list[Event]:
    """What the warehouse lost and neither has again nor was told to do without."""
    missing: dict[tuple[Kind, str], Event] = {}
    for event in job.journal.events():
        if event.step is Step.LOST:
            missing[event.kind, event.subject] = event
        elif event.step in (Step.LOADED, Step.WITHDRAWN):
            missing.pop((event.kind, event.subject), None)
    return list(missing.values())


def _refuse_unknown(job: Job, entries: dict[str, LedgerEntry]) -> None:
    unknown = sorted(set(entries) - set(job.journal.latest(Kind.RELEASE)))
    if unknown:
        raise DampinganError(
            "Gudang data memuat rilis yang tidak tercatat di jurnal; jurnal hilang atau dari cadangan yang lebih lama.",
            where=", ".join(unknown),
            next_step="Pulihkan journal.sqlite dan gudang data dari cadangan yang sama.",
        )


def _loaded(job: Job) -> tuple[dict[str, LedgerEntry], set[str], int]:
    with open_warehouse(job.settings) as connection:
        return ledger(connection), loaded_reports(connection), loaded_values(connection)


def _set_aside(job: Job, fault: WarehouseDamagedError) -> str:
    damaged = job.home.warehouse_file
    kept = damaged.with_name(f"lama-{job.run_id}{damaged.suffix}")
    damaged.rename(kept)
    damaged.with_name(f"{damaged.name}.wal").unlink(missing_ok=True)
    return f"{fault.what} Berkasnya disimpan sebagai {kept.name} dan diganti yang baru."


def _release_correction(event: Event, entry: LedgerEntry | None) -> Step | None:
    if event.step is Step.LOADED and entry is None:
        return Step.LOST
    if entry is None:
        return None
    if event.step is Step.LOADED and entry.content_hash != event.details["content_hash"]:
        raise DampinganError(
            "Isi gudang data tidak sama dengan yang tercatat di jurnal.",
            where=event.subject,
            next_step="Pulihkan gudang dari cadangan, atau hapus berkas gudang agar dimuat ulang dari berkas mentah.",
        )
    if entry.state == "ditarik":
        return None if event.step is Step.WITHDRAWN else Step.WITHDRAWN
    is_loaded = entry.state == "berlaku" and entry.sha256 == event.sha256
    return Step.LOADED if is_loaded and event.step in PENDING else None


def _to_reinstate(job: Job, entries: dict[str, LedgerEntry]) -> list[str]:
    """For each period that a withdrawal left without a release: the newest version before the withdrawn one."""
    latest = job.journal.latest(Kind.RELEASE)
    periods: dict[tuple[str, date], list[LedgerEntry]] = {}
    for entry in entries.values():
        periods.setdefault((entry.series, entry.period), []).append(entry)
    found = []
    for versions in periods.values():
        superseded = [entry for entry in versions if entry.state == "digantikan"]
        if superseded and not any(entry.state == "berlaku" for entry in versions):
            newest = max(superseded, key=lambda entry: entry.version)
            if latest[newest.release_id].step is Step.LOADED:
                found.append(newest.release_id)
    return found


def _report_correction(event: Event, reports: set[str]) -> Step | None:
    if event.step is Step.LOADED and event.sha256 not in reports:
        return Step.LOST
    if event.step in PENDING and event.sha256 in reports:
        return Step.LOADED
    return None


def _sentence(subject: str, step: Step) -> str:
    meaning = {
        Step.LOST: "tidak ada lagi di gudang data dan dimuat ulang dari berkas mentah",
        Step.LOADED: "sudah ada di gudang data dan kini tercatat",
        Step.REINSTATED: "berlaku kembali karena ralatnya ditarik",
        Step.WITHDRAWN: "sudah ditarik di gudang data dan kini tercatat",
    }
    return f"{subject} {meaning[step]}."
