from __future__ import annotations

from typing import Any

import pytest

from tasks.sample.bps import Fault, SampleBpsServer, without_data
from tasks.statistics.catalogue import Catalogue
from tasks.statistics.client import BpsClient
from tasks.statistics.discovery import found_variables
from tasks.statistics.verification import Verified, verify_catalogue

from .conftest import P0, TPT


def verified(client: BpsClient, catalogue: Catalogue, *areas: str) -> dict[tuple[str, int | None], Verified]:
    return {(row.domain, row.variable): row for row in verify_catalogue(client, catalogue, areas or ("3375", "3300"))}


def test_every_configured_table_is_verified_and_every_unknown_one_looked_for(
    client: BpsClient, catalogue: Catalogue, server: SampleBpsServer
) -> None:
    rows = list(verify_catalogue(client, catalogue, ["3375", "3300", "0000"]))
    known = [row for row in rows if row.variable is not None]
    assert {row.state for row in known} == {"cocok"}
    assert [(row.domain, row.variable) for row in known] == [table.place for _, table in catalogue.tables()]
    p0 = known[0]
    assert (p0.unit, p0.years, p0.sureness) == ("Persen", "2005-2024", "terlihat")
    unknown = [row for row in rows if row.variable is None]
    assert len(unknown) == sum(len(entry.belum_diketahui) for entry in catalogue.indikator)
    assert {row.state for row in unknown} == {"belum diketahui"}
    pages = [request for request in server.requests if request["model"] == "var" and request["domain"] == "0000"]
    assert len(pages) == 1, "the list of a domain is read once"


def test_an_unknown_table_gets_the_candidates_of_its_domain(
    client: BpsClient, catalogue: Catalogue, server: SampleBpsServer
) -> None:
    table = next(table for table in server.tables if table.variable == TPT)
    table.label = "Tingkat Partisipasi Angkatan Kerja (TPAK) dan Pengangguran Terbuka"
    rows = verify_catalogue(client, catalogue, ["3375"])
    found = {row.domain: row.candidates for row in rows if row.indicator == "tpak"}
    assert found == {"0000": (), "3300": (f"{TPT}: {table.label} (Persen)",), "3375": ()}


def _renamed(content: dict[str, Any]) -> object:
    return content | {"var": [content["var"][0] | {"label": "Gini Rasio"}]}


def _in_thousands(content: dict[str, Any]) -> object:
    return content | {"var": [content["var"][0] | {"unit": "Ribu Jiwa"}]}


@pytest.mark.parametrize(
    ("fault", "model", "problem"),
    [
        (Fault(edit=_renamed), "data", "tidak memuat kata: persentase"),
        (Fault(edit=_in_thousands), "data", "satuannya 'Ribu Jiwa'"),
        (without_data(), "data", "tidak mempunyai data untuk tahun 2024"),
        (without_data(), "th", "tidak mempunyai tahun satu pun"),
    ],
)
def test_a_table_that_is_not_as_configured_is_named(
    client: BpsClient, catalogue: Catalogue, server: SampleBpsServer, fault: Fault, model: str, problem: str
) -> None:
    server.script(fault, model=model, variable=P0)
    rows = verified(client, catalogue)
    assert rows["0000", P0].state == "berbeda"
    assert problem in rows["0000", P0].problem
    assert {row.state for place, row in rows.items() if place != ("0000", P0)} == {"cocok", "belum diketahui"}


def test_a_number_that_a_domain_does_not_have_is_named(
    client: BpsClient, catalogue: Catalogue, server: SampleBpsServer
) -> None:
    server.tables = [table for table in server.tables if table.variable != P0]
    assert "variabel 621 tidak ada pada domain 0000" in verified(client, catalogue)["0000", P0].problem


def test_a_region_that_a_table_lacks_is_named(client: BpsClient, catalogue: Catalogue) -> None:
    assert "baris 9471 tidak ada" in verified(client, catalogue, "3375", "9471")["0000", P0].problem


def test_variables_releases_and_tables_are_found_by_all_words_of_their_title(client: BpsClient) -> None:
    found = list(found_variables(client, ["3300", "0000", "0000"], "Pengangguran  terbuka"))
    assert [(entry.kind, entry.domain, entry.id) for entry in found] == [
        ("variabel", "3300", str(TPT)),
        ("variabel", "0000", "543"),
    ]
    assert (found[0].unit, found[0].subject) == ("Persen", "Tenaga Kerja")
    assert [(entry.kind, entry.id, entry.date) for entry in found_variables(client, ["3375"], "kemiskinan")] == [
        ("rilis pers", "101", "2026-01-15")
    ]
    assert [entry.kind for entry in found_variables(client, ["3375"], "TPAK & TPT")] == ["tabel statis"]
    assert list(found_variables(client, ["3375"], "kemiskinan pengangguran")) == []
