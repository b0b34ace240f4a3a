"""What differs between two releases in force, of one series or of two: per kelurahan, per column, person by person.

It means by entered, left, moved and changed what `internal.perubahan_rilis` means, for any two releases instead of two
that follow each other. A person is followed by `kunci_warga`, which comes from the NIK alone and so holds across
series. Rows without a NIK, and all but the first of a repeated NIK, cannot be followed and are counted apart, so that
in every kelurahan: after = before + entered - left + moved in - moved out + (not followed after - before).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, get_args

import duckdb

from warehouse.tables.registry import PERSON_COLUMNS

Kind = Literal["masuk", "keluar", "pindah", "berubah"]
KINDS: tuple[Kind, ...] = get_args(Kind)
Row = dict[str, Any]

_KEPT_APART = ("tanpa_nik_sebelum_jiwa", "nik_berulang_sebelum_baris")
_KEPT_APART_AFTER = ("tanpa_nik_sesudah_jiwa", "nik_berulang_sesudah_baris")
_AREA = "kode_kemendagri"
_COMPARED = tuple(column.name for column in PERSON_COLUMNS if column.name != _AREA)
_BATCH = 10_000


@dataclass(frozen=True, slots=True)
class ComparedRelease:
    """One of the two releases."""

    release_id: str
    series: str
    source_system: str
    area_code: str
    period: date
    sk_number: str
    sk_date: date
    layout: str


@dataclass(frozen=True, slots=True)
class Difference:
    """Two releases and their counts.

    Args:
        before: the earlier release.
        after: the later release.
        areas: one row per kelurahan, in the order of codes; the counts are named as in `marts.mutasi_kelurahan`, but
            exact. `berubah_jiwa` is None across series: their layouts say different things of a person.
        columns: `kolom` and `jumlah_jiwa`, the most frequent first, over those who changed or moved; None across
            series.
    """

    before: ComparedRelease
    after: ComparedRelease
    areas: list[Row]
    columns: list[Row] | None

    @property
    def within_series(self) -> bool:
        return self.before.series == self.after.series

    @property
    def total(self) -> Row:
        """The counts of all kelurahan together."""
        return _summed(self.areas)

    @property
    def districts(self) -> list[Row]:
        """The counts per kecamatan, with its name and code; a move inside a kecamatan counts on both sides."""
        names = ("kode_kemendagri_kecamatan", "kecamatan")
        keys = dict.fromkeys(tuple(row[name] for name in names) for row in self.areas)
        return [
            dict(zip(names, key, strict=True))
            | _summed(row for row in self.areas if tuple(row[name] for name in names) == key)
            for key in keys
        ]

    def persons_of(self, kind: Kind) -> int | None:
        """How many persons entered, left, moved or changed; None where it is not counted."""
        count: int | None = self.total["pindah_masuk_jiwa" if kind == "pindah" else f"{kind}_jiwa"]
        return count


def not_followed(row: Row) -> tuple[int, int]:
    """Rows that cannot be followed, before and after."""
    return sum(row[name] for name in _KEPT_APART), sum(row[name] for name in _KEPT_APART_AFTER)


def _summed(rows: Iterable[Row]) -> Row:
    rows = list(rows)
    counts = [name for name in rows[0] if name.endswith(("_jiwa", "_baris"))] if rows else []
    return {name: None if any(row[name] is None for row in rows) else sum(row[name] for row in rows) for name in counts}


@dataclass(frozen=True, slots=True)
class ColumnChange:
    """What a column said before and says now."""

    column: str
    before: object
    after: object


@dataclass(frozen=True, slots=True)
class PersonChange:
    """One person who entered, left, moved or changed. The places are kecamatan and kelurahan; None where the person is
    not registered. `changes` leaves out the kelurahan and is empty across series."""

    nik: str
    name: str
    before: tuple[str, str] | None
    after: tuple[str, str] | None
    changes: tuple[ColumnChange, ...]


def compare(connection: duckdb.DuckDBPyConnection, before_id: str, after_id: str) -> Difference:
    """Compare two releases in force; the earlier one is `before`, whatever the order they are named in.

    Leaves the temporary table `difference` on the connection, from which `persons` reads.
    """
    before, after = sorted((_release(connection, before_id), _release(connection, after_id)), key=lambda r: r.period)
    _registered(connection, "registered_before", before)
    _registered(connection, "registered_after", after)
    within_series = before.series == after.series
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE difference AS
        WITH lama AS (FROM registered_before WHERE NOT tanpa_nik AND NOT nik_berulang),
        baru AS (FROM registered_after WHERE NOT tanpa_nik AND NOT nik_berulang)
        SELECT
            CASE
                WHEN lama.kunci_warga IS NULL THEN 'masuk'
                WHEN baru.kunci_warga IS NULL THEN 'keluar'
                WHEN lama.kode_kemendagri <> baru.kode_kemendagri THEN 'pindah'
                WHEN $within_series AND lama.sidik_baris <> baru.sidik_baris THEN 'berubah'
            END AS jenis,
            lama.history_row AS before_row, baru.history_row AS after_row,
            lama.kode_kemendagri AS kode_lama, baru.kode_kemendagri AS kode_baru
        FROM lama FULL JOIN baru USING (kunci_warga)
        WHERE jenis IS NOT NULL
        """,
        {"within_series": within_series},
    )
    return Difference(
        before,
        after,
        _areas(connection, after.area_code, within_series=within_series),
        _columns(connection) if within_series else None,
    )


