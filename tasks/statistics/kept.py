"""Answers of BPS in the raw store: keeping them once, and finding again those to one address.

It must not know what an answer says.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from functools import cached_property

from tasks.statistics.client import Answer
from warehouse.raw import RawStore

ANSWER_NOTE = "answer"


class KeptAnswers:
    """An `AnswerCache` over the raw store: what BPS marked with an ETag need not be sent again while it holds."""

    def __init__(self, raw: RawStore) -> None:
        self._raw = raw

    def etags(self, url: str, /) -> Mapping[str, str]:
        return self._by_url.get(url, {})

    def body(self, sha256: str, /) -> bytes:
        return self._raw.path(sha256).read_bytes()

    @cached_property
    def _by_url(self) -> Mapping[str, Mapping[str, str]]:
        """Read once: within one pull no address is asked twice."""
        found: dict[str, dict[str, str]] = defaultdict(dict)
        for file in self._raw.root.glob(f"*/{ANSWER_NOTE}.json"):
            sha256 = file.parent.name
            note = self._raw.read_note(sha256, ANSWER_NOTE)
            if note.get("etag"):
                found[note["url"]][note["etag"]] = sha256
        return found


def keep(raw: RawStore, answer: Answer, time: datetime) -> str:
    """Keep an answer as it came; returns its SHA-256. `time` is UTC without zone."""
    sha256 = raw.put_bytes(answer.body)
    note = {"url": answer.url, "fetched_at": time.isoformat(), "last_update": answer.content.last_update}
    note_once(raw, sha256, note | ({"etag": answer.etag} if answer.etag else {}))
    return sha256


def note_once(raw: RawStore, sha256: str, note: Mapping[str, str | None]) -> None:
    """The same bytes again keep the note of their first arrival: the raw store never changes."""
    try:
        raw.read_note(sha256, ANSWER_NOTE)
    except FileNotFoundError:
        raw.write_note(sha256, ANSWER_NOTE, dict(note))
