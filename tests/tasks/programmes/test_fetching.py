"""Reports behind links: pages of a local server, published spreadsheets, places of fsspec."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import fsspec
import pytest

from errors import InputRejectedError
from tasks.programmes import fetching
from tasks.programmes.fetching import fetch


class _Pages(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        if path == "/pindah":
            self.send_response(302)
            self.send_header("Location", "/laporan%20kita.xlsx")
            self.end_headers()
            return
        self.send_response(404 if path == "/tidak" else 200)
        if path == "/pub":
            self.send_header("Content-Disposition", 'attachment; filename="../Laporan DLH.csv"')
        if path == "/polos":
            self.send_header("Content-Type", "text/csv; charset=utf-8")
        self.end_headers()
        self.wfile.write(b"x" * 2000 if path == "/besar" else f"isi {query}".encode())

    def log_message(self, *_: object) -> None:
        """Nothing on stderr."""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Pages) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/laporan%20kita.xlsx?kunci=1", "laporan kita.xlsx"),
        ("/pindah", "pindah"),
        ("/pub?output=csv", "Laporan DLH.csv"),
        ("/polos", "polos.csv"),
    ],
)
def test_a_page_is_stored_under_its_name(server: str, tmp_path: Path, path: str, name: str) -> None:
    file = fetch(server + path, tmp_path / "tautan")
    assert (file.parent, file.name) == (tmp_path / "tautan", name)
    assert file.read_bytes().startswith(b"isi")


def test_a_page_that_is_not_there_is_named_without_its_key(server: str, tmp_path: Path) -> None:
    with pytest.raises(InputRejectedError, match="tidak dapat dibuka") as fault:
        fetch(f"{server}/tidak?kunci=rahasia", tmp_path)
    assert "rahasia" not in fault.value.paragraph
    with pytest.raises(InputRejectedError, match="tidak dapat dibuka"):
        fetch("http://127.0.0.1:1/x.xlsx", tmp_path)


def test_what_is_too_large_is_refused(server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "_MOST_BYTES", 1000)
    with pytest.raises(InputRejectedError, match="lebih besar"):
        fetch(f"{server}/besar", tmp_path)


def test_any_place_of_fsspec(tmp_path: Path) -> None:
    with fsspec.open("memory://kota/laporan.csv", "wb") as stream:
        stream.write(b"isi")
    assert fetch("memory://kota/laporan.csv", tmp_path).read_bytes() == b"isi"
    for wrong in ("memory://kota/tidak-ada.csv", "sihir://kota/x.csv"):
        with pytest.raises(InputRejectedError, match="tidak dapat dibuka"):
            fetch(wrong, tmp_path)


@pytest.mark.parametrize(
    ("page", "file"),
    [
        ("https://docs.google.com/spreadsheets/d/abc/edit?gid=0#gid=0",
         "https://docs.google.com/spreadsheets/d/abc/export?format=xlsx"),
        ("https://docs.google.com/spreadsheets/d/e/abc/pubhtml",
         "https://docs.google.com/spreadsheets/d/e/abc/pub?output=xlsx"),
        ("https://docs.google.com/spreadsheets/d/e/abc/pub?output=csv",
         "https://docs.google.com/spreadsheets/d/e/abc/pub?output=csv"),
        ("https://contoh.invalid/edit", "https://contoh.invalid/edit"),
    ],
)  # fmt: skip
def test_the_page_of_a_shared_spreadsheet_means_its_workbook(page: str, file: str) -> None:
    assert fetching._exported(page) == file
