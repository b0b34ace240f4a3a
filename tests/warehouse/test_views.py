"""The views hold to their declarations: columns, types, keys, comments, headers, privacy, SQL style."""

from __future__ import annotations

import re
import time
from collections import Counter
from dataclasses import replace
from datetime import date
from typing import Any

import duckdb
import pytest
from sqlfluff.core import FluffConfig, Linter

from errors import DampinganError
from settings import PROJECT_ROOT, Settings
from tasks.programmes.rules import RULES
from tasks.registry.rules import rules as register_rules
from tests.sql import big
from tests.sql.hand_made import EXACT, PROTECTED, build, hand_made
from warehouse import views as views_module
from warehouse.columns import Privacy, Table
from warehouse.dictionary import dictionary_rows
from warehouse.tables import CORE_TABLES
from warehouse.views import DECLARED, SQL_FOLDER, View, create_views, marts, parse_header, views

PUBLISHED = {
    "wilayah", "rilis", "opd", "kamus_data",
    "kemajuan_kegiatan", "tindak_lanjut_catur_pilar", "penerima_program", "jangkauan_program",
    "penduduk_terdaftar_kelurahan", "rekonsiliasi_sk", "mutasi_kelurahan", "tren_rilis",
    "bansos_kelurahan", "bansos_tumpang_tindih", "kualitas_nik", "umur_jenis_kelamin",
    "pendampingan", "capaian_opd", "kegiatan_horizon", "anggaran_sumber", "anggaran_per_jiwa",
    "potensi_masalah", "kepatuhan_laporan", "prioritas_kelurahan",
    "indikator_makro", "revisi_bps", "selisih_sumber", "kesegaran_data",
    "desil_kelurahan", "rasio_terdaftar", "asal_usul", "kalender",
}  # fmt: skip
INTERNAL = {
    "calon_penerima",
    "perubahan_rilis",
    "tanpa_bansos",
    "nik_ganda",
    "nik_tidak_sesuai",
    "karantina",
    "asal_usul",
    "calon_padanan",
    "kandidat_terlewat",
    "kandidat_salah_sasaran",
}
SIMPLE_TYPE = re.compile(r"VARCHAR|INTEGER|BIGINT|DOUBLE|DATE|TIMESTAMP|BOOLEAN|DECIMAL\(\d+,\d+\)")

every_view = pytest.mark.parametrize("view", views(), ids=lambda view: view.table.qualified)
every_mart = pytest.mark.parametrize("table", marts(), ids=lambda table: table.name)


def ask(sql: str, protection: tuple[int, int] = EXACT) -> list[tuple[Any, ...]]:
    return hand_made(*protection).cursor().execute(sql).fetchall()


def test_the_names_that_others_rely_on_are_there() -> None:
    names = {(view.table.schema, view.table.name) for view in views()}
    assert {name for schema, name in names if schema == "marts"} == PUBLISHED
    assert {name for schema, name in names if schema == "internal"} == INTERNAL
    assert {table.name for table in marts()} == PUBLISHED


def test_every_sql_file_is_declared_once() -> None:
    declared = [f"{view.schema}/{view.name}.sql" for view in DECLARED]
    assert sorted(declared) == sorted(path.relative_to(SQL_FOLDER).as_posix() for path in SQL_FOLDER.rglob("*.sql"))


def test_no_step_stands_in_two_views() -> None:
    """A step that two views need is a view of schema core; a bare SELECT * of one is no step."""
    step = re.compile(r"^(?:WITH )?[a-z_]+ AS \(\n(.+?)^\)", re.MULTILINE | re.DOTALL)
    bodies = Counter(body for view in views() for body in step.findall(view.select))
    assert sum(bodies.values()) > len(views())
    assert [body for body, times in bodies.items() if times > 1 and body.count("\n") > 1] == []


@every_view
def test_view_stands_after_what_it_reads(view: View) -> None:
    order = [other.table.qualified for other in views()]
    here = order.index(view.table.qualified)
    assert all(order.index(name) < here for name in view.depends_on)


