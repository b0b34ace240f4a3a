"""The bundled sample, taken in once by the real command: what issue 2 says it must show."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import pytest

from settings import Home
from tests.flows.conftest import assert_whole, leftovers, snapshot
from tests.system.conftest import SampleJob, run

pytestmark = pytest.mark.system

GIGABYTE = 1_000_000_000
# The limits are for two quiet cores. Processor time does not depend on who else is at work; the wall clock
# does, so it gets slack.
FIRST_CPU_SECONDS, FIRST_WALL_SECONDS = 60.0, 180.0
SECOND_CPU_SECONDS, SECOND_WALL_SECONDS = 10.0, 30.0
PEAK_BYTES = 1.5 * GIGABYTE


def rows(home: Home, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(home.current_database), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_it_ends_well_within_the_limits(sample_job: SampleJob) -> None:
    first = sample_job.first
    assert first.exit_code == 0, first.stderr
    assert first.stderr == ""
    assert first.json["problems"] == []
    assert first.json["generation"] == assert_whole(sample_job.home)["generation"]
    assert first.cpu_seconds < FIRST_CPU_SECONDS
    assert first.wall_seconds < FIRST_WALL_SECONDS
    assert first.peak_bytes < PEAK_BYTES
    assert leftovers(sample_job.home) == []


def test_every_row_of_every_file_is_accounted_for(sample_job: SampleJob) -> None:
    files = {file["berkas"]: file for file in sample_job.first.json["taken_in"]}
    truth = sample_job.truth
    names = ("baris_berkas", "baris_diterima", "baris_ditolak", "baris_dilewati")
    expected = {
        release["file"]: [release[name] for name in ("rows_in_file", "accepted", "rejected", "skipped")]
        for release in truth["registry"]["releases"]
    } | {
        report["berkas"]: [report[name] for name in ("baris", "diterima", "ditolak", "dilewati")]
        for report in truth["programmes"]["laporan"]
    }
    assert {file: [row[name] for name in names] for file, row in files.items()} == expected
    assert len(files) == 8
    assert sum(release["accepted"] for release in truth["registry"]["releases"]) > 280_000


def test_the_decree_of_4_april_2022(sample_job: SampleJob) -> None:
    found = rows(
        sample_job.home,
        "SELECT tanggal_sk, jumlah_sk_jiwa, jumlah_diterima_jiwa, selisih_jiwa FROM marts.rekonsiliasi_sk"
        " WHERE tingkat = 'kecamatan' AND nama_wilayah = 'Pekalongan Selatan' AND rilis_terakhir",
    )
    assert found == [(date(2022, 4, 4), 39_503, 39_503, 0)]


def test_indicators_of_2021(sample_job: SampleJob) -> None:
    poverty = rows(
        sample_job.home,
        "SELECT nilai FROM marts.indikator_makro"
        " WHERE indikator = 'kemiskinan_p0' AND tahun = 2021 AND kode_wilayah = '3375'",
    )
    assert poverty == [(Decimal("7.59"),)]
    unemployment = rows(
        sample_job.home,
        "SELECT nilai, sumber FROM marts.selisih_sumber"
        " WHERE indikator LIKE '%tpt%' AND tahun = 2021 AND kode_wilayah = '3375' ORDER BY nilai",
    )
    assert [value for value, _ in unemployment] == [Decimal("6.09"), Decimal("6.89"), Decimal("6.89")]
    assert len({source for _, source in unemployment}) == 3


def test_assistance_of_each_kelurahan(sample_job: SampleJob) -> None:
    found = rows(sample_job.home, "SELECT kelurahan, opd_singkat, ada_pendamping FROM marts.pendampingan")
    assert len(found) == len({row[0] for row in found}) == 27
    assert sum(row[1] is not None for row in found) == sum(row[2] for row in found) == 6
    assert sum(row[1] is None for row in found) == 21


@pytest.mark.parametrize(("written", "kelurahan"), [("DUWET", "Sokoduwet"), ("BUARAN", "Buaran Kradenan")])
def test_other_names_of_a_kelurahan(sample_job: SampleJob, written: str, kelurahan: str) -> None:
    """From the writing in the raw file to the row in the warehouse, line by line."""
    manifest = assert_whole(sample_job.home)
    with duckdb.connect(str(sample_job.home.warehouse_file), read_only=True) as connection:
        for release in manifest["releases"]:
            lines = _lines_written(sample_job.home.raw / release["sha256"] / "data", written)
            found = connection.execute(
                "SELECT baris_sumber, kelurahan FROM core.riwayat_warga INNER JOIN core.wilayah USING (kode_kemendagri)"
                " WHERE id_rilis = ? AND list_contains(?, baris_sumber)",
                [release["id_rilis"], lines],
            ).fetchall()
            assert found
            assert {area for _, area in found} == {kelurahan}
            assert len(lines) > 100
            if release is manifest["releases"][0]:
                rejected = connection.execute(
                    "SELECT count(*) FROM core.ditolak WHERE id_kiriman = ? AND list_contains(?, baris_sumber)",
                    [release["id_rilis"], lines],
                ).fetchone()
                assert rejected is not None
                assert len(found) + rejected[0] == len(lines)


def _lines_written(file: Path, written: str) -> list[int]:
    with file.open(encoding="utf-8") as lines:
        return [
            number
            for number, line in enumerate(lines, start=1)
            if (fields := line.split("|"))[4:5] and fields[4].strip() == written
        ]


def test_the_manifest_says_where_it_comes_from(sample_job: SampleJob) -> None:
    manifest = assert_whole(sample_job.home)
    truth = sample_job.truth["registry"]["releases"]
    assert [(release["nomor_sk"], release["tanggal_sk"]) for release in manifest["releases"]] == [
        ("460/0871", "2021-10-11"),
        ("460/0233", "2022-04-04"),
    ]
    assert [release["baris_diterima"] for release in manifest["releases"]] == [entry["accepted"] for entry in truth]
    assert all((sample_job.home.raw / release["sha256"] / "data").is_file() for release in manifest["releases"])
    assert manifest["row_counts"]["pendampingan"] == 27
    assert manifest["code_version"].startswith("0.")


class Persons:
    """Numbers and names of everybody in the raw files: what must occur nowhere else."""

    def __init__(self, files: Iterable[Path]) -> None:
        self.numbers: set[str] = set()
        self.names: set[tuple[str, str]] = set()
        for file in files:
            with file.open(encoding="utf-8") as lines:
                next(lines)
                for line in lines:
                    # One digit sixteen times is nobody's number, and lies in any file by chance.
                    self.numbers.update(number for number in re.findall(r"\d{16}", line) if len(set(number)) > 1)
                    fields = line.split("|")
                    for name in (fields[11], fields[16]) if len(fields) == 23 else ():
                        words = _words(name)
                        self.names.update(pair for pair in pairwise(words) if min(map(len, pair)) > 2)

    def found_in(self, text: str) -> tuple[set[str], set[tuple[str, str]]]:
        numbers = {match for match in re.findall(r"(?=(\d{16}))", text) if match in self.numbers}
        words = _words(text)
        return numbers, self.names.intersection(pairwise(words))


def _words(text: str) -> list[str]:
    return re.findall(r"[A-Z']+", text.upper())


@pytest.fixture(scope="module")
def persons(sample_job: SampleJob) -> Persons:
    manifest = assert_whole(sample_job.home)
    return Persons(sample_job.home.raw / release["sha256"] / "data" for release in manifest["releases"])


def test_the_scan_finds_a_person_where_one_is(sample_job: SampleJob, persons: Persons) -> None:
    manifest = assert_whole(sample_job.home)
    with (sample_job.home.raw / manifest["releases"][0]["sha256"] / "data").open(encoding="utf-8") as lines:
        text = "".join(next(lines) for _ in range(200))
    numbers, names = persons.found_in(text)
    assert len(persons.numbers) > 150_000
    assert len(numbers) > 150
    assert len(names) > 100


def _cells(home: Home) -> Iterator[tuple[str, str]]:
    """Every column of every published table, from the database and from Parquet, as text."""
    with duckdb.connect(str(home.current_database), read_only=True) as connection:
        tables = connection.execute("SELECT schema_name || '.' || table_name FROM duckdb_tables()").fetchall()
        relations = [name for (name,) in tables] + [f"'{file}'" for file in home.current.glob("*.parquet")]
        for relation in relations:
            for name, *_ in connection.execute(f"DESCRIBE FROM {relation}").fetchall():
                values = connection.execute(f'SELECT DISTINCT "{name}"::VARCHAR FROM {relation}').fetchall()
                yield f"{relation}.{name}", "\n".join(value for (value,) in values if value is not None)


def test_nothing_published_names_a_person(sample_job: SampleJob, persons: Persons) -> None:
    seen = 0
    for place, text in _cells(sample_job.home):
        assert persons.found_in(text) == (set(), set()), place
        if not place.endswith("sha256"):
            assert not re.search(r"(?<!\d)\d{16}(?!\d)", text), place
        seen += 1
    assert seen > 300


def test_no_file_beside_the_data_names_a_person(sample_job: SampleJob, persons: Persons) -> None:
    home = sample_job.home
    files: dict[str, list[Path]] = defaultdict(list)
    for path in [home.journal_file, home.sample_truth, *home.log.rglob("*"), *home.published.rglob("*")]:
        if path.is_file():
            files[path.suffix].append(path)
    assert {".html", ".json", ".log", ".sqlite", ".duckdb", ".parquet"} <= files.keys()
    for path in (path for paths in files.values() for path in paths):
        assert persons.found_in(path.read_text("latin-1")) == (set(), set()), path
    assert persons.found_in(sample_job.first.stdout) == (set(), set())


def test_the_second_refresh_finds_nothing_new(sample_job: SampleJob) -> None:
    before = snapshot(sample_job.home.published)
    second = run(sample_job.home, "refresh", "--sample")
    assert second.exit_code == 0, second.stderr
    assert second.stderr == ""
    assert second.stdout.startswith("Tidak ada yang baru; terbitan tetap.")
    assert snapshot(sample_job.home.published) == before
    assert second.cpu_seconds < SECOND_CPU_SECONDS
    assert second.wall_seconds < SECOND_WALL_SECONDS
    assert second.peak_bytes < PEAK_BYTES
