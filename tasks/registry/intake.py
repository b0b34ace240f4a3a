"""Receiving register files: from the inbox or a command into the raw store and the journal. Nothing is read yet."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from errors import InputRejectedError
from tasks.inbox import manifest_beside, owner_of
from tasks.registry.containers import digests
from tasks.registry.manifest import ReleaseManifest, parse_manifest, read_manifest
from warehouse.journal import PENDING, Event, Journal, Kind, Step
from warehouse.raw import RawStore

_NOTE = "release"


@dataclass(frozen=True, slots=True)
class Submission:
    """The files of a release and what their sender says of it. `submitted_by` is a user of this machine; `corrects` the
    release whose rejected rows the last of the files mends."""

    files: tuple[Path, ...]
    manifest: ReleaseManifest
    submitted_by: str
    corrects: ReceivedRelease | None = None

    @property
    def name(self) -> str:
        return ", ".join(file.name for file in self.files)

    @property
    def release(self) -> tuple[str, str]:
        return self.manifest.series, self.manifest.period


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file of a release, in the raw store under its sha256; `is_correction` when it mends rejected rows."""

    name: str
    sha256: str
    is_correction: bool = False


@dataclass(frozen=True, slots=True)
class ReceivedRelease:
    """A release in the raw store; not `is_new` when its bytes had come before. `sha256` is its file's, or that of the
    list of its files. `submitted_by` is None for a receipt of a version of this program that did not record it."""

    release_id: str
    version: int
    sha256: str
    files: tuple[SourceFile, ...]
    submitted_at: datetime
    submitted_by: str | None
    manifest: ReleaseManifest
    is_new: bool = True

    @property
    def file_name(self) -> str:
        return ", ".join(file.name for file in self.files)


def submission_of(file: Path) -> Submission:
    """The file with the manifest beside it, and the files the manifest names beside it. Raises InputRejectedError when
    one is missing or the manifest is wrong."""
    manifest_file = manifest_beside(file)
    if not manifest_file.exists():
        raise InputRejectedError(
            "Berkas rilis tanpa keterangan: periode dan SK-nya tidak diketahui.",
            where=file.name,
            next_step=f"Letakkan {manifest_file.name} di sampingnya, atau pakai `dampingan release submit`.",
        )
    manifest = read_manifest(manifest_file)
    named = dict.fromkeys(file.with_name(Path(name).name) for name in manifest.companions)
    companions = [companion for companion in named if companion != file]
    missing = [companion.name for companion in companions if not companion.is_file()]
    if missing:
        raise InputRejectedError(
            f"Berkas {', '.join(missing)} yang disebut keterangan rilis tidak ada di sampingnya.",
            where=file.name,
            next_step="Letakkan semua berkas rilis itu bersama-sama, keterangannya paling akhir.",
        )
    return Submission((file, *companions), manifest, owner_of(file))


def refuse_rivals(submissions: Iterable[Submission]) -> list[tuple[list[Submission], InputRejectedError]]:
    """Different files that came together for one period: nobody but their sender knows which is right."""
    groups: dict[tuple[str, str], list[Submission]] = defaultdict(list)
    for submission in submissions:
        groups[submission.release].append(submission)
    refused = []
    for (series, period), group in groups.items():
        if len(group) > 1 and len(set(map(_contents_of, group))) > 1:
            names = ", ".join(submission.name for submission in group)
            error = InputRejectedError(
                f"Ada {len(group)} kiriman berbeda untuk {series} periode {period}.",
                where=names,
                next_step="Serahkan satu saja; ralat diserahkan kemudian sebagai berkas tersendiri.",
            )
            refused.append((group, error))
    return refused


def receive_release(
    submission: Submission, raw: RawStore, journal: Journal, *, area_code: str, today: date
) -> ReceivedRelease:
    """Store the bytes and give the release its id. Bytes that are in already for this period are not new, even if a
    later version has superseded them: the order of arrival must not matter. In an archive they are the same bytes.

    Raises:
        InputRejectedError: another area, a date that is still to come, or bytes that are in already with another
            statement.
    """
    manifest = submission.manifest
    _refuse_impossible(submission, area_code, today)
    files = _stored(submission, raw)
    sha256, contents = _identity(files, raw), _contents_of(submission)
    if (known := _alive(sha256, contents, journal)) is not None:
        return _known(submission, received_release(known, raw, journal))
    latest = journal.latest(Kind.RELEASE)
    received = journal.received(Kind.RELEASE)
    version = 1 + max(
        (
            event.details["version"]
            for key, event in received.items()
            if (event.details["series"], event.details["period"]) == submission.release
            and latest[key].step is not Step.REFUSED
        ),
        default=0,
    )
    release = ReceivedRelease(
        release_id=f"{manifest.series}-{manifest.period}-v{version}",
        version=version,
        sha256=sha256,
        files=files,
        submitted_at=datetime.now(UTC),
        submitted_by=submission.submitted_by,
        manifest=manifest,
    )
    raw.write_note(sha256, _NOTE, _note(release))
    journal.record(
        Kind.RELEASE,
        release.release_id,
        Step.RECEIVED,
        sha256=sha256,
        details={
            "series": manifest.series,
            "period": manifest.period,
            "version": version,
            "by": submission.submitted_by,
            "contents": contents,
        },
    )
    return release


def is_received(submission: Submission, journal: Journal) -> bool:
    """Whether these files are in already as a release that was neither refused nor withdrawn."""
    before = submission.corrects.files if submission.corrects else ()
    own = [SourceFile(file.name, sha256_of(file), submission.corrects is not None) for file in submission.files]
    files = (*before, *own)
    sha256 = files[0].sha256 if len(files) == 1 else hashlib.sha256(_listed(files)).hexdigest()
    return _alive(sha256, _contents_of(submission), journal) is not None


