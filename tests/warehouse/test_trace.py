"""From published rows back to releases, reports and files of statistics; and what a condition may not do."""

from __future__ import annotations

from pathlib import Path

import pytest

from errors import UsageError
from settings import Home
from tests.sql.hand_made import JENGGOT, R1, R2, R3
from tests.warehouse.publications import publish, warehouse
from warehouse.publication import DATABASE_NAME
from warehouse.trace import kinds_of, published_view, trace
from warehouse.views import marts


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    with warehouse() as connection:
        return publish(connection, Home(tmp_path_factory.mktemp("trace") / "home"), 1) / DATABASE_NAME


def _ids(database: Path, view: str, where: str) -> list[str]:
    return [source["id_kiriman"] for source in trace(database, published_view(view), where)["sources"]]


@pytest.mark.parametrize(
    ("view", "where", "sources"),
    [
        ("penduduk_terdaftar_kelurahan", f"kode_kemendagri = '{JENGGOT}' AND periode = '2022-04-01'", [R2]),
        ("marts.mutasi_kelurahan", f"kode_kemendagri = '{JENGGOT}' AND rilis_terakhir", [R2, R3]),
        ("rilis", f"id_rilis = '{R1}'", [R1]),
        ("indikator_makro", "indikator = 'kemiskinan_p0' AND tahun = 2021 AND wilayah_sendiri", ["2"]),
        ("capaian_opd", "opd_singkat = 'DLH'", ["dlh-jenggot-2022-1-2"]),
        ("penerima_program", "false", []),
        ("wilayah", "", []),
    ],
)
def test_rows_lead_to_their_sources(database: Path, view: str, where: str, sources: list[str]) -> None:
    assert _ids(database, view, where) == sources


def test_a_view_of_reports_and_register_leads_to_both(database: Path) -> None:
    found = trace(database, published_view("prioritas_kelurahan"), f"kode_kemendagri = '{JENGGOT}'")
    assert {source["jenis_kiriman"] for source in found["sources"]} == {"register", "laporan OPD"}
    assert found["rows"] == len(found["shown"]) == 1


def test_the_source_says_file_decree_rows_and_version(database: Path) -> None:
    [source] = trace(database, published_view("rilis"), f"id_rilis = '{R2}'")["sources"]
    said = {name: source[name] for name in ("nama_berkas", "sha256", "nomor_sk", "versi_kode", "koreksi")}
    assert said == {
        "nama_berkas": "april.csv", "sha256": "a" * 64, "nomor_sk": "400/0123", "versi_kode": "0.1.0", "koreksi": None,
    }  # fmt: skip
    assert [source[f"baris_{what}"] for what in ("berkas", "diterima", "ditolak", "dilewati")] == [10, 7, 2, 1]


@pytest.mark.parametrize("view", [table.name for table in marts()])
def test_every_view_can_be_traced(database: Path, view: str) -> None:
    table = published_view(view)
    found = trace(database, table, "")
    assert found["rows"] > 0
    assert bool(found["sources"]) == bool(kinds_of(table))


@pytest.mark.parametrize(
    "where",
    [
        "1 = 1; DROP TABLE marts.rilis",
        "true) UNION (SELECT 1",
        "versi = 1 OR (SELECT count(*) FROM marts.wilayah) > 0",
        "EXISTS (FROM read_text('/etc/hostname'))",
        "versi IN (SELECT 1)",
        "periode > 'bukan tanggal'",
        "tidak_ada = 1",
        "versi = 1 ORDER BY versi",
        "versi = 1, versi = 2",
        "SELECT 1",
        "getenv('HOME') = 'x'",
    ],
)
def test_nothing_but_a_condition_is_taken(database: Path, where: str) -> None:
    before = database.read_bytes()
    with pytest.raises(UsageError, match="--where harus satu syarat SQL atas kolom"):
        trace(database, published_view("rilis"), where)
    assert database.read_bytes() == before


def test_an_unknown_view_is_refused_with_those_there_are() -> None:
    with pytest.raises(UsageError, match=r"internal\.nik_ganda tidak diterbitkan\. Yang ada: .*rekonsiliasi_sk"):
        published_view("internal.nik_ganda")
