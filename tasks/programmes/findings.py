"""Says in sentences what is wrong with the rows of a report, for the people who have to mend them.

Pure. A sentence names row, column, reason and action, never what stands in a cell. It must not know how a report is
loaded.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from tasks.programmes.layout import ReportLayout
from tasks.programmes.rules import RULES
from tasks.programmes.table import FoundTable
from tasks.rules import Rule, of_severity
from warehouse.tables.programmes import ACTIVITY_COLUMNS

MOST_SHOWN = 10
_OF_A_ROW = {*(column.name for column in ACTIVITY_COLUMNS), "baris"}
"""What a rule about a row looks at; a rule about the head speaks once, for the report."""


def row_findings(cleaned: pl.DataFrame, found: FoundTable, layout: ReportLayout) -> tuple[str, ...]:
    """One sentence per row and reason, rejected rows first, each group in the order of the sheet.

    Args:
        cleaned: as `cleaning.clean` returns it.
    """
    headings = {target: found.headings[letter] for letter, target in found.targets.items()}
    masks = cleaned.select("baris_sumber", "penolakan", "peringatan").rows()
    rejected = [
        f"{_sentence(row, rule, headings, layout)} Baris ini ditolak."
        for row, bits, _ in masks
        for rule in _broken(bits, of_severity(RULES, "tolak"))
    ]
    warned = [
        _sentence(row, rule, headings, layout)
        for row, rejecting, bits in masks
        if not rejecting
        for rule in _broken(bits, of_severity(RULES, "peringatan"))
    ]
    return (*rejected, *warned)


def shortened(findings: Sequence[str]) -> list[str]:
    """The first ten, and how many more there are."""
    further = len(findings) - MOST_SHOWN
    return [*findings[:MOST_SHOWN], *([f"dan {further} lainnya."] if further > 0 else [])]


def _broken(bits: int, rules: Sequence[Rule]) -> list[Rule]:
    return [rule for bit, rule in enumerate(rules) if bits >> bit & 1 and rule.column in _OF_A_ROW]


def _sentence(row: int, rule: Rule, headings: dict[str, str], layout: ReportLayout) -> str:
    column = "" if rule.column == "baris" else f", kolom {headings.get(rule.column) or layout.heading(rule.column)}"
    return f"baris {row}{column}: {rule.explanation} {rule.action}"
