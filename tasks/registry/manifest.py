"""What a person says of a register file: source, area, period, SK and its control totals. The file itself says none
of it, so it must come with the file."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any, Literal, get_args

import polars as pl
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator

from errors import InputRejectedError, number
from tasks.reference import Areas
from tasks.registry.cell_texts import CELL_SEPARATOR
from tasks.registry.containers import FileKind, recognise
from tasks.registry.sniffing import TextFacts, require_utf8, sniff_text
from tasks.registry.workbooks import convert_workbook

_WHOLE_NUMBER = re.compile(r"[0-9]+|[0-9]{1,3}(\.[0-9]{3})+")
_SEPARATOR = "\n"
_GRAND_TOTALS = ("jumlah", "total", "jumlah total")
Level = Literal["kecamatan", "kelurahan"]
Source = Literal["dtks", "dtsen", "p3ke", "bdt2015", "regsosek"]
SOURCES: tuple[str, ...] = get_args(Source)
_ANNEX_FORM = (
    "Serahkan total kontrol sebagai CSV UTF-8, XLSX atau ODS dengan kolom kecamatan,jiwa "
    "atau kelurahan,jiwa atau kecamatan,kelurahan,jiwa."
)
_WORKBOOKS = (FileKind.XLSX, FileKind.XLS, FileKind.ODS)
_HEADERS = (["kecamatan", "jiwa"], ["kelurahan", "jiwa"], ["kecamatan", "kelurahan", "jiwa"])
_Lines = list[tuple[int, list[str]]]


class ControlTotalEntry(BaseModel):
    """Persons in one area according to the annex of the SK."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    level: Level
    kode_kemendagri: str
    persons: Annotated[int, Field(ge=0)]


class ReleaseManifest(BaseModel):
    """The manifest beside a file in the inbox, or what `dampingan release submit` was told."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: Source
    area: Annotated[str, Field(pattern=r"^\d{4}$")]
    period: Annotated[str, Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]
    sk_number: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
    sk_date: date
    layout: str | None = None
    control_totals: tuple[ControlTotalEntry, ...] = ()
    companions: tuple[str, ...] = ()
    """Further files of the same release, beside the one this manifest belongs to."""

    @field_validator("control_totals")
    @classmethod
    def _each_area_once(cls, totals: tuple[ControlTotalEntry, ...]) -> tuple[ControlTotalEntry, ...]:
        areas = [(total.level, total.kode_kemendagri) for total in totals]
        if len(set(areas)) != len(areas):
            raise ValueError("satu wilayah disebut dua kali")
        return totals

    @property
    def source_system(self) -> str:
        """As `core.rilis.sistem_sumber` has it."""
        return self.source.upper()

    @property
    def series(self) -> str:
        """Releases that follow each other."""
        return f"{self.source}-{self.area}"

    @property
    def period_start(self) -> date:
        """First day of the period's month."""
        return date.fromisoformat(f"{self.period}-01")


def wrong_fields(content: dict[str, Any]) -> list[str]:
    """Names of the fields that are missing, unknown or wrong, inner ones with their place: `control_totals.0.level`."""
    try:
        ReleaseManifest.model_validate(content)
    except ValidationError as fault:
        return sorted({".".join(str(part) for part in error["loc"]) for error in fault.errors()})
    return []


def parse_manifest(content: dict[str, Any], *, where: str) -> ReleaseManifest:
    """Raises InputRejectedError naming each field that is wrong."""
    fields = wrong_fields(content)
    if not fields:
        return ReleaseManifest.model_validate(content)
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
    """Control totals with the columns `kecamatan` or `kelurahan` or both, and `jiwa`, as the annex of an SK has them: a
    CSV or a sheet of a workbook.

    Comma, semicolon and tab all separate; a last line JUMLAH or TOTAL is compared with the sum and left out.

    Raises:
        InputRejectedError: neither CSV nor workbook, several sheets with totals, another header, an area that is
            unknown, named twice or not told apart from another one by its name, a number that is none or a total
            that is not the sum; names the line.
    """
    (_, header), *rows = _annex_lines(file)
    *by, _ = _known_header(header, file)
    level: Level = "kelurahan" if "kelurahan" in by else "kecamatan"
    column = "kode_kemendagri_kecamatan" if level == "kecamatan" else "kode_kemendagri"
    names = areas.areas.select(*by, column).unique(maintain_order=True)
    codes: dict[str, list[str]] = {}
    for *parts, code in names.iter_rows():
        codes.setdefault(_SEPARATOR.join(parts).lower(), []).append(code)
    *_, (last_line, last) = rows or [(0, [])]
    grand_total = last if last and last[0].lower() in _GRAND_TOTALS else None
    totals: dict[str, ControlTotalEntry] = {}
    for line, cells in rows[:-1] if grand_total else rows:
        shown = ", ".join(reversed(cells[: len(by)]))
        code = _one_code(codes, _SEPARATOR.join(cells[: len(by)]).lower(), shown, names[level], file, line)
        if code in totals:
            raise _refused(f"{level.capitalize()} {shown} disebut dua kali.", file, line)
        persons = _persons(cells, len(by), file, line)
        totals[code] = ControlTotalEntry(level=level, kode_kemendagri=code, persons=persons)
    if not totals:
        raise _refused(f"Berkas total kontrol tidak menyebut satu {level} pun.", file, None)
    if grand_total:
        stated, found = _persons(grand_total, len(by), file, last_line), sum(total.persons for total in totals.values())
        if stated != found:
            raise _refused(
                f"{grand_total[0]} menyebut {number(stated)} jiwa, tetapi baris di atasnya {number(found)}.",
                file,
                last_line,
            )
    return tuple(totals.values())


