"""The catalogue of a port: one row a cause; :class:`Cause` says what a row holds."""

from __future__ import annotations

from msgspec.structs import replace

from runbooklab.domain.cause import Cause, Inspection
from runbooklab.domains.container.causes.table import CAUSES
from runbooklab.domains.container.shell import command
from runbooklab.domains.endpoint.causes import conflict, listening, publishing
from runbooklab.domains.endpoint.evidence import Evidence
from runbooklab.domains.endpoint.remedies.place import Place

#: What has the port that the container asks for.
_TAKEN = ("port-conflict-process", "port-conflict-container", "stale-docker-proxy")
#: What Docker says of a container that does not run: if something else has its port, that is fixed first.
_OF_DOCKER: tuple[Cause[Evidence], ...] = tuple(
    replace(row, consequence_of=(*row.consequence_of, *_TAKEN)) for row in CAUSES if row.layer == "docker"
)

_RUN = "Docker CLI reference: docker container run (publishing ports)"
_PROC = "proc(5): net/tcp; docker-proxy(8)"
#: What keeps a container from running: nothing listens then.
_NOT_RUNNING = (
    "container-missing",
    "container-never-started",
    "container-stopped",
    "container-failed",
    "container-killed",
    "container-oom-killed",
    "container-crash-looping",
)


def _holder(e: Evidence) -> str:
    return Place(e).show


def _published(e: Evidence) -> str:
    return command("docker", "port", Place(e).name)


ROWS: tuple[Cause[Evidence], ...] = (
    *_OF_DOCKER,
    Cause(
        id="port-conflict-process",
        title="Another process has the container's port",
        layer="tcp",
        judge=conflict.port_conflict_process,
        distinguishing="The engine could not start the container: address in use, by a process of the host.",
        inspect=Inspection(_holder, "another process than this container's docker-proxy"),
        remedies=("use-other-port", "free-port", "start-container"),
        source=_RUN,
        look_alikes=("port-conflict-container", "container-never-started"),
    ),
    Cause(
        id="port-conflict-container",
        title="Another container has the container's port",
        layer="tcp",
        judge=conflict.port_conflict_container,
        distinguishing="The engine could not start the container: another container has the port.",
        inspect=Inspection(_holder, "another process than this container's docker-proxy"),
        remedies=("use-other-port", "stop-conflicting-container", "start-container"),
        source=_RUN,
        look_alikes=("port-conflict-process", "container-never-started"),
    ),
    Cause(
        id="stale-docker-proxy",
        title="A left-over docker-proxy holds the port",
        layer="tcp",
        judge=conflict.stale_docker_proxy,
        distinguishing="A docker-proxy holds the port and forwards to an address that no container has.",
        inspect=Inspection(_holder, "a docker-proxy whose -container-ip no container has"),
        remedies=("end-docker-proxy",),
        source=_PROC,
        look_alikes=("service-not-listening",),
    ),
    Cause(
        id="port-not-published",
        title="The container's port is not published to this host",
        layer="tcp",
        judge=publishing.port_not_published,
        distinguishing="Neither the container's port nor the URL's is among the published ones.",
        inspect=Inspection(_published, "no output"),
        remedies=("publish-port",),
        source=_RUN,
    ),
    Cause(
        id="port-published-elsewhere",
        title="The container is published on another port than the URL says",
        layer="tcp",
        judge=publishing.port_published_elsewhere,
        distinguishing="The container's port is published, on another port than the URL's.",
        inspect=Inspection(_published, "another port than the URL's"),
        remedies=("fix-redis-url", "publish-port"),
        source=_RUN,
        look_alikes=("port-not-published",),
    ),
    Cause(
        id="port-published-other-address",
        title="The container is published on another address than the URL leads to",
        layer="tcp",
        judge=publishing.port_published_other_address,
        distinguishing="The URL's port is published, on an address that the URL does not lead to.",
        inspect=Inspection(_published, "another address than the URL's"),
        remedies=("fix-redis-url", "publish-port"),
        source=_RUN,
        look_alikes=("port-not-published",),
    ),
    Cause(
        id="port-published-udp",
        title="The container's port is published for UDP instead of TCP",
        layer="tcp",
        judge=publishing.port_published_udp,
        distinguishing="The port is published for UDP and not for TCP.",
        inspect=Inspection(_published, "/udp where /tcp is wanted"),
        remedies=("publish-port",),
        source=_RUN,
        look_alikes=("port-not-published",),
    ),
    Cause(
        id="service-not-listening",
        title="Nothing listens at the port",
        layer="tcp",
        judge=listening.service_not_listening,
        distinguishing="The port is refused, on this host or at the container's own address.",
        shown_by="what-answers",
        inspect=Inspection(_holder, "no output"),
        remedies=("start-container",),
        source="tcp(7): a port that nobody listens on is refused",
        consequence_of=(*_NOT_RUNNING, *_TAKEN),
        look_alikes=("port-not-published", "stale-docker-proxy"),
    ),
)
