from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from errors import DampinganError
from warehouse.columns import create_table_sql, polars_schema
from warehouse.statistics import StatisticsLoaded, load_indicators, load_sources, load_statistics
from warehouse.tables.statistics import INDIKATOR, NILAI_INDIKATOR, STAGED_VALUE_COLUMNS, STATISTICS_TABLES

WEBAPI = "WebAPI BPS"
STAGED = {column.name: polars_schema(NILAI_INDIKATOR)[column.name] for column in STAGED_VALUE_COLUMNS}


def _connect() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("CREATE SCHEMA core")
    for table in STATISTICS_TABLES:
        connection.execute(create_table_sql(table))
    return connection


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with _connect() as connected:
        yield connected


def _file(path: Path, *values: tuple[int, str], source: str = WEBAPI, day: int = 1) -> Path:
    rows = [
        {
            "kode_wilayah": "3375",
            "indikator": "tpt",
            "tahun": year,
            "nilai": Decimal(value),
            "sumber": source,
            "jenis_sumber": "webapi_bps" if source == WEBAPI else "publikasi",
            "diterbitkan_pada": datetime(2026, 1, day),
            "diambil_pada": datetime(2026, 1, day),
            "sha256": "0" * 64,
            "catatan": None,
        }
        for year, value in values
    ]
    pl.DataFrame(rows, schema=STAGED).write_parquet(path)
    return path


def _history(connection: duckdb.DuckDBPyConnection) -> list[tuple[object, ...]]:
    return connection.execute(
        "SELECT tahun, sumber, terbitan, nilai FROM core.nilai_indikator ORDER BY tahun, sumber, terbitan"
    ).fetchall()


