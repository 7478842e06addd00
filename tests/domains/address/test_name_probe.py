"""A resolver that gives no answer in time: a fault of its own, or a busy machine."""

from __future__ import annotations

import time

import pytest

from runbooklab.domains.address.probes import name
from runbooklab.domains.address.probes.name import resolve


@pytest.fixture(autouse=True)
def _silent(monkeypatch: pytest.MonkeyPatch) -> None:
    """A resolver whose answer is late: no test can make the C library's wait."""
    monkeypatch.setattr(name, "_look_up", lambda host: time.sleep(1))


def test_a_silent_name_server_is_observed() -> None:
    """The client would wait for it as well."""
    found = resolve("redis.example.org", 0.05)
    assert found.outcome == "temporary-failure"
    assert "no answer within" in found.message


@pytest.mark.parametrize("host", ["localhost", "Localhost.", "app.localhost"])
def test_localhost_without_an_answer_is_not_observed(host: str) -> None:
    """No server is asked for it, so this machine was too busy, and that says nothing of the name."""
    with pytest.raises(TimeoutError, match="no answer within"):
        resolve(host, 0.05)
