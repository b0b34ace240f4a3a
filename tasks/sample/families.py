"""The rows of a table of households: one for each that has one, some twice, some without members. Pure but for the
counts it adds to."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl

from tasks.sample.persons import People
from tasks.sample.shown import View
from tasks.sample.traits import below, marked
from tasks.sample.writing import Renderer

_OF_NOBODY = 337_599 * 10**10
_FAR_SERIAL = 500_000
_GOOD, _WITHOUT_NUMBER, _SHORT = range(3)


@dataclass(slots=True)
class HouseholdTally:
    """Counts of one release's table of households."""

    accepted: int = 0
    skipped: int = 0
    rejects: Counter[str] = field(default_factory=Counter)

    def to_json(self, file: str) -> dict[str, Any]:
        rejected = sum(self.rejects.values())
        return {
            "file": file,
            "rows_in_file": self.accepted + rejected + self.skipped,
            "accepted": self.accepted,
            "rejected": rejected,
            "skipped": self.skipped,
            "rejects_by_code": dict(sorted(self.rejects.items())),
        }


@dataclass(frozen=True, slots=True)
class HouseholdRows:
    """Whole rows, odd ones (blank or short), and the order in the file of all of them."""

    rows: pl.DataFrame
    odd: list[list[str]]
    keys: np.ndarray


def household_rows(
    people: People,
    others: People,
    view: View,
    renderer: Renderer,
    rng: np.random.Generator,
    tally: HouseholdTally,
    *,
    is_text: bool,
    with_blank: bool,
) -> HouseholdRows:
    """The rows for these persons' households.

    Args:
        people: persons with accepted rows.
        others: persons whose own rows are spoiled; their households have rows all the same.
        is_text: a row can have too few fields.
        with_blank: an empty line too.
    """
    real = [_first_ones(group, view) for group in (people, others)]
    twice = [_marked(group, "KELUARGA_GANDA", view.plan.household_twice_rate) for group in real]
    empty = [_of_nobody(_marked(group, "tanpa anggota", view.plan.household_empty_rate)) for group in real]
    fate = np.concatenate([below(group.household_number, "rusak", 3 if is_text else 2) for group in empty])
    frames = [renderer.rows(group, rng) for group in (*real, *empty, *twice)]
    keys = [rng.random(len(frame)) for frame in frames[:4]]
    for group, repeated, own in zip(real, twice, keys[:2], strict=True):
        first = own[np.isin(group.household_number, repeated.household_number)]
        keys.append(first + (1 - first) * rng.random(len(first)))
    nobody = pl.concat(frames[2:4])
    link = "no_kk" if "no_kk" in nobody.columns else "id_rumah_tangga"
    lost = pl.Series(["", "-"]).gather(rng.integers(0, 2, len(nobody)))
    nobody = nobody.with_columns(nobody[link].zip_with(pl.Series(fate != _WITHOUT_NUMBER), lost).alias(link))
    is_short = fate == _SHORT
    odd = [list(fields[:-1]) for fields in nobody.filter(pl.Series(is_short)).rows()]
    nobody_keys = np.concatenate(keys[2:4])
    tally.accepted += sum(map(len, real)) + int((fate == _GOOD).sum())
    tally.rejects.update({"KELUARGA_GANDA": sum(map(len, twice))})
    tally.rejects.update({"KELUARGA_TANPA_NOMOR": int((fate == _WITHOUT_NUMBER).sum())})
    tally.rejects.update({"KELUARGA_JUMLAH_KOLOM": int(is_short.sum())})
    tally.skipped += int(with_blank)
    return HouseholdRows(
        rows=pl.concat([*frames[:2], nobody.filter(pl.Series(~is_short)), *frames[4:]]),
        odd=odd + [[]] * with_blank,
        keys=np.concatenate(
            [*keys[:2], nobody_keys[~is_short], *keys[4:], nobody_keys[is_short], rng.random(int(with_blank))]
        ),
    )


def _first_ones(people: People, view: View) -> People:
    """The first person of every household that has a row."""
    _, first = np.unique(people.household, return_index=True)
    chosen = people.at(first)
    return chosen.at(np.flatnonzero(view.has_household_row(chosen)))


def _marked(people: People, purpose: str, share: float) -> People:
    return people.at(np.flatnonzero(marked(people.household_number, purpose, share)))


def _of_nobody(people: People) -> People:
    """The same under numbers that no member has."""
    people.no_kk = _OF_NOBODY + people.kelurahan * 10**6 + people.household_number % 10**6
    people.household_number = people.household_number + _FAR_SERIAL
    return people
