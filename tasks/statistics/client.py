"""Client of the BPS WebAPI, with typed answers: its lists (`domain`, `model=subject`, `var`, `vervar`, `turvar`, `th`,
`turth`, `pressrelease`, `statictable`) and `model=data`.

It turns everything BPS may say into an answer or an error of ours. It must not know which indicators we want.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import TracebackType
from typing import Any, Protocol, Self, TypeVar

from pydantic import BaseModel, SecretStr, ValidationError

from errors import InputRejectedError, SourceUnavailableError
from tasks.statistics.models import (
    UNAVAILABLE,
    DataAnswer,
    DerivedItem,
    DomainItem,
    Page,
    PeriodItem,
    PressReleaseItem,
    RowItem,
    StaticTableItem,
    SubjectItem,
    VariableItem,
    YearItem,
    plain_text,
)
from tasks.statistics.transport import KEY_ADVICE, PassingFault, Reply, Transport

NATIONAL_DOMAIN = "0000"
_YEARS_PER_REQUEST_NATIONAL = 3
_YEARS_PER_REQUEST_REGIONAL = 2
_KEY_MESSAGES = ("re-check your key", "user not found", "not allowed")
_Model = TypeVar("_Model", bound=BaseModel)
_CHANGED = "Bentuk jawaban BPS mungkin berubah; laporkan kepada pengelola program."


class AnswerCache(Protocol):
    """Answers of `model=data` that are kept as they came."""

    def etags(self, url: str, /) -> Mapping[str, str]:
        """Mark to SHA-256 of every kept answer to `url`."""

    def body(self, sha256: str, /) -> bytes:
        """The kept bytes."""


class NoCache:
    """Nothing is kept."""

    def etags(self, _url: str, /) -> Mapping[str, str]:
        return {}

    def body(self, sha256: str, /) -> bytes:
        raise KeyError(sha256)


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of `model=data`: the address without key, the bytes as they came, their mark, and their content."""

    url: str
    body: bytes
    etag: str
    content: DataAnswer


def read_answer(body: bytes, url: str) -> DataAnswer:
    """An answer of `model=data` that was kept as it came; `url` is for messages. Raises InputRejectedError."""
    try:
        content = _parse(body)
    except PassingFault as fault:
        raise InputRejectedError(
            f"Jawaban BPS yang tersimpan rusak: {fault}.", where=url, next_step="Ulangi tarikan."
        ) from None
    return _validated(DataAnswer, content, url)


