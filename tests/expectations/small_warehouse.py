"""A small good warehouse and a small good publication, built from the table definitions. All persons synthetic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

import duckdb

from warehouse.accounting import RowAccounting
from warehouse.columns import Column, Role, Table, create_table_sql
from warehouse.tables import CORE_TABLES
from warehouse.tables.marts_shared import ViewColumns
from warehouse.tables.registry import STAGED_PERSON

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
    insert(
        connection,
        core("total_kontrol"),
        {"id_rilis": RELEASE, "tingkat": "kecamatan", "kode_kemendagri": "33.75.04", "jumlah_sk_jiwa": 3},
    )
    insert(
        connection,
        core("ditolak"),
        {"id_kiriman": RELEASE, "baris_sumber": 7, "isi": f'{{"NIK": "{PLANTED_NIK}1", "NAMA": "{PLANTED_NAME}"}}'},
    )
    insert(
        connection,
        core("ditolak_alasan"),
        {"id_kiriman": RELEASE, "baris_sumber": 7, "kode_alasan": "NIK_PANJANG"},
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
    first, second = date(2022, 1, 1), date(2022, 4, 1)
    old, new = {"id_rilis": "dtks-3375-2022-01-1"}, {"id_rilis": RELEASE}
    place = {"seri": "dtks-3375", "urutan_nik": 1, "nama": PLANTED_NAME, "no_kk": PLANTED_KK}
    jenggot, sokoduwet, medono = (area[0] for area in AREAS)
    insert(
        connection,
        core("riwayat_warga"),
        # stays; moves; leaves; enters; enters
        {**place, **old, "kunci_warga": person_key(1), "berlaku_dari": first, "kode_kemendagri": jenggot, "nik": PLANTED_NIK},
        {**place, **old, "kunci_warga": person_key(2), "berlaku_dari": first, "berlaku_sampai": second, "kode_kemendagri": medono},
        {**place, **new, "kunci_warga": person_key(2), "berlaku_dari": second, "kode_kemendagri": sokoduwet, "baris_sumber": 3},
        {**place, **old, "kunci_warga": person_key(3), "berlaku_dari": first, "berlaku_sampai": second, "kode_kemendagri": medono},
        {**place, **new, "kunci_warga": person_key(4), "berlaku_dari": second, "kode_kemendagri": medono, "baris_sumber": 5},
        {**place, **new, "kunci_warga": person_key(5), "berlaku_dari": second, "kode_kemendagri": jenggot, "baris_sumber": 6},
    )  # fmt: skip


def _fill_statistics(connection: duckdb.DuckDBPyConnection) -> None:
    insert(
        connection,
        core("indikator"),
        {"indikator": "kemiskinan_p0", "nilai_minimum": 0.0, "nilai_maksimum": 40.0},
    )
    value = {"kode_wilayah": "3375", "indikator": "kemiskinan_p0", "tahun": 2021, "sumber": "BPS"}
    insert(
        connection,
        core("nilai_indikator"),
        {**value, "nilai": 7.58, "terbitan": 1},
        {**value, "nilai": 7.59, "terbitan": 2},
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
        {**report, "keadaan": "berlaku", "sha256": "f" * 64, "baris_berkas": 2, "baris_diterima": 2},
    )
    insert(connection, core("kegiatan"), {**report, "baris_sumber": 2}, {**report, "baris_sumber": 3})


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


def as_table(view: ViewColumns) -> Table:
    return Table(view.schema, view.name, "satu baris.", "Uji.", view.key, view.columns)


PENDAMPINGAN = Table(
    "marts",
    "pendampingan",
    "satu kelurahan.",
    "Uji.",
    ("kode_kemendagri",),
    (Column("kode_kemendagri", "VARCHAR", "Kode.", role=Role.KEY), Column("opd", "VARCHAR", "OPD.", nullable=True)),
)


def publication(tables: Sequence[Table]) -> duckdb.DuckDBPyConnection:
    """A published file with two releases over the three areas."""
    connection = duckdb.connect()
    connection.execute("ATTACH ':memory:' AS terbitan; USE terbitan; CREATE SCHEMA marts")
    by_name = {table.name: table for table in tables}
    for table in tables:
        connection.execute(create_table_sql(table))
    areas = [{"kode_kemendagri": a[0], "kelurahan": a[2], "kecamatan": a[5]} for a in AREAS]
    insert(connection, by_name["wilayah"], *areas)
    insert(connection, by_name["pendampingan"], *({"kode_kemendagri": a["kode_kemendagri"]} for a in areas))
    release = {"seri": "dtks-3375", "periode": date(2022, 4, 1), "tahun": 2022, "sistem_sumber": "DTKS"}
    insert(
        connection,
        by_name["rilis"],
        {**release, "id_rilis": RELEASE, "baris_berkas": 7, "baris_diterima": 6, "baris_ditolak": 1},
    )
    counted = [
        {**release, **area, "jumlah_jiwa": number, "jumlah_wilayah_jiwa": 6}
        for area, number in zip(areas, (1, 2, 3), strict=True)
    ]
    insert(connection, by_name["penduduk_terdaftar_kelurahan"], *counted)
    insert(
        connection,
        by_name["rekonsiliasi_sk"],
        *(
            {**release, "tingkat": level, "kode_kemendagri": code, "jumlah_diterima_jiwa": number}
            for level, code, number in (
                ("kelurahan", "33.75.04.1004", 1),
                ("kelurahan", "33.75.04.1010", 2),
                ("kelurahan", "33.75.01.1002", 3),
                ("kecamatan", "33.75.04", 3),
                ("kecamatan", "33.75.01", 3),
            )
        ),
    )
    insert(
        connection,
        by_name["tren_rilis"],
        {**release, "tingkat": "kabupaten/kota", "kode_wilayah": "3375", "jumlah_jiwa": 6},
        {**release, "tingkat": "kecamatan", "kode_wilayah": "33.75.01", "jumlah_jiwa": 3},
        {**release, "tingkat": "kecamatan", "kode_wilayah": "33.75.04", "jumlah_jiwa": 3},
    )
    insert(
        connection,
        by_name["mutasi_kelurahan"],
        {
            **release,
            **areas[0],
            "periode_sebelumnya": date(2022, 1, 1),
            "jumlah_sebelum_jiwa": 3,
            "jumlah_sesudah_jiwa": 1,
            "perubahan_jiwa": -2,
        },
    )
    insert(
        connection,
        by_name["umur_jenis_kelamin"],
        {**release, **areas[0], "kelompok_umur": "05-09", "jenis_kelamin": "L"},
    )
    return connection
