"""One case: a number, the mutated files that follow from it, and the run through the register's reader.

The same seed and number always give the same files, so a failing file is rebuilt from what the failure prints.
"""

from __future__ import annotations

import random
import shutil
import traceback
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path

from errors import InputRejectedError
from tasks.reference import read_areas
from tasks.registry.accounts import StagedRelease
from tasks.registry.staging import stage_release
from tests.system.fuzz import mutations, verdict
from tests.system.fuzz.specimens import LAYOUTS, Specimen, old_workbook, others, texts, zipped
from tests.system.fuzz.verdict import Found

SEED = 20261124
_CITY = "Kota Pekalongan"
_BINARY_EVERY = 10
"""Every so many cases one is a workbook, a Parquet file or an archive; workbooks are read in a process of their own."""


@dataclass(frozen=True)
class Case:
    """Files of a release as mutated. `spoiled` is the table or file that was changed; None when that is not known."""

    specimen: Specimen
    mutation: str
    files: tuple[tuple[str, bytes], ...]
    spoiled: int | None = None
    content: bytes = b""
    limit: float = 1.0

    @property
    def title(self) -> str:
        return f"{self.specimen.name}, {self.mutation}"


@dataclass
class Tally:
    """What became of the cases."""

    cases: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    staged: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)


@cache
def _specimens() -> tuple[list[Specimen], list[Specimen]]:
    return texts(), others()


def make_case(seed: int, number: int) -> Case:
    """The case of this number."""
    chance = random.Random(f"{seed}:{number}")
    text, other = _specimens()
    if number % _BINARY_EVERY == 0:
        return _binary_case(chance, other)
    specimen = chance.choice(text)
    spoiled = chance.randrange(len(specimen.tables))
    delimiter = specimen.dress.delimiter.encode()
    limit = chance.choice((1.0, 1.0, 1.0, 0.05))
    if chance.random() < 0.12:
        change = chance.choice(mutations.TABLE_MUTATIONS)
        changed = specimen.with_table(spoiled, change(chance, specimen.tables[spoiled]))
        contents, names = changed.contents(), [change.__name__]
    else:
        contents, names = specimen.contents(), []
        for _ in range(chance.choice((1, 1, 2))):
            mutation = chance.choice(mutations.TEXT_MUTATIONS)
            if contents[spoiled]:
                contents[spoiled] = mutation(chance, contents[spoiled], delimiter)
            names.append(mutation.__name__)
    files = tuple(zip(specimen.file_names, contents, strict=True))
    if specimen.zipped:
        files = ((f"{specimen.name}.zip", zipped(specimen.file_names, contents)),)
    return Case(specimen, "+".join(names), files, spoiled, contents[spoiled], limit)


def _binary_case(chance: random.Random, specimens: Sequence[Specimen]) -> Case:
    if chance.random() < 0.1:
        mutation = chance.choice(mutations.BINARY_MUTATIONS)
        content = mutation(chance, old_workbook(), b"|")
        return Case(specimens[0], f"xls {mutation.__name__}", (("lama.xls", content),))
    archives = [specimen for specimen in texts() if specimen.zipped]
    specimen = chance.choice([*specimens, *archives])
    if not specimen.zipped and chance.random() < 0.6:
        change = chance.choice(mutations.TABLE_MUTATIONS)
        spoiled = chance.randrange(len(specimen.tables))
        changed = specimen.with_table(spoiled, change(chance, specimen.tables[spoiled]))
        if specimen.dress.kind != "parquet" or change.__name__.startswith("swap"):
            return Case(changed, change.__name__, tuple(zip(specimen.file_names, changed.contents(), strict=True)))
    contents, names = specimen.contents(), specimen.file_names
    if specimen.zipped:
        contents, names = [zipped(names, contents)], (f"{specimen.name}.zip",)
    mutation = chance.choice(mutations.BINARY_MUTATIONS)
    spoiled = chance.randrange(len(contents))
    contents[spoiled] = mutation(chance, contents[spoiled], b"|")
    return Case(specimen, f"bytes {mutation.__name__}", tuple(zip(names, contents, strict=True)))


