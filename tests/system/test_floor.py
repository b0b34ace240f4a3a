"""The hand-written floor of the benchmark and the product agree on every row of a small register."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.measuring import run
from benchmarks.register_data import as_parquet, csv_releases
from settings import Home
from warehouse.person_key import person_key


@pytest.mark.system
@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_floor_and_product_count_the_same(tmp_path: Path, kind: str) -> None:
    home = Home(tmp_path / "home")
    home.create()
    person_key(home.person_key_file)
    changes = []
    for release in csv_releases(tmp_path / "data", 3_000):
        measured = as_parquet(release) if kind == "parquet" else release
        warehouse = tmp_path / "floor.duckdb"
        floor = run("benchmarks.floor", measured.file, warehouse, measured.period, home.person_key_file)
        product = run("benchmarks.product", measured.file, measured.manifest, home.root)
        counted = product.result["counts"]
        assert floor.result["counts"] == counted
        assert counted["accepted"] > counted["rejected"] > 0
        changes.append([counted[name] for name in ("left", "moved", "changed")])
    assert changes[0] == [0, 0, 0]
    assert all(changes[1])
