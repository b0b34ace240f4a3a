"""`step` and `run_flow` without a server. With one: tests/system/test_prefect_server.py."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import httpx
import polars as pl
import pytest

from errors import DampinganError, InputRejectedError
from flows import runner
from flows.service.settings_for_prefect import PROCESS_DEFAULTS
from settings import PROJECT_ROOT


class FlowDouble:
    """As much of a flow as `run_flow` touches; `way` says what the server does to the call."""

    def __init__(self, fn: Callable[..., Any], way: str) -> None:
        self.fn = fn
        self.way = way

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if self.way == "gone before":
            raise httpx.ConnectError("refused")
        result = self.fn(*args, **kwargs)
        if self.way == "gone after":
            raise httpx.ConnectError("refused")
        return ("through the server", result)


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    monkeypatch.setattr(runner, "server_reachable", lambda: True)
    return []


def run_double(calls: list[int], way: str) -> Any:
    def work(amount: int) -> int:
        calls.append(amount)
        return 2 * amount

    return runner.run_flow(FlowDouble(work, way), amount=21)  # type: ignore[arg-type]


def test_step_outside_a_flow_run_is_the_plain_call() -> None:
    assert runner.step("Hitung", lambda left, *, right: left - right, 5, right=3) == 2


def test_own_errors_keep_their_class_outside_a_flow_run() -> None:
    original = InputRejectedError("Salah.")
    with pytest.raises(InputRejectedError) as caught:
        runner.step("Gagal", _raise, original)
    assert caught.value is original


def test_library_texts_do_not_leave_a_step_outside_a_flow_run() -> None:
    with pytest.raises(DampinganError) as caught:
        runner.step("Gagal", _raise, ValueError("could not parse 3375010101900001"))
    assert "3375010101900001" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    assert caught.value.exit_code == 1


def test_debug_lets_library_errors_through(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAMPINGAN_DEBUG", "true")
    original = KeyError("kolom")
    with pytest.raises(KeyError) as caught:
        runner.step("Gagal", _raise, original)
    assert caught.value is original


@pytest.mark.parametrize("wrap", [lambda f: f, lambda f: [f], lambda f: {"a": (f,)}])
def test_frames_do_not_travel_between_steps(wrap: Callable[[Any], Any]) -> None:
    frame = pl.DataFrame({"nik": ["x"]})
    with pytest.raises(TypeError, match="DataFrame"):
        runner.step("Terima", len, wrap(frame))
    with pytest.raises(TypeError, match="LazyFrame"):
        runner.step("Beri", lambda: wrap(frame.lazy()))


def test_library_texts_do_not_reach_the_server() -> None:
    with pytest.raises(DampinganError) as caught:
        runner._without_quotations("Baca", _raise, ValueError("could not parse 3375010101900001"))
    assert "3375010101900001" not in str(caught.value)
    assert "ValueError" in str(caught.value)
    assert caught.value.where.rpartition(":")[2].isdecimal()


def test_own_errors_pass_the_boundary_unchanged() -> None:
    original = InputRejectedError("Kolom 'nik' tidak ada.", where="a.csv")
    with pytest.raises(InputRejectedError) as caught:
        runner._without_quotations("Baca", _raise, original)
    assert caught.value is original


def test_a_flow_goes_through_a_server_that_answers(calls: list[int]) -> None:
    assert run_double(calls, "fine") == ("through the server", 42)
    assert calls == [21]


def test_a_server_lost_after_the_work_does_not_lose_its_result(calls: list[int]) -> None:
    assert run_double(calls, "gone after") == 42
    assert calls == [21]


def test_a_server_lost_before_the_work_leads_to_the_run_in_process(calls: list[int]) -> None:
    assert run_double(calls, "gone before") == 42
    assert calls == [21]


@pytest.mark.system
def test_without_a_server_no_server_is_started() -> None:
    """In a process of its own: with nothing configured, and with an address nobody listens on."""
    program = (
        "import flows, prefect, prefect.settings as s;"
        "from flows.runner import run_flow, server_reachable;"
        "work = prefect.flow(lambda: 7, name='tujuh');"
        "print(server_reachable(), run_flow(work), s.get_current_settings().server.ephemeral.enabled)"
    )
    clean = {name: value for name, value in os.environ.items() if name not in PROCESS_DEFAULTS}
    clean.pop("PREFECT_API_URL", None)
    for extra in ({}, {"PREFECT_API_URL": "http://127.0.0.1:9/api"}):
        done = subprocess.run(
            [sys.executable, "-c", program],
            env={**clean, **extra},
            cwd=PROJECT_ROOT,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.stdout.split() == ["False", "7", "False"], done.stderr


def _raise(error: Exception) -> None:
    raise error
