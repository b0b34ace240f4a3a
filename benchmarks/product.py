"""Takes one release through the product's register flow in this process, without the orchestrator.

    python -m benchmarks.product RAW MANIFEST HOME

Imports are measured apart. Reports `refused` instead of counts when the product does not take such a file.
"""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.measuring import Stopwatch

IMPORTS = "imports"


def main(raw: Path, manifest: Path, home: Path) -> None:
    """Load the release into the data home and report times and counts."""
    watch = Stopwatch()
    with watch.step(IMPORTS):
        import great_expectations  # noqa: F401

        import expectations.dialect  # noqa: F401
        from benchmarks.counts import counts
        from errors import InputRejectedError
        from flows.steps import receiving, releases
        from flows.steps.job import open_job
        from settings import Settings
        from tasks.registry.intake import Submission
        from tasks.registry.manifest import read_manifest
        from warehouse.connection import open_warehouse

    settings = Settings(home=home)
    with open_job(settings) as job:
        submission = Submission((raw,), read_manifest(manifest), submitted_by="benchmark")
        with watch.step("receive"):
            [release_id] = receiving.receive(job, [submission], from_inbox=False)
        try:
            for step in (releases.stage, releases.decide, releases.check, releases.load):
                with watch.step(step.__name__):
                    step(job, release_id)
        except InputRejectedError as fault:
            watch.report(refused=fault.paragraph)
            return
        with open_warehouse(settings) as connection:
            watch.report(counts=counts(connection, release_id))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
