"""What the command line and the portal ask for beside a refresh: submitting, deciding, going back."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from errors import UsageError
from flows.inspection import latest_event, ledger_of, states_of
from flows.steps import receiving, reports
from flows.steps.job import Job, open_job, region_of
from settings import LOCAL_TIME_ZONE, Settings
from tasks.programmes import template
from tasks.programmes.fetching import fetch
from tasks.reference import Region
from tasks.region.checking import require_sound
from tasks.registry.intake import Submission
from tasks.registry.manifest import parse_manifest, read_annexes
from warehouse import publication
from warehouse.connection import open_read_only, open_warehouse
from warehouse.journal import Journal, Kind, Step
from warehouse.programmes import lines_to_carry
from warehouse.releases import withdraw_release as withdraw_from_warehouse


def submit_release(
    files: list[Path],
    *,
    source: str,
    period: str,
    sk_number: str,
    sk_date: date,
    control_totals: Sequence[Path],
    layout: str | None,
    by: str,
) -> list[str]:
    """Receive one release from the user `by`; returns its id, or nothing when these bytes are already in.

    Raises:
        InputRejectedError: the manifest or an annex of the SK is wrong, or several different files came for one period.
    """
    settings = Settings()
    totals = read_annexes(control_totals, _sound_region(settings).areas)
    manifest = parse_manifest(
        {
            "source": source,
            "area": settings.kode_wilayah,
            "period": period,
            "sk_number": sk_number,
            "sk_date": sk_date,
            "layout": layout,
            "control_totals": [total.model_dump() for total in totals],
        },
        where=files[0].name,
    )
    with open_job(settings) as job:
        return receiving.receive(job, [Submission(tuple(files), manifest, by)], from_inbox=False)


def submit_mended(file: Path, *, by: str) -> list[str]:
    """Receive a workbook of mended rejects as a new version of its release; returns its id.

    Raises:
        InputRejectedError: no such workbook, or nothing in it was mended.
        UsageError: its release is no longer in force.
    """
    with open_job(Settings()) as job:
        submission = receiving.mended_submission(job, file, by)
        if submission is None:
            raise UsageError(
                "Rilis harus disebut periode dan SK-nya.",
                where=file.name,
                next_step="Tambahkan --period, --sk-number dan --sk-date; hanya buku kerja baris ditolak yang tidak "
                "memerlukannya.",
            )
        return receiving.receive(job, [submission], from_inbox=False)


def submit_report(source: str) -> tuple[str, str | None]:
    """Receive one file of programme reports, by its path or by a link.

    Returns:
        The name of the file, and the id of the submission: None when these bytes are already in.

    Raises:
        InputRejectedError: the link gives nothing.
    """
    with open_job(Settings()) as job:
        file = fetch(source, job.home.staging / "tautan") if "://" in source else Path(source)
        return file.name, reports.receive(job, file)


def deliver_checked(file_name: str, to: Path) -> Path | None:
    """Copy the marked copy of a file of this name to `to`, a folder or a file; None when nothing was marked."""
    copy = reports.checked_copy(Settings().home_folders, file_name)
    if not copy.exists():
        return None
    return Path(shutil.copyfile(copy, to / copy.name if to.is_dir() else to))


def approve_release(release_id: str, *, reason: str, by: str) -> None:
    """Let a waiting release pass. Raises UsageError when it does not wait, or a newer version is in force."""
    with open_job(Settings()) as job:
        event = latest_event(job.journal, release_id)
        if event.step is not Step.WAITING:
            raise UsageError(
                f"Rilis {release_id} tidak sedang menunggu persetujuan, melainkan {_state(job, release_id)}.",
                next_step="Yang menunggu ada di `dampingan status`.",
            )
        if (newer := _newer_version_loaded(job.journal, release_id)) is not None:
            raise UsageError(
                f"Rilis {release_id} sudah digantikan oleh {newer}.",
                next_step=f"Tarik {newer} lebih dahulu bila {release_id} yang benar.",
            )
        details = {"reason": reason, "by": by}
        job.journal.record(Kind.RELEASE, release_id, Step.APPROVED, sha256=event.sha256, details=details)


def _state(job: Job, release_id: str) -> str:
    return states_of(job.journal, ledger_of(job.home))[release_id]


def _newer_version_loaded(journal: Journal, release_id: str) -> str | None:
    received = journal.received(Kind.RELEASE)
    mine = received[release_id].details
    for other, event in journal.latest(Kind.RELEASE).items():
        theirs = received[other].details
        is_newer = theirs["version"] > mine["version"] and event.step is Step.LOADED
        if is_newer and (theirs["series"], theirs["period"]) == (mine["series"], mine["period"]):
            return other
    return None


def withdraw_release(release_id: str, *, reason: str, by: str) -> None:
    """Take a release back, at whatever step it is. If it was a correction, the version before it holds again after the
    next refresh. Raises UsageError when it was withdrawn or superseded."""
    with open_job(Settings()) as job:
        event = latest_event(job.journal, release_id)
        if event.step is Step.LOADED:
            with open_warehouse(job.settings) as connection:
                withdraw_from_warehouse(connection, release_id)
        elif event.step is Step.WITHDRAWN:
            raise UsageError(f"Rilis {release_id} sudah {_state(job, release_id)}.")
        details = {"reason": reason, "by": by}
        job.journal.record(Kind.RELEASE, release_id, Step.WITHDRAWN, sha256=event.sha256, details=details)


def roll_back(generation: str | None) -> str:
    """Make an older generation current: the one named, else the one before the current one. Returns its name."""
    with open_job(Settings()) as job:
        known = publication.generations(job.home)
        manifest = publication.current_manifest(job.home)
        if generation is None:
            before = [name for name in known if manifest and name < manifest["generation"]]
            if not before:
                raise UsageError("Tidak ada terbitan yang lebih lama.")
            generation = before[-1]
        publication.point_to(job.home, generation)
        job.journal.record(Kind.PUBLICATION, generation, Step.PUBLISHED, details={"rollback": True})
        return generation


def write_template(
    opd: str, out: Path, *, kelurahan: str | None = None, year: int | None = None, quarter: int | None = None
) -> int:
    """The workbook an OPD fills in, for its kelurahan and, unless said otherwise, this quarter.

    Returns:
        How many lines of its last report were filled in.

    Raises:
        UsageError: for an unknown OPD or kelurahan.
        BusyError: a run holds the warehouse.
    """
    settings = Settings()
    region = _sound_region(settings)
    today = datetime.now(LOCAL_TIME_ZONE).date()
    tahun, triwulan = year or today.year, quarter or (today.month + 2) // 3
    places = {
        "assignments": region.assignments,
        "areas": region.areas.areas,
        "aliases": region.areas.aliases,
        "opd_aliases": region.opd_aliases,
    }
    short, code = template.named_pair(opd, kelurahan, **places)
    carried: dict[str, list[dict[str, Any]]] = {}
    if code is not None and settings.home_folders.warehouse_file.exists():
        with open_read_only(settings.home_folders.warehouse_file) as connection:
            carried = lines_to_carry(connection, short, code, tahun, triwulan)
    template.write_template(out, opd, kelurahan=kelurahan, tahun=tahun, triwulan=triwulan, carried=carried, **places)
    return sum(map(len, carried.values()))


def _sound_region(settings: Settings) -> Region:
    region = region_of(settings)
    require_sound(region)
    return region
