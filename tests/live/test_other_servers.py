"""Older versions of Redis, and Valkey, are diagnosed by what they say of themselves."""

from __future__ import annotations

from collections.abc import Iterator
from operator import attrgetter

import pytest
from drilling import Drilled, drilling
from other_servers import OTHER_SERVERS, OtherServer

from machine import lacking
from runbooklab.domains.redis.lab.faults import LAB
from runbooklab.domains.redis.lab.server_program import SERVER_VARIABLE
from runbooklab.domains.redis.lab.testbed import RedisTestbed
from runbooklab.lab.fault import Case
from runbooklab.lab.lab import Place

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


@pytest.fixture(params=OTHER_SERVERS, ids=lambda server: server.identity, scope="module")
def server(request: pytest.FixtureRequest) -> Iterator[OtherServer]:
    """A server of another version or make, on which the lab's faults are brought about."""
    server: OtherServer = request.param
    if not server.path.exists():
        lacking(f"{server.identity} is not here; run: python tests/live/other_servers.py")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv(SERVER_VARIABLE, str(server.path))
        yield server


@pytest.fixture(scope="module")
def drilled(request: pytest.FixtureRequest, server: OtherServer) -> Iterator[Drilled]:
    """The result of a case's drill on the server, without an engine."""
    with drilling(request, Place(LAB)) as result_of:
        yield result_of


@pytest.mark.parametrize("case", [case for case in LAB.cases if case.id in CASES], ids=attrgetter("id"))
def test_fault_is_named_on_another_server(case: Case[RedisTestbed], drilled: Drilled) -> None:
    """The injected cause is primary, and a healthy server raises no alarm, whatever its version."""
    result = drilled(case)
    assert not result.failed, result.failed
    assert result.right, f"{result.verdict}, {result.supported}: {result.proof}"
    assert result.evidence is not None
