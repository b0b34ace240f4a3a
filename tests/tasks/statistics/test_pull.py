from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from errors import InputRejectedError, SourceUnavailableError
from tasks.sample.bps import Fault, SampleBpsServer, error_message, status, without_data
from tasks.statistics.catalogue import Catalogue
from tasks.statistics.client import BpsClient
from tasks.statistics.pull import NO_KEY_NOTICE, StagedStatistics, stage_statistics
from tasks.statistics.values import STAGED_SCHEMA
from warehouse.raw import RawStore

from .conftest import P0, PUBLICATIONS, TPT

FETCHED = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
YEARS = range(2005, 2027)
PUBLICATION_ROWS = 34
BPS_ROWS = 26

Stage = Callable[..., StagedStatistics]


@pytest.fixture
def stage(catalogue: Catalogue, tmp_path: Path) -> Stage:
    def run(
        client: BpsClient | None,
        *,
        years: range = YEARS,
        indicators: list[str] | None = None,
        fetched_at: datetime = FETCHED,
        publications: Path = PUBLICATIONS,
        area_codes: tuple[str, ...] = ("3375",),
    ) -> StagedStatistics:
        return stage_statistics(
            catalogue,
            client,
            RawStore(tmp_path / "raw"),
            publications,
            tmp_path / "staging",
            fetched_at,
            area_codes,
            years,
            indicators,
        )

    return run


def _bps(staged: StagedStatistics) -> dict[tuple[str, int], Decimal]:
    frame = pl.read_parquet(staged.parquet).filter(pl.col("jenis_sumber") == "webapi_bps")
    return {(name, year): value for name, year, value in frame.select("indikator", "tahun", "nilai").iter_rows()}


def test_everything_is_staged_with_few_requests(stage: Stage, client: BpsClient, server: SampleBpsServer) -> None:
    staged = stage(client)
    values = _bps(staged)
    assert values["kemiskinan_p0", 2021] == Decimal("7.59")
    assert values["tpt", 2021] == Decimal("6.89")
    assert values["penduduk_miskin", 2020] == 22160
    assert len(values) == BPS_ROWS
    assert staged.rows.accepted == staged.rows.in_file == BPS_ROWS + PUBLICATION_ROWS
    assert (staged.failures, staged.rejected, staged.notice) == ((), (), "")
    # one list of years for each of seven variables; 9, 4, 1, 1, 1, 4 national years by three, 6 regional by two
    assert staged.requests == len(server.requests) == 7 + (3 + 2 + 1 + 1 + 1 + 2) + 3
    frame = pl.read_parquet(staged.parquet)
    assert frame.schema == STAGED_SCHEMA
    assert frame["diambil_pada"].unique().to_list() == [FETCHED.replace(tzinfo=None)]
    assert frame["kode_wilayah"].unique().to_list() == ["3375"]


def test_the_other_figure_of_2021_is_staged_under_its_own_source(stage: Stage, client: BpsClient) -> None:
    frame = pl.read_parquet(stage(client, indicators=["tpt"]).parquet).filter(
        pl.col("indikator") == "tpt", pl.col("tahun") == 2021
    )
    assert frame.select("nilai", "sumber").rows() == [
        (Decimal("6.0900"), "Artikel 7 Juli 2022"),
        (Decimal("6.8900"), "Pers mengutip BPS"),
        (Decimal("6.8900"), "WebAPI BPS"),
    ]


def test_no_invented_value_of_another_region_is_staged(stage: Stage, client: BpsClient) -> None:
    frame = pl.read_parquet(stage(client).parquet)
    published = frame.filter(pl.col("jenis_sumber") == "publikasi").select("indikator", "tahun", "nilai")
    pulled = frame.filter(pl.col("jenis_sumber") == "webapi_bps").select("indikator", "tahun", "nilai")
    assert pulled.join(published, on=["indikator", "tahun", "nilai"], how="anti").is_empty()


def test_each_answer_is_kept_with_its_address_and_time(stage: Stage, client: BpsClient, tmp_path: Path) -> None:
    staged = stage(client, indicators=["kemiskinan_p0"], years=range(2021, 2022))
    raw = RawStore(tmp_path / "raw")
    publications, answer = staged.answers
    assert raw.path(publications).read_bytes() == PUBLICATIONS.read_bytes()
    assert json.loads(raw.path(answer).read_bytes())["datacontent"]["337562101210"] == 7.59
    note = raw.read_note(answer, "answer")
    assert note["url"].endswith(f"/list?model=data&lang=ind&domain=0000&var={P0}&th=121")
    assert (note["fetched_at"], note["last_update"]) == ("2026-11-24T10:00:00", "2026-03-02 10:15:31")
    row = pl.read_parquet(staged.parquet).filter(pl.col("jenis_sumber") == "webapi_bps")
    assert row["sha256"].to_list() == [answer]


