"""Loading and withdrawing one release of the register: history, ledger, control totals, rejects and warnings in
one transaction."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import duckdb

from errors import UsageError
from warehouse.accounting import AppliedCorrection, RowAccounting, TableAccount, load_rejected, load_warnings
from warehouse.columns import Table, sql_text
from warehouse.connection import accepted_sql, stated_columns, transaction
from warehouse.history import Timeline, insert_release, remove_release, timeline
from warehouse.tables.accounting import DITOLAK, DITOLAK_ALASAN, PERINGATAN
from warehouse.tables.registry import BERKAS_RILIS, KOREKSI, NILAI_TIDAK_DIKENAL, PERSON_COLUMNS, RILIS, TOTAL_KONTROL


@dataclass(frozen=True, slots=True)
class ControlTotal:
    """Persons in one area according to the SK; `level` is `kecamatan` or `kelurahan`."""

    level: str
    kode_kemendagri: str
    persons: int


@dataclass(frozen=True, slots=True)
class Approval:
    """Who let a release pass that had waited, when (UTC) and why."""

    by: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class ReleaseToLoad:
    """Everything the ledger says of a release, and where its staged rows are. Times are UTC.

    `reject_codes` are those of each part. `constant_within` names a household's number and columns that must be the
    same on all rows of one household, if the layout repeats them there.
    """

    release_id: str
    series: str
    source_system: str
    area_code: str
    period: date
    version: int
    sk_number: str
    sk_date: date
    layout: str
    unit_of_analysis: str
    file_name: str
    sha256: str
    size_bytes: int
    submitted_at: datetime
    submitted_by: str | None
    approval: Approval | None
    loaded_at: datetime
    accounting: RowAccounting
    without_nik: int
    control_totals: tuple[ControlTotal, ...]
    accepted: Path
    rejected: Path
    reject_codes: Mapping[str, Sequence[str]]
    warning_codes: Sequence[str]
    code_version: str
    tables: Sequence[TableAccount]
    unknown_values: Mapping[str, Mapping[str, int]]
    constant_within: Sequence[str]
    corrections: Sequence[AppliedCorrection]


def load_release(connection: duckdb.DuckDBPyConnection, release: ReleaseToLoad) -> str:
    """Load one staged release; an older version of its period is superseded. Returns the content hash.

    Raises:
        UsageError: a newer version of its period is in force.
    """
    with transaction(connection):
        stated = _read_incoming(connection, release)
        place = timeline(connection, release.series, release.period)
        _forget(connection, release.release_id)
        _supersede(connection, release, place)
        insert_release(connection, place, release.release_id)
        content_hash = _content_hash(connection, stated)
        warned = _load_incoming_warnings(connection, release)
        _insert_ledger(connection, release, warned, content_hash)
        load_rejected(connection, release.release_id, release.rejected, release.reject_codes)
    return content_hash


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """What the ledger says of a release; `state` is one of `core.rilis.keadaan`."""

    release_id: str
    series: str
    period: date
    version: int
    state: str
    sha256: str
    content_hash: str
    accepted: int
    layout: str


def ledger(connection: duckdb.DuckDBPyConnection) -> dict[str, LedgerEntry]:
    """Every release that was ever loaded, by id."""
    rows = connection.execute(
        "SELECT id_rilis, seri, periode, versi, keadaan, sha256, sidik_isi, baris_diterima, tata_letak FROM core.rilis"
    ).fetchall()
    return {row[0]: LedgerEntry(*row) for row in rows}


def withdraw_release(connection: duckdb.DuckDBPyConnection, release_id: str) -> None:
    """Take a release out of force. Raises UsageError when it is not in force."""
    row = connection.execute(
        "SELECT seri, periode FROM core.rilis WHERE id_rilis = ? AND keadaan = 'berlaku'", [release_id]
    ).fetchone()
    if row is None:
        raise UsageError(
            f"Rilis {release_id} tidak sedang berlaku.", next_step="Lihat daftarnya dengan `dampingan release list`."
        )
    with transaction(connection):
        remove_release(connection, timeline(connection, row[0], row[1]))
        _set_state(connection, release_id, "ditarik")


def previous_accepted(connection: duckdb.DuckDBPyConnection, series: str, period: date) -> int | None:
    """Accepted rows of the release in force before `period`; None when there is none."""
    row = connection.execute(
        "SELECT max_by(baris_diterima, periode) FROM core.rilis WHERE seri = ? AND keadaan = 'berlaku' AND periode < ?",
        [series, period],
    ).fetchone()
    return row[0] if row else None


def _supersede(connection: duckdb.DuckDBPyConnection, release: ReleaseToLoad, place: Timeline) -> None:
    in_force = connection.execute(
        "SELECT id_rilis, versi FROM core.rilis WHERE seri = ? AND periode = ? AND keadaan = 'berlaku'",
        [release.series, release.period],
    ).fetchone()
    if in_force is None:
        return
    other, version = in_force
    if version > release.version:
        raise UsageError(
            f"Rilis {release.release_id} sudah digantikan oleh {other}.",
            next_step=f"Tarik {other} lebih dahulu bila {release.release_id} yang benar.",
        )
    remove_release(connection, place)
    _set_state(connection, other, "digantikan")


def _forget(connection: duckdb.DuckDBPyConnection, release_id: str) -> None:
    """A release that is loaded once more, after its correction was withdrawn, is accounted for anew."""
    for table, column in (
        (RILIS, "id_rilis"),
        (BERKAS_RILIS, "id_rilis"),
        (TOTAL_KONTROL, "id_rilis"),
        (NILAI_TIDAK_DIKENAL, "id_rilis"),
        (KOREKSI, "id_rilis"),
        (DITOLAK, "id_kiriman"),
        (DITOLAK_ALASAN, "id_kiriman"),
        (PERINGATAN, "id_kiriman"),
    ):
        connection.execute(f"DELETE FROM {table.qualified} WHERE {column} = ?", [release_id])


def _read_incoming(connection: duckdb.DuckDBPyConnection, release: ReleaseToLoad) -> list[str]:
    """The view `staged`, all that is known of the accepted rows, and the table `incoming`, only what identifies them:
    the rows themselves stay in their file, so memory does not grow with their width. Returns the columns of persons
    that the file has.

    A NIK that occurs twice is numbered, in an order that does not depend on the order of lines.
    """
    connection.execute(f"CREATE OR REPLACE TEMP VIEW staged AS {accepted_sql(connection, release.accepted)}")
    in_file = stated_columns(connection, release.accepted)
    names = [column.name for column in PERSON_COLUMNS]
    stated = [name for name in names if name in in_file]
    texts = ", ".join(f"coalesce({name}::VARCHAR, chr(30))" for name in stated)
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE incoming AS
        SELECT baris_sumber, kunci_warga, 1::INTEGER AS urutan_nik, hash({", ".join(names)}) AS sidik_baris,
            md5_number(concat_ws(chr(31), {texts})) AS sidik_tetap
        FROM staged
        """
    )
    connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE repeated AS
        WITH twice AS (
            SELECT kunci_warga FROM incoming GROUP BY kunci_warga HAVING count(*) > 1
        ),
        again AS (
            SELECT baris_sumber, kunci_warga, sidik_baris FROM incoming SEMI JOIN twice USING (kunci_warga)
        )
        SELECT baris_sumber, row_number() OVER (
            PARTITION BY again.kunci_warga ORDER BY kode_kemendagri, nama, sidik_baris, baris_sumber
        )::INTEGER AS urutan_nik
        FROM staged INNER JOIN again USING (baris_sumber)
        """
    )
    connection.execute(
        "UPDATE incoming SET urutan_nik = repeated.urutan_nik FROM repeated"
        " WHERE incoming.baris_sumber = repeated.baris_sumber"
    )
    return stated


def _load_incoming_warnings(connection: duckdb.DuckDBPyConnection, release: ReleaseToLoad) -> int:
    """Returns how many rows carry a warning, those that need more than their own row included."""
    twice_bit = 1 << list(release.warning_codes).index("NIK_GANDA")
    _find_unsteady(connection, release)
    connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE warned AS
        SELECT baris_sumber, kode_kemendagri, kunci_warga,
            peringatan
            | CASE WHEN repeated.urutan_nik IS NULL THEN 0 ELSE {twice_bit} END
            | coalesce(unsteady.tanda, 0) AS peringatan
        FROM staged
        LEFT JOIN repeated USING (baris_sumber)
        LEFT JOIN unsteady USING (id_rumah_tangga)
        WHERE peringatan <> 0 OR repeated.urutan_nik IS NOT NULL OR unsteady.tanda IS NOT NULL
        """
    )
    load_warnings(connection, release.release_id, "warned", release.warning_codes, person_key="kunci_warga")
    row = connection.execute("SELECT count(*) FROM warned").fetchone()
    return int(row[0]) if row else 0


