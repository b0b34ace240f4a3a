"""The files of one synthetic release while they are written, and the counts that go with them."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from tasks.sample.defects import Spoiler, spoilers_of
from tasks.sample.families import HouseholdTally
from tasks.sample.files import FileFormat, TableWriter, open_table, zip_tables
from tasks.sample.shown import View
from tasks.sample.truth import Json, ReleaseTally

_PLACES = ("kelurahan", "kode_kelurahan", "kode_kabupaten_kota", "kode_kelurahan_ktp")
_USUAL = "dtks_a"


class ReleaseFiles:
    """Files with names of their own only once `finish` was called; what is unfinished is removed at the end."""

    def __init__(self, out: Path, period: str, view: View, file_format: FileFormat, kelurahan: int) -> None:
        self._out, self._view, self._format = out, view, file_format
        self.source = str(view.layout.source_system or view.shapes["warga"].source_system).lower()
        stem = f"{self.source}-{period}"
        kind = "csv" if file_format == "zip" else file_format
        self._tables = [
            f"{stem}-{shape.part}.{kind}" if shape.part else f"{stem}.{kind}" for shape in view.shapes.values()
        ]
        self.names = [f"{stem}.zip"] if file_format == "zip" else self._tables
        self._partial = [out / f".{name}.part" for name in self._tables]
        self.tally = ReleaseTally(np.zeros(kelurahan, np.int64))
        self.household_tally = HouseholdTally()

    def __enter__(self) -> Self:
        shapes = self._view.shapes.values()
        self._writers: list[TableWriter] = [
            open_table(path, shape, self._format) for path, shape in zip(self._partial, shapes, strict=True)
        ]
        return self

    @property
    def persons(self) -> TableWriter:
        return self._writers[0]

    @property
    def households(self) -> TableWriter | None:
        return self._writers[1] if len(self._writers) > 1 else None

    def finish(self) -> None:
        """Close the files and give them their names."""
        for writer in self._writers:
            writer.close()
        if self._format == "zip":
            archive = self._out / f".{self.names[0]}.part"
            zip_tables(self._partial, self._tables, archive)
            archive.replace(self._out / self.names[0])
        else:
            for partial, name in zip(self._partial, self.names, strict=True):
                partial.replace(self._out / name)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for name in {*self._tables, *self.names}:
            for left in self._out.glob(f".{name}.part*"):
                left.unlink()

    def further_truth(self) -> Json:
        """What the truth says of a release beyond a single table of layout A."""
        found: Json = {} if self._view.layout.name == _USUAL else {"layout": self._view.layout.name}
        if self._view.layout.household is not None:
            found["tables"] = {"keluarga": self.household_tally.to_json(self._tables[1])}
        return found


def spoilers_for(view: View, *, is_text: bool) -> dict[str, Spoiler]:
    """What each reason for a rejection does to a row of the layout."""
    layout = view.layout
    by_household = layout.household is not None and layout.household.link == "no_kk"
    coded = {column for column, _ in (*layout.area.code, *layout.area.fallback_code)}
    return spoilers_of(
        view.persons,
        layout.date_order,
        {column for column in view.persons if column in coded or column in _PLACES},
        view.plan,
        by_household=by_household,
        is_text=is_text,
    )
