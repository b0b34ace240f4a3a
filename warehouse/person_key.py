"""The secret under which persons get their stand-ins. Without it nobody can go from a stand-in back to a NIK; if it
is lost, persons can no longer be followed from old releases to new ones, so it belongs into every backup."""

from __future__ import annotations

import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path

from errors import DampinganError
from warehouse.raw import fsync_folder

_BYTES = 32


def person_key(file: Path) -> bytes:
    """The secret in `file`; made there on first use, readable by its owner only.

    Raises:
        DampinganError: the file does not hold a secret of the right length.
    """
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not file.exists():
        _make(file)
    secret = file.read_bytes()
    if len(secret) != _BYTES:
        raise DampinganError(
            "Kunci pengganti NIK rusak.", where=str(file), next_step="Pulihkan berkas ini dari cadangan."
        )
    return secret


def _make(file: Path) -> None:
    """Written aside first, so that a death leaves no half secret; a secret that another process made stays."""
    handle, temporary = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(secrets.token_bytes(_BYTES))
            out.flush()
            os.fsync(out.fileno())
        with suppress(FileExistsError):
            file.hardlink_to(temporary)
    finally:
        Path(temporary).unlink()
    fsync_folder(file.parent)
