"""The drop folders: which files lie there, and which are still being written. Knows nothing of what is in them."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

MANIFEST_SUFFIX = ".manifest.json"
"""Ends the name of the file that says what the file beside it is."""


@dataclass(frozen=True, slots=True)
class Inbox:
    """What a look into a drop folder showed. `unfinished` files changed while they were looked at."""

    ready: list[Path]
    unfinished: list[Path]


def files_in(folder: Path) -> list[Path]:
    """Data files, by name; hidden and manifest files are not data."""
    return sorted(
        path
        for path in folder.iterdir()
        if path.is_file() and not path.name.startswith(".") and not path.name.endswith(MANIFEST_SUFFIX)
    )


def look_into(folder: Path, *, settle_seconds: float, sleep: Callable[[float], None] = time.sleep) -> Inbox:
    """Files that were written less than `settle_seconds` ago are looked at again after that time; who has grown since
    is unfinished."""
    files = files_in(folder)
    before = {path: _state(path) for path in files}
    youngest = max((mtime for _, mtime in before.values()), default=0) / 1e9
    age = time.time() - youngest
    if files and age < settle_seconds:
        sleep(min(settle_seconds, settle_seconds - age))
    ready = [path for path in files if path.exists() and _state(path) == before[path]]
    return Inbox(ready, [path for path in files if path.exists() and path not in ready])


def manifest_beside(file: Path) -> Path:
    """Where the manifest of `file` is, if it has one."""
    return file.with_name(f"{file.name}{MANIFEST_SUFFIX}")


def owner_of(file: Path) -> str:
    """The user who owns the file, by name; by number where this machine knows no name."""
    try:
        return file.owner()
    except KeyError:
        return str(file.stat().st_uid)


def age_seconds(file: Path) -> float:
    """Seconds since the file was last written."""
    return time.time() - file.stat().st_mtime


def _state(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_size, found.st_mtime_ns
