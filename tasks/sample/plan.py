"""What a synthetic register should contain: rates, releases and exact targets. Plain data and arithmetic.

Knows nothing of files or of how a person is made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType

from errors import UsageError
from tasks.reference import BUNDLED, Region

WARNING_RATES: Mapping[str, float] = MappingProxyType(
    {
        "NIK_KOSONG": 0.013,
        "NIK_LUAR_DAERAH": 0.008,
        "NIK_TANGGAL_BEDA": 0.072,
        "NIK_KELAMIN_BEDA": 0.015,
        "NIK_GANDA": 0.0005,
        "KK_KOSONG": 0.015,
        "TANGGAL_LAHIR_KOSONG": 0.013,
        "UMUR_MUSTAHIL": 0.0005,
        "HUBUNGAN_KOSONG": 0.073,
        "HUBUNGAN_TIDAK_DIKENAL": 0.001,
        "KELAMIN_TIDAK_DIKENAL": 0.001,
        "BANTUAN_TIDAK_DIKENAL": 0.001,
        "KECAMATAN_BEDA": 0.002,
    }
)
"""Share of persons per warning: measured on 3,108 members of a real DTKS file where 0.008 and above, else small."""

REGISTER_RATES: Mapping[str, float] = MappingProxyType(
    {
        "KELURAHAN_BEDA": 0.002,
        "KELUARGA_TIDAK_ADA": 0.01,
        "RUMAH_TANGGA_TIDAK_TETAP": 0.004,
        "DESIL_TIDAK_DIKENAL": 0.001,
        "PERSENTIL_TIDAK_DIKENAL": 0.001,
        "UMUR_TIDAK_DIKENAL": 0.001,
        "KEBERADAAN_TIDAK_DIKENAL": 0.001,
        "TIDAK_BERADA": 0.03,
    }
)
"""Share of persons or households per warning that only some layouts can show."""

REJECT_RATES: Mapping[str, float] = MappingProxyType(
    {
        "JUMLAH_KOLOM": 0.0003,
        "NIK_ILMIAH": 0.0004,
        "NIK_KARAKTER": 0.0003,
        "NIK_PANJANG": 0.0008,
        "NIK_SERAGAM": 0.0002,
        "NIK_TANGGAL": 0.0004,
        "NIK_SERI_NOL": 0.0004,
        "KK_TIDAK_SAH": 0.0004,
        "NIK_SAMA_KK": 0.0002,
        "NAMA_KOSONG": 0.0002,
        "NAMA_ANGKA": 0.0002,
        "TANGGAL_LAHIR_TIDAK_SAH": 0.0004,
        "KELURAHAN_TIDAK_DIKENAL": 0.0005,
    }
)
"""Rows that must be rejected, per code, as a share of the accepted rows; each code occurs at least once."""


@dataclass(frozen=True, slots=True)
class ReleasePlan:
    """One release.

    Args:
        period: `YYYY-MM`.
        sk_number, sk_date: the decree it belongs to.
        accepted: exact number of accepted rows per kecamatan (Kemendagri code); others are free.
    """

    period: str
    sk_number: str
    sk_date: date
    accepted: Mapping[str, int] = field(default_factory=dict)

    @property
    def start(self) -> date:
        """First day of the period."""
        return date.fromisoformat(f"{self.period}-01")


@dataclass(frozen=True, slots=True)
class SamplePlan:
    """Everything but the size and the seed.

    Args:
        region: whose persons they are.
        releases: the first releases; further ones follow half a year apart with invented decrees.
        left_rate, entered_rate, moved_rate, changed_rate: per step, as a share of the rows of the release before.
        alias_share, decorated_share: share of rows whose kelurahan is written under another name, or as
            'KELURAHAN X', in title case, with dashes or stray blanks.
        kecamatan_writings: other writings of a kecamatan, by Kemendagri code.
        names_elsewhere: kelurahan that are not in the region.
        namesake: another name of a kelurahan, and the kabupaten under which it does not count.
        household_twice_rate, household_empty_rate: share of the households whose row stands twice, or beside which
            there is a row of a household without members; a third of these has no number, a third lacks a field.
        double_reject_share: share of the rejected rows that break a second rule (NAMA_ANGKA).
        blank_line_rate: empty lines as a share of the accepted rows (at least one).
        numbering_release: index of the release with a row `1|2|...|23` below its header.
        chunk_persons: persons made at once; bounds the memory.
    """

    region: Region = BUNDLED
    province: str = "Jawa Tengah"
    releases: tuple[ReleasePlan, ...] = ()
    left_rate: float = 0.025
    entered_rate: float = 0.04
    moved_rate: float = 0.008
    changed_rate: float = 0.04
    alias_share: float = 0.06
    decorated_share: float = 0.04
    kecamatan_writings: Mapping[str, tuple[str, ...]] = field(
        default_factory=lambda: {"33.75.04": ("PEKALONGAN SEL.",)}
    )
    warning_rates: Mapping[str, float] = field(default_factory=lambda: WARNING_RATES)
    register_rates: Mapping[str, float] = field(default_factory=lambda: REGISTER_RATES)
    reject_rates: Mapping[str, float] = field(default_factory=lambda: REJECT_RATES)
    names_elsewhere: tuple[str, ...] = ("KEDUNGWUNI", "WIRADESA")
    namesake: tuple[str, str] | None = ("BUARAN", "KABUPATEN PEKALONGAN")
    household_twice_rate: float = 0.002
    household_empty_rate: float = 0.004
    double_reject_share: float = 0.02
    blank_line_rate: float = 0.0002
    numbering_release: int | None = 0
    chunk_persons: int = 100_000


PEKALONGAN_SAMPLE = SamplePlan(
    releases=(
        ReleasePlan("2021-10", "460/0871", date(2021, 10, 11), {"33.75.04": 38_914}),
        ReleasePlan("2022-04", "460/0233", date(2022, 4, 4), {"33.75.04": 39_503}),
    )
)


def plan_for(region: Region) -> SamplePlan:
    """Rates alone, for any number of persons of this region."""
    if region.code == BUNDLED.code:
        return SamplePlan(region=region)
    return SamplePlan(region=region, kecamatan_writings={}, names_elsewhere=(), namesake=None)


def home_plan_for(region: Region) -> SamplePlan:
    """What a sample home of this region holds: in the bundled one with the totals of its decrees."""
    releases = PEKALONGAN_SAMPLE.releases if region.code == BUNDLED.code else ()
    return replace(plan_for(region), releases=releases)


def releases_of(plan: SamplePlan, count: int) -> tuple[ReleasePlan, ...]:
    """The first `count` releases: those of the plan, then one every half year (from 2021-10 without a plan)."""
    releases = list(plan.releases[:count])
    while len(releases) < count:
        months = 2021 * 12 + 9
        if releases:
            last = releases[-1].start
            months = last.year * 12 + last.month - 1 + 6
        year, month = divmod(months, 12)
        number = f"460/{1000 + 37 * len(releases):04d}"
        releases.append(ReleasePlan(f"{year}-{month + 1:02d}", number, date(year, month + 1, 11)))
    return tuple(releases)


@dataclass(frozen=True, slots=True)
class Step:
    """Whole persons that leave, enter, move and change between two releases, and the rows before it."""

    stock: int
    left: int
    entered: int
    moved: int
    changed: int


def steps_of(plan: SamplePlan, persons: int, releases: int) -> tuple[Step, ...]:
    """The steps after the first release; `persons` are its accepted rows.

    Raises UsageError when the rates of persons who do anything add up to more than four fifths.
    """
    if plan.left_rate + plan.moved_rate + plan.changed_rate > 0.8:
        raise UsageError(
            "Laju keluar, pindah dan berubah bersama-sama lebih dari 0,8.", next_step="Pilih laju yang lebih kecil."
        )
    steps = []
    stock = persons
    for _ in range(releases - 1):
        rates = (plan.left_rate, plan.entered_rate, plan.moved_rate, plan.changed_rate)
        left, entered, moved, changed = (round(rate * stock) for rate in rates)
        steps.append(Step(stock, left, entered, moved, changed))
        stock += entered - left
    return tuple(steps)


def part(total: int, index: int, parts: int) -> int:
    """The share of piece `index` when `total` is cut into `parts` whole pieces of nearly the same size."""
    return total * (index + 1) // parts - total * index // parts
