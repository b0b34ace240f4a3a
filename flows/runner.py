"""One code path with and without Prefect.

`step()` is a Prefect task inside a flow run and a plain call outside; `run_flow()` uses a server when one
answers and runs the same function in process when none does. Prefect shows and schedules; what was done is
written in the journal, never read from a run's state. Knows nothing about registers, statistics or reports.
"""

from __future__ import annotations

import copy
import functools
import logging
import time
import traceback
from collections.abc import Callable, Mapping
from typing import Any, ParamSpec, TypeVar

import httpx
from prefect import Flow, Task
from prefect.cache_policies import NO_CACHE
from prefect.context import FlowRunContext
from prefect.settings import get_current_settings

from errors import DampinganError
from settings import Settings

P = ParamSpec("P")
R = TypeVar("R")

logger = logging.getLogger("dampingan.flows")

HEALTH_TIMEOUT_SECONDS = 2.0
_FRAME_LIBRARIES = {"polars", "pandas", "pyarrow", "numpy"}


def step(name: str, function: Callable[..., R], *args: Any, **kwargs: Any) -> R:
    """Run `function(*args, **kwargs)` as one named step and return what it returns.

    There is no time limit and no second try here on purpose: Prefect would raise in the middle of a transaction. Work
    that can hang or fail by chance (requests, parsing of uploaded files) has its own limits where it is done.

    Args:
        name: what the step does, as an officer would read it in the UI.

    Raises:
        TypeError: a frame was handed over; steps exchange ids, paths and counts.
        DampinganError: as raised by the function, its class unchanged. Every other exception becomes one too, since
            library texts quote whole rows; only the setting `debug` lets them through.
    """
    _refuse_frames(name, (args, kwargs))
    started = time.monotonic()
    logger.info("%s …", name, extra={"step": name})
    # The arguments are bound here, not handed to Prefect: it would copy the lists and dataclasses among them, and a
    # step that writes to one would work outside a run and not inside.
    bound = functools.partial(_without_quotations, name, function, *args, **kwargs)
    if FlowRunContext.get() is None:
        result = bound()
    else:
        task: Task[[], R] = Task(bound, name=name, task_run_name=name, cache_policy=NO_CACHE, persist_result=False)
        result = task()
    _refuse_frames(name, result)
    seconds = time.monotonic() - started
    logger.info("%s selesai dalam %.1f s", name, seconds, extra={"step": name, "seconds": seconds})
    return result


def run_flow(flow: Flow[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run a flow through the configured Prefect server when it answers, else in process.

    A server that goes away in mid-run does not undo what was done: Prefect then raises a connection error
    late, although the work is finished and stands in the journal. In that case the function's own result is
    returned; when it had not finished, it runs once more in process, where finished parts are a no-op.
    """
    if not server_reachable():
        return flow.fn(*args, **kwargs)
    finished: list[R] = []

    @functools.wraps(flow.fn)
    def recording(*inner_args: P.args, **inner_kwargs: P.kwargs) -> R:
        finished.append(flow.fn(*inner_args, **inner_kwargs))
        return finished[-1]

    recorded = copy.copy(flow)
    recorded.fn = recording
    try:
        return recorded(*args, **kwargs)
    except httpx.HTTPError:
        # Steps raise only errors of our own, so this one comes from Prefect's client.
        logger.warning("Server Prefect tidak menjawab lagi; hasil pekerjaan tetap sah dan tercatat di jurnal.")
        return finished[-1] if finished else flow.fn(*args, **kwargs)


def server_reachable() -> bool:
    """True when a Prefect API is configured and answers its health check within two seconds."""
    url = get_current_settings().api.url
    if not url:
        return False
    try:
        return httpx.get(f"{url.rstrip('/')}/health", timeout=HEALTH_TIMEOUT_SECONDS).is_success
    except httpx.HTTPError:
        return False


def _without_quotations(name: str, function: Callable[..., R], *args: Any, **kwargs: Any) -> R:
    try:
        return function(*args, **kwargs)
    except DampinganError:
        raise
    except Exception as error:
        if Settings().debug:
            raise
        last = traceback.extract_tb(error.__traceback__)[-1]
        raise DampinganError(
            f"Langkah '{name}' gagal karena kesalahan program ({type(error).__name__}).",
            where=f"{last.filename}:{last.lineno}",
            next_step="Jalankan `dampingan --debug refresh` di mesin ini untuk melihat rinciannya.",
        ) from None


def _refuse_frames(name: str, value: object) -> None:
    if isinstance(value, Mapping):
        for item in value.values():
            _refuse_frames(name, item)
    elif isinstance(value, list | tuple | set):
        for item in value:
            _refuse_frames(name, item)
    elif type(value).__module__.partition(".")[0] in _FRAME_LIBRARIES:
        raise TypeError(f"step '{name}' was handed a {type(value).__name__}; hand over an id or a path")
