"""Whether a submitted Parquet file can be decoded to its last page, tried in a child process with limits.

Only I/O. A damaged file can make the library panic or ask for memory without bound. It must not know what a column
means.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from errors import InputRejectedError
from tasks.registry.magic import SEND_AGAIN
from tasks.sandbox import Limits, run_limited

LIMITS = Limits(memory_bytes=16 << 30, cpu_seconds=300, wall_seconds=300.0)
"""The file is mapped into memory, so its size counts as address space."""


def check_parquet(file: Path, *, name: str) -> None:
    """Raises InputRejectedError when the file is damaged."""
    run_limited("tasks.registry.parquet:decode", str(file), name, where=name, limits=LIMITS)


def decode(file: str, name: str) -> None:
    """Runs in the child: reads every column once."""
    try:
        pl.scan_parquet(file).select(pl.len(), pl.all().is_null().sum().name.prefix("kosong ")).collect(
            engine="streaming"
        )
    except pl.exceptions.PolarsError:
        raise InputRejectedError("Berkas Parquet rusak.", where=name, next_step=SEND_AGAIN) from None
