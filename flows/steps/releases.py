"""The steps of a register release: receive, stage, decide, check, load. Ids and paths go in and come out."""

from __future__ import annotations

import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from errors import ApprovalNeededError, InputRejectedError, UsageError
from expectations import staged_release
from expectations.runner import gate, run_suites
from flows.steps import refused
from flows.steps.job import Job
from tasks.inbox import age_seconds, manifest_beside, owner_of
from tasks.registry.accounts import read_staged
from tasks.registry.corrections import load_corrections
from tasks.registry.gates import reasons_to_wait
from tasks.registry.intake import (
    ReceivedRelease,
    Submission,
    is_received,
    receive_release,
    received_release,
    refuse_rivals,
    submission_of,
)
from tasks.registry.layouts import layout_named, load_layouts
from tasks.registry.manifest import refuse_unequal_levels
from tasks.registry.mending import changed_rows, read_mended
from tasks.registry.rules import rules
from tasks.registry.staging import reject_codes, stage_release, warning_codes
from tasks.rules import of_severity
from warehouse.accounting import RowAccounting
from warehouse.connection import open_staged, open_warehouse
from warehouse.journal import PENDING, Event, Kind, Step
from warehouse.person_key import person_key
from warehouse.rejects import headers_of, rejected_rows
from warehouse.releases import (
    Approval,
    ControlTotal,
    LoadedCorrection,
    LoadedTable,
    ReleaseToLoad,
    ledger,
    load_release,
    previous_accepted,
)


def receive_inbox(job: Job) -> list[str]:
    """Take every finished file of the inbox into the raw store; returns the ids of new releases.

    A refused file is moved out of the inbox, with a text beside it that says why. A file whose manifest may still be on
    its way is left for a while.
    """
    submissions: list[Submission] = []
    claimed: set[Path] = set()
    finished = job.finished_files(job.home.inbox_registry)
    # Those with a manifest first: it may name others.
    for file in sorted(finished, key=lambda file: not manifest_beside(file).exists()):
        if file in claimed:
            continue
        if not manifest_beside(file).exists() and _is_mended(job, file, submissions):
            continue
        is_young = age_seconds(file) < job.settings.inbox_grace_seconds
        if not manifest_beside(file).exists() and is_young:
            job.notices.append(f"{file.name} menunggu {manifest_beside(file).name} di sampingnya.")
            continue
        try:
            submission = submission_of(file)
            _refuse_claimed(submission, claimed)
        except InputRejectedError as fault:
            refused.move_out(file, fault)
            job.note(file.name, fault)
            continue
        claimed.update(submission.files)
        if unfinished := [other.name for other in submission.files if other not in finished]:
            job.notices.append(f"{file.name} menunggu {', '.join(unfinished)}, yang masih ditulis.")
            continue
        submissions.append(submission)
    return receive(job, submissions, from_inbox=True)


def _refuse_claimed(submission: Submission, claimed: set[Path]) -> None:
    if twice := sorted(file.name for file in submission.files if file in claimed):
        raise InputRejectedError(
            f"Berkas {', '.join(twice)} disebut oleh keterangan dua rilis.",
            where=submission.files[0].name,
            next_step="Sebut tiap berkas dalam keterangan satu rilis saja, lalu serahkan lagi.",
        )


def _is_mended(job: Job, file: Path, submissions: list[Submission]) -> bool:
    """Whether the file is a workbook of mended rejects, which needs no manifest; it joins the submissions."""
    try:
        submission = mended_submission(job, file, owner_of(file))
    except (InputRejectedError, UsageError) as fault:
        refused.move_out(file, fault)
        job.note(file.name, fault)
        return True
    if submission is not None:
        submissions.append(submission)
    return submission is not None


def mended_submission(job: Job, file: Path, by: str) -> Submission | None:
    """What a workbook of mended rejects submits; None when the file is no such workbook.

    Raises:
        InputRejectedError: its release is unknown, its cells were changed where they must not be, or nothing in it was
            mended.
        UsageError: its release is no longer in force, or has a ralat that is not loaded yet.
    """
    with tempfile.TemporaryDirectory(dir=job.home.staging) as folder:
        mended = read_mended(file, Path(folder), name=file.name)
    if mended is None:
        return None
    base = received_release(mended.release_id, job.raw, job.journal)
    submission = Submission((file,), base.manifest, by, corrects=base)
    if is_received(submission, job.journal):
        return submission
    _refuse_undecided(job, base, where=file.name)
    with open_warehouse(job.settings) as connection:
        entry = ledger(connection).get(base.release_id)
        if entry is None or entry.state != "berlaku":
            raise UsageError(
                f"Rilis {base.release_id} tidak sedang berlaku, jadi baris-barisnya tidak dapat dibetulkan.",
                where=file.name,
                next_step="Ambil baris ditolak dari rilis yang berlaku; daftarnya di `dampingan release list`.",
            )
        rejected, headers = rejected_rows(connection, base.release_id), headers_of(connection, base.release_id)
    changed = 0
    for part, rows in mended.rows.items():
        own = {row.line: row.fields for row in rejected if row.part == part}
        changed += len(changed_rows(rows, own, headers.get(part, ()), where=file.name))
    if not changed:
        raise InputRejectedError(
            "Tidak satu baris pun dibetulkan dalam buku kerja ini.",
            where=file.name,
            next_step="Perbaiki sel yang berwarna, simpan, lalu serahkan lagi.",
        )
    return submission


