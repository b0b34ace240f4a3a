"""The main job: take in what is new from the three sources, check it, publish it, and say what changed.

This is the only code path: the command, the nightly run, the inbox and the monthly pull all come through here.
"""

from __future__ import annotations

from typing import Any, Literal

from prefect import flow

from flows.runner import step
from flows.steps import outcome, publishing, receiving, recovery, releases, reports, sample_home, statistics
from flows.steps.job import Job, open_job
from settings import Settings
from tasks.registry.intake import pending_releases
from warehouse.journal import Kind

Source = Literal["registry", "statistics", "programmes"]
ALL_SOURCES: tuple[Source, ...] = ("registry", "statistics", "programmes")
_SOURCE_OF: dict[Kind, Source] = {
    Kind.RELEASE: "registry",
    Kind.STATISTICS: "statistics",
    Kind.REPORT: "programmes",
}


@flow(name="refresh", flow_run_name="pembaruan", persist_result=False)
def refresh(
    sample: bool = False,
    sources: list[Source] | None = None,
    indicators: list[str] | None = None,
    years: list[int] | None = None,
    lift_rollback: bool = False,
) -> dict[str, Any]:
    """Take in everything new, publish when something changed.

    Args:
        sample: fill an empty data home with the bundled sample first.
        sources: which of `registry`, `statistics` and `programmes` to look at; all when left out, none for `[]`.
        indicators: codes of the indicators to ask BPS for; all when left out.
        years: years to ask BPS for; all since the first one of the settings when left out.
        lift_rollback: publish although somebody went back to an older publication.

    Returns:
        What `flows.steps.outcome` describes: files, changes, checks, publication, problems, exit code.
    """
    wanted = list(ALL_SOURCES if sources is None else sources)
    with open_job(Settings()) as job:
        is_sample = sample_home.is_one(job) or (sample and sample_home.may_become_one(job))
        if is_sample:
            step("Siapkan data contoh", sample_home.prepare, job)
            job.notices.append(sample_home.NOTICE)
        lost = step("Cocokkan jurnal dan gudang data", recovery.reconcile, job)
        wanted += [source for kind, source in _SOURCE_OF.items() if kind in lost and source not in wanted]
        generation = None
        try:
            if "registry" in wanted:
                take_in_releases(job)
            if "statistics" in wanted:
                take_in_statistics(job, sample=is_sample, indicators=indicators, years=years)
            if "programmes" in wanted:
                take_in_reports(job)
            with job.collecting("terbitan"):
                generation = publish_if_due(job, lift_rollback=lift_rollback)
        finally:
            outcome.write_data_docs(job)
        return outcome.describe(job, generation)


def take_in_releases(job: Job) -> None:
    """Every release that waits in the inbox or was left over by an earlier run."""
    step("Terima rilis dari kotak masuk", receiving.receive_inbox, job)
    for release_id in pending_releases(job.journal):
        with job.collecting(release_id):
            step(f"Baca dan bersihkan {release_id}", releases.stage, job, release_id)
            step(f"Bandingkan {release_id} dengan SK", releases.decide, job, release_id)
            step(f"Periksa {release_id}", releases.check, job, release_id)
            step(f"Muat {release_id}", releases.load, job, release_id)


def take_in_statistics(job: Job, *, sample: bool, indicators: list[str] | None, years: list[int] | None) -> None:
    """The indicators of BPS and of the reviewed publications."""
    with job.collecting("statistik"):
        job.statistics = step(
            "Ambil statistik", statistics.take_in, job, sample=sample, indicators=indicators, years=years
        )


def take_in_reports(job: Job) -> None:
    """Every programme report that waits in the inbox or was left over by an earlier run."""
    step("Terima laporan dari kotak masuk", reports.receive_inbox, job)
    pending = reports.pending_reports(job)
    if pending:
        step("Baca berkas laporan", reports.read_ahead, job, pending)
        step("Periksa dan muat laporan", reports.take_in, job, pending)
        step("Tandai sel yang perlu diperbaiki", reports.mark, job)


def publish_if_due(job: Job, *, lift_rollback: bool) -> str | None:
    """Check the warehouse and publish when something changed since the last publication; returns the generation."""
    if not job.may_publish:
        return None
    recovery.require_complete(job)
    if not lift_rollback and not publishing.is_due(job):
        return None
    step("Segarkan tabel acuan dan tampilan", publishing.refresh_warehouse, job)
    step("Periksa gudang data", publishing.check_warehouse, job)
    return step("Terbitkan", publishing.publish, job)
