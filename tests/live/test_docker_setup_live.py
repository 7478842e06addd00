"""The runbook docker-setup, run headlessly on real containers: it is about Docker, and about nothing else."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[2]
#: Probes of Redis, of which none may have run.
OF_REDIS = {"redis", "tls", "registrations", "inside", "server-config", "orchestrator-view", "process"}

Run = Callable[..., tuple[int, dict[str, Any], dict[str, Any]]]


def docker(*words: str) -> str:
    done = subprocess.run(("docker", *words), capture_output=True, text=True, timeout=60, check=True)
    return done.stdout.strip()


class Container(NamedTuple):
    """A container of the lab's image, once it has been started."""

    name: str
    image: str

    def start(self, *options: str, command: tuple[str, ...] = ("sleep", "600")) -> None:
        words = (*options, "--entrypoint", command[0], self.image, *command[1:])
        docker("run", "-d", "--name", self.name, *words)

    def ended(self) -> None:
        """Waits until it has ended."""
        self._wait("{{.State.Running}}", "false")

    def unhealthy(self) -> None:
        """Waits until its health check has failed."""
        self._wait("{{.State.Health.Status}}", "unhealthy")

    def _wait(self, state: str, wanted: str) -> None:
        until = time.monotonic() + 20
        while docker("inspect", "-f", state, self.name) != wanted:
            assert time.monotonic() < until
            time.sleep(0.2)


@pytest.fixture
def container(lab_image: str) -> Iterator[Container]:
    """One that is not there yet, and is removed at the end."""
    name = f"docker-setup-{uuid.uuid4().hex[:8]}"
    yield Container(name, lab_image)
    subprocess.run(("docker", "rm", "-f", name), capture_output=True, timeout=60, check=False)


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs the runbook; gives its exit status, its diagnosis and the evidence that it left."""

    def run(container: str, **parameters: str) -> tuple[int, dict[str, Any], dict[str, Any]]:
        given = {"redis_container": container, "docker_network": "", "redis_url": "redis://localhost:1"}
        words = [word for pair in (given | parameters).items() for word in ("-p", *pair)]
        command = (sys.executable, "-m", "runbooklab", "run", "docker-setup", "--json")
        done = subprocess.run(
            (*command, "--reports", str(tmp_path), *words),
            cwd=ROOT, capture_output=True, timeout=100, check=False,
        )  # fmt: skip
        assert done.stdout, done.stderr.decode()
        (folder,) = (tmp_path / "docker-setup").iterdir()
        evidence = json.loads((folder / "evidence.json").read_text())
        return done.returncode, json.loads(done.stdout), evidence

    return run


def stopped(container: Container) -> None:
    container.start()
    docker("stop", "--time", "1", container.name)


def paused(container: Container) -> None:
    container.start()
    docker("pause", container.name)


def killed(container: Container) -> None:
    container.start()
    docker("kill", container.name)


def out_of_memory(container: Container) -> None:
    memory = ("--memory", "16m", "--memory-swap", "16m")
    container.start(*memory, command=("sh", "-c", "a=x; while :; do a=$a$a; done"))
    container.ended()


def failed(container: Container) -> None:
    container.start(command=("sh", "-c", "echo cannot read its settings; exit 3"))
    container.ended()


def unhealthy(container: Container) -> None:
    container.start("--health-cmd", "false", "--health-interval", "1s", "--health-retries", "1")
    container.unhealthy()


def missing(container: Container) -> None:
    """There is none of that name."""


FAULTS: dict[str, Callable[[Container], None]] = {
    "container-missing": missing,
    "container-stopped": stopped,
    "container-paused": paused,
    "container-killed": killed,
    "container-oom-killed": out_of_memory,
    "container-failed": failed,
    "container-unhealthy": unhealthy,
}


def about_docker_alone(diagnosis: dict[str, Any], evidence: dict[str, Any]) -> bool:
    """Whether no probe of Redis ran, no cause of Redis was judged and no sentence claims its use."""
    causes = {cause["id"] for cause in diagnosis["causes"]}
    return (
        not OF_REDIS & evidence["observations"].keys()
        and not [cause for cause in causes if "redis" in cause or "worker" in cause]
        and "Redis can be used" not in json.dumps(diagnosis)
    )


def primary(diagnosis: dict[str, Any]) -> str:
    return next((cause["id"] for cause in diagnosis["causes"] if cause.get("primary")), "")


@pytest.mark.parametrize("cause", FAULTS)
def test_a_fault_of_the_container_is_named_first(cause: str, container: Container, run: Run) -> None:
    """Its cause is primary, the verdict is critical, and nothing of Redis was observed."""
    FAULTS[cause](container)
    status, diagnosis, evidence = run(container.name)
    assert (primary(diagnosis), diagnosis["verdict"], status) == (cause, "critical", 2)
    assert container.name in diagnosis["summary"]
    assert about_docker_alone(diagnosis, evidence)


def test_an_engine_out_of_reach_is_what_the_verdict_is_about(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Nothing listens at the endpoint that DOCKER_HOST names: that is critical, and not only unknown."""
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/none.sock")
    status, diagnosis, evidence = run("docker-setup-any")
    assert (primary(diagnosis), diagnosis["verdict"], status) == ("docker-host-wrong", "critical", 2)
    assert about_docker_alone(diagnosis, evidence)


def test_a_running_container_is_ok(container: Container, run: Run) -> None:
    """The engine answers and the container runs; that there is no configuration is no matter of Docker."""
    container.start()
    status, diagnosis, evidence = run(container.name, redis_url="", orchestrator_config="/nonexistent.yaml")
    assert (diagnosis["verdict"], status) == ("ok", 0)
    assert f"1 container runs ({container.name})" in diagnosis["summary"]
    assert about_docker_alone(diagnosis, evidence)


def test_a_network_that_is_not_there_is_named(container: Container, run: Run) -> None:
    """Somebody named it, so the container should be on it."""
    container.start()
    _, diagnosis, _ = run(container.name, docker_network=f"{container.name}-net")
    assert diagnosis["verdict"] == "critical"
    assert primary(diagnosis) == "network-missing"
