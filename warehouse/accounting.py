"""Where every source row went: the row accounting of a file, and the loading of its rejects and warnings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from errors import DampinganError, number


@dataclass(frozen=True, slots=True)
class RowAccounting:
    """Rows of one file: `in_file = accepted + rejected + skipped`, or DampinganError. `warned` are accepted rows
    with at least one warning."""

    in_file: int
    accepted: int
    rejected: int
    skipped: int
    warned: int

    def __post_init__(self) -> None:
        if self.in_file != self.accepted + self.rejected + self.skipped or self.warned > self.accepted:
            raise DampinganError(
                f"Jumlah baris tidak cocok: {number(self.in_file)} dalam berkas, {number(self.accepted)} diterima, "
                f"{number(self.rejected)} ditolak, {number(self.skipped)} dilewati, {number(self.warned)} diterima "
                "dengan peringatan.",
                next_step="Ini kesalahan program; laporkan bersama berkas catatannya.",
            )


@dataclass(frozen=True, slots=True)
class TableAccount:
    """What became of one table of a release; `part` is `warga` or `keluarga`, `rejected_by` has the rows of each
    reason that rejected one."""

    part: str
    file_name: str
    headers: list[str]
    size_bytes: int
    accounting: RowAccounting
    rejected_by: dict[str, int]


@dataclass(frozen=True, slots=True)
class AppliedCorrection:
    """A known error of the source that was corrected on so many rows."""

    id: str
    reason: str
    source: str
    rows: int


def load_rejected(
    connection: duckdb.DuckDBPyConnection, submission_id: str, parquet: Path, codes: Mapping[str, Sequence[str]]
) -> None:
    """Fill `core.ditolak` and `core.ditolak_alasan` from a staged file of rejected rows.

    The file has `bagian` VARCHAR, `baris_sumber` BIGINT, `isi` VARCHAR (JSON object of the row's original texts) and
    `penolakan` BIGINT, whose bit i stands for `codes[bagian][i]`.
    """
    connection.execute(
        "INSERT INTO core.ditolak SELECT $id, bagian, baris_sumber, isi FROM read_parquet($file) ORDER BY ALL",
        {"id": submission_id, "file": str(parquet)},
    )
    for part, part_codes in codes.items():
        connection.execute(
            """
            INSERT INTO core.ditolak_alasan
            SELECT $id, bagian, baris_sumber, $codes[bit + 1]
            FROM read_parquet($file), range(len($codes)) AS bits (bit)
            WHERE bagian = $part AND penolakan & (1::BIGINT << bit) <> 0
            """,
            {"id": submission_id, "file": str(parquet), "part": part, "codes": list(part_codes)},
        )


def load_warnings(
    connection: duckdb.DuckDBPyConnection,
    submission_id: str,
    relation: str,
    codes: Sequence[str],
    *,
    person_key: str = "NULL",
) -> None:
    """Fill `core.peringatan` from `relation` (a table or view of accepted rows with `baris_sumber`,
    `kode_kemendagri` and `peringatan`, whose bit i stands for `codes[i]`).

    `relation` and `person_key` are SQL of ours, never input.
    """
    connection.execute(
        f"""
        INSERT INTO core.peringatan
        SELECT $id, baris_sumber, $codes[bit + 1], kode_kemendagri, {person_key}
        FROM {relation}, range(len($codes)) AS bits (bit)
        WHERE peringatan & (1::BIGINT << bit) <> 0
        """,
        {"id": submission_id, "codes": list(codes)},
    )
