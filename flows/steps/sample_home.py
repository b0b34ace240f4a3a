"""Filling an empty data home with the bundled sample: two register releases and a programme report of each OPD
in the inboxes, of the region whose tables the settings name.

A home that was filled so stays a sample home: its statistics come from recorded BPS answers.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

from flows.steps.job import Job
from tasks.inbox import MANIFEST_SUFFIX, files_in
from tasks.sample.plan import home_plan_for
from tasks.sample.programmes import write_programme_sample
from tasks.sample.registry import write_registry_sample
from warehouse.publication import generations
from warehouse.raw import write_durably

SEED = 20220404
PERSONS = 140_000
"""Size of the first release."""
RELEASES = 2
NOTICE = "Rumah data ini berisi data contoh. Untuk data sungguhan, pakai folder lain: DAMPINGAN_HOME=..."


def is_one(job: Job) -> bool:
    """Whether this home was filled with the sample, or its filling was begun."""
    return job.home.sample_marker.exists()


def may_become_one(job: Job) -> bool:
    """Whether nothing was ever received, loaded or published here, and nothing waits."""
    home = job.home
    is_used = job.journal.events() or home.warehouse_file.exists() or generations(home)
    return not (is_used or files_in(home.inbox_registry) or files_in(home.inbox_programmes))


def prepare(job: Job) -> None:
    """Write the sample into the inboxes, unless it is there. A killed writing is repeated with the same bytes."""
    home = job.home
    if is_one(job) and json.loads(home.sample_marker.read_bytes())["complete"]:
        return
    _mark(job, complete=False)
    folder = home.staging / "contoh"
    truth = write_registry_sample(
        folder / "registry",
        persons=PERSONS,
        releases=RELEASES,
        seed=SEED,
        plan=home_plan_for(job.region),
    )
    newest = max((folder / "registry").glob("*.csv"))
    programmes = write_programme_sample(folder / "programmes", SEED, newest, job.region)
    content = {"registry": json.loads(truth.read_bytes()), "programmes": programmes}
    write_durably(home.sample_truth, json.dumps(content, indent=1, ensure_ascii=False).encode())
    for manifest in sorted((folder / "registry").glob(f"*{MANIFEST_SUFFIX}")):
        data = manifest.with_name(manifest.name.removesuffix(MANIFEST_SUFFIX))
        _put(data, home.inbox_registry)
        _put(manifest, home.inbox_registry)
    for workbook in sorted((folder / "programmes").glob("*.xlsx")):
        _put(workbook, home.inbox_programmes)
    shutil.rmtree(folder)
    _mark(job, complete=True)


def _put(file: Path, inbox: Path) -> None:
    """Move a finished file; its time says that nobody writes to it any more."""
    os.utime(file, (0, 0))
    shutil.move(file, inbox / file.name)


def _mark(job: Job, *, complete: bool) -> None:
    write_durably(job.home.sample_marker, json.dumps({"seed": SEED, "complete": complete}).encode())
