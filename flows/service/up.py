"""`make up`: a Prefect server, a worker and the deployments of prefect.yaml, until one Ctrl-C or SIGTERM.

Talks to the server over HTTP and uses Prefect's own command line; it does not import Prefect, which keeps it
quick, and knows nothing about what the flows do.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import socket
import sys
import time
from collections.abc import Callable, Iterator, Set
from typing import Any

import httpx

from errors import BusyError, DampinganError, UsageError
from flows.service.processes import Child, StopRequestedError, StopSignal, end_processes
from flows.service.settings_for_prefect import (
    DEFAULT_PORT,
    HOST,
    WORK_POOL,
    ZOMBIE_AUTOMATION,
    base_url,
    mark,
    server_environment,
)
from settings import PROJECT_ROOT, Home, Settings

READY_SECONDS = 120.0
COMMAND_SECONDS = 120.0
# Together below ten seconds, the grace that container runtimes commonly give.
WORKER_PATIENCE_SECONDS = 3.0
RUN_PATIENCE_SECONDS = 2.0
SERVER_PATIENCE_SECONDS = 3.0
REQUEST_SECONDS = 10.0
SHUTDOWN_REQUEST_SECONDS = 1.5
CRASHED = {
    "type": "CRASHED",
    "name": "Crashed",
    "message": "Pekerja (worker) berhenti saat run ini berjalan. Apa yang selesai tercatat di jurnal.",
}


class Server:
    """The few requests that this program makes to the Prefect API."""

    def __init__(self, port: int) -> None:
        # Proxies from the environment are for the outside; this address is our own.
        self._client = httpx.Client(base_url=f"{base_url(port)}/api", timeout=REQUEST_SECONDS, trust_env=False)

    def is_ready(self) -> bool:
        try:
            return self._client.get("/ready").is_success
        except httpx.HTTPError:
            return False

    def post(self, path: str, body: dict[str, Any]) -> Any:
        answer = self._client.post(path, json=body)
        answer.raise_for_status()
        return answer.json()

    def ensure_zombie_automation(self) -> None:
        """Create the automation that marks runs without a heartbeat as Crashed, or bring it up to date."""
        wanted = {"name": {"any_": [ZOMBIE_AUTOMATION["name"]]}}
        present = self.post("/automations/filter", {"automations": wanted})
        if present:
            self._client.put(f"/automations/{present[0]['id']}", json=ZOMBIE_AUTOMATION).raise_for_status()
        else:
            self.post("/automations/", ZOMBIE_AUTOMATION)

    def crash_orphans(self, timeout_seconds: float = REQUEST_SECONDS) -> None:
        """Mark what still counts as running in our pool as Crashed; call it only while no worker lives.

        Without it a run whose worker was stopped stays Running and keeps its slot.
        """
        self._client.timeout = httpx.Timeout(timeout_seconds)
        states = {"type": {"any_": ["RUNNING", "PENDING", "CANCELLING"]}}
        body = {"flow_runs": {"state": states}, "work_pools": {"name": {"any_": [WORK_POOL]}}}
        for run in self.post("/flow_runs/filter", body):
            self.post(f"/flow_runs/{run['id']}/set_state", {"state": CRASHED, "force": True})

    def worker_is_online(self, name: str) -> bool:
        body = {"workers": {"status": {"any_": ["ONLINE"]}}}
        return any(w["name"] == name for w in self.post(f"/work_pools/{WORK_POOL}/workers/filter", body))


class Installation:
    """One data home with its server: starts the parts in order and stops them in the reverse order."""

    def __init__(self, home: Home, port: int) -> None:
        self.stop_signal = StopSignal()
        self.server = Server(port)
        self._environment = server_environment(home.root, port)
        self._log = home.log
        self._home = home
        self._parts: dict[str, Child] = {}

    def start(self) -> None:
        """Returns when a run that is started in the UI will be carried out."""
        self._keep("server", "server", "start")
        self._until(self.server.is_ready, "Server Prefect tidak siap dalam dua menit.")
        pool = ["work-pool", "create", WORK_POOL, "--type", "process", "--overwrite"]
        self._finish("work-pool", *pool)
        self.server.ensure_zombie_automation()
        self.server.crash_orphans()
        self._prefect("deploy", "--no-prompt", "deploy", "--all").wait_success(self.stop_signal, COMMAND_SECONDS)
        worker = f"dampingan-{os.getpid()}"
        # One run at a time: every flow writes, and a writer that has to wait is better off in the queue.
        self._keep("worker", "worker", "start", "--pool", WORK_POOL, "--name", worker, "--limit", "1")
        self._until(lambda: self.server.worker_is_online(worker), "Pekerja (worker) tidak siap dalam dua menit.")

    def wait(self) -> None:
        """Until a signal comes (StopRequestedError) or a part dies (DampinganError)."""
        while True:
            self.stop_signal.pause(0.5)
            self._check_parts()

    def stop(self) -> None:
        """End everything within ten seconds; the server goes last, so that runs can report their end."""
        if "worker" in self._parts:
            self._parts["worker"].stop(WORKER_PATIENCE_SECONDS)
        if "server" in self._parts:
            server = self._parts["server"]
            end_leftovers(self._home, keep={server.process.pid})
            with contextlib.suppress(httpx.HTTPError):
                self.server.crash_orphans(SHUTDOWN_REQUEST_SECONDS)
            server.stop(SERVER_PATIENCE_SECONDS)

    def _keep(self, name: str, *arguments: str) -> None:
        self._parts[name] = self._prefect(name, *arguments)

    def _finish(self, name: str, *arguments: str) -> None:
        command = self._prefect(name, *arguments)
        try:
            command.wait_success(self.stop_signal, COMMAND_SECONDS)
        finally:
            if command.process.poll() is None:
                command.stop(patience_seconds=1.0)

    def _prefect(self, name: str, *arguments: str) -> Child:
        return Child(
            name,
            [sys.executable, "-m", "prefect", *arguments],
            environment=self._environment,
            folder=PROJECT_ROOT,
            log=self._log / f"prefect-{name}.log",
        )

    def _until(self, condition: Callable[[], bool], what: str) -> None:
        end = time.monotonic() + READY_SECONDS
        while not condition():
            self._check_parts()
            if time.monotonic() > end:
                raise DampinganError(what, where=str(self._log), next_step="Lihat berkas prefect-*.log di sana.")
            self.stop_signal.pause(0.2)

    def _check_parts(self) -> None:
        for part in self._parts.values():
            part.check_alive()


@contextlib.contextmanager
def only_one(home: Home) -> Iterator[None]:
    """Hold the lock of this home's Prefect; raises BusyError when another `make up` has it."""
    folder = home.root / "prefect"
    folder.mkdir(mode=0o700, exist_ok=True)
    with (folder / "up.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BusyError(
                "`make up` sudah berjalan untuk rumah data ini.",
                where=str(home.root),
                next_step="Pakai yang sudah berjalan, atau hentikan dulu dengan Ctrl-C di jendelanya.",
            ) from None
        yield


