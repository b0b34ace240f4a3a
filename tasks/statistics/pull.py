"""Pulling the statistics: ask BPS, keep each answer as it came, judge the values, write the staged file.

An indicator whose answer is not as expected is left out whole and named; the others go on. When BPS cannot be
reached, what is left is not asked. Publications are staged in any case.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from errors import DampinganError, InputRejectedError, SourceUnavailableError
from tasks.statistics.catalogue import BpsVariable, Catalogue, Indicator
from tasks.statistics.client import Answer, BpsClient
from tasks.statistics.publications import publication_candidates, read_publication_rows
from tasks.statistics.values import Candidate, answer_candidates, judge, staged_frame
from warehouse.accounting import RowAccounting
from warehouse.raw import RawStore

STAGED_FILE = "statistics.parquet"
ANSWER_NOTE = "answer"
NO_KEY_NOTICE = (
    "Kunci API BPS belum diisi (setelan DAMPINGAN_BPS_API_KEY), jadi WebAPI BPS tidak ditanya; "
    "angka dari publikasi tetap dipakai."
)


@dataclass(frozen=True, slots=True)
class StagedStatistics:
    """What a pull gave.

    Args:
        parquet: the staged values (`tasks.statistics.values.STAGED_SCHEMA`).
        rows: values found = accepted + rejected + skipped (cells BPS left empty).
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
    area_code: str
    years: Collection[int]


def stage_statistics(
    catalogue: Catalogue,
    client: BpsClient | None,
    raw: RawStore,
    publications: Path,
    staging: Path,
    fetched_at: datetime,
    area_code: str,
    years: Collection[int],
    indicators: Collection[str] | None = None,
) -> StagedStatistics:
    """Stage the values of `area_code` (4 digits, BPS) for `years` from BPS, and all reviewed publications.

    Without `client` BPS is not asked. `indicators` limits what is asked of BPS (None: all). `fetched_at` has a
    time zone. Raises InputRejectedError when the publications file cannot be read.
    """
    time = fetched_at.astimezone(UTC).replace(tzinfo=None)
    found = _from_publications(catalogue, raw, publications, time)
    before = client.requests if client else 0
    if client:
        wanted = [entry for entry in catalogue.indikator if indicators is None or entry.indikator in indicators]
        _ask_bps(found, _Question(client, catalogue, raw, time, area_code, years), wanted)
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


def _from_publications(catalogue: Catalogue, raw: RawStore, publications: Path, time: datetime) -> _Found:
    rows = read_publication_rows(publications)
    sha256 = raw.put_file(publications)
    _note_once(raw, sha256, {"file": publications.name, "fetched_at": time.isoformat()})
    candidates = publication_candidates(rows, catalogue, file_name=publications.name, sha256=sha256)
    return _Found(candidates, 0, [sha256], [])


def _ask_bps(found: _Found, question: _Question, indicators: Sequence[Indicator]) -> None:
    for indicator in indicators:
        if indicator.bps is None:
            continue
        try:
            _from_bps(found, question, indicator, indicator.bps)
        except (InputRejectedError, SourceUnavailableError) as error:
            found.failures.append(_about(indicator, error))
            if isinstance(error, SourceUnavailableError):
                break


def _from_bps(found: _Found, question: _Question, indicator: Indicator, bps: BpsVariable) -> None:
    """Add the values of one indicator to `found`, all of them or none. Its answers are kept only when all have come:
    what was kept is what a replay takes in again."""
    candidates: list[Candidate] = []
    skipped = 0
    year_ids = _year_ids(question.client, bps, question.years)
    for answer in list(question.client.data(bps.domain, bps.variabel, year_ids)):
        sha256 = _keep(question.raw, answer, question.time)
        found.answers.append(sha256)
        values, empty = answer_candidates(
            answer.content,
            indicator,
            bps,
            area_code=question.area_code,
            source=question.catalogue.webapi,
            sha256=sha256,
        )
        candidates += values
        skipped += empty
    found.candidates += candidates
    found.skipped += skipped


def _year_ids(client: BpsClient, bps: BpsVariable, years: Collection[int]) -> list[str]:
    """BPS's ids of the years that are wanted and exist."""
    known = client.years(bps.domain, bps.variabel)
    if not known:
        raise InputRejectedError(
            "BPS tidak mempunyai tahun satu pun untuk variabel ini.",
            where=f"domain {bps.domain}, variabel {bps.variabel}",
            next_step="Periksa nomor variabel di reference/indicators.toml.",
        )
    wanted = {str(year) for year in years}
    return [entry.th_id for entry in sorted(known, key=lambda entry: entry.th) if entry.th in wanted]


def _keep(raw: RawStore, answer: Answer, time: datetime) -> str:
    sha256 = raw.put_bytes(answer.body)
    note = {"url": answer.url, "fetched_at": time.isoformat(), "last_update": answer.content.last_update}
    _note_once(raw, sha256, note)
    return sha256


def _note_once(raw: RawStore, sha256: str, note: dict[str, str | None]) -> None:
    """The same bytes again keep the note of their first arrival: the raw store never changes."""
    try:
        raw.read_note(sha256, ANSWER_NOTE)
    except FileNotFoundError:
        raw.write_note(sha256, ANSWER_NOTE, note)


def _about(indicator: Indicator, error: DampinganError) -> DampinganError:
    return type(error)(f"{indicator.nama_indikator}: {error.what}", where=error.where, next_step=error.next_step)
