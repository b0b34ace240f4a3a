"""Client of the BPS WebAPI: `model=var`, `model=th` and `model=data`, as typed answers.

It turns everything BPS may say into an answer or an error of ours. It must not know which indicators we want.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import TracebackType
from typing import Any, Self, TypeVar

from pydantic import BaseModel, SecretStr, ValidationError

from errors import InputRejectedError, SourceUnavailableError
from tasks.statistics.models import UNAVAILABLE, DataAnswer, Page, VariableItem, YearItem, plain_text
from tasks.statistics.transport import KEY_ADVICE, PassingFault, Transport

NATIONAL_DOMAIN = "0000"
_YEARS_PER_REQUEST_NATIONAL = 3
_YEARS_PER_REQUEST_REGIONAL = 2
_KEY_MESSAGES = ("re-check your key", "user not found", "not allowed")
_Model = TypeVar("_Model", bound=BaseModel)
_CHANGED = "Bentuk jawaban BPS mungkin berubah; laporkan kepada pengelola program."


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of `model=data`: the address without key, the bytes as they came, and their content."""

    url: str
    body: bytes
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
        sleep: waits between attempts.
    """

    def __init__(
        self,
        base_url: str,
        key: SecretStr,
        *,
        timeout_seconds: float,
        attempts: int,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._transport = Transport(base_url, key, timeout_seconds=timeout_seconds, attempts=attempts, sleep=sleep)

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

    def variables(self, domain: str) -> list[VariableItem]:
        """All variables of `domain` (4 digits); one request per ten variables."""
        return self._list(VariableItem, {"model": "var", "lang": "ind", "domain": domain})

    def years(self, domain: str, variable: int) -> list[YearItem]:
        """The years BPS has of a variable, with the ids to ask for them; empty when it has none."""
        return self._list(YearItem, {"model": "th", "lang": "ind", "domain": domain, "var": str(variable)})

    def data(self, domain: str, variable: int, year_ids: Sequence[str]) -> Iterator[Answer]:
        """Answers for `year_ids` (ids of `years`), split into as many requests as BPS wants; a part without
        data yields nothing."""
        size = _YEARS_PER_REQUEST_NATIONAL if domain == NATIONAL_DOMAIN else _YEARS_PER_REQUEST_REGIONAL
        for start in range(0, len(year_ids), size):
            parameters = {
                "model": "data",
                "lang": "ind",
                "domain": domain,
                "var": str(variable),
                "th": ";".join(year_ids[start : start + size]),
            }
            url = self._transport.url(parameters)
            body, content = self._get(parameters)
            if _is_empty(content):
                continue
            answer = _validated(DataAnswer, content, url)
            if answer.var[0].val != str(variable):
                raise InputRejectedError(
                    f"BPS menjawab variabel {answer.var[0].val}, bukan {variable}.",
                    where=url,
                    next_step=_CHANGED,
                )
            yield Answer(url, body, answer)

    def _list(self, kind: type[_Model], parameters: dict[str, str]) -> list[_Model]:
        """All pages of a list, or an error: a list with a hole is worth nothing."""
        entries: list[_Model] = []
        number, first = 1, None
        while first is None or number <= first.pages:
            asked = parameters if first is None else {**parameters, "page": str(number)}
            url = self._transport.url(asked)
            _, content = self._get(asked)
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
                where=self._transport.url(parameters),
                next_step="Ulangi tarikan.",
            )
        return entries

    def _get(self, parameters: dict[str, str]) -> tuple[bytes, dict[str, Any]]:
        body, content = self._transport.get(parameters, lambda body: (body, _parse(body)))
        url = self._transport.url(parameters)
        if not isinstance(content, dict):
            raise InputRejectedError("Jawaban BPS bukan objek JSON.", where=url, next_step=_CHANGED)
        if content.get("status") != "OK":
            self._refuse(str(content.get("message", "")), url)
        return body, content

    def _refuse(self, message: str, url: str) -> None:
        """An error that BPS sends as HTTP 200."""
        text = self._transport.without_key(str(plain_text(message)))[:200]
        if any(known in text.casefold() for known in _KEY_MESSAGES):
            raise SourceUnavailableError(f"BPS menolak kunci API: {text}", where=url, next_step=KEY_ADVICE)
        raise InputRejectedError(
            f"BPS menolak permintaan: {text or 'tanpa keterangan'}",
            where=url,
            next_step="Periksa variabel ini di reference/indicators.toml.",
        )


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