def _alive(sha256: str, contents: str | None, journal: Journal) -> str | None:
    """The release that has these bytes, or these tables, and was neither refused nor withdrawn."""
    latest = journal.latest(Kind.RELEASE)
    for subject, event in journal.received(Kind.RELEASE).items():
        is_same = event.sha256 == sha256 or (contents is not None and event.details.get("contents") == contents)
        if is_same and latest[subject].step not in (Step.REFUSED, Step.WITHDRAWN):
            return subject
    return None


def _contents_of(submission: Submission) -> str | None:
    """What says which tables came, packed or not; None for mended rows, which are told by their workbooks."""
    if submission.corrects is not None:
        return None
    tables = sorted(digest for file in submission.files for digest in digests(file))
    return hashlib.sha256("\n".join(tables).encode()).hexdigest()


def _stored(submission: Submission, raw: RawStore) -> tuple[SourceFile, ...]:
    """The files in the raw store; those of a release that is corrected are there already."""
    is_correction = submission.corrects is not None
    before = submission.corrects.files if submission.corrects else ()
    own = [SourceFile(file.name, raw.put_file(file), is_correction) for file in submission.files]
    return (*before, *own)


def _identity(files: tuple[SourceFile, ...], raw: RawStore) -> str:
    """The sha256 of the only file, or of the list of several, which the raw store keeps too."""
    if len(files) == 1:
        return files[0].sha256
    return raw.put_bytes(_listed(files))


def _listed(files: tuple[SourceFile, ...]) -> bytes:
    """Without their names: the same bytes are the same release, whatever they are called."""
    ordered = sorted(files, key=lambda file: (file.is_correction, file.sha256))
    return "".join(f"{file.sha256}\n" for file in ordered).encode()


def _refuse_impossible(submission: Submission, area_code: str, today: date) -> None:
    manifest, name = submission.manifest, submission.name
    if manifest.area != area_code:
        raise InputRejectedError(
            f"Rilis ini untuk wilayah {manifest.area}, sedangkan sistem ini melayani {area_code}.",
            where=name,
            next_step="Periksa keterangan rilis atau serahkan ke sistem wilayah itu.",
        )
    if manifest.period_start > today or manifest.sk_date > today:
        raise InputRejectedError(
            f"Periode {manifest.period} atau tanggal SK {manifest.sk_date:%d-%m-%Y} belum terjadi.",
            where=name,
            next_step="Perbaiki periode atau tanggal SK, lalu serahkan lagi.",
        )


def _known(submission: Submission, release: ReceivedRelease) -> ReceivedRelease:
    """These bytes came before. Raises InputRejectedError when they came with another statement."""
    ours, theirs = submission.manifest.model_dump(), release.manifest.model_dump()
    differing = sorted(name for name in ours if name != "companions" and ours[name] != theirs[name])
    if differing:
        raise InputRejectedError(
            f"Isi berkas ini sudah diterima sebagai {release.release_id}, tetapi dengan keterangan lain pada: "
            f"{', '.join(differing)}.",
            where=submission.name,
            next_step=f"Bila keterangan yang dulu salah, tarik dahulu dengan `dampingan release withdraw "
            f"{release.release_id} --reason ...`, lalu serahkan lagi.",
        )
    return replace(release, is_new=False)


def pending_releases(journal: Journal) -> list[str]:
    """Releases that were received but are not loaded, waiting or refused; in order of period and version."""
    received = journal.received(Kind.RELEASE)
    latest = journal.latest(Kind.RELEASE)
    pending = [received[subject] for subject, event in latest.items() if event.step in PENDING]
    return [event.subject for event in sorted(pending, key=_place_in_time)]


def _place_in_time(event: Event) -> tuple[str, str, int]:
    return event.details["period"], event.details["series"], event.details["version"]


def received_release(release_id: str, raw: RawStore, journal: Journal) -> ReceivedRelease:
    """What is known of a release from its receipt. Raises InputRejectedError for an unknown id."""
    event = journal.received(Kind.RELEASE).get(release_id)
    if event is None:
        raise InputRejectedError(
            f"Rilis {release_id} tidak dikenal.", next_step="Lihat daftarnya dengan `dampingan release list`."
        )
    note = raw.read_note(event.sha256, _NOTE)
    return ReceivedRelease(
        release_id=release_id,
        version=event.details["version"],
        sha256=event.sha256,
        files=_files_in(note, event.sha256),
        submitted_at=datetime.fromisoformat(note["submitted_at"]),
        submitted_by=event.details.get("by"),
        manifest=parse_manifest(note["manifest"], where=event.sha256),
    )


def _files_in(note: dict[str, Any], sha256: str) -> tuple[SourceFile, ...]:
    """A note of a version of this program that knew releases of one file only names that file."""
    if "files" in note:
        return tuple(SourceFile(**file) for file in note["files"])
    return (SourceFile(note["file_name"], sha256),)


def _note(release: ReceivedRelease) -> dict[str, Any]:
    return {
        "release_id": release.release_id,
        "version": release.version,
        "sha256": release.sha256,
        "files": [asdict(file) for file in release.files],
        "submitted_at": release.submitted_at.isoformat(),
        "manifest": release.manifest.model_dump(mode="json"),
    }


def sha256_of(file: Path) -> str:
    """The sha256 of the bytes of a file, in hexadecimal."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
