"""Ids that keep an activity or an agreement the same from quarter to quarter. Pure.

An id depends on what a line says and on nothing else, so that the order in which reports arrive never changes one; the
template carries it over, so that an activity may be renamed.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

from tasks.programmes.layout import word_key

_HASH_DIGITS = 8


def id_start(opd: str, area: str) -> str:
    """How every id of an OPD and a kelurahan begins."""
    return f"{opd.lower()}-{area}-"


def id_pattern(start: str) -> str:
    """A regular expression for the ids that begin with `start`."""
    return f"^{re.escape(start)}[0-9a-f]{{{_HASH_DIGITS}}}(-[0-9]+)?$"


def line_ids(start: str, carried: Sequence[str | None], contents: Sequence[str]) -> list[str]:
    """An id for each line: the one the template carried over, else one made of its content; a second line with the same
    id gets `-2`.

    Args:
        carried: ids that match `id_pattern(start)`, or None.
        contents: what makes the line what it is; compared by `word_key`.
    """
    taken: set[str] = set()
    ids = [_free(given, taken) if given else None for given in carried]
    derived = (start + hashlib.sha256(word_key(text).encode()).hexdigest()[:_HASH_DIGITS] for text in contents)
    return [known or _free(made, taken) for known, made in zip(ids, derived, strict=True)]


def _free(wanted: str, taken: set[str]) -> str:
    base = re.sub(rf"(?<=[0-9a-f]{{{_HASH_DIGITS}}})-[0-9]+$", "", wanted)
    chosen, number = wanted, 1
    while chosen in taken:
        number += 1
        chosen = f"{base}-{number}"
    taken.add(chosen)
    return chosen
