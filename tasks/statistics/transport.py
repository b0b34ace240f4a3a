"""One request to BPS: key, time limit, size limit, retries.

The key is added here, below httpx, which logs the address of each request and puts it into its errors: above
this module no address holds it. It must not know what an answer means.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import TypeVar
from urllib.request import getproxies, proxy_bypass

import httpx
from pydantic import SecretStr
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt

from errors import SourceUnavailableError

_Content = TypeVar("_Content")

logger = logging.getLogger(__name__)

USER_AGENT = "dampingan/0.1 (statistik daerah; httpx)"
LARGEST_ANSWER_BYTES = 64 << 20
LONGEST_WAIT_SECONDS = 30.0
_PASSING_STATUS = frozenset({408, 425, 429, *range(500, 600)})
_KEY_STATUS = frozenset({401, 403})
_LOCAL_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})
_TRY_LATER = "Angka terakhir tetap dipakai; coba lagi nanti."
KEY_ADVICE = "Periksa setelan DAMPINGAN_BPS_API_KEY."
URL_ADVICE = "Periksa setelan DAMPINGAN_BPS_URL."


class PassingFault(Exception):  # noqa: N818 - a signal to try again, not an error that anybody sees
    """A fault that may be gone at the next attempt; `wait_seconds` is what the server asked for."""

    def __init__(self, what: str, wait_seconds: float | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.wait_seconds = wait_seconds


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: the bytes, or None when the kept answer with the mark `etag` still holds."""

    body: bytes | None
    etag: str


class _KeyTransport(httpx.BaseTransport):
    """Adds the key to the address just before the request leaves."""

    def __init__(self, key: SecretStr, inner: httpx.BaseTransport) -> None:
        self._key = key
        self._inner = inner

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self._inner.handle_request(
            httpx.Request(
                request.method,
                request.url.copy_merge_params({"key": self._key.get_secret_value()}),
                headers=request.headers,
                extensions=request.extensions,
            )
        )

    def close(self) -> None:
        self._inner.close()


def _proxy(base_url: httpx.URL) -> str | None:
    """The proxy of the environment; httpx leaves it out when it is given a transport."""
    if base_url.host in _LOCAL_HOSTS or proxy_bypass(base_url.host):
        return None
    return getproxies().get(base_url.scheme)


