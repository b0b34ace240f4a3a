"""`python -m tests.system.fuzz --count 5000`: more cases than the test runs, or one case again with its files kept."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.system.fuzz.cases import SEED, Runner, Tally, make_case, run_many


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--first", type=int, default=0, help="number of the first case")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--case", type=int, help="run this one only and let its exception through")
    parser.add_argument("--keep", type=Path, help="folder for the files of --case")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if wanted.case is not None:
            return _one(wanted.seed, wanted.case, Path(folder), wanted.keep)
        started = time.monotonic()
        tally = run_many(
            Path(folder) / "kerja", seed=wanted.seed, numbers=range(wanted.first, wanted.first + wanted.count)
        )
    _show(tally, time.monotonic() - started)
    return 1 if tally.failures else 0


def _one(seed: int, number: int, folder: Path, keep: Path | None) -> int:
    case = make_case(seed, number)
    sys.stdout.write(f"{case.title}\n")
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        for name, content in case.files:
            (keep / name).write_bytes(content)
    tally = Tally()
    Runner(folder / "kerja").run(case, tally)
    _show(tally, 0.0)
    return 0


def _show(tally: Tally, seconds: float) -> None:
    out = [*tally.failures, f"{tally.cases.total()} cases in {seconds:.0f} s, {len(tally.failures)} failures"]
    out += [f"{count:6} refused  {what}" for what, count in tally.refused.most_common()]
    out += [f"{count:6} staged   {name}" for name, count in tally.staged.most_common()]
    sys.stdout.write("\n".join(out) + "\n")


if __name__ == "__main__":
    sys.exit(main())
