"""The whole job in one process on small releases, against the truth that was written while they were made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from flows.refresh import refresh, take_in_releases
from flows.steps.job import open_job
from settings import Home, Settings
from tests.flows.conftest import (
    SmallSample,
    assert_whole,
    correction,
    few_checks,
    leftovers,
    make_sample,
    published_content,
    put_file,
    snapshot,
    time_columns,
    use_home,
)
from warehouse.connection import open_warehouse

pytestmark = pytest.mark.system


SEEDS = (3, 41, 20220404)


@dataclass(frozen=True)
class Taken:
    """A home after one refresh, and what had been laid into its inboxes."""

    home: Home
    sample: SmallSample
    outcome: dict[str, Any]

    def ids(self) -> list[str]:
        return [f"dtks-3375-{release['period']}-v1" for release in self.sample.releases]

    def rows(self, sql: str, **values: Any) -> list[tuple[Any, ...]]:
        with open_warehouse(Settings()) as connection:
            return connection.execute(sql, values).fetchall()


@pytest.fixture(scope="module", params=SEEDS)
def taken(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Taken]:
    folder = tmp_path_factory.mktemp("seed")
    sample = make_sample(folder / "sample", seed=request.param, persons=3_000)
    with use_home(folder / "home") as home:
        sample.put(home, 0, 1, 2)
        sample.put_reports(home)
        yield Taken(home, sample, refresh.fn())


def test_it_publishes_and_says_so(taken: Taken) -> None:
    assert taken.outcome["exit_code"] == 0
    assert taken.outcome["problems"] == []
    assert taken.outcome["generation"] == taken.outcome["current"] == assert_whole(taken.home)["generation"]
    groups = taken.outcome["checks"]["groups"]
    assert sum(group["run"] for group in groups) > 100
    assert all(group["passed"] == group["run"] for group in groups)
    assert leftovers(taken.home) == []
    assert [path for path in taken.home.inbox_registry.rglob("*") if path.is_file()] == []
    left = [path for path in taken.home.inbox_programmes.rglob("*") if path.is_file()]
    assert {path.parent.name for path in left} == {"diperiksa"}


def test_rows_of_each_file_are_accounted_for(taken: Taken) -> None:
    found = taken.rows(
        "SELECT id_rilis, baris_berkas, baris_diterima, baris_ditolak, baris_dilewati, baris_peringatan, tanpa_nik"
        " FROM core.rilis ORDER BY id_rilis"
    )
    names = ("rows_in_file", "accepted", "rejected", "skipped", "warned", "tanpa_nik")
    assert found == [
        (release_id, *(release[name] for name in names))
        for release_id, release in zip(taken.ids(), taken.sample.releases, strict=True)
    ]
    said = {row["id"]: row for row in taken.outcome["taken_in"]}
    for release_id, release in zip(taken.ids(), taken.sample.releases, strict=True):
        row = said[release_id]
        assert row["baris_berkas"] == row["baris_diterima"] + row["baris_ditolak"] + row["baris_dilewati"]
        assert row["baris_berkas"] == release["rows_in_file"]


@pytest.mark.parametrize(
    ("table", "truth"), [("core.ditolak_alasan", "rejects_by_code"), ("core.peringatan", "warnings_by_code")]
)
def test_reasons_equal_the_truth(taken: Taken, table: str, truth: str) -> None:
    for release_id, release in zip(taken.ids(), taken.sample.releases, strict=True):
        found = taken.rows(
            f"SELECT kode_alasan, count(*) FROM {table} WHERE id_kiriman = $id GROUP BY ALL", id=release_id
        )
        assert dict(found) == release[truth]
        assert len(found) > 8


def test_rejected_lines_are_those_that_were_spoiled(taken: Taken) -> None:
    for release_id, release in zip(taken.ids(), taken.sample.releases, strict=True):
        found: dict[str, list[int]] = {}
        for code, line in taken.rows(
            "SELECT kode_alasan, baris_sumber FROM core.ditolak_alasan WHERE id_kiriman = $id ORDER BY ALL",
            id=release_id,
        ):
            found.setdefault(code, []).append(line)
        assert {code: lines[:20] for code, lines in found.items()} == release["reject_lines"]


def test_persons_of_each_kelurahan_equal_the_truth(taken: Taken) -> None:
    for release_id, release in zip(taken.ids(), taken.sample.releases, strict=True):
        period = date.fromisoformat(f"{release['period']}-01")
        history = taken.rows(
            "SELECT kode_kemendagri, count(*) FROM core.riwayat_warga WHERE berlaku_dari <= $period"
            " AND (berlaku_sampai IS NULL OR berlaku_sampai > $period) GROUP BY ALL",
            period=period,
        )
        expected = {code: persons for code, persons in release["accepted_by_kelurahan"].items() if persons}
        assert dict(history) == expected
        mart = taken.rows(
            "SELECT kode_kemendagri, jumlah_jiwa FROM core.terdaftar_kelurahan WHERE id_rilis = $id", id=release_id
        )
        assert {code: persons for code, persons in mart if persons} == expected
        totals = taken.rows(
            "SELECT kode_kemendagri, jumlah_diterima_jiwa, selisih_jiwa FROM marts.rekonsiliasi_sk"
            " WHERE tingkat = 'kecamatan' AND tanggal_sk = $day AND periode = $period",
            day=date.fromisoformat(release["sk_date"]),
            period=period,
        )
        assert {code: (persons, 0) for code, persons in release["accepted_by_kecamatan"].items()} == {
            code: (persons, difference) for code, persons, difference in totals
        }


_KINDS = {"entered": ("masuk", "baru"), "left": ("keluar", "lama"), "changed": ("berubah", "baru")}


def test_changes_equal_the_truth(taken: Taken) -> None:
    for release_id, step in zip(taken.ids()[1:], taken.sample.steps, strict=True):
        for kind, (name, side) in _KINDS.items():
            found = taken.rows(
                f"SELECT kode_kemendagri_{side}, count(*) FROM internal.perubahan_rilis"
                " WHERE id_rilis = $id AND jenis_perubahan = $kind GROUP BY ALL",
                id=release_id,
                kind=name,
            )
            expected = {code: persons for code, persons in step[kind]["by_kelurahan"].items() if persons}
            assert dict(found) == expected, (release_id, kind)
            assert sum(expected.values()) == step[kind]["total"] > 0
        moved = taken.rows(
            "SELECT kode_kemendagri_lama, kode_kemendagri_baru, count(*) FROM internal.perubahan_rilis"
            " WHERE id_rilis = $id AND jenis_perubahan = 'pindah' GROUP BY ALL",
            id=release_id,
        )
        pairs = {(pair["from"], pair["to"]): pair["persons"] for pair in step["moved"]["pairs"]}
        assert {(start, end): persons for start, end, persons in moved} == pairs
        assert sum(pairs.values()) == step["moved"]["total"] > 0
    assert taken.outcome["changes"] == [
        {
            "rilis": taken.ids()[2],
            "rilis_sebelumnya": taken.ids()[1],
            "terdaftar": taken.sample.releases[2]["accepted"],
            "terdaftar_sebelumnya": taken.sample.releases[1]["accepted"],
            "masuk": taken.sample.steps[1]["entered"]["total"],
            "keluar": taken.sample.steps[1]["left"]["total"],
            "pindah": taken.sample.steps[1]["moved"]["total"],
            "berubah": taken.sample.steps[1]["changed"]["total"],
        }
    ]


def test_reports_equal_the_truth(taken: Taken) -> None:
    found = taken.rows(
        """
        SELECT laporan.nama_berkas, opd_singkat, kelurahan, laporan.tahun, laporan.triwulan, baris_berkas,
            baris_diterima, baris_ditolak, baris_dilewati,
            (
                SELECT count(DISTINCT (baris_sumber, regexp_extract(kode_alasan, '^(LAPORAN|CATUR_PILAR|[A-Z]+)')))
                FROM core.peringatan WHERE id_kiriman = id_laporan
            )
        FROM core.laporan AS laporan INNER JOIN core.wilayah USING (kode_kemendagri) ORDER BY laporan.nama_berkas
        """
    )
    names = ("berkas", "opd_singkat", "kelurahan", "tahun", "triwulan", "baris", "diterima", "ditolak", "dilewati")
    expected = [tuple(report[name] for name in (*names, "berperingatan")) for report in taken.sample.reports]
    assert found == sorted(expected)
    assert len(found) == 6
    for report in taken.sample.reports:
        funds = taken.rows(
            "SELECT coalesce(sumber_dana, '(kosong)'), sum(anggaran_rp) FROM core.kegiatan"
            " INNER JOIN core.laporan USING (id_laporan) WHERE nama_berkas = $name GROUP BY ALL",
            name=report["berkas"],
        )
        assert dict(funds) == {fund: Decimal(amount) for fund, amount in report["anggaran_rp"].items()}


def test_the_next_refresh_finds_nothing_new(taken: Taken) -> None:
    before = snapshot(taken.home.published)
    outcome = refresh.fn()
    assert outcome["exit_code"] == 0
    assert outcome["generation"] is None
    assert outcome["taken_in"] == []
    assert outcome["current"] == taken.outcome["generation"]
    assert snapshot(taken.home.published) == before


def test_bytes_that_are_in_already_change_nothing(taken: Taken) -> None:
    before = snapshot(taken.home.published)
    taken.sample.put(taken.home, 1)
    taken.sample.put_reports(taken.home, 0)
    outcome = refresh.fn()
    assert (outcome["exit_code"], outcome["generation"], outcome["taken_in"]) == (0, None, [])
    assert snapshot(taken.home.published) == before
    assert len(taken.rows("SELECT id_rilis FROM core.rilis")) == 3


_HISTORY = """
SELECT * EXCLUDE (id_rilis, baris_sumber) FROM core.riwayat_warga ORDER BY ALL
"""


def _arrive(folder: Path, sample: SmallSample, order: tuple[str, ...], key: bytes) -> tuple[dict[str, str], list[Any]]:
    """Take the releases in one after the other and publish once; the persons get the same surrogates everywhere."""
    with use_home(folder) as home:
        home.create()
        home.person_key_file.write_bytes(key)
        for what in order:
            if what == "ralat":
                put_file(home, "ralat.csv", *correction(sample, 1))
            else:
                sample.put(home, int(what))
            with open_job(Settings()) as job:
                take_in_releases(job)
                assert job.problems == []
        assert refresh.fn()["exit_code"] == 0
        with open_warehouse(Settings()) as connection:
            history = connection.execute(_HISTORY).fetchall()
        assert time_columns(home) == {
            "rilis.diserahkan_pada",
            "asal_usul.diserahkan_pada",
            "kepatuhan_laporan.diserahkan_pada",
            "kesegaran_data.diterima_terakhir",
            "indikator_makro.diterbitkan_pada",
            "revisi_bps.diterbitkan_pada_lama",
            "revisi_bps.diterbitkan_pada_baru",
            "revisi_bps.diambil_pada",
        }
        return published_content(home), history


def test_order_of_arrival_does_not_matter(tmp_path: Path) -> None:
    sample = make_sample(tmp_path / "sample", seed=8)
    key = bytes(range(32))
    orders = (("0", "1", "ralat", "2"), ("2", "1", "ralat", "0"), ("1", "2", "0", "ralat"))
    with few_checks():
        results = [_arrive(tmp_path / str(at), sample, order, key) for at, order in enumerate(orders)]
    for (content, history), (other_content, other_history) in pairwise(results):
        assert content == other_content
        assert history == other_history
    assert len(results[0][1]) > 2_000