def _find_unsteady(connection: duckdb.DuckDBPyConnection, release: ReleaseToLoad) -> None:
    """The table `unsteady`: households whose repeated columns are not the same on all their rows, with their mark."""
    connection.execute("CREATE OR REPLACE TEMP TABLE unsteady (id_rumah_tangga VARCHAR, tanda BIGINT)")
    if not release.constant_within:
        return
    mark = 1 << list(release.warning_codes).index("RUMAH_TANGGA_TIDAK_TETAP")
    household, *repeated = release.constant_within
    connection.execute(
        f"""
        INSERT INTO unsteady
        SELECT {household}, {mark} FROM staged WHERE {household} IS NOT NULL
        GROUP BY {household} HAVING min(hash({", ".join(repeated)})) <> max(hash({", ".join(repeated)}))
        """
    )


def _content_hash(connection: duckdb.DuckDBPyConnection, stated: Sequence[str]) -> str:
    """SHA-256 over the names of the stated columns and the multiset of accepted rows, whatever their order; MD5 of a
    row is stable over versions."""
    row = connection.execute(
        f"""
        SELECT sha256(concat_ws(
            ':', {sql_text(",".join(stated))}, count(*), sum((sidik_tetap >> 64)::UBIGINT),
            sum((sidik_tetap & {2**64 - 1}::UHUGEINT)::UBIGINT)
        ))
        FROM incoming
        """
    ).fetchone()
    return str(row[0]) if row else ""


