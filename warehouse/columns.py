"""What a column and a table are, declared once. DDL, comments, Polars and Parquet schemas, the structural
checks, the data dictionary and the privacy whitelist are derived from these declarations."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from enum import StrEnum

import polars as pl
import pyarrow as pa


class Privacy(StrEnum):
    """Personal-data class of a column (UU 27/2022)."""

    NONE = "none"
    PERSONAL = "personal"
    SPECIFIC = "specific"


class Role(StrEnum):
    """How a column may be used in a report."""

    KEY = "kunci"
    ATTRIBUTE = "atribut"
    ADDITIVE = "dapat dijumlahkan"
    NON_ADDITIVE = "tidak dapat dijumlahkan"


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Args:
        name: lower case, Indonesian, with its unit as suffix (`_persen`, `_rp`, `_jiwa`, `_kk`).
        type: DuckDB type.
        description: one sentence in Bahasa Indonesia.
        unit: unit of measure, empty for labels.
        nullable: whether NULL has a meaning here.
        allowed: closed list of values, empty when open.
        privacy: personal-data class.
        role: how a report may use it.
    """

    name: str
    type: str
    description: str
    unit: str = ""
    nullable: bool = False
    allowed: tuple[str, ...] = ()
    privacy: Privacy = Privacy.NONE
    role: Role = Role.ATTRIBUTE

    def but(self, **changes: object) -> Column:
        """The same column with some properties changed."""
        return replace(self, **changes)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Table:
    """One table or view: `grain` says in one sentence what a row is, `key` is unique."""

    schema: str
    name: str
    grain: str
    purpose: str
    key: tuple[str, ...]
    columns: tuple[Column, ...] = field(repr=False)

    def __post_init__(self) -> None:
        names = [column.name for column in self.columns]
        if len(set(names)) != len(names):
            raise ValueError(f"{self.schema}.{self.name}: nama kolom ganda")
        if missing := set(self.key) - set(names):
            raise ValueError(f"{self.schema}.{self.name}: kolom kunci tidak ada: {sorted(missing)}")

    @property
    def qualified(self) -> str:
        return f"{self.schema}.{self.name}"

    @property
    def column_names(self) -> list[str]:
        return [column.name for column in self.columns]

    def column(self, name: str) -> Column:
        """Raises KeyError when the table has no such column."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"{self.qualified}.{name}")


_SIMPLE_TYPES: dict[str, tuple[pl.DataType, pa.DataType]] = {
    "VARCHAR": (pl.String(), pa.string()),
    "BOOLEAN": (pl.Boolean(), pa.bool_()),
    "INTEGER": (pl.Int32(), pa.int32()),
    "BIGINT": (pl.Int64(), pa.int64()),
    "UBIGINT": (pl.UInt64(), pa.uint64()),
    "DOUBLE": (pl.Float64(), pa.float64()),
    "DATE": (pl.Date(), pa.date32()),
    "TIMESTAMP": (pl.Datetime("us"), pa.timestamp("us")),
    "UUID": (pl.String(), pa.string()),
}
_DECIMAL = re.compile(r"^DECIMAL\((\d+),(\d+)\)$")


def _types(duckdb_type: str) -> tuple[pl.DataType, pa.DataType]:
    if match := _DECIMAL.match(duckdb_type):
        precision, scale = int(match[1]), int(match[2])
        return pl.Decimal(precision, scale), pa.decimal128(precision, scale)
    return _SIMPLE_TYPES[duckdb_type]


def polars_schema(table: Table) -> dict[str, pl.DataType]:
    """Column names and Polars types, in the declared order."""
    return {column.name: _types(column.type)[0] for column in table.columns}


def arrow_schema(table: Table) -> pa.Schema:
    """The same as an Arrow schema, for Parquet."""
    return pa.schema(
        [pa.field(column.name, _types(column.type)[1], nullable=column.nullable) for column in table.columns]
    )


def sql_text(text: str) -> str:
    """`text` as an SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def create_table_sql(table: Table, *, catalog: str = "") -> str:
    """`CREATE TABLE IF NOT EXISTS` with NOT NULL where a column must be filled. No index, no constraint
    that would need one: uniqueness of the key is held by a check."""
    prefix = f"{catalog}." if catalog else ""
    columns = ",\n    ".join(
        f"{column.name} {column.type}{'' if column.nullable else ' NOT NULL'}" for column in table.columns
    )
    return f"CREATE TABLE IF NOT EXISTS {prefix}{table.qualified} (\n    {columns}\n)"


def comment_sql(table: Table, *, kind: str = "TABLE", catalog: str = "") -> list[str]:
    """`COMMENT ON` statements for the table (or `kind="VIEW"`) and each of its columns."""
    prefix = f"{catalog}." if catalog else ""
    statements = [
        f"COMMENT ON {kind} {prefix}{table.qualified} IS {sql_text(f'{table.purpose} Satu baris: {table.grain}')}"
    ]
    for column in table.columns:
        unit = f" Satuan: {column.unit}." if column.unit else ""
        statements.append(
            f"COMMENT ON COLUMN {prefix}{table.qualified}.{column.name} IS {sql_text(column.description + unit)}"
        )
    return statements
