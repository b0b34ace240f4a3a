"""Comparing two releases and looking at one, in a small home whose releases were made by hand."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from typer.testing import CliRunner

from cli import app
from errors import UsageError
from flows.comparison import compare_releases
from flows.inspection import show_release
from settings import Home, Settings
from tasks.reference import read_areas
from tasks.registry.intake import Submission, receive_release
from tasks.registry.manifest import ControlTotalEntry, ReleaseManifest
from tests.flows.conftest import snapshot, use_home
from tests.warehouse.register import JENGGOT, MEDONO, Person, person, release
from warehouse.connection import open_warehouse, replace_rows
from warehouse.journal import Journal, Kind, Step
from warehouse.raw import RawStore
from warehouse.releases import Approval, load_release
from warehouse.tables.reference import WILAYAH
from warehouse.views import create_views

APRIL, RALAT, JULY, WAITING, DTSEN = (
    "dtks-3375-2022-04-v1",
    "dtks-3375-2022-04-v2",
    "dtks-3375-2022-07-v1",
    "dtks-3375-2022-10-v1",
    "dtsen-3375-2022-12-v1",
)
TOTALS = (
    ControlTotalEntry(level="kecamatan", kode_kemendagri="33.75.04", persons=3),
    ControlTotalEntry(level="kelurahan", kode_kemendagri=MEDONO, persons=1),
)


class Office:
    """A home and its journal; releases come in without being read."""

    def __init__(self, home: Home, folder: Path) -> None:
        home.create()
        self.folder = folder
        self.raw = RawStore(home.raw)
        self.journal = Journal(home.journal_file, run_id="r", code_version="v")

    def receive(self, name: str, month: int, totals: tuple[ControlTotalEntry, ...] = ()) -> str:
        file = self.folder / f"{name}.csv"
        file.write_text(name)
        manifest = ReleaseManifest(
            source="dtks",
            area="3375",
            period=f"2022-{month:02d}",
            sk_number="460/0233",
            sk_date=date(2022, 4, 4),
            control_totals=totals,
        )
        submission = Submission((file,), manifest, "siti")
        return receive_release(
            submission, self.raw, self.journal, area_code="3375", today=date(2026, 11, 24)
        ).release_id

    def step(self, release_id: str, step: Step, **details: Any) -> None:
        self.journal.record(Kind.RELEASE, release_id, step, details=details)

    def load(self, people: list[Person], month: int, **more: Any) -> None:
        staged = release(self.folder, people, month=month, **more)
        if staged.series.startswith("dtsen"):
            staged = dataclasses.replace(staged, source_system="DTSEN")
        with open_warehouse(Settings()) as connection:
            replace_rows(connection, WILAYAH.qualified, read_areas("3375", "Kota Pekalongan").areas)
            load_release(connection, staged)
            create_views(connection, Settings())
        self.step(staged.release_id, Step.LOADED, content_hash="x")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """April was corrected, July approved, October waits; DTSEN follows."""
    folder = tmp_path_factory.mktemp("comparison")
    with use_home(folder / "home") as home:
        office = Office(home, folder)
        office.receive("april", 4)
        office.load([person(9)], 4)
        office.receive("ralat", 4)
        office.load([person(1), person(2), person(3)], 4, version=2)
        office.receive("juli", 7, TOTALS)
        office.step(JULY, Step.STAGED, in_file=4, accepted=4, rejected=0, skipped=0, rejected_by={})
        office.step(JULY, Step.WAITING, reasons=["Total SK berbeda.", "Susut."])
        office.step(JULY, Step.APPROVED, reason="sesuai berita acara", by="kepala")
        approval = Approval("kepala", datetime.now(UTC), "sesuai berita acara")
        moved = person(2, kode_kemendagri=MEDONO)
        office.load([person(1, bansos_pkh=True), moved, person(4), person(5)], 7, approval=approval)
        office.receive("oktober", 10, TOTALS)
        office.step(WAITING, Step.WAITING, reasons=["Susut."])
        office.step(DTSEN, Step.RECEIVED, series="dtsen-3375", period="2022-12", version=1)
        office.load([person(1), person(2)], 12, series="dtsen-3375")
        yield office


@pytest.fixture(autouse=True)
def _home(office: Office) -> Iterator[None]:
    with use_home(office.folder / "home"):
        yield


def test_two_releases_compared(tmp_path: Path, office: Office) -> None:
    before = snapshot(office.folder / "home")
    facts = compare_releases(RALAT, JULY, tmp_path / "beda.xlsx")
    total = {name: facts["total"][f"{name}_jiwa"] for name in ("masuk", "keluar", "pindah_masuk", "berubah")}
    assert total == {"masuk": 2, "keluar": 1, "pindah_masuk": 1, "berubah": 1}
    assert (facts["before"]["release_id"], facts["after"]["release_id"]) == (RALAT, JULY)
    assert (len(facts["areas"]), len(facts["districts"]), facts["notices"]) == (27, 4, [])
    assert [row["kolom"] for row in facts["columns"]] == ["bansos_pkh", "kode_kemendagri"]
    book = openpyxl.load_workbook(tmp_path / "beda.xlsx")
    assert [book[name].max_row - 4 for name in ("Masuk", "Keluar", "Pindah", "Berubah")] == [2, 1, 1, 1]
    assert book["Keluar"]["A5"].value == "3375040101990003"
    assert snapshot(office.folder / "home") == before


def test_named_in_the_other_order_it_says_so(office: Office) -> None:
    facts = compare_releases(JULY, RALAT)
    assert facts["before"]["release_id"] == RALAT
    assert facts["notices"] == [f"Dibandingkan dari yang lebih lama, {RALAT}, ke yang lebih baru."]
    assert facts["workbook"] is None


def test_another_layout_is_said_because_it_looks_like_a_change(office: Office) -> None:
    with open_warehouse(Settings()) as connection:
        connection.execute("UPDATE core.rilis SET tata_letak = 'dtks_b' WHERE id_rilis = ?", [RALAT])
    assert compare_releases(JULY, DTSEN)["notices"][0].startswith("DTKS dan DTSEN")
    [notice] = compare_releases(RALAT, JULY)["notices"]
    assert "berbeda (dtks_b dan dtks_a)" in notice
    with open_warehouse(Settings()) as connection:
        connection.execute("UPDATE core.rilis SET tata_letak = 'dtks_a' WHERE id_rilis = ?", [RALAT])


def test_across_a_break_it_warns(tmp_path: Path, office: Office) -> None:
    facts = compare_releases(JULY, DTSEN, tmp_path / "beda.xlsx")
    assert facts["columns"] is None
    assert {row["berubah_jiwa"] for row in facts["areas"]} == {None}
    [notice] = facts["notices"]
    assert notice.startswith("DTKS dan DTSEN menghitung dengan cara berbeda")
    assert openpyxl.load_workbook(tmp_path / "beda.xlsx")["Ringkasan"]["A3"].value == notice


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        (JULY, JULY, f"{JULY} disebut dua kali"),
        (JULY, "dtks-3375-1999-01-v1", "dtks-3375-1999-01-v1 tidak dikenal"),
        (WAITING, JULY, f"{WAITING} tidak sedang berlaku, melainkan menunggu persetujuan"),
        (JULY, APRIL, f"{APRIL} tidak sedang berlaku, melainkan digantikan"),
    ],
)
def test_what_cannot_be_compared_is_a_usage_error(
    one: str, other: str, said: str, tmp_path: Path, office: Office
) -> None:
    with pytest.raises(UsageError, match=said) as refused:
        compare_releases(one, other, tmp_path / "beda.xlsx")
    assert refused.value.next_step
    assert not (tmp_path / "beda.xlsx").exists()


def test_the_releases_in_force_are_named(office: Office) -> None:
    with pytest.raises(UsageError) as refused:
        compare_releases(APRIL, JULY)
    assert refused.value.next_step == f"Yang berlaku: {RALAT}, {JULY}, {DTSEN}."


def test_a_home_without_a_warehouse_has_nothing_to_compare(tmp_path: Path) -> None:
    with use_home(tmp_path / "kosong"), pytest.raises(UsageError, match="tidak dikenal"):
        compare_releases(APRIL, JULY)
    assert not (tmp_path / "kosong").exists()


def test_a_release_shows_its_decree_its_totals_and_its_history(office: Office) -> None:
    facts = show_release(JULY)
    assert facts["decree"] == {
        "sk_number": "460/0233",
        "sk_date": "2022-04-04",
        "source": "dtks",
        "area": "3375",
        "period": "2022-07",
        "version": 1,
    }
    assert [(file["name"], len(file["sha256"])) for file in facts["files"]] == [("juli.csv", 64)]
    totals = [tuple(row.values()) for row in facts["control_totals"]]
    assert totals == [
        ("kecamatan", "33.75.04", "Pekalongan Selatan", 3, 3, 0),
        ("kelurahan", MEDONO, "Medono", 1, 1, 0),
    ]
    assert [(event["state"], event["by"], event["reasons"]) for event in facts["history"]] == [
        ("diterima", "siti", []),
        ("dibaca", None, []),
        ("menunggu persetujuan", None, ["Total SK berbeda.", "Susut."]),
        ("disetujui", "kepala", ["sesuai berita acara"]),
        ("berlaku", None, []),
    ]


def test_what_a_waiting_release_without_staged_rows_accepted_is_unknown(office: Office) -> None:
    facts = show_release(WAITING)
    assert {(row["jumlah_diterima_jiwa"], row["selisih_jiwa"]) for row in facts["control_totals"]} == {(None, None)}


def test_the_command_prints_one_object_or_a_table(tmp_path: Path, office: Office) -> None:
    out = tmp_path / "beda [1].xlsx"
    result = CliRunner().invoke(app, ["release", "diff", RALAT, JULY, "-o", str(out), "--json"])
    facts = json.loads(result.stdout)
    assert (facts["total"]["masuk_jiwa"], facts["workbook"]) == (2, str(out))
    assert "SINTETIS" not in result.stdout
    shown = CliRunner().invoke(app, ["release", "diff", RALAT, JULY]).stdout
    assert "Kuripan Kertoharjo" in shown
    assert JENGGOT not in shown
    wrong = CliRunner().invoke(app, ["release", "diff", RALAT, JULY, "-o", str(tmp_path / "beda.csv")])
    assert isinstance(wrong.exception, UsageError)
