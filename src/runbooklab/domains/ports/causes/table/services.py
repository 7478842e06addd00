"""Causes: the port's own service is not there, or cannot be reached on it."""

from __future__ import annotations

from runbooklab.domain.cause import Cause, Inspection
from runbooklab.domains.ports.causes.of_host import port_redirected
from runbooklab.domains.ports.causes.of_ports import judge_of
from runbooklab.domains.ports.evidence import Evidence
from runbooklab.domains.ports.inspections import CONTAINERS, LISTENERS, PUBLISHED, REDIRECTS

_RUN = "Docker CLI reference: docker container run (publishing ports)"
_INSPECT = "Docker Engine API, container inspect: State"
#: What keeps a container from having its port.
_TAKEN = (
    "port-conflict-process", "port-conflict-container", "port-conflict-compose-project",
    "port-conflict-host-network", "service-already-running", "stale-docker-proxy", "listener-frozen",
    "port-held-by-orphan", "port-held-by-socket-unit", "port-taken-by-outgoing-connection",
)  # fmt: skip
#: What keeps anybody from having it.
_NOT_TO_BE_HAD = (
    "bind-address-unavailable", "port-privileged", "compose-port-invalid", "compose-port-duplicate",
    "compose-scale-port-conflict", "compose-ports-discarded", "port-redirected",
)  # fmt: skip


def _container(id_: str, title: str, distinguishing: str, *remedies: str) -> Cause[Evidence]:
    return Cause(
        id=id_,
        title=title,
        layer="port-container",
        judge=judge_of(id_),
        distinguishing=distinguishing,
        remedies=remedies,
        source=_INSPECT,
        shown_by="port-owners",
        inspect=Inspection(CONTAINERS, "another state than Up"),
        runbook="docker-setup",
        consequence_of=(*_TAKEN, *_NOT_TO_BE_HAD),
        look_alikes=("service-not-listening",),
    )


def _way(
    id_: str, title: str, distinguishing: str, *remedies: str, consequence_of: tuple[str, ...] = ()
) -> Cause[Evidence]:
    return Cause(
        id=id_,
        title=title,
        layer="port-way",
        judge=judge_of(id_),
        distinguishing=distinguishing,
        remedies=remedies,
        source=_RUN,
        shown_by="port-owners",
        inspect=Inspection(PUBLISHED, "other ports than the wanted one"),
        consequence_of=consequence_of,
        look_alikes=() if id_ == "service-not-listening" else ("service-not-listening",),
    )


SERVICES: tuple[Cause[Evidence], ...] = (
    _container(
        "container-crash-looping",
        "The port's container starts and crashes again and again",
        "State `restarting`, and nobody listens.",
        "read-log",
    ),
    _container(
        "container-paused",
        "The port's container is paused",
        "State `paused`: the docker-proxy takes connections, and nobody answers.",
        "unpause-container",
    ),
    _container(
        "container-never-started",
        "The port's container was created but never started",
        "State `created`; if its error names the port, nobody has that port now.",
        "start-container",
    ),
    _container(
        "container-stopped",
        "The port's container is stopped",
        "State `exited`, and nobody listens.",
        "start-container",
    ),
    _way(
        "port-published-udp",
        "The port is published for UDP",
        "The binding to the port is /udp, and TCP is wanted.",
        "publish-port",
    ),
    _way(
        "port-published-elsewhere",
        "The container is published on another port",
        "The container runs, and its bindings name other ports of this host.",
        "use-published-port",
        "publish-port",
    ),
    _way(
        "port-published-other-address",
        "The port is on another address than wanted",
        "The owner listens on the port, and not on the address that `bind_address` names.",
        "publish-port",
        "use-published-address",
    ),
    _way(
        "port-not-published",
        "The container publishes no port",
        "The container runs on a network of its own, without a binding to this host.",
        "publish-port",
    ),
    _way(
        "container-port-mismatch",
        "The port leads to a port of the container where nothing listens",
        "Inside the container something listens, on another port than the binding's.",
        "fix-mapping",
    ),
    _way(
        "bind-loopback-only",
        "The container's program listens on its own loopback only",
        "Inside the container the listener of the binding's port is on 127.0.0.1.",
        "listen-on-all-addresses",
    ),
    _container(
        "rootless-port",
        "An engine without root may not publish so low a port",
        "The container's error names the port and denies permission: rootlesskit would have to listen.",
        "allow-low-port",
    ),
    _way(
        "userland-proxy-off",
        "The engine runs no docker-proxy for the port",
        "The container listens and has the binding, and no docker-proxy listens on this host.",
        "use-container-address",
    ),
    Cause(
        id="port-redirected",
        title="A rule sends the port's connections elsewhere",
        layer="port-way",
        judge=port_redirected,
        distinguishing="A rule of the nat table has the port as its destination, and is not the engine's.",
        remedies=("delete-redirect",),
        source="iptables-extensions(8): REDIRECT, DNAT",
        shown_by="port-redirects",
        inspect=Inspection(REDIRECTS, "a line with REDIRECT or DNAT and the port"),
        look_alikes=("wrong-service-on-port",),
    ),
    Cause(
        id="service-not-listening",
        title="Nobody listens on the port",
        layer="port-way",
        judge=judge_of("service-not-listening"),
        distinguishing="The port is free, and no container that is to have it is stopped.",
        remedies=("start-service",),
        source="proc(5): net/tcp",
        shown_by="port-owners",
        inspect=Inspection(LISTENERS, "no output"),
        consequence_of=_NOT_TO_BE_HAD,
        look_alikes=("container-stopped", "port-time-wait"),
    ),
)
