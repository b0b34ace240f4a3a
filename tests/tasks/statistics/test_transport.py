from __future__ import annotations

import httpx
import pytest

from tasks.statistics import transport


def test_the_proxy_of_the_environment_is_used_but_never_for_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://proxy.example:3128")
    monkeypatch.setenv("http_proxy", "http://proxy.example:3128")
    monkeypatch.setenv("no_proxy", "intern.example")
    assert transport._proxy(httpx.URL("https://webapi.example/v1/api")) == "http://proxy.example:3128"
    assert transport._proxy(httpx.URL("https://bps.intern.example/v1/api")) is None
    assert transport._proxy(httpx.URL("http://127.0.0.1:8080/v1/api")) is None


@pytest.mark.parametrize(
    ("header", "seconds"), [("3", 3.0), ("", None), ("Wed, 21 Oct 2026 07:28:00 GMT", None), ("-1", None)]
)
def test_only_a_number_of_seconds_is_a_wait(header: str, seconds: float | None) -> None:
    assert transport._retry_after(httpx.Response(429, headers={"Retry-After": header})) == seconds
