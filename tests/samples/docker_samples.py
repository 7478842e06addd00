"""Synthetic evidence of Docker, one container and its network, for the tests of the domain docker.

seen()                                     the container shop-db runs on shop-network
seen(found(state="exited", exit_code=1))   it has ended
seen(None)                                 there is no such container
seen(docker=out_of_reach("unreachable"))   the engine does not answer, so nothing else was seen
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from runbooklab.domains.container.evidence import Evidence
from runbooklab.domains.container.target import Target
from runbooklab.model.observation import LogLine, Missing, Observation
from runbooklab.observe.docker.records import (
    Attachment,
    Container,
    ContainerEvent,
    ContainerLook,
    DockerAccess,
    HealthLog,
    LogTail,
    Network,
    NetworkLook,
    PortBinding,
)

NOW = "2026-03-01T12:00:00.000Z"
FOUR_MINUTES_AGO = "2026-03-01T11:56:00.000Z"
TWO_HOURS_AGO = "2026-03-01T10:00:00.000Z"
NAME, NETWORK = "shop-db", "shop-network"
ENDPOINT = "unix:///var/run/docker.sock"
PARAMETERS = {"redis_container": NAME, "docker_network": NETWORK}
PROBES = ("docker", "container", "logs", "events", "network")


def found(state: str = "running", **values: Any) -> Container:
    """The container; one that has ended did so four minutes ago."""
    port = PortBinding(6379, "tcp", "127.0.0.1", 6379)
    ended = {"finished_at": FOUR_MINUTES_AGO} if state in ("exited", "dead") else {}
    usual: dict[str, Any] = {
        "id": "c" * 64,
        "image": "example:1",
        "created_at": TWO_HOURS_AGO,
        "started_at": "" if state == "created" else TWO_HOURS_AGO,
        "command": ("serve",),
        "network_mode": NETWORK,
        "ports": (port,) if state == "running" else (),
        "ports_asked": (port,),
        "networks": (Attachment(NETWORK, ip="172.18.0.2"),),
    }
    return Container(NAME, state=state, **usual | ended | values)


def out_of_reach(outcome: Any) -> DockerAccess:
    return DockerAccess(outcome=outcome, endpoint=ENDPOINT, message="as the test has it")


def seen(of: Container | None = found(), /, **observed: Any) -> Evidence:  # noqa: B008 # frozen
    """Evidence ``of`` one container, None if there is none.

    ``observed`` are other values, or ``Missing``, by the probe's name.

    Nothing is seen through an engine that is out of reach. ``parameters`` are the target's.
    """
    parameters = observed.pop("parameters", PARAMETERS)
    network = Network(NETWORK, "bridge", subnets=("172.18.0.0/16",))
    values: dict[str, Any] = {
        "docker": DockerAccess(outcome="ok", endpoint=ENDPOINT, engine="Docker", server_version="27.1"),
        "container": ContainerLook(NAME, of, names=(NAME,) if of else ()),
        "logs": LogTail((LogLine(TWO_HOURS_AGO, "up"),), 50, driver="json-file")
        if of
        else Missing("not-applicable", f"there is no container {NAME}"),
        "events": (),
        "network": NetworkLook(NETWORK, network, names=("bridge", NETWORK)),
    } | observed
    if values["docker"].outcome != "ok":
        lost = Missing("unreachable", "Docker does not answer")
        values |= dict.fromkeys(("container", "logs", "events", "network"), lost)
    evidence = Evidence(target=Target(parameters), gathered_at=NOW)
    return evidence.having(
        *(
            Observation(name, missing=value) if isinstance(value, Missing) else Observation(name, value=value)
            for name, value in values.items()
        )
    )


def event(action: str, at: str = FOUR_MINUTES_AGO) -> ContainerEvent:
    return ContainerEvent(at, NAME, action)


def log(*lines: str) -> LogTail:
    """Lines of the last run, each an error."""
    return LogTail(tuple(LogLine(FOUR_MINUTES_AGO, line, "error") for line in lines), 50)


def _unhealthy() -> Evidence:
    runs = tuple(HealthLog(FOUR_MINUTES_AGO, 1, "connection refused") for _ in range(3))
    return seen(found(health="unhealthy", health_log=runs))


def _looping() -> Evidence:
    container = found("restarting", exit_code=1, restart_count=7, restart_policy="always")
    look = ContainerLook(NAME, container, restart_count_later=8, state_later="restarting")
    return seen(container, container=look, logs=log("cannot read /etc/app.conf"))


def _detached_from_named() -> Evidence:
    return seen(found(networks=(Attachment("bridge", ip="172.17.0.2"),), network_mode="bridge"))


#: The cause that is to be fixed first -> evidence of it; what follows a slash names a variant.
CAUSES: dict[str, Callable[[], Evidence]] = {
    "docker-permission-denied": lambda: seen(docker=out_of_reach("permission-denied")),
    "docker-unreachable": lambda: seen(docker=out_of_reach("unreachable")),
    "docker-unresponsive": lambda: seen(docker=out_of_reach("unresponsive")),
    "docker-api-version": lambda: seen(docker=out_of_reach("api-version")),
    "docker-endpoint-unusable": lambda: seen(docker=out_of_reach("unusable")),
    "docker-context-missing": lambda: seen(docker=out_of_reach("context-missing")),
    "network-missing": lambda: seen(network=NetworkLook(NETWORK, names=("bridge",))),
    "network-missing/start-refused": lambda: seen(
        found("exited", exit_code=128, error=f"network {NETWORK} not found"),
        network=NetworkLook(NETWORK, names=("bridge",)),
    ),
    "network-detached": lambda: seen(found(networks=())),
    "network-detached/elsewhere": _detached_from_named,
    "container-missing": lambda: seen(None),
    "container-missing/removed": lambda: seen(None, events=(event("destroy"),)),
    "container-never-started": lambda: seen(found("created")),
    "container-stopped": lambda: seen(found("exited")),
    "container-stopped/host-went-down": lambda: seen(found("exited", exit_code=255)),
    "container-failed": lambda: seen(found("exited", exit_code=1), logs=log("cannot read /etc/app.conf")),
    "container-failed/engine": lambda: seen(
        found("created", exit_code=128, error="driver failed: port is already allocated")
    ),
    "container-failed/mute": lambda: seen(found("exited", exit_code=3), logs=LogTail((), 50)),
    "container-killed": lambda: seen(found("exited", exit_code=137), events=(event("kill"),)),
    "container-oom-killed": lambda: seen(
        found("exited", exit_code=137, oom_killed=True, memory_limit_bytes=32 << 20)
    ),
    "container-paused": lambda: seen(found("paused")),
    "container-crash-looping": _looping,
    "start-command-not-found": lambda: seen(
        found("created", exit_code=127, error='exec: "serv": executable file not found in $PATH')
    ),
    "start-command-not-found/shell": lambda: seen(
        found("exited", exit_code=127), logs=log("sh: 1: serv: not found")
    ),
    "container-unhealthy": _unhealthy,
}


def without(evidence: Evidence, *names: str, reason: Any = "deadline") -> Evidence:
    """``evidence`` in which these probes saw nothing."""
    return evidence.having(*(Observation(name, missing=Missing(reason)) for name in names))


def retargeted(evidence: Evidence, **parameters: Any) -> Evidence:
    return replace(evidence, target=evidence.target.having(**parameters))
