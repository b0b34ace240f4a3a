"""The errors `dampingan` raises on purpose: what happened, where, and what to do next.

Texts are shown to officers, so they are in Bahasa Indonesia, with numbers as people here write them. They never quote a
value of a person: a place (file, sheet, line, column) is enough to find it.
"""

from __future__ import annotations


def number(value: int) -> str:
    """A number as people here write it: 1234567 -> 1.234.567"""
    return f"{value:,}".replace(",", ".")


class DampinganError(Exception):
    """A fault with an exit code and a message of one paragraph.

    Args:
        what: what happened, one sentence.
        where: file, sheet, line and column, or the id of the release or report.
        next_step: what the reader should do now, one sentence.
    """

    exit_code = 1

    def __init__(self, what: str, *, where: str = "", next_step: str = "") -> None:
        self.what = what
        self.where = where
        self.next_step = next_step
        super().__init__(self.paragraph)

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (type(self), self.what, self.where, self.next_step))

    @property
    def paragraph(self) -> str:
        place = f" [{self.where}]" if self.where else ""
        advice = f" {self.next_step}" if self.next_step else ""
        return f"{self.what}{place}{advice}"


def _rebuild(kind: type[DampinganError], what: str, where: str, next_step: str) -> DampinganError:
    return kind(what, where=where, next_step=next_step)


class UsageError(DampinganError):
    """The command was called with arguments that cannot be right."""

    exit_code = 2


class InputRejectedError(DampinganError):
    """A file or an answer cannot be taken in; nothing was changed by it."""

    exit_code = 3


class ApprovalNeededError(DampinganError):
    """A release waits for a person's decision."""

    exit_code = 3


class CheckFailedError(DampinganError):
    """A data check failed; the last publication stays."""

    exit_code = 4


class BusyError(DampinganError):
    """Another process holds the writer."""

    exit_code = 5


class WarehouseDamagedError(DampinganError):
    """The warehouse file cannot be used; everything in it can be loaded again from the raw files."""


class SourceUnavailableError(DampinganError):
    """A source could not be reached; the other sources go on."""

    exit_code = 3