@every_view
def test_key_is_unique_and_filled(view: View) -> None:
    key = ", ".join(view.table.key)
    assert ask(f"SELECT count(*) > 0 FROM {view.table.qualified}") == [(True,)]
    assert ask(f"SELECT {key} FROM {view.table.qualified} GROUP BY ALL HAVING count(*) > 1") == []
    empty = " OR ".join(f"{name} IS NULL" for name in view.table.key)
    assert ask(f"SELECT {key} FROM {view.table.qualified} WHERE {empty}") == []


@every_view
@pytest.mark.parametrize("protection", [EXACT, PROTECTED], ids=["exact", "protected"])
def test_columns_that_must_be_filled_are(view: View, protection: tuple[int, int]) -> None:
    filled = [column.name for column in view.table.columns if not column.nullable]
    counts = ", ".join(f"count(*) - count({name})" for name in filled)
    missing = ask(f"SELECT {counts} FROM {view.table.qualified}", protection)[0]
    assert {name for name, count in zip(filled, missing, strict=True) if count} == set()


@every_view
def test_closed_lists_hold(view: View) -> None:
    for column in view.table.columns:
        if column.allowed:
            found = {row[0] for row in ask(f"SELECT DISTINCT {column.name} FROM {view.table.qualified}")}
            assert found - {None} <= set(column.allowed), column.name


@every_view
def test_view_and_columns_have_comments(view: View) -> None:
    schema, name = view.table.schema, view.table.name
    where = f"schema_name = '{schema}' AND {{}}_name = '{name}'"
    comment = ask(f"SELECT comment FROM duckdb_views() WHERE {where.format('view')}")[0][0]
    assert view.table.purpose in comment
    assert view.table.grain in comment
    columns = dict(ask(f"SELECT column_name, comment FROM duckdb_columns() WHERE {where.format('table')}"))
    assert list(columns) == view.table.column_names
    for column in view.table.columns:
        assert (columns[column.name] or "").startswith(column.description), column.name


@every_mart
def test_mart_has_simple_types_and_no_reserved_word(table: Table) -> None:
    reserved = {row[0] for row in ask("SELECT keyword_name FROM duckdb_keywords() WHERE keyword_category = 'reserved'")}
    assert [column.name for column in table.columns if not SIMPLE_TYPE.fullmatch(column.type)] == []
    assert reserved.isdisjoint({table.name, *table.column_names})


@every_mart
def test_mart_has_no_personal_column(table: Table) -> None:
    """The name of a personal column may come back only as a closed list of categories."""
    personal = {
        column.name
        for source in (*CORE_TABLES, *(view.table for view in views()))
        for column in source.columns
        if column.privacy is not Privacy.NONE
    }
    assert [column.name for column in table.columns if column.privacy is not Privacy.NONE] == []
    assert personal.isdisjoint(column.name for column in table.columns if not column.allowed)


def test_marts_on_releases_begin_with_the_period() -> None:
    without_period = {table.name for table in marts() if table.columns[0].type != "DATE"}
    assert without_period == {"wilayah", "opd", "pendampingan", "kamus_data"}


@every_mart
def test_numerator_and_denominator_stand_beside_a_ratio(table: Table) -> None:
    for column in table.columns:
        if match := re.fullmatch(r"(\w+) dibagi (\w+)\..*", column.description):
            assert set(match.groups()) <= set(table.column_names), column.name


@pytest.mark.parametrize(
    "name", ["mutasi_kelurahan", "bansos_kelurahan", "bansos_tumpang_tindih", "kualitas_nik", "umur_jenis_kelamin"]
)
def test_no_breakdown_below_kecamatan_shows_a_small_number(name: str) -> None:
    table = next(table for table in marts() if table.name == name)
    rounded = [column.name for column in table.columns if "Dibulatkan" in column.description]
    assert rounded
    for column in rounded:
        odd = ask(
            f"SELECT {column} FROM marts.{name} WHERE {column} % 5 <> 0 OR ({column} > 0 AND {column} < 5)", PROTECTED
        )
        assert odd == [], column
    hidden = " OR ".join(f"{column} IS NULL" for column in rounded)
    assert ask(f"SELECT count(*) FROM marts.{name} WHERE disamarkan <> ({hidden})", PROTECTED) == [(0,)]
    assert ask(f"SELECT count(*) > 0 FROM marts.{name} WHERE disamarkan", PROTECTED) == [(True,)]


