"""The published file: every table against its definition, no personal data, and figures that agree with each
other.

Knows the definitions handed in and, for a few tables, what their figures must add up to. The current database
of the connection is the published file.
"""

from __future__ import annotations

from collections.abc import Sequence

from errors import DampinganError
from expectations import structure
from expectations.model import BATCH, Check, Suite, rows_check
from expectations.warehouse_ledger import rows_add_up
from warehouse.columns import Column, Privacy, Table, sql_text
from warehouse.person_numbers import SIXTEEN_DIGITS
from warehouse.tables import CORE_TABLES, shared
from warehouse.tables.programmes import ID_KEGIATAN, ID_KESEPAKATAN
from warehouse.tables.registry import STAGED_PERSON

_HEX = "^[0-9a-f]{64}$"
_LINE_ID = r"^[a-z0-9-]+-[0-9]{2}\.[0-9]{2}\.[0-9]{2}\.[0-9]{4}-[0-9a-f]{8}(-[0-9]+)?$"
_LONG_BY_NATURE = {shared.SHA256.name: _HEX, ID_KEGIATAN.name: _LINE_ID, ID_KESEPAKATAN.name: _LINE_ID}
"""Columns that hold sixteen digits by chance: a digest, or a code of a kelurahan and a piece of one. Each must have its
form and nothing else."""


def suites(tables: Sequence[Table]) -> tuple[Suite, ...]:
    """One suite per published table.

    Raises:
        DampinganError: a definition in `tables` has a personal column.
    """
    names = {table.name for table in tables}
    return tuple(_suite(table, names) for table in tables)


def _suite(table: Table, published: set[str]) -> Suite:
    if personal := [column.name for column in table.columns if column.privacy is not Privacy.NONE]:
        raise DampinganError(
            f"Kolom pribadi dalam definisi tabel terbitan: {', '.join(personal)}.",
            where=table.qualified,
            next_step="Ini kesalahan program; laporkan.",
        )
    checks = [_no_personal_column(table), _no_number_of_a_person(table)]
    if "kode_kemendagri" in table.key and "tingkat" not in table.key and "wilayah" in published - {table.name}:
        checks.append(_known_area(table))
    checks += [check for name, needed, check in _AGREEMENTS if name == table.name and set(needed) <= published]
    return structure.suite(table, *checks, name=f"terbitan.{table.name}")


def personal_columns() -> frozenset[str]:
    """The names of all personal columns of the warehouse."""
    return frozenset(
        column.name
        for table in (*CORE_TABLES, STAGED_PERSON)
        for column in table.columns
        if column.privacy is not Privacy.NONE
    )


def _no_personal_column(table: Table) -> Check:
    """A name that is personal in the warehouse may be published only as a closed list of categories."""
    categories = {column.name for column in table.columns if column.allowed}
    forbidden = ", ".join(sql_text(name) for name in sorted(personal_columns() - categories))
    return rows_check(
        "tanpa_kolom_pribadi",
        "Tidak ada kolom data pribadi.",
        f"SELECT column_name AS kolom FROM (DESCRIBE FROM {BATCH}) AS k WHERE lower(column_name) IN ({forbidden})",
    )


def _no_number_of_a_person(table: Table) -> Check:
    texts = {column.name: _holds_number(column) for column in table.columns if column.type == "VARCHAR"}
    return rows_check(
        "tanpa_nomor_16_angka",
        "Tidak ada NIK atau nomor KK dalam kolom teks, juga yang ditulis dengan spasi, titik atau garis.",
        " UNION ALL ".join(
            f"SELECT {sql_text(name)} AS kolom FROM {BATCH} WHERE {predicate}"
            for name, predicate in (texts or {"": "false"}).items()
        ),
    )


def _holds_number(column: Column) -> str:
    if column.name in _LONG_BY_NATURE:
        return f"NOT regexp_matches({column.name}, '{_LONG_BY_NATURE[column.name]}')"
    if column.name == shared.ID_KIRIMAN.name:
        return f"regexp_matches({column.name}, '{SIXTEEN_DIGITS}') AND NOT regexp_matches({column.name}, '{_HEX}')"
    return f"regexp_matches({column.name}, '{SIXTEEN_DIGITS}')"


def _known_area(table: Table) -> Check:
    return rows_check(
        "kelurahan_dikenal",
        "Kode kelurahan setiap baris ada dalam tabel wilayah, atau kelurahannya tidak disebut berkasnya.",
        f"SELECT {', '.join(table.key)} FROM {BATCH} AS t ANTI JOIN marts.wilayah AS w USING (kode_kemendagri)"
        f" WHERE NOT {structure.UNKNOWN_PLACE}",
    )


