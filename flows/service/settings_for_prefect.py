"""How Prefect is set up here: quiet, on the loopback address, inside the data home.

Holds nothing but values, so that it can be imported before Prefect is. It knows nothing about flows or data.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from settings import PROJECT_ROOT

HOST = "127.0.0.1"
DEFAULT_PORT = 4200
WORK_POOL = "dampingan"
HEARTBEAT_SECONDS = 30

# Read by Prefect when it is first imported, in every process that imports a flow.
PROCESS_DEFAULTS = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    # The ephemeral server costs 10 to 18 s a run and fails under load: without a server we run in process.
    "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "false",
    # Results are pickles in clear on disk; our steps hand over ids and paths and need none.
    "PREFECT_RESULTS_PERSIST_BY_DEFAULT": "false",
    "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": str(HEARTBEAT_SECONDS),
}


def apply_process_defaults() -> None:
    """Set what the environment leaves open; to be called before the first `import prefect`."""
    for name, value in PROCESS_DEFAULTS.items():
        os.environ.setdefault(name, value)


def base_url(port: int) -> str:
    return f"http://{HOST}:{port}"


def mark(home: Path) -> tuple[str, str]:
    """Name and value in the environment of every process of `make up` for this home, and of no other."""
    return "DAMPINGAN_UP", str(home)


def server_environment(home: Path, port: int) -> dict[str, str]:
    """The environment of the server, the worker and every run of `make up`.

    Args:
        home: the data home, absolute; Prefect's own files go to `prefect/` in it.
        port: TCP port of the server on the loopback address.
    """
    no_proxy = [*filter(None, [os.environ.get("NO_PROXY") or os.environ.get("no_proxy")]), HOST, "localhost"]
    prefect_home = home / "prefect"
    return {
        **os.environ,
        **PROCESS_DEFAULTS,
        "DAMPINGAN_HOME": str(home),
        **dict([mark(home)]),
        "NO_PROXY": ",".join(no_proxy),
        "no_proxy": ",".join(no_proxy),
        "PREFECT_HOME": str(prefect_home),
        "PREFECT_PROFILES_PATH": str(prefect_home / "profiles.toml"),
        "PREFECT_LOCAL_STORAGE_PATH": str(prefect_home / "storage"),
        "PREFECT_API_DATABASE_CONNECTION_URL": f"sqlite+aiosqlite:///{prefect_home / 'prefect.db'}",
        "PREFECT_API_URL": f"{base_url(port)}/api",
        "PREFECT_SERVER_API_HOST": HOST,
        "PREFECT_SERVER_API_PORT": str(port),
        # Relative: `prefect server start --port` alone leaves the UI calling port 4200.
        "PREFECT_SERVER_UI_API_URL": "/api",
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
        # The default lets any web page that the officer has open read this API.
        "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": base_url(port),
        # Leases held in memory leak their slot when the server is restarted.
        "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": "prefect.server.concurrency.lease_storage.filesystem",
        # Default 10: who presses "Quick run" should see it start.
        "PREFECT_WORKER_QUERY_SECONDS": "3",
        "PREFECT_CLI_PROMPT": "false",
        "PREFECT_CLI_COLORS": "false",
        "PYTHONUNBUFFERED": "1",
        "PYTHONPATH": os.pathsep.join(filter(None, [str(PROJECT_ROOT), os.environ.get("PYTHONPATH")])),
    }


ZOMBIE_AUTOMATION: dict[str, Any] = {
    "name": "dampingan: tanpa tanda hidup",
    "description": "Menandai Crashed setiap run yang prosesnya mati tanpa pamit, agar gilirannya bebas lagi.",
    "enabled": True,
    "trigger": {
        "type": "event",
        "posture": "Proactive",
        "match": {"prefect.resource.id": ["prefect.flow-run.*"]},
        "match_related": {},
        "after": ["prefect.flow-run.heartbeat"],
        "expect": [
            "prefect.flow-run.heartbeat",
            *(
                f"prefect.flow-run.{state}"
                for state in ("Completed", "Failed", "Cancelled", "Crashed", "Paused", "Suspended")
            ),
        ],
        "for_each": ["prefect.resource.id"],
        "threshold": 1,
        # Three heartbeats; a shorter time raises false alarms on a loaded machine.
        "within": 3 * HEARTBEAT_SECONDS,
    },
    "actions": [
        {
            "type": "change-flow-run-state",
            "state": "CRASHED",
            "message": "Tidak ada tanda hidup selama 90 detik; prosesnya dianggap mati. Jurnal tetap benar.",
        }
    ],
}
