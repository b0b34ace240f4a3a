"""`dampingan publish --to postgresql://...` against a real PostgreSQL."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import psycopg
import pytest
from psycopg import errors, sql

from errors import BusyError, DampinganError, UsageError
from settings import PROJECT_ROOT
from tests.system.conftest import QUICK_COMMAND, SampleJob, run
from tests.system.postgresql import PASSWORD, Cluster, cluster
from warehouse import postgresql_export
from warehouse.postgresql_export import READER_ROLE, export

pytestmark = pytest.mark.system


@pytest.fixture(scope="module")
def server() -> Iterator[Cluster]:
    with cluster() as started:
        yield started


@pytest.fixture
def address(server: Cluster, request: pytest.FixtureRequest) -> str:
    """An empty database for this test."""
    name = f"uji_{abs(hash(request.node.name))}"
    with psycopg.connect(server.address("postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return server.address(name)


def _generation(folder: Path, name: str, statement: str = "") -> Path:
    """A published file with two small tables that say its name, and what `statement` adds."""
    file = folder / f"{name}.duckdb"
    with duckdb.connect(str(file)) as connection:
        connection.execute(
            f"""
            CREATE SCHEMA marts;
            CREATE TABLE marts.satu AS SELECT '{name}' AS terbitan, i::BIGINT AS nomor FROM range(2000) AS baris (i);
            CREATE TABLE marts.dua AS SELECT '{name}' AS terbitan, 1.50::DECIMAL(18,2) AS nilai_persen;
            COMMENT ON TABLE marts.dua IS 'Tabel ''dua''. Satu baris: satu.';
            COMMENT ON COLUMN marts.dua.nilai_persen IS 'Nilai. Satuan: persen.';
            {statement}
            """
        )
    return file


def _said(address: str) -> set[str]:
    """Which generations the tables of the schema speak of."""
    with psycopg.connect(address) as connection:
        rows = connection.execute("SELECT terbitan FROM marts.satu UNION SELECT terbitan FROM marts.dua").fetchall()
    return {name for (name,) in rows}


def test_everything_published_stands_in_postgresql(sample_job: SampleJob, address: str) -> None:
    done = run(sample_job.home, "publish", "--to", address, "--json", command=QUICK_COMMAND)
    assert done.exit_code == 0, done.stderr
    assert PASSWORD not in done.stdout + done.stderr
    told = done.json["postgresql"]["rows"]
    with (
        duckdb.connect(str(sample_job.home.current_database), read_only=True) as local,
        psycopg.connect(address) as remote,
    ):
        local.execute("SET TimeZone = 'UTC'")
        tables = [name for (name,) in local.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
        assert set(told) == set(tables)
        assert len(tables) > 20
        for table in tables:
            ours = local.execute(f"FROM marts.{table}").fetchall()
            theirs = remote.execute(sql.SQL("SELECT * FROM marts.{}").format(sql.Identifier(table))).fetchall()
            assert sorted(map(repr, theirs)) == sorted(map(repr, ours)), table
            assert told[table] == len(ours)
        described = local.execute(
            "SELECT table_name, column_name, comment FROM duckdb_columns() WHERE schema_name = 'marts'"
        ).fetchall()
        stored = remote.execute(
            "SELECT table_name, column_name, col_description(format('marts.%I', table_name)::regclass,"
            " ordinal_position) FROM information_schema.columns WHERE table_schema = 'marts'"
        ).fetchall()
        assert sorted(stored) == sorted(described)
        assert all(comment for _, _, comment in stored)
        grain = remote.execute("SELECT obj_description('marts.tren_rilis'::regclass)").fetchone()
        assert grain is not None
        assert "Satu baris:" in grain[0]


def test_types_are_those_of_the_published_file(tmp_path: Path, address: str) -> None:
    many = (
        "CREATE TABLE marts.jenis (teks VARCHAR NOT NULL, bulat INTEGER, besar BIGINT, tak_bertanda UBIGINT,"
        " uang DECIMAL(18,2), pecahan DOUBLE, hari DATE, saat TIMESTAMP, benar BOOLEAN);"
        " INSERT INTO marts.jenis VALUES (E'a\\tb\\\\N\\n', 1, 2, 18446744073709551615, 12.30, 0.1, '2022-04-01',"
        " '2022-04-01 10:11:12.345678', true), ('', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);"
    )
    file = _generation(tmp_path, "jenis", many)
    export(file, "jenis", address)
    with psycopg.connect(address) as remote, duckdb.connect(str(file), read_only=True) as local:
        kinds = remote.execute(
            "SELECT attname, format_type(atttypid, atttypmod), attnotnull FROM pg_attribute"
            " WHERE attrelid = 'marts.jenis'::regclass AND attnum > 0 ORDER BY attnum"
        ).fetchall()
        theirs = remote.execute("SELECT * FROM marts.jenis ORDER BY teks").fetchall()
        ours = local.execute("FROM marts.jenis ORDER BY teks").fetchall()
    assert [kind for _, kind, _ in kinds] == [
        "text",
        "integer",
        "bigint",
        "numeric(20,0)",
        "numeric(18,2)",
        "double precision",
        "date",
        "timestamp without time zone",
        "boolean",
    ]
    assert [name for name, _, required in kinds if required] == ["teks"]
    assert theirs == ours


def test_the_reader_role_reads_and_does_nothing_else(server: Cluster, tmp_path: Path, address: str) -> None:
    export(_generation(tmp_path, "pertama"), "pertama", address)
    with psycopg.connect(address) as connection:
        connection.execute(f"CREATE ROLE bi LOGIN PASSWORD '{PASSWORD}' IN ROLE {READER_ROLE}")
    export(_generation(tmp_path, "kedua"), "kedua", address)
    own = server.address(address.rpartition("/")[2], user="bi")
    assert _said(own) == {"kedua"}
    for forbidden in ("DELETE FROM marts.satu", "CREATE TABLE marts.x (a int)", "DROP SCHEMA marts CASCADE"):
        with psycopg.connect(own) as connection, pytest.raises(errors.InsufficientPrivilege):
            connection.execute(forbidden)


def test_a_failed_copy_leaves_what_was_there(tmp_path: Path, address: str) -> None:
    export(_generation(tmp_path, "lama"), "lama", address)
    unknown = "CREATE TABLE marts.zz AS SELECT [1, 2] AS daftar;"
    with pytest.raises(DampinganError, match="INTEGER"):
        export(_generation(tmp_path, "baru", unknown), "baru", address)
    with pytest.raises(DampinganError, match="DataError") as refused:
        export(
            _generation(tmp_path, "rusak", "CREATE TABLE marts.zz AS SELECT 'x' || chr(0) AS teks;"), "rusak", address
        )
    assert "x" not in refused.value.where
    assert _said(address) == {"lama"}
    with psycopg.connect(address) as connection:
        schemas = connection.execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'marts%'").fetchall()
    assert schemas == [("marts",)]


def test_readers_never_see_two_generations_at_once(tmp_path: Path, address: str) -> None:
    files = [_generation(tmp_path, f"terbitan{number}") for number in range(4)]
    export(files[0], files[0].stem, address)
    seen: list[set[str]] = []
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            seen.append(_said(address))

    with ThreadPoolExecutor(4) as readers:
        reading = [readers.submit(read) for _ in range(4)]
        try:
            for file in files[1:]:
                export(file, file.stem, address)
        finally:
            stop.set()
    for reader in reading:
        reader.result()
    assert len(seen) > 3
    assert all(len(names) == 1 for names in seen)
    assert _said(address) == {"terbitan3"}


def test_a_schema_of_somebody_else_is_not_replaced(tmp_path: Path, address: str) -> None:
    with psycopg.connect(address) as connection:
        connection.execute("CREATE SCHEMA marts; CREATE TABLE marts.milik_orang AS SELECT 1 AS satu")
    with pytest.raises(UsageError, match="bukan buatan dampingan"):
        export(_generation(tmp_path, "baru"), "baru", address)
    with psycopg.connect(address) as connection:
        assert connection.execute("SELECT satu FROM marts.milik_orang").fetchall() == [(1,)]


def test_a_view_that_hangs_on_our_tables_is_named(tmp_path: Path, address: str) -> None:
    export(_generation(tmp_path, "lama"), "lama", address)
    with psycopg.connect(address) as connection:
        connection.execute("CREATE VIEW public.milik_orang AS SELECT nomor FROM marts.satu")
    with pytest.raises(UsageError, match="milik_orang"):
        export(_generation(tmp_path, "baru"), "baru", address)
    assert _said(address) == {"lama"}


def test_a_reader_who_does_not_end_is_not_waited_for(
    tmp_path: Path, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    export(_generation(tmp_path, "lama"), "lama", address)
    monkeypatch.setattr(postgresql_export, "_LOCK_SECONDS", 1)
    with psycopg.connect(address) as reader:
        reader.execute("SELECT count(*) FROM marts.satu")
        with pytest.raises(BusyError):
            export(_generation(tmp_path, "baru"), "baru", address)
    assert _said(address) == {"lama"}


def test_two_copies_at_once_do_not_mix(tmp_path: Path, address: str) -> None:
    with psycopg.connect(address) as other:
        other.execute("SELECT pg_advisory_xact_lock(%s)", (postgresql_export._LOCK_NAME,))
        with pytest.raises(BusyError, match="Penyalinan lain"):
            export(_generation(tmp_path, "baru"), "baru", address)


def test_a_user_without_rights_is_told_what_to_ask_for(server: Cluster, tmp_path: Path, address: str) -> None:
    with psycopg.connect(address) as connection:
        connection.execute(f"CREATE ROLE tamu LOGIN PASSWORD '{PASSWORD}'")
    with pytest.raises(UsageError, match="GRANT CREATE ON DATABASE"):
        export(_generation(tmp_path, "baru"), "baru", server.address(address.rpartition("/")[2], user="tamu"))


def test_the_setup_of_the_documentation_is_enough(tmp_path: Path) -> None:
    """No superuser: the owner of a database, and roles that the administrator made."""
    text = (PROJECT_ROOT / "docs" / "bi.md").read_text("utf-8")
    setup = next(block for block in re.findall(r"```sql\n(.*?)```", text, re.DOTALL) if "CREATE DATABASE" in block)
    with cluster() as fresh:
        with psycopg.connect(fresh.address("postgres"), autocommit=True) as connection:
            for statement in setup.replace("...", PASSWORD).split(";")[:-1]:
                connection.execute(statement)
        for generation in ("pertama", "kedua"):
            export(_generation(tmp_path, generation), generation, fresh.address("kemiskinan", user="dampingan"))
            assert _said(fresh.address("kemiskinan", user="bi")) == {generation}


def test_faults_of_the_address_are_told_apart(server: Cluster, tmp_path: Path) -> None:
    file = _generation(tmp_path, "baru")
    with pytest.raises(UsageError, match="kata sandi"):
        export(file, "baru", server.address("postgres", password="salah-sekali"))
    with pytest.raises(UsageError, match="tidak dapat dihubungi"):
        export(file, "baru", server.address("tidak_ada"))
    with pytest.raises(UsageError, match="tidak dapat dihubungi") as refused:
        export(file, "baru", f"postgresql://pemilik:{PASSWORD}@127.0.0.1:1/x")
    assert PASSWORD not in refused.value.paragraph
