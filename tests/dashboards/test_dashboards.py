"""The declared dashboards: every chart can be asked of the published tables, and none adds up what must not be."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dashboards.model import TABLES, Chart, Figure, Listing, Plot, label_of, share, total
from dashboards.superset.bundle import DASHBOARDS, write_bundle
from dashboards.superset.params import params_of
from warehouse.columns import create_table_sql

CHARTS = [chart for dashboard in DASHBOARDS for chart in dashboard.charts]


@pytest.fixture(scope="module")
def published() -> Iterator[duckdb.DuckDBPyConnection]:
    """Every published table, empty."""
    with duckdb.connect() as connection:
        connection.execute("CREATE SCHEMA marts")
        for table in TABLES.values():
            connection.execute(create_table_sql(table))
        yield connection


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: str(chart.title))
def test_what_a_chart_asks_for_is_published(published: duckdb.DuckDBPyConnection, chart: Chart) -> None:
    asked = ", ".join([*chart.dimensions, *(measure.sql for measure in chart.measures)])
    where = " AND ".join(f"({condition})" for condition in chart.where) or "true"
    assert "select" not in where.lower()
    grouped = f"GROUP BY {', '.join(chart.dimensions)}" if chart.dimensions else ""
    published.execute(f"SELECT {asked} FROM marts.{chart.table} WHERE {where} {grouped}")


def test_titles_are_unique_and_say_the_unit_of_every_number() -> None:
    titles = [chart.title for chart in CHARTS]
    assert len(set(titles)) == len(titles)
    assert [title for title in titles if not title[0].isupper()] == []
    measured = [chart.title for chart in CHARTS if isinstance(chart, Figure | Plot)]
    assert [title for title in measured if not title.endswith(")")] == ["Kelurahan dampingan"]


def test_a_sum_of_what_must_not_be_summed_is_refused() -> None:
    def figure(table: str, *where: str, column: str) -> Figure:
        return Figure("Uji", table, where, measure=total(column, "Uji"), subtitle="")

    with pytest.raises(ValueError, match="tidak dapat dijumlahkan"):
        figure("tren_rilis", "rilis_terakhir", column="jumlah_jiwa")
    with pytest.raises(ValueError, match="lintas periode"):
        figure("penduduk_terdaftar_kelurahan", column="jumlah_jiwa")
    with pytest.raises(ValueError, match="tidak dapat dijumlahkan"):
        Figure("Uji", "bansos_kelurahan", measure=share("penerima_jiwa", "terdaftar_jiwa", "Uji"), subtitle="")
    with pytest.raises(KeyError, match="tidak_ada"):
        Listing("Uji", "opd", columns=("tidak_ada",), order=())
    figure("penduduk_terdaftar_kelurahan", "rilis_terakhir", column="jumlah_jiwa")
    figure("anggaran_sumber", "triwulan_terakhir", column="anggaran_rp")


def test_labels_are_what_people_read() -> None:
    assert label_of("tanpa_bansos_persen") == "Tanpa bansos (persen)"
    assert label_of("anggaran_per_jiwa_rp") == "Anggaran per jiwa (rupiah)"
    assert label_of("opd_singkat") == "OPD"
    assert label_of("nomor_sk") == "Nomor SK"


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: str(table.name))
def test_no_two_columns_of_a_table_read_the_same(table: Any) -> None:
    labels = [label_of(name) for name in table.column_names]
    assert sorted(set(labels)) == sorted(labels)


def _contents(bundle: Path) -> dict[str, Any]:
    with zipfile.ZipFile(bundle) as archive:
        return {name.partition("/")[2]: json.loads(archive.read(name)) for name in archive.namelist()}


def test_the_bundle_is_complete_and_the_same_each_time(tmp_path: Path) -> None:
    write_bundle(Path("/srv/published/current.duckdb"), tmp_path / "a.zip")
    write_bundle(Path("/srv/published/current.duckdb"), tmp_path / "b.zip")
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    contents = _contents(tmp_path / "a.zip")
    database = contents["databases/dampingan.yaml"]
    assert database["sqlalchemy_uri"] == "duckdb:////srv/published/current.duckdb"
    assert database["extra"]["engine_params"]["connect_args"] == {"read_only": True}
    assert [database[right] for right in ("allow_dml", "allow_ctas", "allow_cvas")] == [False] * 3
    datasets = {item["uuid"]: item for path, item in contents.items() if path.startswith("datasets/")}
    charts = {item["uuid"]: item for path, item in contents.items() if path.startswith("charts/")}
    assert {item["database_uuid"] for item in datasets.values()} == {database["uuid"]}
    assert {item["dataset_uuid"] for item in charts.values()} <= set(datasets)
    placed = [
        thing["meta"]["uuid"]
        for path, item in contents.items()
        if path.startswith("dashboards/")
        for name, thing in item["position"].items()
        if name.startswith("CHART-")
    ]
    assert sorted(placed) == sorted(charts)


def test_only_additive_columns_become_sums_of_a_dataset(tmp_path: Path) -> None:
    write_bundle(Path("/srv/current.duckdb"), tmp_path / "a.zip")
    contents = _contents(tmp_path / "a.zip")
    dataset = contents["datasets/dampingan/prioritas_kelurahan.yaml"]
    metrics = {item["metric_name"] for item in dataset["metrics"]}
    assert "jumlah_terdaftar_jiwa" in metrics
    assert "jumlah_terdaftar_wilayah_jiwa" not in metrics


def test_a_table_shows_words_for_a_boolean() -> None:
    listing = Listing("Uji", "rekonsiliasi_sk", columns=("periode", "cocok"), order=(("periode", False),))
    kind, params = params_of(listing)
    assert kind == "table"
    assert params["all_columns"] == ["periode", "cocok_kata"]
    assert params["order_by_cols"] == ['["periode", false]']
