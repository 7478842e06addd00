"""The probes of Redis, one row each."""

from __future__ import annotations

from msgspec.structs import replace

from runbooklab.domain.probe import AnyProbe, Probe
from runbooklab.domains.address.probes import table as environment
from runbooklab.domains.container.probes import table as docker
from runbooklab.domains.redis.records.conversation import RedisTalk, Registrations
from runbooklab.domains.redis.records.inside import InsideTalk, OrchestratorView
from runbooklab.domains.redis.records.server import ServerConfig
from runbooklab.observe.host.records import ContainerProcess
from runbooklab.observe.net.records import TlsAttempt

_HERE = "runbooklab.domains.redis.probes"
#: Imported by one thread at a time, before a probe's own module.
_REDIS_PY = "redis.connection"

TLS = Probe("tls", TlsAttempt, run=f"{_HERE}.tls:tls", looks_at="a TLS handshake")
REDIS = Probe("redis", RedisTalk, run=f"{_HERE}.redis_talk:redis", client=_REDIS_PY, looks_at="Redis itself")
REGISTRATIONS = Probe(
    "registrations",
    Registrations,
    run=f"{_HERE}.registrations:registrations",
    client=_REDIS_PY,
    looks_at="the worker registrations",
)
SERVER_CONFIG = Probe(
    "server-config",
    ServerConfig,
    run=f"{_HERE}.server_config:server_config",
    client="docker",
    looks_at="the server's settings",
)
INSIDE = Probe(
    "inside",
    InsideTalk,
    "redis-container",
    run=f"{_HERE}.inside:inside",
    client="docker",
    looks_at="Redis from inside its container",
)
ORCHESTRATOR_VIEW = Probe(
    "orchestrator-view",
    OrchestratorView,
    "orchestrator-container",
    run=f"{_HERE}.inside:orchestrator_view",
    client="docker",
    looks_at="the view from the orchestrator's container",
)
PROCESS = Probe(
    "process",
    ContainerProcess,
    "redis-container",
    run=f"{_HERE}.process:process",
    client="docker",
    looks_at="the processes in the Redis container",
)
#: Docker's own probes observe any program's container and its log; Redis says more of both.
CONTAINER = replace(environment.CONTAINER, looks_at="the Redis container")
LOGS = replace(docker.LOGS, run=f"{_HERE}.logs:logs", looks_at="the log of Redis")

PROBES: tuple[AnyProbe, ...] = (
    TLS,
    REDIS,
    REGISTRATIONS,
    SERVER_CONFIG,
    INSIDE,
    ORCHESTRATOR_VIEW,
    PROCESS,
    CONTAINER,
    LOGS,
)
