"""Causes: who has the port, and where it is published."""

from __future__ import annotations

from runbooklab.domain.cause import Cause, Inspection
from runbooklab.domains.container.inspections import docker
from runbooklab.domains.redis.causes import ports
from runbooklab.domains.redis.causes.table.groups import CLOSED, REFUSED
from runbooklab.domains.redis.causes.table.sources import PROC, RUN
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.inspections import HOLDER

ROWS: tuple[Cause[Evidence], ...] = (
    Cause(
        id="port-conflict-process",
        title="Another process has taken Redis' port",
        layer="tcp",
        judge=ports.port_conflict_process,
        distinguishing="The engine could not start the container: address in use, by a process of the host.",
        inspect=Inspection(HOLDER, "another process than this container's docker-proxy"),
        remedies=("use-other-port", "free-port", "start-container"),
        source=RUN,
        look_alikes=("port-conflict-container", "container-never-started"),
    ),
    Cause(
        id="port-conflict-container",
        title="Another container has taken Redis' port",
        layer="tcp",
        judge=ports.port_conflict_container,
        distinguishing="The engine could not start the container: another container has the port.",
        inspect=Inspection(HOLDER, "another process than this container's docker-proxy"),
        remedies=("use-other-port", "stop-conflicting-container", "start-container"),
        source=RUN,
        look_alikes=("port-conflict-process", "container-never-started"),
    ),
    Cause(
        id="stale-docker-proxy",
        title="A left-over docker-proxy holds the port",
        layer="tcp",
        judge=ports.stale_docker_proxy,
        distinguishing="A docker-proxy holds the port and forwards to an address that no container has.",
        inspect=Inspection(HOLDER, "another process than this container's docker-proxy"),
        remedies=("end-docker-proxy", "restart-docker"),
        source=PROC,
        look_alikes=CLOSED,
    ),
    Cause(
        id="port-not-published",
        title="Redis' port is not published to the host",
        layer="tcp",
        judge=ports.port_not_published,
        distinguishing="Redis works inside, and its port is not published on any port of the host.",
        inspect=Inspection(docker("port"), "no output"),
        remedies=("publish-port",),
        source=RUN,
        consequence_of=("network-none",),
        look_alikes=REFUSED,
    ),
    Cause(
        id="port-published-elsewhere",
        title="Redis is published on another port than the URL says",
        layer="tcp",
        judge=ports.port_published_elsewhere,
        distinguishing="Redis' port is published, on another port than the URL's.",
        inspect=Inspection(docker("port"), "another address or port than the client uses"),
        remedies=("fix-redis-url", "publish-port"),
        source=RUN,
        look_alikes=REFUSED,
    ),
    Cause(
        id="port-published-other-address",
        title="Redis is published on another address than the client uses",
        layer="tcp",
        judge=ports.port_published_other_address,
        distinguishing="The URL's port is published, on an address that the client does not use.",
        inspect=Inspection(docker("port"), "another address or port than the client uses"),
        remedies=("fix-redis-url", "publish-port"),
        source=RUN,
        look_alikes=REFUSED,
    ),
    Cause(
        id="port-published-udp",
        title="Redis' port is published for UDP instead of TCP",
        layer="tcp",
        judge=ports.port_published_udp,
        distinguishing="Redis' port is published for UDP and not for TCP.",
        inspect=Inspection(docker("port"), "/udp where /tcp is wanted"),
        remedies=("publish-port",),
        source=RUN,
        look_alikes=REFUSED,
    ),
)
