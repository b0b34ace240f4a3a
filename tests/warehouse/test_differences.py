"""Two releases compared: the sums prove themselves, and agree with the view that compares neighbours."""

from __future__ import annotations

import dataclasses
import itertools
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from settings import Settings
from tasks.reference import read_areas
from tests.warehouse.register import JENGGOT, MEDONO, SOKODUWET, Person, person, release
from warehouse.columns import create_table_sql
from warehouse.connection import replace_rows
from warehouse.differences import KINDS, ColumnChange, Difference, PersonChange, compare, not_followed, persons
from warehouse.releases import load_release
from warehouse.tables import CORE_TABLES
from warehouse.tables.reference import WILAYAH
from warehouse.views import create_views

APRIL, JULY, OCTOBER = (f"dtks-3375-2022-{month}-v1" for month in ("04", "07", "10"))
DTSEN = "dtsen-3375-2022-12-v1"
SELATAN, BARAT = "Pekalongan Selatan", "Pekalongan Barat"


def without_nik(number: int, **changes: Any) -> Person:
    return person(number, nik=None, **changes)


@pytest.fixture
def empty() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config={"threads": 1, "enable_external_file_cache": "false"}) as opened:
        opened.execute("CREATE SCHEMA core")
        for table in CORE_TABLES:
            opened.execute(create_table_sql(table))
        replace_rows(opened, WILAYAH.qualified, read_areas("3375", "Kota Pekalongan").areas)
        create_views(opened, Settings(rounding_base=1, suppression_threshold=1))
        yield opened


@pytest.fixture
def connection(empty: duckdb.DuckDBPyConnection, tmp_path: Path) -> duckdb.DuckDBPyConnection:
    """April: 1 to 5, 6 without NIK. July: 1; 2 moved; 3 changed; 4 left; 5 twice; 7 entered; 8, 9 without NIK.
    October: as July without 7. DTSEN: 1, 3 changed again, 2 back in Jenggot, 10."""
    april = [*(person(number) for number in range(1, 6)), without_nik(6)]
    july = [
        person(1),
        person(2, kode_kemendagri=SOKODUWET, rt="004"),
        person(3, bansos_pkh=True, alamat="=JL. MAWAR"),
        person(5),
        person(5, nama="SINTETIS LAIN"),
        person(7, kode_kemendagri=MEDONO),
        without_nik(8),
        without_nik(9, kode_kemendagri=MEDONO),
    ]
    october = [row for row in july if row["nama"] != "SINTETIS 7"]
    dtsen = [person(1), person(3, rt="001"), person(2), person(10)]
    load_release(empty, release(tmp_path, april, month=4))
    load_release(empty, release(tmp_path, july, month=7))
    load_release(empty, release(tmp_path, october, month=10))
    last = release(tmp_path, dtsen, month=12, series="dtsen-3375")
    load_release(empty, dataclasses.replace(last, source_system="DTSEN"))
    return empty


def area(difference: Difference, code: str) -> dict[str, Any]:
    return next(row for row in difference.areas if row["kode_kemendagri"] == code)


def counts(row: dict[str, Any]) -> tuple[int | None, ...]:
    """Before, entered, left, moved in, moved out, after, changed."""
    names = ("jumlah_sebelum", "masuk", "keluar", "pindah_masuk", "pindah_keluar", "jumlah_sesudah", "berubah")
    return tuple(row[f"{name}_jiwa"] for name in names)


def is_balanced(row: dict[str, Any]) -> bool:
    before, entered, left, moved_in, moved_out, after, _ = counts(row)
    apart_before, apart_after = not_followed(row)
    return after == before + entered - left + moved_in - moved_out + apart_after - apart_before  # type: ignore[operator]


def test_every_kelurahan_has_its_counts(connection: duckdb.DuckDBPyConnection) -> None:
    difference = compare(connection, APRIL, JULY)
    assert len(difference.areas) == 27
    assert counts(area(difference, JENGGOT)) == (6, 0, 1, 0, 1, 5, 1)
    assert counts(area(difference, SOKODUWET)) == (0, 0, 0, 1, 0, 1, 0)
    assert counts(area(difference, MEDONO)) == (0, 1, 0, 0, 0, 2, 0)
    assert counts(difference.total) == (6, 1, 1, 1, 1, 8, 1)
    jenggot = area(difference, JENGGOT)
    assert (jenggot["tanpa_nik_sebelum_jiwa"], jenggot["tanpa_nik_sesudah_jiwa"]) == (1, 1)
    assert (jenggot["nik_berulang_sebelum_baris"], jenggot["nik_berulang_sesudah_baris"]) == (0, 1)
    assert not_followed(difference.total) == (1, 3)
    by_district = {row["kecamatan"]: counts(row) for row in difference.districts}
    assert by_district[SELATAN] == (6, 0, 1, 1, 1, 6, 1)
    assert by_district[BARAT] == (0, 1, 0, 0, 0, 2, 0)
    assert len(by_district) == 4


def test_the_earlier_release_is_before_whatever_the_order(connection: duckdb.DuckDBPyConnection) -> None:
    assert compare(connection, JULY, APRIL) == compare(connection, APRIL, JULY)
    assert compare(connection, JULY, APRIL).before.release_id == APRIL


