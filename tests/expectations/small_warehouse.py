"""A small good warehouse and a small good publication, built from the table definitions. All persons synthetic."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

import duckdb

from settings import Settings
from warehouse.accounting import RowAccounting
from warehouse.columns import Column, Table, create_table_sql
from warehouse.tables import CORE_TABLES
from warehouse.tables.programmes import PARTS
from warehouse.tables.registry import STAGED_PERSON
from warehouse.tables.shared import SHA256
from warehouse.views import create_views, marts

PLANTED_NIK = "3375044107990017"
PLANTED_KK = "3375040102030405"
PLANTED_NAME = "Zubaedah Sintetis"
RELEASE = "dtks-3375-2022-04-1"
NOON = datetime(2026, 11, 1, 12)
AREAS = (
    ("33.75.04.1004", "3375030005", "Jenggot", "33.75.04", "3375030", "Pekalongan Selatan"),
    ("33.75.04.1010", "3375030016", "Sokoduwet", "33.75.04", "3375030", "Pekalongan Selatan"),
    ("33.75.01.1002", "3375010004", "Medono", "33.75.01", "3375010", "Pekalongan Barat"),
)
WARNINGS = ("NIK_KOSONG", "TANGGAL_LAHIR_KOSONG")

_DEFAULTS: Mapping[str, object] = {
    "VARCHAR": "x",
    "BIGINT": 0,
    "INTEGER": 1,
    "UBIGINT": 7,
    "DOUBLE": 1.0,
    "BOOLEAN": True,
    "DATE": date(2022, 4, 1),
    "TIMESTAMP": NOON,
}


def person_key(number: int) -> str:
    return f"00000000-0000-0000-0000-{number:012d}"


def insert(connection: duckdb.DuckDBPyConnection, table: Table, *rows: Mapping[str, object]) -> None:
    """Insert `rows`; a column not given is NULL where allowed, else a harmless value."""
    for row in rows:
        if unknown := set(row) - set(table.column_names):
            raise KeyError(f"{table.qualified}: {unknown}")
        values = [row.get(column.name, _default(column)) for column in table.columns]
        marks = ", ".join("?" for _ in values)
        connection.execute(f"INSERT INTO {table.qualified} VALUES ({marks})", values)


def _default(column: Column) -> object:
    if column.nullable:
        return None
    if column.allowed:
        return column.allowed[0]
    if column.name == SHA256.name:
        return "0123456789abcdef" * 4
    return _DEFAULTS.get(column.type, 0)


def core(name: str) -> Table:
    return next(table for table in CORE_TABLES if table.name == name)


def warehouse() -> duckdb.DuckDBPyConnection:
    """Two releases of one series, one report, one indicator with a revision: every suite passes."""
    connection = duckdb.connect()
    connection.execute("ATTACH ':memory:' AS gudang; USE gudang; CREATE SCHEMA core; CREATE SCHEMA staged")
    for table in CORE_TABLES:
        connection.execute(create_table_sql(table))
    _fill_areas(connection)
    _fill_releases(connection)
    _fill_history(connection)
    _fill_statistics(connection)
    _fill_programmes(connection)
    return connection


def _fill_areas(connection: duckdb.DuckDBPyConnection) -> None:
    names = (
        "kode_kemendagri",
        "kode_bps",
        "kelurahan",
        "kode_kemendagri_kecamatan",
        "kode_bps_kecamatan",
        "kecamatan",
    )
    city = {"kode_bps_kabupaten_kota": "3375", "kabupaten_kota": "Kota Pekalongan"}
    insert(connection, core("wilayah"), *({**dict(zip(names, area, strict=True)), **city} for area in AREAS))
    insert(connection, core("opd_dampingan"), {"kode_kemendagri": AREAS[0][0], "opd_singkat": "DLH"})
    insert(
        connection,
        core("alasan"),
        {"kode_alasan": "NIK_PANJANG", "tingkat": "tolak"},
        {"kode_alasan": "NIK_KOSONG", "tingkat": "peringatan"},
    )


def _fill_releases(connection: duckdb.DuckDBPyConnection) -> None:
    shared = {
        "seri": "dtks-3375",
        "sistem_sumber": "DTKS",
        "kode_wilayah": "3375",
        "keadaan": "berlaku",
        "sha256": "0123456789abcdef" * 4,
    }
    insert(
        connection,
        core("rilis"),
        {
            **shared,
            "id_rilis": "dtks-3375-2022-01-1",
            "periode": date(2022, 1, 1),
            "baris_berkas": 3,
            "baris_diterima": 3,
        },
        {
            **shared,
            "id_rilis": RELEASE,
            "periode": date(2022, 4, 1),
            "baris_berkas": 6,
            "baris_diterima": 4,
            "baris_ditolak": 1,
            "baris_dilewati": 1,
            "baris_peringatan": 1,
            "tanpa_nik": 1,
        },
    )
    sums = {"baris_berkas": 6, "baris_diterima": 4, "baris_ditolak": 1, "baris_dilewati": 1}
    insert(connection, core("berkas_rilis"), {"id_rilis": RELEASE, "bagian": "warga", **sums})
    insert(
        connection,
        core("total_kontrol"),
        {"id_rilis": RELEASE, "tingkat": "kecamatan", "kode_kemendagri": "33.75.04", "jumlah_sk_jiwa": 3},
    )
    insert(
        connection,
        core("ditolak"),
        {
            "id_kiriman": RELEASE,
            "bagian": "warga",
            "baris_sumber": 7,
            "isi": f'{{"NIK": "{PLANTED_NIK}1", "NAMA": "{PLANTED_NAME}"}}',
        },
    )
    insert(
        connection,
        core("ditolak_alasan"),
        {"id_kiriman": RELEASE, "bagian": "warga", "baris_sumber": 7, "kode_alasan": "NIK_PANJANG"},
    )
    insert(
        connection,
        core("peringatan"),
        {
            "id_kiriman": RELEASE,
            "baris_sumber": 5,
            "kode_alasan": "NIK_KOSONG",
            "kode_kemendagri": AREAS[2][0],
            "kunci_warga": person_key(4),
        },
    )


def _fill_history(connection: duckdb.DuckDBPyConnection) -> None:
    jenggot, sokoduwet, medono = (area[0] for area in AREAS)
    first, second = date(2022, 1, 1), date(2022, 4, 1)
    insert(
        connection,
        core("riwayat_warga"),
        _version(1, first, None, jenggot, nik=PLANTED_NIK),  # stays
        _version(2, first, second, medono),
        _version(2, second, None, sokoduwet),  # has moved
        _version(3, first, second, medono),  # has left
        _version(4, second, None, medono),
        _version(5, second, None, jenggot),
    )


def _version(person: int, start: date, end: date | None, area: str, **more: object) -> Mapping[str, object]:
    return {
        "seri": "dtks-3375",
        "id_rilis": f"dtks-3375-{start:%Y-%m}-1",
        "baris_sumber": person + 1,
        "kunci_warga": person_key(person),
        "urutan_nik": 1,
        "berlaku_dari": start,
        "berlaku_sampai": end,
        "kode_kemendagri": area,
        "nama": PLANTED_NAME,
        "no_kk": PLANTED_KK,
        **more,
    }


def _fill_statistics(connection: duckdb.DuckDBPyConnection) -> None:
    insert(
        connection,
        core("indikator"),
        {"indikator": "kemiskinan_p0", "mungkin_minimum": 0.0, "mungkin_maksimum": 100.0},
        {"indikator": "kemiskinan_p1"},
    )
    limits = {"indikator": "kemiskinan_p0", "nilai_minimum": 0.0, "nilai_maksimum": 40.0}
    insert(connection, core("batas_indikator"), {**limits, "tingkat": "kabupaten_kota"})
    insert(connection, core("wilayah_statistik"), {"kode_wilayah": "3300", "nama_wilayah": "Jawa Tengah"})
    insert(connection, core("sumber_indikator"), {"sumber": "BPS", "jenis_sumber": "webapi_bps"})
    value = {"kode_wilayah": "3375", "indikator": "kemiskinan_p0", "tahun": 2021, "sumber": "BPS"}
    insert(
        connection,
        core("nilai_indikator"),
        {**value, "nilai": 7.58, "terbitan": 1},
        {**value, "nilai": 7.59, "terbitan": 2},
        {**value, "indikator": "kemiskinan_p1", "nilai": 1.2, "terbitan": 1},
    )


def _fill_programmes(connection: duckdb.DuckDBPyConnection) -> None:
    report = {
        "id_laporan": "dlh-jenggot-2026-3-1",
        "opd_singkat": "DLH",
        "kode_kemendagri": AREAS[0][0],
        "tahun": 2026,
        "triwulan": 3,
    }
    insert(
        connection,
        core("laporan"),
        {**report, "keadaan": "berlaku", "sha256": "f" * 64, "baris_berkas": 8, "baris_diterima": 8},
    )
    for part in PARTS.values():
        named = [{part.identity: f"dlh-{AREAS[0][0]}-0123abc{row}"} if part.identity else {} for row in (2, 3)]
        rows = [{**report, **name, "baris_sumber": row} for row, name in zip((2, 3), named, strict=True)]
        insert(connection, part.table, *rows)


def staged(connection: duckdb.DuckDBPyConnection) -> RowAccounting:
    """Four accepted rows in `staged.diterima`; returns their accounts."""
    connection.execute(create_table_sql(STAGED_PERSON))
    jenggot, sokoduwet, medono = (area[0] for area in AREAS)
    born = date(1999, 7, 1)
    insert(
        connection,
        STAGED_PERSON,
        {
            "baris_sumber": 2,
            "kunci_warga": person_key(1),
            "kode_kemendagri": jenggot,
            "nik": PLANTED_NIK,
            "no_kk": PLANTED_KK,
            "nama": PLANTED_NAME,
            "tanggal_lahir": born,
            "jenis_kelamin": "P",
            "hubungan_keluarga": "istri/suami",
        },
        {
            "baris_sumber": 3,
            "kunci_warga": person_key(2),
            "kode_kemendagri": sokoduwet,
            "nik": "3375040107990018",
            "nama": "Karso Sintetis",
            "tanggal_lahir": born,
        },
        {
            "baris_sumber": 4,
            "kunci_warga": person_key(3),
            "kode_kemendagri": medono,
            "nama": "Tanpa Nik Sintetis",
            "peringatan": 1 << WARNINGS.index("NIK_KOSONG"),
            "tanggal_lahir": born,
        },
        {
            "baris_sumber": 5,
            "kunci_warga": person_key(4),
            "kode_kemendagri": medono,
            "nik": "3375013112990019",
            "nama": "Sumi Sintetis",
            "peringatan": 1 << WARNINGS.index("TANGGAL_LAHIR_KOSONG"),
        },
    )
    return RowAccounting(in_file=7, accepted=4, rejected=2, skipped=1, warned=2)


def publication() -> duckdb.DuckDBPyConnection:
    """The published tables, as the views compute them from the small warehouse, in a database of their own."""
    connection = warehouse()
    create_views(connection, Settings())
    connection.execute("ATTACH ':memory:' AS terbitan; CREATE SCHEMA terbitan.marts")
    for table in marts():
        connection.execute(f"CREATE TABLE terbitan.{table.qualified} AS FROM {table.qualified}")
    connection.execute("USE terbitan; DETACH gudang")
    return connection
