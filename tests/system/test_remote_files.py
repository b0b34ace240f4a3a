"""The published folder over HTTP with range requests, as another machine reads it with DuckDB and httpfs."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

import duckdb
import pytest
import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.staticfiles import StaticFiles

from flows.refresh import refresh
from settings import Home
from tests.flows.conftest import SmallSample, few_checks, make_sample, use_home
from warehouse.publication import generations

pytestmark = pytest.mark.system

TOKEN = "token-uji"
HTTPFS = Path(str(files("duckdb_extension_httpfs"))) / "extensions" / f"v{duckdb.__version__}/httpfs.duckdb_extension"


@dataclass
class Served:
    """A server of files; `answers` are the (method, status, bytes) it gave."""

    address: str = ""
    answers: list[tuple[str, int, int]] = field(default_factory=list)


@contextmanager
def served(folder: Path) -> Iterator[Served]:
    """`folder` on a free port of this machine, to whoever has the token."""
    here = Served()
    application = FastAPI()

    @application.middleware("http")
    async def guard(request: Request, call_next: Any) -> Response:
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return Response(status_code=401)
        response: Response = await call_next(request)
        here.answers.append((request.method, response.status_code, int(response.headers.get("content-length", 0))))
        return response

    application.mount("/", StaticFiles(directory=folder))
    server = uvicorn.Server(uvicorn.Config(application, host="127.0.0.1", port=0, log_level="warning"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.01)
        here.address = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
        yield here
    finally:
        server.should_exit = True
        thread.join()


def _client(token: str = TOKEN) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(config={"autoinstall_known_extensions": "false"})
    connection.execute(f"LOAD '{HTTPFS}'")
    connection.execute(f"CREATE SECRET dampingan (TYPE http, BEARER_TOKEN '{token}')")
    return connection


def _attach(connection: duckdb.DuckDBPyConnection, address: str, generation: str, name: str) -> None:
    connection.execute(f"ATTACH '{address}/{generation}/dampingan.duckdb' AS {name} (READ_ONLY)")


def _everything(connection: duckdb.DuckDBPyConnection, catalog: str) -> dict[str, Any]:
    tables = connection.execute(
        "SELECT table_name FROM duckdb_tables() WHERE database_name = $name", {"name": catalog}
    ).fetchall()
    return {table: connection.execute(f"FROM {catalog}.marts.{table} ORDER BY ALL").fetchall() for (table,) in tables}


def _local(home: Home, generation: str) -> dict[str, Any]:
    with duckdb.connect(str(home.published / generation / "dampingan.duckdb"), read_only=True) as connection:
        return _everything(connection, "dampingan")


@dataclass(frozen=True)
class Published:
    home: Home
    sample: SmallSample


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Published]:
    folder = tmp_path_factory.mktemp("jauh")
    sample = make_sample(folder / "sample", seed=11, persons=2_000)
    with use_home(folder / "home") as home, few_checks():
        sample.put(home, 0)
        sample.put_reports(home)
        refresh.fn()
        yield Published(home, sample)


def test_every_view_of_a_generation_reads_the_same_from_elsewhere(published: Published) -> None:
    generation = generations(published.home)[-1]
    with served(published.home.published) as server, _client() as connection:
        _attach(connection, server.address, generation, "jauh")
        assert _everything(connection, "jauh") == _local(published.home, generation)
        assert ("HEAD", 200) in {(method, status) for method, status, _ in server.answers}


def test_one_view_does_not_fetch_the_whole_file(published: Published) -> None:
    generation = generations(published.home)[-1]
    size = (published.home.published / generation / "dampingan.duckdb").stat().st_size
    with served(published.home.published) as server, _client() as connection:
        _attach(connection, server.address, generation, "jauh")
        connection.execute("SELECT sum(jumlah_jiwa) FROM jauh.marts.penduduk_terdaftar_kelurahan").fetchall()
        assert {status for method, status, _ in server.answers if method == "GET"} == {206}
        assert sum(sent for method, _, sent in server.answers if method == "GET") < size / 2


def test_parquet_is_read_from_elsewhere_too(published: Published) -> None:
    generation = generations(published.home)[-1]
    with served(published.home.published) as server, _client() as connection:
        rows = connection.execute(f"FROM '{server.address}/{generation}/tren_rilis.parquet' ORDER BY ALL").fetchall()
    assert rows == _local(published.home, generation)["tren_rilis"]
    assert rows


def test_without_the_token_nothing_is_read(published: Published) -> None:
    generation = generations(published.home)[-1]
    with served(published.home.published) as server, _client("salah") as connection:
        with pytest.raises(duckdb.Error):
            _attach(connection, server.address, generation, "jauh")
        assert server.answers == []


def test_who_is_attached_keeps_the_generation_while_the_next_is_published(published: Published) -> None:
    home = published.home
    first = generations(home)[-1]
    with served(home.published) as server, _client() as connection:
        _attach(connection, server.address, first, "lama")
        connection.execute("SELECT count(*) FROM lama.marts.rilis").fetchall()
        before = _local(home, first)
        published.sample.put(home, 1)
        second = refresh.fn()["generation"]
        assert second != first
        assert _everything(connection, "lama") == before
        _attach(connection, server.address, second, "baru")
        after = _everything(connection, "baru")
        assert after == _local(home, second)
        assert len(after["rilis"]) > len(before["rilis"])
