from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from errors import DampinganError, InputRejectedError, SourceUnavailableError
from tasks.sample.bps import (
    Fault,
    SampleBpsServer,
    error_message,
    html_block,
    status,
    without_data,
)
from tasks.statistics.client import BpsClient
from tasks.statistics.transport import LONGEST_WAIT_SECONDS

from .conftest import P0, REFERENCE, TPT, MakeClient


def _edited(change: Callable[[dict[str, Any]], object]) -> Fault:
    def edit(content: dict[str, Any]) -> object:
        change(content)
        return content

    return Fault(edit=edit)


def test_years_and_data(client: BpsClient, server: SampleBpsServer) -> None:
    years = {entry.th: entry.th_id for entry in client.years("0000", P0)}
    assert years["2021"] == "121"
    (answer,) = client.data("0000", P0, [years["2021"]])
    assert answer.content.datacontent["337562101210"] == Decimal("7.59")
    assert answer.content.vervar[0].label == "JAWA TENGAH (contoh)"
    assert server.requests[-1] == {"model": "data", "lang": "ind", "domain": "0000", "var": str(P0), "th": "121"}


@pytest.mark.parametrize(("domain", "variable", "most"), [("0000", P0, 3), ("3300", TPT, 2)])
def test_no_more_years_per_request_than_bps_allows(
    client: BpsClient, server: SampleBpsServer, domain: str, variable: int, most: int
) -> None:
    ids = [entry.th_id for entry in client.years(domain, variable)]
    server.requests.clear()
    answers = list(client.data(domain, variable, ids))
    asked = [request["th"].split(";") for request in server.requests]
    assert [code for part in asked for code in part] == ids
    assert max(map(len, asked)) == most
    assert len(answers) == len(asked) == -(-len(ids) // most)


def test_lists_are_read_to_their_last_page(make_client: MakeClient) -> None:
    with SampleBpsServer(REFERENCE, per_page=2) as server:
        client = make_client(server)
        variables = client.variables("0000")
        assert sorted(int(entry.var_id) for entry in variables) == [98, 185, 192, 413, 543, 619, 621, 622, 623, 624]
        assert client.requests == len(server.requests) == 5
        assert [entry.th for entry in client.years("0000", P0)][-1] == "2024"


def test_nothing_available_is_an_empty_answer(client: BpsClient, server: SampleBpsServer) -> None:
    assert client.years("0000", 999_999) == []
    assert list(client.data("0000", P0, ["50"])) == []
    for availability in ("available", "not-available", "list-not-available", "unavailable"):
        server.script(without_data(availability), model="data")
        assert list(client.data("0000", P0, ["121"])) == []


@pytest.mark.parametrize("code", [408, 429, 500, 502, 503, 504, 522])
def test_a_passing_status_is_tried_again(
    client: BpsClient, server: SampleBpsServer, waits: list[float], code: int
) -> None:
    server.script(status(code), times=2)
    assert client.years("0000", P0)
    assert client.requests == len(server.requests) == 3
    assert 1.0 <= waits[0] <= 1.5
    assert 2.0 <= waits[1] <= 3.0


def test_the_wait_that_bps_asks_for_is_kept_up_to_a_cap(
    client: BpsClient, server: SampleBpsServer, waits: list[float]
) -> None:
    server.script(status(429, retry_after="7"))
    server.script(status(429, retry_after="86400"))
    assert client.years("0000", P0)
    assert waits == [7.0, LONGEST_WAIT_SECONDS]


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (status(503), "kode 503"),
        (status(429), "kode 429"),
        (Fault(is_cut=True), "RemoteProtocolError"),
        (Fault(body=b'{"status":"OK","data":[{"pa'), "terpotong"),
        (Fault(body=b"\x1f\x8b", headers={"Content-Encoding": "gzip"}), "rusak|terpotong"),
        (Fault(delay_seconds=2), "waktu tunggu"),
        (Fault(byte_seconds=0.03), "waktu tunggu"),
    ],
    ids=["503", "429", "cut", "cut json", "bad gzip", "late", "trickle"],
)
def test_a_lasting_fault_ends_after_the_last_attempt(
    server: SampleBpsServer, make_client: MakeClient, fault: Fault, words: str
) -> None:
    client = make_client(server, attempts=2, timeout_seconds=0.2)
    server.script(fault, times=9)
    with pytest.raises(SourceUnavailableError, match=words) as caught:
        client.years("0000", P0)
    assert client.requests == 2
    assert "coba lagi" in caught.value.next_step
    assert "model=th" in caught.value.where


def test_nobody_answers(make_client: MakeClient) -> None:
    with SampleBpsServer(REFERENCE) as gone:
        pass
    client = make_client(gone, attempts=2)
    with pytest.raises(SourceUnavailableError, match="ConnectError"):
        client.years("0000", P0)
    assert client.requests == 2


