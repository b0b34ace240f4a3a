"""Known errors of a source, corrected as data: corrections/. Each has a reason, a source, a status, and a
guard that fails when the source has changed.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Literal

import polars as pl
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from errors import DampinganError, InputRejectedError
from tasks.reference import BUNDLED_REGION

CORRECTION_FOLDER = BUNDLED_REGION / "corrections"
MARKS = "koreksi"
"""Column of bits: bit i is set where the i-th correction changed the row."""

_TOML_PLACE = re.compile(r"\(at line ([0-9]+), column ([0-9]+)\)")
_FAULTS = {
    "missing": "belum diisi",
    "extra_forbidden": "tidak dikenal",
    "literal_error": "bukan salah satu pilihannya",
    "string_too_short": "kosong",
    "string_type": "harus berupa teks",
    "greater_than_equal": "terlalu kecil",
}
_Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Correction(BaseModel):
    """One correction; see corrections/README.md for the fields."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: _Text
    reason: _Text
    source: _Text
    status: Literal["aktif", "selesai"]
    column: _Text
    equals: str | None = None
    lines: tuple[int, ...] = ()
    action: Literal["set", "clear"]
    value: str | None = None
    rows: Annotated[int, Field(ge=1)]

    @model_validator(mode="after")
    def _says_which_and_what(self) -> Correction:
        if (self.equals is None) == (not self.lines):
            raise ValueError("equals atau lines, tepat satu")
        if (self.action == "set") != (self.value is not None):
            raise ValueError("value hanya dan selalu dengan action = set")
        return self

    def hits(self) -> pl.Expr:
        """Which rows of a frame with `originals` it is about."""
        if self.lines:
            return pl.col("baris_sumber").is_in(list(self.lines))
        return (pl.col(f"asal_{self.column}") == self.equals).fill_null(False)


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    release: _Text
    sha256: str | None = None
    correction: tuple[Correction, ...]

    @model_validator(mode="after")
    def _lines_of_these_bytes(self) -> _File:
        """A ralat has other persons on the same lines, and as many: the guard would not notice."""
        if self.sha256 is None and any(correction.lines for correction in self.correction):
            raise ValueError("lines hanya bersama sha256")
        return self


def load_corrections(release: str, sha256: Collection[str], folder: Path = CORRECTION_FOLDER) -> tuple[Correction, ...]:
    """The active corrections of a release, by file and place in it.

    Args:
        release: series and period, `dtks-3375-2022-04`.
        sha256: of the files of the release.

    Raises:
        DampinganError: a file that is no TOML, or says something that a correction cannot; names the place.
    """
    files = [_read(path) for path in sorted(folder.glob("*.toml"))]
    return tuple(
        correction
        for file in files
        if file.release == release and file.sha256 in (None, *sha256)
        for correction in file.correction
        if correction.status == "aktif"
    )


def _read(path: Path) -> _File:
    where = f"corrections/{path.name}"
    try:
        return _File.model_validate(tomllib.loads(path.read_text("utf-8")))
    except UnicodeDecodeError:
        raise _unreadable("bukan teks UTF-8", where) from None
    except tomllib.TOMLDecodeError as fault:
        place = _TOML_PLACE.search(str(fault))
        line = f", baris {place[1]}, kolom {place[2]}" if place else ", di akhir berkas"
        raise _unreadable("bukan TOML yang benar", where + line) from None
    except ValidationError as fault:
        # Their own texts quote the values, which may be persons'.
        errors = fault.errors(include_input=False)
        found = [(".".join(map(str, error["loc"])), _said(error["type"], error["msg"])) for error in errors]
        said = [f"{place}: {text}" if place else text for place, text in found]
        raise _unreadable("; ".join(said), where) from None


def _said(kind: str, message: str) -> str:
    if kind == "value_error":
        return message.removeprefix("Value error, ")
    return _FAULTS.get(kind, "isinya tidak sesuai")


def _unreadable(what: str, where: str) -> DampinganError:
    return DampinganError(
        f"Berkas koreksi tidak dapat dipakai: {what}.",
        where=where,
        next_step="Perbaiki berkas itu menurut corrections/README.md, lalu jalankan lagi.",
    )


def corrected(fields: pl.LazyFrame, corrections: Sequence[Correction]) -> pl.LazyFrame:
    """The frame with `originals` after the corrections, one after the other; adds MARKS and `dikoreksi`."""
    frame = fields.with_columns(pl.lit(0, pl.Int64).alias(MARKS))
    for bit, correction in enumerate(corrections):
        text = pl.col(f"asal_{correction.column}")
        hit = ~pl.col("dilewati") & correction.hits()
        frame = frame.with_columns(
            pl.when(hit).then(pl.lit(correction.value, pl.String)).otherwise(text).alias(text.meta.output_name()),
            pl.when(hit).then(pl.col(MARKS) | (1 << bit)).otherwise(pl.col(MARKS)).alias(MARKS),
        )
    return frame.with_columns((pl.col(MARKS) != 0).alias("dikoreksi"))


def refuse_unknown_columns(corrections: Sequence[Correction], columns: Collection[str], *, where: str) -> None:
    """Raises InputRejectedError for a correction of a column that the table of persons does not have."""
    for correction in corrections:
        if correction.column not in columns:
            raise InputRejectedError(
                f"Koreksi '{correction.id}' menyebut kolom {correction.column}, yang tidak ada dalam berkas ini.",
                where=where,
                next_step='Perbaiki atau akhiri (status = "selesai") koreksi itu di corrections/.',
            )


def refuse_unmet(corrections: Sequence[Correction], hit: Mapping[str, int], *, where: str) -> None:
    """The guard: raises InputRejectedError when a correction changed another number of rows than it says."""
    for correction in corrections:
        rows = hit.get(correction.id, 0)
        if rows != correction.rows:
            raise InputRejectedError(
                f"Koreksi '{correction.id}' seharusnya mengenai {correction.rows} baris, tetapi mengenai {rows}; "
                "sumbernya mungkin sudah diperbaiki.",
                where=where,
                next_step='Periksa berkasnya, lalu sesuaikan atau akhiri (status = "selesai") koreksi itu di '
                "corrections/.",
            )
