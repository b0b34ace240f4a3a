"""What the command line and the portal ask for beside a refresh: submitting, deciding, looking, going back."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from errors import InputRejectedError, UsageError
from flows import refused, releases, reports
from flows.job import Job, open_job
from settings import Settings
from tasks.programmes import template
from tasks.reference import read_areas, read_assignments, read_opd_aliases
from tasks.registry.intake import Submission
from tasks.registry.layouts import layout_named, load_layouts
from tasks.registry.manifest import parse_manifest, read_control_totals
from tasks.registry.rejects import write_rejects
from warehouse import publication
from warehouse.connection import open_warehouse
from warehouse.journal import Journal, Kind, Step
from warehouse.rejects import reasons_of, rejected_rows
from warehouse.releases import ledger
from warehouse.releases import withdraw_release as withdraw_from_warehouse
from warehouse.summary import taken_in

_STATES = {
    Step.RECEIVED: "diterima",
    Step.STAGED: "dibaca",
    Step.WAITING: "menunggu persetujuan",
    Step.APPROVED: "disetujui",
    Step.REFUSED: "ditolak",
    Step.LOADED: "dimuat",
    Step.WITHDRAWN: "ditarik",
    Step.LOST: "akan dimuat ulang",
}


def submit_release(
    files: list[Path],
    *,
    source: str,
    period: str,
    sk_number: str,
    sk_date: date,
    control_totals: Path | None,
    layout: str | None,
) -> list[str]:
    """Receive one release; returns its id, or nothing when these bytes are already in.

    Raises:
        InputRejectedError: the manifest is wrong, or several different files came for one period.
    """
    settings = Settings()
    areas = read_areas(settings.kode_wilayah, settings.nama_wilayah)
    totals = read_control_totals(control_totals, areas) if control_totals else ()
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
        received = releases.receive(job, [Submission(file, manifest) for file in files], from_inbox=False)
        if job.problems:
            problem = job.problems[0]
            raise InputRejectedError(problem.paragraph)
    return received


def submit_report(file: Path) -> str | None:
    """Receive one programme report; None when these bytes are already in."""
    with open_job(Settings()) as job:
        return reports.receive(job, file)


def approve_release(release_id: str, *, reason: str, by: str) -> None:
    """Let a waiting release pass. Raises UsageError when it does not wait."""
    with open_job(Settings()) as job:
        event = _latest(job.journal, release_id)
        if event.step is not Step.WAITING:
            raise UsageError(f"Rilis {release_id} tidak sedang menunggu persetujuan, melainkan {_STATES[event.step]}.")
        details = {"reason": reason, "by": by}
        job.journal.record(Kind.RELEASE, release_id, Step.APPROVED, sha256=event.sha256, details=details)


def withdraw_release(release_id: str, *, reason: str, by: str) -> None:
    """Take a release back, whether it waits or is in force. Raises UsageError for any other state."""
    with open_job(Settings()) as job:
        event = _latest(job.journal, release_id)
        if event.step is Step.LOADED:
            with open_warehouse(job.settings) as connection:
                withdraw_from_warehouse(connection, release_id)
        elif event.step is not Step.WAITING:
            raise UsageError(f"Rilis {release_id} tidak dapat ditarik: {_STATES[event.step]}.")
        details = {"reason": reason, "by": by}
        job.journal.record(Kind.RELEASE, release_id, Step.WITHDRAWN, sha256=event.sha256, details=details)


def _latest(journal: Journal, release_id: str) -> Any:
    event = journal.latest(Kind.RELEASE).get(release_id)
    if event is None:
        raise UsageError(
            f"Rilis {release_id} tidak dikenal.", next_step="Lihat daftarnya dengan `dampingan release list`."
        )
    return event


def list_releases() -> list[dict[str, Any]]:
    """Every release that was submitted, in order of period and version, with its state and why."""
    with open_job(Settings()) as job:
        return _releases(job)


def _releases(job: Job) -> list[dict[str, Any]]:
    with open_warehouse(job.settings) as connection:
        entries = ledger(connection)
    received = job.journal.received(Kind.RELEASE)
    rows = []
    for release_id, event in sorted(job.journal.latest(Kind.RELEASE).items()):
        entry = entries.get(release_id)
        in_force = event.step is Step.LOADED and entry is not None
        reasons = event.details.get("reasons") or [event.details["reason"]] if "reason" in event.details else []
        rows.append(
            {
                "release": release_id,
                "state": entry.state if in_force and entry else _STATES[event.step],
                "accepted": entry.accepted if entry else None,
                "received_at": received[release_id].at.isoformat(timespec="seconds"),
                "reasons": event.details.get("reasons", reasons),
                "sha256": event.sha256,
            }
        )
    return rows


def show_release(release_id: str) -> dict[str, Any]:
    """State, row accounting and every reason with its number of rows. Raises UsageError for an unknown id."""
    with open_job(Settings()) as job:
        _latest(job.journal, release_id)
        state = next(row for row in _releases(job) if row["release"] == release_id)
        with open_warehouse(job.settings) as connection:
            files = taken_in(connection, [release_id])
            return {**state, "rows": files[0] if files else None, "by_reason": reasons_of(connection, release_id)}


def export_rejects(release_id: str, out: Path) -> int:
    """Write the rejected rows of a loaded release as a workbook; returns their number."""
    with open_job(Settings()) as job:
        with open_warehouse(job.settings) as connection:
            entry = ledger(connection).get(release_id)
            if entry is None:
                raise UsageError(
                    f"Rilis {release_id} belum dimuat.", next_step="Lihat daftarnya dengan `dampingan release list`."
                )
            rows = rejected_rows(connection, release_id)
        write_rejects(out, rows, layout_named(entry.layout, load_layouts()))
    return len(rows)


def describe_status() -> dict[str, Any]:
    """What is published, which generations there are, and every release with its state."""
    with open_job(Settings()) as job:
        manifest = publication.current_manifest(job.home)
        return {
            "home": str(job.home.root),
            "sample": job.home.sample_marker.exists(),
            "current": manifest["generation"] if manifest else None,
            "published_at": manifest["published_at"] if manifest else None,
            "database": str(job.home.current_database) if manifest else None,
            "generations": publication.generations(job.home),
            "releases": _releases(job),
            "refused_files": refused.reasons(job.home.inbox_registry, job.home.inbox_programmes),
        }


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


def write_template(opd: str, out: Path) -> None:
    """The workbook an OPD fills in, for its kelurahan and this quarter. Raises UsageError for an unknown OPD."""
    settings = Settings()
    areas = read_areas(settings.kode_wilayah, settings.nama_wilayah).areas
    today = date.today()
    template.write_template(
        out,
        opd,
        assignments=read_assignments(areas),
        areas=areas,
        opd_aliases=read_opd_aliases(),
        tahun=today.year,
        triwulan=(today.month + 2) // 3,
    )
