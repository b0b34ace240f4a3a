"""A city-sized warehouse made by SQL alone, to see what the views cost. All persons synthetic."""

from __future__ import annotations

import duckdb

from tasks.reference import read_areas, read_assignments
from tests.expectations.small_warehouse import core, insert
from tests.sql.hand_made import P1, P2, P3, R1, R2, R3, SERIES
from warehouse.columns import create_table_sql
from warehouse.tables import CORE_TABLES

_PERSONS = """
INSERT INTO core.riwayat_warga BY NAME
SELECT
    $series AS seri,
    ('00000000-0000-0000-0000-' || printf('%012d', i))::UUID AS kunci_warga,
    1 AS urutan_nik,
    $dari::DATE AS berlaku_dari,
    $sampai::DATE AS berlaku_sampai,
    $release AS id_rilis,
    i + 1 AS baris_sumber,
    kode_kemendagri,
    'Jalan Contoh ' || (i % 900) AS alamat,
    printf('%016d', 3375040000000000 + (i // 3)) AS no_kk,
    CASE WHEN i % 77 > 0 THEN printf('%016d', 3375040101000000 + i) END AS nik,
    'Sintetis ' || i AS nama,
    DATE '1940-01-01' + ((i * 7919) % 29000)::INTEGER AS tanggal_lahir,
    CASE WHEN i % 2 = 0 THEN 'L' ELSE 'P' END AS jenis_kelamin,
    i % 4 > 0 AS padan,
    i % 3 = 0 AS bansos_bpnt,
    i % 7 = 0 AS bansos_pkh,
    i % 11 = 0 AS bansos_bpnt_ppkm,
    i % 5 = 0 AS pbi_jkn,
    hash(i, $dari) AS sidik_baris
FROM range($first::BIGINT, $last::BIGINT) AS numbers (i)
INNER JOIN (SELECT kode_kemendagri, row_number() OVER () - 1 AS nomor FROM core.wilayah) AS wilayah
    ON (i // 3 + $shift) % 27 = wilayah.nomor
"""


def build(connection: duckdb.DuckDBPyConnection, persons: int) -> None:
    """Three releases: 90 % of `persons` stay, 5 % leave and as many enter, 5 % move. Every tenth row has a warning."""
    connection.execute("CREATE SCHEMA core")
    for table in CORE_TABLES:
        connection.execute(create_table_sql(table))
    areas = read_areas("3375", "Kota Pekalongan").areas
    insert(connection, core("wilayah"), *areas.to_dicts())
    insert(connection, core("opd_dampingan"), *read_assignments(areas).to_dicts())
    for release, period in ((R1, P1), (R2, P2), (R3, P3)):
        row = {"id_rilis": release, "seri": SERIES, "sistem_sumber": "DTKS", "kode_wilayah": "3375", "periode": period}
        insert(connection, core("rilis"), row)
    part = persons // 20
    for first, last, since, until, release, shift in (
        (0, persons - 2 * part, P1, None, R1, 0),
        (persons - 2 * part, persons - part, P1, P2, R1, 0),
        (persons - part, persons, P1, P2, R1, 0),
        (persons - part, persons, P2, None, R2, 1),
        (persons, persons + part, P2, None, R2, 0),
    ):
        names = {"first": first, "last": last, "dari": since, "sampai": until, "release": release, "shift": shift}
        connection.execute(_PERSONS, {**names, "series": SERIES})
    connection.execute(
        """
        INSERT INTO core.peringatan
        SELECT id_rilis, baris_sumber, 'NIK_TANGGAL_BEDA', kode_kemendagri, kunci_warga
        FROM core.riwayat_warga WHERE baris_sumber % 10 = 0
        """
    )
