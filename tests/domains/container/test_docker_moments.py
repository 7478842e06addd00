"""What Docker puts on the timeline."""

from __future__ import annotations

from evidence_samples import alter_container, change, down, event, healthy
from runbooklab.domains.container.contributions.moments import moments
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.observe.docker.records import HealthLog


def reported(evidence: Evidence) -> list[tuple[str, str]]:
    assert {moment.lane for moment in moments(evidence)} <= {"Container"}
    return [(moment.text, moment.status) for moment in moments(evidence)]


def test_events_and_the_containers_own_times_are_told_once() -> None:
    """The engine's record of an end that is an event already is left out."""
    evidence = change(down(exit_code=3), events=(event("die", exitCode="3"),))
    assert ("redis-tts: die, exit code 3", "critical") in reported(evidence)
    assert not any("exited, code" in text for text, _ in reported(evidence))
    assert ("redis-tts: exited, code 3", "critical") in reported(change(evidence, events=()))


def test_an_orderly_end_is_no_alarm() -> None:
    """A container that ended with code 0 was stopped."""
    assert ("redis-tts: die, exit code 0", "skipped") in reported(
        change(down(), events=(event("die", exitCode="0"),))
    )
    assert ("redis-tts: oom", "critical") in reported(change(healthy(), events=(event("oom"),)))


def test_the_health_log_is_on_it() -> None:
    """A failed health check with its exit code and output."""
    log = (HealthLog("2026-03-01T11:59:00Z", 1, "Could not connect\n"),)
    checked = ("redis-tts: health check failed, exit code 1: Could not connect", "warning")
    assert checked in reported(alter_container(healthy(), health_log=log))


def test_nothing_observed_is_nothing_told() -> None:
    """Without a container there are no moments."""
    assert reported(Evidence()) == []
