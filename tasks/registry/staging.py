"""One release from its raw bytes to staged Parquet files. All I/O of the register's reading is here."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import polars as pl

from errors import DampinganError, InputRejectedError
from tasks.areas import codes_of, names_in_use
from tasks.reference import Areas
from tasks.registry.cleaning import PersonKey, clean, original_row
from tasks.registry.layouts import Layout, MatchedHeader
from tasks.registry.reading import read_header, rewrite_without_quotes, scan_fields
from tasks.registry.rules import rules
from tasks.registry.sniffing import TextFacts, sniff_text
from tasks.rules import Rule, of_severity
from warehouse.accounting import RowAccounting
from warehouse.columns import polars_schema
from warehouse.tables.registry import STAGED_PERSON

_SUMMARY = "summary.json"
_MALFORMED = "JUMLAH_KOLOM"


@dataclass(frozen=True, slots=True)
class StagedRelease:
    """What lies in a staging folder: two files of rows and the sums that prove nothing was lost."""

    release_id: str
    layout: str
    source_system: str
    unit_of_analysis: str
    accepted: Path
    rejected: Path
    accounting: RowAccounting
    without_nik: int
    niks_ending_in_zero: int
    accepted_by_area: dict[str, int]
    rejected_by: dict[str, int]
    size_bytes: int


def reject_codes(area_code: str, period: date) -> list[str]:
    """Reason codes in the order of the bits of `penolakan`."""
    return [rule.code for rule in of_severity(rules(area_code=area_code, period=period), "tolak")]


def warning_codes(area_code: str, period: date) -> list[str]:
    """Reason codes in the order of the bits of `peringatan`."""
    return [rule.code for rule in of_severity(rules(area_code=area_code, period=period), "peringatan")]


def stage_release(
    raw: Path,
    staging: Path,
    *,
    release_id: str,
    file_name: str,
    period: date,
    area_code: str,
    city: str,
    areas: Areas,
    layouts: tuple[Layout, ...],
    secret: bytes,
    malformed_share_limit: float,
) -> StagedRelease:
    """Read, clean and write `accepted.parquet`, `rejected.parquet` and a summary into `staging`.

    Raises:
        InputRejectedError: the file as a whole cannot be taken; nothing is left in `staging`.
        DampinganError: rows were lost on the way.
    """
    facts = sniff_text(raw, name=file_name)
    matched = read_header(facts, layouts, name=file_name)
    staging.mkdir(parents=True, exist_ok=True, mode=0o700)
    source, in_file = _scannable(raw, staging, matched, facts, file_name)
    fields = scan_fields(source, matched, rewritten=source is not raw, carriage_returns=facts.has_carriage_returns)
    names = _names_for(matched.layout, areas, period)
    table = rules(area_code=area_code, period=period)
    key = PersonKey(secret, release_id)
    rows = clean(fields, matched, names=names, city=city, rules=table, person_key=key)
    accepted, rejected = _sink(rows, matched, staging)
    staged = _summarise(fields, accepted, rejected, matched, facts, table, release_id=release_id, in_file=in_file)
    try:
        _refuse_malformed(staged, malformed_share_limit, file_name)
    except InputRejectedError:
        shutil.rmtree(staging)
        raise
    _write_summary(staging, staged)
    return staged


def _scannable(raw: Path, staging: Path, matched: MatchedHeader, facts: TextFacts, name: str) -> tuple[Path, int]:
    """The file to scan, and its number of data rows as counted by other means than the scan.

    Without quotes that is the number of line ends in the bytes. With quotes it is the number of records, which
    must use up just those lines.
    """
    if not facts.has_quotes:
        return raw, facts.lines - 1
    target = staging / "without-quotes.txt"
    rewritten = rewrite_without_quotes(raw, target, matched.layout.delimiter, len(matched.headers))
    if rewritten.lines != facts.lines:
        raise DampinganError(
            f"Dari {facts.lines} baris berkas hanya {rewritten.lines} yang terbaca.",
            where=name,
            next_step="Ini kesalahan program; laporkan bersama berkas catatannya.",
        )
    return target, rewritten.records


def _names_for(layout: Layout, areas: Areas, period: date) -> pl.DataFrame:
    if layout.area_system == "nama":
        return names_in_use(areas.areas, areas.aliases, areas.former, period)
    return codes_of(areas.areas, layout.area_system)


def _sink(rows: pl.LazyFrame, matched: MatchedHeader, staging: Path) -> tuple[Path, Path]:
    accepted, rejected = staging / "accepted.parquet", staging / "rejected.parquet"
    schema = polars_schema(STAGED_PERSON)
    available = set(matched.targets) | {"baris_sumber", "kunci_warga", "kode_kemendagri", "peringatan"}
    typed = [
        (pl.col(name) if name in available else pl.lit(None)).cast(kind).alias(name) for name, kind in schema.items()
    ]
    is_rejected = pl.col("penolakan") != 0
    pl.collect_all(
        [
            rows.filter(~is_rejected)
            .select(typed)
            .sink_parquet(accepted, compression="lz4", maintain_order=False, lazy=True),
            rows.filter(is_rejected)
            .select("baris_sumber", original_row(matched).alias("isi"), "penolakan")
            .sink_parquet(rejected, compression="lz4", maintain_order=False, lazy=True),
        ],
        engine="streaming",
    )
    return accepted, rejected


def _summarise(
    fields: pl.LazyFrame,
    accepted: Path,
    rejected: Path,
    matched: MatchedHeader,
    facts: TextFacts,
    table: Sequence[Rule],
    *,
    release_id: str,
    in_file: int,
) -> StagedRelease:
    skipped = fields.select(pl.col("dilewati").sum()).collect(engine="streaming").item()
    counts = (
        pl.scan_parquet(accepted)
        .select(
            pl.len().alias("accepted"),
            (pl.col("peringatan") != 0).sum().alias("warned"),
            pl.col("nik").is_null().sum().alias("without_nik"),
            pl.col("nik").str.ends_with("0").sum().alias("ending_in_zero"),
        )
        .collect(engine="streaming")
        .row(0, named=True)
    )
    by_area = pl.scan_parquet(accepted).group_by("kode_kemendagri").len().sort("kode_kemendagri")
    refused, by_reason = _count_rejects(rejected, table)
    return StagedRelease(
        release_id=release_id,
        layout=matched.layout.name,
        source_system=matched.layout.source_system,
        unit_of_analysis=matched.layout.unit_of_analysis,
        accepted=accepted,
        rejected=rejected,
        accounting=RowAccounting(in_file, counts["accepted"], refused, skipped, counts["warned"]),
        without_nik=counts["without_nik"],
        niks_ending_in_zero=counts["ending_in_zero"],
        accepted_by_area=dict(by_area.collect(engine="streaming").iter_rows()),
        rejected_by=by_reason,
        size_bytes=facts.size_bytes,
    )


def _count_rejects(rejected: Path, table: Sequence[Rule]) -> tuple[int, dict[str, int]]:
    """Rejected rows, and how many of them each reason has; reasons without a row are left out."""
    codes = [rule.code for rule in of_severity(table, "tolak")]
    has = [(pl.col("penolakan") & (1 << bit) != 0).sum().alias(code) for bit, code in enumerate(codes)]
    counts = pl.scan_parquet(rejected).select(pl.len().alias("rows"), *has).collect(engine="streaming")
    rows, *by_code = counts.row(0)
    return rows, {code: count for code, count in zip(codes, by_code, strict=True) if count}


def _refuse_malformed(staged: StagedRelease, limit: float, name: str) -> None:
    malformed = staged.rejected_by.get(_MALFORMED, 0)
    if malformed > limit * staged.accounting.in_file:
        raise InputRejectedError(
            f"{malformed} dari {staged.accounting.in_file} baris mempunyai jumlah kolom yang salah.",
            where=name,
            next_step="Periksa tanda pemisah berkas, lalu ekspor ulang.",
        )
    if not staged.accounting.accepted:
        raise InputRejectedError(
            f"Tidak satu pun dari {staged.accounting.in_file} baris dapat diterima.",
            where=name,
            next_step="Periksa apakah ini berkas register untuk wilayah ini.",
        )


def _write_summary(staging: Path, staged: StagedRelease) -> None:
    content = asdict(staged) | {"accepted": staged.accepted.name, "rejected": staged.rejected.name}
    (staging / _SUMMARY).write_text(json.dumps(content, indent=2))


def read_staged(staging: Path) -> StagedRelease:
    """What `stage_release` left in this folder."""
    content = json.loads((staging / _SUMMARY).read_text())
    content["accepted"] = staging / content["accepted"]
    content["rejected"] = staging / content["rejected"]
    content["accounting"] = RowAccounting(**content["accounting"])
    return StagedRelease(**content)
