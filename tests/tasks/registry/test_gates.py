"""What makes a release wait: jumps in size, NIKs that end in 0, totals of the SK that are not met."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tasks.registry.accounts import StagedRelease
from tasks.registry.gates import accepted_in, reasons_to_wait
from tasks.registry.manifest import ControlTotalEntry, ReleaseManifest
from warehouse.accounting import RowAccounting, TableAccount

AREAS = {"33.75.04.1004": 60, "33.75.04.1010": 30, "33.75.01.1002": 10}
NAMES = {"33.75.04": "Pekalongan Selatan", "33.75.04.1004": "Jenggot"}


def reasons(
    *,
    previous: int | None = None,
    share: float = 0.2,
    zeros: int = 0,
    without_nik: int = 0,
    totals: tuple[ControlTotalEntry, ...] = (),
    sk_date: date = date(2022, 4, 4),
) -> list[str]:
    accepted = sum(AREAS.values())
    staged = StagedRelease(
        release_id="r",
        layout="dtks_a",
        unit_of_analysis="individu",
        constant_within=[],
        columns=[],
        rows=Path("a"),
        rejected=Path("b"),
        tables=[TableAccount("warga", "a.csv", [], 1, RowAccounting(accepted, accepted, 0, 0, 0), {})],
        without_nik=without_nik,
        niks_ending_in_zero=zeros,
        accepted_by_area=AREAS,
        unknown_values={},
        corrections=[],
        notices=[],
    )
    manifest = ReleaseManifest(
        source="dtks",
        area="3375",
        period="2022-04",
        sk_number="1",
        sk_date=sk_date,
        control_totals=totals,
    )
    return reasons_to_wait(
        staged,
        manifest,
        previous_accepted=previous,
        change_share=share,
        truncated_nik_share=0.3,
        area_names=NAMES,
    )


@pytest.mark.parametrize(
    ("previous", "said"),
    [(None, ""), (100, ""), (125, ""), (84, ""), (126, "-20,6 %"), (83, "+20,5 %"), (0, "")],
)
def test_a_jump_in_size_waits(previous: int | None, said: str) -> None:
    found = reasons(previous=previous)
    assert len(found) == bool(said)
    assert all(said in reason and str(previous) in reason for reason in found)


@pytest.mark.parametrize(
    ("zeros", "without_nik", "waits"), [(30, 0, False), (31, 0, True), (30, 1, True), (0, 100, False), (100, 0, True)]
)
def test_many_niks_that_end_in_zero_wait(zeros: int, without_nik: int, waits: bool) -> None:
    found = reasons(zeros=zeros, without_nik=without_nik)
    assert bool(found) is waits
    assert all(f"{zeros} dari {100 - without_nik} NIK" in reason and "Excel" in reason for reason in found)


def _total(code: str, persons: int, level: Any = "kecamatan") -> ControlTotalEntry:
    return ControlTotalEntry(level=level, kode_kemendagri=code, persons=persons)


@pytest.mark.parametrize(
    ("total", "said"),
    [
        (_total("33.75.04", 90), ""),
        (_total("33.75.04", 91), "Pekalongan Selatan adalah 91 jiwa, yang diterima 90 (selisih -1)"),
        (_total("33.75.04.1004", 60, "kelurahan"), ""),
        (_total("33.75.04.1004", 58, "kelurahan"), "Jenggot adalah 58 jiwa, yang diterima 60 (selisih +2)"),
        (_total("33.75.0", 100), "33.75.0 adalah 100 jiwa, yang diterima 0"),
        (_total("33.75.02", 5), "33.75.02 adalah 5 jiwa, yang diterima 0 (selisih -5)"),
        (_total("33.75.02", 0), ""),
    ],
)
def test_a_total_of_the_sk_that_is_not_met_waits(total: ControlTotalEntry, said: str) -> None:
    found = reasons(totals=(total,))
    assert len(found) == bool(said)
    assert all(said in reason for reason in found)


def test_all_reasons_are_given_at_once() -> None:
    assert len(reasons(previous=1000, zeros=90, totals=(_total("33.75.04", 1), _total("33.75.01", 2)))) == 4


@pytest.mark.parametrize(
    ("sk_date", "waits"),
    [(date(2022, 4, 4), False), (date(2023, 4, 2), False), (date(2023, 4, 3), True), (date(2020, 4, 4), True)],
)
def test_a_decree_far_from_the_period_waits(sk_date: date, waits: bool) -> None:
    found = [reason for reason in reasons(sk_date=sk_date) if "terpaut" in reason]
    assert bool(found) is waits


def test_persons_of_a_kelurahan_and_of_a_kecamatan() -> None:
    by_area = {"33.75.04.1004": 5, "33.75.04.1010": 2, "33.75.01.1002": 1}
    assert [accepted_in(code, by_area) for code in ("33.75.04", "33.75.04.1010", "33.75.0", "33.75.04.1")] == [
        7,
        2,
        0,
        0,
    ]
