"""A flow for test_prefect_server.py: what `step` does inside a run. Prints one JSON object."""

from __future__ import annotations

import json
import sys

from prefect import flow

from errors import DampinganError, InputRejectedError
from flows import runner

PLANTED_NIK = "3375014107900001"


def refuse() -> None:
    raise InputRejectedError("Kolom 'nik' tidak ada.", where="a.csv")


def quote_a_row() -> None:
    raise ValueError(f"could not parse '{PLANTED_NIK},SATU'")


def write_down(seen: list[int]) -> int:
    seen.append(1)
    return len(seen)


@flow(name="uji-langkah")
def try_steps() -> dict[str, object]:
    seen: dict[str, object] = {"plain": runner.step("Hitung", max, 3, 5)}
    for name, function in (("own", refuse), ("library", quote_a_row)):
        try:
            runner.step(name, function)
        except DampinganError as error:
            seen[name] = [type(error).__name__, error.paragraph]
    written: list[int] = []
    seen["returned"] = runner.step("Catat", write_down, written)
    seen["written"] = len(written)
    return seen


@flow(name="uji-galat")
def fail() -> None:
    runner.step("Tolak", refuse)


if __name__ == "__main__":
    result = runner.run_flow(try_steps)
    try:
        runner.run_flow(fail)
    except InputRejectedError as error:
        result["flow"] = error.where
    json.dump(result, sys.stdout)
