"""The published file: no personal column gets into it by a definition, and none is missed."""

from __future__ import annotations

import duckdb
import pytest

from errors import DampinganError
from expectations import published
from expectations.runner import run_suites
from tests.expectations.planting import only
from warehouse.columns import Column, Privacy, Role, Table
from warehouse.tables import shared
from warehouse.tables.programmes import ID_KEGIATAN

AREA = Column("kode_kemendagri", "VARCHAR", "Kode.", role=Role.KEY)


def mart(name: str, *columns: Column) -> Table:
    return Table("marts", name, "satu kelurahan.", "Uji.", ("kode_kemendagri",), (AREA, *columns))


def test_a_personal_column_in_a_definition_is_refused() -> None:
    personal = Column("nama_kepala", "VARCHAR", "Nama.", privacy=Privacy.PERSONAL)
    with pytest.raises(DampinganError, match="nama_kepala"):
        published.suites([mart("rahasia", personal)])


def test_the_personal_names_are_those_of_the_warehouse() -> None:
    names = published.personal_columns()
    assert {"nik", "no_kk", "nama", "alamat", "kunci_warga", "isi", "sidik_baris"} <= names
    assert "kode_kemendagri" not in names


@pytest.mark.parametrize(("allowed", "passes"), [((), False), (("L", "P"), True)])
def test_a_personal_name_is_published_only_as_a_closed_list(allowed: tuple[str, ...], passes: bool) -> None:
    table = mart("kelompok", Column("jenis_kelamin", "VARCHAR", "L atau P.", allowed=allowed))
    with duckdb.connect() as connection:
        connection.execute("CREATE SCHEMA marts")
        connection.execute("CREATE TABLE marts.kelompok AS SELECT '33.75' AS kode_kemendagri, 'L' AS jenis_kelamin")
        (suite,) = published.suites([table])
        (result,) = run_suites(connection, [only(suite, "tanpa_kolom_pribadi")], run_id="uji")
    assert result.passed is passes


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("3375044107990017", 1),
        ("NIK 3375044107990017.", 1),
        ("NIK3375044107990017a.n.", 1),
        ("3375 0441 0799 0017", 1),
        ("3375.0441.0799.0017", 1),
        ("33.75.04-410799-0017", 1),
        ("3375\u00a00441 –\u20090799\u200b0017", 1),
        ("33750441079900171", 1),
        ("337504410799001", 0),
        ("3375 0441 0799 001, 7 orang", 0),
        ("33.75.04.1004 2022-3", 0),
        ("Rp 1.250.000.000 dan Rp 2.500.000.000", 0),
        ("0123456789abcdef" * 4, 0),
        ("0123456789012345" * 4, 1),
    ],
)
def test_a_number_of_a_person_in_a_text_is_found(text: str, found: int) -> None:
    with duckdb.connect() as connection:
        connection.execute("CREATE SCHEMA marts")
        connection.execute("CREATE TABLE marts.teks AS SELECT '33.75' AS kode_kemendagri, $1 AS catatan", [text])
        (suite,) = published.suites([mart("teks", Column("catatan", "VARCHAR", "Catatan."))])
        (result,) = run_suites(connection, [only(suite, "tanpa_nomor_16_angka")], run_id="uji")
    assert result.checks[0].failed_rows == found
    assert text not in repr(result)


@pytest.mark.parametrize(
    ("digest", "found"), [("0123456789012345" * 4, 0), ("3375044107990017", 1), ("ab" * 31, 1), ("AB" * 32, 1)]
)
def test_a_digest_may_have_sixteen_digits_and_nothing_else_may_stand_there(digest: str, found: int) -> None:
    with duckdb.connect() as connection:
        connection.execute("CREATE SCHEMA marts")
        connection.execute("CREATE TABLE marts.teks AS SELECT '33.75' AS kode_kemendagri, $1 AS sha256", [digest])
        (suite,) = published.suites([mart("teks", shared.SHA256)])
        (result,) = run_suites(connection, [only(suite, "tanpa_nomor_16_angka")], run_id="uji")
    assert result.checks[0].failed_rows == found


@pytest.mark.parametrize(
    ("line_id", "found"),
    [("dlh-33.75.04.1003-57051867-2", 0), ("dindagkop-ukm-33.75.04.1003-6a15793c", 0), ("3375044107990017", 1)],
)
def test_an_id_of_a_line_may_have_sixteen_digits_by_chance(line_id: str, found: int) -> None:
    with duckdb.connect() as connection:
        connection.execute("CREATE SCHEMA marts")
        connection.execute("CREATE TABLE marts.teks AS SELECT '33.75' AS kode_kemendagri, $1 AS id_kegiatan", [line_id])
        (suite,) = published.suites([mart("teks", ID_KEGIATAN)])
        (result,) = run_suites(connection, [only(suite, "tanpa_nomor_16_angka")], run_id="uji")
    assert result.checks[0].failed_rows == found


def test_agreements_apply_only_to_tables_that_are_there() -> None:
    alone = {check.name for check in published.suites([mart("pendampingan")])[0].checks}
    both = {check.name for check in published.suites([mart("pendampingan"), mart("wilayah")])[0].checks}
    assert both - alone == {"semua_kelurahan", "kelurahan_dikenal"}