def persons(connection: duckdb.DuckDBPyConnection, difference: Difference, kind: Kind) -> Iterator[PersonChange]:
    """Those of one kind by kelurahan and name, after `compare` on the same connection; read as they are asked for.

    Personal data: for a workbook in private hands, never for a log.
    """
    old, new = (", ".join(f"{side}.{name}" for name in _COMPARED) for side in ("lama", "baru"))
    found = connection.execute(
        f"""
        SELECT coalesce(baru.nik, lama.nik) AS nik, coalesce(baru.nama, lama.nama) AS nama,
            asal.kecamatan, asal.kelurahan, tujuan.kecamatan, tujuan.kelurahan, {old}, {new}
        FROM difference
        LEFT JOIN core.riwayat_warga AS lama ON lama.rowid = difference.before_row
        LEFT JOIN core.riwayat_warga AS baru ON baru.rowid = difference.after_row
        LEFT JOIN core.tempat AS asal ON asal.kode_kemendagri = difference.kode_lama
        LEFT JOIN core.tempat AS tujuan ON tujuan.kode_kemendagri = difference.kode_baru
        WHERE difference.jenis = $kind
        ORDER BY coalesce(difference.kode_baru, difference.kode_lama), nama, nik
        """,
        {"kind": kind},
    )
    has_changes = difference.within_series and kind in ("pindah", "berubah")
    while batch := found.fetchmany(_BATCH):
        for nik, name, old_district, old_area, new_district, new_area, *said in batch:
            yield PersonChange(
                nik,
                name,
                None if old_area is None else (old_district, old_area),
                None if new_area is None else (new_district, new_area),
                _changes(said) if has_changes else (),
            )


def _changes(said: list[object]) -> tuple[ColumnChange, ...]:
    middle = len(_COMPARED)
    pairs = zip(_COMPARED, said[:middle], said[middle:], strict=True)
    return tuple(ColumnChange(name, old, new) for name, old, new in pairs if old != new)


def _release(connection: duckdb.DuckDBPyConnection, release_id: str) -> ComparedRelease:
    [row] = connection.execute(
        "SELECT id_rilis, seri, sistem_sumber, kode_wilayah, periode, nomor_sk, tanggal_sk, tata_letak"
        " FROM core.rilis WHERE id_rilis = ? AND keadaan = 'berlaku'",
        [release_id],
    ).fetchall()
    return ComparedRelease(*row)


