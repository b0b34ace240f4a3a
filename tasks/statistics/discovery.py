"""Finding where BPS keeps something, by words in the title. It must not know the catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any, Literal

from tasks.statistics.client import BpsClient
from tasks.statistics.models import normal_text

Kind = Literal["variabel", "rilis pers", "tabel statis"]


@dataclass(frozen=True, slots=True)
class Found:
    """One entry of BPS; `id` is its number within `domain` and `kind`, `date` its day of publication or none."""

    kind: Kind
    domain: str
    id: str
    title: str
    unit: str = ""
    subject: str = ""
    date: str = ""

    def as_row(self) -> dict[str, Any]:
        return asdict(self)


def found_variables(client: BpsClient, domains: Iterable[str], words: str) -> Iterator[Found]:
    """Everything in `domains` whose title has all of `words`: variables first, then what has no variable."""
    wanted = normal_text(words).split()

    def matches(title: str) -> bool:
        return all(word in normal_text(title) for word in wanted)

    for domain in dict.fromkeys(domains):
        for variable in client.variables(domain):
            if matches(variable.title):
                yield Found("variabel", domain, variable.var_id, variable.title, variable.unit, variable.sub_name)
        for release in client.press_releases(domain, wanted[0]):
            if matches(release.title):
                yield Found("rilis pers", domain, release.brs_id, release.title, date=_day(release.rl_date))
        for table in client.static_tables(domain, wanted[0]):
            if matches(table.title):
                yield Found("tabel statis", domain, table.table_id, table.title, date=_day(table.updt_date))


def _day(day: object) -> str:
    return str(day or "")
