"""Rejected rows that an officer mends in the workbook come in as a new version of their release."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from errors import InputRejectedError, UsageError
from flows import administration, rejects_desk
from flows.refresh import refresh
from settings import Home, Settings
from tests.flows.conftest import SmallSample, few_checks, make_sample, put_file, use_home
from warehouse.connection import open_warehouse

pytestmark = pytest.mark.system

RELEASE, MENDED, AGAIN = (f"dtks-3375-2021-10-v{version}" for version in (1, 2, 3))
HEAD = 3
"""Row of the headings, from 1."""


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> SmallSample:
    return make_sample(tmp_path_factory.mktemp("mending") / "sample", seed=8, persons=400, releases=1)


@pytest.fixture(scope="module")
def base(sample: SmallSample) -> Iterator[Path]:
    with few_checks(), use_home(sample.folder / "base") as home:
        # Without totals of the decree, which more accepted rows would no longer meet.
        manifest = sample.manifest(0) | {"control_totals": []}
        put_file(home, sample.file(0).name, sample.file(0).read_bytes(), manifest)
        assert refresh.fn(sources=["registry"])["exit_code"] == 0
        yield home.root


@pytest.fixture
def home(base: Path, tmp_path: Path) -> Iterator[Home]:
    shutil.copytree(base, tmp_path / "home", symlinks=True)
    with few_checks(), use_home(tmp_path / "home") as home:
        yield home


def workbook(release_id: str, out: Path, reason: str, **cells: str) -> int:
    """Export the rejects and set these cells on every row with this reason; returns how many rows that were."""
    rejects_desk.export_rejects(release_id, out)
    book = openpyxl.load_workbook(out)
    sheet = book["Ditolak"]
    column = {cell.value: cell.column for cell in sheet[HEAD]}
    rows = [row for row in range(HEAD + 1, sheet.max_row + 1) if reason in sheet.cell(row, 2).value.split("\n")]
    for row in rows:
        for heading, text in cells.items():
            sheet.cell(row, column[heading]).value = text
    book.save(out)
    return len(rows)


def facts(release_id: str) -> dict[str, Any]:
    with open_warehouse(Settings()) as connection:
        row = connection.execute(
            "SELECT keadaan, baris_berkas, baris_diterima, baris_ditolak, baris_dilewati, nama_berkas FROM core.rilis"
            " WHERE id_rilis = ?",
            [release_id],
        ).fetchone()
    assert row is not None
    return dict(zip(("state", "in_file", "accepted", "rejected", "skipped", "files"), row, strict=True))


def rejected_lines(release_id: str, reason: str) -> int:
    with open_warehouse(Settings()) as connection:
        row = connection.execute(
            "SELECT count(*) FROM core.ditolak_alasan WHERE id_kiriman = ? AND kode_alasan = ?", [release_id, reason]
        ).fetchone()
    return int(row[0]) if row else -1


def test_mended_rows_are_accepted_and_nothing_else_changes(home: Home, tmp_path: Path) -> None:
    before = facts(RELEASE)
    out = tmp_path / "tolak.xlsx"
    mended = workbook(RELEASE, out, "KELURAHAN_TIDAK_DIKENAL", **{"DESA/KELUARAHAN": "JENGGOT", "NAMA": "SITI BETUL"})
    assert mended > 0
    assert administration.submit_mended(out, by="siti") == [MENDED]
    outcome = refresh.fn(sources=["registry"])
    assert outcome["exit_code"] == 0
    counts = {"mended": mended, "accepted": mended, "rejected": 0}
    assert outcome["mended"] == [{"release": MENDED, "before": RELEASE, **counts}]
    after = facts(MENDED)
    assert facts(RELEASE)["state"] == "digantikan"
    assert after == before | {
        "accepted": before["accepted"] + mended,
        "rejected": before["rejected"] - mended,
        "files": f"{before['files']}, tolak.xlsx",
    }
    assert rejected_lines(MENDED, "KELURAHAN_TIDAK_DIKENAL") == 0


def test_what_is_left_can_be_mended_in_a_second_round(home: Home, tmp_path: Path) -> None:
    first, second = tmp_path / "1.xlsx", tmp_path / "2.xlsx"
    workbook(RELEASE, first, "KELURAHAN_TIDAK_DIKENAL", **{"DESA/KELUARAHAN": "JENGGOT", "NAMA": "SITI BETUL"})
    administration.submit_mended(first, by="siti")
    refresh.fn(sources=["registry"])
    count = workbook(MENDED, second, "NAMA_KOSONG", NAMA="BUDI BETUL")
    assert count > 0
    assert administration.submit_mended(second, by="siti") == [AGAIN]
    refresh.fn(sources=["registry"])
    assert facts(AGAIN)["accepted"] == facts(MENDED)["accepted"] + count
    assert rejected_lines(AGAIN, "KELURAHAN_TIDAK_DIKENAL") == rejected_lines(AGAIN, "NAMA_KOSONG") == 0


def test_a_malformed_line_is_mended_by_filling_in_its_cells(home: Home, sample: SmallSample, tmp_path: Path) -> None:
    out = tmp_path / "tolak.xlsx"
    cells = {"NAMA": "SITI BETUL", "DESA/KELUARAHAN": "JENGGOT", "NIK": "3375044107990017", "NOKK": "3375040102030405"}
    count = workbook(RELEASE, out, "JUMLAH_KOLOM", **cells)
    assert count > 0
    administration.submit_mended(out, by="siti")
    refresh.fn(sources=["registry"])
    assert rejected_lines(MENDED, "JUMLAH_KOLOM") == 0
    assert facts(MENDED)["in_file"] == facts(RELEASE)["in_file"]


def test_the_workbook_may_come_through_the_inbox_without_a_manifest(home: Home) -> None:
    workbook(RELEASE, home.inbox_registry / "tolak.xlsx", "NAMA_KOSONG", NAMA="BUDI BETUL")
    assert refresh.fn(sources=["registry"])["exit_code"] == 0
    assert facts(MENDED)["state"] == "berlaku"
    assert list(home.inbox_registry.glob("*.xlsx")) == []


def test_an_untouched_workbook_is_refused(home: Home, tmp_path: Path) -> None:
    rejects_desk.export_rejects(RELEASE, tmp_path / "tolak.xlsx")
    with pytest.raises(InputRejectedError, match="Tidak satu baris pun dibetulkan"):
        administration.submit_mended(tmp_path / "tolak.xlsx", by="siti")


def test_a_line_that_was_not_rejected_cannot_be_changed(home: Home, tmp_path: Path) -> None:
    out = tmp_path / "tolak.xlsx"
    rejects_desk.export_rejects(RELEASE, out)
    book = openpyxl.load_workbook(out)
    book["Ditolak"].cell(HEAD + 1, 1).value = 999_999
    book.save(out)
    with pytest.raises(InputRejectedError, match="Baris 999999 bukan baris yang ditolak"):
        administration.submit_mended(out, by="siti")


def test_a_workbook_of_a_superseded_release_is_refused(home: Home, tmp_path: Path) -> None:
    first, late = tmp_path / "1.xlsx", tmp_path / "2.xlsx"
    workbook(RELEASE, late, "NAMA_KOSONG", NAMA="BUDI BETUL")
    workbook(RELEASE, first, "NAMA_KOSONG", NAMA="SITI BETUL")
    administration.submit_mended(first, by="siti")
    refresh.fn(sources=["registry"])
    with pytest.raises(UsageError, match="tidak sedang berlaku"):
        administration.submit_mended(late, by="siti")


def test_the_same_workbook_again_is_known(home: Home, tmp_path: Path) -> None:
    out = tmp_path / "tolak.xlsx"
    workbook(RELEASE, out, "NAMA_KOSONG", NAMA="BUDI BETUL")
    assert administration.submit_mended(out, by="siti") == [MENDED]
    refresh.fn(sources=["registry"])
    assert administration.submit_mended(out, by="siti") == []
    shutil.copy(out, home.inbox_registry / "sekali lagi.xlsx")
    assert refresh.fn(sources=["registry"])["problems"] == []
    assert list(home.inbox_registry.glob("*.xlsx")) == []


def test_a_ralat_that_waits_is_not_overtaken(home: Home, sample: SmallSample, tmp_path: Path) -> None:
    out = tmp_path / "tolak.xlsx"
    workbook(RELEASE, out, "NAMA_KOSONG", NAMA="BUDI BETUL")
    manifest = sample.manifest(0)
    manifest["control_totals"][0]["persons"] += 7
    put_file(home, "ralat.csv", sample.file(0).read_bytes()[:-200] + b"\n", manifest)
    assert refresh.fn(sources=["registry"])["exit_code"] == 3
    with pytest.raises(UsageError, match=f"{MENDED}, belum dimuat"):
        administration.submit_mended(out, by="siti")


def test_of_a_refused_correction_only_the_workbook_goes_back(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise InputRejectedError("Tidak dapat diterima.")

    out = tmp_path / "tolak.xlsx"
    workbook(RELEASE, out, "NAMA_KOSONG", NAMA="BUDI BETUL")
    administration.submit_mended(out, by="siti")
    monkeypatch.setattr("flows.steps.releases.stage_release", refuse)
    refresh.fn(sources=["registry"])
    given_back = {path.name for path in (home.inbox_registry / "ditolak").iterdir()}
    assert given_back == {"tolak.xlsx", "tolak.xlsx.alasan.txt"}


def test_beside_a_warehouse_that_was_lost_the_workbook_waits_for_its_release(home: Home, tmp_path: Path) -> None:
    out = home.inbox_registry / "tolak.xlsx"
    workbook(RELEASE, out, "NAMA_KOSONG", NAMA="BUDI BETUL")
    home.warehouse_file.unlink()
    with pytest.raises(UsageError, match=r"sedang dimuat kembali.*dampingan refresh"):
        administration.submit_mended(out, by="siti")
    outcome = refresh.fn(sources=["registry"])
    assert outcome["problems"] == []
    assert any("sedang dimuat kembali" in notice for notice in outcome["notices"])
    assert refresh.fn(sources=["registry"])["mended"][0]["release"] == MENDED
    assert facts(MENDED)["state"] == "berlaku"


def test_a_ralat_beside_a_workbook_is_taken_and_the_workbook_told_what_to_do(home: Home, sample: SmallSample) -> None:
    workbook(RELEASE, home.inbox_registry / "a-tolak.xlsx", "NAMA_KOSONG", NAMA="BUDI BETUL")
    manifest = sample.manifest(0) | {"control_totals": []}
    put_file(home, "ralat.csv", sample.file(0).read_bytes() + b"\n", manifest)
    [problem] = refresh.fn(sources=["registry"])["problems"]
    assert f"`dampingan release rejects {MENDED} -o tolak.xlsx`" in problem["paragraph"]
    assert facts(MENDED)["state"] == "berlaku"
    assert (home.inbox_registry / "ditolak" / "a-tolak.xlsx").exists()


def test_a_workbook_of_a_release_that_waits_says_to_decide_first(
    home: Home, sample: SmallSample, tmp_path: Path
) -> None:
    manifest = sample.manifest(0)
    manifest["control_totals"][0]["persons"] += 7
    put_file(home, "ralat.csv", sample.file(0).read_bytes() + b"\n", manifest)
    refresh.fn(sources=["registry"])
    workbook(MENDED, tmp_path / "tolak.xlsx", "NAMA_KOSONG", NAMA="BUDI BETUL")
    with pytest.raises(UsageError, match=f"release approve {MENDED}"):
        administration.submit_mended(tmp_path / "tolak.xlsx", by="siti")


def test_any_other_workbook_needs_its_decree(home: Home, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["NIK", "NAMA"])
    book.save(tmp_path / "lain.xlsx")
    with pytest.raises(UsageError, match="periode dan SK-nya"):
        administration.submit_mended(tmp_path / "lain.xlsx", by="siti")


def test_the_rejects_of_a_release_that_waits_can_be_looked_at_before_the_decision(
    home: Home, sample: SmallSample, tmp_path: Path
) -> None:
    first, waiting = tmp_path / "1.xlsx", tmp_path / "2.xlsx"
    before = rejects_desk.export_rejects(RELEASE, first)
    manifest = sample.manifest(0)
    manifest["control_totals"][0]["persons"] += 7
    put_file(home, "ralat.csv", sample.file(0).read_bytes() + b"\n", manifest)
    assert refresh.fn(sources=["registry"])["exit_code"] == 3
    assert rejects_desk.export_rejects(MENDED, waiting) == before > 0
    sheets = [openpyxl.load_workbook(file)["Ditolak"] for file in (first, waiting)]
    one, other = ([[cell.value for cell in row] for row in sheet.iter_rows(min_row=HEAD)] for sheet in sheets)
    assert one == other
    assert waiting.stat().st_mode & 0o077 == 0
    assert list(home.staging.iterdir()) == []


def test_a_release_that_was_withdrawn_before_it_was_loaded_has_no_rejects_to_export(
    home: Home, sample: SmallSample, tmp_path: Path
) -> None:
    manifest = sample.manifest(0)
    manifest["control_totals"][0]["persons"] += 7
    put_file(home, "ralat.csv", sample.file(0).read_bytes() + b"\n", manifest)
    refresh.fn(sources=["registry"])
    administration.withdraw_release(MENDED, reason="salah", by="siti")
    with pytest.raises(UsageError, match="ditarik"):
        rejects_desk.export_rejects(MENDED, tmp_path / "x.xlsx")
    with pytest.raises(UsageError, match="tidak dikenal"):
        rejects_desk.export_rejects("dtks-3375-1999-01-v1", tmp_path / "x.xlsx")


def test_a_row_that_was_changed_and_is_still_wrong_is_counted_apart(home: Home, tmp_path: Path) -> None:
    out = tmp_path / "tolak.xlsx"
    accepted = workbook(RELEASE, out, "NAMA_KOSONG", NAMA="BUDI BETUL")
    book = openpyxl.load_workbook(out)
    sheet = book["Ditolak"]
    column = next(cell.column for cell in sheet[HEAD] if cell.value == "DESA/KELUARAHAN")
    unknown = [
        row for row in range(HEAD + 1, sheet.max_row + 1) if sheet.cell(row, 2).value == "KELURAHAN_TIDAK_DIKENAL"
    ]
    for row in unknown:
        sheet.cell(row, column).value = "ENTAH"
    book.save(out)
    administration.submit_mended(out, by="siti")
    [found] = refresh.fn(sources=["registry"])["mended"]
    assert (found["accepted"], found["rejected"]) == (accepted, len(unknown))
    assert len(unknown) > 0
