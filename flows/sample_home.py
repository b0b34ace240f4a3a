"""Filling an empty data home with the bundled sample: two register releases and six programme reports in the inboxes.

A home that was filled so stays a sample home: its statistics come from recorded BPS answers.
"""

from __future__ import annotations

import json
import shutil

from flows.job import Job
from tasks.registry.intake import waiting_files
from tasks.registry.manifest import MANIFEST_SUFFIX
from tasks.sample.plan import PEKALONGAN_PERSONS, PEKALONGAN_SAMPLE
from tasks.sample.programmes import write_programme_sample
from tasks.sample.registry import write_registry_sample
from warehouse.raw import write_durably

SEED = 20220404


def is_one(job: Job) -> bool:
    """Whether this home was filled with the sample, or its filling was begun."""
    return job.home.sample_marker.exists()


def may_become_one(job: Job) -> bool:
    """Whether nothing was ever received here and nothing waits."""
    home = job.home
    return not (job.journal.events() or waiting_files(home.inbox_registry) or waiting_files(home.inbox_programmes))


def prepare(job: Job) -> None:
    """Write the sample into the inboxes, unless it is there. A killed writing is repeated with the same bytes."""
    home = job.home
    if is_one(job) and json.loads(home.sample_marker.read_bytes())["complete"]:
        return
    _mark(job, complete=False)
    folder = home.staging / "contoh"
    truth = write_registry_sample(
        folder / "registry",
        persons=PEKALONGAN_PERSONS,
        releases=len(PEKALONGAN_SAMPLE.releases),
        seed=SEED,
        plan=PEKALONGAN_SAMPLE,
    )
    programmes = write_programme_sample(folder / "programmes", SEED)
    content = {"registry": json.loads(truth.read_bytes()), "programmes": programmes}
    write_durably(home.sample_truth, json.dumps(content, indent=1, ensure_ascii=False).encode())
    for manifest in sorted((folder / "registry").glob(f"*{MANIFEST_SUFFIX}")):
        data = manifest.with_name(manifest.name.removesuffix(MANIFEST_SUFFIX))
        shutil.move(manifest, home.inbox_registry / manifest.name)
        shutil.move(data, home.inbox_registry / data.name)
    for workbook in sorted((folder / "programmes").glob("*.xlsx")):
        shutil.move(workbook, home.inbox_programmes / workbook.name)
    shutil.rmtree(folder)
    _mark(job, complete=True)


def _mark(job: Job, *, complete: bool) -> None:
    write_durably(job.home.sample_marker, json.dumps({"seed": SEED, "complete": complete}).encode())
