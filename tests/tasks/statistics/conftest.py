"""The real client against the sample server, without waiting between attempts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from pydantic import SecretStr

from settings import PROJECT_ROOT
from tasks.sample.bps import SampleBpsServer
from tasks.statistics.catalogue import Catalogue, load_catalogue
from tasks.statistics.client import AnswerCache, BpsClient

REFERENCE = PROJECT_ROOT / "reference"
PUBLICATIONS = REFERENCE / "wilayah" / "3375" / "indikator_publikasi.csv"
P0, TPT, POOR = 621, 1862, 619

MakeClient = Callable[..., BpsClient]


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load_catalogue(REFERENCE)


@pytest.fixture
def server() -> Iterator[SampleBpsServer]:
    with SampleBpsServer(REFERENCE) as running:
        yield running


@pytest.fixture
def waits() -> list[float]:
    """Seconds the client would have waited between its attempts."""
    return []


@pytest.fixture
def make_client(waits: list[float]) -> Iterator[MakeClient]:
    with ExitStack() as stack:

        def make(
            server: SampleBpsServer,
            *,
            key: str = "",
            timeout_seconds: float = 5.0,
            attempts: int = 3,
            requests_per_second: float = 0.0,
            cache: AnswerCache | None = None,
        ) -> BpsClient:
            client = BpsClient(
                server.url,
                SecretStr(key or server.key),
                timeout_seconds=timeout_seconds,
                attempts=attempts,
                requests_per_second=requests_per_second,
                cache=cache,
                sleep=waits.append,
            )
            return stack.enter_context(client)

        yield make


@pytest.fixture
def client(server: SampleBpsServer, make_client: MakeClient) -> BpsClient:
    return make_client(server)
