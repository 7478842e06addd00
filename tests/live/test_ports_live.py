"""``runbook run port-conflicts`` on real listeners and containers, and every case of its lab."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from drilling import Drilled, Fixed, drilling, fixed_by

from runbooklab.domains.ports.lab.faults import LAB
from runbooklab.domains.ports.lab.testbed import LOOPBACK, PortsTestbed
from runbooklab.domains.redis.lab.testbed import RedisTestbed
from runbooklab.lab.fault import Case
from runbooklab.lab.lab import Place
from runbooklab.lab.ports import free_port
from runbooklab.notebook.live_run import LiveRun

if TYPE_CHECKING:
    from docker import DockerClient

ROOT = Path(__file__).resolve().parents[2]
#: Remedies that a person carries out: they touch the kernel, the firewall, or a service of this host.
BY_HAND = {
    "service-not-listening", "port-held-by-orphan", "port-taken-by-outgoing-connection", "port-time-wait",
    "port-redirected", "bind-loopback-only", "compose-ports-discarded", "bind-address-unavailable",
    "port-privileged", "port-in-ephemeral-range",
}  # fmt: skip


@pytest.fixture(scope="module")
def drilled(request: pytest.FixtureRequest, docker_engine: DockerClient, lab_image: str) -> Iterator[Drilled]:
    """The result of a case's drill."""
    with drilling(request, Place(LAB, docker_engine, lab_image)) as result_of:
        yield result_of


@pytest.fixture(scope="module")
def fixed(drilled: Drilled) -> Fixed:
    """What a case's remedies did in its drill."""
    return fixed_by(drilled)


@pytest.fixture
def ports(docker_engine: DockerClient, lab_image: str) -> Iterator[PortsTestbed]:
    with PortsTestbed(docker_engine, lab_image) as testbed:
        yield testbed


@pytest.mark.parametrize("case", LAB.cases, ids=lambda case: case.id)
def test_every_case_of_the_lab_comes_out_right(case: Case[PortsTestbed], drilled: Drilled) -> None:
    """The injected cause is named first; what only looks odd raises no alarm."""
    result = drilled(case)
    assert result.right, result


@pytest.mark.exhaustive
@pytest.mark.parametrize(
    "case", [case for case in LAB.faults if case.cause not in BY_HAND], ids=lambda case: case.id
)
def test_the_remedy_helps(case: Case[PortsTestbed], fixed: Fixed) -> None:
    """Pasted, the plan's commands remove the cause, and harm nothing that they do not speak of."""
    remediation = fixed(case)
    assert not remediation.failed, remediation
    assert not remediation.lost, remediation


def run(reports: Path, **parameters: object) -> dict[str, Any]:
    """The diagnosis of ``runbook run port-conflicts``."""
    words = [word for name, value in parameters.items() for word in ("-p", name, str(value))]
    line = [sys.executable, "-m", "runbooklab", "run", "port-conflicts", "--json", "--reports", str(reports)]
    done = subprocess.run([*line, *words], cwd=ROOT, capture_output=True, timeout=100, check=False)
    assert done.stdout, done.stderr.decode()
    diagnosis: dict[str, Any] = json.loads(done.stdout)
    return diagnosis


def test_a_run_names_owner_and_container(ports: PortsTestbed, tmp_path: Path) -> None:
    """The command line says the same as the rules; nothing is asked of whoever listens."""
    port = ports.listener("metrics")
    refused = ports.refused_container("web", ports.serving(7000), ports={"7000/tcp": (LOOPBACK, port)})
    seen = run(tmp_path, ports=f"{port}:{refused.name}", compose_file="", redis_container="")
    assert seen["verdict"] == "critical"
    assert seen["causes"][0]["id"] == "port-conflict-process"
    assert str(port) in seen["summary"]
    assert "redis" not in {entry["to"] for entry in seen["ledger"]}


def test_a_run_of_healthy_ports_is_ok(ports: PortsTestbed, tmp_path: Path) -> None:
    """A container with its port."""
    port = free_port()
    web = ports.service("web", ports={"7000/tcp": (LOOPBACK, port)})
    seen = run(tmp_path, ports=f"{port}:{web.name}", compose_file="", redis_container="")
    assert seen["verdict"] == "ok", seen["summary"]
    assert str(web.name) in seen["summary"]


def test_a_runbook_on_docker_runs_its_probes_alone(testbed: RedisTestbed) -> None:
    """No port, no configuration and no Redis is observed."""
    target = testbed.redis()
    run_of_docker = LiveRun(
        "of-docker", {"redis_container": target.name, "docker_network": ""}, uses=("container",)
    )
    evidence = run_of_docker.evidence()
    assert evidence.domains == ("container",)
    assert evidence.observations.keys() == {
        "docker", "container", "logs", "events", "network", "orchestrator", "orchestrator-logs", "error-text",
    }  # fmt: skip
    assert "redis" not in {entry.to for entry in evidence.ledger}
