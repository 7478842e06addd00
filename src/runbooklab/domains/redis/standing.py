"""What a verdict on Redis rests on, and the sentence of a healthy one."""

from __future__ import annotations

from collections.abc import Sequence

from runbooklab.domain.verdict import Ground, Standing, always
from runbooklab.domains.address.readings.address import place
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.readings.conversation import info, refuses_info
from runbooklab.domains.redis.readings.destination import from_elsewhere
from runbooklab.model.conclusions import Finding, JudgedCause
from runbooklab.words import listed, milliseconds, plural


def _writes(e: Evidence) -> bool:
    return e.target.needs_write


def _writes_and_may_ask(e: Evidence) -> bool:
    """A user whom Redis does not let ask is a healthy user: that its write went through must do."""
    return e.target.needs_write and not refuses_info(e)


def _keeps_no_keys(e: Evidence) -> bool:
    talk = e.redis.value
    return talk is not None and talk.info.get("redis_mode") == "sentinel"


def _docker_explains(causes: Sequence[JudgedCause]) -> bool:
    """Docker alone cannot be asked, and Redis may be well all the same: that is a ``warning``."""
    return any(cause.state == "supported" and cause.layer == "access" for cause in causes)


_FROM_ELSEWHERE = (from_elsewhere, "if the URL is the orchestrator's container's own")
_IF_WRITES_AND_ASKS = (_writes_and_may_ask, "if `needs_write`, and Redis does not refuse INFO")

#: What a verdict of ``ok`` rests on, in the order of the way to Redis. docs/verdict.md shows it.
GROUNDS: tuple[Ground[Evidence], ...] = (
    Ground("orchestrator-config", "the configuration can be used",
           may_be_skipped=always, skipped_when="if none is named"),
    Ground("redis-url", "the URL can be used"),
    Ground("name-resolution", "the name leads somewhere",
           may_be_skipped=always, skipped_when="if the URL holds no name"),
    Ground("port-reachable", "the port takes connections", always, "always", *_FROM_ELSEWHERE),
    Ground("redis-authentication", "the credentials are accepted", always, "always", *_FROM_ELSEWHERE),
    Ground("redis-database", "the database can be used", always, "always", *_FROM_ELSEWHERE),
    Ground("redis-ping", "Redis answers this host", always, "always", *_FROM_ELSEWHERE),
    Ground("redis-ping-orchestrator", "Redis answers the orchestrator's container",
           lambda e: bool(e.target.orchestrator_container), "if `orchestrator_container` is named"),
    Ground("redis-latency", "a PING was timed, and is answered soon"),
    Ground("redis-read", "a Redis is there, no proxy alone: a GET is answered",
           may_be_skipped=_keeps_no_keys, skipped_when="if it is a Sentinel"),
    Ground("redis-write", "writes go through", _writes, "if `needs_write`"),
    Ground("redis-role", "it is the server that takes writes", *_IF_WRITES_AND_ASKS),
    Ground("redis-memory", "it has room", *_IF_WRITES_AND_ASKS),
    Ground("redis-persistence", "it can save", *_IF_WRITES_AND_ASKS),
    Ground("redis-container", "the named container runs",
           may_be_skipped=always, skipped_when="if none is named, or Redis is elsewhere",
           may_be_unseen=_docker_explains),
    Ground("worker-registrations", "the expected workers are registered",
           lambda e: bool(e.target.expected_workers), "if `expected_workers` is above 0"),
)  # fmt: skip

#: One of these must be well before anything is called well.
PINGS = frozenset({"redis-ping", "redis-ping-orchestrator"})


def also_unseen(e: Evidence, findings: Sequence[Finding]) -> list[str]:
    """What is not known of a Redis whose every check has an answer."""
    latency = next((finding for finding in findings if finding.id == "redis-latency"), None)
    sentences: list[str] = []
    if latency is not None and latency.status == "ok":  # a slow one explains what there was no time for
        sentences += broken_off(e)
    if not any(finding.id in PINGS and finding.status == "ok" for finding in findings):
        sentences.append("Whether Redis answers was not observed.")
    return sentences


def broken_off(e: Evidence) -> list[str]:
    """A sentence if Redis answered PING and then stopped answering; a refusal is an answer."""
    talk = e.redis.value
    lost = [(name, why) for name, why in (talk.denied if talk else {}).items() if not why.isupper()]
    if not lost or lost[0][1] not in ("closed", "TimeoutError", "ConnectionError"):
        return []
    return [f"Redis stopped answering at {lost[0][0]}."]


def healthy_summary(e: Evidence) -> str:
    """What is well, with its numbers: time of a PING, workers registered, whether it takes writes."""
    talk, seen = e.redis.value, e.registrations.value
    clauses = ["answers PING"]
    if talk is not None and talk.ping_ms:
        clauses = [f"answers in {milliseconds(sorted(talk.ping_ms)[len(talk.ping_ms) // 2])}"]
    elif e.target.orchestrator_container:
        clauses = [f"answers container {e.target.orchestrator_container}"]
    if talk is not None and talk.can_write == "yes":
        clauses.append("has room to write" if info(e) else "may be written to")
    if seen is not None and seen.complete:
        clauses.append(f"has {plural(len(seen.keys), 'worker')} registered")
    return f"Redis at {place(e)} {_joined(clauses)}."


def _joined(clauses: Sequence[str]) -> str:
    """Clauses of one sentence; a verb that repeats the one before it is left out."""
    said: list[str] = []
    for index, clause in enumerate(clauses):
        repeats = index > 0 and clauses[index - 1].split()[0] == clause.split()[0]
        said.append(clause.split(" ", 1)[1] if repeats else clause)
    return listed(said)


STANDING: Standing[Evidence] = Standing(
    claim="Redis can be used",
    grounds=GROUNDS,
    healthy=healthy_summary,
    also_unseen=also_unseen,
    validation=("redis-container", "redis-ping", "redis-authentication", "worker-registrations"),
)
