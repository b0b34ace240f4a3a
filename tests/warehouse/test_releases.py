"""Loading and withdrawing whole releases: ledger, rejects, warnings, content hash, corrections; all or nothing."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from errors import UsageError
from tests.warehouse.register import (
    JENGGOT,
    MEDONO,
    SOKODUWET,
    WARNING_CODES,
    Person,
    contents,
    person,
    release,
    warehouse,
)
from warehouse import releases
from warehouse.columns import Column
from warehouse.releases import Approval, ControlTotal, ledger, load_release, previous_accepted, withdraw_release
from warehouse.tables.registry import PERSON_COLUMNS

KK_KOSONG = 1 << WARNING_CODES.index("KK_KOSONG")
NIK_KOSONG = 1 << WARNING_CODES.index("NIK_KOSONG")


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with warehouse() as opened:
        yield opened


def rows(connection: duckdb.DuckDBPyConnection, sql: str, *values: Any) -> list[tuple[Any, ...]]:
    return connection.execute(sql, values).fetchall()


def versions(connection: duckdb.DuckDBPyConnection, series: str = "dtks-3375") -> list[tuple[Any, ...]]:
    """Name, kelurahan, months from and to (None = still in force)."""
    return rows(
        connection,
        "SELECT nama, kode_kemendagri, month(berlaku_dari), month(berlaku_sampai) FROM core.riwayat_warga"
        " WHERE seri = ? ORDER BY ALL",
        series,
    )


def test_the_ledger_says_everything_of_a_release(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    persons = [person(1), person(2, nik=None, peringatan=NIK_KOSONG), person(3)]
    content_hash = load_release(connection, release(tmp_path, persons, rejected={9: 2, 11: 4}))
    found = connection.sql("FROM core.rilis").pl().to_dicts()
    assert found == [
        {
            "id_rilis": "dtks-3375-2022-04-v1",
            "seri": "dtks-3375",
            "sistem_sumber": "DTKS",
            "kode_wilayah": "3375",
            "periode": date(2022, 4, 1),
            "versi": 1,
            "keadaan": "berlaku",
            "nomor_sk": "460/0004",
            "tanggal_sk": date(2022, 4, 4),
            "tata_letak": "dtks_a",
            "satuan_analisis": "individu",
            "nama_berkas": "dtks-3375-2022-04-v1.csv",
            "sha256": release(tmp_path, persons).sha256,
            "ukuran_byte": 1004,
            "diserahkan_pada": datetime(2022, 4, 5, 1),
            "diserahkan_oleh": "petugas",
            "disetujui_oleh": None,
            "disetujui_pada": None,
            "alasan_persetujuan": None,
            "dimuat_pada": datetime(2022, 4, 5, 2),
            "baris_berkas": 8,
            "baris_diterima": 3,
            "baris_ditolak": 2,
            "baris_dilewati": 3,
            "baris_peringatan": 1,
            "tanpa_nik": 1,
            "sidik_isi": content_hash,
            "versi_kode": "0.1.0+gabc",
        }
    ]
    entry = ledger(connection)["dtks-3375-2022-04-v1"]
    assert (entry.state, entry.content_hash, entry.accepted) == ("berlaku", content_hash, 3)


def test_who_approved_and_why_is_kept(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    approval = Approval("kepala", datetime(2022, 4, 5, 1, 30, tzinfo=UTC), "sesuai berita acara")
    load_release(connection, release(tmp_path, [person(1)], approval=approval))
    columns = "disetujui_oleh, disetujui_pada, alasan_persetujuan"
    assert rows(connection, f"SELECT {columns} FROM core.rilis") == [
        ("kepala", datetime(2022, 4, 5, 1, 30), "sesuai berita acara")
    ]


def test_control_totals_are_kept(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    totals = (ControlTotal("kecamatan", "33.75.04", 39_503), ControlTotal("kelurahan", JENGGOT, 7))
    load_release(connection, release(tmp_path, [person(1)], control_totals=totals))
    assert rows(connection, "FROM core.total_kontrol ORDER BY tingkat") == [
        ("dtks-3375-2022-04-v1", "kecamatan", "33.75.04", 39_503),
        ("dtks-3375-2022-04-v1", "kelurahan", JENGGOT, 7),
    ]


def test_rejects_and_warnings_carry_every_reason(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    persons = [person(1), person(2, peringatan=NIK_KOSONG | KK_KOSONG, kode_kemendagri=MEDONO)]
    load_release(connection, release(tmp_path, persons, rejected={7: 0b110, 5: 0b001}))
    assert rows(connection, "SELECT baris_sumber, isi FROM core.ditolak ORDER BY 1") == [
        (5, '{"NAMA": "DITOLAK 5"}'),
        (7, '{"NAMA": "DITOLAK 7"}'),
    ]
    assert rows(connection, "SELECT baris_sumber, kode_alasan FROM core.ditolak_alasan ORDER BY ALL") == [
        (5, "JUMLAH_KOLOM"),
        (7, "NAMA_KOSONG"),
        (7, "NIK_PANJANG"),
    ]
    found = rows(
        connection,
        "SELECT id_kiriman, baris_sumber, kode_alasan, kode_kemendagri, replace(kunci_warga::VARCHAR, '-', '')"
        " FROM core.peringatan ORDER BY ALL",
    )
    key = persons[1]["kunci_warga"]
    assert found == [("dtks-3375-2022-04-v1", 3, code, MEDONO, key) for code in ("KK_KOSONG", "NIK_KOSONG")]


TWINS = (
    person(1, nama="B", kode_kemendagri=MEDONO),
    person(1, nama="A", kode_kemendagri=MEDONO),
    person(1, nama="Z", kode_kemendagri=JENGGOT, peringatan=KK_KOSONG),
    person(2),
)


def test_a_nik_that_comes_again_is_numbered_whatever_the_order_of_lines(tmp_path: Path) -> None:
    found = set()
    for order in itertools.islice(itertools.permutations(TWINS), 0, None, 5):
        with warehouse() as connection:
            load_release(connection, release(tmp_path, order))
            numbered = rows(
                connection, "SELECT nama, kode_kemendagri, urutan_nik FROM core.riwayat_warga ORDER BY 1, 2"
            )
            warned = rows(
                connection,
                "SELECT nama, kode_alasan FROM core.peringatan JOIN core.riwayat_warga USING (baris_sumber)"
                " ORDER BY ALL",
            )
            [(count,)] = rows(connection, "SELECT baris_peringatan FROM core.rilis")
            found.add((tuple(numbered), tuple(warned), count))
    [(numbers, warnings, count)] = found
    assert numbers == (("A", MEDONO, 1), ("B", MEDONO, 2), ("SINTETIS 2", JENGGOT, 1), ("Z", JENGGOT, 3))
    assert warnings == (("A", "NIK_GANDA"), ("B", "NIK_GANDA"), ("Z", "KK_KOSONG"), ("Z", "NIK_GANDA"))
    assert count == 3


Hasher = Callable[[Sequence[Person]], str]


@pytest.fixture(scope="module")
def content_hash(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hasher]:
    """The content hash of a release of these persons."""
    folder = tmp_path_factory.mktemp("hash")
    version = itertools.count(1)
    with warehouse() as connection:
        yield lambda persons: load_release(connection, release(folder, persons, version=next(version)))


def test_the_content_hash_does_not_depend_on_the_order_of_lines(content_hash: Hasher) -> None:
    persons = [person(number) for number in range(5)] + [person(1, nama="LAIN")]
    assert content_hash(persons) == content_hash(persons[::-1])
    assert content_hash(persons) == content_hash([*persons[3:], *persons[:3]])


OTHER_VALUES = {"VARCHAR": "LAIN", "DATE": date(1980, 2, 3), "BOOLEAN": True, "INTEGER": 7}


@pytest.mark.parametrize("column", PERSON_COLUMNS, ids=lambda column: column.name)
def test_the_content_hash_sees_every_value(column: Column, content_hash: Hasher) -> None:
    persons = [person(1), person(2)]
    other = [person(1), person(2, **{column.name: OTHER_VALUES[column.type]})]
    assert persons != other
    hashes = {content_hash(persons), content_hash(other)}
    if column.nullable:
        hashes.add(content_hash([person(1), person(2, **{column.name: None})]))
    expected = 1 + 1 + (column.nullable and person(2).get(column.name) is not None)
    assert len(hashes) == expected


def test_the_content_hash_counts_rows_and_keeps_columns_apart(content_hash: Hasher) -> None:
    hashes = {
        content_hash(persons)
        for persons in (
            [person(1)],
            [person(1), person(1)],
            [person(1, dusun="A", rt=None)],
            [person(1, dusun=None, rt="A")],
            [person(1, dusun="", rt=None)],
        )
    }
    assert len(hashes) == 5


def test_a_correction_takes_the_place_of_its_version(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    load_release(connection, release(tmp_path, [person(1), person(2)], month=4))
    load_release(connection, release(tmp_path, [person(1), person(2)], month=7))
    load_release(connection, release(tmp_path, [person(1, kode_kemendagri=SOKODUWET)], month=4, version=2))
    assert {name: entry.state for name, entry in ledger(connection).items()} == {
        "dtks-3375-2022-04-v1": "digantikan",
        "dtks-3375-2022-04-v2": "berlaku",
        "dtks-3375-2022-07-v1": "berlaku",
    }
    assert versions(connection) == [
        ("SINTETIS 1", JENGGOT, 7, None),
        ("SINTETIS 1", SOKODUWET, 4, 7),
        ("SINTETIS 2", JENGGOT, 7, None),
    ]


def test_withdrawing_leaves_the_release_before_in_force(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    load_release(connection, release(tmp_path, [person(1)], month=4))
    before = versions(connection)
    load_release(connection, release(tmp_path, [person(2)], month=7))
    assert versions(connection) == [("SINTETIS 1", JENGGOT, 4, 7), ("SINTETIS 2", JENGGOT, 7, None)]
    withdraw_release(connection, "dtks-3375-2022-07-v1")
    assert versions(connection) == before
    assert ledger(connection)["dtks-3375-2022-07-v1"].state == "ditarik"
    with pytest.raises(UsageError, match="dtks-3375-2022-07-v1"):
        withdraw_release(connection, "dtks-3375-2022-07-v1")
    with pytest.raises(UsageError, match="tidak-ada"):
        withdraw_release(connection, "tidak-ada")


def test_a_withdrawn_release_ends_nothing_that_comes_late(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    load_release(connection, release(tmp_path, [person(1)], month=4))
    load_release(connection, release(tmp_path, [person(1)], month=7))
    withdraw_release(connection, "dtks-3375-2022-07-v1")
    load_release(connection, release(tmp_path, [person(2)], month=5))
    assert versions(connection) == [("SINTETIS 1", JENGGOT, 4, 5), ("SINTETIS 2", JENGGOT, 5, None)]


def test_a_superseded_version_cannot_be_withdrawn(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    load_release(connection, release(tmp_path, [person(1)]))
    load_release(connection, release(tmp_path, [person(2)], version=2))
    with pytest.raises(UsageError):
        withdraw_release(connection, "dtks-3375-2022-04-v1")
    assert [name for name, *_ in versions(connection)] == ["SINTETIS 2"]


SNAPSHOTS = st.dictionaries(
    st.integers(1, 6), st.dictionaries(st.integers(0, 4), st.sampled_from([JENGGOT, MEDONO])), min_size=2, max_size=4
)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(snapshots=SNAPSHOTS, data=st.data())
def test_a_late_release_takes_its_place_in_time(
    snapshots: dict[int, dict[int, str]], data: st.DataObject, tmp_path: Path
) -> None:
    """The same history and the same content hashes, whatever the order in which releases came."""
    results = []
    for order in (sorted(snapshots), data.draw(st.permutations(sorted(snapshots)))):
        with warehouse() as connection:
            for month in order:
                persons = [person(number, kode_kemendagri=area) for number, area in snapshots[month].items()]
                load_release(connection, release(tmp_path, persons, month=month))
            hashes = {name: entry.content_hash for name, entry in ledger(connection).items()}
            results.append((versions(connection), hashes))
    assert results[0] == results[1]
    for month, snapshot in snapshots.items():
        in_force = {
            (name, area) for name, area, start, end in results[0][0] if start <= month and (end is None or month < end)
        }
        assert in_force == {(f"SINTETIS {number}", area) for number, area in snapshot.items()}


def test_two_series_do_not_touch_each_other(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    load_release(connection, release(tmp_path, [person(1)], month=4))
    before = versions(connection)
    load_release(connection, release(tmp_path, [person(2)], month=4, series="dtks-3326"))
    load_release(connection, release(tmp_path, [person(3)], month=7, series="dtks-3326"))
    assert versions(connection) == before
    assert previous_accepted(connection, "dtks-3375", date(2022, 12, 1)) == 1
    withdraw_release(connection, "dtks-3326-2022-04-v1")
    assert versions(connection) == before
    assert versions(connection, "dtks-3326") == [("SINTETIS 3", JENGGOT, 7, None)]


def test_the_release_before_is_the_last_one_in_force(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    assert previous_accepted(connection, "dtks-3375", date(2022, 4, 1)) is None
    for month, count in ((1, 1), (4, 2), (7, 3)):
        load_release(connection, release(tmp_path, [person(number) for number in range(count)], month=month))
    assert previous_accepted(connection, "dtks-3375", date(2022, 7, 1)) == 2
    assert previous_accepted(connection, "dtks-3375", date(2022, 1, 1)) is None
    withdraw_release(connection, "dtks-3375-2022-04-v1")
    assert previous_accepted(connection, "dtks-3375", date(2022, 7, 1)) == 1


STEPS = (
    "timeline",
    "remove_release",
    "_set_state",
    "insert_release",
    "_content_hash",
    "_load_incoming_warnings",
    "_insert_ledger",
    "load_rejected",
)


@pytest.mark.parametrize(("step", "after"), [*((step, True) for step in STEPS), ("insert_release", False)])
def test_a_failure_in_the_middle_leaves_nothing_behind(
    step: str, after: bool, connection: duckdb.DuckDBPyConnection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_release(connection, release(tmp_path, [person(1), person(2)], rejected={9: 1}))
    load_release(connection, release(tmp_path, [person(1)], month=7))
    before = contents(connection)
    real = getattr(releases, step)

    def failing(*arguments: Any, **more: Any) -> None:
        if after:
            real(*arguments, **more)
        raise RuntimeError(step)

    correction = release(
        tmp_path,
        [person(3, peringatan=KK_KOSONG)],
        version=2,
        rejected={4: 2},
        control_totals=(ControlTotal("kelurahan", JENGGOT, 1),),
    )
    with monkeypatch.context() as patch:
        patch.setattr(releases, step, failing)
        with pytest.raises(RuntimeError, match=step):
            load_release(connection, correction)
    assert contents(connection) == before
    load_release(connection, correction)
    assert contents(connection) != before


def test_warning_codes_must_know_the_doubled_nik(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    nameless = dataclasses.replace(release(tmp_path, [person(1)]), warning_codes=("KK_KOSONG",))
    with pytest.raises(ValueError, match="NIK_GANDA"):
        load_release(connection, nameless)
    assert not ledger(connection)
