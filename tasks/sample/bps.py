"""A small BPS WebAPI for the sample and the tests: real shapes and refusals over real HTTP, on this machine only.

Our city's figures are those of reference/indikator_publikasi.csv that pass on a figure of BPS; the other rows are
invented. It must not know how its answers are read.
"""

from __future__ import annotations

import json
import threading
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from math import ceil
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from tasks.statistics.catalogue import BpsVariable, load_catalogue
from tasks.statistics.publications import read_publication_rows

SAMPLE_KEY = "kunci-contoh-bukan-rahasia"
PATH = "/v1/api"
_WORDING = Path(__file__).with_name("bps_answers") / "variables.toml"
_MOST_YEARS_NATIONAL = 3
_MOST_YEARS_REGIONAL = 2
_FIRST_YEAR = 1900
_BLOCK_PAGE = b"<html><head><title>Perimeter WAF Block</title></head><body>Request blocked.</body></html>"
_UNDIVIDED = [{"val": 0, "label": "Tidak ada"}]
_WHOLE_YEAR = [{"val": 0, "label": "Tahun"}]

Content = dict[str, Any]


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


@dataclass(slots=True)
class _Table:
    place: BpsVariable
    wording: Content
    values: dict[int, Decimal]
    last_update: str


class SampleBpsServer:
    """Serves while used as a context manager; `url` is the base address for a client.

    Args:
        reference: the folder reference/ of the project.
        key: the only key it accepts.
        per_page: entries on a page of a list (BPS: 10).
    """

    def __init__(self, reference: Path, *, key: str = SAMPLE_KEY, per_page: int = 10) -> None:
        self.key = key
        self.requests: list[dict[str, str]] = []
        self.closing = threading.Event()
        self._per_page = per_page
        self._common = tomllib.loads(_WORDING.read_text(encoding="utf-8"))
        self._tables = _tables(reference, self._common)
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
        table = next(table for table in self._tables if table.place.variabel == variable)
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

    def content(self, query: Mapping[str, str]) -> Content:
        """What the API says to `query`."""
        if query.get("key") != self.key:
            return _error("You are not Allowed to take this action. Please re-check your key")
        model, domain = query.get("model"), query.get("domain", "")
        if model == "var":
            items = [_variable_entry(table) for table in self._tables if table.place.domain == domain]
            return self._page(items, query)
        table = next(
            (t for t in self._tables if (t.place.domain, str(t.place.variabel)) == (domain, query.get("var"))), None
        )
        if table is None or model not in ("th", "data"):
            return {"status": "OK", "data-availability": "list-not-available", "data": ""}
        if model == "th":
            items = [{"th_id": year - _FIRST_YEAR, "th": str(year)} for year in sorted(table.values)]
            return self._page(items, query)
        return self._data(table, query)

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

    def _data(self, table: _Table, query: Mapping[str, str]) -> Content:
        if not query.get("th"):
            return _error("'th' parameter is required for this model")
        asked = [int(code) + _FIRST_YEAR for code in query["th"].split(";")]
        most = _MOST_YEARS_NATIONAL if table.place.domain == "0000" else _MOST_YEARS_REGIONAL
        if len(asked) > most:
            return _error(
                f"The maximum allowed number of years for the 'th' parameter is {most}. You provided {len(asked)}."
            )
        years = [year for year in asked if year in table.values]
        if not years:
            return {"status": "OK", "data-availability": "not-available", "data": ""}
        return _data_content(table, years, self._common)


def _tables(reference: Path, common: Content) -> list[_Table]:
    rows = [row for _, row in read_publication_rows(reference / "indikator_publikasi.csv")]
    tables = []
    for indicator in load_catalogue(reference).indikator:
        if indicator.bps is None:
            continue
        wording = common["variabel"][indicator.indikator]
        factor = indicator.bps.satuan[wording["unit"].casefold()]
        values = {
            int(row["tahun"]): Decimal(row["nilai"]) / factor
            for row in rows
            if row["indikator"] == indicator.indikator
            and row["angka_bps"] == "ya"
            and row["kode_wilayah"] == str(common["baris_kita"])
        }
        tables.append(_Table(indicator.bps, wording, values, common["terbit"]))
    return tables


def _variable_entry(table: _Table) -> Content:
    subject = table.wording["subjek"]
    return {
        "var_id": table.place.variabel,
        "title": table.wording["label"],
        "sub_id": subject["val"],
        "sub_name": subject["label"],
        "def": "",
        "notes": "&lt;p&gt;Sumber: BPS&lt;/p&gt;",
        "vertical": 1,
        "unit": table.wording["unit"],
        "graph_id": 3,
        "graph_name": "Tabel",
    }


def _data_content(table: _Table, years: list[int], common: Content) -> Content:
    variable, wording = table.place.variabel, table.wording
    derived = wording.get("turunan", _UNDIVIDED)
    cells = {
        f"{row['val']}{variable}{part['val']}{year - _FIRST_YEAR}{period['val']}": _cell(
            row["val"], common["baris_kita"], table.values[year], is_total=part is derived[-1]
        )
        for row in common["baris"]
        for part in derived
        for year in years
        for period in _WHOLE_YEAR
    }
    return {
        "status": "OK",
        "data-availability": "available",
        "last_update": table.last_update,
        "subject": [wording["subjek"]],
        "var": [
            {
                "val": variable,
                "label": wording["label"],
                "unit": wording["unit"],
                "subj": wording["subjek"]["label"],
                "def": "",
                "decimal": "2",
                "note": "&lt;p&gt;Sumber: BPS&lt;/p&gt;",
            }
        ],
        "turvar": derived,
        "labelvervar": common["label_baris"],
        "vervar": common["baris"],
        "tahun": [{"val": year - _FIRST_YEAR, "label": str(year)} for year in years],
        "turtahun": _WHOLE_YEAR,
        "datacontent": cells,
        "related": [],
    }


def _cell(row: int, ours: int, value: Decimal, *, is_total: bool) -> float | str:
    """Our city's total as published; its parts are not known here, and other rows are invented from it."""
    if row == ours:
        return float(value) if is_total else "-"
    share = Decimal(70 + row * 37 % 60) / 100
    return float(round(value * share, 2))


def _error(message: str) -> Content:
    return {"status": "Error", "message": message}


class _Handler(BaseHTTPRequestHandler):
    sample: SampleBpsServer

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = dict(parse_qsl(parts.query))
        if parts.path.rstrip("/") != f"{PATH}/list":
            self._send(status(404))
        elif not self.headers.get("User-Agent"):
            self._send(html_block())
        else:
            fault = self.sample.next_fault(query) or Fault()
            self.sample.closing.wait(fault.delay_seconds)
            self._send(fault, self.sample.content(query))

    def _send(self, fault: Fault, content: Content | None = None) -> None:
        body = fault.body
        if body is None:
            shown = fault.edit(content) if fault.edit and content is not None else content
            body = json.dumps(shown).encode()
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
