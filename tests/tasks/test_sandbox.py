"""The child's limits hold, and its end is told as one error without its words."""

from __future__ import annotations

import os
import re
import signal
import time
from pathlib import Path

import pytest

from errors import DampinganError, InputRejectedError
from settings import PROJECT_ROOT
from tasks.sandbox import Limits, run_limited

_HERE = "tests.tasks.test_sandbox"


def write(path: str, text: str) -> None:
    Path(path).write_text(text)


def write_environment(path: str) -> None:
    Path(path).write_text("\n".join(os.environ))


def refuse() -> None:
    raise InputRejectedError("apa", where="mana", next_step="lalu")


def crash() -> None:
    raise ValueError("3375049999990001")


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def devour() -> None:
    bytearray(4 << 30)


def spin() -> None:
    while True:
        pass


def sleep() -> None:
    time.sleep(30)


def test_result_comes_through_a_path(tmp_path: Path) -> None:
    run_limited(f"{_HERE}:write", str(tmp_path / "x"), "isi", where="berkas")
    assert (tmp_path / "x").read_text() == "isi"


def test_settings_and_keys_do_not_reach_the_child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAMPINGAN_BPS_API_KEY", "rahasia")
    run_limited(f"{_HERE}:write_environment", str(tmp_path / "x"), where="berkas")
    assert "DAMPINGAN_" not in (tmp_path / "x").read_text()


def test_our_own_refusal_arrives_whole() -> None:
    with pytest.raises(InputRejectedError) as caught:
        run_limited(f"{_HERE}:refuse", where="berkas")
    assert (caught.value.what, caught.value.where, caught.value.next_step) == ("apa", "mana", "lalu")


@pytest.mark.parametrize("name", ["crash", "die", "devour"])
def test_any_other_end_is_one_error_without_values(name: str) -> None:
    with pytest.raises(InputRejectedError) as caught:
        run_limited(f"{_HERE}:{name}", where="berkas.xlsx", limits=Limits(memory_bytes=1 << 30))
    assert "berkas.xlsx" in caught.value.paragraph
    assert "3375049999990001" not in caught.value.paragraph


def test_the_advice_is_that_of_who_asked() -> None:
    with pytest.raises(InputRejectedError) as general:
        run_limited(f"{_HERE}:crash", where="rilis.xlsx")
    assert "CSV" in general.value.next_step
    assert "templat" not in general.value.next_step
    with pytest.raises(InputRejectedError) as own:
        run_limited(f"{_HERE}:crash", where="laporan.xlsx", next_step="Salin ke templat baru.")
    assert own.value.next_step == "Salin ke templat baru."


@pytest.mark.parametrize(("name", "limits"), [("spin", Limits(cpu_seconds=1)), ("sleep", Limits(wall_seconds=1.5))])
def test_time_is_limited(name: str, limits: Limits) -> None:
    started = time.monotonic()
    with pytest.raises(InputRejectedError, match="batas"):
        run_limited(f"{_HERE}:{name}", where="berkas", limits=limits)
    assert time.monotonic() - started < 10


def test_a_child_that_cannot_start_is_our_fault_not_the_files() -> None:
    with pytest.raises(DampinganError) as caught:
        run_limited("tasks.tidak_ada:x", where="berkas")
    assert caught.value.exit_code == 1
    advised = re.findall(r"`(?:make|dampingan) (\w+)`", caught.value.next_step)
    known = re.findall(r"^(\w+):", (PROJECT_ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert advised
    assert set(advised) <= set(known)
