"""What can be seen of a release that is not loaded."""

from __future__ import annotations

from pathlib import Path

from flows.inspection import show_release
from tests.flows.conftest import use_home
from tests.tasks.registry.test_intake import Office
from warehouse.journal import Journal, Kind, Step
from warehouse.raw import RawStore


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
        found = show_release(release.release_id)["by_reason"]
    assert [(row["kode_alasan"], row["jumlah_baris"]) for row in found] == [("KELUARGA_GANDA", 2), ("NIK_PANJANG", 1)]
    assert all(row["penjelasan"] for row in found)
