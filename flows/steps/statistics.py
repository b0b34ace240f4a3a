"""The steps of the statistics: pull from BPS and the reviewed publications, hold back what a person must see, load."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from decimal import Decimal

from pydantic import SecretStr

from errors import ApprovalNeededError, UsageError
from flows.steps.job import Job, region_of
from settings import Settings
from tasks.reference import REFERENCE_FOLDER, read_text_table
from tasks.sample.bps import SAMPLE_KEY, SampleBpsServer
from tasks.statistics.catalogue import INDICATOR_FOLDER, Catalogue, load_catalogue
from tasks.statistics.client import BpsClient
from tasks.statistics.holding import reasons
from tasks.statistics.kept import KeptAnswers
from tasks.statistics.pull import stage_statistics
from tasks.statistics.replay import replay_answers
from warehouse.connection import open_warehouse, transaction
from warehouse.journal import Journal, Kind, Step
from warehouse.raw import RawStore
from warehouse.statistics import (
    FindOdd,
    Value,
    approve_values,
    load_area_names,
    load_indicators,
    load_sources,
    load_statistics,
    loaded_values,
    waiting_values,
)

SUBJECT = "statistik"
"""What the events of the journal about statistics are about."""

AREA_NAMES = REFERENCE_FOLDER / INDICATOR_FOLDER / "wilayah.csv"


@contextmanager
def open_client(settings: Settings, *, sample: bool) -> Iterator[BpsClient | None]:
    """A client of BPS, or with `sample` of the sample server; None without a key."""
    with ExitStack() as stack:
        if sample:
            server = stack.enter_context(
                SampleBpsServer(REFERENCE_FOLDER, region_of(settings), area_codes=settings.statistics_areas)
            )
            url, key, pace = server.url, SecretStr(SAMPLE_KEY), 0.0
        elif settings.bps_api_key is not None:
            url, key, pace = settings.bps_url, settings.bps_api_key, settings.bps_requests_per_second
        else:
            yield None
            return
        client = BpsClient(
            url,
            key,
            timeout_seconds=settings.bps_timeout_seconds,
            attempts=settings.bps_attempts,
            requests_per_second=pace,
            cache=KeptAnswers(RawStore(settings.home_folders.raw)),
        )
        yield stack.enter_context(client)


def take_in(
    job: Job, *, sample: bool = False, indicators: list[str] | None = None, years: list[int] | None = None
) -> dict[str, int]:
    """Pull and load; returns how many values are new, revised, unchanged, withdrawn and waiting.

    With `sample`, the recorded answers are asked instead of BPS. A source that fails is noted and the rest is loaded.
    """
    catalogue = load_catalogue(REFERENCE_FOLDER, job.region.folder)
    for code in indicators or ():
        if catalogue.indicator(code) is None:
            known = ", ".join(entry.indikator for entry in catalogue.indikator)
            raise UsageError(f"Indikator '{code}' tidak dikenal.", next_step=f"Yang dikenal: {known}.")
    _replay_if_lost(job, catalogue)
    with open_client(job.settings, sample=sample) as client:
        staged = stage_statistics(
            catalogue,
            client,
            job.raw,
            job.region.publications,
            job.home.staging / "statistics",
            job.started_at,
            job.settings.statistics_areas,
            years or range(job.settings.first_statistics_year, job.started_at.year + 1),
            indicators,
        )
    if staged.notice:
        job.notices.append(staged.notice)
    job.notices.extend(staged.rejected)
    for failure in staged.failures:
        job.note("statistik BPS", failure)
    approved, find_odd = _judgement(job, catalogue)
    with open_warehouse(job.settings) as connection:
        with transaction(connection):
            let_pass = approve_values(connection, approved)
            is_catalogue_new = load_indicators(connection, catalogue.indicator_rows(), catalogue.limit_rows())
            is_catalogue_new |= load_sources(connection, catalogue.source_rows())
            is_catalogue_new |= load_area_names(connection, read_text_table(AREA_NAMES).to_dicts())
            loaded = load_statistics(connection, staged.parquet, find_odd=find_odd, approved=approved)
        values = loaded_values(connection)
        waiting = waiting_values(connection)
    if loaded.changed or is_catalogue_new or let_pass:
        details = asdict(loaded) | {"answers": list(staged.answers), "values": values}
        job.journal.record(Kind.STATISTICS, SUBJECT, Step.LOADED, details=details)
    if waiting:
        _say_waiting(job, [value.id for value in waiting], are_new=loaded.waiting > 0)
    return asdict(loaded)


def _say_waiting(job: Job, ids: list[str], *, are_new: bool) -> None:
    """A problem of the run that found them; later runs only remind."""
    more = f" dan {len(ids) - 5} lagi" if len(ids) > 5 else ""
    fault = ApprovalNeededError(
        f"{len(ids)} nilai statistik menunggu persetujuan dan tidak terbit.",
        where=", ".join(ids[:5]) + more,
        next_step="Lihat dengan `dampingan statistics waiting`; setujui dengan "
        "`dampingan statistics approve ID --reason ...`.",
    )
    if are_new:
        job.note("statistik", fault)
    else:
        job.notices.append(fault.paragraph)


def _judgement(job: Job, catalogue: Catalogue) -> tuple[frozenset[Value], FindOdd]:
    """What persons have let pass, and the rules that say what needs one."""
    approved = approved_values(job.journal)
    return approved, lambda incoming, counting: reasons(incoming, counting, catalogue, approved)


def approved_values(journal: Journal) -> frozenset[Value]:
    """Every value that a person has let pass."""
    return frozenset(
        Value(**(event.details["value"] | {"nilai": Decimal(event.details["value"]["nilai"])}))
        for event in journal.events(Kind.STATISTICS)
        if event.step is Step.APPROVED
    )


def record_approval(journal: Journal, value_id: str, value: Value, *, reason: str, by: str) -> None:
    """Write into the journal who let a value pass, and why. The warehouse follows the journal."""
    details = {"reason": reason, "by": by, "value": asdict(value)}
    journal.record(Kind.STATISTICS, value_id, Step.APPROVED, details=details)


def apply_approvals(job: Job) -> int:
    """Let every value count that the journal says was approved; returns how many did not yet."""
    with open_warehouse(job.settings) as connection:
        with transaction(connection):
            changed = approve_values(connection, approved_values(job.journal))
        values = loaded_values(connection)
    if changed:
        job.journal.record(Kind.STATISTICS, SUBJECT, Step.LOADED, details={"approved": changed, "values": values})
    return changed


def _replay_if_lost(job: Job, catalogue: Catalogue) -> None:
    """Give a warehouse without statistics every vintage that the raw store holds; a new home's store holds none."""
    approved, find_odd = _judgement(job, catalogue)
    with open_warehouse(job.settings) as connection:
        if loaded_values(connection):
            return
        folder = job.home.staging / "statistics-replay"
        with transaction(connection):
            for parquet in replay_answers(job.raw, catalogue, job.settings.statistics_areas, folder):
                load_statistics(connection, parquet, find_odd=find_odd, approved=approved)
