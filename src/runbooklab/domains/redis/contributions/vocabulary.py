"""How a report names the layers, the vantages and the checks of Redis."""

from __future__ import annotations

from runbooklab.model.drawing import Vocabulary

_LAYERS = {
    "configuration": "Configuration",
    "name": "Name resolution",
    "tcp": "TCP connection",
    "tls": "TLS",
    "protocol": "Redis protocol",
    "authentication": "Authentication",
    "database": "Database",
    "ping": "PING",
    "role": "Role",
    "capacity": "Capacity",
    "registrations": "Worker registrations",
}

_REDIS = "Redis is a small database in memory through which the orchestrator finds its workers."
_MEANINGS = {
    "docker": "It runs in a container, a sealed-off program under Docker, and there the fault lies.",
    "access": "What is needed to look at it is not open to this run.",
    "prevention": "It works now; what would soften or prevent its next failure is missing.",
    "configuration": "The orchestrator's own settings do not say in a usable way where it is.",
    "name": "Its address is a name, and that name leads nowhere or to the wrong machine.",
    "tcp": "The orchestrator gets no usable connection to it, so it finds no workers.",
    "tls": "The two do not agree on how to encrypt the connection, so it is not used.",
    "protocol": "A connection opens, but no Redis speaks at its other end.",
    "authentication": "It answers, but does not accept the user name or password it is given.",
    "database": "It answers, but the part of it that is asked for cannot be used.",
    "ping": "A connection opens, but it is not ready to serve.",
    "role": "It answers, but not as the server that accepts changes.",
    "capacity": "It answers, but has reached a limit: memory, connections or disk.",
    "registrations": "It answers; what the workers should have written there is missing or wrong.",
}

VOCABULARY = Vocabulary(
    layers=_LAYERS,
    plainly={layer: f"{_REDIS} {meaning}" for layer, meaning in _MEANINGS.items()},
    vantages={
        "redis-container": "Inside the Redis container",
        "orchestrator-container": "Inside the orchestrator's container",
    },
    spellings={
        "redis": "Redis",
        "docker": "Docker",
        "python": "Python",
        "ping": "PING",
        "healthcheck": "health check",
        "preflight": "pre-flight",
    },
)

#: Check -> the follow-up that a postmortem proposes if it finds something lacking. The pre-flight check is
#: none: it says what fails now, which the root cause says better.
FOLLOW_UPS = {
    "prevention-healthcheck": "Health check",
    "prevention-monitoring": "Monitoring",
    "prevention-pooling": "Pooling",
    "prevention-persistence": "Persistence",
}
