"""Ids depend on what a line says and on nothing else."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from tasks.programmes.identity import id_pattern, id_start, line_ids

START = id_start("DLH", "33.75.04.1004")
NAMES = st.lists(st.sampled_from(["Jamban", "JAMBAN ", "Sumur", "Kebun gizi"]), max_size=8)


@given(NAMES, st.randoms())
def test_ids_are_unique_and_do_not_depend_on_the_order_of_different_lines(names: list[str], dice: object) -> None:
    ids = line_ids(START, [None] * len(names), names)
    assert len(set(ids)) == len(ids)
    assert all(re.match(id_pattern(START), identity) for identity in ids)
    single = dict.fromkeys(names)
    turned = line_ids(START, [None] * len(single), list(single)[::-1])
    if len({name.strip().upper() for name in single}) == len(single):
        assert sorted(turned) == sorted(line_ids(START, [None] * len(single), list(single)))


def test_a_carried_id_wins_over_a_name_and_is_taken_once() -> None:
    carried = f"{START}0123abcd"
    assert line_ids(START, [carried, carried, f"{carried}-2"], ["a", "b", "c"]) == [
        carried, f"{carried}-2", f"{carried}-3",
    ]  # fmt: skip
    (derived,) = line_ids(START, [None], ["Jamban"])
    assert line_ids(START, [None, derived], ["Jamban", "Jamban baru"]) == [f"{derived}-2", derived]


def test_another_opd_has_other_ids() -> None:
    assert not re.match(id_pattern(START), line_ids(id_start("BPBD", "33.75.04.1002"), [None], ["Jamban"])[0])
