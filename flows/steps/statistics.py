"""The steps of the statistics: pull from BPS and the reviewed publications, then load what is new."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict

from pydantic import SecretStr

from errors import UsageError
from flows.steps.job import Job
from tasks.reference import REFERENCE_FOLDER
from tasks.sample.bps import SAMPLE_KEY, SampleBpsServer
from tasks.statistics.catalogue import Catalogue, load_catalogue
from tasks.statistics.client import BpsClient
from tasks.statistics.pull import stage_statistics
from tasks.statistics.replay import replay_answers
from warehouse.connection import open_warehouse, transaction
from warehouse.journal import Kind, Step
from warehouse.statistics import load_indicators, load_sources, load_statistics, loaded_values

SUBJECT = "statistik"
"""What the events of the journal about statistics are about."""

PUBLICATIONS = REFERENCE_FOLDER / "indikator_publikasi.csv"


@contextmanager
def _client(job: Job, *, sample: bool) -> Iterator[BpsClient | None]:
    settings = job.settings
    with ExitStack() as stack:
        if sample:
            server = stack.enter_context(SampleBpsServer(REFERENCE_FOLDER))
            url, key = server.url, SecretStr(SAMPLE_KEY)
        elif settings.bps_api_key is not None:
            url, key = settings.bps_url, settings.bps_api_key
        else:
            yield None
            return
        client = BpsClient(url, key, timeout_seconds=settings.bps_timeout_seconds, attempts=settings.bps_attempts)
        yield stack.enter_context(client)


def take_in(
    job: Job, *, sample: bool = False, indicators: list[str] | None = None, years: list[int] | None = None
) -> dict[str, int]:
    """Pull and load; returns how many values are new, revised, unchanged and withdrawn.

    With `sample`, the recorded answers are asked instead of BPS. A source that fails is noted and the rest is loaded.
    """
    catalogue = load_catalogue(REFERENCE_FOLDER)
    for code in indicators or ():
        if catalogue.indicator(code) is None:
            known = ", ".join(entry.indikator for entry in catalogue.indikator)
            raise UsageError(f"Indikator '{code}' tidak dikenal.", next_step=f"Yang dikenal: {known}.")
    _replay_if_lost(job, catalogue)
    with _client(job, sample=sample) as client:
        staged = stage_statistics(
            catalogue,
            client,
            job.raw,
            PUBLICATIONS,
            job.home.staging / "statistics",
            job.started_at,
            job.settings.kode_wilayah,
            years or range(job.settings.first_statistics_year, job.started_at.year + 1),
            indicators,
        )
    if staged.notice:
        job.notices.append(staged.notice)
    job.notices.extend(staged.rejected)
    for failure in staged.failures:
        job.note("statistik BPS", failure)
    with open_warehouse(job.settings) as connection:
        with transaction(connection):
            is_catalogue_new = load_indicators(connection, catalogue.indicator_rows())
            is_catalogue_new |= load_sources(connection, catalogue.source_rows())
            loaded = load_statistics(connection, staged.parquet)
        values = loaded_values(connection)
    if loaded.changed or is_catalogue_new:
        details = asdict(loaded) | {"answers": list(staged.answers), "values": values}
        job.journal.record(Kind.STATISTICS, SUBJECT, Step.LOADED, details=details)
    return asdict(loaded)


def _replay_if_lost(job: Job, catalogue: Catalogue) -> None:
    """Give a warehouse without statistics every vintage that the raw store holds; a new home's store holds none."""
    with open_warehouse(job.settings) as connection:
        if loaded_values(connection):
            return
        folder = job.home.staging / "statistics-replay"
        with transaction(connection):
            for parquet in replay_answers(job.raw, catalogue, job.settings.kode_wilayah, folder):
                load_statistics(connection, parquet)
