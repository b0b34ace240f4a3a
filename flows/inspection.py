"""Looking without touching: no lock is taken, nothing is created, and a run in progress does not stand in the way."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from errors import BusyError, UsageError
from flows.steps import refused
from flows.steps.job import region_of
from settings import Home, Settings, code_version
from tasks.registry.decree import against_control_totals
from tasks.registry.intake import ReceivedRelease, received_release
from tasks.registry.rules import household_rules, rules
from warehouse import publication
from warehouse.connection import open_read_only
from warehouse.journal import Event, Journal, Kind, Step
from warehouse.raw import RawStore
from warehouse.rejects import reasons_of
from warehouse.releases import LedgerEntry, ledger
from warehouse.statistics import waiting_values
from warehouse.summary import accepted_by_area, contents_of, taken_in

SUPERSEDED = "digantikan"
STATES = {
    Step.RECEIVED: "diterima",
    Step.STAGED: "dibaca",
    Step.WAITING: "menunggu persetujuan",
    Step.APPROVED: "disetujui",
    Step.REFUSED: "ditolak",
    Step.LOADED: "berlaku",
    Step.WITHDRAWN: "ditarik",
    Step.LOST: "akan dimuat ulang",
    Step.REINSTATED: "akan berlaku kembali",
}
"""What a release or report is after each step, in the words of `core.rilis.keadaan`; beside it one that was loaded is
SUPERSEDED by a newer version."""


def states_of(journal: Journal, entries: Mapping[str, LedgerEntry]) -> dict[str, str]:
    """Every release and its state, the same words wherever it is shown.

    Args:
        entries: the ledger; without it, as while a run holds the warehouse, the journal tells what was superseded.
    """
    latest, received = journal.latest(Kind.RELEASE), journal.received(Kind.RELEASE)
    in_force: dict[tuple[str, str], int] = {}
    for release_id, event in latest.items():
        if event.step is Step.LOADED:
            details = received[release_id].details
            period = details["series"], details["period"]
            in_force[period] = max(details["version"], in_force.get(period, 0))
    states = {}
    for release_id, event in latest.items():
        details = received[release_id].details
        states[release_id] = STATES[event.step]
        if event.step is Step.LOADED:
            is_newest = details["version"] == in_force[details["series"], details["period"]]
            told = STATES[event.step] if is_newest else SUPERSEDED
            states[release_id] = entries[release_id].state if release_id in entries else told
    return states


def latest_event(journal: Journal, release_id: str) -> Event:
    """What happened last to a release. Raises UsageError for an unknown id."""
    event = journal.latest(Kind.RELEASE).get(release_id)
    if event is None:
        raise unknown_release(release_id)
    return event


def unknown_release(release_id: str) -> UsageError:
    """What to raise for an id that was never received."""
    return UsageError(
        f"Rilis {release_id} tidak dikenal.", next_step="Lihat daftarnya dengan `dampingan release list`."
    )


def list_releases() -> list[dict[str, Any]]:
    """Every release that was submitted, by id, with its state and why. While a run holds the warehouse, the numbers of
    accepted rows are unknown."""
    return _releases(Settings().home_folders)


def show_release(release_id: str) -> dict[str, Any]:
    """State, decree and files, row accounting, every reason with its number of rows, control totals, history.

    Keys: those of `list_releases`, `decree`, `files`, `rows`, `by_reason`, `control_totals` (what was accepted is None
    where it is no longer known), `history`, and of a loaded release `tables`, `unknown_values` and `corrections`.
    Raises UsageError for an unknown id.
    """
    home = Settings().home_folders
    journal = journal_of(home)
    state = next((row for row in _releases(home) if row["release"] == release_id), None)
    if journal is None or state is None:
        raise unknown_release(release_id)
    received = received_release(release_id, RawStore(home.raw), journal)
    events = journal.events(Kind.RELEASE, release_id)
    by_area: dict[str, int] = _last_staged(events).get("accepted_by_area", {})
    if state["accepted"] is None:
        found = _as_staged(events, received)
    else:
        with open_read_only(home.warehouse_file) as connection:
            found = {
                "rows": taken_in(connection, [release_id])[0],
                "by_reason": reasons_of(connection, release_id),
                **contents_of(connection, release_id),
            }
            by_area = accepted_by_area(connection, release_id) or by_area
    return {
        **state,
        "decree": _decree(received),
        "files": [{"name": file.name, "sha256": file.sha256} for file in received.files],
        **found,
        "control_totals": against_control_totals(received.manifest, by_area, _area_names()),
        "history": [_in_history(event) for event in events],
    }


def _area_names() -> dict[str, str]:
    return region_of(Settings()).areas.names


def _decree(release: ReceivedRelease) -> dict[str, Any]:
    manifest = release.manifest
    return {
        "sk_number": manifest.sk_number,
        "sk_date": manifest.sk_date.isoformat(),
        "source": manifest.source,
        "area": manifest.area,
        "period": manifest.period,
        "version": release.version,
    }


def _in_history(event: Event) -> dict[str, Any]:
    return {
        "at": event.at.isoformat(timespec="seconds"),
        "state": STATES[event.step],
        "by": event.details.get("by"),
        "reasons": _reasons_in(event),
    }


def _reasons_in(event: Event) -> list[str]:
    reason = event.details.get("reason")
    reasons: list[str] = event.details.get("reasons", [reason] if reason else [])
    return reasons


def _last_staged(events: list[Event]) -> dict[str, Any]:
    return next((event.details for event in reversed(events) if event.step is Step.STAGED), {})


def _as_staged(events: list[Event], release: ReceivedRelease) -> dict[str, Any]:
    """What the reading of a release found that is not loaded: its rows, and how many each reason rejects."""
    found = _last_staged(events)
    if not found:
        return {"rows": None, "by_reason": []}
    rows = {
        "id": release.release_id,
        "berkas": release.file_name,
        "baris_berkas": found["in_file"],
        "baris_diterima": found["accepted"],
        "baris_ditolak": found["rejected"],
        "baris_dilewati": found["skipped"],
    }
    table = (*rules(area_code=Settings().kode_wilayah, period=date.today()), *household_rules())
    explanations = {rule.code: rule.explanation for rule in table}
    by_reason = [
        {"tingkat": "tolak", "kode_alasan": code, "jumlah_baris": count, "penjelasan": explanations[code]}
        for code, count in sorted(found["rejected_by"].items(), key=lambda item: -item[1])
    ]
    return {"rows": rows, "by_reason": by_reason}


def describe_status() -> dict[str, Any]:
    """What is published, which generations there are, which releases and how many values of BPS wait for a decision,
    every release with its state, every refused file with why."""
    home = Settings().home_folders
    manifest = publication.current_manifest(home)
    return {
        "home": str(home.root),
        "sample": home.sample_marker.exists(),
        "code_version": code_version(),
        "current": manifest["generation"] if manifest else None,
        "published_at": manifest["published_at"] if manifest else None,
        "database": str(home.current_database) if manifest else None,
        "generations": publication.generations(home),
        "waiting": _waiting(home),
        "waiting_statistics": _waiting_statistics(home),
        "releases": _releases(home),
        "refused_files": refused.refused_files(home.inbox_registry, home.inbox_programmes),
    }


def waiting_releases() -> list[str]:
    """Ids of the releases that wait for a person's decision."""
    return _waiting(Settings().home_folders)


