"""One declaration of a column gives the same column in DuckDB, Polars, Arrow and in comments."""

from __future__ import annotations

import duckdb
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from warehouse.columns import (
    Column,
    Privacy,
    Table,
    arrow_schema,
    comment_sql,
    create_table_sql,
    polars_schema,
    sql_text,
)
from warehouse.tables import CORE_TABLES
from warehouse.tables.registry import STAGED_PERSON

TABLES = (*CORE_TABLES, STAGED_PERSON)


def made(connection: duckdb.DuckDBPyConnection, table: Table) -> None:
    connection.execute(f"CREATE SCHEMA IF NOT EXISTS {table.schema}")
    connection.execute(create_table_sql(table))


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.qualified)
def test_duckdb_polars_and_arrow_agree_on_every_table(table: Table) -> None:
    with duckdb.connect() as connection:
        made(connection, table)
        declared = connection.execute(
            "SELECT column_name, data_type, is_nullable FROM duckdb_columns() WHERE schema_name = ?"
            " ORDER BY column_index",
            [table.schema],
        ).fetchall()
        assert declared == [(column.name, column.type, column.nullable) for column in table.columns]
        texts = ", ".join(f"{c.name}::VARCHAR AS {c.name}" if c.type == "UUID" else c.name for c in table.columns)
        frame = connection.sql(f"SELECT {texts} FROM {table.qualified}").pl()
    assert dict(frame.schema) == polars_schema(table)
    for column, field in zip(table.columns, arrow_schema(table), strict=True):
        assert (field.name, field.nullable) == (column.name, column.nullable)
        assert pl.from_arrow(pa.array([], field.type)).dtype == polars_schema(table)[column.name]  # type: ignore[union-attr]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.qualified)
def test_every_table_says_what_it_is(table: Table) -> None:
    assert table.key
    assert table.grain.endswith(".")
    for column in table.columns:
        assert column.description.endswith("."), column.name
        assert column.name == column.name.lower()


def test_comments_are_those_of_the_declaration() -> None:
    table = Table(
        "core",
        "t",
        grain="satu 'hal'.",
        purpose="Coba.",
        key=("a",),
        columns=(Column("a", "DECIMAL(18,2)", "It's.", "rupiah"), Column("b", "VARCHAR", "Lain.", nullable=True)),
    )
    with duckdb.connect() as connection:
        made(connection, table)
        for statement in comment_sql(table):
            connection.execute(statement)
        assert connection.execute("SELECT comment FROM duckdb_tables()").fetchall() == [
            ("Coba. Satu baris: satu 'hal'.",)
        ]
        found = connection.execute(
            "SELECT column_name, comment FROM duckdb_columns() WHERE table_name = 't' AND schema_name = 'core'"
        ).fetchall()
        assert found == [("a", "It's. Satuan: rupiah."), ("b", "Lain.")]
        with pytest.raises(duckdb.ConstraintException):
            connection.execute("INSERT INTO core.t VALUES (NULL, 'x')")
        connection.execute("INSERT INTO core.t VALUES (1, NULL)")
        connection.execute(create_table_sql(table))
        assert connection.execute("SELECT count(*) FROM core.t").fetchone() == (1,)
    assert polars_schema(table)["a"] == pl.Decimal(18, 2)
    assert comment_sql(table, kind="VIEW", catalog="p")[0].startswith("COMMENT ON VIEW p.core.t IS ")
    assert create_table_sql(table, catalog="p").startswith("CREATE TABLE IF NOT EXISTS p.core.t (")


@given(text=st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
@settings(max_examples=60, deadline=None)
def test_any_text_survives_as_a_literal(text: str) -> None:
    assert duckdb.sql(f"SELECT {sql_text(text)}").fetchone() == (text,)


def test_a_declaration_that_cannot_be_is_refused() -> None:
    columns = (Column("a", "VARCHAR", "A."), Column("a", "BIGINT", "A."))
    with pytest.raises(ValueError, match="nama kolom ganda"):
        Table("core", "t", grain="x.", purpose="x.", key=("a",), columns=columns)
    with pytest.raises(ValueError, match="kolom kunci tidak ada"):
        Table("core", "t", grain="x.", purpose="x.", key=("b",), columns=columns[:1])
    table = Table("core", "t", grain="x.", purpose="x.", key=("a",), columns=columns[:1])
    assert table.column("a") is columns[0]
    with pytest.raises(KeyError, match=r"core\.t\.b"):
        table.column("b")
    with pytest.raises(KeyError):
        polars_schema(Table("core", "t", grain="x.", purpose="x.", key=("a",), columns=(Column("a", "BLOB", "A."),)))


def test_a_column_can_be_had_with_changes() -> None:
    column = Column("a", "VARCHAR", "A.", privacy=Privacy.PERSONAL)
    other = column.but(description="B.", nullable=True)
    assert (other.name, other.description, other.nullable, other.privacy) == ("a", "B.", True, Privacy.PERSONAL)
    assert column.description == "A."


def test_a_nik_is_personal_wherever_it_stands() -> None:
    names = {"nik", "no_kk", "nama", "alamat", "tanggal_lahir", "nama_ibu_kandung", "kunci_warga", "isi"}
    stands = [(table.name, column) for table in TABLES for column in table.columns if column.name in names]
    assert {column.name for _, column in stands} == names
    assert not [(table, column.name) for table, column in stands if column.privacy is Privacy.NONE]
