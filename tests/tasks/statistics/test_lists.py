"""The lists of the WebAPI, the pace of asking, and answers that need not come twice."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tasks.sample.bps import Fault, SampleBpsServer, status
from tasks.statistics.client import BpsClient
from tasks.statistics.kept import KeptAnswers, keep
from warehouse.raw import RawStore

from .conftest import P0, REFERENCE, TPT, MakeClient

NOW = datetime(2026, 11, 24, 10, 0)


def test_every_list_is_typed(client: BpsClient) -> None:
    assert [entry.domain_id for entry in client.domains()] == ["0000", "3300", "3375"]
    assert [entry.domain_name for entry in client.domains("3300")] == ["Kota Pekalongan"]
    assert [entry.title for entry in client.subjects("3300")] == ["Tenaga Kerja"]
    assert ("3375", "Kota Pekalongan") in [(row.kode_ver_id, row.vervar) for row in client.rows("3300", TPT)]
    assert [part.turvar for part in client.derived("3300", TPT)] == ["Laki-Laki", "Perempuan", "Jumlah"]
    assert [(period.turth_id, period.turth) for period in client.periods("0000", P0)] == [("0", "Tahun")]
    assert {variable.sub_name for variable in client.variables("3300")} == {"Tenaga Kerja"}


def test_press_releases_and_static_tables_are_searched_by_word(client: BpsClient, server: SampleBpsServer) -> None:
    (release,) = client.press_releases("3375", "kemiskinan")
    assert (release.brs_id, release.rl_date) == ("101", date(2026, 1, 15))
    assert [release.rl_date for release in client.press_releases("3375")] == [date(2026, 1, 15), None]
    (table,) = client.static_tables("3375")
    assert (table.title, table.updt_date) == ("TPAK & TPT Kota Pekalongan (contoh)", date(2026, 2, 1))
    assert client.static_tables("3300") == []
    assert server.requests[0]["keyword"] == "kemiskinan"
    assert "keyword" not in server.requests[1]


def test_domains_have_an_address_of_their_own(client: BpsClient, server: SampleBpsServer) -> None:
    server.script(status(503), times=9)
    with pytest.raises(Exception, match=r"/v1/api/domain\?type=all"):
        client.domains()


def test_bps_is_asked_no_faster_than_agreed(
    server: SampleBpsServer, make_client: MakeClient, waits: list[float]
) -> None:
    client = make_client(server, requests_per_second=0.5)
    for _ in range(3):
        client.years("0000", P0)
    assert len(waits) == 2
    assert 1.5 < waits[0] <= 2
    assert 3.5 < waits[1] <= 4, "no time has passed in this test, so the third is two seconds after the second"


def test_a_kept_answer_is_not_sent_again_while_it_holds(tmp_path: Path, make_client: MakeClient) -> None:
    raw = RawStore(tmp_path)

    def pull(server: SampleBpsServer) -> list[tuple[str, bytes]]:
        client = make_client(server, cache=KeptAnswers(raw))
        return [(keep(raw, answer, NOW), answer.body) for answer in client.data("0000", P0, ["120", "121"])]

    with SampleBpsServer(REFERENCE, etags=True) as server:
        first = pull(server)
        assert pull(server) == first
        assert server.not_modified == 1
        server.revise(P0, 2021, Decimal("7.60"), "2026-04-01 08:00:00")
        revised = pull(server)
        assert revised != first
        server.revise(P0, 2021, Decimal("7.59"), "2026-03-02 10:15:31")
        assert pull(server) == first, "of all kept answers to an address the one that holds is taken"
        assert server.not_modified == 2


def test_a_reply_that_names_no_kept_answer_is_asked_for_in_full(tmp_path: Path, make_client: MakeClient) -> None:
    raw = RawStore(tmp_path)
    with SampleBpsServer(REFERENCE, etags=True) as server:
        for answer in make_client(server).data("0000", P0, ["121"]):
            keep(raw, answer, NOW)
        server.script(Fault(304, b"", headers={"ETag": '"lain"'}))
        (again,) = make_client(server, cache=KeptAnswers(raw)).data("0000", P0, ["121"])
    assert again.content.datacontent["337562101210"] == Decimal("7.59")


def test_the_mark_of_an_answer_is_kept_beside_it(tmp_path: Path, make_client: MakeClient) -> None:
    raw = RawStore(tmp_path)
    with SampleBpsServer(REFERENCE, etags=True) as server:
        (answer,) = make_client(server).data("0000", P0, ["121"])
        note: dict[str, Any] = raw.read_note(keep(raw, answer, NOW), "answer")
    assert note["etag"] == answer.etag
    assert KeptAnswers(raw).etags(answer.url) == {answer.etag: raw.put_bytes(answer.body)}
    assert server.key not in str(note)
    assert note["fetched_at"] == NOW.isoformat()
