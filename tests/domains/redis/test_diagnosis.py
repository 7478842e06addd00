"""The diagnosis: one verdict, one sentence, and what was not observed said plainly."""

from __future__ import annotations

from typing import Any

import pytest

from evidence_samples import change, healthy, retarget, talk, without_docker
from judging import REDIS, conclude, decide, find_all, rests_on
from odd_situations import NO_ALARM
from runbooklab.domains.address.records import NameResolution
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.records.inside import OrchestratorView
from runbooklab.model.conclusions import Diagnosis, Finding, JudgedCause
from runbooklab.model.observation import Missing, Observation
from situations import SITUATIONS

Cause = JudgedCause


def diagnose(evidence: Evidence, **more: Any) -> Diagnosis:
    return conclude(
        evidence, run_id="r1", runbook="redis-connection",
        started_at="2026-03-01T11:59:59Z", finished_at="2026-03-01T12:00:00Z", **more,
    )  # fmt: skip


FAULTS = [name for name in SITUATIONS if name != "healthy" and not name.startswith("docker-")]


@pytest.mark.parametrize("situation", FAULTS)
def test_a_fault_is_critical_and_named_on_top(situation: str) -> None:
    """The primary cause is the fault, and its sentence is the summary."""
    diagnosis = diagnose(SITUATIONS[situation]())
    assert diagnosis.verdict == "critical"
    assert diagnosis.primary is not None
    assert diagnosis.primary.id == situation
    assert diagnosis.summary == diagnosis.primary.summary
    assert diagnosis.primary.remedy is not None
    assert diagnosis.primary.remedy.commands


@pytest.mark.parametrize("situation", NO_ALARM)
def test_a_healthy_target_is_ok_and_says_so_in_one_sentence(situation: str) -> None:
    """No alarm for what is merely odd."""
    diagnosis = diagnose(NO_ALARM[situation]())
    assert diagnosis.verdict == "ok", diagnosis.summary
    assert diagnosis.primary is None
    assert diagnosis.summary.startswith("Redis at ")
    assert diagnosis.summary.count(". ") == 0


def test_the_healthy_sentence_has_the_numbers() -> None:
    """Time of a PING, workers, room to write."""
    assert diagnose(healthy()).summary == (
        "Redis at localhost:6379 answers in 0.4 ms, has room to write and 3 workers registered."
    )


@pytest.mark.parametrize("outcome", ["unreachable", "permission-denied", "unresponsive"])
def test_without_docker_a_healthy_redis_is_a_warning_that_says_what_was_not_seen(outcome: str) -> None:
    """Judged over TCP alone: neither ``ok`` nor ``critical``, and the missing is named."""
    diagnosis = diagnose(without_docker(outcome))
    assert diagnosis.verdict == "warning"
    assert any("the Redis container" in sentence for sentence in diagnosis.not_observed)
    assert sum("Not observed" in sentence for sentence in diagnosis.not_observed) == 1


def test_without_docker_a_dead_redis_is_critical() -> None:
    """That Docker hides the cause does not make the fault smaller."""
    dead = SITUATIONS["container-stopped"]()
    fields = ("tcp", "first_bytes", "redis", "registrations", "listeners")
    diagnosis = diagnose(without_docker(**{name: getattr(dead, name) for name in fields}))
    assert diagnosis.verdict == "critical"
    assert "refuses the connection" in diagnosis.summary
    assert "Docker" in diagnosis.summary


def test_nothing_observed_is_unknown() -> None:
    """Empty evidence, as after a kernel that died at once, is never a clean bill of health."""
    diagnosis = diagnose(Evidence())
    assert diagnosis.verdict == "unknown"
    assert "not known whether Redis can be used" in diagnosis.summary


VITAL = sorted(rests_on(retarget(healthy(), expected_workers=3)))


@pytest.mark.parametrize("probe", ["config", "address", "redis", "tcp", "container"])
def test_a_vital_check_that_was_not_observed_makes_the_verdict_unknown(probe: str) -> None:
    """``ok`` only if every check that the verdict rests on was observed."""
    diagnosis = diagnose(change(healthy(), **{probe: Missing("deadline")}))
    assert diagnosis.verdict == "unknown", diagnosis.summary
    assert diagnosis.not_observed


def test_expected_workers_that_nobody_could_count_make_the_verdict_unknown() -> None:
    """A number that was asked for is part of what the verdict rests on."""
    unseen = healthy(registrations=Missing("deadline"))
    assert diagnose(unseen).verdict == "ok"
    assert diagnose(retarget(unseen, expected_workers=1)).verdict == "unknown"
    nothing = healthy(registrations=Missing("not-applicable", "not looked at"))
    assert diagnose(retarget(nothing, expected_workers=1)).verdict == "unknown"


def test_a_user_who_may_not_read_info_is_a_healthy_user() -> None:
    """What the server's own rules hide is said, and is no alarm; what a deadline hid is."""
    diagnosis = diagnose(NO_ALARM["least-privilege"]())
    assert diagnosis.verdict == "ok"
    assert any("refuses INFO: NOPERM" in sentence for sentence in diagnosis.not_observed)
    silent = healthy(redis=talk())
    bare = Observation(probe="redis", value=type(talk())(stages=talk().stages))
    assert diagnose(change(silent, redis=bare, inside=Missing("deadline"))).verdict == "unknown"


