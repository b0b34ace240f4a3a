"""What became of the rows of a release: the sums of every table, its rejected rows whole, the values that no code list
has. Reads what staging wrote; knows no rule but by its code.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import polars as pl

from tasks.registry.cleaning import closed_columns, originals, with_values
from tasks.registry.corrections import Correction
from tasks.registry.opening import OpenedRelease
from tasks.registry.reading import submitted_lines, unique_headers, whole_row, with_fields
from tasks.registry.rules import household_rules
from tasks.registry.tables import SourceTable
from tasks.registry.values import is_outside_its_list
from tasks.rules import Rule, of_severity
from warehouse.accounting import AppliedCorrection, RowAccounting, TableAccount

SKIPPED = -1
"""`penolakan` of a row that is no person."""

_SUMMARY = "summary.json"
_MOST_VALUES = 50
_LONGEST_VALUE = 60


@dataclass(frozen=True, slots=True)
class StagedRows:
    """The rows of one table in one Parquet file. `penolakan` is 0 in accepted rows, SKIPPED in rows that are no person
    and else has the bits of the reasons; `baris` holds the row's fields where it is rejected, or says something that a
    closed list does not have."""

    path: Path

    @property
    def accepted(self) -> pl.LazyFrame:
        return pl.scan_parquet(self.path).filter(pl.col("penolakan") == 0)

    @property
    def rejected(self) -> pl.LazyFrame:
        return pl.scan_parquet(self.path).filter(pl.col("penolakan") > 0)


@dataclass(frozen=True, slots=True)
class StagedRelease:
    """What lies in a staging folder: the rows of persons, the rejected rows of every table, and the sums that prove
    nothing was lost. `unknown_values` are counted per column, the most frequent first."""

    release_id: str
    layout: str
    unit_of_analysis: str
    constant_within: list[str]
    columns: list[str]
    rows: Path
    rejected: Path
    tables: list[TableAccount]
    without_nik: int
    niks_ending_in_zero: int
    accepted_by_area: dict[str, int]
    unknown_values: dict[str, dict[str, int]]
    corrections: list[AppliedCorrection]
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
    opened: OpenedRelease,
    persons: StagedRows,
    households: StagedRows | None,
    rejected: Path,
    table: Sequence[Rule],
    release: str,
    corrections: Sequence[Correction],
) -> StagedRelease:
    """Count the staged rows and write the rejected ones of all tables to `rejected`."""
    accepted = persons.accepted
    counts = accepted.select(
        pl.col("nik").is_null().sum().alias("without_nik"),
        pl.col("nik").str.ends_with("0").sum().alias("ending_in_zero"),
    )
    by_area = accepted.group_by("kode_kemendagri").len().sort("kode_kemendagri").collect(engine="streaming")
    without_nik, ending_in_zero = counts.collect(engine="streaming").row(0)
    parts = [(opened.persons, persons, of_severity(table, "tolak"))]
    if opened.households is not None and households is not None:
        parts.append((opened.households, households, household_rules()))
    pl.concat([_whole_rejected(source, found) for source, found, _ in parts]).sink_parquet(
        rejected, compression="lz4", engine="streaming"
    )
    unknown: dict[str, dict[str, int]] = {}
    for source, found, _ in parts:
        unknown |= _unknown_values(source, found)
    return StagedRelease(
        release_id=release,
        layout=opened.layout.name,
        unit_of_analysis=opened.layout.unit_of_analysis,
        constant_within=opened.layout.constant_within,
        columns=sorted(opened.columns),
        rows=persons.path,
        rejected=rejected,
        tables=[_count(source, found, reasons) for source, found, reasons in parts],
        without_nik=without_nik,
        niks_ending_in_zero=ending_in_zero,
        accepted_by_area=dict(by_area.iter_rows()),
        unknown_values=unknown,
        corrections=[AppliedCorrection(known.id, known.reason, known.source, known.rows) for known in corrections],
        notices=list(opened.notices),
    )


def _count(source: SourceTable, rows: StagedRows, reasons: Sequence[Rule]) -> TableAccount:
    """The sums of one table; reasons without a row are left out."""
    mask = pl.col("penolakan")
    is_accepted, is_rejected = mask == 0, mask > 0
    is_warned = pl.col("peringatan") != 0 if source.matched.part == "warga" else pl.lit(False)
    counted = pl.scan_parquet(rows.path).select(
        is_accepted.sum().alias("accepted"),
        is_rejected.sum().alias("rejected"),
        (mask == SKIPPED).sum().alias("skipped"),
        (is_accepted & is_warned).sum().alias("warned"),
        *((is_rejected & (mask & (1 << bit) != 0)).sum().alias(rule.code) for bit, rule in enumerate(reasons)),
    )
    counts = counted.collect(engine="streaming").row(0, named=True)
    return TableAccount(
        part=source.matched.part,
        file_name=source.file_name,
        headers=unique_headers(source.matched.headers),
        size_bytes=source.size_bytes,
        accounting=RowAccounting(
            source.rows, counts["accepted"], counts["rejected"], counts["skipped"], counts["warned"]
        ),
        rejected_by={rule.code: counts[rule.code] for rule in reasons if counts[rule.code]},
    )


def _whole_rejected(source: SourceTable, rows: StagedRows) -> pl.LazyFrame:
    """The rejected rows of a table, each whole; a line that could not be cut stands there as it was submitted."""
    cut = with_fields(rows.rejected.select("baris_sumber", "baris", "penolakan"), source, as_submitted=True)
    whole, broken = cut.filter(~pl.col("jumlah_kolom_salah")), cut.filter(pl.col("jumlah_kolom_salah"))
    isi = whole_row(source.matched.headers).alias("isi")
    part = pl.lit(source.matched.part).alias("bagian")
    return pl.concat(
        frame.select(part, "baris_sumber", isi, "penolakan") for frame in (whole, submitted_lines(source, broken))
    )


def _unknown_values(source: SourceTable, rows: StagedRows) -> dict[str, dict[str, int]]:
    """Of each column with a closed list the values of accepted rows that the list does not have, and how often."""
    header = source.matched
    closed = closed_columns(header)
    kept = rows.accepted.filter(pl.col("baris").is_not_null()).select("baris_sumber", "baris")
    valued = with_values(with_fields(kept, source).with_columns(originals(header)), closed, header.layout)
    found = {}
    for target in closed:
        value = pl.col(f"asal_{target}").str.slice(0, _LONGEST_VALUE).alias("nilai")
        outside = valued.filter(is_outside_its_list(target, header.layout)).select(value)
        counted = outside.group_by("nilai").len().sort("len", "nilai", descending=[True, False]).head(_MOST_VALUES)
        values = dict(counted.collect(engine="streaming").iter_rows())
        if values:
            found[target] = values
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
        TableAccount(**table | {"accounting": RowAccounting(**table["accounting"])}) for table in content["tables"]
    ]
    content["corrections"] = [AppliedCorrection(**known) for known in content["corrections"]]
    return StagedRelease(**content)
