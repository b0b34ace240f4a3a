"""Receiving register releases: from the inbox or a command into the raw store, mended rejects among them. Nothing is
read yet but the workbooks of mended rows."""

from __future__ import annotations

import tempfile
from pathlib import Path

from errors import DampinganError, InputRejectedError, UsageError
from flows.steps import refused
from flows.steps.job import Job
from tasks.inbox import age_seconds, manifest_beside, owner_of
from tasks.registry.intake import (
    ReceivedRelease,
    Submission,
    is_received,
    receive_release,
    received_release,
    refuse_rivals,
    sha256_of,
    submission_of,
)
from tasks.registry.layouts import load_layouts
from tasks.registry.manifest import refuse_unequal_levels
from tasks.registry.mending import changed_rows, read_mended
from warehouse.connection import open_warehouse
from warehouse.journal import PENDING, Kind, Step
from warehouse.rejects import headers_of, rejected_rows
from warehouse.releases import LedgerEntry, ledger

_OTHERS = ".bukan-betulan"
"""Lists the sha256 of workbooks that were looked at and wait for a manifest: each look would convert them again."""


class _ComesBackError(UsageError):
    """The release whose rows are mended is on its way back into the warehouse."""


def receive_inbox(job: Job) -> list[str]:
    """Take every finished file of the inbox into the raw store; returns the ids of new releases.

    A refused file is moved out of the inbox, with a text beside it that says why. A file whose manifest may still be on
    its way is left for a while. Workbooks of mended rows come last: a ralat beside them says what they can mend.
    """
    submissions: list[Submission] = []
    claimed: set[Path] = set()
    finished = job.finished_files(job.home.inbox_registry)
    for file in finished:
        if file in claimed or not manifest_beside(file).exists():
            continue
        try:
            submission = submission_of(file)
            _refuse_claimed(submission, claimed)
        except InputRejectedError as fault:
            _refuse(job, file, fault)
            continue
        claimed.update(submission.files)
        if unfinished := [other.name for other in submission.files if other not in finished]:
            job.notices.append(f"{file.name} menunggu {', '.join(unfinished)}, yang masih ditulis.")
            continue
        submissions.append(submission)
    received = receive(job, submissions, from_inbox=True)
    alone = [file for file in finished if file not in claimed and file.exists()]
    return received + receive(job, _mended_among(job, alone), from_inbox=True)


def _mended_among(job: Job, files: list[Path]) -> list[Submission]:
    """The workbooks of mended rejects, which need no manifest. Of the others, who had time for one is moved out."""
    submissions = []
    note = job.home.inbox_registry / _OTHERS
    known = set(note.read_text("utf-8").split()) if note.exists() else set()
    waiting = []
    for file in files:
        digest = sha256_of(file)
        try:
            submission = None if digest in known else mended_submission(job, file, owner_of(file))
            if submission is None and age_seconds(file) >= job.settings.inbox_grace_seconds:
                submission = submission_of(file)
        except _ComesBackError as fault:
            job.notices.append(fault.paragraph)
            continue
        except (InputRejectedError, UsageError) as fault:
            _refuse(job, file, fault)
            continue
        if submission is not None:
            submissions.append(submission)
            continue
        job.notices.append(f"{file.name} menunggu {manifest_beside(file).name} di sampingnya.")
        waiting.append(digest)
    note.unlink(missing_ok=True)
    if waiting:
        note.write_text("\n".join(waiting), "utf-8")
    return submissions


def _refuse(job: Job, file: Path, fault: DampinganError) -> None:
    refused.move_out(file, fault)
    job.note(file.name, fault)


def _refuse_claimed(submission: Submission, claimed: set[Path]) -> None:
    if twice := sorted(file.name for file in submission.files if file in claimed):
        raise InputRejectedError(
            f"Berkas {', '.join(twice)} disebut oleh keterangan dua rilis.",
            where=submission.files[0].name,
            next_step="Sebut tiap berkas dalam keterangan satu rilis saja, lalu serahkan lagi.",
        )


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
        _require_in_force(job, base.release_id, entry, where=file.name)
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


def _require_in_force(job: Job, release_id: str, entry: LedgerEntry | None, *, where: str) -> None:
    step = job.journal.latest(Kind.RELEASE)[release_id].step
    is_gone = entry is None and step is Step.LOADED
    if is_gone or step in (Step.LOST, Step.REINSTATED):
        raise _ComesBackError(
            f"Rilis {release_id} sedang dimuat kembali; baris-barisnya dapat dibetulkan sesudah itu.",
            where=where,
            next_step="Buku kerja di kotak masuk diambil sendiri; selain itu jalankan `dampingan refresh`, lalu "
            "serahkan lagi.",
        )
    if step is Step.WAITING:
        raise UsageError(
            f"Rilis {release_id} masih menunggu persetujuan, jadi baris-barisnya belum dapat dibetulkan.",
            where=where,
            next_step=f"Setujui dengan `dampingan release approve {release_id} --reason ...`, lalu serahkan lagi.",
        )
    if entry is None or entry.state != "berlaku":
        raise UsageError(
            f"Rilis {release_id} tidak sedang berlaku, jadi baris-barisnya tidak dapat dibetulkan.",
            where=where,
            next_step="Ambil baris ditolak dari rilis yang berlaku; daftarnya di `dampingan release list`.",
        )


def _refuse_undecided(job: Job, base: ReceivedRelease, *, where: str) -> None:
    """A ralat that is not loaded yet must not be overtaken by the release that it corrects."""
    received = job.journal.received(Kind.RELEASE)
    for release_id, event in job.journal.latest(Kind.RELEASE).items():
        theirs = received[release_id].details
        is_rival = (theirs["series"], theirs["period"]) == (base.manifest.series, base.manifest.period)
        if is_rival and theirs["version"] > base.version and event.step in (*PENDING, Step.WAITING):
            decide = f"Setujui atau batalkan {release_id} lebih dahulu." if event.step is Step.WAITING else ""
            mend = f"Betulkan baris ditolak dari {release_id}: `dampingan release rejects {release_id} -o tolak.xlsx`."
            raise UsageError(
                f"Ralatnya, {release_id}, belum dimuat, jadi baris-baris {base.release_id} belum dapat dibetulkan.",
                where=where,
                next_step=decide or mend,
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