def test_the_same_answer_again_changes_nothing_in_the_raw_store(
    stage: Stage, client: BpsClient, tmp_path: Path
) -> None:
    def files() -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in (tmp_path / "raw").rglob("*") if path.is_file()}

    stage(client, indicators=["tpt"])
    before = files()
    stage(client, indicators=["tpt"], fetched_at=FETCHED + timedelta(days=30))
    assert files() == before


def test_the_same_inputs_give_the_same_bytes(stage: Stage, client: BpsClient) -> None:
    first = stage(client, indicators=["tpt", "ipm"]).parquet.read_bytes()
    assert stage(client, indicators=["tpt", "ipm"]).parquet.read_bytes() == first


def test_the_key_is_in_no_file(stage: Stage, client: BpsClient, server: SampleBpsServer, tmp_path: Path) -> None:
    server.script(error_message(f"echo {server.key}"), model="data", variable=TPT)
    staged = stage(client)
    assert server.key not in repr(staged)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(files) > 20
    assert all(server.key.encode() not in path.read_bytes() for path in files)


def test_without_a_key_the_publications_are_staged_and_one_sentence_says_so(stage: Stage) -> None:
    staged = stage(None)
    assert staged.notice == NO_KEY_NOTICE
    assert NO_KEY_NOTICE.count(".") == 1
    assert (staged.rows.accepted, staged.requests, staged.failures) == (PUBLICATION_ROWS, 0, ())


def test_one_variable_in_another_shape_leaves_the_others_alone(
    stage: Stage, client: BpsClient, server: SampleBpsServer
) -> None:
    def edit(content: dict[str, Any]) -> object:
        return content | {"var": [content["var"][0] | {"label": "Gini Rasio"}]}

    server.script(Fault())
    server.script(Fault(), model="data", variable=P0)
    server.script(Fault(edit=edit), model="data", variable=P0)
    staged = stage(client)
    (failure,) = staged.failures
    assert isinstance(failure, InputRejectedError)
    assert failure.what.startswith("Persentase penduduk miskin (P0): ")
    names = {name for name, _ in _bps(staged)}
    assert "kemiskinan_p0" not in names, "no part of a refused indicator is staged"
    assert "tpt" in names


def test_an_unreachable_server_is_not_asked_for_the_rest(
    stage: Stage, client: BpsClient, server: SampleBpsServer
) -> None:
    server.script(status(503), model="th", variable=622, times=99)
    staged = stage(client)
    (failure,) = staged.failures
    assert isinstance(failure, SourceUnavailableError)
    assert {name for name, _ in _bps(staged)} == {"kemiskinan_p0"}
    assert staged.requests == 1 + 3 + 3
    assert staged.rows.accepted == 9 + PUBLICATION_ROWS


def test_a_variable_without_years_is_a_failure_but_a_part_without_data_is_not(
    stage: Stage, client: BpsClient, server: SampleBpsServer
) -> None:
    server.script(without_data("list-not-available"), model="th", variable=TPT)
    server.script(without_data(), model="data", variable=P0)
    staged = stage(client)
    assert [failure.where for failure in staged.failures] == ["domain 3300, variabel 1862"]
    assert sorted(year for name, year in _bps(staged) if name == "kemiskinan_p0") == [
        2019,
        2020,
        2021,
        2022,
        2023,
        2024,
    ]


def test_an_implausible_value_is_counted_and_named_but_not_staged(
    stage: Stage, client: BpsClient, server: SampleBpsServer
) -> None:
    server.revise(TPT, 2021, Decimal("689"), "2026-12-01 08:00:00")
    staged = stage(client)
    assert ("tpt", 2021) not in _bps(staged)
    assert (staged.rows.rejected, staged.rows.accepted) == (1, BPS_ROWS + PUBLICATION_ROWS - 1)
    assert staged.rejected == (
        "tpt 2021 wilayah 3375: nilai 689 mustahil (batas 0 sampai 100) [domain 3300, variabel 1862]",
    )


def test_only_what_is_asked_for_is_asked(stage: Stage, client: BpsClient, server: SampleBpsServer) -> None:
    staged = stage(client, indicators=["tpt", "pertumbuhan_ekonomi"], years=range(2021, 2022))
    assert _bps(staged) == {("tpt", 2021): Decimal("6.89")}
    assert [request["model"] for request in server.requests] == ["th", "data"]
    assert _bps(stage(client, years=range(1990, 1995))) == {}


def test_a_publications_file_that_is_no_table_stops_the_pull(stage: Stage, tmp_path: Path) -> None:
    broken = tmp_path / "broken.csv"
    broken.write_text("bukan tabel\n")
    with pytest.raises(InputRejectedError, match="kepala kolomnya"):
        stage(None, publications=broken)


def test_a_publication_about_a_region_that_is_not_asked_for_is_skipped(stage: Stage) -> None:
    staged = stage(None, area_codes=("3326", "3300"))
    assert (staged.rows.accepted, staged.rows.skipped, staged.rows.rejected) == (0, PUBLICATION_ROWS, 0)
    assert pl.read_parquet(staged.parquet).is_empty()
