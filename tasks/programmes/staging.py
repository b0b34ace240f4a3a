"""Reads one programme report and leaves its accepted and rejected rows as Parquet. I/O and the order of the steps;
the rules about rows are in `cleaning` and `rules`."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl

from errors import InputRejectedError
from tasks.programmes import cleaning, lookup
from tasks.programmes.findings import row_findings
from tasks.programmes.layout import ReportLayout, report_layout
from tasks.programmes.reading import read_cells
from tasks.programmes.rules import RULES
from tasks.programmes.table import FoundTable, find_table
from tasks.rules import of_severity
from warehouse.accounting import RowAccounting
from warehouse.programmes import StagedReport


def stage_report(
    file: Path,
    *,
    file_name: str,
    assignments: pl.DataFrame,
    areas: pl.DataFrame,
    aliases: pl.DataFrame,
    opd_aliases: pl.DataFrame,
    staging: Path,
    today: date,
) -> StagedReport:
    """Read, clean and stage `file`.

    Args:
        file_name: as submitted, for messages and the ledger.
        assignments: columns of `core.opd_dampingan`.
        areas: columns of `core.wilayah`.
        aliases: `alias`, `kelurahan`.
        opd_aliases: `alias`, `opd_singkat`.
        staging: folder of this report alone; `accepted.parquet` and `rejected.parquet` are written there.
        today: the day the report came in; a later quarter is refused.

    Raises:
        InputRejectedError: when the file as a whole cannot be taken in; then nothing is staged.
    """
    layout = report_layout()
    staging.mkdir(parents=True, exist_ok=True, mode=0o700)
    cells = read_cells(file, staging, where=file_name, sheet=layout.sheet)
    found = find_table(cells, layout, file_name, today=today)
    opd = lookup.require_opd(found.opd, assignments, opd_aliases, file_name)
    area = lookup.require_area(found.kelurahan, areas, aliases, file_name)
    rows = cleaning.original_rows(cells, found)
    own = not assignments.filter(opd_singkat=opd, kode_kemendagri=area).is_empty()
    cleaned = cleaning.clean(rows, found, layout, own_area=own)
    _require_lines(cleaned, rows, found, file_name)
    key: dict[str, str | int] = {
        "opd_singkat": opd,
        "kode_kemendagri": area,
        "tahun": found.tahun,
        "triwulan": found.triwulan,
    }
    accepted = cleaning.accepted_rows(cleaned, key)
    rejected = cleaning.rejected_rows(cleaned, rows, found)
    accepted.write_parquet(staging / "accepted.parquet")
    rejected.write_parquet(staging / "rejected.parquet")
    skipped = {kind: cleaned.filter(pl.col(cleaning.KIND) == kind).height for kind in cleaning.SKIPPED_KINDS}
    return StagedReport(
        key=f"{opd.lower()}-{area}-{found.tahun}-{found.triwulan}",
        file_name=file_name,
        opd_singkat=opd,
        kode_kemendagri=area,
        tahun=found.tahun,
        triwulan=found.triwulan,
        accepted=staging / "accepted.parquet",
        rejected=staging / "rejected.parquet",
        accounting=RowAccounting(
            in_file=rows.height,
            accepted=accepted.height,
            rejected=rejected.height,
            skipped=sum(skipped.values()),
            warned=accepted.filter(pl.col("peringatan") != 0).height,
        ),
        skipped=skipped,
        reject_codes=tuple(rule.code for rule in of_severity(RULES, "tolak")),
        warning_codes=tuple(rule.code for rule in of_severity(RULES, "peringatan")),
        remarks=(*_not_assigned(opd, area, assignments, areas), *_remarks(cleaned, layout)),
        findings=row_findings(cleaned, found, layout),
    )


def _require_lines(cleaned: pl.DataFrame, rows: pl.DataFrame, found: FoundTable, where: str) -> None:
    if cleaned.filter(pl.col(cleaning.KIND) == cleaning.LINE).is_empty():
        raise InputRejectedError(
            "Tidak ada satu pun kegiatan di bawah kepala tabel.",
            where=f"{where}, baris {found.header_row}",
            next_step="Isi sedikitnya satu kegiatan, lalu kirim lagi.",
        )
    if untitled := cleaning.untitled_columns(cleaned, rows, found):
        raise InputRejectedError(
            f"Ada isi di kolom tanpa judul: {', '.join(untitled)}.",
            where=f"{where}, baris {found.header_row}",
            next_step="Beri judul kolom itu seperti pada templat, atau judul 'Keterangan' bila tidak perlu dimuat.",
        )


def _not_assigned(opd: str, area: str, assignments: pl.DataFrame, areas: pl.DataFrame) -> list[str]:
    own = assignments.filter(opd_singkat=opd).join(areas, on="kode_kemendagri", how="inner")
    if area in own["kode_kemendagri"]:
        return []
    reported = areas.filter(kode_kemendagri=area)["kelurahan"].item()
    listed = ", ".join(own["kelurahan"].sort()) or "belum ada"
    return [f"{opd} tidak ditetapkan untuk {reported} (menurut penetapan: {listed})."]


def _remarks(cleaned: pl.DataFrame, layout: ReportLayout) -> tuple[str, ...]:
    return tuple(
        f"Jumlah pada baris {row}, kolom {layout.heading(column)}, tidak sama dengan jumlah baris di atasnya."
        for row, column in cleaning.wrong_totals(cleaned)
    )
