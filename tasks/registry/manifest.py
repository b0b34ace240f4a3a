"""What a person says of a register file: source, area, period, SK and its control totals. The file itself says none
of it, so it must come with the file."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from errors import InputRejectedError
from tasks.reference import Areas


class ControlTotalEntry(BaseModel):
    """Persons in one area according to the annex of the SK."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    level: Literal["kecamatan", "kelurahan"]
    kode_kemendagri: str
    persons: Annotated[int, Field(ge=0)]


class ReleaseManifest(BaseModel):
    """The manifest beside a file in the inbox, or what `dampingan release submit` was told."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: Literal["dtks"]
    area: Annotated[str, Field(pattern=r"^\d{4}$")]
    period: Annotated[str, Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]
    sk_number: Annotated[str, Field(min_length=1)]
    sk_date: date
    layout: str | None = None
    control_totals: tuple[ControlTotalEntry, ...] = ()

    @field_validator("control_totals")
    @classmethod
    def _each_area_once(cls, totals: tuple[ControlTotalEntry, ...]) -> tuple[ControlTotalEntry, ...]:
        areas = [(total.level, total.kode_kemendagri) for total in totals]
        if len(set(areas)) != len(areas):
            raise ValueError("satu wilayah disebut dua kali")
        return totals

    @property
    def series(self) -> str:
        """Releases that follow each other."""
        return f"{self.source}-{self.area}"

    @property
    def period_start(self) -> date:
        """First day of the period's month."""
        return date.fromisoformat(f"{self.period}-01")


def parse_manifest(content: dict[str, Any], *, where: str) -> ReleaseManifest:
    """Raises InputRejectedError naming each field that is wrong."""
    try:
        return ReleaseManifest.model_validate(content)
    except ValidationError as fault:
        fields = sorted({".".join(str(part) for part in error["loc"]) for error in fault.errors()})
    raise InputRejectedError(
        f"Keterangan rilis tidak lengkap atau salah pada: {', '.join(fields)}.",
        where=where,
        next_step="Isi source, area, period (tttt-bb), sk_number dan sk_date (tttt-bb-hh) dengan benar.",
    )


def read_manifest(file: Path) -> ReleaseManifest:
    """The manifest in a JSON file."""
    try:
        content = json.loads(file.read_text("utf-8-sig"))
    except (json.JSONDecodeError, UnicodeDecodeError):
        raise InputRejectedError(
            "Berkas keterangan rilis tidak dapat dibaca sebagai JSON.",
            where=file.name,
            next_step="Perbaiki atau buat ulang berkas keterangannya.",
        ) from None
    if not isinstance(content, dict):
        content = {}
    return parse_manifest(content, where=file.name)


def read_control_totals(file: Path, areas: Areas) -> tuple[ControlTotalEntry, ...]:
    """Control totals from a CSV with the columns `kecamatan` or `kelurahan`, and `jiwa`.

    Raises:
        InputRejectedError: another header, an unknown area or a number that is none; names the line.
    """
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            rows = list(csv.reader(lines))
    except (UnicodeDecodeError, csv.Error):
        rows = []
    header = [cell.strip().lower() for cell in rows[0]] if rows else []
    if header not in (["kecamatan", "jiwa"], ["kelurahan", "jiwa"]):
        raise InputRejectedError(
            "Berkas total kontrol harus mempunyai kolom 'kecamatan,jiwa' atau 'kelurahan,jiwa'.",
            where=file.name,
            next_step="Perbaiki kepala tabelnya.",
        )
    level: Literal["kecamatan", "kelurahan"] = "kecamatan" if header[0] == "kecamatan" else "kelurahan"
    code = "kode_kemendagri_kecamatan" if level == "kecamatan" else "kode_kemendagri"
    codes = {name.lower(): value for name, value in areas.areas.select(level, code).iter_rows()}
    totals = []
    for line, row in enumerate(rows[1:], start=2):
        if not any(row):
            continue
        name, persons = (row[0].strip().lower(), row[1].strip().replace(".", "")) if len(row) == 2 else ("", "")
        if name not in codes or not persons.isdecimal():
            raise InputRejectedError(
                f"Total kontrol harus menyebut nama {level} dan jumlah jiwa.",
                where=f"{file.name}, baris {line}",
                next_step="Perbaiki baris itu, lalu ulangi.",
            )
        totals.append(ControlTotalEntry(level=level, kode_kemendagri=codes[name], persons=int(persons)))
    return tuple(totals)
