"""Drills of containers: their start, their state, their health."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from runbooklab.domains.docker.lab.testbed import DockerTestbed
from runbooklab.lab.fault import Fault, Healthy
from runbooklab.lab.ports import free_port
from runbooklab.lab.testbed import Situation

_TENTH_S = 100_000_000  # nanoseconds
_ARM = (
    b"\x7fELF\x02\x01\x01" + bytes(9) + (2).to_bytes(2, "little") + (183).to_bytes(2, "little") + bytes(200)
)


def script(content: bytes, mode: int = 0o755, argv: tuple[str, ...] = ("/run.sh",)) -> Any:
    """A recipe: a container executes a file of this host that is mounted at /run.sh."""

    def recipe(bed: DockerTestbed) -> Situation:
        path = bed.file("run.sh", content, mode)
        path.chmod(mode)
        found = bed.run_container(
            "worker", list(argv), volumes={str(path): {"bind": "/run.sh", "mode": "ro"}}
        )
        bed.until(lambda: _ended(found))
        return bed.situation(container=bed.name("worker"))

    return recipe


def _ended(found: Any) -> bool:
    found.reload()
    return found.status in ("exited", "created")


def no_command(bed: DockerTestbed) -> Situation:
    bed.run_container("worker", ["tts-worker", "--serve"])
    return bed.situation(container=bed.name("worker"))


def _published(bed: DockerTestbed, port: int) -> Any:
    return bed.created(
        "worker", ["sleep", "600"], ports={"8080/tcp": ("127.0.0.1", port)}, network_mode="bridge"
    )


def refused_by_process(bed: DockerTestbed) -> Situation:
    port = bed.listening("silent")
    _refused(_published(bed, port))
    return bed.situation(container=bed.name("worker"))


def refused_by_container(bed: DockerTestbed) -> Situation:
    port = free_port()
    bed.container("other", ["sleep", "600"], ports={"8080/tcp": ("127.0.0.1", port)}, network_mode="bridge")
    _refused(_published(bed, port))
    return bed.situation(container=bed.name("worker"))


def refused_once(bed: DockerTestbed) -> Situation:
    port = free_port()
    listener = bed.fake_listener("silent", str(port))
    _refused(_published(bed, port))
    listener.kill()
    listener.wait()
    return bed.situation(container=bed.name("worker"))


def _refused(found: Any) -> None:
    from docker.errors import APIError

    with suppress(APIError):
        found.start()


def never_started(bed: DockerTestbed) -> Situation:
    bed.run_container("worker", ["sleep", "600"], start=False)
    return bed.situation(container=bed.name("worker"))


def stopped(bed: DockerTestbed) -> Situation:
    found = bed.run_container("worker", ["sh", "-c", "trap 'exit 0' TERM; sleep 600 & wait"])
    bed.until(lambda: _running(found))
    found.stop(timeout=5)
    return bed.situation(container=bed.name("worker"))


def stopped_hard(bed: DockerTestbed) -> Situation:
    found = bed.run_container("worker", ["sleep", "600"])
    bed.until(lambda: _running(found))
    found.stop(timeout=1)
    return bed.situation(container=bed.name("worker"))


def _running(found: Any) -> bool:
    found.reload()
    return bool(found.status == "running")


def killed(bed: DockerTestbed) -> Situation:
    found = bed.run_container("worker", ["sleep", "600"])
    found.kill()
    bed.exited(found)
    return bed.situation(container=bed.name("worker"))


def failed(bed: DockerTestbed) -> Situation:
    found = bed.run_container("worker", ["sh", "-c", "echo no such voice; exit 3"])
    bed.exited(found)
    return bed.situation(container=bed.name("worker"))


def paused(bed: DockerTestbed) -> Situation:
    found = bed.run_container("worker", ["sleep", "600"])
    found.pause()
    bed.later(lambda: _unpaused(found))
    return bed.situation(container=bed.name("worker"))


def _unpaused(found: Any) -> None:
    """A paused container cannot be removed by every engine."""
    from docker.errors import APIError

    with suppress(APIError):
        found.unpause()


def missing(bed: DockerTestbed) -> Situation:
    return bed.situation(container=bed.name("none"))


def looping(bed: DockerTestbed) -> Situation:
    found = bed.run_container(
        "worker", ["sh", "-c", "echo no model; exit 4"], restart_policy={"Name": "always"}
    )
    bed.until(lambda: _restarts(found) > 1)
    return bed.situation(container=bed.name("worker"))


def _restarts(found: Any) -> int:
    found.reload()
    return int(found.attrs["RestartCount"])


def out_of_memory(bed: DockerTestbed) -> Situation:
    found = bed.run_container(
        "worker",
        # not at once: the engine begins to watch for this a moment after the start
        ["sh", "-c", "sleep 0.5; exec dd if=/dev/zero of=/dev/null bs=60M count=1"],
        mem_limit="16m",
        memswap_limit="16m",
    )
    bed.exited(found)
    bed.until(lambda: _is_out_of_memory(found))
    return bed.situation(container=bed.name("worker"))


def _is_out_of_memory(found: Any) -> bool:
    """The engine says so a moment after the end."""
    found.reload()
    return bool(found.attrs["State"]["OOMKilled"])


def shared_memory(bed: DockerTestbed) -> Situation:
    found = bed.run_container(
        "worker", ["sh", "-c", "dd if=/dev/zero of=/dev/shm/x bs=64k; echo full; sleep 600"], shm_size="1m"
    )
    bed.says(found, "full")
    return bed.situation(container=bed.name("worker"))


def health(test: list[str], *, until: str = "unhealthy", retries: int = 1) -> Any:
    """A recipe: a container that runs, with a health check."""

    def recipe(bed: DockerTestbed) -> Situation:
        check = {"test": test, "interval": 3 * _TENTH_S, "timeout": 10 * _TENTH_S, "retries": retries}
        found = bed.run_container("worker", ["sleep", "600"], healthcheck=check)
        bed.until(lambda: _health(found) == until)
        return bed.situation(container=bed.name("worker"))

    return recipe


def _health(found: Any) -> str:
    found.reload()
    return str(found.attrs["State"].get("Health", {}).get("Status", ""))


def starting(bed: DockerTestbed) -> Situation:
    check = {
        "test": ["CMD", "sh", "-c", "exit 0"],
        "interval": 600 * 10 * _TENTH_S,
        "start_period": 600 * 10 * _TENTH_S,
    }
    bed.run_container("worker", ["sleep", "600"], healthcheck=check)
    return bed.situation(container=bed.name("worker"))


def done(bed: DockerTestbed) -> Situation:
    bed.exited(bed.run_container("migrate", ["sh", "-c", "echo migrated"]))
    return bed.situation(container=bed.name("migrate"))


def restarted_once(bed: DockerTestbed) -> Situation:
    found = bed.run_container(
        "worker",
        ["sh", "-c", "test -e /tmp/x && exec sleep 600; touch /tmp/x; exit 1"],
        restart_policy={"Name": "on-failure", "MaximumRetryCount": 5},
    )
    bed.until(lambda: _restarts(found) == 1 and found.status == "running")
    return bed.situation(container=bed.name("worker"))


def unrelated(bed: DockerTestbed) -> Situation:
    bed.run_container("worker", ["sleep", "600"])
    other = bed.run_container("other", ["sleep", "600"])
    other.kill()
    return bed.situation(container=bed.name("worker"))


FAULTS: tuple[Fault[DockerTestbed], ...] = (
    Fault("port-conflict-process", "A program of this host has the port.", refused_by_process),
    Fault("port-conflict-container", "Another container publishes the port.", refused_by_container),
    Fault("container-never-started/port-free", "The port was taken, and is free again.", refused_once),
    Fault(
        "entrypoint-crlf",
        "A script was saved with Windows line ends.",
        script(b"#!/bin/sh\r\necho hi\r\nsleep 600\r\n"),
    ),
    Fault(
        "entrypoint-crlf/shell",
        "A shell runs such a script.",
        script(b"#!/bin/sh\r\nset -e\r\nexec sleep 600\r\n", argv=("sh", "/run.sh")),
    ),
    Fault(
        "entrypoint-not-executable", "A script lacks the mode x.", script(b"#!/bin/sh\nsleep 600\n", 0o644)
    ),
    Fault(
        "entrypoint-not-executable/shell",
        "A shell is to execute it.",
        script(b"#!/bin/sh\nsleep 600\n", 0o644, ("sh", "-c", "/run.sh")),
    ),
    Fault("image-platform-mismatch", "A program is for another machine.", script(_ARM)),
    Fault("start-command-not-found", "A command is not in the image.", no_command),
    Fault(
        "start-command-not-found/interpreter",
        "A script's interpreter is not in the image.",
        script(b"#!/opt/lab/python3\nprint(1)\n"),
    ),
    Fault("container-missing", "There is no container of that name.", missing),
    Fault("container-never-started", "A container was made and not started.", never_started),
    Fault("container-stopped", "A container was stopped.", stopped),
    Fault("container-stopped/hard", "A container was stopped, and did not listen.", stopped_hard),
    Fault("container-killed", "A container was killed.", killed),
    Fault("container-failed", "A container's program ended with code 3.", failed),
    Fault("container-paused", "A container is paused.", paused),
    Fault("container-crash-looping", "A container ends and restarts again and again.", looping),
    Fault("container-oom-killed", "A container goes over 16 MiB.", out_of_memory),
    Fault("shm-too-small", "A container fills its /dev/shm of 1 MiB.", shared_memory),
    Fault(
        "healthcheck-command-missing",
        "A health check calls curl, which is not there.",
        health(["CMD", "curl", "-f", "http://localhost"]),
    ),
    Fault(
        "healthcheck-command-missing/shell",
        "A shell is to call it.",
        health(["CMD-SHELL", "curl -f http://localhost || exit 1"]),
    ),
    Fault(
        "container-unhealthy", "A health check fails.", health(["CMD", "sh", "-c", "echo no voice; exit 1"])
    ),
)

HEALTHY: tuple[Healthy[DockerTestbed], ...] = (
    Healthy("container-one-shot", "A container did its work and ended with code 0.", done),
    Healthy("container-restarted-once", "A container restarted once and runs since.", restarted_once),
    Healthy("container-health-starting", "A health check has not run yet.", starting),
    Healthy("container-of-others-killed", "Another container was killed.", unrelated),
)
