"""What is said of a target has that target's own names and port, and says who did what."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest

from cause_samples import VARIANTS
from evidence_samples import change, down, event, healthy, retarget, talk
from judging import REMEDIES, conclude, find, judge_causes, plan_for
from odd_situations import NO_ALARM
from runbooklab.domain.own_acts import own_acts, with_acts
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.records.conversation import Registrations
from runbooklab.domains.redis.records.server import ServerConfig
from runbooklab.model.conclusions import AuditEntry, RemedyPlan
from situations import SITUATIONS
from unusual_target import unusual

EVERY: dict[str, Callable[[], Evidence]] = {
    **VARIANTS, **SITUATIONS, **{f"odd-{name}": build for name, build in NO_ALARM.items()},
}  # fmt: skip
#: The runbook's examples: a file, a container and a network of other names are meant here.
EXAMPLES = re.compile(r"orchestrator\.yaml|redis-tts|tts-network")
#: Port 6379 in a sentence or a command.
PORT = re.compile(r"(?<![\d:])6379(?!\d)")
#: Without a container of any name plans speak of the one that the runbook makes.
NO_CONTAINER = {name for name, build in EVERY.items() if not build().target.redis_container}


def lines(plan: RemedyPlan) -> Iterator[str]:
    yield from (*plan.commands, *plan.confirm, *plan.undo, *plan.loses, plan.changes, plan.act)


@pytest.mark.parametrize("situation", sorted(set(EVERY) - NO_CONTAINER))
def test_nothing_is_called_as_in_the_runbooks_examples(situation: str) -> None:
    """Plans, findings and causes of a target with other names do not name the examples' things."""
    evidence = unusual(EVERY[situation]())
    diagnosis = conclude(evidence)
    said = [line for remedy_id in REMEDIES for line in lines(plan_for(remedy_id, evidence))]
    said += [finding.summary for finding in diagnosis.findings] + [diagnosis.summary]
    said += [f"{cause.summary} {cause.proof}" for cause in diagnosis.causes]
    assert not [line for line in said if EXAMPLES.search(line)]


@pytest.mark.parametrize("situation", ["healthy", "port-not-published", "memory-exhausted", "auth-required"])
def test_a_command_asks_the_port_of_this_target(situation: str) -> None:
    """Redis listens on 17400: no line asks another port, in its container or from this host."""
    evidence = unusual(SITUATIONS[situation]())
    evidence = change(evidence, server_config=ServerConfig(settings={"port": "17400"}))
    for remedy_id in REMEDIES:
        made = plan_for(remedy_id, evidence)
        for line in lines(made):
            assert not PORT.search(line), (remedy_id, line)
        for line in made.confirm:
            if "redis-cli" in line:
                port = "17401" if remedy_id == "use-other-port" else "17400"
                assert f"-p {port}" in line, (remedy_id, line)


def test_a_stopped_redis_is_asked_at_the_port_that_it_is_set_up_with() -> None:
    """Nobody can see it listen, and its configuration says where it will."""
    evidence = change(down(), server_config=ServerConfig(settings={"port": "7000"}))
    assert plan_for("flush-all", evidence).confirm == (
        "docker exec redis-tts redis-cli -p 7000 INFO keyspace",
    )


@pytest.mark.parametrize("remedy_id", sorted(REMEDIES))
def test_a_url_by_parameter_is_changed_where_it_was_given(remedy_id: str) -> None:
    """No plan opens a configuration that has nothing to do with the URL."""
    for situation in SITUATIONS:
        evidence = unusual(SITUATIONS[situation](), by_parameter=True)
        if evidence.address.value is None:
            continue
        for line in lines(plan_for(remedy_id, evidence)):
            assert "shop.yaml" not in line.replace("-p orchestrator_config etc/shop.yaml", ""), situation


