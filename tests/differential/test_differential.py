"""Two releases in each of three layouts through the whole job: rows, changes and marts as computed by other means."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from flows.refresh import refresh
from settings import Home, Settings
from tasks.sample.plan import REGISTER_RATES, REJECT_RATES, WARNING_RATES, SamplePlan
from tasks.sample.registry import TRUTH_NAME, write_registry_sample
from tests.differential.marts import COLUMNS, Register
from tests.differential.rules import Computed, compute
from tests.flows.conftest import few_checks, use_home
from warehouse.connection import open_warehouse

pytestmark = pytest.mark.system

LAYOUTS = ("dtks_a", "bdt_d", "dtsen_g")
PLAN = SamplePlan(
    warning_rates={code: max(rate, 0.01) for code, rate in WARNING_RATES.items()},
    register_rates={code: max(rate, 0.02) for code, rate in REGISTER_RATES.items()},
    reject_rates={code: max(rate, 0.004) for code, rate in REJECT_RATES.items()},
)
"""Every defect often enough to stand in each kecamatan."""


@dataclass(frozen=True)
class Both:
    """A register as computed, and the warehouse that the product made of the same files."""

    computed: list[Computed]
    register: Register
    connection: duckdb.DuckDBPyConnection

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        return self.connection.execute(sql, values).fetchall()


@pytest.fixture(scope="module", params=LAYOUTS)
def both(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    folder = tmp_path_factory.mktemp(request.param)
    raw = folder / "raw"
    write_registry_sample(raw, persons=1_500, releases=2, seed=20261124, plan=PLAN, layout=request.param)
    with use_home(folder / "home") as home, pytest.MonkeyPatch.context() as patch, few_checks():
        patch.setenv("DAMPINGAN_ROUNDING_BASE", "1")
        patch.setenv("DAMPINGAN_SUPPRESSION_THRESHOLD", "1")
        _lay_in(home, raw)
        outcome = refresh.fn()
        assert outcome["exit_code"] == 0, outcome["problems"]
        computed = [_computed(request.param, manifest) for manifest in sorted(raw.glob("*.manifest.json"))]
        assert len(computed) == 2
        with open_warehouse(Settings()) as connection:
            yield Both(computed, Register(computed), connection)


def _lay_in(home: Home, raw: Path) -> None:
    """Everything but the truth into the inbox, manifests last."""
    home.create()
    for file in sorted(raw.iterdir(), key=lambda path: path.name.endswith(".manifest.json")):
        if file.name != TRUTH_NAME:
            shutil.copy(file, home.inbox_registry)


def _computed(layout: str, manifest: Path) -> Computed:
    persons = manifest.with_name(manifest.name.removesuffix(".manifest.json"))
    files = {"warga": persons}
    if layout == "dtsen_g":
        files["keluarga"] = persons.with_name(persons.name.replace("anggota", "keluarga"))
    return compute(layout, files, json.loads(manifest.read_text("utf-8")))


def _assert_same(found: Counter[tuple[Any, ...]], expected: Counter[tuple[Any, ...]]) -> None:
    """Names the first rows that one side has alone."""
    more, fewer = sorted((found - expected), key=repr), sorted((expected - found), key=repr)
    assert not more, f"{len(more)} rows only in the product: {more[:5]}"
    assert not fewer, f"{len(fewer)} rows only in the computation: {fewer[:5]}"


def test_every_row_is_in_the_ledger_alike(both: Both) -> None:
    found = both.rows(
        "SELECT id_rilis, bagian, baris_berkas, baris_diterima, baris_ditolak, baris_dilewati FROM core.berkas_rilis"
    )
    assert Counter(found) == Counter(
        (release.release_id, part, *release.sums(part)) for release in both.computed for part in release.tables
    )
    assert all(accepted + rejected + skipped == rows for _, _, rows, accepted, rejected, skipped in found)


def test_rejected_lines_and_their_reasons(both: Both) -> None:
    expected = Counter(
        (release.release_id, part, line, code)
        for release in both.computed
        for part, lines in release.rejected.items()
        for line, codes in lines.items()
        for code in codes
    )
    found = both.rows("SELECT id_kiriman, bagian, baris_sumber, kode_alasan FROM core.ditolak_alasan")
    _assert_same(Counter(found), expected)
    lines = both.rows("SELECT id_kiriman, bagian, baris_sumber FROM core.ditolak")
    _assert_same(Counter(lines), Counter({row[:3]: 1 for row in expected}))
    assert len({code for *_, code in expected}) >= 8


def test_warnings_by_line(both: Both) -> None:
    expected = Counter(
        (release.release_id, line, code)
        for release in both.computed
        for line, codes in release.warned.items()
        for code in codes
    )
    _assert_same(Counter(both.rows("SELECT id_kiriman, baris_sumber, kode_alasan FROM core.peringatan")), expected)
    assert len({code for *_, code in expected}) >= 8


def test_entered_left_moved_changed(both: Both) -> None:
    expected = both.register.changes()
    found = both.rows(
        "SELECT id_rilis, jenis_perubahan, kode_kemendagri_lama, kode_kemendagri_baru, nik"
        " FROM internal.perubahan_rilis"
    )
    _assert_same(Counter(found), expected)
    assert {kind for _, kind, *_ in expected} == {"masuk", "keluar", "pindah", "berubah"}


@pytest.mark.parametrize("mart", COLUMNS)
def test_mart(both: Both, mart: str) -> None:
    expected = both.register.marts()[mart]
    _assert_same(Counter(both.rows(f"SELECT {', '.join(COLUMNS[mart])} FROM marts.{mart}")), expected)
    assert expected
    described = [row[0] for row in both.rows(f"DESCRIBE marts.{mart}")]
    assert set(described) - set(COLUMNS[mart]) == ({"sha256", "diserahkan_pada"} if mart == "rilis" else set())
