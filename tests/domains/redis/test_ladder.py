"""The connection ladder: where the way to Redis ends, as each vantage sees it."""

from __future__ import annotations

import pytest

from evidence_samples import change, healthy, retarget, without_docker
from judging import find_all, ladder
from odd_situations import NO_ALARM
from runbooklab.domains.address.records import NameResolution
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.ladder import RUNGS, first_failing
from runbooklab.domains.redis.layers import LAYERS
from runbooklab.domains.redis.records.inside import OrchestratorView
from runbooklab.model.conclusions import Rung, worst
from runbooklab.model.observation import Missing
from situations import SITUATIONS


def climb(evidence: Evidence, vantage: str = "host") -> dict[str, Rung]:
    return {rung.name: rung for rung in ladder(evidence) if rung.vantage == vantage}


def test_this_host_climbs_every_rung_in_order() -> None:
    """The rungs are a fixed sequence, so that two reports can be laid side by side."""
    assert tuple(climb(healthy())) == RUNGS


@pytest.mark.parametrize(
    ("situation", "vantage", "rung"),
    [
        ("config-missing", "host", "configuration"),
        ("url-malformed", "host", "configuration"),
        ("hostname-unresolvable", "host", "name"),
        ("container-stopped", "host", "tcp"),
        ("firewall-drop", "host", "tcp"),
        ("not-redis-on-port", "host", "protocol"),
        ("container-paused", "host", "protocol"),
        ("auth-required", "host", "authentication"),
        ("auth-wrong-credentials", "host", "authentication"),
        ("loading", "host", "ping"),
        ("memory-exhausted", "host", "capacity"),
        ("workers-none-registered", "host", "registrations"),
        ("localhost-in-container", "orchestrator-container", "tcp"),
        ("network-not-shared", "orchestrator-container", "name"),
    ],
)
def test_the_first_failing_rung_is_where_the_way_ends(situation: str, vantage: str, rung: str) -> None:
    """It is the orchestrator's own way that counts, if its container was observed from."""
    failing = first_failing(ladder(SITUATIONS[situation]()))
    assert failing is not None
    assert (failing.vantage, failing.name) == (vantage, rung)


@pytest.mark.parametrize("situation", SITUATIONS)
def test_the_worst_check_speaks_for_a_rung_by_the_order_that_the_report_uses(situation: str) -> None:
    """The ladder has no order of its own."""
    evidence = SITUATIONS[situation]()
    statuses = {finding.id: finding.status for finding in find_all(evidence)}
    reached = [
        rung for rung in climb(evidence).values() if not rung.summary.startswith("Not reached: the way")
    ]
    for rung in reached:
        if checks := LAYERS[rung.name].checks:
            assert rung.status == worst(statuses[check] for check in checks), rung


@pytest.mark.parametrize("situation", SITUATIONS)
def test_nothing_is_claimed_above_the_first_failing_rung(situation: str) -> None:
    """After a failure the rest of a vantage is ``skipped``: it was not reached."""
    rungs = ladder(SITUATIONS[situation]())
    for vantage in {rung.vantage for rung in rungs}:
        statuses = [rung.status for rung in rungs if rung.vantage == vantage]
        if "critical" in statuses:
            assert set(statuses[statuses.index("critical") + 1 :]) <= {"skipped"}


@pytest.mark.parametrize("situation", NO_ALARM)
def test_a_healthy_target_fails_nowhere(situation: str) -> None:
    """No rung fails, whatever is odd about the target."""
    assert first_failing(ladder(NO_ALARM[situation]())) is None


def test_inside_the_container_redis_may_be_well_while_the_way_to_it_is_not() -> None:
    """The two columns differ, which distinguishes a port fault from a dead Redis."""
    evidence = SITUATIONS["port-not-published"]()
    assert climb(evidence)["tcp"].status == "critical"
    assert climb(evidence, "redis-container")["ping"].status == "ok"


def test_a_vantage_that_nobody_looked_from_has_no_rungs() -> None:
    """No container of the orchestrator's is named, so there is no column for it."""
    assert climb(healthy(), "orchestrator-container") == {}
    assert climb(NO_ALARM["redis-on-host"](), "redis-container") == {}


def test_a_vantage_that_could_not_be_looked_from_is_unknown() -> None:
    """Docker hides the container: its column says so and claims nothing."""
    assert {rung.status for rung in climb(without_docker(), "redis-container").values()} == {"unknown"}
    hidden = retarget(healthy(orchestrator_view=Missing("deadline")), orchestrator_container="orchestrator")
    assert [rung.status for rung in climb(hidden, "orchestrator-container").values()] == ["unknown"]


def test_a_pong_seen_by_the_orchestrator_climbs_to_the_ping() -> None:
    """What answers PONG there was resolved, connected to, understood and let in."""
    view = OrchestratorView("redis", 6379, NameResolution("redis", "resolved"), code="PONG")
    evidence = retarget(change(healthy(), orchestrator_view=view), orchestrator_container="orchestrator")
    rungs = climb(evidence, "orchestrator-container")
    assert [rung.status for rung in rungs.values()] == ["ok"] * len(rungs)
    assert list(rungs)[-1] == "ping"
