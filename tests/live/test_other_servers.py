"""Older versions of Redis, and Valkey, are diagnosed by what they say of themselves."""

from __future__ import annotations

import pytest
from other_servers import OTHER_SERVERS, OtherServer

from machine import lacking
from runbooklab.domains.redis.lab.faults import LAB
from runbooklab.domains.redis.lab.server_program import SERVER_VARIABLE
from runbooklab.lab.drill import Result, drill
from runbooklab.lab.lab import Place
from runbooklab.lab.registry import case_named

pytestmark = pytest.mark.exhaustive

#: Each reads another part of what a server says: protocol, ACL, INFO, replication, clients, modes.
CASES = (
    "healthy/on-the-host",
    "healthy/password",
    "auth-required",
    "auth-wrong-credentials/unknown-user",
    "memory-exhausted",
    "maxclients-reached",
    "replica-read-only",
    "replica-link-down",
    "command-renamed",
    "persistence-failing",
    "script-busy",
    "sentinel-port",
    "cluster-needs-db0",
    "registrations-flushed",
)


@pytest.fixture(params=OTHER_SERVERS, ids=lambda server: server.identity)
def server(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> OtherServer:
    """A server of another version or make, on which the lab's faults are brought about."""
    server: OtherServer = request.param
    if not server.path.exists():
        lacking(f"{server.identity} is not here; run: python tests/live/other_servers.py")
    monkeypatch.setenv(SERVER_VARIABLE, str(server.path))
    return server


@pytest.mark.parametrize("name", CASES)
def test_fault_is_named_on_another_server(name: str, server: OtherServer) -> None:
    """The injected cause is primary, and a healthy server raises no alarm, whatever its version."""
    result: Result = drill(case_named(name)[1], Place(LAB))
    assert not result.failed, result.failed
    assert not result.skipped, result.skipped
    assert result.right, f"{result.verdict}, {result.supported}: {result.proof}"
    assert result.evidence is not None
