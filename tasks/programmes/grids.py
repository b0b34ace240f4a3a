"""What a report file is before anybody knows what it means: named sheets of texts.

Only data and its way to and from a folder. It must not know what a column means.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

ROW = "baris"
"""Row number in the sheet, from 1, without a gap; beside it one String column per used sheet column, named by its
letters, empty cells NULL."""

_INDEX = "grids.json"


@dataclass(frozen=True, slots=True)
class Merged:
    """A range of cells that look like one: rows from 1, columns by letters from `left` to `right`."""

    top: int
    bottom: int
    left: str
    right: str


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet.

    Args:
        name: as the sheet is called; of a text file its own name.
        cells: see `ROW`.
        hidden_rows: rows that a user does not see.
        uncalculated: row and column letters of formulas whose result is not stored.
    """

    name: str
    visible: bool
    cells: pl.DataFrame
    merged: tuple[Merged, ...] = ()
    hidden_rows: tuple[int, ...] = ()
    uncalculated: tuple[tuple[int, str], ...] = ()

    def filled_down(self, letters: Sequence[str]) -> pl.DataFrame:
        """`cells`, where in the named columns every row of a merged range has the text of its first row."""
        wanted = [area for area in self.merged if area.left in letters and area.bottom > area.top]
        if not wanted:
            return self.cells
        columns = {letter: self.cells[letter].to_list() for letter in {area.left for area in wanted}}
        for area in wanted:
            texts = columns[area.left]
            if area.top <= len(texts):
                bottom = min(area.bottom, len(texts))
                texts[area.top : bottom] = [texts[area.top - 1]] * (bottom - area.top)
        return self.cells.with_columns(pl.Series(name, texts, dtype=pl.String) for name, texts in columns.items())


def with_row_numbers(columns: dict[str, list[str | None]]) -> pl.DataFrame:
    """The cells of a sheet from its columns."""
    texts = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
    return texts.with_row_index(ROW, offset=1).with_columns(pl.col(ROW).cast(pl.Int64))


def save_grids(grids: Sequence[Grid], folder: Path) -> None:
    """Leave `grids` in `folder`; the index comes last, so that what lacks one is unfinished."""
    entries = []
    for number, grid in enumerate(grids):
        grid.cells.write_parquet(folder / f"{number}.parquet", compression="uncompressed")
        merged = [(area.top, area.bottom, area.left, area.right) for area in grid.merged]
        entries.append([grid.name, grid.visible, merged, grid.hidden_rows, grid.uncalculated])
    (folder / _INDEX).write_text(json.dumps(entries), encoding="utf-8")


def are_saved(folder: Path) -> bool:
    """Whether `load_grids` will find what `save_grids` left."""
    return (folder / _INDEX).exists()


def load_grids(folder: Path) -> list[Grid]:
    """What `save_grids` left in `folder`."""
    grids = []
    for number, (name, visible, merged, hidden, uncalculated) in enumerate(
        json.loads((folder / _INDEX).read_text("utf-8"))
    ):
        cells = pl.read_parquet(folder / f"{number}.parquet", memory_map=False)
        grid = Grid(name, visible, cells, tuple(Merged(*area) for area in merged), tuple(hidden))
        grids.append(replace(grid, uncalculated=tuple((row, letter) for row, letter in uncalculated)))
    return grids
