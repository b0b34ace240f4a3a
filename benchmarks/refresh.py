"""Measures the first and the second refresh of the bundled sample in processes of their own, against stated limits.

Runs the real command; knows nothing of what happens inside it but the times of steps in its log file.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from settings import PROJECT_ROOT, Home

GIGABYTE = 1_000_000_000
FIRST_SECONDS = 60.0
SECOND_SECONDS = 10.0
PEAK_BYTES = 1.5 * GIGABYTE
_LOOK_EVERY_SECONDS = 0.05
_STEP = re.compile(r" (?:\w+) (?P<step>.+) selesai dalam (?P<seconds>[\d.]+) s$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Measured:
    """One run of the command."""

    name: str
    limit_seconds: float
    wall_seconds: float
    cpu_seconds: float
    peak_bytes: int

    @property
    def within(self) -> bool:
        return self.wall_seconds <= self.limit_seconds and self.peak_bytes <= PEAK_BYTES


def tree_bytes(pid: int) -> int:
    """Resident memory of a process and all below it; pages that they share count for each."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        children = [
            child for file in Path(f"/proc/{pid}/task").glob("*/children") for child in file.read_text().split()
        ]
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE") + sum(tree_bytes(int(child)) for child in children)


def measure(name: str, home: Home, limit_seconds: float) -> Measured:
    """Run `dampingan refresh --sample` on `home`. Raises CalledProcessError when it fails."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("DAMPINGAN_", "PREFECT_"))}
    command = [sys.executable, "-m", "cli", "refresh", "--sample", "--json"]
    start = time.monotonic()
    process = subprocess.Popen(
        command, cwd=PROJECT_ROOT, env=kept | {"DAMPINGAN_HOME": str(home.root)}, stdout=subprocess.DEVNULL
    )
    peak = 0
    while True:
        peak = max(peak, tree_bytes(process.pid))
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        if pid:
            break
        time.sleep(_LOOK_EVERY_SECONDS)
    wall = time.monotonic() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    # The kernel's own peak covers what fell between two looks.
    peak = max(peak, usage.ru_maxrss * 1024)
    return Measured(name, limit_seconds, wall, usage.ru_utime + usage.ru_stime, peak)


def steps(home: Home) -> list[tuple[str, float]]:
    """Steps of all runs in the log of `home`, with their seconds, in the order they ended."""
    text = (home.log / "dampingan.log").read_text("utf-8")
    return [(match["step"], float(match["seconds"])) for match in _STEP.finditer(text)]


def _runs_table(runs: list[Measured]) -> Table:
    table = Table(title="Refresh of the bundled sample", title_justify="left")
    for heading in ("run", "wall s", "limit s", "CPU s", "peak GB", "limit GB", ""):
        table.add_column(heading, justify="left" if heading in ("run", "") else "right")
    for run in runs:
        numbers = (run.wall_seconds, run.limit_seconds, run.cpu_seconds)
        memory = (run.peak_bytes / GIGABYTE, PEAK_BYTES / GIGABYTE)
        verdict = "ok" if run.within else "OVER"
        table.add_row(run.name, *(f"{n:.1f}" for n in numbers), *(f"{n:.2f}" for n in memory), verdict)
    return table


def _steps_table(measured: list[tuple[str, float]]) -> Table:
    table = Table(title="Steps of half a second and more", title_justify="left")
    table.add_column("step")
    table.add_column("wall s", justify="right")
    for step, seconds in measured:
        if seconds >= 0.5:
            table.add_row(step, f"{seconds:.1f}")
    return table


def main() -> int:
    """Measure, print, and return 1 when a limit is exceeded."""
    console = Console()
    with tempfile.TemporaryDirectory(prefix="dampingan-bench-") as folder:
        home = Home(Path(folder) / "home")
        runs = [measure("first", home, FIRST_SECONDS)]
        first_steps = steps(home)
        runs.append(measure("second", home, SECOND_SECONDS))
    console.print(_runs_table(runs))
    console.print(_steps_table(first_steps))
    load = os.getloadavg()[0]
    console.print(
        f"{os.cpu_count()} cores, load of the last minute {load:.1f}: on a busy machine compare the CPU time."
    )
    return 0 if all(run.within for run in runs) else 1


if __name__ == "__main__":
    sys.exit(main())
