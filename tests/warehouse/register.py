"""Staged releases made by hand, and a warehouse of base tables to load them into. All persons synthetic."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from warehouse.accounting import RowAccounting, TableAccount
from warehouse.columns import create_table_sql, polars_schema
from warehouse.releases import Approval, ControlTotal, ReleaseToLoad
from warehouse.tables.accounting import ACCOUNTING_TABLES
from warehouse.tables.registry import REGISTRY_TABLES, STAGED_PERSON

WARNING_CODES = ("NIK_KOSONG", "NIK_GANDA", "KK_KOSONG")
TABLES = (*REGISTRY_TABLES, *ACCOUNTING_TABLES)
REJECT_CODES = ("JUMLAH_KOLOM", "NIK_PANJANG", "NAMA_KOSONG")
JENGGOT, SOKODUWET, MEDONO = "33.75.04.1004", "33.75.04.1010", "33.75.01.1002"
Person = Mapping[str, Any]


def warehouse() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(config={"threads": 1, "enable_external_file_cache": "false"})
    connection.execute("CREATE SCHEMA core")
    for table in TABLES:
        connection.execute(create_table_sql(table))
    return connection


def person(number: int, **changes: Any) -> Person:
    """Person `number` as a staged row; `baris_sumber` is given when it is staged."""
    key = hashlib.md5(str(number).encode(), usedforsecurity=False).hexdigest()
    return {
        "kunci_warga": key,
        "kode_kemendagri": JENGGOT,
        "nama": f"SINTETIS {number}",
        "nik": f"337504010199{number:04d}",
        "no_kk": f"337504010203{number:04d}",
        "tanggal_lahir": date(1999, 1, 1),
        "jenis_kelamin": "L",
        "bansos_pkh": False,
        "peringatan": 0,
    } | changes


def release(
    folder: Path,
    persons: Sequence[Person],
    *,
    month: int = 4,
    version: int = 1,
    series: str = "dtks-3375",
    rejected: Mapping[int, int] | None = None,
    control_totals: tuple[ControlTotal, ...] = (),
    approval: Approval | None = None,
) -> ReleaseToLoad:
    """Stage `persons` (lines 2, 3, ...) and rejected lines (line -> mask), and say everything else of the release."""
    name = f"{series}-2022-{month:02d}-v{version}"
    schema = polars_schema(STAGED_PERSON)
    rows = [
        dict.fromkeys(schema, None) | {"baris_sumber": line} | dict(row) for line, row in enumerate(persons, start=2)
    ]
    accepted, refused = folder / f"{name}.parquet", folder / f"{name}-rejected.parquet"
    pl.DataFrame(rows, schema=schema).with_columns(pl.lit(0, pl.Int64).alias("penolakan")).write_parquet(accepted)
    pl.DataFrame(
        [("warga", line, json.dumps({"NAMA": f"DITOLAK {line}"}), mask) for line, mask in (rejected or {}).items()],
        schema={"bagian": pl.String, "baris_sumber": pl.Int64, "isi": pl.String, "penolakan": pl.Int64},
        orient="row",
    ).write_parquet(refused)
    warned = sum(row["peringatan"] != 0 for row in rows)
    count = len(rejected or {})
    accounting = RowAccounting(len(rows) + count + 3, len(rows), count, 3, warned)
    return ReleaseToLoad(
        release_id=name,
        series=series,
        source_system="DTKS",
        area_code="3375",
        period=date(2022, month, 1),
        version=version,
        sk_number=f"460/{month:04d}",
        sk_date=date(2022, month, 4),
        layout="dtks_a",
        unit_of_analysis="individu",
        file_name=f"{name}.csv",
        sha256=hashlib.sha256(name.encode()).hexdigest(),
        size_bytes=1000 + month,
        submitted_at=datetime(2022, month, 5, 1, tzinfo=UTC),
        submitted_by="petugas",
        approval=approval,
        loaded_at=datetime(2022, month, 5, 2, tzinfo=UTC),
        accounting=accounting,
        without_nik=sum(row["nik"] is None for row in rows),
        control_totals=control_totals,
        accepted=accepted,
        rejected=refused,
        reject_codes={"warga": REJECT_CODES},
        warning_codes=WARNING_CODES,
        code_version="0.1.0+gabc",
        tables=[TableAccount("warga", f"{name}.csv", ["NIK", "NAMA"], 1000 + month, accounting, {})],
        unknown_values={},
        constant_within=(),
        corrections=(),
    )


def contents(connection: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table of the register."""
    return {
        table.name: connection.execute(f"SELECT * FROM {table.qualified} ORDER BY ALL").fetchall() for table in TABLES
    }
