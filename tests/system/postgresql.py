"""A PostgreSQL cluster of the tests' own, from the system's packages, in a temporary folder, gone afterwards."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PASSWORD = "rahasia-uji"


@dataclass(frozen=True)
class Cluster:
    """Where it listens; `owner` is the superuser."""

    port: int
    owner: str = "pemilik"

    def address(self, database: str, *, user: str | None = None, password: str = PASSWORD) -> str:
        return f"postgresql://{user or self.owner}:{password}@127.0.0.1:{self.port}/{database}"


def _programs() -> Path:
    """The folder of the newest server programs: Debian does not put them on the path."""
    if found := shutil.which("initdb"):
        return Path(found).parent
    return max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def cluster() -> Iterator[Cluster]:
    """PostgreSQL refuses to run as root, so there `nobody` runs it."""
    user = "nobody" if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="dampingan-postgresql-"))
    try:
        if user:
            shutil.chown(folder, user)
        here = Cluster(_free_port())
        secret = folder / "secret"
        secret.write_text(PASSWORD, "utf-8")
        if user:
            shutil.chown(secret, user)
        data, control = folder / "data", _programs() / "pg_ctl"
        environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": str(folder)}
        quick = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"
        listen = f"-c listen_addresses=127.0.0.1 -c port={here.port} -c unix_socket_directories={folder}"

        def do(*command: str | Path) -> None:
            subprocess.run(
                command, check=True, user=user, cwd=folder, env=environment, stdout=subprocess.DEVNULL, timeout=60
            )

        initial = ("-U", here.owner, "-A", "scram-sha-256", "--pwfile", secret, "-E", "UTF8", "--no-sync")
        do(_programs() / "initdb", "-D", data, *initial)
        do(control, "-D", data, "-w", "-l", folder / "log", "-o", f"{quick} {listen}", "start")
        try:
            yield here
        finally:
            do(control, "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder)
