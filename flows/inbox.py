"""Every ten minutes: takes in what lies in the drop folders. The work is that of `refresh`."""

from __future__ import annotations

from typing import Any

from prefect import State, flow
from prefect.states import Completed

from errors import BusyError
from flows.refresh import refresh


@flow(name="inbox", flow_run_name="kotak-masuk", persist_result=False)
def inbox() -> dict[str, Any] | State[None]:
    """Take in the releases and reports that wait in the inboxes, and publish when something changed."""
    try:
        return refresh.fn(sources=["registry", "programmes"])
    except BusyError as busy:
        # Whoever holds the writer is at work; what lies here is taken ten minutes later.
        return Completed(name="Dilewati", message=busy.paragraph)
