"""One release from its raw bytes to staged Parquet files: the order of the steps."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl

from errors import InputRejectedError, number
from tasks.reference import Areas
from tasks.registry.accounts import SKIPPED, StagedRelease, StagedRows, account, write_summary
from tasks.registry.cleaning import originals, person_rows
from tasks.registry.corrections import MARKS, Correction, corrected, refuse_unknown_columns, refuse_unmet
from tasks.registry.households import household_rows, with_household, without_repetitions
from tasks.registry.layouts import Layout, Part
from tasks.registry.mending import Rows, read_mended, write_mended
from tasks.registry.opening import OpenedRelease, open_release
from tasks.registry.person_key import PersonKey
from tasks.registry.places import Places
from tasks.registry.reading import line_where, scan_fields
from tasks.registry.rules import household_rules, rules
from tasks.registry.tables import SourceTable
from tasks.rules import Rule, of_severity

_OPENED = "dibuka"
_ROWS_AT_ONCE = 30_000
"""A row group of a submitted Parquet file may be ten times as long; all stages at once hold such a batch in memory."""
_MALFORMED = ("JUMLAH_KOLOM", "KELUARGA_JUMLAH_KOLOM")


def reject_codes(area_code: str, period: date) -> dict[str, list[str]]:
    """Reason codes of each part in the order of the bits of `penolakan`."""
    persons = of_severity(rules(area_code=area_code, period=period), "tolak")
    return {"warga": [rule.code for rule in persons], "keluarga": [rule.code for rule in household_rules()]}


def warning_codes(area_code: str, period: date) -> list[str]:
    """Reason codes in the order of the bits of `peringatan`."""
    return [rule.code for rule in of_severity(rules(area_code=area_code, period=period), "peringatan")]


def stage_release(
    files: Sequence[tuple[str, Path]],
    staging: Path,
    *,
    release_id: str,
    period: date,
    area_code: str,
    city: str,
    areas: Areas,
    layouts: Sequence[Layout],
    source_system: str,
    secret: bytes,
    malformed_share_limit: float,
    mended: Sequence[tuple[str, Path]] = (),
    corrections: Sequence[Correction] = (),
) -> StagedRelease:
    """Read, clean and write the accepted rows, the rejected rows and a summary into `staging`.

    Args:
        files: name as its sender knows it, and bytes, of each file of the release.
        mended: the same of workbooks of its rejected rows that were mended, the oldest first.
        corrections: known errors of the source, in the order in which they are corrected.

    Raises:
        InputRejectedError: the release as a whole cannot be taken; nothing is left in `staging`.
        DampinganError: rows were lost on the way.
    """
    staging.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        opened = open_release(files, staging / _OPENED, layouts)
        _refuse_other_register(opened, source_system)
        _guard(corrections, opened.persons)
        opened = _with_mended(opened, mended, staging / _OPENED)
        columns = opened.columns
        table = rules(area_code=area_code, period=period, columns=columns)
        households = _stage_households(opened, staging)
        fields = _with_originals(opened.persons)
        if corrections:
            fields = corrected(fields, corrections)
        if opened.layout.household and households is not None:
            fields = with_household(fields, households.accepted, opened.layout.household)
        persons = person_rows(
            fields,
            opened.persons.matched,
            columns=columns,
            places=Places(areas, city),
            period=period,
            rules=table,
            person_key=PersonKey(secret, release_id),
        )
        found = _sink(persons, opened.persons, _says_unknown(table), staging / "rows.parquet")
        staged = account(opened, found, households, staging / "rejected.parquet", table, release_id, corrections)
        _refuse_malformed(staged, malformed_share_limit)
    except InputRejectedError:
        shutil.rmtree(staging)
        raise
    shutil.rmtree(staging / _OPENED)
    write_summary(staging, staged)
    return staged


def _with_mended(opened: OpenedRelease, mended: Sequence[tuple[str, Path]], folder: Path) -> OpenedRelease:
    """The tables, with the rows of the workbooks in place of their own; the youngest workbook counts."""
    found: dict[Part, Rows] = {}
    for at, (name, path) in enumerate(mended):
        place = folder / f"betulan-{at}"
        place.mkdir(mode=0o700)
        read = read_mended(path, place, name=name)
        for part, rows in read.rows.items() if read else ():
            found.setdefault(part, {}).update(rows)
    tables = []
    for table in opened.tables:
        target = folder / f"betulan-{table.matched.part}.parquet"
        if table.matched.part in found:
            write_mended(table, found[table.matched.part], target)
            tables.append(replace(table, mended=target))
        else:
            tables.append(table)
    return replace(opened, persons=tables[0], households=tables[1] if len(tables) > 1 else None)


def _with_originals(table: SourceTable) -> pl.LazyFrame:
    return scan_fields(table).with_columns(*originals(table.matched), _has_broken_letters(table).alias("huruf_rusak"))


def _guard(corrections: Sequence[Correction], table: SourceTable) -> None:
    """Refuse a file in which a known error is not what it was; judged on the file as it came, before any mending."""
    if not corrections:
        return
    refuse_unknown_columns(corrections, table.matched.position_of, where=table.name)
    counts = [(pl.col(MARKS) & (1 << bit) != 0).sum().alias(known.id) for bit, known in enumerate(corrections)]
    hit = corrected(_with_originals(table), corrections).select(counts).collect(engine="streaming")
    refuse_unmet(corrections, hit.row(0, named=True), where=table.name)


def _has_broken_letters(table: SourceTable) -> pl.Expr:
    if not table.has_broken_letters:
        return pl.lit(False)
    return pl.col("baris").str.contains("\ufffd", literal=True)


def _stage_households(opened: OpenedRelease, staging: Path) -> StagedRows | None:
    """Write the rows of the table of households; None when the layout has none."""
    if opened.households is None or opened.layout.household is None:
        return None
    read = staging / _OPENED / "keluarga.parquet"
    table = opened.households
    rows = household_rows(scan_fields(table), table.matched, opened.layout.household)
    rows.sink_parquet(read, compression="lz4", maintain_order=False, engine="streaming")
    return _sink(without_repetitions(pl.scan_parquet(read)), table, pl.lit(True), staging / "households.parquet")


def _says_unknown(table: Sequence[Rule]) -> pl.Expr:
    warnings = of_severity(table, "peringatan")
    bits = sum(1 << bit for bit, rule in enumerate(warnings) if rule.code.endswith("_TIDAK_DIKENAL"))
    return pl.col("peringatan") & bits != 0


def _sink(rows: pl.LazyFrame, table: SourceTable, keeps_line: pl.Expr, path: Path) -> StagedRows:
    """Write all rows in one pass to one file: two sinks would read and clean everything twice, and a partitioned one
    holds what it writes in memory."""
    line = line_where((pl.col("penolakan") != 0) | keeps_line, table).alias("baris")
    fate = pl.when(pl.col("dilewati")).then(pl.lit(SKIPPED, pl.Int64)).otherwise(pl.col("penolakan")).alias("penolakan")
    with pl.Config(streaming_chunk_size=_ROWS_AT_ONCE):
        rows.with_columns(line, fate).drop("dilewati").sink_parquet(
            path, compression="lz4", maintain_order=False, statistics=False, engine="streaming"
        )
    return StagedRows(path)


def _refuse_other_register(opened: OpenedRelease, source_system: str) -> None:
    stated = opened.layout.source_system
    if stated not in (None, source_system):
        raise InputRejectedError(
            f"Keterangan rilis menyebut {source_system}, tetapi berkasnya {opened.layout.title} dari {stated}.",
            where=opened.persons.name,
            next_step=f"Serahkan dengan --source {str(stated).lower()}, atau serahkan berkas yang benar.",
        )


def _refuse_malformed(staged: StagedRelease, limit: float) -> None:
    for table in staged.tables:
        malformed = sum(table.rejected_by.get(code, 0) for code in _MALFORMED)
        in_file = table.accounting.in_file
        if malformed > limit * in_file:
            raise InputRejectedError(
                f"{number(malformed)} dari {number(in_file)} baris mempunyai jumlah kolom yang salah.",
                where=table.file_name,
                next_step="Periksa tanda pemisah berkas, lalu ekspor ulang.",
            )
        if not table.accounting.accepted:
            raise InputRejectedError(
                f"Tidak satu pun dari {number(in_file)} baris dapat diterima.",
                where=table.file_name,
                next_step="Periksa apakah ini berkas register untuk wilayah ini.",
            )
