"""The rejected rows of one submission, with every reason, for the people who have to mend them."""

from __future__ import annotations

import json
from dataclasses import dataclass

import duckdb


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a row was rejected: `column` is the target column to look at."""

    code: str
    column: str
    explanation: str
    action: str


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """One row as it stood in the file; `part` is its table, `fields` maps the file's headers to their texts."""

    part: str
    line: int
    fields: dict[str, str]
    reasons: tuple[Reason, ...]


def rejected_rows(connection: duckdb.DuckDBPyConnection, submission_id: str) -> list[RejectedRow]:
    """In the order of the file. Personal data: for a workbook in private hands, never for a log."""
    found = connection.execute(
        """
        SELECT bagian, baris_sumber, any_value(isi),
            list((kode_alasan, kolom, penjelasan, tindakan) ORDER BY kode_alasan)
        FROM internal.karantina WHERE id_kiriman = ? GROUP BY bagian, baris_sumber ORDER BY bagian DESC, baris_sumber
        """,
        [submission_id],
    ).fetchall()
    return [
        RejectedRow(part, line, json.loads(fields), tuple(Reason(*reason) for reason in reasons))
        for part, line, fields, reasons in found
    ]


def headers_of(connection: duckdb.DuckDBPyConnection, release_id: str) -> dict[str, list[str]]:
    """The headings of each table of a release, by part."""
    rows = connection.execute("SELECT bagian, kepala_kolom FROM core.berkas_rilis WHERE id_rilis = ?", [release_id])
    return {part: json.loads(headers) for part, headers in rows.fetchall()}


def reasons_of(connection: duckdb.DuckDBPyConnection, submission_id: str) -> list[dict[str, object]]:
    """How many rows each reason rejected (`tolak`) or marked (`peringatan`), the most frequent first."""
    return (
        connection.sql(
            """
            WITH counted AS (
                SELECT kode_alasan, count(*) AS jumlah_baris FROM core.ditolak_alasan
                WHERE id_kiriman = $id GROUP BY ALL
                UNION ALL
                SELECT kode_alasan, count(*) AS jumlah_baris FROM core.peringatan
                WHERE id_kiriman = $id GROUP BY ALL
            )
            SELECT tingkat, kode_alasan, jumlah_baris, penjelasan
            FROM counted INNER JOIN core.alasan USING (kode_alasan)
            ORDER BY tingkat DESC, jumlah_baris DESC, kode_alasan
            """,
            params={"id": submission_id},
        )
        .pl()
        .to_dicts()
    )
