"""What became of the rows of a release: the sums of every table, its rejected rows whole, the values that no code list
has. Reads what staging wrote; knows no rule but by its code.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import polars as pl

from tasks.registry.cleaning import SKIPPED, closed_columns, originals, outside_its_list
from tasks.registry.opening import OpenedRelease
from tasks.registry.reading import chosen_rows, whole_row
from tasks.registry.rules import household_rules
from tasks.registry.tables import SourceTable
from tasks.rules import Rule, of_severity
from warehouse.accounting import RowAccounting

_SUMMARY = "summary.json"
_MOST_VALUES = 50
_LONGEST_VALUE = 60


@dataclass(frozen=True, slots=True)
class StagedTable:
    """What became of one table of the release; `part` is `warga` or `keluarga`."""

    part: str
    file_name: str
    size_bytes: int
    accounting: RowAccounting
    rejected_by: dict[str, int]


@dataclass(frozen=True, slots=True)
class StagedRelease:
    """What lies in a staging folder: the rows of persons, the rejected rows of every table, and the sums that prove
    nothing was lost. `unknown_values` are counted per column, the most frequent first."""

    release_id: str
    layout: str
    source_system: str | None
    unit_of_analysis: str
    constant_within: list[str]
    rows: Path
    rejected: Path
    tables: list[StagedTable]
    without_nik: int
    niks_ending_in_zero: int
    accepted_by_area: dict[str, int]
    unknown_values: dict[str, dict[str, int]]
    notices: list[str]

    @property
    def accounting(self) -> RowAccounting:
        """The sums of the table of persons."""
        return self.tables[0].accounting

    @property
    def rejected_by(self) -> dict[str, int]:
        return {code: count for table in self.tables for code, count in table.rejected_by.items()}

    @property
    def size_bytes(self) -> int:
        return sum({table.file_name: table.size_bytes for table in self.tables}.values())


def account(
    opened: OpenedRelease, rows: Path, households: Path | None, rejected: Path, table: Sequence[Rule], release_id: str
) -> StagedRelease:
    """Count the staged rows and write the rejected ones to `rejected`."""
    accepted = pl.scan_parquet(rows).filter(pl.col("penolakan") == 0)
    counts = accepted.select(
        pl.col("nik").is_null().sum().alias("without_nik"),
        pl.col("nik").str.ends_with("0").sum().alias("ending_in_zero"),
    )
    by_area = accepted.group_by("kode_kemendagri").len().sort("kode_kemendagri").collect(engine="streaming")
    without_nik, ending_in_zero = counts.collect(engine="streaming").row(0)
    parts = [(opened.persons, rows, of_severity(table, "tolak"))]
    if opened.households is not None and households is not None:
        parts.append((opened.households, households, household_rules()))
    written, unknown = [], {}
    for source, path, _ in parts:
        marked = _marked(path, source, table)
        few = chosen_rows(source, marked["baris_sumber"])
        written.append(_rejected(source, few, marked))
        unknown |= _unknown_values(source, few)
    pl.concat(written).write_parquet(rejected, compression="lz4")
    return StagedRelease(
        release_id=release_id,
        layout=opened.layout.name,
        source_system=opened.layout.source_system,
        unit_of_analysis=opened.layout.unit_of_analysis,
        constant_within=opened.layout.constant_within,
        rows=rows,
        rejected=rejected,
        tables=[_count(source, path, reasons) for source, path, reasons in parts],
        without_nik=without_nik,
        niks_ending_in_zero=ending_in_zero,
        accepted_by_area=dict(by_area.iter_rows()),
        unknown_values=unknown,
        notices=list(opened.notices),
    )


def _count(source: SourceTable, path: Path, reasons: Sequence[Rule]) -> StagedTable:
    """The sums of one table; reasons without a row are left out."""
    mask = pl.col("penolakan")
    warned = pl.col("peringatan") != 0 if source.matched.part == "warga" else pl.lit(False)
    counts = (
        pl.scan_parquet(path)
        .select(
            (mask == 0).sum().alias("accepted"),
            (mask > 0).sum().alias("rejected"),
            (mask == SKIPPED).sum().alias("skipped"),
            ((mask == 0) & warned).sum().alias("warned"),
            *(((mask > 0) & (mask & (1 << bit) != 0)).sum().alias(rule.code) for bit, rule in enumerate(reasons)),
        )
        .collect(engine="streaming")
        .row(0, named=True)
    )
    return StagedTable(
        part=source.matched.part,
        file_name=source.file_name,
        size_bytes=source.size_bytes,
        accounting=RowAccounting(
            source.rows, counts["accepted"], counts["rejected"], counts["skipped"], counts["warned"]
        ),
        rejected_by={rule.code: counts[rule.code] for rule in reasons if counts[rule.code]},
    )


def _marked(path: Path, source: SourceTable, table: Sequence[Rule]) -> pl.DataFrame:
    """`baris_sumber` and `penolakan` of the rows to look at again: rejected, or with a value outside its list."""
    is_wanted = pl.col("penolakan") > 0
    if source.matched.part == "warga":
        warnings = [rule.code for rule in of_severity(table, "peringatan")]
        bits = sum(1 << bit for bit, code in enumerate(warnings) if code.endswith("_TIDAK_DIKENAL"))
        is_wanted = is_wanted | ((pl.col("penolakan") == 0) & (pl.col("peringatan") & bits != 0))
    elif "asal_desil" in pl.read_parquet_schema(path):
        is_wanted = is_wanted | (pl.col("penolakan") == 0)
    wanted = pl.scan_parquet(path).filter(is_wanted).select("baris_sumber", "penolakan")
    return wanted.collect(engine="streaming")


def _rejected(source: SourceTable, few: pl.DataFrame, marked: pl.DataFrame) -> pl.DataFrame:
    """The rejected rows of a table, each whole."""
    whole = few.select("baris_sumber", whole_row(source.matched.headers).alias("isi"))
    return (
        marked.filter(pl.col("penolakan") > 0)
        .join(whole, on="baris_sumber")
        .select(pl.lit(source.matched.part).alias("bagian"), "baris_sumber", "isi", "penolakan")
    )


def _unknown_values(source: SourceTable, few: pl.DataFrame) -> dict[str, dict[str, int]]:
    """Of each column with a closed list the values that the list does not have, and how often, the most frequent."""
    stated = few.filter(~pl.col("jumlah_kolom_salah") & ~pl.col("dilewati")).select(originals(source.matched))
    found = {}
    for target in closed_columns(source.matched):
        value = pl.col(f"asal_{target}").str.slice(0, _LONGEST_VALUE)
        outside = stated.filter(outside_its_list(target, source.matched.layout)).select(value.alias("nilai"))
        counted = outside["nilai"].value_counts(sort=True).head(_MOST_VALUES)
        if len(counted):
            found[target] = dict(counted.iter_rows())
    return found


def write_summary(staging: Path, staged: StagedRelease) -> None:
    """Leave the sums in the staging folder."""
    content = asdict(staged) | {"rows": staged.rows.name, "rejected": staged.rejected.name}
    (staging / _SUMMARY).write_text(json.dumps(content, indent=2))


def read_staged(staging: Path) -> StagedRelease:
    """What `write_summary` left in this folder."""
    content = json.loads((staging / _SUMMARY).read_text())
    content["rows"] = staging / content["rows"]
    content["rejected"] = staging / content["rejected"]
    content["tables"] = [
        StagedTable(**table | {"accounting": RowAccounting(**table["accounting"])}) for table in content["tables"]
    ]
    return StagedRelease(**content)
