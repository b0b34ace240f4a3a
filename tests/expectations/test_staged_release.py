"""The gate of a release says the same as the rule table."""

from __future__ import annotations

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from errors import DampinganError
from expectations import staged_release
from expectations.staged_release import BROKEN, INVISIBLE, UNREADABLE_BIRTH
from tasks.rules import of_severity
from tests.expectations.conftest import RULES
from warehouse.accounting import RowAccounting

REJECTING = {rule.code: rule for rule in of_severity(RULES, "tolak")}
WARNINGS = [rule.code for rule in of_severity(RULES, "peringatan")]
NUMBERS = RowAccounting(in_file=3, accepted=2, rejected=1, skipped=0, warned=0)


def test_every_rejecting_rule_has_a_check_or_a_reason_to_have_none() -> None:
    assert set(REJECTING) == set(BROKEN) | {UNREADABLE_BIRTH} | INVISIBLE
    suite = staged_release.suite(
        "r", rejects={code: rule.explanation for code, rule in REJECTING.items()}, warnings=WARNINGS, rows=NUMBERS
    )
    checked = {check.name.removeprefix("aturan_") for check in suite.checks if check.name.startswith("aturan_")}
    assert checked == set(REJECTING) - INVISIBLE


def test_a_new_rule_without_a_check_is_noticed() -> None:
    with pytest.raises(DampinganError, match="ATURAN_BARU"):
        staged_release.suite("r", rejects={"ATURAN_BARU": "Uji."}, warnings=WARNINGS, rows=NUMBERS)


def _digits(length: int) -> st.SearchStrategy[str]:
    return st.text("0123456789", min_size=length, max_size=length)


_DATED = st.builds(
    lambda area, day, month, rest: f"{area}{day:02}{month:02}{rest}",
    _digits(6),
    st.integers(0, 99),
    st.integers(0, 20),
    _digits(6),
)
_NIK = st.one_of(
    st.none(),
    _DATED,
    _digits(16),
    st.sampled_from(["3.37504E+15", "1111111111111111", "3375044107990000", "337504410799001", "33750441079900x7"]),
    st.text("0123456789eE+.xX", min_size=1, max_size=18),
)
_ROW = st.tuples(
    _NIK,
    st.one_of(st.none(), _digits(16), _digits(15), st.just("3375044107990017")),
    st.one_of(st.none(), st.sampled_from(["Siti", "S1ti", "Ka'ab"])),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(_ROW, min_size=1, max_size=40))
def test_a_row_is_bad_here_exactly_when_a_rule_rejects_it(
    rows: list[tuple[str | None, str | None, str | None]],
) -> None:
    """Which rule says so may differ (the rule table gives one reason per fault), not whether one does."""
    frame = pl.DataFrame(rows, schema={"nik": pl.String, "no_kk": pl.String, "nama": pl.String}, orient="row")
    frame = frame.with_columns(
        pl.lit(False).alias("jumlah_kolom_salah"),
        pl.lit("33.75.04.1004").alias("kode_kemendagri"),
        pl.when((pl.col("nik").str.len_bytes() == 16) & pl.col("nik").str.contains(r"^[0-9]+$"))
        .then(pl.col("nik").cast(pl.Int64, strict=False))
        .alias("nik_angka"),
    )
    rules = [rule.broken for code, rule in REJECTING.items() if code in BROKEN and rule.broken is not None]
    by_rules = frame.select(pl.any_horizontal(broken.fill_null(False) for broken in rules)).to_series().to_list()
    texts = frame.to_arrow()
    predicate = " OR ".join(f"coalesce({broken}, false)" for broken in BROKEN.values())
    with duckdb.connect() as connection:
        connection.register("texts", texts)
        by_sql = [row[0] for row in connection.execute(f"SELECT {predicate} FROM texts").fetchall()]
    assert by_sql == by_rules
