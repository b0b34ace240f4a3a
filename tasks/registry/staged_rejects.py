"""The rejected rows of a release that is staged and not loaded, as the warehouse would tell them. Only reads what
tasks/registry/staging.py wrote."""

from __future__ import annotations

import json
from datetime import date

import polars as pl

from tasks.registry.accounts import StagedRelease
from tasks.registry.rules import household_rules, rules
from tasks.rules import Rule, of_severity
from warehouse.rejects import Reason, RejectedRow


def staged_rejects(staged: StagedRelease, *, area_code: str, period: date) -> list[RejectedRow]:
    """In the order of the file, persons first. Personal data: for a workbook in private hands, never for a log."""
    reasons = {"warga": of_severity(rules(area_code=area_code, period=period), "tolak"), "keluarga": household_rules()}
    rows = pl.scan_parquet(staged.rejected).sort(["bagian", "baris_sumber"], descending=[True, False]).collect()
    return [
        RejectedRow(part, line, json.loads(fields), _broken(reasons[part], mask))
        for part, line, fields, mask in rows.select("bagian", "baris_sumber", "isi", "penolakan").iter_rows()
    ]


def _broken(table: tuple[Rule, ...], mask: int) -> tuple[Reason, ...]:
    found = [rule for bit, rule in enumerate(table) if mask & (1 << bit)]
    ordered = sorted(found, key=lambda rule: rule.code)
    return tuple(Reason(rule.code, rule.column, rule.explanation, rule.action) for rule in ordered)