def _waiting(home: Home) -> list[str]:
    journal = journal_of(home)
    latest = journal.latest(Kind.RELEASE) if journal else {}
    return sorted(release_id for release_id, event in latest.items() if event.step is Step.WAITING)


def _waiting_statistics(home: Home) -> int:
    if not home.warehouse_file.exists():
        return 0
    try:
        with open_read_only(home.warehouse_file) as connection:
            return len(waiting_values(connection))
    except BusyError:
        return 0


def journal_of(home: Home) -> Journal | None:
    """The journal of a home for reading; None where nothing was ever received."""
    if not home.journal_file.exists():
        return None
    return Journal(home.journal_file, run_id="", code_version=code_version())


def _releases(home: Home) -> list[dict[str, Any]]:
    journal = journal_of(home)
    if journal is None:
        return []
    entries = ledger_of(home)
    states, received = states_of(journal, entries), journal.received(Kind.RELEASE)
    rows = []
    for release_id, event in sorted(journal.latest(Kind.RELEASE).items()):
        entry = entries.get(release_id)
        rows.append(
            {
                "release": release_id,
                "state": states[release_id],
                "accepted": entry.accepted if entry else None,
                "received_at": received[release_id].at.isoformat(timespec="seconds"),
                "reasons": _reasons_in(event),
                "sha256": event.sha256,
            }
        )
    return rows


def ledger_of(home: Home) -> dict[str, LedgerEntry]:
    """The ledger of a home for reading; empty where there is none yet, or a run holds the warehouse."""
    if not home.warehouse_file.exists():
        return {}
    try:
        with open_read_only(home.warehouse_file) as connection:
            return ledger(connection)
    except BusyError:
        return {}
