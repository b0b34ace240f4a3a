"""Writes a synthetic register: successive releases in DTKS layout A, a manifest beside each, and the truth about them.

Persons are made a chunk at a time and written to all releases before the next chunk, so memory does not grow with
their number. The same arguments give the same bytes. The only I/O of the register sample is here.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import BinaryIO

import numpy as np
import polars as pl

from errors import UsageError
from tasks.reference import Areas, read_areas
from tasks.registry.layouts import Layout, layout_named, load_layouts
from tasks.sample.defects import assign_warnings, carries, reject_plan, spoiled_line
from tasks.sample.persons import Ints, People, Places, Serials, joined, make_people
from tasks.sample.plan import ReleasePlan, SamplePlan, Step, part, releases_of, steps_of
from tasks.sample.transitions import happen, stock_of
from tasks.sample.truth import AreaCodes, Json, ReleaseTally, StepTally
from tasks.sample.writing import Renderer

LAYOUT_NAME = "dtks_a"
DELIMITER = "|"
TRUTH_NAME = "truth.json"


@dataclass(frozen=True, slots=True)
class _World:
    """All that stays the same from chunk to chunk."""

    plan: SamplePlan
    seed: int
    persons: int
    chunks: int
    releases: tuple[ReleasePlan, ...]
    steps: tuple[Step, ...]
    places: Places
    codes: AreaCodes
    renderer: Renderer
    layout: Layout

    def targets(self, release: int, chunk: int) -> dict[int, int]:
        """Accepted rows this chunk must have, by index of the kecamatan."""
        return {
            self.codes.kecamatan.index(code): part(total, chunk, self.chunks)
            for code, total in self.releases[release].accepted.items()
        }

    def day(self, release: int) -> int:
        """First day of the release's period, in days since 1970."""
        return (self.releases[release].start - date(1970, 1, 1)).days

    def serials(self, chunk: int, group: int) -> Serials:
        """Serial numbers of a group of persons: accepted newcomers (even) or rejected ones (odd) of a release."""
        groups = 2 * len(self.releases)
        return Serials(chunk * groups + group, self.chunks * groups)


def write_registry_sample(out: Path, *, persons: int, releases: int, seed: int, plan: SamplePlan) -> Path:
    """Write `releases` files of about `persons` rows each into `out`, and return the path of `truth.json`.

    Args:
        persons: accepted rows of the first release, exactly; later ones follow from the plan's rates.
        seed: 0 or more; the same arguments give byte-identical files.

    Raises:
        UsageError: sizes or targets that cannot be met.
    """
    if persons < 1 or releases < 1 or seed < 0:
        raise UsageError("Jumlah orang dan rilis paling sedikit 1, dan benih tidak boleh negatif.")
    areas = read_areas(plan.area_code, plan.city)
    world = _world(areas, layout_named(LAYOUT_NAME, load_layouts()), plan, persons, releases, seed)
    out.mkdir(parents=True, exist_ok=True)
    files = [out / f"{_source(world)}-{release.period}.csv" for release in world.releases]
    tallies = [ReleaseTally(np.zeros(len(world.codes.kelurahan), np.int64)) for _ in files]
    step_tallies = [StepTally.empty(len(world.codes.kelurahan)) for _ in world.steps]
    partial = [file.with_name(f".{file.name}.part") for file in files]
    with ExitStack() as cleanup:
        for file in partial:
            cleanup.callback(file.unlink, missing_ok=True)
        with ExitStack() as stack:
            writers = [_ReleaseWriter(stack.enter_context(file.open("wb")), world.layout) for file in partial]
            for chunk in range(world.chunks):
                _write_chunk(world, chunk, writers, tallies, step_tallies)
        for written, file in zip(partial, files, strict=True):
            written.replace(file)
    return _write_accounts(world, out, files, tallies, step_tallies)


