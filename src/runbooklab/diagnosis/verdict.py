"""Findings and causes to one verdict: the table of what a verdict of ``ok`` rests on.

A verdict is ``ok`` only where every check of the table that applies to the target was observed and is
well. What was looked for and not seen makes it ``unknown``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from runbooklab.domains.redis.layers import EXPLAIN_MISSING
from runbooklab.domains.redis.readings.conversation import refuses_info
from runbooklab.domains.redis.readings.destination import from_elsewhere
from runbooklab.model.conclusions import Finding, JudgedCause, Verdict
from runbooklab.model.evidence import Evidence


def _always(e: Evidence) -> bool:  # the table's rows have one form
    return True


def _never(e: Evidence) -> bool:  # as above
    return False


def _writes(e: Evidence) -> bool:
    return e.target.needs_write


def _writes_and_may_ask(e: Evidence) -> bool:
    """A user whom Redis does not let ask is a healthy user: that its write went through must do."""
    return e.target.needs_write and not refuses_info(e)


def _keeps_no_keys(e: Evidence) -> bool:
    talk = e.redis.value
    return talk is not None and talk.info.get("redis_mode") == "sentinel"


@dataclass(frozen=True)
class Ground:
    """One row: a check that a verdict of ``ok`` rests on."""

    check: str
    #: What an ``ok`` claims by it.
    claims: str
    #: Whether it counts for a target, with the words for it.
    applies: Callable[[Evidence], bool] = _always
    when: str = "always"
    #: Whether "does not apply" (``skipped``) is an answer for a target, with the words for it.
    may_be_skipped: Callable[[Evidence], bool] = _never
    skipped_when: str = "never"


_FROM_ELSEWHERE = (from_elsewhere, "if the URL is the orchestrator's container's own")
_IF_WRITES_AND_ASKS = (_writes_and_may_ask, "if `needs_write`, and Redis does not refuse INFO")

#: What a verdict of ``ok`` rests on, in the order of the way to Redis. docs/verdict.md shows it.
GROUNDS: tuple[Ground, ...] = (
    Ground("orchestrator-config", "the configuration can be used",
           may_be_skipped=_always, skipped_when="if none is named"),
    Ground("redis-url", "the URL can be used"),
    Ground("name-resolution", "the name leads somewhere",
           may_be_skipped=_always, skipped_when="if the URL holds no name"),
    Ground("port-reachable", "the port takes connections", _always, "always", *_FROM_ELSEWHERE),
    Ground("redis-authentication", "the credentials are accepted", _always, "always", *_FROM_ELSEWHERE),
    Ground("redis-database", "the database can be used", _always, "always", *_FROM_ELSEWHERE),
    Ground("redis-ping", "Redis answers this host", _always, "always", *_FROM_ELSEWHERE),
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
           may_be_skipped=_always, skipped_when="if none is named, or Redis is elsewhere"),
    Ground("worker-registrations", "the expected workers are registered",
           lambda e: bool(e.target.expected_workers), "if `expected_workers` is above 0"),
)  # fmt: skip

#: One of these must be well before anything is called well.
PINGS = frozenset({"redis-ping", "redis-ping-orchestrator"})


def rests_on(e: Evidence) -> frozenset[str]:
    """Ids of the checks that the verdict rests on for this target."""
    return frozenset(ground.check for ground in GROUNDS if ground.applies(e))


def vital(e: Evidence, findings: Sequence[Finding]) -> list[Finding]:
    """Those of the findings that the verdict rests on."""
    wanted = rests_on(e)
    return [finding for finding in findings if finding.id in wanted]


def with_status(findings: Sequence[Finding], status: str) -> list[Finding]:
    """Those of the findings that have this status; audits of prevention don't count."""
    return [one for one in findings if one.status == status and not one.id.startswith("prevention-")]


def decide(
    e: Evidence, findings: Sequence[Finding], causes: Sequence[JudgedCause], missing: Sequence[str] = ()
) -> Verdict:
    """The verdict: ``critical`` before ``unknown`` before ``warning`` before ``ok``.

    ``missing`` says what the run itself could not do, a sentence each. Where Docker alone cannot be
    looked at and Redis is fine over TCP, that is a ``warning``.
    """
    supported = [cause for cause in causes if cause.state == "supported"]
    resting = vital(e, findings)
    if any(cause.severity == "critical" for cause in supported) or with_status(resting, "critical"):
        return "critical"
    if missing or unseen(e, findings, causes):
        return "unknown"
    if supported or with_status(resting, "warning") or with_status(findings, "critical"):
        return "warning"
    return "ok"


def broken_off(e: Evidence) -> list[str]:
    """Where Redis answered PING and then stopped answering, a sentence; what it refuses is an answer."""
    talk = e.redis.value
    lost = [(name, why) for name, why in (talk.denied if talk else {}).items() if not why.isupper()]
    if not lost or lost[0][1] not in ("closed", "TimeoutError", "ConnectionError"):
        return []
    return [f"Redis stopped answering at {lost[0][0]}."]


def unseen(e: Evidence, findings: Sequence[Finding], causes: Sequence[JudgedCause]) -> list[str]:
    """What the verdict rests on and nobody has seen, a sentence each."""
    no_docker = any(cause.state == "supported" and cause.layer in EXPLAIN_MISSING for cause in causes)
    by_id = {finding.id: finding for finding in findings}
    grounds = [(ground, by_id.get(ground.check)) for ground in GROUNDS if ground.applies(e)]
    sentences = [
        found.summary if found else f"The check {ground.check} was not made."
        for ground, found in grounds
        if found is None
        or (found.status == "unknown" and not (no_docker and found.id == "redis-container"))
        or (found.status == "skipped" and not ground.may_be_skipped(e))
    ]
    latency = by_id.get("redis-latency")
    if latency is not None and latency.status == "ok":  # a slow one explains what there was no time for
        sentences += broken_off(e)
    if not any(finding.id in PINGS and finding.status == "ok" for finding in findings):
        sentences.append("Whether Redis answers was not observed.")
    return sentences
