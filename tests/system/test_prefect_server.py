"""`make up` for real: a server, a worker, the deployments of prefect.yaml, one run through the API, one Ctrl-C.

The unpinned parts fail without a sound (a server that does not start, schedules that never fire), so nothing
here is a double. The tests run in the order of this file on one installation.
"""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from settings import PROJECT_ROOT

from .flow_with_steps import PLANTED_NIK

pytestmark = pytest.mark.system

START_SECONDS = 240.0
RUN_SECONDS = 300.0


@dataclass
class Up:
    """A running `make up`."""

    process: subprocess.Popen[bytes]
    home: Path
    port: int
    output: Path
    environment: dict[str, str]

    @property
    def api(self) -> httpx.Client:
        return httpx.Client(base_url=f"http://127.0.0.1:{self.port}/api", trust_env=False, timeout=10)

    def post(self, path: str, body: dict[str, Any]) -> Any:
        answer = self.api.post(path, json=body)
        assert answer.is_success, answer.text
        return answer.json()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def until(condition: Callable[[], Any], seconds: float, what: Callable[[], str]) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, what()
        time.sleep(0.3)


def processes_of(home: Path) -> list[str]:
    """The command lines of all processes that work in this home, however they are related."""
    wanted = f"DAMPINGAN_HOME={home}".encode()
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if wanted in (folder / "environ").read_bytes().split(b"\0"):
                found.append((folder / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue
    return found


def start(home: Path, port: int, output: Path) -> Up:
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")},
        "DAMPINGAN_HOME": str(home),
        "PREFECT_SERVER_API_PORT": str(port),
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "flows.service.up"],
        cwd=PROJECT_ROOT,
        env=environment,
        stdout=output.open("wb"),
        stderr=subprocess.STDOUT,
        # As a shell without job control starts `make up &`: SIGINT is ignored from birth.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),
    )
    return Up(process, home, port, output, environment)


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    folder = tmp_path_factory.mktemp("up")
    running = start(folder / "home", free_port(), folder / "output.txt")
    try:
        until(
            lambda: "Buka http" in running.output.read_text() or running.process.poll() is not None,
            START_SECONDS,
            running.output.read_text,
        )
        assert running.process.poll() is None, running.output.read_text()
        yield running
    finally:
        if running.process.poll() is None:
            running.process.terminate()
            running.process.wait(30)


def test_every_deployment_is_there_with_its_schedule(up: Up) -> None:
    declared = yaml.safe_load((PROJECT_ROOT / "prefect.yaml").read_text(encoding="utf-8"))["deployments"]
    present = {found["name"]: found for found in up.post("/deployments/filter", {})}
    assert set(present) == {job["name"] for job in declared} == {"refresh", "inbox", "statistics"}
    for job in declared:
        found = present[job["name"]]
        assert found["schedules"][0]["schedule"]["cron"] == job["schedules"][0]["cron"]
        assert found["schedules"][0]["schedule"]["timezone"] == "Asia/Jakarta"
        assert found["enforce_parameter_schema"] is True
        assert found["status"] == "READY"


def test_the_screen_calls_the_server_it_came_from_and_nobody_else(up: Up) -> None:
    """With `--port` alone it would call port 4200; with the defaults any web page could read this API."""
    root = f"http://127.0.0.1:{up.port}"
    shown = httpx.get(f"{root}/ui-settings", trust_env=False).json()
    assert shown["api_url"] == "/api"
    assert "<html" in httpx.get(root, trust_env=False, follow_redirects=True).text.lower()
    answer = up.api.get("/ready", headers={"Origin": "http://elsewhere.example"})
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize("deployment", ["refresh", "inbox", "statistics"])
def test_a_cron_schedule_creates_runs(up: Up, deployment: str) -> None:
    """With SQLAlchemy 2.1 this never happens, and nothing else shows it."""
    body = {
        "flow_runs": {"state": {"name": {"any_": ["Scheduled"]}}},
        "deployments": {"name": {"any_": [deployment]}},
    }
    until(lambda: up.post("/flow_runs/count", body) > 0, 60, lambda: f"no scheduled run of {deployment}")