def _world(areas: Areas, layout: Layout, plan: SamplePlan, persons: int, releases: int, seed: int) -> _World:
    table = areas.areas.sort("kode_kemendagri")
    kecamatan = table.unique("kode_kemendagri_kecamatan", maintain_order=True)
    kecamatan_codes = kecamatan["kode_kemendagri_kecamatan"].to_list()
    kecamatan_of = np.array([kecamatan_codes.index(code) for code in table["kode_kemendagri_kecamatan"]], np.int64)
    names = table["kelurahan"].to_list()
    other = [areas.aliases.filter(pl.col("kelurahan") == name)["alias"].to_list() for name in names]
    share = np.random.default_rng((seed, 1)).lognormal(0, 0.3, len(names))
    prefix = table["kode_kemendagri_kecamatan"].str.replace_all(".", "", literal=True).cast(pl.Int64)
    return _World(
        plan=plan,
        seed=seed,
        persons=persons,
        chunks=-(-persons // plan.chunk_persons),
        releases=releases_of(plan, releases),
        steps=steps_of(plan, persons, releases),
        places=Places(prefix.to_numpy(), table["kode_bps"].cast(pl.Int64).to_numpy(), kecamatan_of, share),
        codes=AreaCodes(table["kode_kemendagri"].to_list(), kecamatan_of, kecamatan_codes),
        renderer=Renderer(
            layout,
            plan,
            kelurahan=names,
            aliases=other,
            kecamatan=[
                (name, *plan.kecamatan_writings.get(code, ()))
                for name, code in zip(kecamatan["kecamatan"], kecamatan_codes, strict=True)
            ],
            kecamatan_of=kecamatan_of,
        ),
        layout=layout,
    )


class _ReleaseWriter:
    """Appends lines to one release's file and knows the number of the next line (1 = header)."""

    def __init__(self, file: BinaryIO, layout: Layout) -> None:
        self._file = file
        self.next_line = 1
        self.append(pl.Series([DELIMITER.join(layout.columns)]))

    def append(self, lines: pl.Series) -> None:
        self._file.write(lines.str.join("\n").item().encode() + b"\n")
        self.next_line += len(lines)


def _write_chunk(
    world: _World,
    chunk: int,
    writers: Sequence[_ReleaseWriter],
    tallies: Sequence[ReleaseTally],
    steps: Sequence[StepTally],
) -> None:
    people: People | None = None
    for release, (writer, tally) in enumerate(zip(writers, tallies, strict=True)):
        rng = np.random.default_rng((world.seed, 2, chunk, release))
        if people is None:
            people = _first_people(world, chunk, rng)
        else:
            people = _next_people(world, chunk, release, people, rng, steps[release - 1])
        _write_release(world, chunk, release, people, rng, writer, tally)


def _first_people(world: _World, chunk: int, rng: np.random.Generator) -> People:
    total = part(world.persons, chunk, world.chunks)
    stock = stock_of(
        total, world.places.share, world.places.kecamatan, world.targets(0, chunk), where=world.releases[0].period
    )
    return _newcomers(world, chunk, 0, stock, rng)


def _newcomers(world: _World, chunk: int, release: int, stock: Ints, rng: np.random.Generator) -> People:
    serials = world.serials(chunk, 2 * release)
    people = make_people(rng, stock, world.places, as_of=world.day(release), serials=serials)
    assign_warnings(
        rng,
        people,
        world.plan.warning_rates,
        area_code=world.plan.area_code,
        serials=serials,
        with_twins=release == 0,
        at_least_one=release == 0 and chunk == 0,
    )
    return people


def _next_people(
    world: _World, chunk: int, release: int, people: People, rng: np.random.Generator, tally: StepTally
) -> People:
    step = world.steps[release - 1]
    count = len(world.codes.kelurahan)
    happened = happen(rng, people, step, chunk, world.chunks, kelurahan=count, as_of=world.day(release))
    staying = np.bincount(
        world.places.kecamatan[people.kelurahan[people.present]], minlength=len(world.codes.kecamatan)
    )
    missing = {index: total - int(staying[index]) for index, total in world.targets(release, chunk).items()}
    stock = stock_of(
        part(step.entered, chunk, world.chunks),
        world.places.share,
        world.places.kecamatan,
        missing,
        where=world.releases[release].period,
    )
    newcomers = _newcomers(world, chunk, release, stock, rng)
    followed = newcomers.kelurahan[~carries(newcomers, "NIK_KOSONG")]
    tally.add(happened, np.bincount(followed, minlength=count))
    return joined(people, newcomers)


def _write_release(
    world: _World,
    chunk: int,
    release: int,
    people: People,
    rng: np.random.Generator,
    writer: _ReleaseWriter,
    tally: ReleaseTally,
) -> None:
    rows = np.flatnonzero(people.present)
    delimiter = DELIMITER
    accepted = world.renderer.lines(people.at(rows), rng, delimiter)
    codes = reject_plan(
        rng,
        len(rows),
        world.plan.reject_rates,
        world.plan.double_reject_share,
        at_least_one=chunk == 0,
    )
    spoiled = [
        spoiled_line(row, row_codes, rng, delimiter)
        for row, row_codes in zip(_rejected_rows(world, chunk, release, len(codes), rng), codes, strict=True)
    ]
    skipped, skipped_keys, kinds = _skipped_lines(world, chunk, release, len(rows), rng)
    keys = np.concatenate([_order_keys(people, rng)[rows], rng.random(len(codes)), skipped_keys])
    order = np.lexsort((np.arange(len(keys)), keys))
    line_of = np.empty(len(keys), np.int64)
    line_of[order] = writer.next_line + np.arange(len(keys))
    writer.append(pl.concat([accepted, pl.Series(spoiled + skipped, dtype=pl.String)]).gather(order))
    tally.add_accepted(people, rows)
    tally.add_rejected(codes, line_of[len(rows) : len(rows) + len(codes)])
    tally.skipped.update(kinds)


def _order_keys(people: People, rng: np.random.Generator) -> np.ndarray:
    """Random places in the file; a household stays together, rows of one NIK keep their order in every release."""
    keys = rng.random(int(people.household.max(initial=0)) + 1)[people.household]
    twins = np.flatnonzero(people.twin >= 0)
    own, other = keys[twins], keys[people.twin[twins]]
    keys[twins] = np.where(twins < people.twin[twins], np.minimum(own, other), np.maximum(own, other))
    return keys


def _rejected_rows(
    world: _World, chunk: int, release: int, count: int, rng: np.random.Generator
) -> list[dict[str, str]]:
    """Rows of persons who occur nowhere else."""
    share = world.places.share
    people = make_people(
        rng,
        rng.multinomial(count, share / share.sum()),
        world.places,
        as_of=world.day(release),
        serials=world.serials(chunk, 2 * release + 1),
    )
    return world.renderer.plain_rows(people)


def _skipped_lines(
    world: _World, chunk: int, release: int, accepted: int, rng: np.random.Generator
) -> tuple[list[str], np.ndarray, Counter[str]]:
    """Lines that are no persons, and where they belong: 0 to 1 anywhere, below 0 first, above 1 last."""
    width = len(world.layout.columns)
    delimiter = DELIMITER
    blank = max(int(world.plan.blank_line_rate * accepted + rng.random()), int(chunk == 0))
    lines, keys = [""] * blank, rng.random(blank).tolist()
    totals: list[tuple[str, float]] = []
    if chunk == 0:
        totals.append(("JUMLAH", float(rng.random())))
    if chunk == world.chunks - 1:
        totals.append(("TOTAL", 2.0))
    for word, key in totals:
        lines.append(delimiter.join([word, *[""] * (width - 5), *(str(accepted // n) for n in (2, 4, 8, 1))]))
        keys.append(key)
    numbering = chunk == 0 and release == world.plan.numbering_release
    if numbering:
        lines.append(delimiter.join(str(position) for position in range(1, width + 1)))
        keys.append(-1.0)
    return lines, np.array(keys), Counter(kosong=blank, jumlah=len(totals), penomoran=int(numbering))


def _write_accounts(
    world: _World,
    out: Path,
    files: Sequence[Path],
    tallies: Sequence[ReleaseTally],
    steps: Sequence[StepTally],
) -> Path:
    """The manifests and the truth, after all releases are complete."""
    for file, release, tally in zip(files, world.releases, tallies, strict=True):
        manifest = {
            "source": _source(world),
            "area": world.plan.area_code,
            "period": release.period,
            "sk_number": release.sk_number,
            "sk_date": release.sk_date.isoformat(),
            "control_totals": tally.control_totals(world.codes),
        }
        _write_json(file.with_name(f"{file.name}.manifest.json"), manifest)
    pairs = zip(world.releases[:-1], world.releases[1:], steps, strict=True)
    truth = {
        "seed": world.seed,
        "persons": world.persons,
        "releases": [
            tally.to_json(file.name, release, world.codes)
            for file, release, tally in zip(files, world.releases, tallies, strict=True)
        ],
        "steps": [tally.to_json(earlier, later, world.codes) for earlier, later, tally in pairs],
    }
    return _write_json(out / TRUTH_NAME, truth)


def _source(world: _World) -> str:
    return str(world.layout.source_system).lower()


def _write_json(path: Path, content: Json) -> Path:
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return path
