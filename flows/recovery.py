"""Bringing journal and warehouse together again after a crash. Runs at the beginning of every run; harmless then.

The warehouse commits before the journal is written, so a load may stand in one and not in the other. DuckDB drops the
commits of a log that was cut in silence, so a load may also be gone: it is then done again from the raw store. The same
happens when the file itself is damaged; it is kept beside the new one.
"""

from __future__ import annotations

from errors import DampinganError, WarehouseDamagedError
from flows.job import Job
from flows.statistics_source import SUBJECT
from warehouse.connection import open_warehouse
from warehouse.journal import Event, Kind, Step
from warehouse.programmes import loaded_reports
from warehouse.releases import LedgerEntry, ledger
from warehouse.statistics import loaded_values


def reconcile(job: Job) -> list[str]:
    """Record what the warehouse has and the journal lacks, and mark for reloading what the warehouse lost.

    Returns one Indonesian sentence per correction. Raises DampinganError when both know a release but not the same one.
    """
    corrections = []
    try:
        entries, reports, values = _loaded(job)
    except WarehouseDamagedError:
        corrections.append(_set_aside(job))
        entries, reports, values = _loaded(job)
    for release_id, event in job.journal.latest(Kind.RELEASE).items():
        step = _release_correction(event, entries.get(release_id))
        if step is not None:
            details = {"content_hash": entries[release_id].content_hash} if step is Step.LOADED else {}
            job.journal.record(Kind.RELEASE, release_id, step, sha256=event.sha256, details=details)
            corrections.append(_sentence(release_id, step))
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
    return corrections


def _loaded(job: Job) -> tuple[dict[str, LedgerEntry], set[str], int]:
    with open_warehouse(job.settings) as connection:
        return ledger(connection), loaded_reports(connection), loaded_values(connection)


def _set_aside(job: Job) -> str:
    damaged = job.home.warehouse_file
    kept = damaged.with_name(f"rusak-{job.run_id}{damaged.suffix}")
    damaged.rename(kept)
    damaged.with_name(f"{damaged.name}.wal").unlink(missing_ok=True)
    return f"Berkas gudang data rusak; disimpan sebagai {kept.name} dan diganti yang baru."


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
    is_known = event.step is Step.LOADED or entry.sha256 != event.sha256
    return None if is_known else Step.LOADED


def _report_correction(event: Event, reports: set[str]) -> Step | None:
    if event.step is Step.LOADED and event.sha256 not in reports:
        return Step.LOST
    if event.step in (Step.RECEIVED, Step.STAGED) and event.sha256 in reports:
        return Step.LOADED
    return None


def _sentence(subject: str, step: Step) -> str:
    meaning = {
        Step.LOST: "tidak ada lagi di gudang data dan dimuat ulang dari berkas mentah",
        Step.LOADED: "sudah ada di gudang data dan kini tercatat",
        Step.WITHDRAWN: "sudah ditarik di gudang data dan kini tercatat",
    }
    return f"{subject} {meaning[step]}."
