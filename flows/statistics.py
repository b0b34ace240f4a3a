"""Monthly: asks BPS for new figures. The work is that of `refresh`."""

from __future__ import annotations

from typing import Any

from prefect import flow

from flows.refresh import refresh


@flow(name="statistics", flow_run_name="statistik-bps", persist_result=False)
def statistics() -> dict[str, Any]:
    """Pull the indicators from the BPS WebAPI, and publish when a value is new or revised."""
    return refresh.fn(sources=["statistics"])