def test_a_revision_is_a_vintage_beside_the_old_one(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    first = _file(tmp_path / "1.parquet", (2020, "7.02"), (2021, "6.09"))
    second = _file(tmp_path / "2.parquet", (2020, "7.02"), (2021, "6.89"), (2022, "4.98"), day=2)
    assert load_statistics(connection, first) == StatisticsLoaded(2, 0, 0, withdrawn=0)
    assert load_statistics(connection, second) == StatisticsLoaded(1, 1, 1, withdrawn=0)
    assert _history(connection) == [
        (2020, "WebAPI BPS", 1, Decimal("7.0200")),
        (2021, "WebAPI BPS", 1, Decimal("6.0900")),
        (2021, "WebAPI BPS", 2, Decimal("6.8900")),
        (2022, "WebAPI BPS", 1, Decimal("4.9800")),
    ]


def test_the_same_file_again_changes_nothing(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    file = _file(tmp_path / "1.parquet", (2021, "6.89"))
    load_statistics(connection, file)
    before = connection.execute("SELECT * FROM core.nilai_indikator").fetchall()
    again = _file(tmp_path / "2.parquet", (2021, "6.8900"), day=9)
    assert load_statistics(connection, again) == StatisticsLoaded(0, 0, 1, withdrawn=0)
    assert connection.execute("SELECT * FROM core.nilai_indikator").fetchall() == before


def test_a_value_that_comes_back_is_a_third_vintage(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    for number, value in enumerate(("6.89", "6.90", "6.89")):
        load_statistics(connection, _file(tmp_path / f"{number}.parquet", (2021, value)))
    assert [(row[2], row[3]) for row in _history(connection)] == [
        (1, Decimal("6.89")),
        (2, Decimal("6.90")),
        (3, Decimal("6.89")),
    ]


def test_sources_have_vintages_of_their_own(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    load_statistics(connection, _file(tmp_path / "1.parquet", (2021, "6.89")))
    loaded = load_statistics(connection, _file(tmp_path / "2.parquet", (2021, "6.09"), source="Artikel"))
    assert loaded == StatisticsLoaded(1, 0, 0, withdrawn=0)
    assert [row[1:3] for row in _history(connection)] == [("Artikel", 1), ("WebAPI BPS", 1)]


def _counting(connection: duckdb.DuckDBPyConnection) -> list[tuple[object, ...]]:
    return connection.execute(
        "SELECT tahun, sumber, terbitan FROM core.nilai_indikator WHERE berlaku ORDER BY ALL"
    ).fetchall()


def test_a_publication_off_the_list_counts_no_longer_and_keeps_its_history(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    load_statistics(connection, _file(tmp_path / "0.parquet", (2012, "6.00"), (2020, "7.02"), source="Artikel"))
    load_statistics(connection, _file(tmp_path / "1.parquet", (2012, "6.09"), (2020, "7.02"), source="Artikel"))
    right_year = _file(tmp_path / "2.parquet", (2021, "6.09"), (2020, "7.02"), source="Artikel")
    loaded = load_statistics(connection, right_year)
    assert loaded == StatisticsLoaded(new=1, revised=0, unchanged=1, withdrawn=1)
    assert loaded.changed
    assert _counting(connection) == [(2020, "Artikel", 1), (2021, "Artikel", 1)]
    assert [row[::2] for row in _history(connection)] == [(2012, 1), (2012, 2), (2020, 1), (2021, 1)]
    again = load_statistics(connection, right_year)
    assert (again, again.changed) == (StatisticsLoaded(new=0, revised=0, unchanged=2, withdrawn=0), False)


def test_an_empty_list_withdraws_every_publication(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    load_statistics(connection, _file(tmp_path / "1.parquet", (2020, "7.02"), (2021, "6.09"), source="Artikel"))
    assert load_statistics(connection, _file(tmp_path / "2.parquet")) == StatisticsLoaded(0, 0, 0, withdrawn=2)
    assert _counting(connection) == []


@pytest.mark.parametrize(("value", "vintages"), [("6.09", 1), ("6.90", 2)])
def test_a_publication_that_comes_back_counts_again(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, value: str, vintages: int
) -> None:
    load_statistics(connection, _file(tmp_path / "1.parquet", (2021, "6.09"), source="Artikel"))
    load_statistics(connection, _file(tmp_path / "2.parquet"))
    back = load_statistics(connection, _file(tmp_path / "3.parquet", (2021, value), source="Artikel"))
    assert back == StatisticsLoaded(new=1, revised=0, unchanged=0, withdrawn=0)
    assert _counting(connection) == [(2021, "Artikel", number) for number in range(1, vintages + 1)]


def test_a_value_of_the_webapi_counts_though_it_was_not_asked_for(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    load_statistics(connection, _file(tmp_path / "1.parquet", (2021, "6.89")))
    assert load_statistics(connection, _file(tmp_path / "2.parquet", (2022, "4.98"))).withdrawn == 0
    assert _counting(connection) == [(2021, WEBAPI, 1), (2022, WEBAPI, 1)]


def test_two_values_for_one_key_load_nothing(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    with pytest.raises(DampinganError, match="1 nilai ganda"):
        load_statistics(connection, _file(tmp_path / "1.parquet", (2021, "6.89"), (2021, "6.09")))
    assert _history(connection) == []


def test_the_caller_can_take_the_load_back(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    connection.execute("BEGIN")
    load_statistics(connection, _file(tmp_path / "1.parquet", (2021, "6.89")))
    connection.execute("ROLLBACK")
    assert _history(connection) == []
    load_statistics(connection, _file(tmp_path / "1.parquet", (2021, "6.89")))
    assert len(_history(connection)) == 1


def test_indicators_become_what_the_catalogue_says(connection: duckdb.DuckDBPyConnection) -> None:
    row: dict[str, object] = dict.fromkeys(INDIKATOR.column_names)
    row |= {"nama_indikator": "a", "satuan": "persen", "uraian": "b", "jeda_terbit_bulan": 5}
    limits: dict[str, object] = {"indikator": "tpt", "tingkat": "provinsi", "nilai_minimum": 0.0, "nilai_maksimum": 9.0}
    assert load_indicators(connection, [row | {"indikator": "tpt"}, row | {"indikator": "ipm"}], [limits])
    assert not load_indicators(connection, [row | {"indikator": "ipm"}, row | {"indikator": "tpt"}], [limits])
    assert load_indicators(connection, [row | {"indikator": "tpt", "bulan_acuan": 8}], [limits])
    assert load_indicators(connection, [row | {"indikator": "tpt", "bulan_acuan": 8}], [limits | {"nilai_maksimum": 8}])
    assert connection.execute("SELECT indikator, bulan_acuan FROM core.indikator").fetchall() == [("tpt", 8)]


def test_sources_become_what_the_catalogue_says(connection: duckdb.DuckDBPyConnection) -> None:
    source: dict[str, object] = {"sumber": "Databoks", "jenis_sumber": "publikasi", "peringkat": 3}
    assert load_sources(connection, [source])
    assert not load_sources(connection, [source])
    assert load_sources(connection, [source | {"peringkat": 1}])
    assert connection.execute("SELECT sumber, peringkat FROM core.sumber_indikator").fetchall() == [("Databoks", 1)]


@settings(max_examples=15, deadline=None)
@given(st.lists(st.dictionaries(st.integers(2018, 2021), st.sampled_from(["1", "2"])), max_size=6))
def test_vintages_are_the_changes_in_order(
    tmp_path_factory: pytest.TempPathFactory, pulls: list[dict[int, str]]
) -> None:
    folder = tmp_path_factory.mktemp("pulls")
    expected: dict[int, list[str]] = {}
    with _connect() as connection:
        for number, pull in enumerate(pulls):
            load_statistics(connection, _file(folder / f"{number}.parquet", *pull.items()))
            for year, value in pull.items():
                if expected.setdefault(year, [])[-1:] != [value]:
                    expected[year].append(value)
        found = [(row[0], row[2], row[3]) for row in _history(connection)]
    assert found == [
        (year, vintage, Decimal(value))
        for year, values in sorted(expected.items())
        for vintage, value in enumerate(values, start=1)
    ]