def test_a_checklist_has_this_targets_words() -> None:
    """The rows that the runbook gives as examples name the target's port, container and file."""
    rows = (
        ("Port 6379 accessible?", "nc -zv localhost 6379", "port-reachable"),
        ("No port conflicts?", "lsof -i :6379", "port-owner"),
        ("Correct URL in the configuration?", "grep redis: configs/orchestrator.yaml", "redis-url"),
        ("Logs show no errors?", "docker logs redis-tts", "redis-logs"),
        ("Redis responds to ping?", "redis-cli ping", "redis-ping"),
        ("Redis container running?", "docker ps | grep redis", "redis-container"),
    )
    ticked = conclude(unusual(healthy()), checklist=rows).checklist
    assert [(row.item, row.command) for row in ticked] == [
        ("Port 17400 accessible?", "nc -zv localhost 17400"),
        ("No port conflicts?", "lsof -i :17400"),
        ("Correct URL in the configuration?", "grep -A 3 redis: etc/shop.yaml"),
        ("Logs show no errors?", "docker logs cache-x"),
        ("Redis responds to ping?", "redis-cli -h localhost -p 17400 ping"),
        ("Redis container running?", "docker ps --all --filter name=cache-x"),
    ]
    given = conclude(unusual(healthy(), by_parameter=True), checklist=rows).checklist[2]
    assert given.item == "Correct URL in the parameter redis_url?"
    assert given.command.startswith("runbook run redis-connection -p redis_url redis://localhost:17400")


def test_what_a_typed_url_changes_is_confirmed_with_that_url() -> None:
    """With the URL that this run was given, the check would find the old fault again."""
    plan = plan_for("set-password", unusual(healthy(), by_parameter=True))
    assert any("read -rs REDIS_URL" in line for line in plan.commands)
    assert any("-p redis_url env:REDIS_URL" in line for line in plan.confirm)


# --- what this run did itself

FLUSH = "docker exec redis-tts redis-cli FLUSHALL"


def act(command: str, at: str = "2026-03-01T11:56:02.000Z", outcome: str = "done") -> AuditEntry:
    return AuditEntry(at, "some-remedy", command, outcome, "", "anna, a button")  # type: ignore[arg-type] # one of the outcomes


def flushed(calls: int) -> Evidence:
    info = {"db0": "", "cmdstat_flushall": f"calls={calls},usec=5"}
    none = healthy(
        redis=talk(info, worker_connections=0), registrations=Registrations("worker:*", 0, scanned=0)
    )
    return retarget(none, expected_workers=3)


@pytest.mark.parametrize(
    ("calls", "acts", "said", "proof"),
    [
        (
            1,
            [act("docker exec redis-tts redis-cli FLUSHALL")],
            "This run emptied the database",
            "by this run",
        ),
        (2, [act("docker exec redis-tts redis-cli FLUSHALL")], "Somebody emptied", "1 time by this run"),
        (1, [act("docker exec redis-tts redis-cli FLUSHALL", outcome="refused")], "Somebody", "1 time since"),
        (1, [], "Somebody emptied the database", "flushed 1 time since"),
    ],
)
def test_our_own_flush_is_told_as_ours(calls: int, acts: list[AuditEntry], said: str, proof: str) -> None:
    """INFO counts calls, and the audit says which of them were this run's."""
    diagnosis = conclude(flushed(calls), audit=tuple(acts))
    cause = next(cause for cause in diagnosis.causes if cause.id == "registrations-flushed")
    assert said in cause.summary
    assert proof in cause.proof


def test_a_container_that_we_stopped_was_not_stopped_by_somebody() -> None:
    """The end of its container lies beside an act of this run."""
    stopped = SITUATIONS["container-stopped"]()
    by_us = with_acts(stopped, [act("docker stop redis-tts")])
    primary = next(cause for cause in judge_causes(by_us) if cause.primary)
    assert "stopped by this run" in primary.summary
    earlier = with_acts(stopped, [act("docker stop redis-tts", at="2026-03-01T09:00:00.000Z")])
    assert "by this run" not in next(cause for cause in judge_causes(earlier) if cause.primary).summary


def test_events_of_our_acts_are_marked() -> None:
    """Two deaths of which one was our restart are no reason to warn."""
    deaths = (event("die", exitCode="0"), event("start"))
    earlier = (event("die", "2026-03-01T08:00:00.000Z", exitCode="0"),)
    seen = change(healthy(), events=(*earlier, *deaths))
    assert find("container-events", seen).status == "warning"
    found = find("container-events", with_acts(seen, [act("docker restart redis-tts")]))
    assert found.status == "ok"
    assert "by this run" in found.summary
    assert found.tables[0].rows[1][3] == "by this run, exitCode=0"


def test_an_act_is_found_by_its_words() -> None:
    """A name that is part of another is not that one."""
    evidence = with_acts(healthy(), [act("docker stop redis-tts-2 && docker start redis-tts")])
    assert own_acts(evidence, "docker", "redis-tts")
    assert not own_acts(evidence, "docker", "redis")
