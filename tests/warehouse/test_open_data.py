"""CSV in one archive and the data package beside it: complete, the same bytes for the same content."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from pathlib import Path

import duckdb
import pytest

from settings import Home
from tests.warehouse.publications import publish, warehouse
from warehouse.connection import open_read_only
from warehouse.open_data import ARCHIVE_NAME, PACKAGE_NAME, write_open_data
from warehouse.publication import DATABASE_NAME
from warehouse.views import marts

AREA = {"kode_bps": "3375", "nama": "Kota Pekalongan"}


def _write(folder: Path) -> None:
    with open_read_only(folder / DATABASE_NAME) as connection:
        write_open_data(connection, folder, marts(), area=AREA, content_hash="0123456789ab" * 4, remark="DATA CONTOH. ")


@pytest.fixture(scope="module")
def generations(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two generations of one content, written to in another order of rows."""
    home = Home(tmp_path_factory.mktemp("data") / "home")
    with warehouse() as connection:
        first = publish(connection, home, 1)
        connection.execute("CREATE TABLE again AS FROM core.nilai_indikator ORDER BY nilai DESC")
        connection.execute("DELETE FROM core.nilai_indikator; INSERT INTO core.nilai_indikator FROM again")
        second = publish(connection, home, 2)
    _write(first)
    _write(second)
    return first, second


def test_one_content_gives_the_same_bytes(generations: tuple[Path, Path]) -> None:
    first, second = generations
    for name in (ARCHIVE_NAME, PACKAGE_NAME):
        assert (first / name).read_bytes() == (second / name).read_bytes()
    assert [path.name for path in first.iterdir() if path.name.startswith(".")] == []


def test_every_table_is_in_the_archive_with_its_rows(generations: tuple[Path, Path]) -> None:
    folder = generations[0]
    with zipfile.ZipFile(folder / ARCHIVE_NAME) as archive, duckdb.connect(str(folder / DATABASE_NAME)) as reader:
        assert archive.namelist() == [PACKAGE_NAME, *(f"{table.name}.csv" for table in marts())]
        for table in marts():
            head, *lines = csv.reader(io.StringIO(archive.read(f"{table.name}.csv").decode()))
            assert head == table.column_names
            assert (len(lines),) == reader.execute(f"SELECT count(*) FROM {table.qualified}").fetchone()
        [april] = [
            row for row in csv.DictReader(io.StringIO(archive.read("rilis.csv").decode())) if "400" in row["nomor_sk"]
        ]
    assert april["tanggal_sk"] == "2022-04-04"
    assert april["diserahkan_pada"] == "2022-04-05T08:00:00.000000"
    assert april["rilis_terakhir"] == "false"


def test_the_package_says_what_everything_is_and_how_to_cite_it(generations: tuple[Path, Path]) -> None:
    folder = generations[0]
    beside = json.loads((folder / PACKAGE_NAME).read_text("utf-8"))
    with zipfile.ZipFile(folder / ARCHIVE_NAME) as archive:
        inside = json.loads(archive.read(PACKAGE_NAME))
        for resource in inside["resources"]:
            content = archive.read(resource["path"])
            assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
            assert resource["bytes"] == len(content)
    assert beside["licenses"][0]["name"] in beside["citation"]
    assert beside["citation"].startswith("Pemerintah Kota Pekalongan. ")
    assert beside["description"].startswith("DATA CONTOH. ")
    assert [resource["name"] for resource in beside["resources"]] == [table.name for table in marts()]
    for resource, table in zip(beside["resources"], marts(), strict=True):
        assert (resource["path"], resource["innerpath"]) == (ARCHIVE_NAME, f"{table.name}.csv")
        parquet = (folder / resource["parquet"]["path"]).read_bytes()
        assert resource["parquet"]["hash"] == f"sha256:{hashlib.sha256(parquet).hexdigest()}"
        fields = {field["name"]: field for field in resource["schema"]["fields"]}
        assert list(fields) == table.column_names
        assert resource["schema"]["primaryKey"] == list(table.key)
    [schema] = [resource["schema"] for resource in beside["resources"] if resource["name"] == "tren_rilis"]
    trend = {field["name"]: field for field in schema["fields"]}
    assert trend["jumlah_jiwa"]["unit"] == "jiwa"
    assert trend["jumlah_jiwa"]["additive"] is False
    assert trend["tingkat"]["constraints"] == {"required": True, "enum": ["kabupaten/kota", "kecamatan"]}
