"""A lost warehouse gets back from the raw store what the pulls had given it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from tasks.sample.bps import Fault, SampleBpsServer, status
from tasks.statistics.catalogue import Catalogue
from tasks.statistics.client import BpsClient
from tasks.statistics.pull import stage_statistics
from tasks.statistics.replay import replay_answers
from tasks.statistics.values import STAGED_SCHEMA
from warehouse.columns import create_table_sql
from warehouse.raw import RawStore
from warehouse.statistics import load_statistics
from warehouse.tables.statistics import STATISTICS_TABLES

from .conftest import P0, PUBLICATIONS, TPT

Rows = list[tuple[Any, ...]]


@contextmanager
def warehouse() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("CREATE SCHEMA core")
        for table in STATISTICS_TABLES:
            connection.execute(create_table_sql(table))
        yield connection


def content(connection: duckdb.DuckDBPyConnection) -> Rows:
    return connection.execute("FROM core.nilai_indikator ORDER BY ALL").fetchall()


class City:
    """Pulls into one raw store and one warehouse, and the loss of that warehouse."""

    def __init__(self, folder: Path, catalogue: Catalogue, connection: duckdb.DuckDBPyConnection) -> None:
        self.folder, self.catalogue, self.connection = folder, catalogue, connection
        self.raw = RawStore(folder / "raw")
        self.publications = folder / "publications.csv"
        self.publications.write_bytes(PUBLICATIONS.read_bytes())

    def pull(self, client: BpsClient | None, day: int, *, indicators: list[str] | None = None) -> None:
        staged = stage_statistics(
            self.catalogue,
            client,
            self.raw,
            self.publications,
            self.folder / "staging",
            datetime(2026, 1, day, 10, tzinfo=UTC),
            ("3375",),
            range(2005, 2027),
            indicators,
        )
        load_statistics(self.connection, staged.parquet)

    def publish(self, old: str, new: str) -> None:
        text = self.publications.read_text()
        assert old in text
        self.publications.write_text(text.replace(old, new))

    def replayed(self) -> Rows:
        with warehouse() as other:
            for file in replay_answers(self.raw, self.catalogue, ("3375",), self.folder / "replay"):
                load_statistics(other, file)
            return content(other)


@pytest.fixture
def city(tmp_path: Path, catalogue: Catalogue) -> Iterator[City]:
    with warehouse() as connection:
        yield City(tmp_path, catalogue, connection)


def test_vintages_and_times_are_those_of_before(city: City, client: BpsClient, server: SampleBpsServer) -> None:
    city.pull(client, 1)
    server.revise(TPT, 2021, Decimal("6.91"), "2026-01-08 08:00:00")
    city.pull(client, 9)
    city.publish("3375,tpt,2022,4.98", "3375,tpt,2012,4.98")
    city.publish("3375,ipm,2021,75.40", "3375,ipm,2021,75.45")
    city.pull(None, 16)
    server.revise(TPT, 2021, Decimal("6.93"), "2026-01-20 08:00:00")
    city.pull(client, 23, indicators=["tpt"])
    before = content(city.connection)
    assert city.replayed() == before
    tpt = [row for row in before if row[1:3] == ("tpt", 2021) and row[4] == "WebAPI BPS"]
    assert [row[3] for row in tpt] == [Decimal("6.89"), Decimal("6.91"), Decimal("6.93")]
    assert len({row[11] for row in tpt}) == 3
    assert {row[2] for row in before if row[1] == "tpt" and not row[7]} == {2022}


def test_each_pull_is_one_file_with_its_time(city: City, client: BpsClient, server: SampleBpsServer) -> None:
    city.pull(client, 9)
    server.revise(P0, 2021, Decimal("7.60"), "2026-01-12 08:00:00")
    city.pull(client, 23)
    first, second = (
        pl.read_parquet(file) for file in replay_answers(city.raw, city.catalogue, ("3375",), city.folder / "r")
    )
    assert first.schema == second.schema == STAGED_SCHEMA
    assert [frame["diambil_pada"].unique().item().day for frame in (first, second)] == [9, 23]
    assert first.filter(jenis_sumber="publikasi").height == second.filter(jenis_sumber="publikasi").height == 34
    assert second.filter(jenis_sumber="webapi_bps")["indikator"].unique().to_list() == ["kemiskinan_p0"]


def test_a_pull_that_stopped_half_way_adds_nothing(city: City, client: BpsClient, server: SampleBpsServer) -> None:
    """The second part of the first indicator does not come; the next pull gets all of it."""
    server.script(Fault(), model="data", variable=P0)
    server.script(status(503), model="data", variable=P0, times=3)
    city.pull(client, 1)
    city.pull(client, 9)
    assert {row[11].day for row in content(city.connection) if row[5] == "webapi_bps"} == {9}
    assert city.replayed() == content(city.connection)


def test_what_was_refused_is_refused_again_and_the_log_says_so(
    city: City, client: BpsClient, server: SampleBpsServer, caplog: pytest.LogCaptureFixture
) -> None:
    def edit(answer: dict[str, Any]) -> object:
        return answer | {"var": [answer["var"][0] | {"label": "Gini Rasio"}]}

    server.script(Fault(), model="data", variable=P0)
    server.script(Fault(edit=edit), model="data", variable=P0)
    city.pull(client, 1)
    with caplog.at_level(logging.WARNING):
        assert city.replayed() == content(city.connection)
    assert "Gini Rasio" in caplog.text
    assert "kemiskinan_p0" not in {row[1] for row in city.replayed() if row[5] == "webapi_bps"}


def test_a_damaged_answer_or_list_costs_no_other(city: City, client: BpsClient) -> None:
    city.pull(client, 1)
    names = {row[1] for row in content(city.connection) if row[5] == "webapi_bps"}
    (tpt,) = {row[12] for row in content(city.connection) if row[1:3] == ("tpt", 2021) and row[5] == "webapi_bps"}
    city.raw.path(tpt).write_bytes(city.raw.path(tpt).read_bytes()[:-9])
    city.publish("kode_wilayah", "wilayah")
    broken = city.raw.put_file(city.publications)
    city.raw.write_note(broken, "answer", {"file": "p.csv", "fetched_at": "2026-01-02T10:00:00"})
    found = city.replayed()
    assert {row[1] for row in found if row[5] == "webapi_bps"} == names - {"tpt"}
    assert [row[7] for row in found if row[5] == "publikasi"] == [True] * 34


def test_an_empty_store_gives_nothing(city: City) -> None:
    assert replay_answers(city.raw, city.catalogue, ("3375",), city.folder / "replay") == []
