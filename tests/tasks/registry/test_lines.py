"""Lines of a text, however the batches fall."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tasks.registry import lines
from tasks.registry.lines import scan_lines


@given(st.lists(st.text("ab|\u00a0é\r", max_size=9), min_size=1), st.booleans(), st.integers(1, 20))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
def test_every_line_comes_once_with_its_number(
    tmp_path: Path, texts: list[str], ends_with_newline: bool, batch: int
) -> None:
    file = tmp_path / "baris.txt"
    content = "\n".join(texts) + "\n" * ends_with_newline
    file.write_bytes(content.encode())
    expected = content.removesuffix("\n").split("\n") if content else []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lines, "_BATCH_BYTES", batch)
        found = scan_lines(file).collect(engine="streaming").sort("baris_sumber")
    assert found["line"].to_list() == expected
    assert found["baris_sumber"].to_list() == list(range(1, len(expected) + 1))


@pytest.mark.parametrize("batch", [1, 4, 1000])
def test_rows_columns_and_filters_are_those_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    monkeypatch.setattr(lines, "_BATCH_BYTES", batch)
    file = tmp_path / "baris.txt"
    file.write_text("satu\ndua\ntiga\nempat\n")
    assert scan_lines(file).head(2).collect(engine="streaming")["line"].to_list() == ["satu", "dua"]
    longer = scan_lines(file).filter(pl.col("line").str.len_bytes() > 3).select("baris_sumber")
    assert longer.collect(engine="streaming").to_dict(as_series=False) == {"baris_sumber": [1, 3, 4]}