def test_reason_codes_in_sql_exist() -> None:
    known = {rule.code for rule in (*register_rules(area_code="3375", period=date(2022, 4, 1)), *RULES)}
    used = {code for view in views() for code in re.findall(r"'((?:NIK|KK)_[A-Z_]+)'", view.select)}
    assert used
    assert used <= known


@pytest.fixture(scope="module")
def own() -> duckdb.DuckDBPyConnection:
    """A warehouse in an attached database, as ours is, whose views a test may create again."""
    connection = duckdb.connect()
    connection.execute("ATTACH ':memory:' AS gudang; USE gudang")
    build(connection)
    create_views(connection)
    return connection


def test_creating_again_keeps_comments_and_drops_what_is_not_declared(own: duckdb.DuckDBPyConnection) -> None:
    connection = own.cursor()
    connection.execute("USE gudang")
    connection.execute("CREATE VIEW marts.usang AS SELECT 1 AS satu")
    create_views(connection)
    found = dict(
        connection.execute("SELECT view_name, comment FROM duckdb_views() WHERE schema_name = 'marts'").fetchall()
    )
    assert set(found) == PUBLISHED
    assert all(found.values())


def test_views_work_on_a_cursor_that_stands_elsewhere(own: duckdb.DuckDBPyConnection) -> None:
    found = own.cursor().execute("SELECT current_database(), count(*) FROM gudang.marts.mutasi_kelurahan").fetchone()
    assert found == ("memory", 54)


def test_a_view_that_differs_from_its_declaration_is_refused_and_nothing_changes(
    own: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection = own.cursor()
    connection.execute("USE gudang")
    wilayah = next(view for view in views() if view.table.qualified == "marts.wilayah")
    wrong = replace(wilayah, select="SELECT kode_kemendagri, 1 AS kode_bps FROM core.wilayah")
    monkeypatch.setattr(views_module, "views", lambda: (wrong,))
    with pytest.raises(DampinganError, match=r"kode_bps VARCHAR, hasil kode_bps INTEGER") as raised:
        create_views(connection)
    assert "kolom 3: ditetapkan kelurahan VARCHAR, hasil -" in str(raised.value)
    assert connection.execute("SELECT count(*) FROM marts.wilayah").fetchone() == (27,)


def test_header_may_span_lines_and_must_be_complete() -> None:
    assert parse_header("-- Grain: satu\n-- baris.\n-- Tujuan: Apa?\nSELECT 1", where="x") == ("satu baris.", "Apa?")
    for text in (
        "SELECT 1",
        "-- Grain: satu.\nSELECT 1",
        "-- Tujuan: Apa?\n-- Grain: satu.\n",
        "-- Grain:\n-- Tujuan: Apa?",
    ):
        with pytest.raises(DampinganError, match="Kepala berkas SQL"):
            parse_header(text, where="x")


def test_dictionary_has_every_column_of_every_table_and_view() -> None:
    tables = [*CORE_TABLES, *(view.table for view in views())]
    counted = Counter(row[0] for row in dictionary_rows())
    assert counted == {table.qualified: len(table.columns) for table in tables}
    assert all(row[5].strip() and row[9].strip() and row[10].strip() for row in dictionary_rows())
    assert sorted(ask("SELECT * FROM core.kamus_data"), key=str) == sorted(dictionary_rows(), key=str)


@pytest.mark.system
def test_sql_style() -> None:
    linter = Linter(config=FluffConfig.from_path(str(PROJECT_ROOT)))
    violations = [
        f"{path.name}:{error.line_no} {error.rule_code()} {error.desc()}"
        for path in sorted(SQL_FOLDER.rglob("*.sql"))
        for error in linter.lint_string(path.read_text(encoding="utf-8"), fname=str(path)).get_violations()
    ]
    assert violations == []


@pytest.mark.system
def test_all_marts_of_a_city_take_seconds() -> None:
    connection = duckdb.connect(config={"threads": 2})
    big.build(connection, persons=140_000)
    create_views(connection, Settings())
    start = time.process_time()
    for table in marts():
        connection.execute(f"CREATE OR REPLACE TEMP TABLE built AS FROM {table.qualified}")
    assert time.process_time() - start < 10
    assert connection.execute(
        "SELECT sum(jumlah_jiwa) FROM marts.tren_rilis WHERE tingkat = 'kecamatan'"
    ).fetchone() == (420_000,)