def end_leftovers(home: Home, keep: Set[int] = frozenset()) -> None:
    """End what was started for this home, now or by a `make up` that was killed, but `keep`."""
    end_processes("=".join(mark(home.root)), keep=keep, patience_seconds=RUN_PATIENCE_SECONDS)


def chosen_port() -> int:
    """PREFECT_SERVER_API_PORT, else 4200; raises UsageError or BusyError when it cannot be had."""
    text = os.environ.get("PREFECT_SERVER_API_PORT", str(DEFAULT_PORT))
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise UsageError("PREFECT_SERVER_API_PORT harus bilangan 1 sampai 65535.", next_step="Contoh: 4201.")
    port = int(text)
    with socket.socket() as probe:
        # As the server does: connections that are just closing do not make a port busy.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            raise BusyError(
                f"Porta {port} sedang dipakai program lain.",
                where=f"{HOST}:{port}",
                next_step=f"Pilih porta lain: PREFECT_SERVER_API_PORT={port + 1} make up",
            ) from None
    return port


def welcome(port: int, home: Home, deployments: list[dict[str, Any]]) -> str:
    """What an officer needs to know, in the words of prefect.yaml."""
    jobs = "\n".join(f"  {job['name']:<11} {job['description']}" for job in deployments)
    return (
        f"\ndampingan berjalan. Buka {base_url(port)} di peramban.\n\n"
        f"Pekerjaan terjadwal (dapat juga dijalankan dari sana: Deployments > Quick run):\n{jobs}\n\n"
        f"Rumah data : {home.root}\nCatatan    : {home.log}\nBerhenti   : Ctrl-C\n"
    )


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def serve(home: Home, port: int) -> None:
    installation = Installation(home, port)
    say("Menyalakan server Prefect, pekerja (worker), dan jadwal; sekitar 20 detik ...")
    try:
        installation.start()
        say(welcome(port, home, installation.server.post("/deployments/filter", {"sort": "NAME_ASC"})))
        installation.wait()
    except StopRequestedError:
        say("Menghentikan ...")
    finally:
        installation.stop()
    say("Semua proses sudah berhenti.")


def main() -> int:
    # Prefect creates its database readable for all otherwise.
    os.umask(0o077)
    try:
        settings = Settings()
        # the parts start in the folder of the program, where they would not find the settings file of another region
        os.environ.update(settings.as_environment)
        home = settings.home_folders
        home.create()
        with only_one(home):
            end_leftovers(home)
            serve(home, chosen_port())
    except DampinganError as error:
        sys.stderr.write(error.paragraph + "\n")
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