def _every_area_once() -> Check:
    return Check(
        "semua_kelurahan",
        "Setiap kelurahan mempunyai tepat satu baris, juga yang belum mempunyai OPD pendamping.",
        "ExpectTableRowCountToEqualOtherTable",
        {"other_table_name": "wilayah"},
    )


def _as_registered() -> Check:
    return rows_check(
        "sama_dengan_terdaftar",
        "Jumlah kecamatan dan kelurahan sama dengan jumlah penduduk terdaftar; tidak ada kecamatan yang hilang.",
        f"""
        WITH terdaftar AS (
            SELECT seri, periode, 'kecamatan' AS tingkat, kode_kemendagri_kecamatan AS kode_kemendagri,
                sum(jumlah_jiwa) AS jumlah_jiwa
            FROM marts.penduduk_terdaftar_kelurahan
            GROUP BY ALL
            UNION ALL
            SELECT seri, periode, 'kelurahan', kode_kemendagri, jumlah_jiwa
            FROM marts.penduduk_terdaftar_kelurahan
        )
        SELECT seri, periode, tingkat, kode_kemendagri
        FROM terdaftar
        FULL JOIN {BATCH} AS sk USING (seri, periode, tingkat, kode_kemendagri)
        WHERE sk.jumlah_diterima_jiwa IS DISTINCT FROM terdaftar.jumlah_jiwa
            AND (sk.jumlah_diterima_jiwa IS NOT NULL OR tingkat = 'kecamatan')
        """,
    )


def _districts_make_city() -> Check:
    return rows_check(
        "kecamatan_menjadi_kota",
        "Jumlah kecamatan sama dengan angka kabupaten atau kota.",
        f"""
        SELECT seri, periode
        FROM {BATCH}
        GROUP BY seri, periode
        HAVING sum(jumlah_jiwa) FILTER (WHERE tingkat = 'kecamatan')
            IS DISTINCT FROM sum(jumlah_jiwa) FILTER (WHERE tingkat = 'kabupaten/kota')
        """,
    )


def _difference_to_decree() -> Check:
    return rows_check(
        "selisih_benar",
        "Selisih sama dengan yang diterima dikurangi jumlah menurut SK.",
        f"SELECT seri, periode, tingkat, kode_kemendagri FROM {BATCH} "
        "WHERE selisih_jiwa IS DISTINCT FROM jumlah_diterima_jiwa - jumlah_sk_jiwa",
    )


def _change_adds_up() -> Check:
    return rows_check(
        "perubahan_benar",
        "Perubahan sama dengan jumlah sesudah dikurangi jumlah sebelum.",
        f"SELECT seri, periode, kode_kemendagri FROM {BATCH} "
        "WHERE perubahan_jiwa IS DISTINCT FROM jumlah_sesudah_jiwa - jumlah_sebelum_jiwa",
    )


def _total_of_city() -> Check:
    return rows_check(
        "kelurahan_menjadi_kota",
        "Jumlah semua kelurahan sama dengan jumlah seluruh wilayah.",
        f"""
        SELECT seri, periode
        FROM {BATCH}
        GROUP BY seri, periode
        HAVING sum(jumlah_jiwa) <> min(jumlah_wilayah_jiwa) OR sum(jumlah_jiwa) <> max(jumlah_wilayah_jiwa)
        """,
    )


def _total_of_release() -> Check:
    return rows_check(
        "kelurahan_menjadi_rilis",
        "Jumlah semua kelurahan sama dengan baris yang diterima dari rilis yang berlaku.",
        f"""
        WITH jumlah AS (SELECT seri, periode, sum(jumlah_jiwa) AS jiwa FROM {BATCH} GROUP BY seri, periode)
        SELECT id_rilis
        FROM marts.rilis AS rilis
        LEFT JOIN jumlah USING (seri, periode)
        WHERE rilis.keadaan = 'berlaku' AND coalesce(jumlah.jiwa, 0) <> rilis.baris_diterima
        """,
    )


_AGREEMENTS: tuple[tuple[str, tuple[str, ...], Check], ...] = (
    ("pendampingan", ("wilayah",), _every_area_once()),
    ("rilis", (), rows_add_up("id_rilis")),
    ("rekonsiliasi_sk", ("penduduk_terdaftar_kelurahan",), _as_registered()),
    ("rekonsiliasi_sk", (), _difference_to_decree()),
    ("penduduk_terdaftar_kelurahan", (), _total_of_city()),
    ("penduduk_terdaftar_kelurahan", ("rilis",), _total_of_release()),
    ("tren_rilis", (), _districts_make_city()),
    ("mutasi_kelurahan", (), _change_adds_up()),
)
"""Table, the other tables its check needs, and the check."""
