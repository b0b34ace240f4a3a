"""Comparing two releases in force. Read only, like flows/inspection.py: no lock is taken, nothing is created but the
workbook that was asked for."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

from errors import UsageError
from flows.inspection import journal_of, states_of, unknown_release
from settings import Settings
from tasks.registry.diff_workbook import write_difference
from warehouse.connection import open_read_only
from warehouse.differences import Difference, compare, persons
from warehouse.releases import LedgerEntry, ledger


def compare_releases(one: str, other: str, out: Path | None = None) -> dict[str, Any]:
    """What differs between two releases in force, from the earlier to the later; `out` gets the persons as XLSX.

    Keys: `before` and `after` (the releases), `districts`, `areas` and `total` (counts, see `Difference`), `columns`
    (None across series), `notices`, `workbook` (None when none was asked for). No personal data.

    Raises:
        UsageError: one and the same release, or one that is unknown or not in force.
        BusyError: a run holds the warehouse.
    """
    home = Settings().home_folders
    if not home.warehouse_file.exists():
        raise _not_in_force(one, {})
    with open_read_only(home.warehouse_file) as connection:
        entries = ledger(connection)
        for release_id in (one, other):
            if release_id not in entries or entries[release_id].state != "berlaku":
                raise _not_in_force(release_id, entries)
        if one == other:
            raise UsageError(f"{one} disebut dua kali.", next_step="Sebut dua rilis yang berbeda.")
        difference = compare(connection, one, other)
        notices = _notices(difference, one)
        if out is not None:
            write_difference(out, difference, lambda kind: persons(connection, difference, kind), notices=notices)
    return {
        "before": dataclasses.asdict(difference.before),
        "after": dataclasses.asdict(difference.after),
        "districts": difference.districts,
        "areas": difference.areas,
        "total": difference.total,
        "columns": difference.columns,
        "notices": notices,
        "workbook": None if out is None else str(out),
    }


def _not_in_force(release_id: str, entries: dict[str, LedgerEntry]) -> UsageError:
    journal = journal_of(Settings().home_folders)
    state = states_of(journal, entries).get(release_id) if journal else None
    if state is None:
        return unknown_release(release_id)
    in_force = sorted(entry.release_id for entry in entries.values() if entry.state == "berlaku")
    return UsageError(
        f"Rilis {release_id} tidak sedang berlaku, melainkan {state}.",
        next_step=f"Yang berlaku: {', '.join(in_force) or 'belum ada'}.",
    )


def _notices(difference: Difference, named_first: str) -> list[str]:
    before, after = difference.before, difference.after
    notices = []
    if named_first != before.release_id:
        notices.append(f"Dibandingkan dari yang lebih lama, {before.release_id}, ke yang lebih baru.")
    if before.source_system != after.source_system:
        notices.append(
            f"{before.source_system} dan {after.source_system} menghitung dengan cara berbeda: masuk dan keluar di "
            "antara keduanya bukan naik turunnya kemiskinan. Yang berubah tidak dihitung, karena keterangan orang di "
            "dalamnya tidak sama."
        )
    elif before.layout != after.layout:
        notices.append(
            f"Tata letak berkasnya berbeda ({before.layout} dan {after.layout}): keterangan yang hanya ada pada salah "
            "satunya terhitung sebagai berubah."
        )
    return notices