def _refuse_undecided(job: Job, base: ReceivedRelease, *, where: str) -> None:
    """A ralat that waits must not be overtaken by the release that it corrects."""
    received = job.journal.received(Kind.RELEASE)
    for release_id, event in job.journal.latest(Kind.RELEASE).items():
        theirs = received[release_id].details
        is_rival = (theirs["series"], theirs["period"]) == (base.manifest.series, base.manifest.period)
        if is_rival and theirs["version"] > base.version and event.step in (*PENDING, Step.WAITING):
            raise UsageError(
                f"Ralatnya, {release_id}, belum dimuat, jadi baris-baris {base.release_id} belum dapat dibetulkan.",
                where=where,
                next_step=f"Setujui atau batalkan {release_id} lebih dahulu.",
            )


def receive(job: Job, submissions: list[Submission], *, from_inbox: bool) -> list[str]:
    """Receive these files; returns the ids of new releases.

    Raises:
        InputRejectedError: a file that did not come through the inbox is refused.
    """
    received = []
    for group, fault in refuse_rivals(submissions):
        if not from_inbox:
            raise fault
        for submission in group:
            submissions.remove(submission)
            _move_out(submission, fault)
        job.note(fault.where, fault)
    for submission in submissions:
        try:
            release = _receive_one(job, submission)
        except InputRejectedError as fault:
            if not from_inbox:
                raise
            _move_out(submission, fault)
            job.note(submission.name, fault)
            continue
        if release.is_new:
            received.append(release.release_id)
        else:
            job.notices.append(f"{submission.name} sudah diterima sebagai {release.release_id}.")
        if from_inbox:
            for file in submission.files:
                # First the manifest: left alone it would speak for the next file of that name.
                manifest_beside(file).unlink(missing_ok=True)
                file.unlink()
    return received


def _move_out(submission: Submission, fault: InputRejectedError) -> None:
    for file in submission.files:
        refused.move_out(file, fault)


def _receive_one(job: Job, submission: Submission) -> ReceivedRelease:
    known = [layout.name for layout in load_layouts()]
    if submission.manifest.layout not in (None, *known):
        raise InputRejectedError(
            f"Tata letak '{submission.manifest.layout}' tidak dikenal.",
            where=submission.name,
            next_step=f"Yang dikenal: {', '.join(known)}. Biasanya tidak perlu disebut.",
        )
    refuse_unequal_levels(submission.manifest.control_totals, job.areas, where=submission.name)
    return receive_release(submission, job.raw, job.journal, area_code=job.settings.kode_wilayah, today=job.today)


def staging_folder(job: Job, release_id: str) -> Path:
    return job.home.staging / release_id


def stage(job: Job, release_id: str) -> None:
    """Read and clean the release into its staging folder."""
    release = received_release(release_id, job.raw, job.journal)
    layouts = load_layouts()
    if release.manifest.layout:
        layouts = (layout_named(release.manifest.layout, layouts),)
    try:
        staged = stage_release(
            [(file.name, job.raw.path(file.sha256)) for file in release.files if not file.is_correction],
            staging_folder(job, release_id),
            release_id=release_id,
            period=release.manifest.period_start,
            area_code=job.settings.kode_wilayah,
            city=job.settings.nama_wilayah,
            areas=job.areas,
            layouts=layouts,
            source_system=release.manifest.source_system,
            secret=person_key(job.home.person_key_file),
            malformed_share_limit=job.settings.malformed_share_limit,
            corrections=load_corrections(
                f"{release.manifest.series}-{release.manifest.period}", [file.sha256 for file in release.files]
            ),
            mended=[(file.name, job.raw.path(file.sha256)) for file in release.files if file.is_correction],
        )
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


def _give_back(job: Job, release: ReceivedRelease, fault: InputRejectedError) -> None:
    """Give back what was sent: the youngest workbook of mended rows, else every file, with a manifest naming all."""
    files = [file for file in release.files if file.is_correction][-1:] or release.files
    companions = {"companions": [file.name for file in files[1:]]}
    for number, file in enumerate(files):
        manifest = None
        if number == 0 and not file.is_correction:
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
    return f"{rows.in_file} baris: {rows.accepted} diterima, {rows.rejected} ditolak, {rows.skipped} dilewati"


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
    with open_staged(staged.rows, job.areas.areas) as connection:
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
        tables=[
            LoadedTable(table.part, table.file_name, table.headers, table.size_bytes, table.accounting)
            for table in staged.tables
        ],
        unknown_values=staged.unknown_values,
        constant_within=staged.constant_within,
        corrections=[
            LoadedCorrection(known.id, known.reason, known.source, known.rows) for known in staged.corrections
        ],
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