def test_the_orchestrators_container_is_the_client_that_counts() -> None:
    """What this host cannot resolve does not matter if the orchestrator can."""
    inside_only = SITUATIONS["network-not-shared"]()
    view = OrchestratorView(
        "redis-tts", 6379, NameResolution("redis-tts", "resolved", ("172.18.0.2",)), code="PONG"
    )
    well = change(
        inside_only,
        orchestrator_view=view,
        container=healthy().container,
        inside=healthy().inside,
    )
    findings = find_all(well, {})
    assert {finding.id: finding.status for finding in findings}["redis-ping-orchestrator"] == "ok"
    assert not [finding for finding in findings if finding.status == "critical"]
    unseen = change(well, orchestrator_view=Missing("deadline"))
    assert diagnose(unseen).verdict == "unknown"


def test_what_the_run_itself_could_not_do_makes_the_verdict_unknown_or_worse() -> None:
    """An incomplete run is never ``ok``, and a known fault stays critical."""
    killed = "The kernel was killed in section 3."
    incomplete = diagnose(healthy(), missing=(killed,))
    assert incomplete.verdict == "unknown"
    assert "the kernel was killed in section 3" in incomplete.summary
    assert incomplete.not_observed[0] == killed
    assert diagnose(SITUATIONS["container-stopped"](), missing=(killed,)).verdict == "critical"


def test_prevention_never_moves_the_verdict() -> None:
    """A target without health check and volume is well all the same."""
    diagnosis = diagnose(healthy())
    warnings = [finding.id for finding in diagnosis.findings if finding.status == "warning"]
    assert warnings
    assert all(finding.startswith("prevention-") for finding in warnings)
    assert diagnosis.verdict == "ok"


def _finding(check_id: str, status: Any) -> Finding:
    return Finding(check_id, "", "host", status, f"{check_id} is {status}.", 0.0)


def _cause(severity: Any = "critical", state: Any = "supported") -> Cause:
    return Cause("c", "C", state, severity=severity, primary=state == "supported")


@pytest.mark.parametrize(
    ("statuses", "causes", "verdict"),
    [
        ({}, [], "ok"),
        ({}, [_cause(state="untested")], "ok"),
        ({}, [_cause("warning")], "warning"),
        ({}, [_cause("warning"), _cause()], "critical"),
        ({"port-reachable": "critical"}, [], "critical"),
        ({"redis-memory": "warning"}, [], "warning"),
        ({"redis-memory": "unknown"}, [_cause("warning")], "unknown"),
        ({"redis-memory": "skipped"}, [], "unknown"),
        ({"redis-slowlog": "critical"}, [], "warning"),
        ({"redis-slowlog": "warning"}, [], "ok"),
        ({"prevention-pooling": "critical"}, [], "ok"),
        ({"redis-ping": "skipped", "redis-ping-orchestrator": "skipped"}, [], "unknown"),
    ],
)
def test_the_verdict_follows_causes_first_and_then_the_vital_checks(
    statuses: dict[str, str], causes: list[Cause], verdict: str
) -> None:
    """critical before unknown before warning before ok; a warning that is not vital moves nothing."""
    base = dict.fromkeys(VITAL, "ok") | {"worker-registrations": "skipped"}
    findings = [_finding(check_id, status) for check_id, status in (base | statuses).items()]
    assert decide(healthy(), findings, causes) == verdict


def test_an_unexplained_fault_is_told_honestly() -> None:
    """Where no cause is supported, the finding speaks, and the catalogue's silence is said."""
    from runbooklab.diagnosis.conclude import summarise
    from runbooklab.diagnosis.unexplained import NO_CAUSE

    findings = [_finding("redis-ping", "critical")]
    assert summarise(REDIS, healthy(), "critical", findings, []) == f"redis-ping is critical. {NO_CAUSE}"


def test_the_checklist_takes_its_ticks_from_the_findings() -> None:
    """Each item has the status of the check it names; an unknown check is ``unknown``."""
    rows = (("Running?", "docker ps", "redis-container"), ("Else?", "true", "no-such-check"))
    ticked = diagnose(SITUATIONS["container-stopped"](), checklist=rows).checklist
    assert [(item.item, item.command, item.check, item.status) for item in ticked] == [
        ("Running?", "docker ps", "redis-container", "critical"),
        ("Else?", "true", "no-such-check", "unknown"),
    ]


def test_sections_incident_and_parameters_are_carried_through() -> None:
    """What the run knows of itself stands in the document."""
    diagnosis = diagnose(
        healthy(), sections={"redis-ping": "test-redis-connectivity"}, incident="INC-7", parameters={"a": 1}
    )
    sections = {finding.id: finding.section for finding in diagnosis.findings}
    assert sections["redis-ping"] == "test-redis-connectivity"
    assert sections["redis-role"] == ""
    assert (diagnosis.incident, diagnosis.parameters, diagnosis.run_id) == ("INC-7", {"a": 1}, "r1")
