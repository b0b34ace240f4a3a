"""The steps of a received register release: stage, decide, check, load. Ids and paths go in and come out."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

from errors import ApprovalNeededError, InputRejectedError, number
from expectations import staged_release
from expectations.runner import gate, run_suites
from flows.steps import refused
from flows.steps.job import Job
from tasks.registry.accounts import StagedRelease, read_staged
from tasks.registry.corrections import load_corrections
from tasks.registry.gates import reasons_to_wait
from tasks.registry.intake import (
    ReceivedRelease,
    received_release,
)
from tasks.registry.layouts import layout_named, load_layouts
from tasks.registry.rules import rules
from tasks.registry.staging import reject_codes, stage_release, warning_codes
from tasks.rules import of_severity
from warehouse.accounting import RowAccounting
from warehouse.connection import open_staged, open_warehouse
from warehouse.journal import Event, Kind, Step
from warehouse.person_key import person_key
from warehouse.releases import (
    Approval,
    ControlTotal,
    ReleaseToLoad,
    load_release,
    previous_accepted,
)


def staging_folder(job: Job, release_id: str) -> Path:
    return job.home.staging / release_id


def stage(job: Job, release_id: str) -> None:
    """Read and clean the release into its staging folder."""
    release = received_release(release_id, job.raw, job.journal)
    try:
        staged = stage_into(staging_folder(job, release_id), job, release)
    except InputRejectedError as fault:
        _give_back(job, release, fault)
        job.journal.record(
            Kind.RELEASE, release_id, Step.REFUSED, sha256=release.sha256, details={"reason": fault.paragraph}
        )
        raise
    job.notices.extend(staged.notices)
    sums = staged.accounting
    job.journal.record(
        Kind.RELEASE,
        release_id,
        Step.STAGED,
        sha256=release.sha256,
        details={
            "in_file": sums.in_file,
            "accepted": sums.accepted,
            "rejected": sums.rejected,
            "skipped": sums.skipped,
            "warned": sums.warned,
            "rejected_by": staged.rejected_by,
            "accepted_by_area": staged.accepted_by_area,
        },
    )


def stage_into(folder: Path, job: Job, release: ReceivedRelease) -> StagedRelease:
    """Read and clean a received release into `folder`; the journal is not told."""
    layouts, manifest = load_layouts(), release.manifest
    if manifest.layout:
        layouts = (layout_named(manifest.layout, layouts),)
    files = [(file, (file.name, job.raw.path(file.sha256))) for file in release.files]
    return stage_release(
        [place for file, place in files if not file.is_correction],
        folder,
        release_id=release.release_id,
        period=manifest.period_start,
        area_code=job.settings.kode_wilayah,
        city=job.settings.nama_wilayah,
        areas=job.areas,
        layouts=layouts,
        source_system=manifest.source_system,
        secret=person_key(job.home.person_key_file),
        malformed_share_limit=job.settings.malformed_share_limit,
        corrections=load_corrections(
            f"{manifest.series}-{manifest.period}",
            [file.sha256 for file in release.files],
            job.region.corrections,
        ),
        mended=[place for file, place in files if file.is_correction],
    )


def _give_back(job: Job, release: ReceivedRelease, fault: InputRejectedError) -> None:
    """Give back what was sent: the youngest workbook of mended rows, else every file, with a manifest naming all."""
    files = [file for file in release.files if file.is_correction][-1:] or release.files
    companions = {"companions": [file.name for file in files[1:]]}
    for at, file in enumerate(files):
        manifest = None
        if at == 0 and not file.is_correction:
            manifest = release.manifest.model_dump(mode="json") | companions
        refused.give_back(job.home.inbox_registry, file.name, job.raw.path(file.sha256), fault, manifest=manifest)


def decide(job: Job, release_id: str) -> None:
    """Let the release pass, unless something about it needs a person and nobody has approved it.

    Raises:
        ApprovalNeededError: with every reason.
    """
    release = received_release(release_id, job.raw, job.journal)
    staged = read_staged(staging_folder(job, release_id))
    manifest = release.manifest
    with open_warehouse(job.settings) as connection:
        previous = previous_accepted(connection, manifest.series, manifest.period_start)
    reasons = reasons_to_wait(
        staged,
        manifest,
        previous_accepted=previous,
        change_share=job.settings.change_share_for_approval,
        truncated_nik_share=job.settings.truncated_nik_share_for_approval,
        area_names=job.areas.names,
    )
    passed_before = (Step.APPROVED, Step.LOADED)
    approved = any(event.step in passed_before for event in _since_receipt(job, release_id))
    if reasons and not approved:
        job.journal.record(Kind.RELEASE, release_id, Step.WAITING, sha256=release.sha256, details={"reasons": reasons})
        raise ApprovalNeededError(
            f"Rilis menunggu persetujuan ({_in_words(staged.accounting)}). {' '.join(reasons)}",
            where=f"{release_id}, {release.file_name}",
            next_step=f"Setujui dengan `dampingan release approve {release_id} --reason ...` "
            f"atau batalkan dengan `dampingan release withdraw {release_id} --reason ...`.",
        )


def _since_receipt(job: Job, release_id: str) -> list[Event]:
    """What happened since the last receipt: a refused version gives its number to the next file."""
    events = job.journal.events(Kind.RELEASE, release_id)
    last_receipt = max(event.number for event in events if event.step is Step.RECEIVED)
    return [event for event in events if event.number > last_receipt]


def _approval(job: Job, release_id: str) -> Approval | None:
    approved = [event for event in _since_receipt(job, release_id) if event.step is Step.APPROVED]
    if not approved:
        return None
    return Approval(approved[-1].details["by"], approved[-1].at, approved[-1].details["reason"])


def _in_words(rows: RowAccounting) -> str:
    return (
        f"{number(rows.in_file)} baris: {number(rows.accepted)} diterima, {number(rows.rejected)} ditolak, "
        f"{number(rows.skipped)} dilewati"
    )


def check(job: Job, release_id: str) -> None:
    """Run the checks on the staged rows. Raises CheckFailedError."""
    staged = read_staged(staging_folder(job, release_id))
    period = received_release(release_id, job.raw, job.journal).manifest.period_start
    table = rules(area_code=job.settings.kode_wilayah, period=period, columns=staged.columns)
    suite = staged_release.suite(
        release_id,
        rejects={rule.code: rule.explanation for rule in of_severity(table, "tolak") if rule.broken is not None},
        warnings=[rule.code for rule in of_severity(table, "peringatan")],
        rows=staged.accounting,
    )
    with open_staged(staged.rows, job.areas.areas, job.settings) as connection:
        results = run_suites(connection, [suite], run_id=job.run_id, submission_id=release_id)
    job.results.extend(results)
    gate(results)


def load(job: Job, release_id: str) -> None:
    """Put the staged release into the warehouse, then into the journal."""
    release = received_release(release_id, job.raw, job.journal)
    staged = read_staged(staging_folder(job, release_id))
    manifest = release.manifest
    to_load = ReleaseToLoad(
        release_id=release_id,
        series=manifest.series,
        source_system=manifest.source_system,
        area_code=manifest.area,
        period=manifest.period_start,
        version=release.version,
        sk_number=manifest.sk_number,
        sk_date=manifest.sk_date,
        layout=staged.layout,
        unit_of_analysis=staged.unit_of_analysis,
        file_name=release.file_name,
        sha256=release.sha256,
        size_bytes=staged.size_bytes,
        submitted_at=release.submitted_at,
        submitted_by=release.submitted_by,
        approval=_approval(job, release_id),
        loaded_at=datetime.now(UTC),
        accounting=staged.accounting,
        without_nik=staged.without_nik,
        control_totals=tuple(
            ControlTotal(total.level, total.kode_kemendagri, total.persons) for total in manifest.control_totals
        ),
        accepted=staged.rows,
        rejected=staged.rejected,
        reject_codes=reject_codes(job.settings.kode_wilayah, manifest.period_start),
        warning_codes=warning_codes(job.settings.kode_wilayah, manifest.period_start),
        code_version=job.version,
        tables=staged.tables,
        unknown_values=staged.unknown_values,
        constant_within=staged.constant_within,
        corrections=staged.corrections,
    )
    with open_warehouse(job.settings) as connection:
        content_hash = load_release(connection, to_load)
    job.journal.record(
        Kind.RELEASE,
        release_id,
        Step.LOADED,
        sha256=release.sha256,
        details={"accepted": staged.accounting.accepted, "content_hash": content_hash},
    )
    shutil.rmtree(staging_folder(job, release_id))
