"""Pulling the statistics: ask BPS, keep each answer as it came, judge the values, write the staged file.

One answer serves all regions and all indicators that are in it. A table whose answer is not as expected is left out
whole and named; the others go on. When BPS cannot be reached, what is left is not asked. Publications are staged in
any case.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from errors import DampinganError, InputRejectedError, SourceUnavailableError
from tasks.statistics.catalogue import BpsVariable, Catalogue, Indicator
from tasks.statistics.client import Answer, BpsClient
from tasks.statistics.kept import keep, note_once
from tasks.statistics.publications import publication_candidates, read_publication_rows
from tasks.statistics.values import Candidate, answer_candidates, judge, staged_frame
from warehouse.accounting import RowAccounting
from warehouse.raw import RawStore

STAGED_FILE = "statistics.parquet"
NO_KEY_NOTICE = (
    "Kunci API BPS belum diisi (setelan DAMPINGAN_BPS_API_KEY), jadi WebAPI BPS tidak ditanya; "
    "angka dari publikasi tetap dipakai."
)


@dataclass(frozen=True, slots=True)
class StagedStatistics:
    """What a pull gave.

    Args:
        parquet: the staged values (`tasks.statistics.values.STAGED_SCHEMA`).
        rows: values found = accepted + rejected + skipped (cells BPS left empty, publications about other regions).
        rejected: one Indonesian sentence per rejected value.
        answers: SHA-256 of each raw answer and of the publications file, in the raw store.
        requests: requests sent to BPS.
        failures: indicators that could not be taken in, or the reason why BPS was not reached.
        notice: a sentence for the officer when BPS was not asked.
    """

    parquet: Path
    rows: RowAccounting
    rejected: tuple[str, ...]
    answers: tuple[str, ...]
    requests: int
    failures: tuple[DampinganError, ...]
    notice: str = ""


@dataclass(slots=True)
class _Found:
    candidates: list[Candidate]
    skipped: int
    answers: list[str]
    failures: list[DampinganError]


@dataclass(frozen=True, slots=True)
class _Question:
    """What is asked of BPS, and where its answers are kept."""

    client: BpsClient
    catalogue: Catalogue
    raw: RawStore
    time: datetime
    area_codes: Sequence[str]
    years: Collection[int]


def stage_statistics(
    catalogue: Catalogue,
    client: BpsClient | None,
    raw: RawStore,
    publications: Path,
    staging: Path,
    fetched_at: datetime,
    area_codes: Sequence[str],
    years: Collection[int],
    indicators: Collection[str] | None = None,
) -> StagedStatistics:
    """Stage the values of `area_codes` (4 digits, BPS): for `years` from BPS, and all of the reviewed publications.

    Without `client` BPS is not asked. `indicators` limits what is asked of BPS (None: all). `fetched_at` has a
    time zone. Raises InputRejectedError when the publications file cannot be read.
    """
    time = fetched_at.astimezone(UTC).replace(tzinfo=None)
    found = _from_publications(catalogue, raw, publications, time, area_codes)
    before = client.requests if client else 0
    if client:
        wanted = [entry for entry in catalogue.indikator if indicators is None or entry.indikator in indicators]
        _ask_bps(found, _Question(client, catalogue, raw, time, area_codes, years), wanted)
    accepted, rejected = judge(found.candidates, catalogue)
    staging.mkdir(parents=True, exist_ok=True)
    parquet = staging / STAGED_FILE
    staged_frame(accepted, time).write_parquet(parquet)
    return StagedStatistics(
        parquet=parquet,
        rows=RowAccounting(
            in_file=len(found.candidates) + found.skipped,
            accepted=len(accepted),
            rejected=len(rejected),
            skipped=found.skipped,
            warned=0,
        ),
        rejected=tuple(candidate.sentence for candidate in rejected),
        answers=tuple(found.answers),
        requests=client.requests - before if client else 0,
        failures=tuple(found.failures),
        notice="" if client else NO_KEY_NOTICE,
    )


def _from_publications(
    catalogue: Catalogue, raw: RawStore, publications: Path, time: datetime, area_codes: Sequence[str]
) -> _Found:
    rows = read_publication_rows(publications)
    sha256 = raw.put_file(publications)
    note_once(raw, sha256, {"file": publications.name, "fetched_at": time.isoformat()})
    candidates = publication_candidates(
        rows, catalogue, area_codes=area_codes, file_name=publications.name, sha256=sha256
    )
    return _Found(candidates, len(rows) - len(candidates), [sha256], [])


def _ask_bps(found: _Found, question: _Question, indicators: Sequence[Indicator]) -> None:
    by_place: dict[tuple[str, int], list[tuple[Indicator, BpsVariable]]] = defaultdict(list)
    for indicator in indicators:
        for table in indicator.bps:
            if any(table.serves(code) for code in question.area_codes):
                by_place[table.place].append((indicator, table))
    for place, wanted in by_place.items():
        try:
            answers = _answers(question, *place)
        except (InputRejectedError, SourceUnavailableError) as error:
            found.failures += [_about(indicator, error) for indicator, _ in wanted]
            if isinstance(error, SourceUnavailableError):
                break
            continue
        found.answers += [sha256 for sha256, _ in answers]
        for indicator, table in wanted:
            try:
                _take(found, question, indicator, table, answers)
            except InputRejectedError as error:
                found.failures.append(_about(indicator, error))


def _answers(question: _Question, domain: str, variable: int) -> list[tuple[str, Answer]]:
    """All answers of one table with their SHA-256. They are kept only when all have come: what was kept is what a
    replay takes in again."""
    year_ids = _year_ids(question.client, domain, variable, question.years)
    answers = list(question.client.data(domain, variable, year_ids))
    return [(keep(question.raw, answer, question.time), answer) for answer in answers]


def _take(
    found: _Found, question: _Question, indicator: Indicator, table: BpsVariable, answers: list[tuple[str, Answer]]
) -> None:
    """Add the values of one indicator in one table to `found`, all of them or none."""
    candidates: list[Candidate] = []
    skipped = 0
    for sha256, answer in answers:
        values, empty = answer_candidates(
            answer.content,
            indicator,
            table,
            area_codes=question.area_codes,
            source=question.catalogue.webapi,
            sha256=sha256,
        )
        candidates += values
        skipped += empty
    found.candidates += candidates
    found.skipped += skipped


def _year_ids(client: BpsClient, domain: str, variable: int, years: Collection[int]) -> list[str]:
    """BPS's ids of the years that are wanted and exist."""
    known = client.years(domain, variable)
    if not known:
        raise InputRejectedError(
            "BPS tidak mempunyai tahun satu pun untuk variabel ini.",
            where=f"domain {domain}, variabel {variable}",
            next_step="Periksa nomor variabel di reference/indicators.",
        )
    wanted = {str(year) for year in years}
    return [entry.th_id for entry in sorted(known, key=lambda entry: entry.th) if entry.th in wanted]


def _about(indicator: Indicator, error: DampinganError) -> DampinganError:
    return type(error)(f"{indicator.nama_indikator}: {error.what}", where=error.where, next_step=error.next_step)
