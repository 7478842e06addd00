"""Docker's set-up by its rules: which cause comes first, what is no fault, that findings and causes agree."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from docker_setup_samples import CAUSES, COMPOSE, ODD, PROBES, SERVICE, seen, setup, view
from runbooklab.diagnosis.conclude import conclude
from runbooklab.diagnosis.header import Header
from runbooklab.domain.rules import Rules
from runbooklab.domains.docker.container_records import ContainerView
from runbooklab.domains.docker.domain import DOMAIN
from runbooklab.domains.docker.evidence import Evidence
from runbooklab.domains.docker.probes.table import COMPOSE as COMPOSE_PROBE
from runbooklab.domains.docker.records import DaemonConfig
from runbooklab.domains.docker.standing import GROUNDS
from runbooklab.model.conclusions import Diagnosis
from runbooklab.model.observation import Missing, Observation
from runbooklab.observe.docker.records import ContainerLook
from runbooklab.testing import check_domain

ROOT = Path(__file__).resolve().parents[3]
RULES = Rules.of(("docker",))


def diagnose(evidence: Evidence) -> Diagnosis:
    return conclude(
        RULES, evidence, Header(run_id="r1", runbook="docker-setup", started_at="", finished_at="")
    )


def without(evidence: Evidence, probe: str) -> Evidence:
    return evidence.having(Observation(probe, missing=Missing("deadline")))


@pytest.mark.parametrize("name", CAUSES)
def test_the_cause_comes_first(name: str) -> None:
    """What is wrong is named first, with a plan of its own; the verdict is as bad as its row says."""
    diagnosis = diagnose(CAUSES[name]())
    assert diagnosis.primary is not None
    assert diagnosis.primary.id == name.partition("/")[0]
    assert diagnosis.verdict == diagnosis.primary.severity
    assert diagnosis.primary.remedy is not None
    assert diagnosis.primary.remedy.commands


@pytest.mark.parametrize("name", ODD)
def test_what_is_unusual_and_well_raises_no_alarm(name: str) -> None:
    """No cause is supported, and the verdict is ok."""
    diagnosis = diagnose(ODD[name]())
    assert [cause.id for cause in diagnosis.causes if cause.state == "supported"] == []
    assert diagnosis.verdict == "ok"


@pytest.mark.parametrize("name", CAUSES)
def test_causes_and_findings_agree(name: str) -> None:
    """A supported cause rests on a finding that is as bad, whichever probe saw nothing."""
    whole = CAUSES[name]()
    for evidence in (whole, *(without(whole, probe) for probe in PROBES)):
        diagnosis = diagnose(evidence)
        shown = {finding.id: finding.status for finding in diagnosis.findings}
        for cause in diagnosis.causes:
            if cause.state == "supported" and cause.severity == "critical":
                assert "critical" in {shown[check] for check in cause.because}, (name, cause.id)


@pytest.mark.parametrize("probe", [*PROBES, "docker"])
def test_what_was_not_observed_is_never_ok(probe: str) -> None:
    """Without one of the probes that the verdict rests on, it is unknown."""
    if probe in ("docker-endpoint", "docker-client"):
        return  # what they add is no ground of the verdict
    assert diagnose(without(setup(), probe)).verdict == "unknown"


@pytest.mark.parametrize("name", CAUSES)
def test_every_remedy_plans_for_every_sample(name: str) -> None:
    """No plan raises, each says what it changes, and none has a line break or an empty command."""
    evidence = CAUSES[name]()
    for remedy in RULES.remedies:
        plan = RULES.plan(remedy, evidence)
        assert plan.changes.endswith(".") or "The log says" in plan.changes, remedy
        assert all(line and "\n" not in line for line in (*plan.commands, *plan.confirm, *plan.undo)), remedy


def test_no_sentence_speaks_of_redis() -> None:
    """The subject is Docker alone."""
    for build in CAUSES.values():
        diagnosis = diagnose(build())
        said = [diagnosis.summary, *(finding.summary for finding in diagnosis.findings)]
        assert "edis" not in " ".join(said)


def test_the_grounds_are_documented() -> None:
    """docs/verdict.md has a row for each ground, word for word."""
    pages = (ROOT / "docs" / "verdict.md").read_text()
    page = pages.partition("## A verdict on Docker\n")[2].partition("## ")[0]
    shown = [line for line in page.splitlines() if line.startswith("| `")]
    assert shown == [f"| `{row.check}` | {row.claims} | {row.when} | {row.skipped_when} |" for row in GROUNDS]


def test_the_domain_keeps_what_the_core_takes_for_granted() -> None:
    """Its rows refer to what there is, and its samples are distinguished, whatever is missing."""
    samples = {name: build() for name, build in CAUSES.items()}
    check_domain(DOMAIN, samples=samples, healthy=setup(), vaguer=("docker-unreachable",))


def test_an_end_that_nobody_saw_is_not_called_well() -> None:
    """Without the events nobody knows whether a container that ended with code 0 was stopped."""
    ended = view("exited", exit_code=0, events=None)
    diagnosis = diagnose(setup(containers=seen(ended)))
    assert diagnosis.verdict == "unknown"


def test_a_port_without_a_rule_is_no_fault_where_the_engine_makes_none() -> None:
    """A flag of the engine, or nftables, explains that iptables has no rule."""
    whole = CAUSES["iptables-rules-missing"]()
    other = DaemonConfig("/etc/docker/daemon.json", other_rules=True)
    diagnosis = diagnose(whole.having(Observation("docker-daemon-config", value=other)))
    assert diagnosis.verdict == "ok"


def test_a_container_that_no_file_defines_is_not_made_by_one() -> None:
    """A Compose file that knows no such container is no plan for it; one that does makes that service."""
    gone = seen(ContainerView("tts-gone", "named", ContainerLook("tts-gone")))
    plain = setup(containers=gone, compose=COMPOSE)
    assert "compose" not in " ".join(RULES.plan("run-container", plain).commands)
    service = replace(SERVICE, name="api", container_name="tts-gone")
    layers = ("docker-compose.yml", "docker-compose.override.yml")
    defined = setup(containers=gone, compose=replace(COMPOSE, services=(service,), layers=layers))
    (up,) = RULES.plan("run-container", defined).commands
    assert up == ("docker compose -f docker-compose.yml -f docker-compose.override.yml up -d --no-deps api")


TOLD = {
    "exec /docker-entrypoint.sh: no such file or directory": "entrypoint-crlf",
    "exec /usr/bin/python3: exec format error": "image-platform-mismatch",
    "RuntimeError: DataLoader worker (pid 41) is killed by signal: Bus error.": "shm-too-small",
    'exec: "uvicorn": executable file not found in $PATH': "start-command-not-found",
    'Conflict. The container name "/redis" is already in use by container "abc".': "container-name-conflict",
    'WARN[0000] The "TAG" variable is not set. Defaulting to a blank string.': "compose-variable-unset",
    'service "web" refers to undefined volume data: invalid compose project': "compose-file-invalid",
    "Error response from daemon: network shared-net not found": "network-missing",
    'cgroup driver: "systemd" is different from docker cgroup driver: "cgroupfs"': "cgroup-driver-mismatch",
}


@pytest.mark.parametrize("text", TOLD)
def test_a_text_alone_names_its_cause(text: str) -> None:
    """If nothing was named that could be looked at, what somebody saw is not passed over."""
    none = Observation[object](COMPOSE_PROBE.name, missing=Missing("not-applicable", "none is here"))
    evidence = setup(containers=seen(), error_text=text).having(none)
    primary = diagnose(evidence).primary
    assert primary is not None
    assert primary.id == TOLD[text]
    assert "error text" in primary.proof


def test_a_text_does_not_outweigh_what_was_seen() -> None:
    """A container that was inspected, and runs, is not condemned by a text."""
    text = "exec /docker-entrypoint.sh: no such file or directory"
    assert diagnose(setup(error_text=text)).verdict == "ok"