def test_runs_without_a_sign_of_life_are_marked(up: Up) -> None:
    (automation,) = up.post("/automations/filter", {})
    assert automation["enabled"] is True
    assert automation["trigger"]["within"] == 90
    assert automation["actions"][0]["state"] == "CRASHED"


def test_a_run_started_through_the_api_publishes(up: Up) -> None:
    deployment = up.api.get("/deployments/name/refresh/refresh").json()
    assert not (up.home / "published" / "current").exists()
    path = f"/deployments/{deployment['id']}/create_flow_run"
    run = up.post(path, {"parameters": {"sample": True}})

    def state() -> dict[str, Any]:
        return dict(up.api.get(f"/flow_runs/{run['id']}").json()["state"])

    until(
        lambda: state()["type"] in {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"},
        RUN_SECONDS,
        lambda: f"{state()}\n{(up.home / 'log' / 'prefect-worker.log').read_text()}",
    )
    assert state()["type"] == "COMPLETED", (up.home / "log" / "prefect-worker.log").read_text()
    assert (up.home / "published" / "current").is_dir()


def test_a_parameter_of_the_wrong_type_is_refused(up: Up) -> None:
    deployment = up.api.get("/deployments/name/refresh/refresh").json()
    path = f"/deployments/{deployment['id']}/create_flow_run"
    assert up.api.post(path, json={"parameters": {"sample": [1]}}).status_code == 409


def test_steps_inside_a_run_behave_as_outside(up: Up) -> None:
    before = up.post("/flow_runs/count", {})
    done = subprocess.run(
        [sys.executable, "-m", "tests.system.flow_with_steps"],
        env={**up.environment, "PREFECT_API_URL": f"http://127.0.0.1:{up.port}/api"},
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        timeout=90,
    )
    seen = json.loads(done.stdout or "null")
    assert seen, done.stderr
    assert seen["plain"] == 5
    assert seen["own"] == ["InputRejectedError", "Kolom 'nik' tidak ada. [a.csv]"]
    assert seen["library"][0] == "DampinganError"
    assert seen["returned"] == 1
    assert seen["written"] == 1, "an argument is handed over as it is, not as a copy"
    assert seen["flow"] == "a.csv"
    assert PLANTED_NIK not in done.stdout + done.stderr
    assert up.post("/flow_runs/count", {}) >= before + 2


def test_no_nik_is_kept_by_prefect_and_its_files_are_private(up: Up) -> None:
    """The run above read 140 thousand of them, and one was planted in an exception."""
    nik = re.compile(rb"(?<![0-9a-f])3375\d{12}(?![0-9a-f])")
    files = [*(up.home / "prefect").rglob("*"), *(up.home / "log").glob("prefect-*.log")]
    for file in filter(Path.is_file, files):
        assert not nik.search(file.read_bytes()), file.name
        assert file.stat().st_mode & 0o077 == 0, file
    storage = up.home / "prefect" / "storage"
    assert not storage.exists() or not list(storage.iterdir()), "a result was pickled"


def test_a_second_one_is_refused_with_a_clear_word(up: Up, tmp_path: Path) -> None:
    same_home = start(up.home, free_port(), tmp_path / "home.txt")
    same_port = start(tmp_path / "other", up.port, tmp_path / "port.txt")
    assert same_home.process.wait(30) == 5
    assert "sudah berjalan" in same_home.output.read_text()
    assert same_port.process.wait(30) == 5
    assert f"Porta {up.port} sedang dipakai" in same_port.output.read_text()


def test_ctrl_c_ends_every_process_within_ten_seconds(up: Up) -> None:
    assert len(processes_of(up.home)) >= 3, "this program, the server and the worker"
    began = time.monotonic()
    up.process.send_signal(signal.SIGINT)
    assert up.process.wait(20) == 0, up.output.read_text()
    assert time.monotonic() - began < 10
    until(lambda: not processes_of(up.home), 2, lambda: str(processes_of(up.home)))
