"""The lab of Redis: the tables of all that it can bring about, and what goes with them."""

from __future__ import annotations

from importlib.metadata import version

from runbooklab.domains.redis.lab import (
    access,
    address,
    authentication,
    clients,
    compose,
    lifecycle,
    network,
    network_modes,
    orchestrator,
    ports,
    remedying,
    server,
    startup,
    tls,
    together,
    workers,
)
from runbooklab.domains.redis.lab.contents import contents
from runbooklab.domains.redis.lab.demo import DEMO
from runbooklab.domains.redis.lab.embedded_faults import WITHOUT_DOCKER
from runbooklab.domains.redis.lab.healthy import HEALTHY
from runbooklab.domains.redis.lab.image import provide
from runbooklab.domains.redis.lab.practice import PRACTICE
from runbooklab.domains.redis.lab.server_program import server_identity
from runbooklab.domains.redis.lab.testbed import RedisTestbed
from runbooklab.lab.fault import Fault
from runbooklab.lab.lab import Lab

FAULTS: tuple[Fault[RedisTestbed], ...] = tuple(
    fault
    for group in (
        lifecycle,
        startup,
        ports,
        address,
        authentication,
        tls,
        network,
        server,
        workers,
        compose,
        access,
        clients,
        network_modes,
        orchestrator,
        together,
    )
    for fault in group.FAULTS
)


def _versions() -> tuple[str, ...]:
    return (server_identity(), f"redis-py {version('redis')}")


LAB = Lab(
    title="Redis",
    runbook="redis-connection",
    domains=("redis",),
    faults=FAULTS,
    healthy=HEALTHY,
    testbed=RedisTestbed,
    image=provide,
    without_docker=WITHOUT_DOCKER,
    versions=_versions,
    manual_signs=remedying.MANUAL_SIGNS,
    commands={"redis-cli": remedying.redis_cli},
    stopgaps=remedying.STOPGAPS,
    credentials=remedying.credentials,
    contents=contents,
    practice=PRACTICE,
    demo=DEMO,
)
