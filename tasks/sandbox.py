"""Runs one function in a child process with limits, and turns the child's death into a clear error.

For parsers of uploaded files: a small file can make a library allocate without bound and abort its process. It
must not know what is parsed. The child gets paths and writes its result to a path; nothing is pickled.
"""

from __future__ import annotations

import importlib
import json
import os
import resource
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from errors import DampinganError, InputRejectedError

_READY = b"siap\n"
_KNOWN_ERROR_STATUS = 3
_PRIVATE = "DAMPINGAN_"
"""Settings, keys among them, are not the parser's business."""
_FILE_BYTES = 1 << 31
_SAVE_AGAIN = "Buka berkas di Excel atau LibreOffice, simpan ulang (lebih baik sebagai CSV UTF-8), lalu serahkan lagi."


@dataclass(frozen=True, slots=True)
class Limits:
    """What the child may use: address space in bytes, CPU and wall time in seconds."""

    memory_bytes: int = 2 << 30
    cpu_seconds: int = 60
    wall_seconds: float = 120.0


def run_limited(
    function: str, *paths: str, where: str, limits: Limits | None = None, next_step: str = _SAVE_AGAIN
) -> None:
    """Run `function` (`package.module:name`, taking only text arguments, returning None) in a child process.

    An InputRejectedError raised by the function is raised here again. Any other end of the child (killed, out of
    memory or time, a fault inside a parsing library) means that the file cannot be read: its message, which may
    quote rows, is dropped.

    Raises:
        InputRejectedError: naming `where`; when the file cannot be read, with `next_step`.
    """
    allowed = limits or Limits()
    numbers = (str(allowed.memory_bytes), str(allowed.cpu_seconds))
    command = [sys.executable, "-P", "-m", "tasks.sandbox", function, *numbers, *paths]
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(_PRIVATE)},
        "PYTHONPATH": os.pathsep.join(folder or str(Path.cwd()) for folder in sys.path),
        "POLARS_MAX_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }
    try:
        child = subprocess.run(command, capture_output=True, env=environment, timeout=allowed.wall_seconds, check=False)
    except subprocess.TimeoutExpired:
        raise _unreadable(where, "melewati batas waktu", next_step) from None
    if not child.stdout.startswith(_READY):
        raise DampinganError(
            "Proses pembaca berkas tidak dapat dimulai.",
            where=function,
            next_step="Ini kesalahan pemasangan; hapus lingkungan dengan `make clean`, lalu jalankan `make refresh`.",
        )
    if child.returncode == _KNOWN_ERROR_STATUS:
        raise InputRejectedError(**json.loads(child.stdout.removeprefix(_READY)))
    if child.returncode < 0:
        raise _unreadable(where, "melewati batas memori atau waktu", next_step)
    if child.returncode != 0:
        raise _unreadable(where, "isinya rusak atau tidak lazim", next_step)


def _unreadable(where: str, cause: str, next_step: str) -> InputRejectedError:
    return InputRejectedError(f"Berkas tidak dapat dibaca: {cause}.", where=where, next_step=next_step)


def _limit(memory_bytes: int, cpu_seconds: int) -> None:
    for kind, amount in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_FSIZE, _FILE_BYTES),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(kind)
        capped = amount if hard == resource.RLIM_INFINITY else min(amount, hard)
        resource.setrlimit(kind, (capped, capped))


def _child(function: str, memory_bytes: str, cpu_seconds: str, *paths: str) -> int:
    module, name = function.split(":")
    work = getattr(importlib.import_module(module), name)
    sys.stdout.write(_READY.decode())
    sys.stdout.flush()
    _limit(int(memory_bytes), int(cpu_seconds))
    try:
        work(*paths)
    except InputRejectedError as error:
        text = {"what": error.what, "where": error.where, "next_step": error.next_step}
        sys.stdout.write(json.dumps(text))
        return _KNOWN_ERROR_STATUS
    return 0


if __name__ == "__main__":
    sys.exit(_child(*sys.argv[1:]))
