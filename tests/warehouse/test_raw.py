"""The raw store: bytes under their digest, once; a killed writer leaves nothing that looks stored."""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from settings import PROJECT_ROOT
from warehouse.raw import RawStore, write_durably

DATA = b"A|B\n1|2\n" * 1000
SHA256 = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def store(tmp_path: Path) -> RawStore:
    return RawStore(tmp_path / "raw")


def tree(root: Path) -> list[str]:
    return sorted(str(path.relative_to(root)) for path in root.rglob("*"))


def put(store: RawStore, how: str, folder: Path) -> str:
    if how == "file":
        (folder / "source").write_bytes(DATA)
        return store.put_file(folder / "source")
    return store.put_bytes(DATA) if how == "bytes" else store.put_stream(io.BytesIO(DATA))


@pytest.mark.parametrize("how", ["file", "bytes", "stream"])
def test_the_same_bytes_have_one_place(how: str, store: RawStore, tmp_path: Path) -> None:
    assert put(store, how, tmp_path) == SHA256
    stored = store.path(SHA256).stat()
    assert store.path(SHA256).read_bytes() == DATA
    for again in ("file", "bytes", "stream"):
        assert put(store, again, tmp_path) == SHA256
    assert tree(store.root) == [SHA256, f"{SHA256}/data"]
    assert (store.path(SHA256).stat().st_ino, store.path(SHA256).stat().st_mtime_ns) == (
        stored.st_ino,
        stored.st_mtime_ns,
    )


@pytest.mark.parametrize("how", ["file", "bytes", "stream"])
def test_folders_and_files_are_private(how: str, store: RawStore, tmp_path: Path) -> None:
    old = os.umask(0o022)
    try:
        put(store, how, tmp_path)
        store.write_note(SHA256, "release", {"a": 1})
    finally:
        os.umask(old)
    assert store.root.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in store.root.rglob("*") if path.is_dir()} == {0o700}
    assert {path.stat().st_mode & 0o777 for path in store.root.rglob("*") if path.is_file()} == {0o600}


def test_a_note_can_be_read_again_and_replaced(store: RawStore) -> None:
    store.put_bytes(DATA)
    store.write_note(SHA256, "release", {"nomor": 1, "nama": "é"})
    store.write_note(SHA256, "release", {"nomor": 2, "nama": "é"})
    assert RawStore(store.root).read_note(SHA256, "release") == {"nomor": 2, "nama": "é"}
    assert tree(store.root) == [SHA256, f"{SHA256}/data", f"{SHA256}/release.json"]
    with pytest.raises(FileNotFoundError):
        store.read_note(SHA256, "report")


KILLED_PUT = """
import os, signal, sys
from pathlib import Path
from warehouse.raw import RawStore

class Cut:
    def __init__(self): self.reads = 0
    def read(self, size):
        self.reads += 1
        if self.reads > 2: os.kill(os.getpid(), signal.SIGKILL)
        return b"x" * size

RawStore(Path(sys.argv[1])).put_stream(Cut())
"""
KILLED_NOTE = """
import os, signal, sys
from pathlib import Path
from warehouse import raw
raw.os.fsync = lambda handle: os.kill(os.getpid(), signal.SIGKILL)
store = raw.RawStore(Path(sys.argv[1]))
getattr(store, sys.argv[2])(*eval(sys.argv[3]))
"""


def killed(script: str, *arguments: str) -> None:
    done = subprocess.run([sys.executable, "-c", script, *arguments], cwd=PROJECT_ROOT, timeout=60)
    assert done.returncode == -9


def test_a_killed_put_leaves_only_what_is_cleared(store: RawStore) -> None:
    store.put_bytes(DATA)
    killed(KILLED_PUT, str(store.root))
    leftovers = [name for name in tree(store.root) if not name.startswith(SHA256)]
    assert len(leftovers) == 1
    assert leftovers[0].startswith(".incoming-")
    store.remove_leftovers()
    assert tree(store.root) == [SHA256, f"{SHA256}/data"]


def test_killed_bytes_and_notes_leave_only_what_is_cleared(store: RawStore) -> None:
    store.put_bytes(DATA)
    store.write_note(SHA256, "release", {"nomor": 1})
    before = tree(store.root)
    killed(KILLED_NOTE, str(store.root), "put_bytes", "(b'other',)")
    killed(KILLED_NOTE, str(store.root), "write_note", f"('{SHA256}', 'release', {{'nomor': 2}})")
    assert not store.path(hashlib.sha256(b"other").hexdigest()).exists()
    assert store.read_note(SHA256, "release") == {"nomor": 1}
    assert len(tree(store.root)) > len(before)
    store.remove_leftovers()
    assert tree(store.root) == before


def test_clearing_an_empty_store_is_harmless(store: RawStore) -> None:
    store.remove_leftovers()
    assert not store.root.exists()


@pytest.mark.parametrize("how", ["bytes", "stream"])
def test_bytes_their_name_and_their_folder_are_on_disk_before_put_returns(
    how: str, store: RawStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    real = os.fsync

    def noted(handle: int) -> None:
        synced.append(str(Path(f"/proc/self/fd/{handle}").readlink()))
        real(handle)

    monkeypatch.setattr(os, "fsync", noted)
    put(store, how, tmp_path)
    assert {str(store.root), str(store.root / SHA256)} <= set(synced)
    assert any(Path(path).name.startswith((".incoming-", ".data.")) for path in synced)


def test_a_failed_write_keeps_the_old_content_and_no_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "note.json"
    write_durably(file, b"old")

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space"):
            write_durably(file, b"new")
    assert file.read_bytes() == b"old"
    assert tree(tmp_path) == ["note.json"]
