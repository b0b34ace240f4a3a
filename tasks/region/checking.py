"""Reads the tables of a region's folder and says what is wrong with them, by file, line and column."""

from __future__ import annotations

import csv
from collections.abc import Iterator

from errors import DampinganError, InputRejectedError
from tasks.reference import REFERENCE_FOLDER, Region
from tasks.region.findings import Finding, Row, cell_findings, findings_between_rows
from tasks.region.tables import INDIKATOR_PUBLIKASI, TABLES, WILAYAH, Table
from tasks.registry.corrections import load_corrections
from tasks.statistics.catalogue import load_catalogue
from tasks.statistics.publications import publication_candidates, read_publication_rows

_SHOWN = 5


def findings(region: Region) -> list[Finding]:
    """Everything that is wrong, in the sources, published figures and corrections, too."""
    return [*table_findings(region), *_sources(region)]


def table_findings(region: Region) -> list[Finding]:
    """What is wrong with the tables; empty when a run can go on with them."""
    found: list[Finding] = []
    rows: dict[str, list[Row]] = {}
    for table in TABLES:
        rows[table.file] = []
        for each in _read(region, table):
            if isinstance(each, Finding):
                found.append(each)
            else:
                rows[table.file].append(each)
        found += cell_findings(table, rows[table.file])
    if not found:
        if not rows[WILAYAH.file]:
            found.append(Finding(WILAYAH.file, "belum berisi satu kelurahan atau desa pun."))
        found += findings_between_rows(rows, region.code)
    return found


def still_empty(region: Region) -> list[str]:
    """One sentence for each table without rows: what does not work because of it."""
    return [
        f"{table.file} belum berisi. {table.when_empty}"
        for table in TABLES
        if not any(isinstance(each, Row) for each in _read(region, table))
    ]


def require_sound(region: Region) -> None:
    """Raises InputRejectedError that names what is wrong with the region's tables, if anything is.

    Published figures and corrections are left to the steps that read them, which refuse what they cannot use.
    """
    found = table_findings(region)
    if found:
        more = f" Dan {len(found) - _SHOWN} lagi." if len(found) > _SHOWN else ""
        raise InputRejectedError(
            f"Tabel acuan {region.name} belum benar. {' '.join(map(str, found[:_SHOWN]))}{more}",
            where=str(region.folder),
            next_step="Perbaiki di sana; `dampingan init --check` menyebut semuanya.",
        )


def _read(region: Region, table: Table) -> Iterator[Row | Finding]:
    try:
        with (region.folder / table.file).open(encoding="utf-8", newline="") as stream:
            reader = csv.reader(stream, strict=True)
            heading = next(reader, [])
            lines = [(reader.line_num, fields) for fields in reader]
    except FileNotFoundError:
        yield Finding(table.file, "tidak ada; `dampingan init` membuatnya.")
        return
    except (OSError, UnicodeDecodeError, csv.Error) as fault:
        yield Finding(table.file, f"tidak dapat dibaca ({type(fault).__name__}); simpan sebagai CSV UTF-8 dengan koma.")
        return
    if (fault_of_heading := _wrong_heading(table, heading)) is not None:
        yield fault_of_heading
        return
    for line, fields in lines:
        if len(fields) == len(heading):
            yield Row(line, dict(zip(heading, fields, strict=True)))
        else:
            said = f"mempunyai {len(fields)} kolom, seharusnya {len(heading)}" if fields else "kosong; hapus baris itu"
            yield Finding(table.file, f"{said}.", line)


def _wrong_heading(table: Table, heading: list[str]) -> Finding | None:
    known = [column.name for column in table.columns]
    missing = [column.name for column in table.columns if column.name not in heading and not column.may_be_missing]
    unknown = [name for name in heading if name not in known]
    if not missing and not unknown and len(set(heading)) == len(heading):
        return None
    return Finding(table.file, f"kepala kolomnya harus {table.heading}; simpan sebagai CSV UTF-8 dengan koma.", 1)


def _sources(region: Region) -> Iterator[Finding]:
    """What the readers of the sources, the published figures and the corrections refuse."""
    try:
        catalogue = load_catalogue(REFERENCE_FOLDER, region.folder)
        rows = read_publication_rows(region.publications)
        areas = {row["kode_wilayah"] for _, row in rows}
        name = INDIKATOR_PUBLIKASI.file
        candidates = publication_candidates(rows, catalogue, area_codes=areas, file_name=name, sha256="")
        for (line, row), candidate in zip(rows, candidates, strict=True):
            if candidate.refusal:
                yield Finding(name, f"{candidate.refusal}.", line)
            elif candidate.source is None:
                yield Finding(name, f"'{row['sumber'][:60]}' tidak ada pada sumber.toml.", line, "sumber")
            elif catalogue.indicator(row["indikator"]) is None:
                yield Finding(name, "tidak ada pada katalog indikator.", line, "indikator")
        load_corrections("", (), region.corrections)
    except DampinganError as fault:
        yield Finding(fault.where or region.folder.name, fault.what)
