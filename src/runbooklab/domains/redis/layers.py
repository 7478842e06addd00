"""The layers of the way to Redis: one table, for the judge, the ladder, the report and the pages."""

from __future__ import annotations

from runbooklab.domain.layer import Layer

_WHAT_IT_IS = "Redis is a small database in memory through which the orchestrator finds its workers."


def _layer(name: str, word: str, heading: str, means: str, *checks: str, **more: bool) -> Layer:
    return Layer(name, word, heading, f"{_WHAT_IT_IS} {means}", checks, **more)


_ROWS = (
    _layer(
        "configuration",
        "Configuration",
        "Configuration and URL",
        "The orchestrator's own settings do not say in a usable way where it is.",
        "orchestrator-config",
        "redis-url",
    ),
    _layer(
        "name",
        "Name resolution",
        "Names and networks",
        "Its address is a name, and that name leads nowhere or to the wrong machine.",
    ),
    _layer(
        "docker",
        "Docker",
        "The container and its start",
        "It runs in a container, a sealed-off program under Docker, and there the fault lies.",
        is_rung=False,
    ),
    _layer(
        "tcp",
        "TCP connection",
        "Ports, addresses and packet filters",
        "The orchestrator gets no usable connection to it, so it finds no workers.",
        "port-reachable",
    ),
    _layer(
        "tls",
        "TLS",
        "TLS",
        "The two do not agree on how to encrypt the connection, so it is not used.",
        "tls",
    ),
    _layer(
        "protocol",
        "Redis protocol",
        "What answers",
        "A connection opens, but no Redis speaks at its other end.",
        "wire-protocol",
    ),
    _layer(
        "authentication",
        "Authentication",
        "Credentials and permissions",
        "It answers, but does not accept the user name or password it is given.",
        "redis-authentication",
    ),
    _layer(
        "database",
        "Database",
        "Database index",
        "It answers, but the part of it that is asked for cannot be used.",
        "redis-database",
    ),
    _layer(
        "ping",
        "PING",
        "Redis answers late, with an error or not at all",
        "A connection opens, but it is not ready to serve.",
        "redis-ping",
        "redis-latency",
    ),
    _layer(
        "role",
        "Role",
        "Replicas, cluster and Sentinel",
        "It answers, but not as the server that accepts changes.",
        "redis-role",
        "redis-read",
    ),
    _layer(
        "capacity",
        "Capacity",
        "Memory and disk",
        "It answers, but has reached a limit: memory, connections or disk.",
        "redis-memory",
        "redis-clients",
        "redis-persistence",
        "redis-write",
    ),
    _layer(
        "registrations",
        "Worker registrations",
        "Worker registrations",
        "It answers; what the workers should have written there is missing or wrong.",
        "worker-registrations",
    ),
    _layer(
        "prevention",
        "Prevention",
        "Health checks and the client",
        "It works now; what would soften or prevent its next failure is missing.",
        is_rung=False,
    ),
    _layer(
        "access",
        "Access to Docker",
        "Access to Docker",
        "What is needed to observe it is not open to this run.",
        "docker-access",
        is_rung=False,
        explains_missing=True,
    ),
)

#: In the order in which a client meets them. Access to Docker comes last: it explains why evidence is
#: missing and never why Redis fails.
LAYERS: dict[str, Layer] = {layer.name: layer for layer in _ROWS}
#: Those whose causes explain missing evidence only.
EXPLAIN_MISSING = frozenset(layer.name for layer in _ROWS if layer.explains_missing)
#: The place of each in that order.
LAYER_ORDER: dict[str, int] = {name: place for place, name in enumerate(LAYERS)}
