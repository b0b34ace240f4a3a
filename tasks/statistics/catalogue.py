"""The catalogue of macro indicators and of their sources, read from reference/.

It knows what an indicator is, where BPS keeps it, what its values may be and when the next one is due. It must not
know how BPS is asked.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from errors import InputRejectedError
from tasks.reference import BUNDLED_REGION
from warehouse.tables.statistics import BATAS_INDIKATOR, INDIKATOR

WEBAPI_SOURCE_KIND = "webapi_bps"
INDICATOR_FOLDER = "indicators"
NATIONAL_AREA = "0000"
OWN_DOMAIN = "sendiri"

Level = Literal["nasional", "provinsi", "kabupaten_kota"]
AreaCode = Annotated[str, Field(pattern=r"^\d{4}$")]


def level_of(area_code: str) -> Level:
    """What kind of area a BPS code of four digits names."""
    if area_code == NATIONAL_AREA:
        return "nasional"
    return "provinsi" if area_code.endswith("00") else "kabupaten_kota"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class BpsVariable(_Frozen):
    """A table of the WebAPI that has an indicator for areas of some levels, and what its answer must look like."""

    domain: AreaCode
    variabel: Annotated[int, Field(gt=0)]
    tingkat: Annotated[tuple[Level, ...], Field(min_length=1)]
    kata_label: Annotated[tuple[str, ...], Field(min_length=1)]
    kata_baris: Annotated[tuple[str, ...], Field(min_length=1)]
    satuan: dict[str, Decimal]
    turunan: tuple[str, ...] = ()
    periode: Annotated[tuple[str, ...], Field(min_length=1)]
    keyakinan: Literal["terlihat", "perkiraan"]

    @property
    def place(self) -> tuple[str, int]:
        """Domain and variable: what BPS is asked for."""
        return self.domain, self.variabel

    def serves(self, area_code: str) -> bool:
        """Whether the table must have a row for this area."""
        reaches = self.domain in (NATIONAL_AREA, area_code) or (
            self.domain.endswith("00") and self.domain[:2] == area_code[:2]
        )
        return reaches and level_of(area_code) in self.tingkat


class UnknownVariable(_Frozen):
    """A domain of BPS that ought to have an indicator under a number nobody has found yet; OWN_DOMAIN is the office of
    our own region. `cari` is what to look for there."""

    domain: AreaCode | Literal["sendiri"]
    cari: str


class Limits(_Frozen):
    """The plausible range for areas of one level: a value outside waits for a person."""

    tingkat: Level
    nilai_minimum: float
    nilai_maksimum: float

    @model_validator(mode="after")
    def _is_ordered(self) -> Limits:
        if self.nilai_minimum >= self.nilai_maksimum:
            raise ValueError("nilai_minimum harus lebih kecil dari nilai_maksimum")
        return self


class MethodBreak(_Frozen):
    """From `tahun` on values are made in another way: they are not compared with those before."""

    tahun: int
    uraian: str
    keyakinan: Literal["terlihat", "perkiraan"]


class Indicator(_Frozen):
    """One indicator; without `bps` its values come from publications only.

    A value below `mungkin_minimum` or above `mungkin_maksimum` cannot be and is refused. One that differs from the year
    before by more than `lompatan_nilai` (in its unit) or `lompatan_persen` a year waits for a person.
    `jeda_terbit_bulan` after the end of the reference month (without one: of the year) a value is due.
    """

    indikator: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    nama_indikator: str
    satuan: str
    uraian: str
    bulan_acuan: Annotated[int | None, Field(ge=1, le=12)] = None
    jeda_terbit_bulan: Annotated[int, Field(ge=1)]
    mungkin_minimum: float | None = None
    mungkin_maksimum: float | None = None
    lompatan_nilai: Annotated[float | None, Field(gt=0)] = None
    lompatan_persen: Annotated[float | None, Field(gt=0)] = None
    tidak_turun: bool = False
    batas: Annotated[tuple[Limits, ...], Field(min_length=1)]
    putus_metode: tuple[MethodBreak, ...] = ()
    bps: tuple[BpsVariable, ...] = ()
    belum_diketahui: tuple[UnknownVariable, ...] = ()

    @model_validator(mode="after")
    def _is_whole(self) -> Indicator:
        if (self.lompatan_nilai is None) == (self.lompatan_persen is None):
            raise ValueError("isi salah satu: lompatan_nilai atau lompatan_persen")
        levels = [limits.tingkat for limits in self.batas]
        if sorted(levels) != sorted({"nasional", "provinsi", "kabupaten_kota"}):
            raise ValueError("batas harus ada tepat satu untuk nasional, provinsi dan kabupaten_kota")
        served = [level for table in self.bps for level in table.tingkat]
        if len(set(served)) != len(served):
            raise ValueError("satu tingkat wilayah hanya boleh dari satu tabel BPS")
        return self

    def limits(self, area_code: str) -> Limits:
        """The plausible range for this area."""
        return next(limits for limits in self.batas if limits.tingkat == level_of(area_code))

    def is_possible(self, value: Decimal) -> bool:
        """Whether a value can be at all."""
        too_low = self.mungkin_minimum is not None and value < Decimal(str(self.mungkin_minimum))
        return not too_low and (self.mungkin_maksimum is None or value <= Decimal(str(self.mungkin_maksimum)))


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

    def tables(self) -> Iterator[tuple[Indicator, BpsVariable]]:
        """Every table of the WebAPI that is known to have an indicator."""
        return ((entry, table) for entry in self.indikator for table in entry.bps)

    def indicator_rows(self) -> list[dict[str, object]]:
        """The rows of `core.indikator`."""
        return [
            {name: value for name, value in entry.model_dump().items() if name in INDIKATOR.column_names}
            | {"tahun_putus_metode": max((change.tahun for change in entry.putus_metode), default=None)}
            for entry in self.indikator
        ]

    def limit_rows(self) -> list[dict[str, object]]:
        """The rows of `core.batas_indikator`."""
        rows = [
            {"indikator": entry.indikator} | limits.model_dump() for entry in self.indikator for limits in entry.batas
        ]
        return [{name: row[name] for name in BATAS_INDIKATOR.column_names} for row in rows]

    def source_rows(self) -> list[dict[str, object]]:
        """The rows of `core.sumber_indikator`."""
        return [entry.model_dump() for entry in self.sumber]


def load_catalogue(reference: Path, own: Path = BUNDLED_REGION) -> Catalogue:
    """Read `indicators/*.toml` and `sumber.toml` of the folder `reference`, and the further sources in `sumber.toml` of
    the region's folder `own`. Raises InputRejectedError."""
    content = _toml(reference / "sumber.toml", "reference/sumber.toml")
    content["sumber"] = [
        *content.get("sumber", []),
        *_toml(own / "sumber.toml", str(own / "sumber.toml")).get("sumber", []),
    ]
    found = [
        (path.name, entry)
        for path in sorted((reference / INDICATOR_FOLDER).glob("*.toml"))
        for entry in _toml(path, f"reference/{INDICATOR_FOLDER}/{path.name}").get("indikator", [])
    ]
    files = [name for name, _ in found]
    content["indikator"] = [entry for _, entry in found]
    try:
        return Catalogue.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise InputRejectedError(
            f"Katalog indikator tidak benar pada {place or 'isinya'}: {first['msg']}.",
            where=_file_of(first["loc"], files),
            next_step="Perbaiki bagian itu.",
        ) from None


def _file_of(place: tuple[int | str, ...], files: list[str]) -> str:
    """The file in which a fault is; both places where it may be when it is about several."""
    match place:
        case ("indikator", int(number), *_):
            return f"reference/{INDICATOR_FOLDER}/{files[number]}"
        case ("sumber", *_):
            return "reference/sumber.toml atau sumber.toml wilayah"
    return f"reference/{INDICATOR_FOLDER} dan reference/sumber.toml"


def _toml(path: Path, where: str) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputRejectedError(
            f"Katalog indikator tidak dapat dibaca: {error}.",
            where=where,
            next_step="Perbaiki berkas itu.",
        ) from None
