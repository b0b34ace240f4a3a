"""Every row has one place: the sums agree, and masks become reasons."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from errors import DampinganError
from tests.warehouse.register import warehouse
from warehouse.accounting import RowAccounting, load_rejected, load_warnings

CODES = tuple(f"KODE_{number:02d}" for number in range(40))


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with warehouse() as opened:
        yield opened


@given(
    accepted=st.integers(0, 9),
    rejected=st.integers(0, 9),
    skipped=st.integers(0, 9),
    warned=st.integers(0, 9),
    lost=st.integers(-3, 3),
)
def test_rows_that_are_lost_or_invented_are_an_error(
    accepted: int, rejected: int, skipped: int, warned: int, lost: int
) -> None:
    in_file = accepted + rejected + skipped + lost
    if lost == 0 and warned <= accepted:
        assert RowAccounting(in_file, accepted, rejected, skipped, warned).in_file == in_file
    else:
        with pytest.raises(DampinganError, match="tidak cocok") as fault:
            RowAccounting(in_file, accepted, rejected, skipped, warned)
        assert fault.value.exit_code == 1
        assert f"{accepted} diterima" in fault.value.what


MASKS = st.dictionaries(st.integers(2, 50), st.integers(1, 2**40 - 1), max_size=6)


def _reasons(masks: dict[int, int]) -> list[tuple[int, str]]:
    return [(line, code) for line, mask in sorted(masks.items()) for bit, code in enumerate(CODES) if mask >> bit & 1]


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(masks=MASKS)
def test_each_bit_of_a_rejected_row_is_a_reason(
    masks: dict[int, int], connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    file = tmp_path / "rejected.parquet"
    pl.DataFrame(
        {
            "bagian": ["keluarga"] * len(masks),
            "baris_sumber": list(masks),
            "isi": ["{}"] * len(masks),
            "penolakan": list(masks.values()),
        },
        schema={"bagian": pl.String, "baris_sumber": pl.Int64, "isi": pl.String, "penolakan": pl.Int64},
    ).write_parquet(file)
    connection.execute("DELETE FROM core.ditolak; DELETE FROM core.ditolak_alasan")
    load_rejected(connection, "kiriman-1", file, {"warga": CODES[::-1], "keluarga": CODES})
    assert connection.execute("FROM core.ditolak ORDER BY baris_sumber").fetchall() == [
        ("kiriman-1", "keluarga", line, "{}") for line in sorted(masks)
    ]
    found = connection.execute("SELECT baris_sumber, kode_alasan FROM core.ditolak_alasan ORDER BY ALL").fetchall()
    assert found == _reasons(masks)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(masks=MASKS)
def test_each_bit_of_an_accepted_row_is_a_warning(masks: dict[int, int], connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("DELETE FROM core.peringatan")
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE rows_taken (baris_sumber BIGINT, kode_kemendagri VARCHAR, peringatan BIGINT)"
    )
    connection.execute("INSERT INTO rows_taken VALUES (1, 'tanpa', 0)")
    for line, mask in masks.items():
        connection.execute("INSERT INTO rows_taken VALUES (?, 'x', ?)", [line, mask])
    load_warnings(connection, "kiriman-1", "rows_taken", CODES)
    found = connection.execute("SELECT * FROM core.peringatan ORDER BY ALL").fetchall()
    assert found == [("kiriman-1", line, code, "x", None) for line, code in _reasons(masks)]
