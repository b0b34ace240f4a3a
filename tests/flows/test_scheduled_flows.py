"""`inbox` and `statistics` are `refresh` with fewer sources; a busy writer is no failure of the inbox."""

from __future__ import annotations

from typing import Any

import pytest
from prefect import State
from prefect.client.schemas.objects import StateType

from errors import BusyError
from flows.inbox import inbox
from flows.refresh import refresh
from flows.statistics import statistics


@pytest.mark.parametrize(
    ("flow", "sources"),
    [(inbox, ["registry", "programmes"]), (statistics, ["statistics"])],
    ids=["inbox", "statistics"],
)
def test_it_is_refresh_with_fewer_sources(monkeypatch: pytest.MonkeyPatch, flow: Any, sources: list[str]) -> None:
    asked: list[dict[str, Any]] = []
    monkeypatch.setattr(refresh, "fn", lambda **parameters: asked.append(parameters) or {"exit_code": 0})
    assert flow.fn() == {"exit_code": 0}
    assert asked == [{"sources": sources}]


def test_a_busy_writer_makes_the_inbox_wait_for_its_next_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(**_: Any) -> None:
        raise BusyError("Pembaruan lain sedang berjalan.")

    monkeypatch.setattr(refresh, "fn", busy)
    state = inbox.fn()
    assert isinstance(state, State)
    assert (state.type, state.name) == (StateType.COMPLETED, "Dilewati")
    assert state.message == "Pembaruan lain sedang berjalan."
