"""The register files that are measured: the synthetic register as CSV, and the same columns as Parquet and XLSX."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import xlsxwriter

from tasks.sample.plan import SamplePlan
from tasks.sample.registry import write_registry_sample

SEED = 2022
RELEASES = 2
DELIMITER = "|"


@dataclass(frozen=True, slots=True)
class ReleaseFile:
    """One release as a file of one kind, with the manifest that goes with it."""

    file: Path
    manifest: Path
    period: str


def csv_releases(folder: Path, persons: int) -> list[ReleaseFile]:
    """Write the releases of a register of `persons` into `folder`, earliest first."""
    write_registry_sample(folder, persons=persons, releases=RELEASES, seed=SEED, plan=SamplePlan())
    found = []
    for file in sorted(folder.glob("*.csv")):
        manifest = file.with_name(f"{file.name}.manifest.json")
        found.append(ReleaseFile(file, manifest, json.loads(manifest.read_text("utf-8"))["period"]))
    return found


def as_parquet(release: ReleaseFile) -> ReleaseFile:
    """The lines with the right number of fields, every column as text. Other lines cannot be in a Parquet file."""
    file = release.file.with_suffix(".parquet")
    headers = _headers(release.file)
    fields = pl.col("line").str.split_exact(DELIMITER, len(headers) - 1).struct.rename_fields(headers)
    (
        pl.scan_lines(str(release.file), row_index_name="number")
        .filter(
            (pl.col("number") > 0) & (pl.col("line").str.count_matches(DELIMITER, literal=True) == len(headers) - 1)
        )
        .select(fields.alias("fields"))
        .unnest("fields")
        .sink_parquet(file, engine="streaming")
    )
    return ReleaseFile(file, release.manifest, release.period)


def as_xlsx(release: ReleaseFile) -> ReleaseFile:
    """The same lines as a workbook, every cell as text."""
    file = release.file.with_suffix(".xlsx")
    with (
        release.file.open(encoding="utf-8", newline="") as lines,
        xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_numbers": False}) as workbook,
    ):
        sheet = workbook.add_worksheet("Data")
        width = len(_headers(release.file))
        records = csv.reader(lines, delimiter=DELIMITER, quoting=csv.QUOTE_NONE)
        for row, fields in enumerate(fields for fields in records if len(fields) == width):
            for column, text in enumerate(fields):
                sheet.write_string(row, column, text)
    return ReleaseFile(file, release.manifest, release.period)


def _headers(file: Path) -> list[str]:
    with file.open(encoding="utf-8") as lines:
        return lines.readline().rstrip("\n").split(DELIMITER)
