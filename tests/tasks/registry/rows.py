"""Synthetic rows of layout A and the short way to see what cleaning makes of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from tasks.reference import read_areas
from tasks.registry.accounts import StagedRelease
from tasks.registry.cleaning import originals, person_rows
from tasks.registry.headers import MatchedHeader
from tasks.registry.layouts import layout_named, load_layouts
from tasks.registry.person_key import PersonKey
from tasks.registry.places import Places
from tasks.registry.reading import scan_fields
from tasks.registry.rules import rules
from tasks.registry.staging import stage_release
from tasks.registry.tables import SourceTable
from tasks.rules import of_severity
from warehouse.columns import polars_schema
from warehouse.tables.registry import STAGED_PERSON

CITY = "Kota Pekalongan"
PERIOD = date(2022, 4, 1)
SECRET = b"k" * 32
AREAS = read_areas("3375", CITY)
LAYOUT = layout_named("dtks_a", load_layouts())
MATCHED = MatchedHeader(LAYOUT, "warga", tuple(LAYOUT.columns), tuple(LAYOUT.columns.values()))
HEADER = "|".join(LAYOUT.columns)
WIDTH = len(LAYOUT.columns)
RULES = rules(area_code="3375", period=PERIOD)

GOOD: Mapping[str, str] = {
    "id_rumah_tangga": "337503000500012",
    "provinsi": "JAWA TENGAH",
    "kabupaten_kota": "KOTA PEKALONGAN",
    "kecamatan": "PEKALONGAN SELATAN",
    "kelurahan": "JENGGOT",
    "alamat": "JL. CONTOH 1",
    "dusun": "-",
    "rt": "003",
    "rw": "001",
    "no_kk": "3375040102030405",
    "nik": "3375044107990017",
    "nama": "SITI SINTETIS",
    "tanggal_lahir": "1999-07-01",
    "tempat_lahir": "PEKALONGAN",
    "jenis_kelamin": "PEREMPUAN",
    "pekerjaan": "BURUH",
    "nama_ibu_kandung": "IBU SINTETIS",
    "hubungan_keluarga": "ANAK",
    "padan": "Y",
    "bansos_bpnt": "N",
    "bansos_pkh": "Y",
    "bansos_bpnt_ppkm": "N",
    "pbi_jkn": "Y",
}
assert list(GOOD) == list(LAYOUT.columns.values())


def line(**changes: str) -> str:
    """The good row with these columns changed, as it stands in a file."""
    assert changes.keys() <= GOOD.keys()
    return "|".join({**GOOD, **changes}.values())


def cleaned(folder: Path, lines: Sequence[str], *, period: date = PERIOD) -> list[dict[str, Any]]:
    """The cleaned data rows of a file with these lines below the header; `kode` holds the codes each row broke."""
    file = folder / "baris.csv"
    file.write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8")
    frame = person_rows(
        scan_fields(table_of(file, len(lines))).with_columns(originals(MATCHED)),
        MATCHED,
        columns=LAYOUT.targets,
        places=Places(AREAS, CITY),
        period=period,
        rules=rules(area_code="3375", period=period, columns=LAYOUT.targets),
        person_key=PersonKey(SECRET, "dtks-3375-2022-04-v1"),
    ).filter(~pl.col("dilewati"))
    return [
        row | {"tolak": decoded(row["penolakan"], "tolak"), "ingat": decoded(row["peringatan"], "peringatan")}
        for row in frame.collect().to_dicts()
    ]


def table_of(file: Path, rows: int, *, matched: MatchedHeader = MATCHED, **changes: Any) -> SourceTable:
    """A text file of layout A, without quotes, ready to be scanned."""
    arguments = {"name": file.name, "file_name": file.name, "path": file, "written": "lines", "delimiter": "|"}
    return SourceTable(
        **(
            arguments
            | {"matched": matched, "header_line": 1, "rows": rows, "size_bytes": file.stat().st_size}
            | changes
        )
    )


def decoded(mask: int, severity: Any) -> set[str]:
    """The codes whose bits are set."""
    return {rule.code for bit, rule in enumerate(of_severity(RULES, severity)) if mask >> bit & 1}


def staged_file(raw: Path, staging: Path, *, malformed_share_limit: float = 1.0, **changes: Any) -> StagedRelease:
    """`stage_release` with everything but the file filled in."""
    arguments: dict[str, Any] = {
        "release_id": "dtks-3375-2022-04-v1",
        "period": PERIOD,
        "area_code": "3375",
        "city": CITY,
        "areas": AREAS,
        "layouts": (LAYOUT,),
        "source_system": "DTKS",
        "secret": SECRET,
    }
    files = changes.pop("files", [(changes.pop("file_name", "rilis.csv"), raw)])
    return stage_release(files, staging, malformed_share_limit=malformed_share_limit, **(arguments | changes))


def staged_text(text: str | bytes, folder: Path, **changes: Any) -> StagedRelease:
    """The file with this content, staged into `folder/staging`."""
    raw = folder / "data"
    raw.write_bytes(text.encode() if isinstance(text, str) else text)
    return staged_file(raw, folder / "staging", **changes)


def accepted_rows(staged: StagedRelease) -> list[dict[str, Any]]:
    """With every declared column; the file has only those that its source fills."""
    rows = pl.read_parquet(staged.rows).filter(pl.col("penolakan") == 0).drop("penolakan", "baris")
    every = dict.fromkeys(polars_schema(STAGED_PERSON))
    return [every | row for row in rows.sort("baris_sumber").to_dicts()]


def rejected_rows(staged: StagedRelease) -> dict[int, set[str]]:
    """Line -> codes."""
    return {
        row["baris_sumber"]: decoded(row["penolakan"], "tolak")
        for row in pl.read_parquet(staged.rejected).sort("baris_sumber").to_dicts()
    }
