"""The secret of the stand-ins: made once, private, and never silently another one."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

from errors import DampinganError
from settings import PROJECT_ROOT
from warehouse.person_key import person_key


def test_it_is_made_once_and_readable_by_its_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "keys" / "person.key"
    old = os.umask(0o022)
    try:
        secret = person_key(file)
    finally:
        os.umask(old)
    assert len(secret) == 32
    assert len(set(secret)) > 8
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert person_key(file) == secret == file.read_bytes()
    assert [path.name for path in file.parent.iterdir()] == ["person.key"]


def test_two_homes_have_two_secrets(tmp_path: Path) -> None:
    assert person_key(tmp_path / "a" / "k") != person_key(tmp_path / "b" / "k")


@pytest.mark.parametrize("content", [b"", b"x" * 31, b"x" * 33])
def test_a_damaged_secret_is_refused_and_kept(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "person.key"
    file.write_bytes(content)
    with pytest.raises(DampinganError, match="rusak") as refused:
        person_key(file)
    assert refused.value.where == str(file)
    assert "cadangan" in refused.value.next_step
    assert file.read_bytes() == content


def test_a_process_killed_while_making_it_leaves_no_damaged_secret(tmp_path: Path) -> None:
    script = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from warehouse import person_key\n"
        "person_key.secrets.token_bytes = lambda count: os.kill(os.getpid(), signal.SIGKILL)\n"
        "person_key.person_key(Path(sys.argv[1]))\n"
    )
    file = tmp_path / "person.key"
    done = subprocess.run([sys.executable, "-c", script, str(file)], cwd=PROJECT_ROOT, timeout=60)
    assert done.returncode == -9
    assert len(person_key(file)) == 32


def test_of_two_processes_that_make_it_at_once_the_first_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "person.key"
    first = b"1" * 32

    def too_late(count: int) -> bytes:
        file.write_bytes(first)
        return b"2" * count

    monkeypatch.setattr(secrets, "token_bytes", too_late)
    assert person_key(file) == first
    assert [path.name for path in tmp_path.iterdir()] == ["person.key"]
