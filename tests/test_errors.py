"""Errors of ours: one paragraph, an exit code, and the same error after a trip to another process."""

from __future__ import annotations

import copy
import pickle

import pytest

import errors
from errors import DampinganError, InputRejectedError

KINDS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, DampinganError)]
EXIT_CODES = {
    "DampinganError": 1,
    "WarehouseDamagedError": 1,
    "UsageError": 2,
    "InputRejectedError": 3,
    "ApprovalNeededError": 3,
    "SourceUnavailableError": 3,
    "CheckFailedError": 4,
    "BusyError": 5,
}


def test_exit_codes_are_those_of_the_contract() -> None:
    assert {kind.__name__: kind.exit_code for kind in KINDS} == EXIT_CODES


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_survives_pickling_and_copying(kind: type[DampinganError]) -> None:
    """Parsing happens in a child process, and the error has to come back from there."""
    error = kind("Berkas kosong.", where="a.csv, baris 3", next_step="Unduh ulang.")
    for again in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):
        assert type(again) is kind
        assert (again.what, again.where, again.next_step) == (error.what, error.where, error.next_step)
        assert str(again) == str(error)


@pytest.mark.parametrize(
    ("where", "next_step", "paragraph"),
    [
        ("", "", "Berkas kosong."),
        ("a.csv", "", "Berkas kosong. [a.csv]"),
        ("", "Unduh ulang.", "Berkas kosong. Unduh ulang."),
        ("a.csv", "Unduh ulang.", "Berkas kosong. [a.csv] Unduh ulang."),
    ],
)
def test_the_paragraph_says_what_where_and_what_next(where: str, next_step: str, paragraph: str) -> None:
    error = InputRejectedError("Berkas kosong.", where=where, next_step=next_step)
    assert error.paragraph == str(error) == paragraph
