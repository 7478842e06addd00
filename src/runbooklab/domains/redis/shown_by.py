"""Which finding shows a cause: a check and a cause that look at one thing say one thing of it.

Most checks see by themselves what is wrong. Of a cause that takes more to see than a check looks at
(two looks, the log, the client's own container), the row here names the check that tells of it too.
"""

from __future__ import annotations

from msgspec.structs import replace

from runbooklab.domain.cause import Cause, Supported
from runbooklab.domains.redis.causes.table import CATALOGUE
from runbooklab.model.conclusions import Judgement
from runbooklab.model.evidence import Evidence

#: Cause -> the check whose finding shows it.
SHOWN_BY: dict[str, str] = {
    # the container and its network
    "container-crash-looping": "redis-container",
    "redis-config-not-mounted": "redis-container",
    "redis-port-mismatch": "redis-container-ports",
    "dns-duplicate-alias": "name-resolution",
    "cpu-throttled": "redis-process",
    "startup-race": "container-events",
    # what answers, and whom it lets do what
    "wrong-redis-answering": "redis-identity",
    "protected-mode": "redis-ping",
    "client-protocol-mismatch": "wire-protocol",
    "acl-permission-denied": "redis-authentication",
    "script-busy": "redis-ping",
    "clients-paused": "redis-write",
    # the server
    "cluster-down": "redis-role",
    "cluster-client-needed": "redis-read",
    "sentinel-port": "redis-role",
    "replica-link-down": "redis-role",
    "replica-read-only": "redis-role",
    "not-enough-replicas": "redis-role",
    "loading": "redis-persistence",
    "persistence-failing": "redis-persistence",
    "memory-exhausted": "redis-memory",
    "maxclients-reached": "redis-clients",
    "idle-timeout": "redis-clients",
    "output-buffer-limit": "redis-clients",
    "slow-commands": "redis-slowlog",
    "path-latency": "redis-latency",
    # registrations
    "worker-wrong-type": "worker-details",
    "worker-payload-invalid": "worker-details",
    "worker-heartbeat-stale": "worker-details",
    "worker-clock-skew": "worker-details",
    "worker-address-unreachable": "worker-details",
    "worker-registration-expired": "worker-registration-watch",
    "worker-ttl-too-short": "worker-registration-watch",
    "worker-duplicate-id": "worker-registration-watch",
    # the client: known from its error text alone
    "pool-exhausted": "error-text",
    "blocking-timeout": "error-text",
    "client-file-descriptors": "error-text",
    "client-ports-exhausted": "error-text",
}

_BY_CHECK: dict[str, tuple[Cause, ...]] = {
    check: tuple(cause for cause in CATALOGUE if SHOWN_BY.get(cause.id) == check)
    for check in set(SHOWN_BY.values())
}
_BETTER = {"critical": ("ok", "skipped", "unknown", "warning"), "warning": ("ok", "skipped")}


def with_causes(check: str, said: Judgement, e: Evidence) -> Judgement:
    """What the check says, no better than the causes that it shows: the cause's proof then speaks."""
    for cause in _BY_CHECK.get(check, ()):
        severity, proof = _supported(cause, e)
        if said.status in _BETTER.get(severity, ()):
            said = replace(said, status=severity, summary=proof, missing=None)
    return said


def _supported(cause: Cause, e: Evidence) -> tuple[str, str]:
    """The severity and the proof of a supported cause; ("", "") of any other."""
    try:
        ruling = cause.judge(e)
    except Exception:  # noqa: BLE001 # a judge that raises is named where all causes are judged
        return "", ""
    if not isinstance(ruling, Supported):
        return "", ""
    return ruling.severity or cause.severity, ruling.proof
