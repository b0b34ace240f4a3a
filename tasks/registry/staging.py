"""One release from its raw bytes to staged Parquet files: the order of the steps."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import polars as pl

from errors import InputRejectedError
from tasks.reference import Areas
from tasks.registry.accounts import StagedRelease, account, write_summary
from tasks.registry.cleaning import PersonKey, originals, person_rows
from tasks.registry.households import household_rows, with_household, without_repetitions
from tasks.registry.layouts import Layout
from tasks.registry.opening import OpenedRelease, open_release
from tasks.registry.places import Places
from tasks.registry.reading import scan_fields
from tasks.registry.rules import rules
from tasks.registry.tables import SourceTable
from tasks.rules import of_severity

_OPENED = "dibuka"
_MALFORMED = ("JUMLAH_KOLOM", "KELUARGA_JUMLAH_KOLOM")


def reject_codes(area_code: str, period: date) -> list[str]:
    """Reason codes in the order of the bits of `penolakan`."""
    return [rule.code for rule in of_severity(rules(area_code=area_code, period=period), "tolak")]


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
    secret: bytes,
    malformed_share_limit: float,
) -> StagedRelease:
    """Read, clean and write `rows.parquet`, `rejected.parquet` and a summary into `staging`.

    Args:
        files: name as its sender knows it, and bytes, of each file of the release.

    Raises:
        InputRejectedError: the release as a whole cannot be taken; nothing is left in `staging`.
        DampinganError: rows were lost on the way.
    """
    staging.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        opened = open_release(files, staging / _OPENED, layouts)
        columns = _columns(opened)
        table = rules(area_code=area_code, period=period, columns=columns)
        households = _stage_households(opened, staging)
        fields = _with_originals(opened.persons)
        if opened.layout.household and households is not None:
            found = pl.scan_parquet(households).filter(pl.col("penolakan") == 0)
            fields = with_household(fields, found, opened.layout.household)
        persons = person_rows(
            fields,
            opened.persons.matched,
            columns=columns,
            places=Places(areas, city),
            period=period,
            rules=table,
            person_key=PersonKey(secret, release_id),
        )
        rows = staging / "rows.parquet"
        persons.sink_parquet(rows, compression="lz4", maintain_order=False, engine="streaming")
        staged = account(opened, rows, households, staging / "rejected.parquet", table, release_id)
        _refuse_malformed(staged, malformed_share_limit)
    except InputRejectedError:
        shutil.rmtree(staging)
        raise
    shutil.rmtree(staging / _OPENED)
    write_summary(staging, staged)
    return staged


def _columns(opened: OpenedRelease) -> frozenset[str]:
    """What the tables of the release have, and what the words of a concatenated text fill."""
    stated = {target for table in opened.tables for target in table.matched.position_of}
    filled = {target for text, words in opened.layout.tokens.items() if text in stated for target in words.values()}
    return frozenset(stated | filled)


def _with_originals(table: SourceTable) -> pl.LazyFrame:
    return scan_fields(table).with_columns(*originals(table.matched), _has_broken_letters(table).alias("huruf_rusak"))


def _has_broken_letters(table: SourceTable) -> pl.Expr:
    if not table.has_broken_letters:
        return pl.lit(False)
    return pl.col("baris").str.contains("\ufffd", literal=True)


def _stage_households(opened: OpenedRelease, staging: Path) -> Path | None:
    """Write the rows of the table of households; None when the layout has none."""
    if opened.households is None or opened.layout.household is None:
        return None
    read, target = staging / _OPENED / "keluarga.parquet", staging / "households.parquet"
    rows = household_rows(scan_fields(opened.households), opened.households.matched, opened.layout.household)
    rows.sink_parquet(read, compression="lz4", maintain_order=False, engine="streaming")
    without_repetitions(pl.scan_parquet(read)).sink_parquet(target, compression="lz4", engine="streaming")
    return target


def _refuse_malformed(staged: StagedRelease, limit: float) -> None:
    for table in staged.tables:
        malformed = sum(table.rejected_by.get(code, 0) for code in _MALFORMED)
        in_file = table.accounting.in_file
        if malformed > limit * in_file:
            raise InputRejectedError(
                f"{malformed} dari {in_file} baris mempunyai jumlah kolom yang salah.",
                where=table.file_name,
                next_step="Periksa tanda pemisah berkas, lalu ekspor ulang.",
            )
        if not table.accounting.accepted:
            raise InputRejectedError(
                f"Tidak satu pun dari {in_file} baris dapat diterima.",
                where=table.file_name,
                next_step="Periksa apakah ini berkas register untuk wilayah ini.",
            )
