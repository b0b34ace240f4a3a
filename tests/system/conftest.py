"""The real command in a process of its own, and the bundled sample taken in once for all tests that look at it."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from settings import PROJECT_ROOT, Home

COMMAND = (sys.executable, "-m", "cli")
QUICK_COMMAND = (
    sys.executable,
    "-c",
    "import cli; from tests.flows.conftest import few_checks\nwith few_checks(): cli.main()",
)
"""The same with two suites of checks, for tests that are not about checks."""


@dataclass(frozen=True)
class Finished:
    """A command that ended; memory is the largest resident set of one of its processes."""

    exit_code: int
    stdout: str
    stderr: str
    wall_seconds: float
    cpu_seconds: float
    peak_bytes: int

    @property
    def json(self) -> dict[str, Any]:
        """The one object on stdout; fails when anything else is there."""
        content: dict[str, Any] = json.loads(self.stdout)
        return content

    @property
    def paragraphs(self) -> list[str]:
        return [line for line in self.stderr.splitlines() if line.strip()]


def environment(home: Path) -> dict[str, str]:
    """This process's environment, without anything that says where data or a server is."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DAMPINGAN_", "PREFECT_"))}
    at_once = {"DAMPINGAN_INBOX_SETTLE_SECONDS": "0", "DAMPINGAN_INBOX_GRACE_SECONDS": "0"}
    return kept | at_once | {"DAMPINGAN_HOME": str(home), "NO_COLOR": "1"}


def run(
    home: Home, *arguments: str | Path, command: Sequence[str] = COMMAND, patience_seconds: float = 240.0
) -> Finished:
    """Run `dampingan` with these arguments on `home` and wait for its end."""
    home.root.mkdir(parents=True, exist_ok=True)
    out, err = home.root.with_name(f"{home.root.name}.out"), home.root.with_name(f"{home.root.name}.err")
    start = time.monotonic()
    with out.open("wb") as stdout, err.open("wb") as stderr:
        process = subprocess.Popen(
            [*command, *map(str, arguments)], cwd=PROJECT_ROOT, env=environment(home.root), stdout=stdout, stderr=stderr
        )
        usage = None
        while usage is None:
            pid, status, used = os.wait4(process.pid, os.WNOHANG)
            if pid:
                usage = used
            elif time.monotonic() - start > patience_seconds:
                process.kill()
                pytest.fail(f"{arguments} takes longer than {patience_seconds} s")
            else:
                time.sleep(0.02)
    process.returncode = os.waitstatus_to_exitcode(status)
    return Finished(
        process.returncode,
        out.read_text("utf-8"),
        err.read_text("utf-8"),
        time.monotonic() - start,
        usage.ru_utime + usage.ru_stime,
        usage.ru_maxrss * 1024,
    )


def fetched(requirement: str, *, with_needs: bool = False) -> Path:
    """The folder with this package, and what it needs if wanted; fetched once per machine and Python."""
    name = f"dampingan-{requirement.replace('==', '-')}-py{sys.version_info[0]}{sys.version_info[1]}"
    folder = Path(tempfile.gettempdir()) / name
    if not folder.is_dir():
        if importlib.util.find_spec("pip"):
            install = [sys.executable, "-m", "pip", "install", "--disable-pip-version-check"]
        else:
            install = [shutil.which("uv") or "uv", "pip", "install", "--python", sys.executable]
        partial = Path(tempfile.mkdtemp(prefix=name))
        alone = [] if with_needs else ["--no-deps"]
        subprocess.run([*install, "--quiet", *alone, "--target", partial, requirement], check=True)
        partial.rename(folder)
    return folder


@dataclass(frozen=True)
class SampleJob:
    """The home after `dampingan refresh --sample`, and what the command said."""

    home: Home
    first: Finished

    @property
    def truth(self) -> dict[str, Any]:
        content: dict[str, Any] = json.loads(self.home.sample_truth.read_text("utf-8"))
        return content


@pytest.fixture(scope="session")
def sample_job(tmp_path_factory: pytest.TempPathFactory) -> SampleJob:
    home = Home(tmp_path_factory.mktemp("contoh") / "home")
    return SampleJob(home, run(home, "refresh", "--sample", "--json"))