def test_releases_that_do_not_follow_each_other(connection: duckdb.DuckDBPyConnection) -> None:
    """Who came after the first and left before the last never was there."""
    difference = compare(connection, APRIL, OCTOBER)
    assert counts(difference.total) == (6, 0, 1, 1, 1, 7, 1)


def test_across_series_persons_are_followed_and_changes_are_not_given(connection: duckdb.DuckDBPyConnection) -> None:
    difference = compare(connection, DTSEN, OCTOBER)
    assert (difference.before.source_system, difference.after.source_system) == ("DTKS", "DTSEN")
    assert counts(difference.total) == (7, 1, 1, 1, 1, 4, None)
    assert difference.columns is None
    assert not difference.within_series
    assert difference.persons_of("berubah") is None
    assert list(persons(connection, difference, "berubah")) == []
    [moved] = persons(connection, difference, "pindah")
    assert (moved.before, moved.after, moved.changes) == ((SELATAN, "Sokoduwet"), (SELATAN, "Jenggot"), ())
    assert all(map(is_balanced, difference.areas))


def test_the_persons_of_each_kind(connection: duckdb.DuckDBPyConnection) -> None:
    difference = compare(connection, APRIL, JULY)
    found = {kind: list(persons(connection, difference, kind)) for kind in KINDS}
    assert {kind: len(people) for kind, people in found.items()} == {
        kind: difference.persons_of(kind) for kind in KINDS
    }
    assert found["masuk"] == [PersonChange("3375040101990007", "SINTETIS 7", None, (BARAT, "Medono"), ())]
    assert found["keluar"] == [PersonChange("3375040101990004", "SINTETIS 4", (SELATAN, "Jenggot"), None, ())]
    [moved] = found["pindah"]
    assert (moved.before, moved.after) == ((SELATAN, "Jenggot"), (SELATAN, "Sokoduwet"))
    assert moved.changes == (ColumnChange("rt", None, "004"),)
    [changed] = found["berubah"]
    assert changed.nik == "3375040101990003"
    assert changed.changes == (
        ColumnChange("alamat", None, "=JL. MAWAR"),
        ColumnChange("bansos_pkh", False, True),
    )


def test_persons_whose_kelurahan_no_column_says_are_counted_too(
    empty: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    unknown = "33.75.00.0000"
    load_release(empty, release(tmp_path, [person(1, kode_kemendagri=unknown), person(2)], month=4))
    july = [person(number, kode_kemendagri=code) for number, code in ((1, unknown), (2, unknown), (3, unknown))]
    load_release(empty, release(tmp_path, july, month=7))
    difference = compare(empty, APRIL, JULY)
    assert counts(area(difference, unknown)) == (1, 1, 0, 1, 0, 3, 0)
    assert counts(difference.total) == (2, 1, 0, 1, 1, 3, 0)
    [entered] = persons(empty, difference, "masuk")
    assert entered.after == ("Tidak diketahui", "Tidak diketahui")


def test_how_often_each_column_changed(connection: duckdb.DuckDBPyConnection) -> None:
    found = compare(connection, APRIL, JULY).columns
    assert found == [{"kolom": name, "jumlah_jiwa": 1} for name in ("alamat", "bansos_pkh", "kode_kemendagri", "rt")]
    assert compare(connection, JULY, OCTOBER).columns == []


@pytest.mark.parametrize("seed", range(5))
def test_the_sums_prove_themselves_and_agree_with_the_view(
    empty: duckdb.DuckDBPyConnection, tmp_path: Path, seed: int
) -> None:
    draw = random.Random(seed)
    months = (3, 6, 9, 12)
    for month in months:
        people = [
            person(
                number,
                nik=None if number % 7 == 0 else f"337504010199{number:04d}",
                nama=f"SINTETIS {draw.randrange(3)}",
                kode_kemendagri=draw.choice((JENGGOT, SOKODUWET, MEDONO)),
                bansos_pkh=draw.random() < 0.2,
            )
            for number in range(1, 40)
            for _ in range(0 if draw.random() < 0.3 else 1 if number % 7 == 0 else draw.choice((1, 1, 1, 2)))
        ]
        load_release(empty, release(tmp_path, people, month=month))
    for early, late in itertools.combinations(months, 2):
        difference = compare(empty, *(f"dtks-3375-2022-{month:02d}-v1" for month in (early, late)))
        assert all(map(is_balanced, [*difference.areas, *difference.districts, difference.total]))
        assert sum(not_followed(difference.total)) > 0
        if months.index(late) - months.index(early) == 1:
            shared = [name for name in difference.areas[0] if name.endswith(("_jiwa", "_baris"))]
            in_view = empty.sql(
                f"SELECT kode_kemendagri, {', '.join(shared)} FROM marts.mutasi_kelurahan"
                f" WHERE month(periode) = {late} ORDER BY kode_kemendagri"
            ).fetchall()
            assert in_view == [tuple(row[name] for name in ("kode_kemendagri", *shared)) for row in difference.areas]
