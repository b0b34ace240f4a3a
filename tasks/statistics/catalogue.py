"""The catalogue of macro indicators and of their sources, read from reference/.

It knows what an indicator is and where BPS keeps it. It must not know how BPS is asked.
"""

from __future__ import annotations

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from errors import InputRejectedError

WEBAPI_SOURCE_KIND = "webapi_bps"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class BpsVariable(_Frozen):
    """Where the WebAPI keeps an indicator, and what its answer must look like."""

    domain: Annotated[str, Field(pattern=r"^\d{4}$")]
    variabel: Annotated[int, Field(gt=0)]
    kata_label: Annotated[tuple[str, ...], Field(min_length=1)]
    kata_baris: Annotated[tuple[str, ...], Field(min_length=1)]
    satuan: dict[str, Decimal]
    turunan: tuple[str, ...] = ()
    periode: Annotated[tuple[str, ...], Field(min_length=1)]
    keyakinan: Literal["terlihat", "perkiraan"]


class Indicator(_Frozen):
    """One indicator; without `bps` its values come from publications only."""

    indikator: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    nama_indikator: str
    satuan: str
    uraian: str
    bulan_acuan: Annotated[int | None, Field(ge=1, le=12)] = None
    nilai_minimum: float
    nilai_maksimum: float
    bps: BpsVariable | None = None

    @model_validator(mode="after")
    def _range_is_ordered(self) -> Indicator:
        if self.nilai_minimum >= self.nilai_maksimum:
            raise ValueError("nilai_minimum harus lebih kecil dari nilai_maksimum")
        return self


class Source(_Frozen):
    """One source of values; the lowest `peringkat` is shown first where sources differ."""

    sumber: str
    jenis_sumber: Literal["webapi_bps", "publikasi"]
    peringkat: Annotated[int, Field(ge=1)]


class Catalogue(_Frozen):
    """All indicators and all sources that may occur."""

    indikator: Annotated[tuple[Indicator, ...], Field(min_length=1)]
    sumber: tuple[Source, ...]

    @model_validator(mode="after")
    def _names_are_unique(self) -> Catalogue:
        for kind, names in (
            ("indikator", [entry.indikator for entry in self.indikator]),
            ("sumber", [entry.sumber for entry in self.sumber]),
        ):
            if len(set(names)) != len(names):
                raise ValueError(f"{kind} ganda")
        if sum(source.jenis_sumber == WEBAPI_SOURCE_KIND for source in self.sumber) != 1:
            raise ValueError("harus ada tepat satu sumber webapi_bps")
        return self

    def indicator(self, code: str) -> Indicator | None:
        return next((entry for entry in self.indikator if entry.indikator == code), None)

    def source(self, name: str) -> Source | None:
        return next((entry for entry in self.sumber if entry.sumber == name), None)

    @property
    def webapi(self) -> Source:
        """The source under which values of the WebAPI are kept."""
        return next(source for source in self.sumber if source.jenis_sumber == WEBAPI_SOURCE_KIND)

    def indicator_rows(self) -> list[dict[str, object]]:
        """The rows of `core.indikator`."""
        return [entry.model_dump(exclude={"bps"}) for entry in self.indikator]

    def source_rows(self) -> list[dict[str, object]]:
        """The rows of `core.sumber_indikator`."""
        return [entry.model_dump() for entry in self.sumber]


def load_catalogue(reference: Path) -> Catalogue:
    """Read `indicators.toml` and `sumber.toml` of the folder `reference`. Raises InputRejectedError."""
    content: dict[str, Any] = {}
    for name in ("indicators.toml", "sumber.toml"):
        try:
            content |= tomllib.loads((reference / name).read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise InputRejectedError(
                f"Katalog indikator tidak dapat dibaca: {error}.",
                where=f"reference/{name}",
                next_step="Perbaiki berkas itu.",
            ) from None
    try:
        return Catalogue.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise InputRejectedError(
            f"Katalog indikator tidak benar pada {place or 'isinya'}: {first['msg']}.",
            where="reference/indicators.toml dan reference/sumber.toml",
            next_step="Perbaiki bagian itu.",
        ) from None
