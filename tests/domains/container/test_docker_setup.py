"""Docker by its own rules: which cause comes first, what the verdict is, that findings and causes agree."""

from __future__ import annotations

from pathlib import Path

import pytest

from docker_samples import CAUSES, NAME, NETWORK, PROBES, found, retargeted, seen, without
from runbooklab.authoring.frontmatter import read
from runbooklab.diagnosis.conclude import conclude
from runbooklab.diagnosis.header import Header
from runbooklab.domain.rules import Rules
from runbooklab.domains.container.domain import DOMAIN
from runbooklab.domains.container.evidence import Evidence
from runbooklab.domains.container.standing import GROUNDS
from runbooklab.model.conclusions import Diagnosis
from runbooklab.model.observation import Observation
from runbooklab.observe.docker.records import ContainerLook, Network, NetworkLook
from runbooklab.testing import check_domain

ROOT = Path(__file__).resolve().parents[3]
DOCKER = Rules.of(("container",))


def diagnose(evidence: Evidence) -> Diagnosis:
    header = Header(run_id="r1", runbook="docker-setup", started_at="", finished_at="")
    return conclude(DOCKER, evidence, header)


def statuses(diagnosis: Diagnosis) -> dict[str, str]:
    return {finding.id: finding.status for finding in diagnosis.findings}


@pytest.mark.parametrize("name", CAUSES)
def test_the_cause_comes_first_and_makes_the_verdict_critical(name: str) -> None:
    """What is wrong is named first, is critical, and says so in words of its own."""
    diagnosis = diagnose(CAUSES[name]())
    assert diagnosis.primary is not None
    assert diagnosis.primary.id == name.partition("/")[0]
    assert diagnosis.verdict == "critical"
    assert diagnosis.summary == diagnosis.primary.summary
    assert diagnosis.primary.remedy is not None


@pytest.mark.parametrize("name", CAUSES)
def test_causes_and_findings_agree(name: str) -> None:
    """A supported critical cause has a critical finding, whichever probe saw nothing."""
    whole = CAUSES[name]()
    for evidence in (whole, *(without(whole, probe) for probe in PROBES)):
        diagnosis = diagnose(evidence)
        shown = statuses(diagnosis)
        for cause in diagnosis.causes:
            if cause.state == "supported":
                assert cause.severity in {shown[check] for check in cause.because}, cause


@pytest.mark.parametrize("name", CAUSES)
def test_no_sentence_speaks_of_redis_being_usable(name: str) -> None:
    """The subject is Docker: only names that were given hold the word."""
    diagnosis = diagnose(CAUSES[name]())
    said = [diagnosis.summary, *(finding.summary for finding in diagnosis.findings)]
    said += [cause.proof + cause.reason + cause.title for cause in diagnosis.causes]
    assert "Redis" not in " ".join(said)


def test_a_healthy_container_is_ok_with_its_numbers() -> None:
    """The sentence has the engine's version and how long the container has been running."""
    diagnosis = diagnose(seen(found(health="healthy")))
    assert diagnosis.verdict == "ok"
    assert diagnosis.summary == (
        f"Docker 27.1 answers, container {NAME} has been running for 2 hours on network {NETWORK} and is "
        "healthy."
    )
    assert not [cause for cause in diagnosis.causes if cause.state == "supported"]


@pytest.mark.parametrize("probe", ["docker", "container", "network"])
@pytest.mark.parametrize("reason", ["deadline", "permission", "unreachable", "unsupported", "error"])
def test_what_was_not_observed_is_never_ok(probe: str, reason: str) -> None:
    """The verdict is unknown, and its sentence names the claim that is open."""
    diagnosis = diagnose(without(seen(), probe, reason=reason))
    assert diagnosis.verdict == "unknown"
    assert "It is not known whether Docker and the container are set up" in diagnosis.summary


def test_the_engine_alone_is_enough_if_nothing_else_is_named() -> None:
    """Without a container and a network the verdict is on the engine."""
    evidence = retargeted(seen(None), redis_container="", docker_network="")
    evidence = without(evidence, "container", "logs", "events", reason="not-applicable")
    assert diagnose(evidence).verdict == "ok"