def _registered(connection: duckdb.DuckDBPyConnection, table: str, release: ComparedRelease) -> None:
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE {table} AS
        SELECT rowid AS history_row, kunci_warga, kode_kemendagri, sidik_baris, nik IS NULL AS tanpa_nik,
            urutan_nik > 1 AS nik_berulang
        FROM core.riwayat_warga
        WHERE seri = $series AND berlaku_dari <= $period AND (berlaku_sampai IS NULL OR berlaku_sampai > $period)
        """,
        {"series": release.series, "period": release.period},
    )


def _areas(connection: duckdb.DuckDBPyConnection, area_code: str, *, within_series: bool) -> list[Row]:
    """One row per kelurahan of the city, also of those nobody is registered in; one for the persons whose kelurahan no
    column of their file says, if there are any."""
    return (
        connection.sql(
            """
            WITH lama AS (
                SELECT kode_kemendagri, count(*) AS jiwa, count(*) FILTER (tanpa_nik) AS tanpa_nik,
                    count(*) FILTER (nik_berulang) AS nik_berulang
                FROM registered_before GROUP BY ALL
            ),
            baru AS (
                SELECT kode_kemendagri, count(*) AS jiwa, count(*) FILTER (tanpa_nik) AS tanpa_nik,
                    count(*) FILTER (nik_berulang) AS nik_berulang
                FROM registered_after GROUP BY ALL
            ),
            datang AS (
                SELECT kode_baru AS kode_kemendagri, count(*) FILTER (jenis = 'masuk') AS masuk,
                    count(*) FILTER (jenis = 'pindah') AS pindah, count(*) FILTER (jenis = 'berubah') AS berubah
                FROM difference WHERE kode_baru IS NOT NULL GROUP BY ALL
            ),
            pergi AS (
                SELECT kode_lama AS kode_kemendagri, count(*) FILTER (jenis = 'keluar') AS keluar,
                    count(*) FILTER (jenis = 'pindah') AS pindah
                FROM difference WHERE kode_lama IS NOT NULL GROUP BY ALL
            )
            SELECT
                kode_kemendagri, kelurahan, kode_kemendagri_kecamatan, kecamatan,
                coalesce(lama.jiwa, 0) AS jumlah_sebelum_jiwa,
                coalesce(datang.masuk, 0) AS masuk_jiwa,
                coalesce(pergi.keluar, 0) AS keluar_jiwa,
                coalesce(datang.pindah, 0) AS pindah_masuk_jiwa,
                coalesce(pergi.pindah, 0) AS pindah_keluar_jiwa,
                coalesce(lama.tanpa_nik, 0) AS tanpa_nik_sebelum_jiwa,
                coalesce(baru.tanpa_nik, 0) AS tanpa_nik_sesudah_jiwa,
                coalesce(lama.nik_berulang, 0) AS nik_berulang_sebelum_baris,
                coalesce(baru.nik_berulang, 0) AS nik_berulang_sesudah_baris,
                coalesce(baru.jiwa, 0) AS jumlah_sesudah_jiwa,
                CASE WHEN $within_series THEN coalesce(datang.berubah, 0) END AS berubah_jiwa
            FROM core.tempat
            LEFT JOIN lama USING (kode_kemendagri)
            LEFT JOIN baru USING (kode_kemendagri)
            LEFT JOIN datang USING (kode_kemendagri)
            LEFT JOIN pergi USING (kode_kemendagri)
            WHERE kode_bps_kabupaten_kota = $area_code
                AND (dikenal OR lama.jiwa IS NOT NULL OR baru.jiwa IS NOT NULL)
            ORDER BY kode_kemendagri
            """,
            params={"within_series": within_series, "area_code": area_code},
        )
        .pl()
        .to_dicts()
    )


def _columns(connection: duckdb.DuckDBPyConnection) -> list[Row]:
    counts = ", ".join(
        f"count(*) FILTER (lama.{column.name} IS DISTINCT FROM baru.{column.name})" for column in PERSON_COLUMNS
    )
    [found] = connection.execute(
        f"""
        SELECT {counts} FROM difference
        INNER JOIN core.riwayat_warga AS lama ON lama.rowid = difference.before_row
        INNER JOIN core.riwayat_warga AS baru ON baru.rowid = difference.after_row
        """
    ).fetchall()
    pairs = zip((column.name for column in PERSON_COLUMNS), found, strict=True)
    ranked = sorted(((name, count) for name, count in pairs if count), key=lambda pair: (-pair[1], pair[0]))
    return [{"kolom": name, "jumlah_jiwa": count} for name, count in ranked]
