"""What a rule about a row is. A rule that rejects keeps the row out; one that warns lets it in and marks it.

The rule tables (`tasks/registry/rules.py`, `tasks/programmes/rules.py`) are the only list of reason codes: the
cleaning, the table `core.alasan`, the reject workbook and the checks are derived from them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import polars as pl

Severity = Literal["tolak", "peringatan"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One reason for rejecting or marking a row.

    Args:
        code: reason code, upper case, unique over all rule tables.
        severity: `tolak` or `peringatan`.
        column: the target column the officer has to look at.
        explanation: what is wrong, in Bahasa Indonesia, one sentence.
        action: what the officer should do, one sentence.
        broken: boolean expression over the cleaned frame, true where the rule is broken; None when the rule
            needs more than its own row and is applied where that is known.
    """

    code: str
    severity: Severity
    column: str
    explanation: str
    action: str
    broken: pl.Expr | None = None


def mask(rules: Sequence[Rule]) -> pl.Expr:
    """Int64 with bit i set where rule i of `rules` is broken; a NULL predicate counts as not broken."""
    bits = [
        pl.when(rule.broken).then(pl.lit(1 << bit, pl.Int64)).otherwise(pl.lit(0, pl.Int64))
        for bit, rule in enumerate(rules)
        if rule.broken is not None
    ]
    return pl.sum_horizontal(bits)


def of_severity(rules: Sequence[Rule], severity: Severity) -> tuple[Rule, ...]:
    """The rules of one severity; a rule's position in the result is its bit in the mask."""
    return tuple(rule for rule in rules if rule.severity == severity)
