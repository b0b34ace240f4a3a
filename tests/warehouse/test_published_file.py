"""What BI tools like, held on a file as it is published: simple types, comments, names, order, periods, roles."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import duckdb
import pytest

from settings import Home
from tests.warehouse.publications import publish, warehouse
from warehouse.columns import Role
from warehouse.publication import DATABASE_NAME
from warehouse.views import marts

TYPES = re.compile(r"VARCHAR|INTEGER|BIGINT|DECIMAL\(18,[24]\)|DOUBLE|DATE|TIMESTAMP|BOOLEAN")


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """The second build of one warehouse: what comments have to survive."""
    home = Home(tmp_path_factory.mktemp("file") / "home")
    with warehouse() as connection:
        publish(connection, home, 1)
        folder = publish(connection, home, 2)
    with duckdb.connect(str(folder / DATABASE_NAME), read_only=True) as reader:
        yield reader


@pytest.fixture(scope="module")
def columns(file: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    """Table, column, type, comment of each column, in order."""
    return file.execute(
        "SELECT table_name, column_name, data_type, comment FROM duckdb_columns() WHERE schema_name = 'marts'"
        " ORDER BY table_name, column_index"
    ).fetchall()


def test_only_types_that_every_tool_knows(columns: list[tuple[Any, ...]]) -> None:
    assert len(columns) == sum(len(table.columns) for table in marts())
    assert [(table, name, kind) for table, name, kind, _ in columns if not TYPES.fullmatch(kind)] == []


def test_codes_are_texts(columns: list[tuple[Any, ...]]) -> None:
    codes = [kind for _, name, kind, _ in columns if name.startswith(("kode_", "id_", "nomor_"))]
    assert set(codes) == {"VARCHAR"}


def test_every_table_and_column_says_what_it_is(
    file: duckdb.DuckDBPyConnection, columns: list[tuple[Any, ...]]
) -> None:
    tables = dict(file.execute("SELECT table_name, comment FROM duckdb_tables()").fetchall())
    said = {(table, name): comment for table, name, _, comment in columns}
    for table in marts():
        assert tables[table.name] == f"{table.purpose} Satu baris: {table.grain}"
        for column in table.columns:
            unit = f" Satuan: {column.unit}." if column.unit else ""
            assert said[table.name, column.name] == column.description + unit


def test_names_need_no_quotes(file: duckdb.DuckDBPyConnection, columns: list[tuple[Any, ...]]) -> None:
    names = {name for table, column, *_ in columns for name in (table, column)}
    assert [name for name in names if not re.fullmatch(r"[a-z][a-z0-9_]*", name)] == []
    keywords = file.execute("SELECT keyword_name FROM duckdb_keywords() WHERE keyword_category = 'reserved'").fetchall()
    assert names.isdisjoint(word for (word,) in keywords)


def test_a_period_is_a_date_in_the_first_column_with_its_year(columns: list[tuple[Any, ...]]) -> None:
    by_table: dict[str, list[tuple[str, str]]] = {}
    for table, name, kind, _ in columns:
        by_table.setdefault(table, []).append((name, kind))
    dated = {table: found for table, found in by_table.items() if "periode" in dict(found)}
    assert len(dated) > 20
    assert {found[0] for found in dated.values()} == {("periode", "DATE")}
    assert {table for table, found in dated.items() if "tahun" not in dict(found)} == {"asal_usul"}


def test_rows_lie_in_order(file: duckdb.DuckDBPyConnection) -> None:
    for table in marts():
        lying = file.execute(f"FROM {table.qualified}").fetchall()
        assert lying == file.execute(f"FROM {table.qualified} ORDER BY ALL").fetchall()


def test_there_is_nothing_but_tables(file: duckdb.DuckDBPyConnection) -> None:
    for function in ("duckdb_indexes()", "duckdb_sequences()", "duckdb_constraints()"):
        kind = " WHERE constraint_type <> 'NOT NULL'" if "constraints" in function else ""
        assert file.execute(f"SELECT count(*) FROM {function}{kind}").fetchone() == (0,)
    for function in ("duckdb_views()", "duckdb_functions()"):
        assert file.execute(f"SELECT count(*) FROM {function} WHERE NOT internal").fetchone() == (0,)


def test_every_figure_says_whether_it_may_be_added(file: duckdb.DuckDBPyConnection) -> None:
    roles = file.execute(
        "SELECT tabel || '.' || kolom, peran FROM marts.kamus_data WHERE tipe IN ('BIGINT', 'DOUBLE')"
        " OR starts_with(tipe, 'DECIMAL')"
    ).fetchall()
    assert len(roles) > 100
    assert [name for name, role in roles if role not in (Role.ADDITIVE, Role.NON_ADDITIVE)] == []


def test_percentages_ranks_and_averages_may_not_be_added(file: duckdb.DuckDBPyConnection) -> None:
    added = file.execute(
        "SELECT tabel, kolom FROM marts.kamus_data WHERE peran = $1"
        " AND (satuan IN ('persen', 'peringkat') OR contains(satuan, ' per ') OR contains(uraian, 'Dibulatkan'))",
        [Role.ADDITIVE.value],
    ).fetchall()
    assert added == []
