"""Reads one report file and leaves the accepted and rejected rows of each report in it as Parquet. I/O and the order of
the steps; the rules about rows are in `cleaning` and `rules`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from errors import InputRejectedError
from tasks.programmes import accepting, cleaning, lookup
from tasks.programmes.findings import Finding, in_order, row_findings
from tasks.programmes.heads import require_begun, require_whole
from tasks.programmes.identity import id_start
from tasks.programmes.layout import ReportLayout, report_layout, word_key
from tasks.programmes.periods import Period, with_periods
from tasks.programmes.reading import read_grids
from tasks.programmes.rules import RULES_OF
from tasks.programmes.table import FoundTable, find_tables, unread_sheets
from tasks.rules import of_severity
from warehouse.accounting import RowAccounting
from warehouse.programmes import StagedReport

GRIDS = "grids"
"""Folder, below that of the report, where `reading.read_ahead` leaves its sheets."""


@dataclass(frozen=True, slots=True)
class References:
    """What the people of the city maintain by hand, and the secret that persons' stand-ins are made with.

    Args:
        assignments: columns of `core.opd_dampingan`.
        areas: columns of `core.wilayah`.
        aliases: `alias`, `kelurahan`.
        opd_aliases: `alias`, `opd_singkat`.
        secret: of `warehouse.person_key`.
    """

    assignments: pl.DataFrame
    areas: pl.DataFrame
    aliases: pl.DataFrame
    opd_aliases: pl.DataFrame
    secret: bytes


@dataclass(frozen=True, slots=True)
class StagedFile:
    """The reports of one file, each for one OPD, kelurahan and quarter, and every cell to look at."""

    reports: tuple[StagedReport, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class _Judged:
    """A table after cleaning; `rows` and `cleaned` are parallel."""

    found: FoundTable
    opd: str
    area: str
    rows: pl.DataFrame
    cleaned: pl.DataFrame


Key = tuple[str, str, int, int]


def stage_file(file: Path, *, file_name: str, references: References, staging: Path, today: date) -> StagedFile:
    """Read, clean and stage `file`.

    Args:
        file_name: as submitted, for messages and the ledger.
        staging: folder of this file alone; Parquet files are written there.
        today: the day the report came in; a later quarter is refused.

    Raises:
        InputRejectedError: when the file as a whole cannot be taken in; then nothing is staged.
    """
    layout = report_layout()
    grids = read_grids(file, staging / GRIDS, where=file_name)
    tables = find_tables(grids, layout, file_name)
    remarks = [*unread_sheets(grids, tables, layout), *(remark for table in tables for remark in table.remarks)]
    for table in tables:
        require_whole(table.head, file_name, period=not table.has_own_periods)
    pairs = {
        said: (
            lookup.require_opd(said[0], references.assignments, references.opd_aliases, file_name),
            lookup.require_area(said[1], references.areas, references.aliases, file_name),
        )
        for said in dict.fromkeys(map(_said, tables))
    }
    judged: list[_Judged] = []
    for table in sorted(tables, key=lambda table: table.part == "penerima"):
        judged.append(_judge(table, pairs[_said(table)], judged, layout, references, file_name, today))
    reports = _split(judged)
    if not reports:
        raise InputRejectedError(
            "Tidak ada satu pun isian di bawah kepala tabel.",
            where=", ".join([file_name, *(f"lembar {table.grid.name} baris {table.header_row}" for table in tables)]),
            next_step="Isi sedikitnya satu baris, lalu kirim lagi.",
        )
    findings = in_order([found for part in judged for found in row_findings(part.cleaned, part.found, layout)])
    staged = tuple(
        _stage(key, parts, file_name, references, staging, layout, tuple(remarks)) for key, parts in reports.items()
    )
    return StagedFile(staged, findings)


def _said(table: FoundTable) -> tuple[str, str]:
    """OPD and kelurahan as they are written for this table."""
    return table.head["opd"].text, table.head["kelurahan"].text


def _judge(
    table: FoundTable,
    pair: tuple[str, str],
    before: list[_Judged],
    layout: ReportLayout,
    references: References,
    where: str,
    today: date,
) -> _Judged:
    opd, area = pair
    has_period = {"tahun", "triwulan"} <= table.head.keys() or not table.has_own_periods
    of_head = require_begun(table.head, today, where) if has_period else None
    _require_calculated(table, where)
    own = lookup.assists(opd, area, references.assignments, of_head)
    activities = None
    if table.part == "penerima":
        activities = {
            word_key(name)
            for part in before
            if part.found.part == "kegiatan"
            for name in part.cleaned.filter(pl.col(cleaning.KIND) == cleaning.LINE)["kegiatan"].drop_nulls()
        }
    rows = with_periods(cleaning.original_rows(table), table, of_head, today)
    context = cleaning.Context(own, id_start(opd, area), activities)
    return _Judged(table, opd, area, rows, cleaning.clean(rows, table, layout, context))


def _require_calculated(table: FoundTable, where: str) -> None:
    cells = [f"{a}{row}" for row, a in table.grid.uncalculated if row > table.header_row and a in table.targets]
    if cells:
        raise InputRejectedError(
            f"Ada rumus yang hasilnya tidak tersimpan di sel {', '.join(cells[:5])}"
            + (" dan lainnya." if len(cells) > 5 else "."),
            where=f"{where}, lembar {table.grid.name}",
            next_step="Buka berkas di Excel, simpan sekali lagi, lalu kirim.",
        )


def _split(judged: list[_Judged]) -> dict[Key, list[_Judged]]:
    """The rows of each report, of all sheets together; a quarter without a single line makes no report."""
    reports: dict[Key, list[_Judged]] = {}
    for part in judged:
        for tahun, triwulan in (
            part.rows.select("tahun_baris", "triwulan_baris").unique(maintain_order=True).iter_rows()
        ):
            if tahun is None:
                continue
            mine = (pl.col("tahun_baris") == tahun) & (pl.col("triwulan_baris") == triwulan)
            chosen = part.rows.select(mine).to_series()
            own = _Judged(part.found, part.opd, part.area, part.rows.filter(chosen), part.cleaned.filter(chosen))
            reports.setdefault((part.opd, part.area, tahun, triwulan), []).append(own)
    return {
        key: parts
        for key, parts in sorted(reports.items())
        if any((part.cleaned[cleaning.KIND] == cleaning.LINE).any() for part in parts)
    }


def _stage(
    key: Key,
    parts: list[_Judged],
    file_name: str,
    references: References,
    staging: Path,
    layout: ReportLayout,
    remarks: tuple[str, ...],
) -> StagedReport:
    opd, area, tahun, triwulan = key
    _require_one_each(parts, (tahun, triwulan), file_name)
    columns: dict[str, str | int] = {"opd_singkat": opd, "kode_kemendagri": area, "tahun": tahun, "triwulan": triwulan}
    name = f"{opd.lower()}-{area}-{tahun}-{triwulan}"
    accepted = _accept(parts, columns, references.secret)
    accepted = {part: rows for part, rows in accepted.items() if not rows.is_empty()}
    files = {part: staging / f"{name}-{part}.parquet" for part in accepted}
    for part_name, path in files.items():
        accepted[part_name].write_parquet(path)
    rejected = pl.concat([accepting.rejected_rows(part.cleaned, part.rows, part.found) for part in parts])
    rejected.write_parquet(staging / f"{name}-ditolak.parquet")
    kinds = pl.concat([part.cleaned.select(cleaning.KIND) for part in parts])[cleaning.KIND]
    skipped = {kind: int((kinds == kind).sum()) for kind in cleaning.SKIPPED_KINDS}
    findings = in_order([found for part in parts for found in row_findings(part.cleaned, part.found, layout)])
    return StagedReport(
        key=name,
        file_name=file_name,
        opd_singkat=opd,
        kode_kemendagri=area,
        tahun=tahun,
        triwulan=triwulan,
        accepted=files,
        rejected=staging / f"{name}-ditolak.parquet",
        accounting=RowAccounting(
            in_file=sum(part.rows.height for part in parts),
            accepted=sum(frame.height for frame in accepted.values()),
            rejected=rejected.height,
            skipped=sum(skipped.values()),
            warned=sum(frame.filter(pl.col("peringatan") != 0).height for frame in accepted.values()),
        ),
        skipped=skipped,
        reject_codes={part: codes for part, codes in _codes("tolak").items() if part in rejected["bagian"]},
        warning_codes=_codes("peringatan"),
        remarks=(*_not_assigned(opd, area, references, (tahun, triwulan)), *_remarks(parts, layout), *remarks),
        findings=tuple(finding.sentence for finding in findings),
    )


def _accept(parts: list[_Judged], columns: dict[str, str | int], secret: bytes) -> dict[str, pl.DataFrame]:
    """The accepted rows by part; recipients come after the activities they name."""
    accepted: dict[str, pl.DataFrame] = {}
    for part in parts:
        named = accepted.get("kegiatan")
        accepted[part.found.part] = accepting.accepted_rows(
            part.found.part, part.cleaned, columns, secret=secret, activities=named
        )
    return accepted


def _codes(severity: str) -> dict[str, tuple[str, ...]]:
    return {
        part: tuple(rule.code for rule in of_severity(rules, "tolak" if severity == "tolak" else "peringatan"))
        for part, rules in RULES_OF.items()
    }


def _require_one_each(parts: list[_Judged], period: Period, where: str) -> None:
    names: dict[str, str] = {}
    for part in parts:
        first = names.setdefault(part.found.part, part.found.grid.name)
        if first != part.found.grid.name:
            raise InputRejectedError(
                f"Lembar '{first}' dan '{part.found.grid.name}' memuat tabel yang sama untuk triwulan {period[1]} "
                f"tahun {period[0]}.",
                where=where,
                next_step="Gabungkan keduanya di satu lembar, atau perbaiki Tahun dan Triwulan di atas salah satunya.",
            )


def _not_assigned(opd: str, area: str, references: References, period: Period) -> list[str]:
    areas = references.areas
    if lookup.assists(opd, area, references.assignments, period):
        return []
    own = references.assignments.filter(opd_singkat=opd).join(areas, on="kode_kemendagri", how="inner")
    reported = areas.filter(kode_kemendagri=area)["kelurahan"].item()
    listed = ", ".join(own["kelurahan"].unique().sort()) or "belum ada"
    return [f"{opd} tidak ditetapkan untuk {reported} (menurut penetapan: {listed})."]


def _remarks(parts: list[_Judged], layout: ReportLayout) -> list[str]:
    said = []
    for part in parts:
        sheet, grid = layout.sheets[part.found.part], part.found.grid
        said += [
            f"Jumlah pada lembar {grid.name} baris {row}, kolom {sheet.heading(column)}, tidak sama dengan jumlah "
            "baris di atasnya."
            for row, column in cleaning.wrong_totals(part.cleaned)
        ]
        lines = set(part.cleaned.filter(pl.col(cleaning.KIND) == cleaning.LINE)["baris_sumber"].to_list())
        if hidden := sorted(lines.intersection(grid.hidden_rows)):
            shown = ", ".join(map(str, hidden[:10])) + (" dan lainnya" if len(hidden) > 10 else "")
            said.append(f"Baris tersembunyi pada lembar {grid.name} ikut dibaca: {shown}.")
        if untitled := cleaning.untitled_columns(part.cleaned, part.rows, part.found):
            letters = ", ".join(untitled)
            said.append(f"Lembar {grid.name}: isi kolom tanpa judul tidak dibaca: {letters}.")
    return said