@pytest.mark.parametrize(
    ("fault", "words", "advice"),
    [
        (html_block(403), "memblokir", "coba lagi"),
        (html_block(200), "halaman web", "DAMPINGAN_BPS_URL"),
        (Fault(body=b"  <!doctype html>"), "halaman web", "DAMPINGAN_BPS_URL"),
        (status(401), "menolak kunci", "DAMPINGAN_BPS_API_KEY"),
        (status(404), "kode 404", "DAMPINGAN_BPS_URL"),
        (status(302, location="http://127.0.0.1:9/"), "kode 302", "DAMPINGAN_BPS_URL"),
        (error_message("User not found"), "menolak kunci", "DAMPINGAN_BPS_API_KEY"),
    ],
)
def test_a_refusal_is_not_repeated(
    client: BpsClient, server: SampleBpsServer, fault: Fault, words: str, advice: str
) -> None:
    server.script(fault)
    with pytest.raises(SourceUnavailableError, match=words) as caught:
        client.years("0000", P0)
    assert advice in caught.value.next_step
    assert client.requests == 1


def test_a_wrong_key(server: SampleBpsServer, make_client: MakeClient) -> None:
    with pytest.raises(SourceUnavailableError, match="re-check your key"):
        make_client(server, key="salah-sekali").years("0000", P0)


def test_an_error_of_bps_is_passed_on_without_key_and_html(client: BpsClient, server: SampleBpsServer) -> None:
    server.script(error_message(f"<b>Bad</b> parameter, key={server.key}"))
    with pytest.raises(InputRejectedError, match=r"menolak permintaan: Bad parameter, key=\*\*\*"):
        client.years("0000", P0)


def test_the_server_refuses_too_many_years_in_its_own_words(server: SampleBpsServer) -> None:
    query = {"model": "data", "domain": "3300", "var": str(TPT), "th": "119;120;121", "key": server.key}
    assert server.content(query)["message"] == (
        "The maximum allowed number of years for the 'th' parameter is 2. You provided 3."
    )
    assert "required" in server.content({**query, "th": ""})["message"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda content: content.pop("vervar"), "vervar"),
        (lambda content: content["var"][0].update(val="abc"), "var.0.val"),
        (lambda content: content["var"][0].update(val=622), "variabel 622, bukan 621"),
        (lambda content: content.update(datacontent="x"), "datacontent"),
        (lambda content: content.update(status="Gagal"), "tanpa keterangan"),
    ],
)
def test_data_in_another_shape_are_refused(
    client: BpsClient, server: SampleBpsServer, change: Callable[[dict[str, Any]], object], words: str
) -> None:
    server.script(_edited(change), model="data")
    with pytest.raises(InputRejectedError, match=words):
        list(client.data("0000", P0, ["121"]))


def test_an_answer_that_is_no_object_is_refused(client: BpsClient, server: SampleBpsServer) -> None:
    server.script(Fault(body=b"[1, 2]"))
    with pytest.raises(InputRejectedError, match="bukan objek"):
        client.years("0000", P0)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda content: content["data"][0].update(total=99), "berubah selagi dibaca"),
        (lambda content: content["data"][0].update(page=1), "berubah selagi dibaca"),
        (lambda content: content["data"][1].pop(), "tidak lengkap"),
        (lambda content: content.update(data=[[]]), "halaman dan isi"),
        (lambda content: content["data"][1][0].pop("th"), "pada: th"),
    ],
)
def test_a_list_with_a_hole_is_refused_whole(
    make_client: MakeClient, change: Callable[[dict[str, Any]], object], words: str
) -> None:
    with SampleBpsServer(REFERENCE, per_page=4) as server:
        server.script(Fault())
        server.script(_edited(change))
        with pytest.raises(InputRejectedError, match=words):
            make_client(server).years("0000", P0)


def test_numbers_keep_all_their_digits(client: BpsClient, server: SampleBpsServer) -> None:
    server.script(_edited(lambda content: content["datacontent"].update({"337562101210": float("nan")})), model="data")
    (answer,) = client.data("0000", P0, ["121"])
    assert answer.content.datacontent["337562101210"] == "NaN"


def _all_it_says(client: BpsClient) -> tuple[list[object], DampinganError | None]:
    try:
        lists: list[object] = [client.years("0000", P0), client.domains(), client.press_releases("3375", "miskin")]
        return [*lists, list(client.data("0000", P0, ["121"]))], None
    except DampinganError as error:
        return [], error


@pytest.mark.parametrize(
    "fault",
    [
        None,
        status(500),
        status(403),
        status(404),
        html_block(),
        Fault(is_cut=True),
        Fault(delay_seconds=2),
        Fault(body=b"{"),
        Fault(body=b"[]"),
        error_message("re-check your key"),
        without_data(),
    ],
)
def test_the_key_appears_nowhere(
    server: SampleBpsServer, make_client: MakeClient, caplog: pytest.LogCaptureFixture, fault: Fault | None
) -> None:
    caplog.set_level(logging.DEBUG)
    client = make_client(server, attempts=2, timeout_seconds=0.2)
    if fault:
        server.script(fault, times=9)
    answers, error = _all_it_says(client)
    seen = [repr(client), *map(repr, answers)]
    if error:
        trace = traceback.TracebackException.from_exception(error, capture_locals=True)
        seen += [str(error), repr(error), repr(error.args), error.where, "".join(trace.format())]
        assert error.__context__ is None
    assert server.requests
    assert "HTTP Request" in caplog.text or (fault is not None and fault.delay_seconds)
    assert server.key not in caplog.text
    assert all(server.key not in text for text in seen)
