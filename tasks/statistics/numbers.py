"""Numbers as BPS and Indonesian publications write them. Pure text to number; a doubtful text is refused."""

from __future__ import annotations

import re
from decimal import Decimal

_MISSING = frozenset({"", "-", "–", "—", "...", "…"})
_DECIMAL_COMMA = re.compile(r"-?\d+,\d+")
_GROUPED = re.compile(r"-?[1-9]\d{0,2}(\.\d{3})+(,\d+)?")
_PLAIN = re.compile(r"-?\d+(\.\d+)?")
LIMIT = Decimal(10) ** 12
"""Numbers of this size and above are no statistics of a region."""


def is_missing(value: object) -> bool:
    """True for what BPS writes where there is no value: null, blank, a dash or dots."""
    return value is None or (isinstance(value, str) and _compact(value) in _MISSING)


def parse_number(value: object) -> Decimal | None:
    """The number written as `value`, or None when it is none or could be two numbers.

    '1,5' is 1.5 and '1.234,5' is 1234.5 (id-ID). '7.59' is 7.59, but '1.234' is refused: it may mean 1234 too.
    """
    if isinstance(value, str):
        number = _from_text(_compact(value))
    elif isinstance(value, Decimal | int) and not isinstance(value, bool):
        number = Decimal(value)
    else:
        return None
    return number if number is not None and number.is_finite() and abs(number) < LIMIT else None


def _compact(text: str) -> str:
    return text.strip().replace("\N{MINUS SIGN}", "-")


def _from_text(text: str) -> Decimal | None:
    if not text.isascii():
        return None
    if grouped := _GROUPED.fullmatch(text):
        is_ambiguous = text.count(".") == 1 and grouped[2] is None
        return None if is_ambiguous else Decimal(text.replace(".", "").replace(",", "."))
    if _DECIMAL_COMMA.fullmatch(text):
        return Decimal(text.replace(",", "."))
    return Decimal(text) if _PLAIN.fullmatch(text) else None
