"""What an officer is told about bad rows, and which reports are not loaded at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from errors import InputRejectedError
from tasks.programmes.findings import MOST_SHOWN, shortened
from tasks.programmes.gates import require_acceptable
from tests.tasks.programmes.conftest import GOOD_LINE, HEAD, HEADINGS
from warehouse.programmes import StagedReport

Stage = Callable[[Path], StagedReport]
Workbook = Callable[..., Path]
FIRST_LINE = len(HEAD) + 2


def changed(**cells: object) -> tuple[object, ...]:
    names = dict(zip(HEADINGS, GOOD_LINE, strict=True))
    return tuple((names | {heading.replace("_", " "): cell for heading, cell in cells.items()}).values())


def test_each_bad_row_is_named_with_its_column_and_never_quoted(stage: Stage, workbook: Workbook) -> None:
    bad = changed(Sumber_Dana="Kantong Pak Rahasia")
    warned = changed(Sumber_Dana="Dana Desa")
    report = stage(workbook(*HEAD, HEADINGS, GOOD_LINE, warned, bad))
    assert report.findings == (
        f"lembar Laporan, baris {FIRST_LINE + 2}, kolom Sumber Dana: Sumber dana tidak ada dalam daftar. Pilih "
        "salah satu: APBD kota, APBD provinsi, APBN, DAK, Baznas, CSR, swadaya, lainnya. Baris ini ditolak.",
        f"lembar Laporan, baris {FIRST_LINE + 1}, kolom Sumber Dana: Sumber dana tertulis Dana Desa, padahal "
        "kelurahan tidak menerimanya; sumber dana dikosongkan. Periksa sumber dananya, lalu pilih salah satu "
        "dari daftar.",
    )
    assert "Rahasia" not in " ".join(report.findings)


def test_a_number_of_a_person_names_the_row_alone(stage: Stage, workbook: Workbook) -> None:
    report = stage(workbook(*HEAD, HEADINGS, GOOD_LINE, changed(Kegiatan="NIK 3375044107990017")))
    (finding,) = report.findings
    assert finding.startswith(f"lembar Laporan, baris {FIRST_LINE + 1}: Ada 16 angka")
    assert "3375" not in finding


def test_a_long_list_is_cut_and_says_how_much_is_missing() -> None:
    findings = [f"baris {row}" for row in range(MOST_SHOWN + 3)]
    assert shortened(findings) == [*findings[:MOST_SHOWN], "dan 3 lainnya."]
    assert shortened(findings[:MOST_SHOWN]) == findings[:MOST_SHOWN]


def counted(report: StagedReport, accepted: int, rejected: int) -> StagedReport:
    sums = replace(report.accounting, in_file=accepted + rejected, accepted=accepted, rejected=rejected)
    return replace(report, accounting=sums)


@pytest.mark.parametrize(
    ("accepted", "rejected", "in_force", "passes"),
    [
        (5, 0, "dlh-v1", True),
        (3, 3, "dlh-v1", True),
        (3, 4, "dlh-v1", False),
        (1, 9, None, True),
        (0, 1, None, False),
        (0, 1, "dlh-v1", False),
    ],
)
def test_what_may_be_loaded(
    stage: Stage, workbook: Workbook, accepted: int, rejected: int, in_force: str | None, passes: bool
) -> None:
    report = counted(stage(workbook(*HEAD, HEADINGS, changed(Horizon="segera"))), accepted, rejected)
    if passes:
        require_acceptable(report, in_force=in_force)
        return
    with pytest.raises(InputRejectedError, match=rf"lembar Laporan, baris {FIRST_LINE}, kolom Horizon") as fault:
        require_acceptable(report, in_force=in_force)
    assert fault.value.where == report.file_name
    assert (in_force or "") in fault.value.what or accepted == 0


def test_a_kelurahan_of_another_opd_is_said_once_for_the_report(stage: Stage, workbook: Workbook) -> None:
    head = (HEAD[0], ("Kelurahan", "Krapyak"), *HEAD[2:])
    report = stage(workbook(*head, HEADINGS, GOOD_LINE, GOOD_LINE))
    assert report.remarks == ("DLH tidak ditetapkan untuk Krapyak (menurut penetapan: Jenggot).",)
    assert report.findings == ()
    assert report.accounting.warned == 2
    assert stage(workbook(*HEAD, HEADINGS, GOOD_LINE)).remarks == ()
