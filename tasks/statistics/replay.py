"""Statistics once more from the raw store: every pull there was, staged again as it was staged then.

For a warehouse that was lost. The answers are decoded by the code of a pull, with the catalogue of now. It must not
know what the warehouse holds.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from errors import InputRejectedError
from tasks.statistics.catalogue import BpsVariable, Catalogue, Indicator
from tasks.statistics.client import read_answer
from tasks.statistics.kept import ANSWER_NOTE
from tasks.statistics.publications import publication_candidates, read_publication_rows
from tasks.statistics.values import Candidate, answer_candidates, judge, staged_frame
from warehouse.raw import RawStore

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Kept:
    """One noted answer or list of publications: `url` of an answer, `file` name of a list; the other is empty."""

    sha256: str
    fetched_at: datetime
    url: str
    file: str

    def is_about(self, bps: BpsVariable) -> bool:
        asked = parse_qs(urlsplit(self.url).query)
        return (asked.get("domain"), asked.get("var")) == ([bps.domain], [str(bps.variabel)])


def replay_answers(raw: RawStore, catalogue: Catalogue, area_codes: Sequence[str], staging: Path) -> list[Path]:
    """Stage every pull of the raw store again, in the order of the pulls: one file each, columns STAGED_SCHEMA, with
    the time of that pull.

    Loaded one after the other into a warehouse without statistics they give the same values with the same vintages
    and times as before. Each file has the whole list of publications that was in force. Bytes that came several
    times are noted once, so a value that went back to an earlier answer, byte for byte, gets its last vintage from
    the next pull.

    What a pull refused is refused again: then that indicator is left out of that file, and the log says so.
    `staging` is a folder of this replay alone.
    """
    staging.mkdir(parents=True, exist_ok=True)
    publications: list[Candidate] = []
    files = []
    for number, (time, group) in enumerate(groupby(_kept(raw), key=lambda kept: kept.fetched_at), start=1):
        pull = list(group)
        for kept in pull:
            if kept.file:
                publications = _publications(raw, kept, catalogue, area_codes, before=publications)
        values = [
            value
            for indicator, table in catalogue.tables()
            for value in _values(raw, pull, catalogue, indicator, table, area_codes)
        ]
        accepted, _ = judge([*publications, *values], catalogue)
        files.append(staging / f"statistics-{number:06}.parquet")
        staged_frame(accepted, time).write_parquet(files[-1])
    return files


def _kept(raw: RawStore) -> list[_Kept]:
    """Everything noted, oldest first."""
    hashes = [note.parent.name for note in raw.root.glob(f"*/{ANSWER_NOTE}.json")]
    notes = {sha256: raw.read_note(sha256, ANSWER_NOTE) for sha256 in hashes}
    kept = [
        _Kept(sha256, datetime.fromisoformat(note["fetched_at"]), note.get("url", ""), note.get("file", ""))
        for sha256, note in notes.items()
    ]
    return sorted(kept, key=lambda one: (one.fetched_at, one.sha256))


def _publications(
    raw: RawStore, kept: _Kept, catalogue: Catalogue, area_codes: Sequence[str], *, before: list[Candidate]
) -> list[Candidate]:
    """The list of publications; the one `before` when this one cannot be read any more."""
    try:
        rows = read_publication_rows(raw.path(kept.sha256))
    except InputRejectedError as error:
        _left_out(kept, error)
        return before
    return publication_candidates(rows, catalogue, area_codes=area_codes, file_name=kept.file, sha256=kept.sha256)


def _values(
    raw: RawStore,
    pull: Sequence[_Kept],
    catalogue: Catalogue,
    indicator: Indicator,
    table: BpsVariable,
    area_codes: Sequence[str],
) -> list[Candidate]:
    """The values of one indicator in one table and one pull, all of them or none."""
    candidates: list[Candidate] = []
    for kept in pull:
        if not kept.is_about(table):
            continue
        try:
            answer = read_answer(raw.path(kept.sha256).read_bytes(), kept.url)
            values, _ = answer_candidates(
                answer, indicator, table, area_codes=area_codes, source=catalogue.webapi, sha256=kept.sha256
            )
        except InputRejectedError as error:
            _left_out(kept, error)
            return []
        candidates += values
    return candidates


def _left_out(kept: _Kept, error: InputRejectedError) -> None:
    logger.warning("Jawaban %s dari %s tidak dimuat ulang: %s", kept.sha256, kept.fetched_at, error.what)