def _one_code(
    codes: Mapping[str, Sequence[str]], name: str, shown: str, known: pl.Series, file: Path, line: int
) -> str:
    """The code of the area with this name."""
    level = known.name
    match codes.get(name, []):
        case [code]:
            return code
        case []:
            fault = f"Nama {level} {shown[:60] or '(kosong)'} tidak dikenal; yang dikenal: "
            raise _refused(fault + f"{', '.join(known.sort())}.", file, line)
    raise _refused(f"Nama {level} {shown} ada di beberapa kecamatan; pakai kolom kecamatan,kelurahan,jiwa.", file, line)


def read_annexes(files: Sequence[Path], areas: Areas) -> tuple[ControlTotalEntry, ...]:
    """Control totals from files of which each speaks of another level.

    Raises:
        InputRejectedError: see `read_control_totals`; or two files speak of one level, or their sums differ.
    """
    totals: list[ControlTotalEntry] = []
    where = ", ".join(file.name for file in files)
    for file in files:
        found = read_control_totals(file, areas)
        if found[0].level in {total.level for total in totals}:
            raise InputRejectedError(
                f"Ada dua lampiran per {found[0].level}.",
                where=where,
                next_step="Serahkan paling banyak satu per kecamatan dan satu per kelurahan.",
            )
        totals += found
    refuse_unequal_levels(totals, areas, where=where)
    return tuple(totals)


def refuse_unequal_levels(totals: Sequence[ControlTotalEntry], areas: Areas, *, where: str) -> None:
    """Where an SK states a kecamatan and all its kelurahan, the numbers must agree; where only some of them, these
    must not be more. Raises InputRejectedError naming every kecamatan that does not agree, and both its numbers."""
    stated = {total.kode_kemendagri: total.persons for total in totals}
    faults = []
    for code, name in (
        areas.areas.select("kode_kemendagri_kecamatan", "kecamatan").unique().sort("kecamatan").iter_rows()
    ):
        inside = areas.areas.filter(pl.col("kode_kemendagri_kecamatan") == code)["kode_kemendagri"]
        parts = [stated[kelurahan] for kelurahan in inside if kelurahan in stated]
        if code not in stated or not parts:
            continue
        is_whole = len(parts) == len(inside)
        if sum(parts) > stated[code] or (is_whole and sum(parts) != stated[code]):
            inner = f"{len(parts)} kelurahannya {number(sum(parts))} jiwa"
            faults.append(f"Kecamatan {name} {number(stated[code])} jiwa, {inner}")
    if faults:
        raise InputRejectedError(
            f"Total kontrol per kecamatan dan per kelurahan tidak sama: {'; '.join(faults)}.",
            where=where,
            next_step="Cocokkan keduanya dengan lampiran SK, lalu serahkan lagi.",
        )


def _text_facts(file: Path) -> TextFacts:
    facts = sniff_text(file, name=file.name)
    require_utf8(facts, name=file.name)
    return facts


def _annex_lines(file: Path) -> _Lines:
    """The header and the rows with their line numbers, without blank lines and empty cells at the end."""
    try:
        kind = recognise(file, name=file.name)
        if kind in _WORKBOOKS:
            return _sheet_lines(file, kind)
        if kind is not FileKind.TEXT:
            raise InputRejectedError("Total kontrol bukan CSV atau buku kerja.", where=file.name)
        sniffed = _text_facts(file)
    except InputRejectedError as fault:
        raise InputRejectedError(fault.what, where=fault.where, next_step=_ANNEX_FORM) from None
    delimiter = next((sign for sign in (";", "\t") if sign in sniffed.first_line), ",")
    with file.open(encoding="utf-8-sig", newline="") as text:
        reader = csv.reader(text, delimiter=delimiter)
        return _filled((reader.line_num, row) for row in reader)


def _sheet_lines(file: Path, kind: FileKind) -> _Lines:
    """Of the only sheet, or of the only one with the header of control totals."""
    with TemporaryDirectory() as folder:
        found = []
        for sheet in convert_workbook(file, Path(folder), name=file.name, kind=kind):
            cut = (line.split(CELL_SEPARATOR) for line in sheet.path.read_text("utf-8").splitlines())
            found.append(_filled((int(number), cells) for number, *cells in cut))
    stating = [lines for lines in found if _lower(lines[0][1]) in _HEADERS]
    if len(stating) > 1:
        raise InputRejectedError(f"Ada {len(stating)} lembar yang menyebut total kontrol.", where=file.name)
    return (stating or found)[0]


def _filled(lines: Iterable[tuple[int, list[str]]]) -> _Lines:
    found = []
    for line, row in lines:
        cells = [cell.strip() for cell in row]
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            found.append((line, cells))
    return found or [(1, [])]


def _lower(cells: Iterable[str]) -> list[str]:
    return [cell.lower() for cell in cells]


def _known_header(header: list[str], file: Path) -> list[str]:
    if (found := _lower(header)) in _HEADERS:
        return found
    raise _refused("Baris pertama total kontrol harus 'kecamatan,jiwa' atau 'kelurahan,jiwa'.", file, 1)


def _persons(cells: list[str], names: int, file: Path, line: int) -> int:
    """The number behind so many names."""
    if len(cells) != names + 1 or not _WHOLE_NUMBER.fullmatch(cells[names]):
        raise _refused("Total kontrol harus menyebut nama wilayah dan jumlah jiwa (bilangan bulat).", file, line)
    return int(cells[names].replace(".", ""))


def _refused(what: str, file: Path, line: int | None) -> InputRejectedError:
    where = file.name if line is None else f"{file.name}, baris {line}"
    return InputRejectedError(what, where=where, next_step="Perbaiki di sana, lalu ulangi.")
