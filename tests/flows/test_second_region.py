"""The whole job for another region than the bundled one, in the same process: what it publishes is right, and nothing
in it, in its logs or in what its commands say is of the bundled region."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pytest
from typer.testing import CliRunner

from cli import app
from errors import UsageError
from flows.steps import sample_home
from flows.steps.job import open_job
from settings import Home, Settings
from tasks.reference import BUNDLED
from tests.flows import second_region
from tests.flows.conftest import assert_whole, use_home
from warehouse.connection import open_warehouse

pytestmark = pytest.mark.system

PERSONS = 600
_FOREIGN = re.compile(r"pekalongan|(?<![0-9a-z])(?<![0-9][.,])33\.?75", re.IGNORECASE)
_DIGEST = re.compile(r"\b(?=[0-9a-f]*[a-f])[0-9a-f]{12,}\b")


@dataclass
class Job:
    """The folder that `init` made, the home of the region, and what the commands said."""

    folder: Path
    home: Home
    said: dict[str, str] = field(default_factory=dict)

    def run(self, *arguments: str, status: int = 0) -> str:
        result = CliRunner().invoke(app, list(arguments))
        said = result.output + (result.stderr or "")
        assert result.exit_code == status, said
        self.said[" ".join(arguments)] = said
        return said

    @property
    def truth(self) -> dict[str, Any]:
        content: dict[str, Any] = json.loads(self.home.sample_truth.read_text("utf-8"))
        return content


@pytest.fixture(scope="module")
def job(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Job]:
    folder = tmp_path_factory.mktemp("lain")
    with pytest.MonkeyPatch.context() as patch, use_home(folder / "unused"):
        done = Job(folder, Home(folder / "var"))
        done.run("init", "--domain", second_region.CODE, "--name", second_region.NAME, "--into", str(folder))
        second_region.fill(folder / "acuan")
        # as from the folder of the settings file, whose path for the home is another one than `use_home` sets
        patch.chdir(folder)
        patch.delenv("DAMPINGAN_HOME")
        patch.setattr(sample_home, "PERSONS", PERSONS)
        done.run("init", "--check")
        done.run("refresh", "--sample")
        yield done


def rows(job: Job, sql: str, **values: Any) -> list[tuple[Any, ...]]:
    with open_warehouse(Settings()) as connection:
        return connection.execute(sql, values).fetchall()


def test_the_settings_file_leads_to_the_region(job: Job) -> None:
    settings = Settings()
    assert settings.kode_wilayah == second_region.CODE
    assert settings.home_folders.root == job.home.root.resolve()
    assert settings.reference_folder == (job.folder / "acuan").resolve()
    assert "Tidak ada kesalahan" in job.said["init --check"]


def test_it_publishes_its_own_region(job: Job) -> None:
    manifest = assert_whole(job.home)
    assert manifest["area"] == {"kode_bps": second_region.CODE, "nama": second_region.NAME}
    with duckdb.connect(str(job.home.current_database), read_only=True) as connection:
        areas = connection.execute("SELECT kode_kemendagri, kelurahan FROM marts.wilayah ORDER BY ALL").fetchall()
        opd = connection.execute("SELECT DISTINCT opd_singkat FROM marts.opd ORDER BY ALL").fetchall()
        own = connection.execute("SELECT count(*) FROM marts.indikator_makro WHERE wilayah_sendiri").fetchone()
    assert areas == sorted((row[0], row[-1]) for row in second_region.area_rows())
    assert opd == sorted((short,) for short in second_region.OPDS.values())
    assert own is not None
    assert own[0] > 20


def test_every_person_is_counted_where_the_truth_says(job: Job) -> None:
    """Of two desa with one name, too: their kecamatan tells them apart."""
    for release in job.truth["registry"]["releases"]:
        release_id = f"dtks-{second_region.CODE}-{release['period']}-v1"
        [counts] = rows(
            job,
            "SELECT baris_berkas, baris_diterima, baris_ditolak FROM core.rilis WHERE id_rilis = $id",
            id=release_id,
        )
        assert counts == (release["rows_in_file"], release["accepted"], release["rejected"])
        found = dict(
            rows(
                job,
                "SELECT kode_kemendagri, jumlah_jiwa FROM core.terdaftar_kelurahan WHERE id_rilis = $id",
                id=release_id,
            )
        )
        expected = {code: count for code, count in release["accepted_by_kelurahan"].items() if count}
        assert {code: count for code, count in found.items() if count} == expected
        assert all(expected[code] > 10 for code in second_region.codes_of_shared_name())


def test_reports_and_statistics_came_in(job: Job) -> None:
    reports = job.truth["programmes"]["laporan"]
    assert len(reports) == len(second_region.OPDS)
    found = dict(rows(job, "SELECT opd_singkat, count(*) FROM core.laporan GROUP BY ALL"))
    assert found == dict.fromkeys(second_region.OPDS.values(), 1)
    sources = {source for (source,) in rows(job, "SELECT DISTINCT sumber FROM core.nilai_indikator")}
    assert {"WebAPI BPS", f"BPS {second_region.NAME}"} <= sources


def test_nothing_of_the_bundled_region_is_in_any_output(job: Job) -> None:
    job.run("status")
    job.run("release", "list")
    job.run("release", "show", f"dtks-{second_region.CODE}-2021-10-v1")
    job.run("programmes", "list")
    job.run("programmes", "template", "--opd", "DUL", "-o", str(job.folder / "templat.xlsx"))
    job.run("release", "rejects", f"dtks-{second_region.CODE}-2021-10-v1", "-o", str(job.folder / "ditolak.xlsx"))
    for command in (["refresh"], ["release", "submit"], ["release", "diff"], ["programmes", "show"], ["init"]):
        job.run(*command, "--help")
    found = [f"{command}: {hit}" for command, said in job.said.items() if (hit := foreign(said))]
    home = job.home
    folders = (home.published, home.log, home.inbox_registry, home.inbox_programmes)
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
    files += [job.folder / "templat.xlsx", job.folder / "ditolak.xlsx", home.journal_file, home.sample_truth]
    assert len({path.suffix for path in files}) >= 6
    found += [f"{path.name}: {hit}" for path in files if (hit := foreign(path.name) or foreign(decoded(path)))]
    assert found == []


def test_the_search_finds_what_it_looks_for() -> None:
    for text in ("KOTA PEKALONGAN", "dtks-3375-2022-04", "33.75.04.1004", '"3375040101900001"', "a,3375,b"):
        assert foreign(text)
    for text in ("ab3375cd00112233", "12,3375", "1337500", second_region.NAME):
        assert not foreign(text)


def foreign(text: str) -> str:
    """The first trace of the bundled region, with what stands beside it; '' without one."""
    bare = _DIGEST.sub("", text)
    hit = _FOREIGN.search(bare)
    return bare[max(hit.start() - 40, 0) : hit.end() + 40] if hit else ""


def decoded(path: Path) -> str:
    """The texts in a file; numbers of tables are left out, since any number may have these digits."""
    if path.suffix in (".parquet", ".duckdb"):
        return "\n".join(_texts_of(path))
    if path.suffix == ".json":
        return "\n".join(_texts_in(json.loads(path.read_text("utf-8"))))
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            return "\n".join(archive.read(name).decode("utf-8", "ignore") for name in archive.namelist())
    return path.read_bytes().decode("utf-8", "ignore")


def _texts_in(content: Any) -> Iterator[str]:
    if isinstance(content, dict):
        for key, value in content.items():
            yield key
            yield from _texts_in(value)
    elif isinstance(content, list):
        for value in content:
            yield from _texts_in(value)
    elif isinstance(content, str):
        yield content


def _texts_of(path: Path) -> Iterator[str]:
    if path.suffix == ".parquet":
        with duckdb.connect() as connection:
            yield from _texts_of_table(connection, f"read_parquet('{path}')")
        return
    with duckdb.connect(str(path), read_only=True) as connection:
        tables = connection.execute(
            "SELECT schema_name, table_name, comment FROM duckdb_tables() UNION ALL "
            "SELECT schema_name, view_name, comment FROM duckdb_views() WHERE NOT internal"
        ).fetchall()
        for schema, table, comment in tables:
            yield f"{table} {comment}"
            yield from _texts_of_table(connection, f"{schema}.{table}")
        yield from (
            str(row) for row in connection.execute("SELECT column_name, comment FROM duckdb_columns()").fetchall()
        )


def _texts_of_table(connection: duckdb.DuckDBPyConnection, relation: str) -> Iterator[str]:
    described = connection.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()
    names = [name for name, kind, *_ in described if "VARCHAR" in kind]
    if names:
        for row in connection.execute(f"SELECT {', '.join(names)} FROM {relation}").fetchall():
            yield " | ".join(str(value) for value in row)


def test_a_home_takes_no_run_of_another_region(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAMPINGAN_KODE_WILAYAH", BUNDLED.code)
    monkeypatch.setenv("DAMPINGAN_REFERENCE", str(BUNDLED.folder))
    with pytest.raises(UsageError, match=f"milik wilayah {second_region.CODE}"), open_job(Settings()):
        pass
