"""What two generations differ in: rows by key, cells, the biggest change, columns."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from settings import Home
from tests.sql.hand_made import JENGGOT, MEDONO, P3, R3
from tests.warehouse.publications import publish, warehouse
from warehouse.generation_diff import compare_generations
from warehouse.publication import DATABASE_NAME, MANIFEST_NAME


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def test_one_generation_does_not_differ_from_itself_nor_from_a_copy(home: Home) -> None:
    with warehouse() as connection:
        first, second = publish(connection, home, 1), publish(connection, home, 2)
    assert compare_generations(first, first) == []
    assert compare_generations(first, second) == []


def test_rows_cells_and_the_biggest_change_are_told(home: Home) -> None:
    with warehouse() as connection:
        before = publish(connection, home, 1)
        connection.execute(f"UPDATE core.riwayat_warga SET kode_kemendagri = '{MEDONO}' WHERE nama = 'Sintetis 6'")
        connection.execute(f"UPDATE core.rilis SET keadaan = 'ditarik' WHERE id_rilis = '{R3}'")
        after = publish(connection, home, 2)
    found = {view["view"]: view for view in compare_generations(before, after)}
    registered = found["penduduk_terdaftar_kelurahan"]
    assert (registered["rows_before"] - registered["rows_after"], registered["rows_removed"]) == (27, 27)
    assert registered["rows_added"] == 0
    [figure] = [column for column in registered["columns"] if column["column"] == "jumlah_jiwa"]
    assert figure["cells"] == 4
    assert abs(figure["largest"]["after"] - figure["largest"]["before"]) == 1
    assert figure["largest"]["key"]["kode_kemendagri"] in (JENGGOT, MEDONO)
    state = next(column for column in found["rilis"]["columns"] if column["column"] == "keadaan")
    assert state == {"column": "keadaan", "cells": 1}
    assert found["rilis"]["rows_changed"] >= found["rilis"]["rows_added"] == 0
    assert "wilayah" not in found
    with duckdb.connect(str(before / DATABASE_NAME), read_only=True) as reader:
        removed = reader.execute(f"SELECT count(*) FROM marts.mutasi_kelurahan WHERE periode = '{P3}'").fetchone()
    assert (found["mutasi_kelurahan"]["rows_removed"],) == removed


def test_views_and_columns_that_only_one_side_has(home: Home) -> None:
    with warehouse() as connection:
        before, after = publish(connection, home, 1), publish(connection, home, 2)
    with duckdb.connect(str(after / DATABASE_NAME)) as writer:
        writer.execute(
            "ALTER TABLE marts.opd ADD COLUMN catatan VARCHAR; ALTER TABLE marts.opd DROP COLUMN opd_singkat"
        )
        writer.execute("CREATE TABLE marts.baru AS SELECT 1 AS n; DROP TABLE marts.kalender; CHECKPOINT")
    manifest = json.loads((after / MANIFEST_NAME).read_bytes())
    manifest["files"] |= {"opd.parquet": {"sha256": "x"}, "baru.parquet": {"sha256": "y"}}
    del manifest["files"]["kalender.parquet"]
    (after / MANIFEST_NAME).write_text(json.dumps(manifest), "utf-8")
    found = {view["view"]: view for view in compare_generations(before, after)}
    assert set(found) == {"opd", "baru", "kalender"}
    assert (found["opd"]["columns_added"], found["opd"]["columns_removed"]) == (["catatan"], ["opd_singkat"])
    assert (found["baru"]["rows_before"], found["baru"]["rows_added"]) == (None, 1)
    assert (found["kalender"]["rows_after"], found["kalender"]["rows_removed"]) == (None, 2922)
