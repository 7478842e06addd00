"""The probes of Redis, one row each."""

from __future__ import annotations

from runbooklab.domain.probe import AnyProbe, Probe
from runbooklab.domains.redis.records.conversation import RedisTalk, Registrations
from runbooklab.domains.redis.records.inside import InsideTalk, OrchestratorView
from runbooklab.domains.redis.records.server import ServerConfig
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

PROBES: tuple[AnyProbe, ...] = (TLS, REDIS, REGISTRATIONS, SERVER_CONFIG, INSIDE, ORCHESTRATOR_VIEW)
