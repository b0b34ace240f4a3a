"""One writer at a time: an advisory file lock that the operating system frees when its holder dies."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from errors import BusyError
from settings import local_time


@contextmanager
def writer_lock(file: Path) -> Iterator[None]:
    """Hold the writer of a data home.

    Raises:
        BusyError: another process holds it; says which and since when.
    """
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BusyError(
                f"Pembaruan lain sedang berjalan{_holder(handle)}.",
                next_step="Tunggu sampai selesai, lalu ulangi perintah ini.",
            ) from None
        os.ftruncate(handle, 0)
        since = datetime.now(UTC).isoformat(timespec="seconds")
        os.pwrite(handle, json.dumps({"pid": os.getpid(), "since": since}).encode(), 0)
        yield
        os.ftruncate(handle, 0)
    finally:
        os.close(handle)


def _holder(handle: int) -> str:
    text = os.pread(handle, 1024, 0)
    if not text:
        return ""
    holder = json.loads(text)
    return f" (proses {holder['pid']}, sejak {local_time(datetime.fromisoformat(holder['since']))})"
