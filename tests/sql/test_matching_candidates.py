"""Candidates for persons without a NIK: on rows made by hand, and on synthetic truth with stated bars."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

import duckdb
import pytest

from benchmarks.matching import Counted, exact, scored
from benchmarks.matching_truth import Truth, build
from tests.expectations.small_warehouse import core, insert, person_key
from tests.sql import big
from tests.sql.hand_made import BDT, JENGGOT, MEDONO, P1, P2, P3, R1, R2, R3, SERIES, rows
from tests.sql.hand_made import build as build_by_hand
from warehouse.views import create_views

BORN = date(1970, 3, 5)
PERSONS = 12_000
PERSON: Mapping[str, Any] = {
    "seri": SERIES,
    "urutan_nik": 1,
    "kode_kemendagri": JENGGOT,
    "nama": "WARSITO UTOMO",
    "tanggal_lahir": BORN,
    "jenis_kelamin": "L",
}


def version(number: int, release: str, since: date, until: date | None = None, **more: Any) -> dict[str, Any]:
    line = {"kunci_warga": person_key(number), "baris_sumber": number, "id_rilis": release}
    return {**PERSON, **line, "berlaku_dari": since, "berlaku_sampai": until, **more}


def candidates(columns: str, *versions: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """`columns` of the view for a warehouse with these rows beside those made by hand, person 100 and above."""
    connection = duckdb.connect()
    build_by_hand(connection)
    insert(connection, core("riwayat_warga"), *versions)
    create_views(connection)
    return connection.execute(
        f"SELECT {columns} FROM internal.calon_padanan WHERE right(kunci_warga::VARCHAR, 3)::INT >= 100"
        " ORDER BY id_rilis, kunci_warga, peringkat"
    ).fetchall()


def test_name_kelurahan_and_mother_lead_from_a_row_without_nik_to_the_one_before() -> None:
    found = rows(
        "SELECT id_rilis, nama, kelurahan, peringkat, bukti_nama, bukti_tanggal_lahir, bukti_nama_ibu, kelurahan_sama,"
        " no_kk_sama, rilis_sama, id_rilis_calon, baris_sumber_calon, nama_calon, nik_calon"
        " FROM internal.calon_padanan ORDER BY id_rilis"
    )
    says = ("Sintetis 4", "Medono", 1, "sama", None, "sama", True, None, False, R1, 4, "Sintetis 3", "3375040101900003")
    assert found == [(R2, *says), (R3, *says)]


def test_one_row_per_candidate_person_with_the_version_that_agrees_best() -> None:
    nik = "3375040503700001"
    found = candidates(
        "id_rilis, kunci_warga_calon::VARCHAR, bukti_tanggal_lahir, id_rilis_calon, id_rilis_terbaca_calon",
        version(100, R3, P3, nik=None),
        version(101, R1, P1, P2, nik=nik, tanggal_lahir=date(1971, 3, 5)),
        version(101, R2, P2, nik=nik),
        version(101, BDT, date(2015, 1, 1), nik=nik, seri="bdt2015-3375", tanggal_lahir=None),
    )
    assert found == [(R3, person_key(101), "sama", R3, R2)]


def test_other_register_swapped_date_and_another_writing() -> None:
    found = candidates(
        "kunci_warga_calon::VARCHAR, id_rilis_calon, bukti_nama, bukti_tanggal_lahir, rilis_sama",
        version(100, R3, P3, nik=None, nama="ALM. WARSITO  UTOMO"),
        version(
            101, BDT, date(2015, 1, 1), seri="bdt2015-3375", nik="3375040305700001", tanggal_lahir=date(1970, 5, 3)
        ),
    )
    assert found == [(person_key(101), BDT, "sama", "hari dan bulan tertukar", False)]


def test_two_rows_of_one_release_are_each_others_candidates_and_nobody_is_his_own() -> None:
    found = candidates(
        "kunci_warga::VARCHAR, kunci_warga_calon::VARCHAR, rilis_sama, nik_calon",
        version(100, R3, P3, nik=None),
        version(101, R3, P3, nik=None, nama="WARSITO UTAMO"),
    )
    assert found == [(person_key(100), person_key(101), True, None), (person_key(101), person_key(100), True, None)]


def test_two_persons_with_different_nik_are_never_candidates_however_alike() -> None:
    alike = {"no_kk": "3375040102220999", "nama_ibu_kandung": "SUMARNI"}
    assert (
        candidates(
            "*",
            version(100, R3, P3, nik="3375040503700001", **alike),
            version(101, R3, P3, nik="3375040503700002", **alike),
        )
        == []
    )


def test_a_twin_of_another_name_is_no_candidate() -> None:
    family = {"no_kk": "3375040102220999", "nama_ibu_kandung": "SUMARNI"}
    found = candidates(
        "nama_calon, peringkat",
        version(100, R3, P3, nik=None, **family),
        version(101, R1, P1, P2, nik="3375040503700001", **family),
        version(102, R1, P1, P2, nik="3375040503700002", **family, nama="JOKO SANTOSO"),
    )
    assert found == [("WARSITO UTOMO", 1)]


def test_ranks_follow_the_score() -> None:
    found = candidates(
        "peringkat, nama_calon, kelurahan_sama, skor > 0.95",
        version(100, R3, P3, nik=None),
        version(101, R1, P1, P2, nik="3375040503700001"),
        version(102, R1, P1, P2, nik="3375040503700002", kode_kemendagri=MEDONO),
    )
    assert found == [(1, "WARSITO UTOMO", True, True), (2, "WARSITO UTOMO", False, False)]


@cache
def truth() -> Truth:
    return build(PERSONS, seed=7)


def counted(rule: Any, score: float = 0.0) -> Counted:
    result = Counted()
    result.add(truth(), (row for row in rule(truth().connection) if row[2] >= score))
    return result


def test_precision_and_recall_on_synthetic_truth() -> None:
    proposed, sure, plain = counted(scored), counted(scored, 0.95), counted(exact("core.kunci_nama"))
    assert proposed.findable > 400
    assert proposed.precision >= 0.97
    assert proposed.recall >= 0.92
    assert sure.precision >= 0.99
    assert sure.recall >= 0.85
    assert plain.recall < proposed.recall - 0.3


def test_the_first_candidate_is_the_right_one() -> None:
    first = truth().connection.execute(
        "SELECT kunci_warga::VARCHAR, kunci_warga_calon::VARCHAR FROM internal.calon_padanan WHERE peringkat = 1"
    )
    right = [truth().of[person] == candidate for person, candidate in first.fetchall()]
    assert sum(right) / len(right) >= 0.98


def test_nobody_is_merged() -> None:
    """Reading proposals changes nothing, and every person stays a person of his own."""
    connection = truth().connection
    history = "SELECT count(DISTINCT kunci_warga), count(*), bit_xor(hash(riwayat)) FROM core.riwayat_warga AS riwayat"
    before = connection.execute(history).fetchall()
    assert connection.execute("SELECT count(*) > 0 FROM internal.calon_padanan").fetchall() == [(True,)]
    assert connection.execute(history).fetchall() == before
    registered = "SELECT sum(jumlah_jiwa) FROM marts.tren_rilis WHERE tingkat = 'kecamatan'"
    newcomers = len(truth().of) - truth().findable
    assert connection.execute(registered).fetchall() == [(2 * PERSONS - newcomers,)]


@pytest.mark.system
def test_proposals_for_a_city_take_seconds() -> None:
    """All bear one name here, which is the worst there is."""
    connection = duckdb.connect(config={"threads": 2})
    big.build(connection, persons=140_000)
    create_views(connection)
    start = time.process_time()
    connection.execute("CREATE TEMP TABLE proposed AS FROM internal.calon_padanan")
    assert time.process_time() - start < 6
