"""A mask says which rules a row broke, bit by bit."""

from __future__ import annotations

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.rules import Rule, Severity, mask, of_severity


def rule(code: str, severity: Severity = "tolak", broken: pl.Expr | None = None) -> Rule:
    return Rule(code, severity, "kolom", "Salah.", "Perbaiki.", broken)


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(st.lists(st.sampled_from([True, False, None]), min_size=5, max_size=5), min_size=1, max_size=10),
    elsewhere=st.integers(0, 5),
)
def test_bit_i_is_rule_i_and_null_is_not_broken(rows: list[list[bool | None]], elsewhere: int) -> None:
    """A rule that is applied elsewhere keeps its place among the bits."""
    rules = [rule(f"R{place}", broken=pl.col(f"c{place}")) for place in range(5)]
    rules.insert(elsewhere, rule("LAIN"))
    frame = pl.DataFrame(rows, schema={f"c{place}": pl.Boolean for place in range(5)}, orient="row")
    masks = frame.select(mask(rules).alias("m"))["m"]
    assert masks.dtype == pl.Int64
    expected = []
    for row in rows:
        broken = [*row[:elsewhere], None, *row[elsewhere:]]
        expected.append(sum(1 << bit for bit, value in enumerate(broken) if value))
    assert masks.to_list() == expected


def test_severities_are_kept_apart_in_order() -> None:
    rules = [rule("A"), rule("B", "peringatan"), rule("C"), rule("D", "peringatan")]
    assert [found.code for found in of_severity(rules, "tolak")] == ["A", "C"]
    assert [found.code for found in of_severity(rules, "peringatan")] == ["B", "D"]
