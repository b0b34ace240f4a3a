"""Decoding of a `model=data` answer: from one flat object of concatenated keys to one row per cell.

A key is vervar + var + turvar + th + turth without separator and with varying widths, so it cannot be cut
apart: all keys are built from the dimension lists and looked up. Pure; it must not know which region or indicator
is wanted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from itertools import product
from math import prod

import polars as pl

from errors import InputRejectedError
from tasks.statistics.models import DataAnswer, Item
from tasks.statistics.numbers import is_missing, parse_number

MAXIMUM_KEYS = 2_000_000
"""More keys than the largest table of BPS has; building more would only fill the memory."""

_SCALE = Decimal("0.000001")

CELL_SCHEMA: dict[str, pl.DataType] = {
    "kode_baris": pl.String(),
    "label_baris": pl.String(),
    "kode_turunan": pl.String(),
    "label_turunan": pl.String(),
    "kode_tahun": pl.String(),
    "label_tahun": pl.String(),
    "kode_periode": pl.String(),
    "label_periode": pl.String(),
    "keadaan": pl.String(),
    "nilai": pl.Decimal(20, 6),
}
"""A decoded cell. `keadaan` is `angka`, `kosong`, `bukan_angka` or `kunci_ganda`; only `angka` has a `nilai`."""

Cell = tuple[Item, Item, Item, Item]


@dataclass(frozen=True, slots=True)
class DecodingReport:
    """What became of the `keys` of `datacontent`; the other counts add up to them."""

    keys: int
    numbers: int
    empty: int
    not_numeric: int
    ambiguous: int
    unmatched: int


def decode(answer: DataAnswer) -> tuple[pl.DataFrame, DecodingReport]:
    """The cells of `answer` (CELL_SCHEMA, in key order) and the report.

    A key that two different cells build is refused: each of those cells comes out as `kunci_ganda` without
    value. Raises InputRejectedError when the dimension lists span more than MAXIMUM_KEYS cells.
    """
    cells_by_key = _build_keys(answer)
    rows: list[tuple[object, ...]] = []
    counts: dict[str, int] = defaultdict(int)
    for key in sorted(answer.datacontent):
        cells = cells_by_key.get(key, [])
        state, number = _read(answer.datacontent[key], len(cells))
        counts[state] += 1
        rows += [(*_columns(cell), state, number) for cell in cells]
    report = DecodingReport(
        keys=len(answer.datacontent),
        numbers=counts["angka"],
        empty=counts["kosong"],
        not_numeric=counts["bukan_angka"],
        ambiguous=counts["kunci_ganda"],
        unmatched=counts["tidak_dikenal"],
    )
    return pl.DataFrame(rows, schema=CELL_SCHEMA, orient="row"), report


def _build_keys(answer: DataAnswer) -> Mapping[str, Sequence[Cell]]:
    lists = [_distinct(items) for items in (answer.vervar, answer.turvar, answer.tahun, answer.turtahun)]
    if prod(len(items) for items in lists) > MAXIMUM_KEYS:
        raise InputRejectedError(
            f"Jawaban BPS memuat lebih dari {MAXIMUM_KEYS} sel.",
            next_step="Periksa nomor variabel di reference/indicators.",
        )
    variable = answer.var[0].val
    cells_by_key: dict[str, list[Cell]] = defaultdict(list)
    for row, derived, year, period in product(*lists):
        key = f"{row.val}{variable}{derived.val}{year.val}{period.val}"
        cells_by_key[key].append((row, derived, year, period))
    return cells_by_key


def _distinct(items: Sequence[Item]) -> list[Item]:
    """The same entry twice is one entry; one code with two labels stays two and makes its keys ambiguous."""
    return list(dict.fromkeys(items))


def _columns(cell: Cell) -> tuple[str, ...]:
    return tuple(text for item in cell for text in (item.val, item.label))


def _read(value: object, cells: int) -> tuple[str, Decimal | None]:
    if cells != 1:
        return ("kunci_ganda" if cells else "tidak_dikenal"), None
    if is_missing(value):
        return "kosong", None
    number = parse_number(value)
    if number is None:
        return "bukan_angka", None
    return "angka", number.quantize(_SCALE, ROUND_HALF_EVEN)