def test_a_network_that_nobody_chose_raises_no_critical_alarm() -> None:
    """That the runbook's default exists and the container is on another network is a warning."""
    by_default = retargeted(CAUSES["network-detached/elsewhere"](), docker_network="tts-network")
    look = NetworkLook("tts-network", Network("tts-network"), names=("bridge", "tts-network"))
    diagnosis = diagnose(by_default.having(Observation("network", value=look)))
    assert diagnosis.verdict == "warning"
    assert diagnosis.summary == f"Container {NAME} is not on the Docker network tts-network."


def test_the_runbook_is_about_docker_alone() -> None:
    """What the environment says of the container's place is observed, and not judged."""
    front = read(ROOT / "runbooks" / "docker-setup.md")
    rules = Rules.of(front.uses)
    assert {"config", "address", "container"} <= rules.probes.keys()
    subject = Rules.of(("docker",))
    assert list(rules.checks) == list(subject.checks)
    assert list(rules.causes) == list(subject.causes)
    assert [standing.claim for standing in rules.standings] == ["Docker and its containers are set up"]


def test_a_restart_between_two_looks_is_a_crash_loop() -> None:
    """A container that runs when it is inspected and has restarted since is not called well."""
    container = found(restart_count=3, restart_policy="always")
    look = ContainerLook(NAME, container, restart_count_later=4, state_later="running")
    primary = diagnose(seen(container, container=look)).primary
    assert primary is not None
    assert primary.id == "container-crash-looping"


SAID = [
    ("container-oom-killed",
     "Container shop-db exited 4 minutes ago with code 137, killed by the kernel for lack of memory."),
    ("container-stopped", "Container shop-db exited 4 minutes ago with code 0."),
    ("container-failed", 'Container shop-db exited 4 minutes ago with code 1, and its log ends with "cannot '
     'read /etc/app.conf".'),
    ("container-paused", "Container shop-db is paused."),
    ("network-missing", "The Docker network shop-network does not exist."),
    ("container-unhealthy", "Docker calls container shop-db unhealthy: connection refused."),
    ("docker-unreachable", "Docker is not running or cannot be reached."),
]  # fmt: skip


@pytest.mark.parametrize(("name", "summary"), SAID)
def test_a_cause_is_said_in_a_sentence_for_a_tired_person(name: str, summary: str) -> None:
    """What is the case, with its time and number, and no more."""
    assert diagnose(CAUSES[name]()).summary == summary


def test_the_page_shows_what_the_verdict_rests_on() -> None:
    """docs/verdict.md has a row for each ground, word for word."""
    page = (
        (ROOT / "docs" / "verdict.md")
        .read_text()
        .partition("## A verdict on one container")[2]
        .partition("## ")[0]
    )
    shown = [line for line in page.splitlines() if line.startswith("| `")]
    assert shown == [f"| `{row.check}` | {row.claims} | {row.when} | {row.skipped_when} |" for row in GROUNDS]


def test_the_domain_keeps_what_the_core_takes_for_granted() -> None:
    """Its rows refer to what there is, and its samples are distinguished, whatever is missing."""
    samples = {name: build() for name, build in CAUSES.items()}
    check_domain(DOMAIN, samples=samples, healthy=seen(found(health="healthy")))


@pytest.mark.parametrize("name", CAUSES)
@pytest.mark.parametrize("remedy", DOCKER.remedies)
def test_every_remedy_plans_for_every_situation(name: str, remedy: str) -> None:
    """A plan has commands without Redis' tools in them, and says what it changes."""
    plan = DOCKER.remedies[remedy].plan(CAUSES[name]())
    assert plan.commands
    assert plan.changes
    assert "redis-cli" not in " ".join((*plan.commands, *plan.confirm, *plan.undo))


def test_a_container_that_is_not_there_is_made_by_its_compose_file() -> None:
    """If the project's Compose file defines it, that says all there is to know."""
    look = ContainerLook(NAME, compose_file="docker-compose.yml", compose_service="redis")
    plan = DOCKER.remedies["run-container"].plan(seen(None, container=look))
    assert plan.commands == ("docker compose -f docker-compose.yml up -d --no-deps redis",)


def test_the_next_run_keeps_the_parameters() -> None:
    """A plan's confirmation checks what this run checked."""
    evidence = CAUSES["docker-permission-denied"]()
    plan = DOCKER.remedies["grant-docker-access"].plan(retargeted(evidence, redis_container="db-1"))
    assert plan.confirm[-1] == f"runbook run docker-setup -p redis_container db-1 -p docker_network {NETWORK}"