class Transport:
    """Asks `base_url` for JSON, again and again where that may help.

    Args:
        timeout_seconds: limit of one attempt, its reading included.
        attempts: attempts in all.
        requests_per_second: no faster than this, repeated attempts included; 0 is without limit.
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
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.requests = 0
        self._sleep = sleep
        self._interval_seconds = 1 / requests_per_second if requests_per_second else 0.0
        self._next_at = 0.0
        self._key = key
        self._timeout_seconds = timeout_seconds
        self._base_url = base_url.rstrip("/")
        proxy = _proxy(httpx.URL(self._base_url))
        self._client = httpx.Client(
            transport=_KeyTransport(key, httpx.HTTPTransport(proxy=proxy)),
            headers={"User-Agent": USER_AGENT, "Accept": "application/json"},
            timeout=timeout_seconds,
            follow_redirects=False,
        )
        self._retrying = Retrying(
            stop=stop_after_attempt(attempts),
            wait=_wait_seconds,
            retry=retry_if_exception_type(PassingFault),
            sleep=sleep,
            reraise=True,
        )

    def close(self) -> None:
        self._client.close()

    def url(self, parameters: Mapping[str, str], endpoint: str = "list") -> str:
        """The address of a request, without the key."""
        return str(httpx.URL(f"{self._base_url}/{endpoint}").copy_merge_params(dict(parameters)))

    def without_key(self, text: str) -> str:
        return text.replace(self._key.get_secret_value(), "***")

    def get(self, url: str, read: Callable[[Reply], _Content], etags: Collection[str] = ()) -> _Content:
        """What `read` makes of the reply; `read` raises PassingFault for an answer that came in pieces.

        Args:
            url: an address of `url()`.
            etags: marks of the answers to this address that are kept; BPS may reply that one of them still holds.

        Raises SourceUnavailableError when BPS cannot be reached or refuses.
        """
        try:
            return self._retrying(lambda: read(self._attempt(url, etags)))
        except PassingFault as fault:
            what = fault.what
        raise SourceUnavailableError(f"BPS tidak dapat dihubungi: {what}.", where=url, next_step=_TRY_LATER)

    def _attempt(self, url: str, etags: Collection[str]) -> Reply:
        self._wait_for_turn()
        self.requests += 1
        try:
            with self._client.stream("GET", url, headers=_conditions(etags)) as response:
                etag = response.headers.get("etag", "")
                if response.status_code == httpx.codes.NOT_MODIFIED and etags:
                    logger.info("BPS menjawab %s: tidak berubah", url)
                    return Reply(None, etag) if etag in etags else self._attempt(url, ())
                self._refuse_status(response, url)
                body = self._read_body(response)
                content_type = response.headers.get("content-type", "")
        except httpx.TimeoutException:
            fault = "waktu tunggu habis"
        except httpx.DecodingError:
            fault = "jawaban rusak"
        except httpx.TransportError as error:
            fault = f"sambungan gagal ({type(error).__name__})"
        else:
            logger.info("BPS menjawab %s: %d byte", url, len(body))
            if "html" in content_type.lower() or body.lstrip()[:1] == b"<":
                raise SourceUnavailableError(
                    "BPS menjawab dengan halaman web, bukan data; permintaan mungkin diblokir.",
                    where=url,
                    next_step=f"{_TRY_LATER} Bila berulang: {URL_ADVICE}",
                )
            return Reply(body, etag)
        logger.warning("BPS gagal %s: %s", url, fault)
        raise PassingFault(fault)

    def _wait_for_turn(self) -> None:
        wait = self._next_at - time.monotonic()
        if wait > 0:
            self._sleep(wait)
        self._next_at = max(self._next_at, time.monotonic()) + self._interval_seconds

    def _refuse_status(self, response: httpx.Response, url: str) -> None:
        status = response.status_code
        if status == httpx.codes.OK:
            return
        logger.warning("BPS menjawab %s dengan kode %d", url, status)
        if status in _PASSING_STATUS:
            raise PassingFault(f"menjawab kode {status}", _retry_after(response))
        is_page = "html" in response.headers.get("content-type", "").lower()
        if status in _KEY_STATUS and not is_page:
            raise SourceUnavailableError(f"BPS menolak kunci API (kode {status}).", where=url, next_step=KEY_ADVICE)
        if is_page and status in _KEY_STATUS:
            raise SourceUnavailableError(
                f"BPS memblokir permintaan ini (kode {status}, halaman web).", where=url, next_step=_TRY_LATER
            )
        raise SourceUnavailableError(f"BPS menjawab dengan kode {status}.", where=url, next_step=URL_ADVICE)

    def _read_body(self, response: httpx.Response) -> bytes:
        # httpx limits each read; a server that sends a byte now and then would never end.
        deadline = time.monotonic() + self._timeout_seconds
        body = bytearray()
        for chunk in response.iter_bytes():
            body += chunk
            if time.monotonic() > deadline:
                raise PassingFault("waktu tunggu habis")
            if len(body) > LARGEST_ANSWER_BYTES:
                raise SourceUnavailableError(
                    f"Jawaban BPS lebih besar dari {LARGEST_ANSWER_BYTES} byte.",
                    where=str(response.url),
                    next_step=URL_ADVICE,
                )
        return bytes(body)


def _conditions(etags: Collection[str]) -> dict[str, str]:
    return {"If-None-Match": ", ".join(sorted(etags))} if etags else {}


def _retry_after(response: httpx.Response) -> float | None:
    value = response.headers.get("retry-after", "")
    return float(value) if value.isascii() and value.isdecimal() else None


def _wait_seconds(state: RetryCallState) -> float:
    """What the server asked for, else 1, 2, 4 .. seconds and up to half as much again; never above the cap."""
    fault = state.outcome.exception() if state.outcome else None
    asked = fault.wait_seconds if isinstance(fault, PassingFault) else None
    backoff = 2.0 ** (state.attempt_number - 1) * random.uniform(1.0, 1.5)  # noqa: S311 - no secret
    return min(asked if asked is not None else backoff, LONGEST_WAIT_SECONDS)