def _insert_ledger(
    connection: duckdb.DuckDBPyConnection, release: ReleaseToLoad, warned: int, content_hash: str
) -> None:
    sums, approval = release.accounting, release.approval
    values = {
        "id_rilis": release.release_id,
        "seri": release.series,
        "sistem_sumber": release.source_system,
        "kode_wilayah": release.area_code,
        "periode": release.period,
        "versi": release.version,
        "keadaan": "berlaku",
        "nomor_sk": release.sk_number,
        "tanggal_sk": release.sk_date,
        "tata_letak": release.layout,
        "satuan_analisis": release.unit_of_analysis,
        "nama_berkas": release.file_name,
        "sha256": release.sha256,
        "ukuran_byte": release.size_bytes,
        "diserahkan_pada": release.submitted_at.replace(tzinfo=None),
        "diserahkan_oleh": release.submitted_by,
        "disetujui_oleh": approval and approval.by,
        "disetujui_pada": approval and approval.at.replace(tzinfo=None),
        "alasan_persetujuan": approval and approval.reason,
        "dimuat_pada": release.loaded_at.replace(tzinfo=None),
        "baris_berkas": sums.in_file,
        "baris_diterima": sums.accepted,
        "baris_ditolak": sums.rejected,
        "baris_dilewati": sums.skipped,
        "baris_peringatan": warned,
        "tanpa_nik": release.without_nik,
        "sidik_isi": content_hash,
        "versi_kode": release.code_version,
    }
    _insert(connection, RILIS, values)
    for table, part in _parts(release):
        _insert(connection, table, {"id_rilis": release.release_id} | part)


def _parts(release: ReleaseToLoad) -> Iterator[tuple[Table, dict[str, object]]]:
    """What the tables beside the ledger say of the release, each row without its `id_rilis`."""
    for account in release.tables:
        yield (
            BERKAS_RILIS,
            {
                "bagian": account.part,
                "nama_berkas": account.file_name,
                "ukuran_byte": account.size_bytes,
                "kepala_kolom": json.dumps(account.headers, ensure_ascii=False),
                "baris_berkas": account.accounting.in_file,
                "baris_diterima": account.accounting.accepted,
                "baris_ditolak": account.accounting.rejected,
                "baris_dilewati": account.accounting.skipped,
            },
        )
    for column, counts in release.unknown_values.items():
        for value, rows in counts.items():
            yield NILAI_TIDAK_DIKENAL, {"kolom": column, "isi_sel": value, "jumlah_baris": rows}
    for known in release.corrections:
        row = {"id_koreksi": known.id, "alasan": known.reason, "sumber": known.source, "jumlah_baris": known.rows}
        yield KOREKSI, row
    for total in release.control_totals:
        area = {"tingkat": total.level, "kode_kemendagri": total.kode_kemendagri}
        yield TOTAL_KONTROL, area | {"jumlah_sk_jiwa": total.persons}


def _insert(connection: duckdb.DuckDBPyConnection, table: Table, values: dict[str, object]) -> None:
    names = ", ".join(values)
    marks = ", ".join(f"${name}" for name in values)
    connection.execute(f"INSERT INTO {table.qualified} ({names}) VALUES ({marks})", values)


def _set_state(connection: duckdb.DuckDBPyConnection, release_id: str, state: str) -> None:
    connection.execute("UPDATE core.rilis SET keadaan = ? WHERE id_rilis = ?", [state, release_id])
