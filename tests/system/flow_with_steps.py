"""A flow for test_prefect_server.py: what `step` does inside a run. Prints one JSON object."""

from __future__ import annotations

import json
import sys

from prefect import flow

from errors import DampinganError, InputRejectedError, SourceUnavailableError
from flows import steps

PLANTED_NIK = "3375014107900001"


def refuse() -> None:
    raise InputRejectedError("Kolom 'nik' tidak ada.", where="a.csv")


def quote_a_row() -> None:
    raise ValueError(f"could not parse '{PLANTED_NIK},SATU'")


def answer_at_last(attempts: list[int]) -> int:
    attempts.append(1)
    if len(attempts) < 3:
        raise SourceUnavailableError("BPS diam.")
    return len(attempts)


@flow(name="uji-langkah")
def try_steps() -> dict[str, object]:
    seen: dict[str, object] = {"plain": steps.step("Hitung", max, 3, 5)}
    for name, function in (("own", refuse), ("library", quote_a_row)):
        try:
            steps.step(name, function)
        except DampinganError as error:
            seen[name] = [type(error).__name__, error.paragraph]
    attempts: list[int] = []
    seen["returned"] = steps.step("Tanya", answer_at_last, attempts, retries=2)
    seen["written"] = len(attempts)
    return seen


@flow(name="uji-galat")
def fail() -> None:
    steps.step("Tolak", refuse)


if __name__ == "__main__":
    steps.RETRY_DELAY_SECONDS = 0.1
    result = steps.run_flow(try_steps)
    try:
        steps.run_flow(fail)
    except InputRejectedError as error:
        result["flow"] = error.where
    json.dump(result, sys.stdout)
