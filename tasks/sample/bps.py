"""A small BPS WebAPI for the sample and the tests: real shapes and refusals over real HTTP, on this machine only.

It must not know how its answers are read.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from math import ceil
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import parse_qsl, urlsplit

from tasks.reference import BUNDLED, Region
from tasks.sample.bps_tables import FIRST_YEAR, Content, SampleTable, sample_tables, sample_wording

SAMPLE_KEY = "kunci-contoh-bukan-rahasia"
PATH = "/v1/api"
_MOST_YEARS_NATIONAL = 3
_MOST_YEARS_REGIONAL = 2
_BLOCK_PAGE = b"<html><head><title>Perimeter WAF Block</title></head><body>Request blocked.</body></html>"
_OF_A_TABLE = ("th", "vervar", "turvar", "turth")
_OF_A_DOMAIN = ("pressrelease", "statictable")


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong with one answer: another status or body, an edited content, a delay before it or between
    its bytes, a cut in the middle."""

    status: int = 200
    body: bytes | None = None
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    edit: Callable[[Content], object] | None = None
    delay_seconds: float = 0.0
    byte_seconds: float = 0.0
    is_cut: bool = False


def status(code: int, **headers: str) -> Fault:
    """An HTTP error; `retry_after="1"` becomes the header `retry-after`."""
    return Fault(code, b"{}", headers={name.replace("_", "-"): value for name, value in headers.items()})


def html_block(code: int = 403) -> Fault:
    """The page of the firewall in front of BPS."""
    return Fault(code, _BLOCK_PAGE, "text/html; charset=UTF-8")


def error_message(message: str) -> Fault:
    """An error that BPS sends with HTTP 200."""
    return Fault(body=json.dumps({"status": "Error", "message": message}).encode())


def without_data(availability: str = "available") -> Fault:
    """An empty text where data are promised."""
    return Fault(body=json.dumps({"status": "OK", "data-availability": availability, "data": ""}).encode())


@dataclass(slots=True)
class _Script:
    fault: Fault
    model: str | None
    variable: int | None
    times: int


