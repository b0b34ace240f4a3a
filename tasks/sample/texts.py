"""The ways in which people write one and the same value. Pure; knows no layout."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

import numpy as np
import polars as pl

from tasks.registry.dates import STRFTIME
from tasks.registry.layouts import DateForm
from tasks.sample.names import MONTHS
from tasks.sample.persons import Ints

_NBSP = "\u00a0"
_FIRST_DAY = date(1849, 1, 1)
_LAST_DAY = date(2199, 12, 31)
_EXCEL_EPOCH = date(1899, 12, 30)
_DATE_SHARES = (0.62, 0.26, 0.12)
_RARER_DATE_SHARES = (0.62, 0.2, 0.1, 0.05, 0.03)
_NUMBER_SHARES = (0.962, 0.02, 0.01, 0.003, 0.003, 0.002)
_BLANK_SHARES = (0.965, 0.015, 0.005, 0.01, 0.005)


class Writings:
    """Texts in numbered groups; a text listed often is drawn often."""

    def __init__(self, groups: Iterable[Sequence[str]]) -> None:
        listed = [list(group) for group in groups]
        self._texts = pl.Series([text for group in listed for text in group], dtype=pl.String)
        self._count = np.array([len(group) for group in listed], np.int64)
        self._start = np.cumsum(self._count) - self._count

    def plain(self, group: Ints) -> pl.Series:
        """The first text of each group asked for."""
        return self._texts.gather(self._start[group])

    def draw(self, rng: np.random.Generator, group: Ints) -> pl.Series:
        """A text of each group asked for."""
        return self._texts.gather(self._start[group] + (rng.random(len(group)) * self._count[group]).astype(np.int64))


def spellings(codes: Mapping[str, str | bool], value: str | bool) -> list[str]:
    """Of one value in a code list, its first spelling most often, and in mixed case too."""
    found = [text for text, meaning in codes.items() if meaning == value]
    return [found[0]] * (6 * len(found)) + found[1:] + [text.capitalize() for text in found]


class DateWritings:
    """Days (since 1970) in the forms of a layout, the first one most often."""

    def __init__(self, forms: Sequence[DateForm]) -> None:
        days = pl.date_range(_FIRST_DAY, _LAST_DAY, timedelta(days=1), eager=True)
        self._forms = [_in_form(days, form) for form in forms]
        self._shares = (_DATE_SHARES if len(forms) <= len(_DATE_SHARES) else _RARER_DATE_SHARES)[: len(forms)]

    def draw(self, rng: np.random.Generator, born: Ints) -> pl.Series:
        day = born - (_FIRST_DAY - date(1970, 1, 1)).days
        kind = kinds(rng, len(born), self._shares)
        text = self._forms[0].gather(day)
        for number, dates in enumerate(self._forms[1:], start=1):
            text = text.zip_with(pl.Series(kind != number), dates.gather(day))
        return text


def _in_form(days: pl.Series, form: DateForm) -> pl.Series:
    """Excel counts no days before its epoch; those stay as they usually are."""
    if form in STRFTIME:
        return days.dt.to_string(STRFTIME[form])
    if form == "serial":
        serial = (days - pl.Series([_EXCEL_EPOCH])).dt.total_days()
        usual = days.dt.to_string(STRFTIME["yyyy-mm-dd"])
        return serial.cast(pl.String).zip_with(serial > 0, usual)
    month = pl.Series(MONTHS).gather(days.dt.month().cast(pl.Int64) - 1)
    return days.dt.day().cast(pl.String) + " " + month + " " + days.dt.year().cast(pl.String)


def kinds(rng: np.random.Generator, count: int, shares: Sequence[float]) -> Ints:
    """The number of a kind for each of `count`, in these shares; the last takes what is left of one."""
    return np.searchsorted(np.cumsum(shares)[:-1], rng.random(count), side="right").astype(np.int64)


def number_texts(numbers: Ints, rng: np.random.Generator) -> pl.Series:
    """A NIK or No KK: plain, with an apostrophe, as a float, in groups by blanks or dots, with a stray blank."""
    kind, text = pl.col("kind"), pl.col("text")
    groups = [text.str.slice(0, 6), text.str.slice(6, 6), text.str.slice(12, 4)]
    frame = pl.DataFrame({"text": numbers, "kind": kinds(rng, len(numbers), _NUMBER_SHARES)})
    return (
        frame.with_columns(text.cast(pl.String))
        .select(
            pl.when(kind == 0)
            .then(text)
            .when(kind == 1)
            .then("'" + text)
            .when(kind == 2)
            .then(text + ".0")
            .when(kind == 3)
            .then(pl.concat_str(groups, separator=" "))
            .when(kind == 4)
            .then(pl.concat_str(groups, separator="."))
            .otherwise(text + _NBSP)
        )
        .to_series()
    )


def with_blanks(texts: pl.Series, rng: np.random.Generator) -> pl.Series:
    """Double blanks, hard blanks, blanks at either end, each in a few cells."""
    kind, text = pl.col("kind"), pl.col("text")
    frame = pl.DataFrame({"text": texts, "kind": kinds(rng, len(texts), _BLANK_SHARES)})
    return frame.select(
        pl.when(kind == 0)
        .then(text)
        .when(kind == 1)
        .then(text.str.replace(" ", "  ", literal=True))
        .when(kind == 2)
        .then(text.str.replace(" ", _NBSP, literal=True))
        .when(kind == 3)
        .then(text + " ")
        .otherwise(" " + text)
    ).to_series()
