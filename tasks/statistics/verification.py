"""Whether BPS has every table of the catalogue where the catalogue says, with the label, the unit and the rows it
expects. It must not know what the values are used for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache
from typing import Any, Literal

from errors import InputRejectedError
from tasks.statistics.catalogue import OWN_DOMAIN, BpsVariable, Catalogue, Indicator
from tasks.statistics.client import BpsClient
from tasks.statistics.models import VariableItem, normal_text
from tasks.statistics.values import answer_candidates


@dataclass(frozen=True, slots=True)
class Verified:
    """One table of the catalogue against BPS.

    Args:
        variable: None where the catalogue has no number; `candidates` are then what may be meant.
        years: first and last year BPS has, e.g. `2010-2024`.
        problem: what differs, in Bahasa Indonesia; empty when nothing does.
    """

    indicator: str
    domain: str
    variable: int | None
    sureness: str
    state: Literal["cocok", "berbeda", "belum diketahui"]
    label: str = ""
    unit: str = ""
    years: str = ""
    problem: str = ""
    candidates: tuple[str, ...] = ()

    def as_row(self) -> dict[str, Any]:
        return asdict(self)


def verify_catalogue(client: BpsClient, catalogue: Catalogue, area_codes: Sequence[str]) -> Iterator[Verified]:
    """Every table of the catalogue, then every unknown one. A table is asked for its newest year, and must have a row
    for each of `area_codes` that it serves; our own region is the first of these."""
    variables = cache(client.variables)
    for indicator, table in catalogue.tables():
        yield _verified(client, catalogue, indicator, table, variables(table.domain), area_codes)
    for indicator in catalogue.indikator:
        for unknown in indicator.belum_diketahui:
            domain = area_codes[0] if unknown.domain == OWN_DOMAIN else unknown.domain
            yield _looked_for(indicator, domain, unknown.cari, variables(domain))


def _verified(
    client: BpsClient,
    catalogue: Catalogue,
    indicator: Indicator,
    table: BpsVariable,
    variables: Sequence[VariableItem],
    area_codes: Sequence[str],
) -> Verified:
    found = Verified(indicator.indikator, table.domain, table.variabel, table.keyakinan, "berbeda")
    entry = next((item for item in variables if item.var_id == str(table.variabel)), None)
    if entry is None:
        return replace(found, problem=f"variabel {table.variabel} tidak ada pada domain {table.domain}")
    found = replace(found, label=entry.title, unit=entry.unit)
    try:
        years = sorted(client.years(*table.place), key=lambda year: year.th)
        if not years:
            return replace(found, problem="BPS tidak mempunyai tahun satu pun untuk variabel ini")
        found = replace(found, years=f"{years[0].th}-{years[-1].th}")
        answers = list(client.data(*table.place, [years[-1].th_id]))
        for answer in answers:
            answer_candidates(
                answer.content, indicator, table, area_codes=area_codes, source=catalogue.webapi, sha256=""
            )
    except InputRejectedError as error:
        return replace(found, problem=error.what)
    if not answers:
        return replace(found, problem=f"BPS tidak mempunyai data untuk tahun {years[-1].th}")
    return replace(found, state="cocok")


def _looked_for(indicator: Indicator, domain: str, wanted: str, variables: Sequence[VariableItem]) -> Verified:
    words = normal_text(wanted).split()
    candidates = tuple(
        f"{item.var_id}: {item.title} ({item.unit})"
        for item in variables
        if all(word in normal_text(item.title) for word in words)
    )
    return Verified(indicator.indikator, domain, None, "belum diketahui", "belum diketahui", candidates=candidates)