class BpsClient:
    """Asks the BPS WebAPI; use it as a context manager.

    All methods raise SourceUnavailableError when BPS cannot be reached, limits or refuses, and
    InputRejectedError when an answer is not what the API promises. The key is in no error, log line or
    address that leaves here.

    Args:
        base_url: address up to and without `/list`.
        timeout_seconds: limit of one attempt.
        attempts: attempts per request in all.
        requests_per_second: no faster than this; 0 is without limit.
        cache: kept answers that BPS need not send again while they hold.
        sleep: waits between attempts.
    """

    def __init__(
        self,
        base_url: str,
        key: SecretStr,
        *,
        timeout_seconds: float,
        attempts: int,
        requests_per_second: float = 0.0,
        cache: AnswerCache | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._cache = cache or NoCache()
        self._transport = Transport(
            base_url,
            key,
            timeout_seconds=timeout_seconds,
            attempts=attempts,
            requests_per_second=requests_per_second,
            sleep=sleep,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._transport.close()

    @property
    def requests(self) -> int:
        """Requests sent so far, repeated ones included."""
        return self._transport.requests

    def domains(self, province: str = "") -> list[DomainItem]:
        """The offices of BPS that have data of their own: all, or the kabupaten and kota of `province` (4 digits)."""
        asked = {"type": "kabbyprov", "prov": province} if province else {"type": "all"}
        return self._list(DomainItem, asked, endpoint="domain")

    def subjects(self, domain: str) -> list[SubjectItem]:
        """The subjects under which `domain` (4 digits) has variables."""
        return self._list(SubjectItem, _asked("subject", domain))

    def variables(self, domain: str) -> list[VariableItem]:
        """All variables of `domain` (4 digits); one request per ten variables."""
        return self._list(VariableItem, _asked("var", domain))

    def rows(self, domain: str, variable: int) -> list[RowItem]:
        """The rows of a variable's table, mostly regions."""
        return self._list(RowItem, _asked("vervar", domain, variable))

    def derived(self, domain: str, variable: int) -> list[DerivedItem]:
        """The parts into which a variable is divided; empty when it is not."""
        return self._list(DerivedItem, _asked("turvar", domain, variable))

    def years(self, domain: str, variable: int) -> list[YearItem]:
        """The years BPS has of a variable, with the ids to ask for them; empty when it has none."""
        return self._list(YearItem, _asked("th", domain, variable))

    def periods(self, domain: str, variable: int) -> list[PeriodItem]:
        """The parts of a year for which a variable has values."""
        return self._list(PeriodItem, _asked("turth", domain, variable))

    def press_releases(self, domain: str, word: str = "") -> list[PressReleaseItem]:
        """The press releases of `domain`, those about `word` if given."""
        return self._list(PressReleaseItem, _asked("pressrelease", domain, keyword=word))

    def static_tables(self, domain: str, word: str = "") -> list[StaticTableItem]:
        """The static tables of `domain`, those about `word` if given."""
        return self._list(StaticTableItem, _asked("statictable", domain, keyword=word))

    def data(self, domain: str, variable: int, year_ids: Sequence[str]) -> Iterator[Answer]:
        """Answers for `year_ids` (ids of `years`), split into as many requests as BPS wants; a part without
        data yields nothing."""
        size = years_per_request(domain)
        for start in range(0, len(year_ids), size):
            asked = _asked("data", domain, variable, th=";".join(year_ids[start : start + size]))
            if (answer := self._data(self._transport.url(asked), variable)) is not None:
                yield answer

    def _data(self, url: str, variable: int) -> Answer | None:
        kept = self._cache.etags(url)

        def read(reply: Reply) -> tuple[bytes, str, object]:
            body = self._cache.body(kept[reply.etag]) if reply.body is None else reply.body
            return body, reply.etag, _parse(body)

        body, etag, content = self._transport.get(url, read, kept)
        found = self._accepted(content, url)
        if _is_empty(found):
            return None
        answer = _validated(DataAnswer, found, url)
        if answer.var[0].val != str(variable):
            raise InputRejectedError(
                f"BPS menjawab variabel {answer.var[0].val}, bukan {variable}.", where=url, next_step=_CHANGED
            )
        return Answer(url, body, etag, answer)

    def _list(self, kind: type[_Model], parameters: dict[str, str], endpoint: str = "list") -> list[_Model]:
        """All pages of a list, or an error: a list with a hole is worth nothing."""
        entries: list[_Model] = []
        number, first = 1, None
        while first is None or number <= first.pages:
            asked = parameters if first is None else {**parameters, "page": str(number)}
            url = self._transport.url(asked, endpoint)
            content = self._accepted(self._transport.get(url, _content), url)
            if first is None and _is_empty(content):
                return []
            page, items = _split_list(content, url)
            first = first or page
            if page.page != number or (page.pages, page.total) != (first.pages, first.total):
                raise InputRejectedError(
                    f"Daftar BPS berubah selagi dibaca: halaman {page.page} dari {page.pages}, "
                    f"seharusnya {number} dari {first.pages}.",
                    where=url,
                    next_step="Ulangi tarikan.",
                )
            entries += [_validated(kind, item, url) for item in items]
            number += 1
        if len(entries) != first.total:
            raise InputRejectedError(
                f"Daftar BPS tidak lengkap: {len(entries)} dari {first.total} entri.",
                where=self._transport.url(parameters, endpoint),
                next_step="Ulangi tarikan.",
            )
        return entries

    def _accepted(self, content: object, url: str) -> dict[str, Any]:
        if not isinstance(content, dict):
            raise InputRejectedError("Jawaban BPS bukan objek JSON.", where=url, next_step=_CHANGED)
        if content.get("status") != "OK":
            self._refuse(str(content.get("message", "")), url)
        return content

    def _refuse(self, message: str, url: str) -> None:
        """An error that BPS sends as HTTP 200."""
        text = self._transport.without_key(str(plain_text(message)))[:200]
        if any(known in text.casefold() for known in _KEY_MESSAGES):
            raise SourceUnavailableError(f"BPS menolak kunci API: {text}", where=url, next_step=KEY_ADVICE)
        raise InputRejectedError(
            f"BPS menolak permintaan: {text or 'tanpa keterangan'}",
            where=url,
            next_step="Periksa variabel ini di reference/indicators.",
        )


def years_per_request(domain: str) -> int:
    """How many years BPS gives in one answer of `model=data`."""
    return _YEARS_PER_REQUEST_NATIONAL if domain == NATIONAL_DOMAIN else _YEARS_PER_REQUEST_REGIONAL


def _asked(model: str, domain: str, variable: int | None = None, **more: str) -> dict[str, str]:
    asked = {"model": model, "lang": "ind", "domain": domain}
    if variable is not None:
        asked["var"] = str(variable)
    return asked | {name: value for name, value in more.items() if value}


def _content(reply: Reply) -> object:
    return _parse(reply.body or b"")


def _parse(body: bytes) -> object:
    """Numbers keep all their digits. A cut text is a passing fault."""
    try:
        return json.loads(body, parse_float=Decimal, parse_constant=str)
    except (ValueError, RecursionError):
        pass
    raise PassingFault("jawaban terpotong")


def _is_empty(content: dict[str, Any]) -> bool:
    return content.get("data-availability") in UNAVAILABLE or content.get("data") == ""


def _split_list(content: dict[str, Any], url: str) -> tuple[Page, list[object]]:
    match content.get("data"):
        case [dict() as page, list() as items]:
            return _validated(Page, page, url), items
    raise InputRejectedError("Daftar BPS tidak berbentuk halaman dan isi.", where=url, next_step=_CHANGED)


def _validated(kind: type[_Model], content: object, url: str) -> _Model:
    try:
        return kind.model_validate(content)
    except ValidationError as error:
        places = sorted({".".join(str(part) for part in entry["loc"]) for entry in error.errors()})
    raise InputRejectedError(
        f"Jawaban BPS tidak seperti yang dijanjikan pada: {', '.join(places[:5])}.",
        where=url,
        next_step=_CHANGED,
    )
