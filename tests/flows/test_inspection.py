"""What can be seen of a release that is not loaded."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from flows.inspection import show_release, states_of
from tests.flows.conftest import use_home
from tests.tasks.registry.test_intake import Office
from warehouse.journal import Journal, Kind, Step
from warehouse.raw import RawStore
from warehouse.releases import LedgerEntry


def test_a_waiting_release_shows_why_rows_of_households_were_rejected(tmp_path: Path) -> None:
    with use_home(tmp_path / "home") as home:
        home.create()
        office = Office(tmp_path)
        office.raw = RawStore(home.raw)
        office.journal = Journal(home.journal_file, run_id="r", code_version="v")
        release = office.receive("isi")
        sums = {"in_file": 3, "accepted": 1, "rejected": 1, "skipped": 1, "warned": 0, "accepted_by_area": {}}
        details = sums | {"rejected_by": {"NIK_PANJANG": 1, "KELUARGA_GANDA": 2}}
        office.journal.record(Kind.RELEASE, release.release_id, Step.STAGED, details=details)
        office.journal.record(Kind.RELEASE, release.release_id, Step.WAITING, details={"reasons": ["Jumlah berubah."]})
        facts = show_release(release.release_id)
        found = facts["by_reason"]
        assert facts["rows"]["berkas"] == release.file_name
    assert [(row["kode_alasan"], row["jumlah_baris"]) for row in found] == [("KELUARGA_GANDA", 2), ("NIK_PANJANG", 1)]
    assert all(row["penjelasan"] for row in found)


def test_one_vocabulary_of_states_with_and_without_the_ledger(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.sqlite", run_id="r", code_version="v")
    for version, step in ((1, Step.LOADED), (2, Step.LOADED), (3, Step.WAITING)):
        details = {"series": "dtks-3375", "period": "2022-04", "version": version}
        journal.record(Kind.RELEASE, f"r-v{version}", Step.RECEIVED, details=details)
        journal.record(Kind.RELEASE, f"r-v{version}", step)
    told = {"r-v1": "digantikan", "r-v2": "berlaku", "r-v3": "menunggu persetujuan"}
    assert states_of(journal, {}) == told
    fields = {"series": "dtks-3375", "period": date(2022, 4, 1), "sha256": "", "content_hash": "", "accepted": 1}
    entries = {
        name: LedgerEntry(release_id=name, version=at, state=state, layout="dtks_a", **fields)
        for at, (name, state) in enumerate(list(told.items())[:2], start=1)
    }
    assert states_of(journal, entries) == told
