"""Deciles, the registered share of the population, candidates to look at, programmes that a register does not state."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import duckdb
import pytest

from settings import Settings
from tests.expectations.small_warehouse import core, insert
from tests.sql.hand_made import BDT, EXACT, JENGGOT, MEDONO, P1, P3, R3, SERIES, SOKODUWET, build, rows
from warehouse.views import create_views


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """The hand-made warehouse, in whose last release A and E (one family) are of decile 7 and 8, B of group 6-10, and H
    of decile 2; two years of population."""
    with duckdb.connect() as opened:
        build(opened)
        opened.execute("UPDATE core.riwayat_warga SET desil = 7 WHERE nama = 'Sintetis 1'")
        opened.execute("UPDATE core.riwayat_warga SET desil = 8 WHERE nama = 'Sintetis 5'")
        opened.execute("UPDATE core.riwayat_warga SET kelompok_desil = '6-10' WHERE nama = 'Sintetis 2'")
        opened.execute("UPDATE core.riwayat_warga SET bansos_bst = true WHERE nama = 'Sintetis 8'")
        population = {"kode_wilayah": "3375", "indikator": "penduduk", "sumber": "BPS WebAPI", "terbitan": 1}
        insert(
            opened,
            core("nilai_indikator"),
            {**population, "tahun": 2020, "nilai": 200, "jenis_sumber": "webapi_bps"},
            {**population, "tahun": 2025, "nilai": 300, "jenis_sumber": "webapi_bps"},
        )
        insert(opened, core("indikator"), {"indikator": "penduduk"})
        create_views(opened, Settings(rounding_base=EXACT[0], suppression_threshold=EXACT[1]))
        yield opened


def test_deciles_of_a_kelurahan(connection: duckdb.DuckDBPyConnection) -> None:
    found = connection.execute(
        "SELECT kode_kemendagri, golongan_desil, urutan_desil, jumlah_golongan_jiwa, jumlah_golongan_kk, terdaftar_jiwa"
        f" FROM marts.desil_kelurahan WHERE periode = '{P3}' ORDER BY ALL"
    ).fetchall()
    assert found == [
        (MEDONO, "2", 2, 1, 1, 2),
        (MEDONO, "tidak diketahui", None, 1, 0, 2),
        (JENGGOT, "7", 7, 1, 1, 3),
        (JENGGOT, "8", 8, 1, 1, 3),
        (JENGGOT, "tidak diketahui", None, 1, 1, 3),
        (SOKODUWET, "6-10", None, 1, 1, 1),
    ]
    assert connection.execute("SELECT count(*) FROM marts.desil_kelurahan WHERE periode < '2016-01-01'").fetchone() == (
        0,
    )


def test_registered_share_takes_the_population_of_the_nearest_year(connection: duckdb.DuckDBPyConnection) -> None:
    found = connection.execute(
        "SELECT seri, periode, jumlah_jiwa, tahun_penduduk, penduduk_jiwa, terdaftar_persen FROM marts.rasio_terdaftar"
        " WHERE periode IN ('2015-01-01', $1) ORDER BY periode",
        [P1],
    ).fetchall()
    assert found == [
        ("bdt2015-3375", date(2015, 1, 1), 1, 2020, 200, Decimal("0.50")),
        (SERIES, P1, 5, 2020, 200, Decimal("2.50")),
    ]
    assert rows("SELECT DISTINCT tahun_penduduk, penduduk_jiwa, terdaftar_persen FROM marts.rasio_terdaftar") == [
        (None, None, None)
    ]


def test_who_may_have_been_missed(connection: duckdb.DuckDBPyConnection) -> None:
    found = connection.execute(
        "SELECT kelurahan, program, desil, anggota_jiwa FROM internal.kandidat_terlewat ORDER BY program"
    ).fetchall()
    assert found == [("Medono", "PBI JKN", 2, 1), ("Medono", "PKH", 2, 1), ("Medono", "Sembako", 2, 1)]


def test_who_may_have_got_by_mistake(connection: duckdb.DuckDBPyConnection) -> None:
    found = connection.execute(
        "SELECT id_kiriman, kelurahan, program, desil FROM internal.kandidat_salah_sasaran"
        " WHERE jenis_temuan = 'desil 6 ke atas' ORDER BY program"
    ).fetchall()
    assert found == [(R3, "Jenggot", "PBI JKN", 7), (R3, "Jenggot", "PKH", 7), (R3, "Jenggot", "Sembako", 7)]
    assert connection.execute(
        "SELECT count(*) > 0, bool_and(desil IS NULL) FROM internal.kandidat_salah_sasaran"
        " WHERE jenis_temuan = 'tidak terdaftar'"
    ).fetchone() == (True, True)


def test_a_programme_that_a_release_does_not_state_has_no_rows(connection: duckdb.DuckDBPyConnection) -> None:
    stated = connection.execute(
        "SELECT seri, list(DISTINCT program ORDER BY program) FROM marts.bansos_kelurahan GROUP BY seri"
    ).fetchall()
    assert stated == [(SERIES, ["BPNT", "BPNT-PPKM", "BST", "PBI JKN", "PKH"])]
    assert connection.execute(
        "SELECT kode_kemendagri, penerima_jiwa FROM marts.bansos_kelurahan"
        f" WHERE program = 'BST' AND periode = '{P3}' AND penerima_jiwa > 0"
    ).fetchall() == [(MEDONO, 1)]
    assert connection.execute(
        f"SELECT max(bpnt_jiwa), sum(tanpa_bansos_jiwa) FROM core.terdaftar_kelurahan WHERE id_rilis = '{BDT}'"
    ).fetchone() == (None, 1)


def test_calendar_covers_the_years_of_the_data_in_bahasa_indonesia() -> None:
    assert rows("SELECT min(tanggal), max(tanggal), count(DISTINCT nama_hari) FROM marts.kalender") == [
        (date(2015, 1, 1), date(2022, 12, 31), 7)
    ]
    assert rows(
        "SELECT nama_hari, nama_bulan, nama_bulan_singkat, bulan_tahun, triwulan_tahun, awal_triwulan"
        " FROM marts.kalender WHERE tanggal = '2022-08-17'"
    ) == [("Rabu", "Agustus", "Agt", "Agustus 2022", "Triwulan III 2022", date(2022, 7, 1))]
    assert rows("SELECT count(*) FROM marts.rilis AS r ANTI JOIN marts.kalender AS k ON r.periode = k.awal_bulan") == [
        (0,)
    ]


def test_a_file_name_with_a_number_of_a_person_is_not_published(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("BEGIN")
    connection.execute(f"UPDATE core.rilis SET nama_berkas = 'a 3375.0441-07990017.csv' WHERE id_rilis = '{R3}'")
    found = connection.execute(
        "SELECT nama_berkas FROM marts.asal_usul WHERE nama_berkas = 'april.csv' OR id_kiriman = $1 ORDER BY ALL", [R3]
    ).fetchall()
    connection.execute("ROLLBACK")
    assert found == [("april.csv",), (None,)]
