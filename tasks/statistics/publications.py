"""Reading of the reviewed figures of publications and press (reference/indikator_publikasi.csv)."""

from __future__ import annotations

import csv
import re
from collections.abc import Collection
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from errors import InputRejectedError
from tasks.statistics.catalogue import WEBAPI_SOURCE_KIND, Catalogue
from tasks.statistics.values import Candidate

HEADER = (
    "kode_wilayah",
    "indikator",
    "tahun",
    "nilai",
    "satuan",
    "sumber",
    "tanggal_terbit",
    "angka_bps",
    "catatan",
)
"""`tanggal_terbit`: day the source appeared, blank where nobody knows it. `angka_bps` (ya/tidak): whether the source
passes on a figure of BPS."""
_WITHOUT_DATE = tuple(name for name in HEADER if name != "tanggal_terbit")
"""Heading of the lists that were kept before there was a date."""

_PATTERNS = {
    "kode_wilayah": re.compile(r"\d{4}"),
    "tahun": re.compile(r"[12]\d{3}"),
    "nilai": re.compile(r"-?\d{1,12}(\.\d{1,4})?"),
    "tanggal_terbit": re.compile(r"(\d{4}-\d{2}-\d{2})?"),
    "angka_bps": re.compile(r"ya|tidak"),
}


def read_publication_rows(path: Path) -> list[tuple[int, dict[str, str]]]:
    """Line number and fields of each row. Raises InputRejectedError when the file is not such a table."""
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            reader = csv.reader(stream, strict=True)
            header = tuple(next(reader, ()))
            rows = [(reader.line_num, fields) for fields in reader if fields]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise _refused(path, f"tidak dapat dibaca ({type(error).__name__})") from None
    if header not in (HEADER, _WITHOUT_DATE):
        raise _refused(path, f"kepala kolomnya {','.join(header)}, seharusnya {','.join(HEADER)}")
    for line, fields in rows:
        if len(fields) != len(header):
            raise _refused(path, f"baris {line} mempunyai {len(fields)} kolom, seharusnya {len(header)}")
    return [(line, dict.fromkeys(HEADER, "") | dict(zip(header, fields, strict=True))) for line, fields in rows]


def publication_candidates(
    rows: list[tuple[int, dict[str, str]]],
    catalogue: Catalogue,
    *,
    area_codes: Collection[str],
    file_name: str,
    sha256: str,
) -> list[Candidate]:
    """The rows as values, without those about a region that is none of `area_codes`; a row that cannot be a value
    carries its refusal."""
    return [
        _candidate(line, row, catalogue, file_name, sha256)
        for line, row in rows
        if row["kode_wilayah"] in area_codes or not _PATTERNS["kode_wilayah"].fullmatch(row["kode_wilayah"])
    ]


def _candidate(line: int, row: dict[str, str], catalogue: Catalogue, file_name: str, sha256: str) -> Candidate:
    refusal = _refusal(row, catalogue)
    return Candidate(
        kode_wilayah=row["kode_wilayah"],
        indikator=row["indikator"],
        tahun=int(row["tahun"]) if _PATTERNS["tahun"].fullmatch(row["tahun"]) else 0,
        nilai=None if refusal else Decimal(row["nilai"]),
        source=catalogue.source(row["sumber"]),
        diterbitkan_pada=_day(row["tanggal_terbit"]),
        sha256=sha256,
        catatan=row["catatan"] or None,
        place=f"{file_name}, baris {line}",
        refusal=refusal,
    )


def _refusal(row: dict[str, str], catalogue: Catalogue) -> str | None:
    for column, pattern in _PATTERNS.items():
        if not pattern.fullmatch(row[column]):
            return f"kolom {column} tidak terbaca"
    if row["tanggal_terbit"] and _day(row["tanggal_terbit"]) is None:
        return "kolom tanggal_terbit bukan tanggal"
    indicator, source = catalogue.indicator(row["indikator"]), catalogue.source(row["sumber"])
    if indicator is not None and row["satuan"] != indicator.satuan:
        return f"satuannya '{row['satuan']}', seharusnya '{indicator.satuan}'"
    if source is not None and source.jenis_sumber == WEBAPI_SOURCE_KIND:
        return f"'{source.sumber}' hanya untuk angka yang ditarik dari WebAPI"
    return None


def _day(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y-%m-%d")
    except ValueError:
        return None


def _refused(path: Path, what: str) -> InputRejectedError:
    return InputRejectedError(f"Daftar angka publikasi {what}.", where=path.name, next_step="Perbaiki berkas itu.")
