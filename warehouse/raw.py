"""The raw store: immutable bytes under their SHA-256, each with a note that says what they are.

`raw/<sha256>/data` is the file, `raw/<sha256>/<note>.json` the note. Nothing here is ever changed or deleted.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, BinaryIO

_CHUNK_BYTES = 1 << 20


def fsync_folder(folder: Path) -> None:
    """Make renames inside `folder` durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_durably(path: Path, data: bytes) -> None:
    """Write `data` under `path` so that a crash leaves the old content or the new, never a part."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    fsync_folder(path.parent)


class RawStore:
    """Content-addressed store under `root` (a folder of the data home)."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put_file(self, source: Path) -> str:
        """Copy `source` in; returns its SHA-256 (hex). The same bytes again change nothing."""

        def copy(file: IO[bytes]) -> str:
            shutil.copyfile(source, file.name)
            with Path(file.name).open("rb") as copied:
                return hashlib.file_digest(copied, "sha256").hexdigest()

        return self._put(copy)

    def put_bytes(self, data: bytes) -> str:
        """Store `data`; returns its SHA-256 (hex)."""
        sha256 = hashlib.sha256(data).hexdigest()
        if not self.path(sha256).exists():
            folder = self._folder(sha256)
            write_durably(folder / "data", data)
        return sha256

    def put_stream(self, stream: BinaryIO) -> str:
        """Store everything `stream` yields in bounded memory; returns its SHA-256 (hex)."""

        def copy(file: IO[bytes]) -> str:
            digest = hashlib.sha256()
            while chunk := stream.read(_CHUNK_BYTES):
                digest.update(chunk)
                file.write(chunk)
            return digest.hexdigest()

        return self._put(copy)

    def _put(self, copy: Callable[[IO[bytes]], str]) -> str:
        """Store what `copy` writes; it returns the SHA-256 of what it wrote."""
        self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.NamedTemporaryFile(dir=self.root, prefix=".incoming-", delete=False) as file:
            temporary = Path(file.name)
            try:
                sha256 = copy(file)
                file.flush()
                os.fsync(file.fileno())
                if not self.path(sha256).exists():
                    temporary.replace(self._folder(sha256) / "data")
                    fsync_folder(self.path(sha256).parent)
            finally:
                temporary.unlink(missing_ok=True)
        return sha256

    def path(self, sha256: str) -> Path:
        """Where the bytes with this SHA-256 are (or would be)."""
        return self.root / sha256 / "data"

    def write_note(self, sha256: str, note: str, content: dict[str, Any]) -> None:
        """Describe stored bytes; `note` is `release`, `report` or `answer`."""
        text = json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False)
        write_durably(self.path(sha256).with_name(f"{note}.json"), text.encode())

    def read_note(self, sha256: str, note: str) -> dict[str, Any]:
        """The note written for these bytes. Raises FileNotFoundError when there is none."""
        content: dict[str, Any] = json.loads(self.path(sha256).with_name(f"{note}.json").read_bytes())
        return content

    def remove_leftovers(self) -> None:
        """Delete what a killed process left half written; call only while holding the writer lock."""
        for leftover in (*self.root.glob(".*"), *self.root.glob("*/.*")):
            leftover.unlink()
        for folder in self.root.iterdir() if self.root.is_dir() else ():
            if folder.is_dir() and not (folder / "data").exists():
                shutil.rmtree(folder)

    def _folder(self, sha256: str) -> Path:
        folder = self.root / sha256
        self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder.mkdir(exist_ok=True, mode=0o700)
        fsync_folder(self.root)
        return folder
