"""The order of arrival never matters: ralat, mended versions, withdrawn releases, a late SK and two registers end in
the same history, the same ledger and the same marts, in whatever order they come. Only what needs another comes after
it: a ralat or a mended version after the release that it stands for, a withdrawal after what is withdrawn.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from settings import Settings
from tasks.reference import read_areas
from tests.expectations.small_warehouse import core, insert
from tests.warehouse.register import JENGGOT, MEDONO, SOKODUWET, TABLES, Person, person, release
from warehouse.columns import create_table_sql
from warehouse.dictionary import load_dictionary
from warehouse.releases import load_release, withdraw_release
from warehouse.tables import CORE_TABLES
from warehouse.views import create_views, views

Snapshot = Mapping[int, tuple[str, str]]
"""Person number -> kelurahan and name."""

NEEDS = {
    "dtks-2022-01-v1": "",
    "dtks-2022-04-v1": "",
    "dtks-2022-04-v2": "dtks-2022-04-v1",
    "dtks-2022-07-v1": "",
    "mended-2022-07-v2": "dtks-2022-07-v1",
    "mended-2022-07-v3": "mended-2022-07-v2",
    "dtks-2022-09-v1": "",
    "withdraw-2022-09-v1": "dtks-2022-09-v1",
    "dtsen-2022-08-v1": "",
    "dtsen-2022-11-v1": "",
    "dtsen-2022-11-v2": "dtsen-2022-11-v1",
    "dtsen-2022-12-v1": "",
    "withdraw-dtsen-2022-12-v1": "dtsen-2022-12-v1",
}
"""Event -> the event that it needs before it."""
VIEWS = tuple(view.table.qualified for view in views())
IN_FORCE = ("dtks-2022-01-v1", "dtks-2022-04-v2", "mended-2022-07-v3", "dtsen-2022-08-v1", "dtsen-2022-11-v2")
SNAPSHOTS = st.dictionaries(
    st.integers(1, 5), st.tuples(st.sampled_from([JENGGOT, MEDONO, SOKODUWET]), st.sampled_from("AB")), max_size=5
)
PLACE_OF_READING = {
    "core.riwayat_warga": ("id_rilis", "baris_sumber"),
    "core.warga_rilis": ("id_rilis_terbaca", "baris_sumber"),
}
"""Where a version of a person was read: may name any release that had the very same, see warehouse/history.py."""
WITHOUT_NIK = 9
"""Such a person is another one in every release."""


@st.composite
def orders(draw: st.DrawFn) -> list[str]:
    """The events so that each comes after the one it needs."""
    waiting, done = draw(st.permutations(sorted(NEEDS))), [""]
    while waiting:
        chosen = next(event for event in waiting if NEEDS[event] in done)
        waiting.remove(chosen)
        done.append(chosen)
    return done[1:]


def persons_of(snapshot: Snapshot, month: int) -> list[Person]:
    listed = [person(number, kode_kemendagri=area, nama=name) for number, (area, name) in snapshot.items()]
    return [*listed, person(WITHOUT_NIK, nik=None, no_kk=None) | {"kunci_warga": f"{month:032x}"}]


class Played:
    """A warehouse in which events took place."""

    def __init__(self, folder: Path, snapshots: Mapping[str, Snapshot]) -> None:
        self._folder, self._snapshots = folder, snapshots
        self.connection = duckdb.connect(config={"threads": 1, "enable_external_file_cache": "false"})
        self.connection.execute("CREATE SCHEMA core")
        for table in CORE_TABLES:
            self.connection.execute(create_table_sql(table))
        insert(self.connection, core("wilayah"), *read_areas("3375", "Kota Pekalongan").areas.to_dicts())
        load_dictionary(self.connection)

    def play(self, events: Sequence[str]) -> Played:
        for event in events:
            series = "dtsen-3375" if "dtsen" in event else "dtks-3375"
            period, version = event[-10:-3], int(event[-1])
            if event.startswith("withdraw"):
                withdraw_release(self.connection, f"{series}-{period}-v{version}")
            else:
                self._load(event, series, int(period[-2:]), version)
        return self

    def _load(self, event: str, series: str, month: int, version: int) -> None:
        rejected = {20: 1, 21: 2}
        if event.startswith("mended"):
            persons = persons_of(self._snapshots[f"dtks-{event[-10:-3]}-v1"], month)
            for _ in range(1, version):
                line = min(rejected)
                del rejected[line]
                persons.append(person(line, baris_sumber=line))
        else:
            persons = persons_of(self._snapshots[event], month)
        made = release(self._folder, persons, month=month, version=version, series=series, rejected=rejected)
        load_release(self.connection, dataclasses.replace(made, source_system=series[:-5].upper()))

    def shown(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of every table of the register and of every view."""
        create_views(self.connection, Settings())
        return {name: self._rows(name) for name in (*(table.qualified for table in TABLES), *VIEWS)}

    def history(self) -> list[tuple[Any, ...]]:
        return self._rows("core.riwayat_warga")

    def _rows(self, name: str) -> list[tuple[Any, ...]]:
        aside = ", ".join(PLACE_OF_READING.get(name, ()))
        columns = f"* EXCLUDE ({aside})" if aside else "*"
        return self.connection.execute(f"SELECT {columns} FROM {name} ORDER BY ALL").fetchall()


@settings(
    max_examples=5,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    snapshots=st.fixed_dictionaries({event: SNAPSHOTS for event in NEEDS if not event.startswith("withdraw")}),
    order=orders(),
)
def test_events_of_two_registers_end_the_same_in_any_order(
    snapshots: Mapping[str, Snapshot], order: list[str], tmp_path: Path
) -> None:
    in_time = Played(tmp_path, snapshots).play(list(NEEDS))
    expected, found = in_time.shown(), Played(tmp_path, snapshots).play(order).shown()
    different = [name for name, rows in expected.items() if found[name] != rows]
    assert different == []
    assert Played(tmp_path, snapshots).play(IN_FORCE).history() == in_time.history() != []
