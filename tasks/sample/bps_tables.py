"""The tables behind the sample BPS server, and their answers in the shape of the real ones.

Our region's figures are those of its indikator_publikasi.csv that pass on a figure of BPS; all other rows are
invented and say so. It must not know how answers are asked for or read.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from tasks.reference import Region
from tasks.statistics.catalogue import NATIONAL_AREA, BpsVariable, Indicator, load_catalogue
from tasks.statistics.publications import read_publication_rows

Content = dict[str, Any]

FIRST_YEAR = 1900
_WORDING = Path(__file__).with_name("bps_answers") / "variables.toml"
_UNDIVIDED = ({"val": 0, "label": "Tidak ada"},)
_WHOLE_YEAR = ({"val": 0, "label": "Tahun"},)
_SUBJECT = {"val": 1, "label": "Contoh"}


@dataclass(slots=True)
class SampleTable:
    """One variable of one domain.

    Args:
        values: figures of the row `ours`, by year, in the unit of the table; other rows are invented from them.
        rows, derived, periods: entries of the dimensions, as `val` and `label`.
        factor: what the invented rows are larger by.
    """

    domain: str
    variable: int
    label: str
    unit: str
    rows: Sequence[Content]
    values: dict[int, Decimal]
    last_update: str = "2026-03-02 10:15:31"
    subject: Content = field(default_factory=lambda: _SUBJECT)
    row_label: str = "Kabupaten/Kota"
    derived: Sequence[Content] = _UNDIVIDED
    periods: Sequence[Content] = _WHOLE_YEAR
    ours: int | None = None
    factor: Decimal = Decimal(1)

    def entry(self) -> Content:
        """The table as an entry of `model=var`."""
        return {
            "var_id": self.variable,
            "title": self.label,
            "sub_id": self.subject["val"],
            "sub_name": self.subject["label"],
            "def": "",
            "notes": "&lt;p&gt;Sumber: BPS&lt;/p&gt;",
            "vertical": 1,
            "unit": self.unit,
            "graph_id": 3,
            "graph_name": "Tabel",
        }

    def items(self, model: str) -> list[Content]:
        """The entries of its list `model`."""
        match model:
            case "th":
                return [{"th_id": year - FIRST_YEAR, "th": str(year)} for year in sorted(self.values)]
            case "vervar":
                return [{"kode_ver_id": row["val"], "vervar": row["label"]} for row in self.rows]
            case "turvar":
                return [{"turvar_id": part["val"], "turvar": part["label"]} for part in self.derived]
            case _:
                return [{"turth_id": period["val"], "turth": period["label"]} for period in self.periods]

    def data(self, years: Sequence[int]) -> Content:
        """Its answer of `model=data`."""
        cells = {
            f"{row['val']}{self.variable}{part['val']}{year - FIRST_YEAR}{period['val']}": self._cell(
                row["val"], self.values[year], is_total=part is self.derived[-1]
            )
            for row in self.rows
            for part in self.derived
            for year in years
            for period in self.periods
        }
        variable = {
            "val": self.variable,
            "label": self.label,
            "unit": self.unit,
            "subj": self.subject["label"],
            "def": "",
            "decimal": "2",
            "note": "&lt;p&gt;Sumber: BPS&lt;/p&gt;",
        }
        return {
            "status": "OK",
            "data-availability": "available",
            "last_update": self.last_update,
            "subject": [self.subject],
            "var": [variable],
            "turvar": list(self.derived),
            "labelvervar": self.row_label,
            "vervar": list(self.rows),
            "tahun": [{"val": year - FIRST_YEAR, "label": str(year)} for year in years],
            "turtahun": list(self.periods),
            "datacontent": cells,
            "related": [],
        }

    def _cell(self, row: int, value: Decimal, *, is_total: bool) -> float | str:
        """Our city's total as published; its parts are not known here."""
        if row == self.ours:
            return float(value) if is_total else "-"
        share = Decimal(70 + row * 37 % 60) / 100
        return float(round(value * share * self.factor, 3))


def sample_wording(region: Region) -> Content:
    """What the sample server of this region says beside the figures."""
    text = _WORDING.read_text(encoding="utf-8").replace("{kode}", region.code).replace("{nama}", region.name)
    wording = tomllib.loads(text)
    rows = wording["baris"]["kabupaten_kota"]
    own = {"val": int(region.code), "label": region.name}
    rows["isi"] = sorted([own, *(row for row in rows["isi"] if row["val"] != own["val"])], key=lambda row: row["val"])
    return wording


def sample_tables(reference: Path, region: Region, wording: Content, area_codes: Collection[str]) -> list[SampleTable]:
    """Every table that the catalogue in the folder `reference` names, with a row for each of `area_codes`."""
    rows = [row for _, row in read_publication_rows(region.publications) if row["kode_wilayah"] == region.code]
    tables = load_catalogue(reference, region.folder).tables()
    return [_table(indicator, place, rows, wording, (region.code, *area_codes)) for indicator, place in tables]


def _table(
    indicator: Indicator,
    place: BpsVariable,
    publications: list[dict[str, str]],
    wording: Content,
    area_codes: Sequence[str],
) -> SampleTable:
    """The table; our own region comes first in `area_codes`, and `publications` are about it."""
    said = wording["variabel"][f"{place.domain}-{place.variabel}"]
    kind = wording["baris"]["kabupaten_kota" if "kabupaten_kota" in place.tingkat else "provinsi"]
    present = {str(row["val"]) for row in kind["isi"]} | {NATIONAL_AREA}
    missing = [code for code in dict.fromkeys(area_codes) if place.serves(code) and code not in present]
    factor = place.satuan[said["unit"].casefold()]
    published = {
        int(row["tahun"]): Decimal(row["nilai"]) / factor
        for row in publications
        if row["indikator"] == indicator.indikator and row["angka_bps"] == "ya"
    }
    return SampleTable(
        domain=place.domain,
        variable=place.variabel,
        label=said["label"],
        unit=said["unit"],
        rows=[*kind["isi"], *({"val": int(code), "label": f"Wilayah {code} (contoh)"} for code in missing)],
        values=published or {int(year): Decimal(str(value)) for year, value in said.get("nilai", {}).items()},
        last_update=wording["terbit"],
        subject=wording["subjek"][said["subjek"]],
        row_label=kind["label"],
        derived=said.get("turunan", _UNDIVIDED),
        periods=said.get("periode", _WHOLE_YEAR),
        ours=int(area_codes[0]),
        factor=Decimal(str(said.get("pengali", 1))),
    )
