"""Turns report files into sheets of texts, in a child process with limits: many files in one child, and a file whose
child died once more in a child of its own. Only I/O; it must not know what a column means."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from errors import InputRejectedError
from tasks.programmes import grids
from tasks.programmes.grids import Grid
from tasks.sandbox import Limits, run_limited

_EXTRACT = "tasks.programmes.extraction:extract_all"
_REQUESTS, FAULT = "requests.json", "fault.json"
_ONE = Limits(memory_bytes=2 << 30, cpu_seconds=30, wall_seconds=60)
_MANY = Limits(memory_bytes=2 << 30, cpu_seconds=120, wall_seconds=240)


@dataclass(frozen=True, slots=True)
class Request:
    """A file to read, its name for messages, and the folder of this file alone where its sheets are left."""

    file: str
    where: str
    folder: str


def read_ahead(requests: Sequence[Request], folder: Path) -> None:
    """Read all files in one child; what it leaves is found by `read_grids`.

    A file that brings the child down leaves nothing for itself and the files after it: they are read one by one.
    """
    with suppress(InputRejectedError):
        _run(requests, folder, _MANY, where="laporan")


def read_grids(file: Path, folder: Path, *, where: str) -> list[Grid]:
    """The sheets of `file`, read now unless `read_ahead` did it.

    Args:
        folder: of this file alone.
        where: file name for messages.

    Raises:
        InputRejectedError: when the file is no workbook and no table of text, is protected, damaged or too large.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not grids.are_saved(folder) and not (folder / FAULT).exists():
        _run([Request(str(file), where, str(folder))], folder, _ONE, where=where)
    if (folder / FAULT).exists():
        raise InputRejectedError(**json.loads((folder / FAULT).read_text("utf-8")))
    return grids.load_grids(folder)


def _run(requests: Sequence[Request], folder: Path, limits: Limits, *, where: str) -> None:
    for request in requests:
        Path(request.folder).mkdir(parents=True, exist_ok=True, mode=0o700)
    listed = folder / _REQUESTS
    listed.write_text(json.dumps([asdict(request) for request in requests]), encoding="utf-8")
    run_limited(_EXTRACT, str(listed), where=where, limits=limits)