def stage(specimen: Specimen, files: Sequence[tuple[str, bytes]], folder: Path, limit: float = 1.0) -> StagedRelease:
    """The files through the reader, in `folder`."""
    submitted = []
    for number, (name, content) in enumerate(files):
        path = folder / f"kiriman-{number}"
        path.write_bytes(content)
        submitted.append((name, path))
    return stage_release(
        submitted,
        folder / "staging",
        release_id="uji-3375-2022-04-v1",
        period=date(2022, 4, 1),
        area_code="3375",
        city=_CITY,
        areas=read_areas("3375", _CITY),
        layouts=LAYOUTS,
        source_system=specimen.source,
        secret=b"k" * 32,
        malformed_share_limit=limit,
    )


class Runner:
    """Runs cases in a folder of its own; knows what became of each specimen as it was."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._whole: dict[str, dict[str, Found]] = {}

    def whole(self, specimen: Specimen) -> dict[str, Found]:
        """What the reader finds in the specimen without a mutation."""
        if specimen.name not in self._whole:
            files = list(zip(specimen.file_names, specimen.contents(), strict=True))
            self._whole[specimen.name] = verdict.found_rows(stage(specimen, files, self._emptied()))
        return self._whole[specimen.name]

    def run(self, case: Case, tally: Tally) -> None:
        """Run one case and check its outcome.

        Raises:
            AssertionError: what came out is neither a clear refusal nor in balance.
            Exception: whatever else the reader raised, which it must not.
        """
        tally.cases[case.specimen.name] += 1
        folder = self._emptied()
        try:
            staged = stage(case.specimen, case.files, folder, case.limit)
        except InputRejectedError as refusal:
            verdict.check_refusal(refusal, [name for name, _ in case.files])
            assert not (folder / "staging").exists(), "a refused release leaves something"
            tally.refused[refusal.what.split(":")[0][:60]] += 1
            return
        tally.staged[case.specimen.name] += 1
        found = verdict.found_rows(staged)
        if case.spoiled is not None:
            self._check_text(case, case.spoiled, found)
        elif case.specimen.dress.kind == "text":
            assert found == self.whole(case.specimen), "an archive changed what is in it"
        else:
            self._check_rows(case, found)

    def _check_text(self, case: Case, spoiled: int, found: dict[str, Found]) -> None:
        whole, delimiter = self.whole(case.specimen), case.specimen.dress.delimiter.encode()
        contents = case.specimen.contents()
        excused = verdict.changed_cards(contents[1], case.content) if spoiled == 1 else set()
        parts = ("warga", "keluarga")[: len(contents)]
        for number, part in enumerate(parts):
            content = case.content if number == spoiled else contents[number]
            taken = verdict.check_text(content, delimiter, found[part])
            pair = (contents[number], whole[part]), (content, found[part])
            verdict.check_neighbours(*pair, taken, excused=excused if part == "warga" else ())
        if case.mutation == "swap_columns":
            verdict.check_same_meaning(whole[parts[spoiled]], found[parts[spoiled]])

    def _check_rows(self, case: Case, found: dict[str, Found]) -> None:
        """Tables of other kinds: every row that the specimen has, from the heading to the last that is not blank."""
        for part, lines in zip(("warga", "keluarga"), case.specimen.tables, strict=False):
            last = max(
                number for number, line in enumerate(lines, 1) if case.specimen.dress.kind == "parquet" or any(line)
            )
            first = min(found[part].masks)
            assert sorted(found[part].masks) == list(range(first, last + 1))
            assert not any("NIK" in cell.upper() for line in lines[first - 1 :] for cell in line if cell in lines[0])

    def _emptied(self) -> Path:
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir(parents=True)
        return self._folder


def run_many(folder: Path, *, seed: int, numbers: Sequence[int]) -> Tally:
    """Run these cases; failures are collected with what rebuilds each."""
    runner, tally = Runner(folder), Tally()
    for number in numbers:
        case = make_case(seed, number)
        try:
            runner.run(case, tally)
        except BaseException as fault:  # a panic of a library is no Exception
            if isinstance(fault, KeyboardInterrupt):
                raise
            last = traceback.extract_tb(fault.__traceback__)[-1]
            place = f"{Path(last.filename).name}:{last.lineno}"
            again = f"python -m tests.system.fuzz --seed {seed} --case {number} --keep FOLDER"
            tally.failures.append(f"{again}\n  {case.title}\n  {type(fault).__name__} at {place}: {str(fault)[:400]}")
    return tally
