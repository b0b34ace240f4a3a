"""What happens to persons between two releases: they leave, move, change; others enter. Pure apart from the arrays it
is given, which it changes in place.

Only persons with a usable NIK of their own take part, so that every transition can be followed by NIK.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from errors import UsageError
from tasks.sample import names
from tasks.sample.defects import carries
from tasks.sample.persons import (
    HEAD,
    Bools,
    Floats,
    Ints,
    People,
    Places,
    Serials,
    allocate,
    card_numbers,
    household_numbers,
)
from tasks.sample.plan import Step, part

_GROWN_UP_DAYS = 6_575


@dataclass(frozen=True, slots=True)
class Happened:
    """Persons per kelurahan: left by the old one, changed by theirs, `moved[i, j]` from i to j."""

    left: Ints
    moved: Ints
    changed: Ints
    movers: Ints
    """Their positions."""


def happen(
    rng: np.random.Generator,
    people: People,
    step: Step,
    chunk: int,
    chunks: int,
    *,
    kelurahan: int,
    as_of: int,
    changeable: Sequence[str],
    aid_bits: Sequence[int],
) -> Happened:
    """Apply this chunk's part of a step.

    Args:
        kelurahan: how many there are.
        as_of: day of the later release, in days since 1970.
        changeable: what of a person can change; the last is what always can.
        aid_bits: bits of `People.aid` that can.
    """
    followed = people.present & ~carries(people, "NIK_KOSONG") & (people.twin < 0)
    order = rng.permutation(np.flatnonzero(followed))
    counts = [part(total, chunk, chunks) for total in (step.left, step.moved, step.changed)]
    if sum(counts) > len(order) or kelurahan < 2:
        raise UsageError("Terlalu sedikit orang untuk laju perubahan ini.", next_step="Buat contoh yang lebih besar.")
    left, moved, changed, _ = np.split(order, np.cumsum(counts))
    people.present[left] = False
    destination = (people.kelurahan[moved] + rng.integers(1, kelurahan, len(moved))) % kelurahan
    moves = np.zeros((kelurahan, kelurahan), np.int64)
    np.add.at(moves, (people.kelurahan[moved], destination), 1)
    people.kelurahan[moved] = destination
    _new_address(rng, people, moved)
    people.rt[moved] = rng.integers(1, 10, len(moved))
    people.rw[moved] = rng.integers(1, 19, len(moved))
    _change(rng, people, changed, as_of, changeable, aid_bits)
    return Happened(
        left=np.bincount(people.kelurahan[left], minlength=kelurahan),
        moved=moves,
        changed=np.bincount(people.kelurahan[changed], minlength=kelurahan),
        movers=moved,
    )


def _new_address(rng: np.random.Generator, people: People, chosen: Ints) -> None:
    """Another house number in a street that is filled in: never the address of before."""
    people.street[chosen] = np.where(
        people.street[chosen] == 0, rng.integers(1, len(names.STREETS), len(chosen)), people.street[chosen]
    )
    people.house_no[chosen] += rng.integers(1, 9, len(chosen))


def _change(
    rng: np.random.Generator,
    people: People,
    chosen: Ints,
    as_of: int,
    changeable: Sequence[str],
    aid_bits: Sequence[int],
) -> None:
    """One of what can change; children change no job, and an unreadable aid column no aid."""
    last = len(changeable) - 1
    kind = rng.integers(0, len(changeable), len(chosen))

    def of_kind(name: str, is_barred: Bools) -> Ints:
        if name not in changeable:
            return chosen[:0]
        number = changeable.index(name)
        kind[(kind == number) & is_barred] = last
        found: Ints = chosen[kind == number]
        return found

    work = of_kind("pekerjaan", as_of - people.born[chosen] < _GROWN_UP_DAYS)
    aided = of_kind("bantuan", people.odd_aid[chosen] >= 0)
    paid = len(names.JOBS) - names.FIRST_PAID_JOB
    shift = rng.integers(1, paid, len(work))
    people.job[work] = names.FIRST_PAID_JOB + (people.job[work] - names.FIRST_PAID_JOB + shift) % paid
    if len(aid_bits):
        people.aid[aided] ^= np.left_shift(1, np.array(aid_bits)[rng.integers(0, len(aid_bits), len(aided))])
    rest = chosen[kind == last]
    if changeable[last] == "alamat":
        _new_address(rng, people, rest)
    elif changeable[last] == "rt":
        people.rt[rest] = 1 + people.rt[rest] % 9
    elif changeable[last] == "dusun":
        people.hamlet[rest] = 1 + people.hamlet[rest] % (len(names.HAMLETS) - 1)
    else:
        second = people.name[rest] % names.SECOND_NAMES
        people.name[rest] += (second + 1) % names.SECOND_NAMES - second


def split_homes(
    rng: np.random.Generator, people: People, movers: Ints, places: Places, *, as_of: int, serials: Serials
) -> None:
    """Each mover becomes the head of a household of one, with numbers of its own."""
    people.household[movers] = people.household.max(initial=0) + 1 + np.arange(len(movers))
    people.relation[movers] = HEAD
    of_home = people.kelurahan[movers]
    people.household_number[movers] = household_numbers(of_home, places, serials)
    people.no_kk[movers] = card_numbers(rng, of_home, as_of, places, serials)


def stock_of(total: int, share: Floats, kecamatan: Ints, targets: Mapping[int, int], *, where: str) -> Ints:
    """`total` persons per kelurahan: by share, with exactly `targets[k]` in kecamatan k.

    Raises UsageError when the targets do not fit into the total.
    """
    rest = total - sum(targets.values())
    free = ~np.isin(kecamatan, list(targets))
    if rest < 0 or min(targets.values(), default=0) < 0 or (rest > 0 and not free.any()):
        raise UsageError(
            "Jumlah jiwa per kecamatan dalam rencana contoh tidak dapat dicapai.",
            where=where,
            next_step="Ubah jumlah orang, laju masuk dan keluar, atau sasaran per kecamatan.",
        )
    counts = np.zeros(len(share), np.int64)
    for index, target in targets.items():
        inside = kecamatan == index
        counts[inside] = allocate(target, share[inside])
    if rest:
        counts[free] = allocate(rest, share[free])
    return counts
