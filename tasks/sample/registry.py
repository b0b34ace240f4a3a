"""Writes a synthetic register: successive releases in a layout, a manifest beside each, and the truth about them.

Persons are made a chunk at a time and written to all releases before the next chunk, so memory does not grow with
their number. The same arguments give the same bytes. The order of the steps is here; files are written elsewhere.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from errors import UsageError
from tasks.areas import unknown_area
from tasks.reference import Areas
from tasks.registry.layouts import layout_named, load_layouts
from tasks.sample.defects import Spoiler, assign_warnings, carries, reject_plan, spoiled_fields
from tasks.sample.families import household_rows
from tasks.sample.files import FileFormat, mixed_order
from tasks.sample.persons import Ints, People, Places, Serials, joined, make_people
from tasks.sample.places import PlaceWritings
from tasks.sample.plan import ReleasePlan, SamplePlan, Step, part, releases_of, steps_of
from tasks.sample.release_files import ReleaseFiles, spoilers_for
from tasks.sample.shapes import Shape
from tasks.sample.shown import View
from tasks.sample.transitions import happen, split_homes, stock_of
from tasks.sample.truth import AreaCodes, Json, StepTally
from tasks.sample.writing import Renderer

LAYOUT_NAME = "dtks_a"
TRUTH_NAME = "truth.json"


@dataclass(frozen=True, slots=True)
class _Register:
    """How one layout is written."""

    view: View
    persons: Renderer
    households: Renderer | None
    codes: AreaCodes
    spoilers: dict[str, Spoiler]


@dataclass(frozen=True, slots=True)
class _World:
    """All that stays the same from chunk to chunk. `registers` has one for each release."""

    plan: SamplePlan
    seed: int
    persons: int
    chunks: int
    releases: tuple[ReleasePlan, ...]
    steps: tuple[Step, ...]
    places: Places
    codes: AreaCodes
    registers: tuple[_Register, ...]
    file_format: FileFormat

    @property
    def splits_homes(self) -> bool:
        return any(register.view.splits_homes for register in self.registers)

    @property
    def is_text(self) -> bool:
        return self.file_format in ("csv", "zip")

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
        """Serial numbers of a group of persons: accepted newcomers (even) or rejected ones (odd) of a
        release; after all of these the new households of those who moved."""
        # An even number: else a chunk of accepted persons could have NIKs that all end in 0, as Excel makes them.
        groups = (4 if self.splits_homes else 2) * len(self.releases)
        return Serials(chunk * groups + group, self.chunks * groups)


def write_registry_sample(
    out: Path,
    *,
    persons: int,
    releases: int,
    seed: int,
    plan: SamplePlan,
    layout: str = LAYOUT_NAME,
    then: str | None = None,
    file_format: FileFormat = "csv",
) -> Path:
    """Write `releases` releases of about `persons` persons each into `out`, and return the path of `truth.json`.

    Args:
        persons: accepted rows of the first release, exactly; later ones follow from the plan's rates.
        seed: 0 or more; the same arguments give byte-identical files.
        layout: a name of reference/layouts.
        then: the layout of one more release after those, with the same persons by NIK.

    Raises:
        UsageError: sizes or targets that cannot be met, a layout that is not known.
    """
    if persons < 1 or releases < 1 or seed < 0:
        raise UsageError("Jumlah orang dan rilis paling sedikit 1, dan benih tidak boleh negatif.")
    areas = plan.region.areas
    layouts = [layout] * releases + ([then] if then is not None else [])
    world = _world(areas, layouts, plan, persons, seed, file_format)
    out.mkdir(parents=True, exist_ok=True)
    step_tallies = [StepTally.empty(len(world.codes.kelurahan)) for _ in world.steps]
    with ExitStack() as cleanup:
        files = [
            cleanup.enter_context(
                ReleaseFiles(out, release.period, register.view, file_format, len(world.codes.kelurahan))
            )
            for release, register in zip(world.releases, world.registers, strict=True)
        ]
        for chunk in range(world.chunks):
            _write_chunk(world, chunk, files, step_tallies)
        for written in files:
            written.finish()
    return _write_accounts(world, out, files, step_tallies)


def _world(
    areas: Areas, layouts: Sequence[str], plan: SamplePlan, persons: int, seed: int, file_format: FileFormat
) -> _World:
    table = areas.areas.sort("kode_kemendagri")
    kecamatan_codes = table["kode_kemendagri_kecamatan"].unique(maintain_order=True).to_list()
    kecamatan_of = np.array([kecamatan_codes.index(code) for code in table["kode_kemendagri_kecamatan"]], np.int64)
    share = np.random.default_rng((seed, 1)).lognormal(0, 0.3, len(table))
    prefix = table["kode_kemendagri_kecamatan"].str.replace_all(".", "", literal=True).cast(pl.Int64)
    codes = AreaCodes(table["kode_kemendagri"].to_list(), kecamatan_of, kecamatan_codes)
    releases = releases_of(plan, len(layouts))
    day = (releases[0].start - date(1970, 1, 1)).days
    known = {name: _register(name, areas, plan, codes, day, file_format) for name in dict.fromkeys(layouts)}
    return _World(
        plan=plan,
        seed=seed,
        persons=persons,
        chunks=-(-persons // plan.chunk_persons),
        releases=releases,
        steps=steps_of(plan, persons, len(layouts)),
        places=Places(prefix.to_numpy(), table["kode_bps"].cast(pl.Int64).to_numpy(), kecamatan_of, share),
        codes=codes,
        registers=tuple(known[name] for name in layouts),
        file_format=file_format,
    )


def _register(
    name: str, areas: Areas, plan: SamplePlan, codes: AreaCodes, day: int, file_format: FileFormat
) -> _Register:
    view = View(layout_named(name, load_layouts()), plan)
    places = PlaceWritings(areas, view.layout.area, plan)
    whole = None if view.has_places else unknown_area(areas.areas)
    return _Register(
        view=view,
        persons=Renderer(view, "warga", places, day=day),
        households=Renderer(view, "keluarga", places, day=day) if view.layout.household else None,
        codes=AreaCodes(codes.kelurahan, codes.kecamatan_of, codes.kecamatan, whole),
        spoilers=spoilers_for(view, is_text=file_format in ("csv", "zip")),
    )


def _write_chunk(world: _World, chunk: int, files: Sequence[ReleaseFiles], steps: Sequence[StepTally]) -> None:
    people: People | None = None
    for release, written in enumerate(files):
        rng = np.random.default_rng((world.seed, 2, chunk, release))
        if people is None:
            people = _first_people(world, chunk, rng)
        else:
            people = _next_people(world, chunk, release, people, rng, steps[release - 1])
        _write_release(world, chunk, release, people, rng, written)


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
        area_code=world.plan.region.code,
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
    view = world.registers[release].view
    happened = happen(
        rng,
        people,
        step,
        chunk,
        world.chunks,
        kelurahan=count,
        as_of=world.day(release),
        changeable=view.changeable,
        aid_bits=view.aid_bits,
    )
    if world.splits_homes:
        split_homes(
            np.random.default_rng((world.seed, 3, chunk, release)),
            people,
            happened.movers,
            world.places,
            as_of=world.day(release),
            serials=world.serials(chunk, 2 * len(world.releases) + release),
        )
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
    tally.add(happened, np.bincount(followed, minlength=count), people.at(np.flatnonzero(people.present)))
    return joined(people, newcomers)


def _write_release(
    world: _World, chunk: int, release: int, people: People, rng: np.random.Generator, written: ReleaseFiles
) -> None:
    register, tally = world.registers[release], written.tally
    rows = np.flatnonzero(people.present)
    seen = people.at(rows)
    accepted = register.persons.rows(seen, rng)
    codes = reject_plan(
        rng,
        len(rows),
        {code: rate for code, rate in world.plan.reject_rates.items() if code in register.spoilers},
        world.plan.double_reject_share,
        at_least_one=chunk == 0,
    )
    others = _other_people(world, chunk, release, len(codes), rng)
    spoiled = [
        spoiled_fields(row, row_codes, rng, register.spoilers)
        for row, row_codes in zip(register.persons.plain_rows(others), codes, strict=True)
    ]
    skipped, skipped_keys, kinds = _skipped_rows(world, chunk, release, len(rows), rng)
    keys = np.concatenate([_order_keys(people, rng)[rows], rng.random(len(codes)), skipped_keys])
    order = mixed_order(keys)
    line_of = np.empty(len(keys), np.int64)
    line_of[order] = written.persons.next_line + np.arange(len(keys))
    written.persons.append(accepted, spoiled + skipped, order)
    tally.add_accepted(seen, register.view.shown(seen, register.persons.has_code(seen)))
    tally.add_rejected(codes, line_of[len(rows) : len(rows) + len(codes)])
    tally.skipped.update(kinds)
    if register.households is not None and written.households is not None:
        found = household_rows(
            seen,
            others,
            register.view,
            register.households,
            np.random.default_rng((world.seed, 4, chunk, release)),
            written.household_tally,
            is_text=world.is_text,
            with_blank=chunk == 0,
        )
        written.households.append(found.rows, found.odd, mixed_order(found.keys))


def _order_keys(people: People, rng: np.random.Generator) -> np.ndarray:
    """Random places in the file; a household stays together, rows of one NIK keep their order in every release."""
    keys = rng.random(int(people.household.max(initial=0)) + 1)[people.household]
    twins = np.flatnonzero(people.twin >= 0)
    own, other = keys[twins], keys[people.twin[twins]]
    keys[twins] = np.where(twins < people.twin[twins], np.minimum(own, other), np.maximum(own, other))
    return keys


def _other_people(world: _World, chunk: int, release: int, count: int, rng: np.random.Generator) -> People:
    """Persons who occur nowhere else, for the rows that are rejected."""
    share = world.places.share
    return make_people(
        rng,
        rng.multinomial(count, share / share.sum()),
        world.places,
        as_of=world.day(release),
        serials=world.serials(chunk, 2 * release + 1),
    )


def _skipped_rows(
    world: _World, chunk: int, release: int, accepted: int, rng: np.random.Generator
) -> tuple[list[list[str]], np.ndarray, Counter[str]]:
    """Rows that are no persons, and where they belong: 0 to 1 anywhere, below 0 first, above 1 last."""
    shape: Shape = world.registers[release].persons.shape
    blank = max(int(world.plan.blank_line_rate * accepted + rng.random()), int(chunk == 0))
    rows: list[list[str]] = [[] for _ in range(blank)]
    keys = rng.random(blank).tolist()
    totals: list[tuple[str, float]] = []
    if chunk == 0:
        totals.append(("JUMLAH", float(rng.random())))
    if chunk == world.chunks - 1:
        totals.append(("TOTAL", 2.0))
    sums = [(row, key) for word, key in totals if (row := shape.total_row(word, accepted)) is not None]
    numbering = shape.numbering_row() if chunk == 0 and release == world.plan.numbering_release else None
    for row, key in [*sums, *([(numbering, -1.0)] if numbering else [])]:
        rows.append(row)
        keys.append(key)
    return rows, np.array(keys), Counter(kosong=blank, jumlah=len(sums), penomoran=int(numbering is not None))


def _write_accounts(world: _World, out: Path, files: Sequence[ReleaseFiles], steps: Sequence[StepTally]) -> Path:
    """The manifests and the truth, after all releases are complete."""
    releases: list[Json] = []
    for written, release, register in zip(files, world.releases, world.registers, strict=True):
        manifest: Json = {
            "source": written.source,
            "area": world.plan.region.code,
            "period": release.period,
            "sk_number": release.sk_number,
            "sk_date": release.sk_date.isoformat(),
            "control_totals": written.tally.control_totals(register.codes),
        }
        if len(written.names) > 1:
            manifest["companions"] = written.names[1:]
        _write_json(out / f"{written.names[0]}.manifest.json", manifest)
        releases.append(written.tally.to_json(written.names[0], release, register.codes) | written.further_truth())
    later = zip(world.releases[1:], world.registers[1:], strict=True)
    earlier = zip(world.releases[:-1], world.registers[:-1], strict=True)
    truth = {
        "seed": world.seed,
        "persons": world.persons,
        "releases": releases,
        "steps": [
            tally.to_json(
                before,
                after,
                register_before.codes,
                register_after.codes,
                crosses=register_before is not register_after,
            )
            for (before, register_before), (after, register_after), tally in zip(earlier, later, steps, strict=True)
        ],
    }
    return _write_json(out / TRUTH_NAME, truth)


def _write_json(path: Path, content: Json) -> Path:
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return path
