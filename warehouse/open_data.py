"""The publication as open data: CSV in one archive, and `datapackage.json` (Frictionless) with licence and citation.

`dampingan-csv.zip` is a data package of its own, which a portal such as CKAN takes as it is; the `datapackage.json`
beside it describes the same files in the archive, and names their Parquet twins. Same content, same bytes. Knows a
finished generation and definitions only.
"""

from __future__ import annotations

import json
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

from warehouse.columns import Column, Role, Table, sql_text
from warehouse.publication import file_sha256

ARCHIVE_NAME = "dampingan-csv.zip"
PACKAGE_NAME = "datapackage.json"
LICENCE = {
    "name": "CC-BY-4.0",
    "title": "Creative Commons Attribution 4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
}
_TYPES = {
    "VARCHAR": "string",
    "INTEGER": "integer",
    "BIGINT": "integer",
    "DOUBLE": "number",
    "DATE": "date",
    "TIMESTAMP": "datetime",
    "BOOLEAN": "boolean",
}
_MOMENT = "%Y-%m-%dT%H:%M:%S.%f"
_LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The earliest time an archive can state; its members have no time of their own."""


def write_open_data(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    tables: Sequence[Table],
    *,
    area: Mapping[str, str],
    content_hash: str,
    remark: str = "",
) -> None:
    """Write the archive of CSV files and the data package into the folder of a built generation.

    Args:
        connection: the published file of that generation.
        area: `kode_bps` and `nama` of our kabupaten or kota.
        content_hash: names the content in the citation.
        remark: stands before the description.
    """
    about = _about(area, content_hash, remark)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".csv-") as scratch:
        files = [_write_csv(connection, table, Path(scratch)) for table in tables]
        plain = [
            _resource(table, {"path": file.name, **_size(file)}) for table, file in zip(tables, files, strict=True)
        ]
        package = Path(scratch) / PACKAGE_NAME
        package.write_text(_text(about | {"resources": plain}), "utf-8")
        _write_archive(folder / ARCHIVE_NAME, [package, *files])
    beside = [_resource(table, _in_archive(table, folder)) for table in tables]
    (folder / PACKAGE_NAME).write_text(_text(about | {"resources": beside}), "utf-8")


def _about(area: Mapping[str, str], content_hash: str, remark: str) -> dict[str, Any]:
    title = f"Data kelurahan dampingan {area['nama']}"
    return {
        "name": f"dampingan-{area['kode_bps']}",
        "title": title,
        "description": f"{remark}Orang terdaftar menurut register, program OPD, dan statistik BPS per kelurahan. Orang "
        "terdaftar bukan penduduk miskin menurut BPS: keduanya tidak boleh dijumlahkan, dibagi atau dicocokkan.",
        "version": content_hash[:12],
        "licenses": [LICENCE],
        "contributors": [{"title": f"Pemerintah {area['nama']}", "role": "publisher"}],
        "citation": f"Pemerintah {area['nama']}. {title}, terbitan {content_hash[:12]}. Lisensi {LICENCE['name']}.",
        "keywords": ["kemiskinan", "DTKS", "DTSEN", "kelurahan", "bantuan sosial"],
    }


def _write_csv(connection: duckdb.DuckDBPyConnection, table: Table, folder: Path) -> Path:
    file = folder / f"{table.name}.csv"
    connection.execute(
        f"COPY (SELECT {', '.join(table.column_names)} FROM {table.qualified} ORDER BY ALL) TO {sql_text(str(file))}"
        f" (FORMAT csv, HEADER, DATEFORMAT '%Y-%m-%d', TIMESTAMPFORMAT {sql_text(_MOMENT)})"
    )
    return file


def _size(file: Path) -> dict[str, Any]:
    return {"bytes": file.stat().st_size, "hash": f"sha256:{file_sha256(file)}"}


def _in_archive(table: Table, folder: Path) -> dict[str, Any]:
    """Where the CSV file is, and the Parquet file with the same rows."""
    parquet = folder / f"{table.name}.parquet"
    return {
        "path": ARCHIVE_NAME,
        "compression": "zip",
        "innerpath": f"{table.name}.csv",
        "parquet": {"path": parquet.name, **_size(parquet)},
    }


def _resource(table: Table, place: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": table.name,
        "title": table.name.replace("_", " ").capitalize(),
        "description": f"{table.purpose} Satu baris: {table.grain}",
        **place,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": {"fields": [_field(column) for column in table.columns], "primaryKey": list(table.key)},
    }


def _field(column: Column) -> dict[str, Any]:
    field: dict[str, Any] = {
        "name": column.name,
        "type": _TYPES.get(column.type, "number"),
        "description": column.description,
    }
    if column.type == "TIMESTAMP":
        field["format"] = _MOMENT
    if column.unit:
        field["unit"] = column.unit
    if column.role in (Role.ADDITIVE, Role.NON_ADDITIVE):
        field["additive"] = column.role is Role.ADDITIVE
    constraints: dict[str, Any] = {} if column.nullable else {"required": True}
    if column.allowed and column.type == "VARCHAR":
        constraints["enum"] = list(column.allowed)
    return field | ({"constraints": constraints} if constraints else {})


def _write_archive(archive: Path, files: Sequence[Path]) -> None:
    with zipfile.ZipFile(archive, "w") as target:
        for file in files:
            member = zipfile.ZipInfo(file.name, _LONG_AGO)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = 0o644 << 16
            target.writestr(member, file.read_bytes())


def _text(content: Mapping[str, Any]) -> str:
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"
