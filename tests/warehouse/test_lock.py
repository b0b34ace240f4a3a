"""One writer: the second is told who holds the lock, and a killed holder holds nothing."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from errors import BusyError
from settings import PROJECT_ROOT, local_time
from warehouse.lock import writer_lock

HOLD = """
import sys
from pathlib import Path
from warehouse.lock import writer_lock
with writer_lock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def holder(file: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the lock until its input is closed."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(file)],
        cwd=PROJECT_ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout
        assert process.stdout.readline() == "held\n"
        yield process
    finally:
        process.kill()
        process.communicate()


def test_the_second_process_is_told_who_holds_it_and_since_when(tmp_path: Path) -> None:
    file = tmp_path / "writer.lock"
    start = datetime.now(UTC)
    with holder(file) as process:
        with pytest.raises(BusyError) as refused, writer_lock(file):
            pytest.fail("two writers")
        found = re.search(r"\(proses (\d+), sejak (\S+ \S+ WIB)\)", refused.value.what)
        assert found
        assert int(found[1]) == process.pid
        assert found[2] in {local_time(start), local_time(datetime.now(UTC))}
        assert refused.value.exit_code == 5
        process.communicate("")
        with writer_lock(file):
            pass


def test_a_killed_holder_frees_it_at_once(tmp_path: Path) -> None:
    file = tmp_path / "writer.lock"
    with holder(file) as process:
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert file.read_bytes()
        with writer_lock(file), pytest.raises(BusyError) as refused, writer_lock(file):
            pytest.fail("two writers")
    assert f"proses {process.pid}" not in refused.value.what


def test_the_lock_is_freed_at_the_end_and_after_a_failure(tmp_path: Path) -> None:
    file = tmp_path / "writer.lock"
    with writer_lock(file):
        assert file.read_bytes()
    assert not file.read_bytes()
    with pytest.raises(RuntimeError), writer_lock(file):
        raise RuntimeError
    with writer_lock(file):
        pass


def test_a_holder_that_has_not_written_its_name_yet_is_only_busy(tmp_path: Path) -> None:
    file = tmp_path / "writer.lock"
    with writer_lock(file):
        file.write_bytes(b"")
        with pytest.raises(BusyError, match=r"sedang berjalan\.") as refused, writer_lock(file):
            pytest.fail("two writers")
    assert "proses" not in refused.value.what


def test_file_and_folder_are_private(tmp_path: Path) -> None:
    with writer_lock(tmp_path / "home" / "writer.lock"):
        assert (tmp_path / "home").stat().st_mode & 0o777 == 0o700
        assert (tmp_path / "home" / "writer.lock").stat().st_mode & 0o777 == 0o600
