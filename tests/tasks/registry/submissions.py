"""Synthetic submissions in any layout and kind of file, and the short way to what becomes of their rows."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl

from tasks.registry.accounts import StagedRelease
from tasks.registry.layouts import Layout, Part, layout_named, load_layouts
from tasks.registry.staging import reject_codes, warning_codes
from tests.tasks.registry.rows import GOOD, PERIOD, accepted_rows, decoded, rejected_rows, staged_file
from tests.warehouse.register import release
from warehouse.releases import ReleaseToLoad

LAYOUTS = load_layouts()
FIXTURES = Path(__file__).parents[2] / "fixtures" / "registry"
Row = Sequence[str]

ANYONE: Mapping[str, str] = {
    **GOOD,
    "id_rumah_tangga": "3375030005000120",
    "id_anggota": "337503000500012001",
    "kode_provinsi": "33",
    "kode_kabupaten_kota": "75",
    "kode_kecamatan": "3375030",
    "kode_kelurahan": "3375030005",
    "kode_kelurahan_ktp": "33.75.04.1004",
    "umur_tahun": "22",
    "no_bpjs": "0001234567890",
    "program": " PKH+ BSP+-",
    "keberadaan": "1",
    "desil": "3",
    "persentil": "17",
    "pbi_pemda": "0",
    "bansos_bpum": "TIDAK",
    "bansos_bst": "YA",
    "bansos_sembako": "YA",
    "bansos_rastra": "2",
}
OWN: Mapping[str, Mapping[str, str]] = {
    "dtks_b": {"jenis_kelamin": "2"},
    "dtks_c": {"jenis_kelamin": "2", "hubungan_keluarga": "3"},
    "bdt_d": {
        "jenis_kelamin": "2",
        "hubungan_keluarga": "3",
        "kode_kecamatan": "030",
        "kode_kelurahan": "005",
        "bansos_pkh": "1",
    },
    "dtsen_g": {"jenis_kelamin": "2", "hubungan_keluarga": "3", "pbi_jkn": "1"},
    "p3ke_f": {"kode_kelurahan": "33.75.04.1004", "padan": "YA", "bansos_bpnt": "YA", "bansos_pkh": "YA"},
}
"""Where a layout writes a value of `ANYONE` in another way."""


def layout(name: str) -> Layout:
    return layout_named(name, LAYOUTS)


def source_of(name: str) -> str:
    return layout(name).source_system or "DTKS"


def values(name: str, **changes: str) -> dict[str, str]:
    return {**ANYONE, **OWN.get(name, {}), **changes}


def row(name: str, part: Part = "warga", **changes: str) -> list[str]:
    """A good person (or family) in the columns of the layout, with these columns changed."""
    form = layout(name).forms[part]
    assert changes.keys() <= form.targets, changes
    return [values(name, **changes)[target] for target in form.columns.values()]


def headings(name: str, part: Part = "warga") -> list[str]:
    return list(layout(name).forms[part].columns)


def table(name: str, *changes: Mapping[str, str], part: Part = "warga") -> list[list[str]]:
    """The headings of a layout and one row per set of changes to the good one."""
    return [headings(name, part), *(row(name, part, **change) for change in changes)]


def text(rows: Sequence[Row], delimiter: str = "|", *, line_end: str = "\n") -> bytes:
    return "".join(delimiter.join(cells) + line_end for cells in rows).encode()


def xlsx(**sheets: Sequence[Sequence[Any]]) -> bytes:
    """A workbook with these sheets; texts are text cells, numbers number cells."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for cells in rows:
            sheet.append([cell if cell != "" else None for cell in cells])
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def parquet(rows: Sequence[Row]) -> bytes:
    made = io.BytesIO()
    pl.DataFrame([list(cells) for cells in rows[1:]], schema=list(rows[0]), orient="row").write_parquet(made)
    return made.getvalue()


def zipped(**files: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return made.getvalue()


def staged(folder: Path, *contents: bytes, source: str = "DTKS", **changes: Any) -> StagedRelease:
    """These files, staged as one release, whatever their layout."""
    folder.mkdir(exist_ok=True)
    files = []
    for number, content in enumerate(contents, start=1):
        files.append((f"berkas-{number}", folder / f"berkas-{number}"))
        files[-1][1].write_bytes(content)
    arguments = {"layouts": LAYOUTS, "source_system": source, **changes}
    return staged_file(files[0][1], folder / "staging", files=files, **arguments)


def staged_rows(folder: Path, name: str, *changes: Mapping[str, str], **more: Any) -> StagedRelease:
    """Changed good rows of a layout of one table, as a text file."""
    return staged(folder, text(table(name, *changes)), source=source_of(name), **more)


def families(
    folder: Path, name: str, persons: Sequence[Mapping[str, str]], households: Sequence[Mapping[str, str]]
) -> StagedRelease:
    """Changed good rows of a layout of two tables, as two text files."""
    tables = text(table(name, *persons)), text(table(name, *households, part="keluarga"))
    return staged(folder, *tables, source=source_of(name))


def fates(release: StagedRelease) -> dict[int, set[str]]:
    """Line -> reasons: warnings of an accepted person, reasons of a rejected one; skipped lines are left out."""
    accepted = {
        person["baris_sumber"]: decoded(person["peringatan"], "peringatan") for person in accepted_rows(release)
    }
    return accepted | rejected_rows(release)


def persons(release: StagedRelease, column: str) -> list[Any]:
    """What the accepted persons have in a column, in the order of their lines."""
    return [person[column] for person in accepted_rows(release)]


def to_load(found: StagedRelease, folder: Path, name: str) -> ReleaseToLoad:
    """The staged release with a ledger's entry, ready for `load_release`."""
    return replace(
        release(folder, []),
        layout=name,
        accounting=found.accounting,
        accepted=found.rows,
        rejected=found.rejected,
        reject_codes=reject_codes("3375", PERIOD),
        warning_codes=warning_codes("3375", PERIOD),
        constant_within=found.constant_within,
    )
