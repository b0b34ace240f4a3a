"""Says in sentences what is wrong with the rows of a report, for the people who have to mend them, and which cells to
mark.

Pure. A sentence names sheet, row, column, reason and action, never what stands in a cell. It must not know how a report
is loaded.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from tasks.programmes.cleaning import day_text
from tasks.programmes.layout import ReportLayout
from tasks.programmes.rules import MAIN, RULES_OF
from tasks.programmes.table import FoundTable
from tasks.rules import Rule, of_severity
from warehouse.tables.programmes import PARTS

MOST_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason on one row.

    Args:
        address: the cell to look at, for example `D10`; the row's main cell where a reason is about the row.
        example: a right value for this cell, '' where an example cannot help.
        rejected: whether the row was kept out.
    """

    sheet: str
    row: int
    address: str
    heading: str
    explanation: str
    action: str
    example: str
    rejected: bool

    @property
    def sentence(self) -> str:
        column = f", kolom {self.heading}" if self.heading else ""
        kept_out = " Baris ini ditolak." if self.rejected else ""
        return f"lembar {self.sheet}, baris {self.row}{column}: {self.explanation} {self.action}{kept_out}"


def row_findings(cleaned: pl.DataFrame, found: FoundTable, layout: ReportLayout) -> tuple[Finding, ...]:
    """One finding per row and reason, rejected rows first, each group in the order of the sheet.

    Args:
        cleaned: as `cleaning.clean` returns it.
    """
    rules = RULES_OF[found.part]
    marked = cleaned.filter((pl.col("penolakan") != 0) | (pl.col("peringatan") != 0))
    masks = marked.select("baris_sumber", "penolakan", "peringatan").rows()
    rejecting, warning = of_severity(rules, "tolak"), of_severity(rules, "peringatan")
    rejected = [
        _finding(row, rule, found, layout, rejected=True)
        for row, bits, _ in masks
        for rule in _broken(bits, rejecting, found.part)
    ]
    warned = [
        _finding(row, rule, found, layout, rejected=False)
        for row, kept_out, bits in masks
        if not kept_out
        for rule in _broken(bits, warning, found.part)
    ]
    return (*rejected, *warned)


def in_order(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Over all sheets: what kept a row out before what only marks one."""
    return tuple(sorted(findings, key=lambda finding: not finding.rejected))


def shortened(findings: Sequence[str]) -> list[str]:
    """The first ten, and how many more there are."""
    further = len(findings) - MOST_SHOWN
    return [*findings[:MOST_SHOWN], *([f"dan {further} lainnya."] if further > 0 else [])]


def _broken(bits: int, rules: Sequence[Rule], part: str) -> Iterator[Rule]:
    """A rule about the head speaks once, for the report, and not here."""
    of_a_row = {*PARTS[part].written, "baris"}
    return (rule for bit, rule in enumerate(rules) if bits >> bit & 1 and rule.column in of_a_row)


def _finding(row: int, rule: Rule, found: FoundTable, layout: ReportLayout, *, rejected: bool) -> Finding:
    sheet = layout.sheets[found.part]
    letters = {target: letter for letter, target in found.targets.items()}
    letter = letters.get(rule.column) or letters.get(MAIN[found.part]) or next(iter(found.targets))
    heading = ""
    if rule.column != "baris":
        heading = found.headings[letters[rule.column]] if rule.column in letters else sheet.heading(rule.column)
    example = sheet.examples.get(rule.column)
    return Finding(
        sheet=found.grid.name,
        row=row,
        address=f"{letter}{row}",
        heading=heading,
        explanation=rule.explanation,
        action=rule.action,
        example="" if example is None else day_text(example),
        rejected=rejected,
    )
