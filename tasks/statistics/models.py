"""The answers of the BPS WebAPI as types. Codes stay text as written, labels lose their HTML.

Shapes only: no network here, and no rule about what a value may be.
"""

from __future__ import annotations

import html
import re
from datetime import date
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

UNAVAILABLE = frozenset({"not-available", "list-not-available", "unavailable"})

_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")


def plain_text(value: object) -> object:
    """Text without HTML tags and entities, white space collapsed; None becomes empty text."""
    if value is None:
        return ""
    if not isinstance(value, str):
        return value
    return " ".join(_TAG.sub(" ", html.unescape(value)).split())


def normal_text(value: str) -> str:
    """`value` in lower case and single spaces, for comparison."""
    return " ".join(value.split()).casefold()


def _code(value: object) -> object:
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return str(value) if is_number else value


def _mapping(value: object) -> object:
    # PHP writes an empty object as an empty list.
    return {} if value == [] else value


def _items(value: object) -> object:
    return [] if value in ("", None) else value


def _day(value: object) -> object:
    """The day of a date or time as BPS writes it; None for blanks and for its zeros."""
    day = str(value or "")[:10]
    return None if day.startswith("0000") or not day.strip() else day


Text = Annotated[str, BeforeValidator(plain_text)]
Code = Annotated[str, Field(pattern=r"^[0-9]+$"), BeforeValidator(_code)]
Day = Annotated[date | None, BeforeValidator(_day)]


class Item(BaseModel):
    """One entry of a dimension list."""

    model_config = ConfigDict(frozen=True)

    val: Code
    label: Text


Items = Annotated[list[Item], BeforeValidator(_items)]


class Variable(Item):
    """The variable an answer is about."""

    unit: Text = ""


class DataAnswer(BaseModel):
    """An answer of `model=data` that holds data."""

    last_update: str | None = None
    var: Annotated[list[Variable], Field(min_length=1, max_length=1)]
    turvar: Items
    labelvervar: Text = ""
    vervar: Items
    tahun: Items
    turtahun: Items
    datacontent: Annotated[dict[str, object], BeforeValidator(_mapping)]


class Page(BaseModel):
    """The first element of a list answer."""

    page: int
    pages: int
    total: int


class YearItem(BaseModel):
    """One entry of `model=th`: the id BPS wants in a request, and the year as written."""

    th_id: Code
    th: Annotated[str, BeforeValidator(_code)]


class VariableItem(BaseModel):
    """One entry of `model=var`."""

    var_id: Code
    title: Text
    unit: Text = ""
    sub_name: Text = ""
    vertical: Annotated[str | None, BeforeValidator(_code)] = None


class DomainItem(BaseModel):
    """One entry of `/domain`: a national, provincial or regional office of BPS."""

    domain_id: Code
    domain_name: Text


class SubjectItem(BaseModel):
    """One entry of `model=subject`."""

    sub_id: Code
    title: Text


class RowItem(BaseModel):
    """One entry of `model=vervar`: a row of a variable's table; not always a region."""

    kode_ver_id: Code
    vervar: Text


class DerivedItem(BaseModel):
    """One entry of `model=turvar`: a part into which a variable is divided."""

    turvar_id: Code
    turvar: Text


class PeriodItem(BaseModel):
    """One entry of `model=turth`: a part of a year."""

    turth_id: Code
    turth: Text


class PressReleaseItem(BaseModel):
    """One entry of `model=pressrelease`."""

    brs_id: Code
    title: Text
    rl_date: Day = None


class StaticTableItem(BaseModel):
    """One entry of `model=statictable`."""

    table_id: Code
    title: Text
    updt_date: Day = None
