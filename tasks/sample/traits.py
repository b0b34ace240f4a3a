"""What further registers know of a person or a household, made from its number alone. Pure.

So it is the same in every release and in every register, without a column in `People` and without drawing chance.
"""

from __future__ import annotations

from zlib import crc32

import numpy as np
import numpy.typing as npt

from tasks.sample.persons import Bools, Ints

_MIX = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))


def mixed(numbers: Ints, purpose: str) -> npt.NDArray[np.uint64]:
    """An even spread over 64 bits (splitmix64), another one for every purpose."""
    value = numbers.astype(np.uint64) ^ (np.uint64(crc32(purpose.encode())) << np.uint64(31))
    value = (value ^ (value >> np.uint64(30))) * _MIX[0]
    value = (value ^ (value >> np.uint64(27))) * _MIX[1]
    return value ^ (value >> np.uint64(31))


def below(numbers: Ints, purpose: str, limit: int) -> Ints:
    """0 to `limit` - 1."""
    rest: Ints = (mixed(numbers, purpose) % np.uint64(limit)).astype(np.int64)
    return rest


def marked(numbers: Ints, purpose: str, share: float) -> Bools:
    """Which numbers carry a mark that this share of all carries."""
    marks: Bools = mixed(numbers, purpose) < share * 2.0**64
    return marks
