"""How a report names the vantages and the checks of Redis."""

from __future__ import annotations

from runbooklab.model.drawing import Vocabulary

VOCABULARY = Vocabulary(
    ladder="Connection ladder",
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
