"""Runs one piece of work in a process of its own and reads what it took. Knows nothing of what the work is."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from settings import PROJECT_ROOT


@dataclass(frozen=True, slots=True)
class Step:
    """Seconds of one step, of all threads and children."""

    wall: float
    cpu: float


@dataclass(slots=True)
class Stopwatch:
    """Adds up the steps of a process, from inside."""

    steps: dict[str, Step] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        wall, cpu = time.monotonic(), _cpu_seconds()
        yield
        self.steps[name] = Step(time.monotonic() - wall, _cpu_seconds() - cpu)

    def report(self, **more: Any) -> None:
        """Print what `run` reads."""
        steps = {name: (step.wall, step.cpu) for name, step in self.steps.items()}
        print(json.dumps({"steps": steps, **more}))


@dataclass(frozen=True, slots=True)
class Measured:
    """What a process took. `steps` and `result` are its own report; the rest is the kernel's, start-up included."""

    wall: float
    cpu: float
    peak_bytes: int
    steps: Mapping[str, Step]
    result: Mapping[str, Any]

    def total(self, *left_out: str) -> Step:
        """The sum of its steps."""
        kept = [step for name, step in self.steps.items() if name not in left_out]
        return Step(sum(step.wall for step in kept), sum(step.cpu for step in kept))


def run(module: str, *arguments: str | Path) -> Measured:
    """Run `python -m module`, which ends with `Stopwatch.report`. Raises CalledProcessError when it fails."""
    command = [sys.executable, "-m", module, *map(str, arguments)]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DAMPINGAN_", "PREFECT_"))}
    start = time.monotonic()
    process = subprocess.Popen(command, cwd=PROJECT_ROOT, env=kept, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    printed = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stdout.close()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    report = json.loads(printed.splitlines()[-1])
    return Measured(
        wall=wall,
        cpu=usage.ru_utime + usage.ru_stime,
        peak_bytes=usage.ru_maxrss * 1024,
        steps={name: Step(*seconds) for name, seconds in report.pop("steps").items()},
        result=report,
    )


def _cpu_seconds() -> float:
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)