class SampleBpsServer:
    """Serves while used as a context manager; `url` is the base address for a client.

    Args:
        reference: the folder reference/ of the project.
        region: whose published figures it has.
        key: the only key it accepts.
        per_page: entries on a page of a list (BPS: 10).
        etags: mark answers, and say of a marked one that it still holds.
        area_codes: regions that the tables must have, beside those they have anyway.
    """

    def __init__(
        self,
        reference: Path,
        region: Region = BUNDLED,
        *,
        key: str = SAMPLE_KEY,
        per_page: int = 10,
        etags: bool = False,
        area_codes: Collection[str] = (),
    ) -> None:
        self.key = key
        self.etags = etags
        self.requests: list[dict[str, str]] = []
        self.not_modified = 0
        self.closing = threading.Event()
        self._per_page = per_page
        self._wording = sample_wording(region)
        self.tables = sample_tables(reference, region, self._wording, area_codes)
        self._scripts: list[_Script] = []
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"sample": self}))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}{PATH}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def script(self, fault: Fault, *, model: str | None = None, variable: int | None = None, times: int = 1) -> None:
        """Let the next `times` requests of `model` and `variable` (None: any) meet `fault`."""
        self._scripts.append(_Script(fault, model, variable, times))

    def revise(self, variable: int, year: int, value: Decimal, last_update: str) -> None:
        """Publish another figure for our city, as BPS does when it revises one."""
        table = next(table for table in self.tables if table.variable == variable)
        table.values[year] = value
        table.last_update = last_update

    def next_fault(self, query: Mapping[str, str]) -> Fault | None:
        """Note the request, and take the fault that is due for it."""
        with self._lock:
            self.requests.append({name: value for name, value in query.items() if name != "key"})
            for script in self._scripts:
                is_meant = script.model in (None, query.get("model")) and (
                    script.variable is None or str(script.variable) == query.get("var")
                )
                if script.times and is_meant:
                    script.times -= 1
                    return script.fault
        return None

    def content(self, query: Mapping[str, str], endpoint: str = "list") -> Content:
        """What the API says to `query`."""
        if query.get("key") != self.key:
            return _error("You are not Allowed to take this action. Please re-check your key")
        if endpoint == "domain":
            return self._page(self._offices(query.get("prov", "")), query)
        model, domain = query.get("model", ""), query.get("domain", "")
        if model in ("var", "subject", *_OF_A_DOMAIN):
            return self._page(self._of_domain(model, domain, query.get("keyword", "")), query)
        table = next((t for t in self.tables if (t.domain, str(t.variable)) == (domain, query.get("var"))), None)
        if table is None or model not in ("data", *_OF_A_TABLE):
            return {"status": "OK", "data-availability": "list-not-available", "data": ""}
        if model == "data":
            return self._data(table, query)
        return self._page(table.items(model), query)

    def _offices(self, province: str) -> list[Content]:
        """Every office, or those of a province below its own."""
        offices: list[Content] = self._wording["domain"]
        return [
            office
            for office in offices
            if not province or (office["domain_id"][:2] == province[:2] and office["domain_id"] != province)
        ]

    def _of_domain(self, model: str, domain: str, word: str) -> list[Content]:
        tables = [table for table in self.tables if table.domain == domain]
        if model == "var":
            return [table.entry() for table in tables]
        if model == "subject":
            subjects = {table.subject["val"]: table.subject["label"] for table in tables}
            return [{"sub_id": number, "title": title} for number, title in sorted(subjects.items())]
        return [
            {name: value for name, value in entry.items() if name != "domain"}
            for entry in self._wording[model]
            if entry["domain"] == domain and word.casefold() in entry["title"].casefold()
        ]

    def _page(self, items: list[Content], query: Mapping[str, str]) -> Content:
        if not items:
            return {"status": "OK", "data-availability": "list-not-available", "data": ""}
        number = int(query.get("page", "1"))
        shown = items[(number - 1) * self._per_page : number * self._per_page]
        page = {
            "page": number,
            "pages": ceil(len(items) / self._per_page),
            "per_page": self._per_page,
            "count": len(shown),
            "total": len(items),
        }
        return {"status": "OK", "data-availability": "available", "data": [page, shown]}

    def _data(self, table: SampleTable, query: Mapping[str, str]) -> Content:
        if not query.get("th"):
            return _error("'th' parameter is required for this model")
        asked = [int(code) + FIRST_YEAR for code in query["th"].split(";")]
        most = _MOST_YEARS_NATIONAL if table.domain == "0000" else _MOST_YEARS_REGIONAL
        if len(asked) > most:
            return _error(
                f"The maximum allowed number of years for the 'th' parameter is {most}. You provided {len(asked)}."
            )
        years = [year for year in asked if year in table.values]
        if not years:
            return {"status": "OK", "data-availability": "not-available", "data": ""}
        return table.data(years)


def _error(message: str) -> Content:
    return {"status": "Error", "message": message}


class _Handler(BaseHTTPRequestHandler):
    sample: SampleBpsServer

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = dict(parse_qsl(parts.query))
        endpoint = parts.path.rstrip("/").removeprefix(f"{PATH}/")
        if endpoint not in ("list", "domain"):
            self._send(status(404), b"{}")
        elif not self.headers.get("User-Agent"):
            page = html_block()
            self._send(page, page.body or b"")
        else:
            fault = self.sample.next_fault(query) or Fault()
            self.sample.closing.wait(fault.delay_seconds)
            self._answer(fault, self.sample.content(query, endpoint))

    def _answer(self, fault: Fault, content: Content) -> None:
        if fault.body is not None:
            self._send(fault, fault.body)
            return
        body = json.dumps(fault.edit(content) if fault.edit else content).encode()
        if not self.sample.etags:
            self._send(fault, body)
            return
        etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        if etag in self.headers.get("If-None-Match", ""):
            self.sample.not_modified += 1
            self._send(Fault(304, headers={"ETag": etag}), b"")
        else:
            self._send(replace(fault, headers={**fault.headers, "ETag": etag}), body)

    def _send(self, fault: Fault, body: bytes) -> None:
        try:
            self.send_response(fault.status)
            self.send_header("Content-Type", fault.content_type)
            self.send_header("Content-Length", str(len(body)))
            for name, value in fault.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self._write(body[: len(body) // 2] if fault.is_cut else body, fault.byte_seconds)
        except OSError:
            self.close_connection = True  # the client gave up waiting

    def _write(self, body: bytes, byte_seconds: float) -> None:
        if not byte_seconds:
            self.wfile.write(body)
            return
        for byte in body:
            if self.sample.closing.wait(byte_seconds):
                return
            self.wfile.write(bytes([byte]))

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the request line holds the key."""
