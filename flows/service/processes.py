"""Child processes that end when they are told to, with everything they started.

Knows nothing about Prefect, except that it starts runs in sessions of their own, which outlive a killed worker.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Set
from pathlib import Path

from errors import DampinganError

POLL_SECONDS = 0.1
LOG_TAIL_LINES = 12


class StopRequestedError(Exception):
    """Ctrl-C or SIGTERM arrived."""


class StopSignal:
    """Remembers Ctrl-C and SIGTERM until someone looks.

    A handler that raised could strike between the birth of a child and its registration and leave an orphan.
    Setting handlers has a second effect that is needed: a shell that starts us in the background lets us
    inherit SIGINT as ignored, our children would too, and a Prefect worker then ignores SIGTERM as well.
    """

    def __init__(self) -> None:
        self._event = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: self._event.set())

    def pause(self, seconds: float = POLL_SECONDS) -> None:
        """Wait; raises StopRequestedError as soon as a signal has arrived."""
        if self._event.wait(seconds):
            raise StopRequestedError


class Child:
    """A process in a session (and so a process group) of its own, its output in a log file."""

    def __init__(
        self, name: str, command: list[str], *, environment: Mapping[str, str], folder: Path, log: Path
    ) -> None:
        self.name = name
        self.log = log
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                command,
                env=dict(environment),
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                # The terminal's Ctrl-C reaches us alone, so that the worker can end before its server does.
                start_new_session=True,
            )

    def check_alive(self) -> None:
        """Raises DampinganError with the end of the log when the process has ended."""
        if self.process.poll() is not None:
            raise self.failure()

    def wait_success(self, stop: StopSignal, timeout_seconds: float) -> None:
        """Wait for a command that ends by itself; raises DampinganError when it fails or takes too long."""
        end = time.monotonic() + timeout_seconds
        while self.process.poll() is None:
            if time.monotonic() > end:
                raise self.failure()
            stop.pause()
        if self.process.returncode:
            raise self.failure()

    def failure(self) -> DampinganError:
        lines = self.log.read_text(errors="replace").splitlines()[-LOG_TAIL_LINES:]
        code = self.process.poll()
        ended = "tidak selesai pada waktunya" if code is None else f"berakhir dengan kode {code}"
        return DampinganError(
            f"Proses '{self.name}' {ended}.",
            where=str(self.log),
            next_step="Akhir catatannya:\n" + "\n".join(lines),
        )

    def stop(self, patience_seconds: float) -> None:
        """SIGTERM to the process and all it started, SIGKILL for what is left after `patience_seconds`.

        The whole group gets the first signal: a run then reports itself as crashed and does not stay Running.
        """
        end = time.monotonic() + patience_seconds
        self._signal_group(signal.SIGTERM)
        while self._signal_group(0) and time.monotonic() < end:
            self.process.poll()
            time.sleep(POLL_SECONDS)
        self._signal_group(signal.SIGKILL)
        self.process.wait()

    def _signal_group(self, number: int) -> bool:
        """Returns whether there was anybody to signal."""
        try:
            os.killpg(self.process.pid, number)
        except ProcessLookupError:
            return False
        return True


def marked_processes(mark: str) -> set[int]:
    """The processes of ours that carry `NAME=value` in their environment; empty where there is no /proc."""
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if mark.encode() in (folder / "environ").read_bytes().split(b"\0"):
                found.add(int(folder.name))
    return found


def end_processes(mark: str, *, keep: Set[int], patience_seconds: float) -> None:
    """SIGTERM to all marked processes but `keep`, SIGKILL to what is left after `patience_seconds`."""
    end = time.monotonic() + patience_seconds
    number = signal.SIGTERM
    while left := marked_processes(mark) - keep:
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
        if number == signal.SIGKILL:
            return
        while marked_processes(mark) - keep and time.monotonic() < end:
            time.sleep(POLL_SECONDS)
        number = signal.SIGKILL
