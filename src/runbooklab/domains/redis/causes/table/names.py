"""Causes: the name in the URL, and the networks on which it means something."""

from __future__ import annotations

from runbooklab.domain.cause import Cause, Inspection
from runbooklab.domains.container.inspections import docker_inspect
from runbooklab.domains.redis.causes import address, network, network_modes
from runbooklab.domains.redis.causes.table.sources import NETWORKS, RESOLVER
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.inspections import NETWORK, RESOLV_CONF, RESOLVE

ROWS: tuple[Cause[Evidence], ...] = (
    Cause(
        id="container-name-from-host",
        title="The URL uses a container's name, but the client is not in Docker",
        layer="name",
        judge=address.container_name_from_host,
        distinguishing="The name does not resolve on this host, and a container goes by it.",
        inspect=Inspection(RESOLVE, "no output: the name does not exist here"),
        remedies=("fix-redis-url",),
        source=RESOLVER,
        look_alikes=("hostname-unresolvable",),
    ),
    Cause(
        id="hostname-unresolvable",
        title="The host name in the URL does not exist",
        layer="name",
        judge=address.hostname_unresolvable,
        distinguishing="The name server answers that there is no such name, and no container goes by it.",
        inspect=Inspection(RESOLVE, "no output: the name does not exist here"),
        remedies=("fix-redis-url",),
        source=RESOLVER,
        consequence_of=("network-not-shared", "network-none", "redis-on-host-network"),
        look_alikes=("container-name-from-host", "dns-broken"),
    ),
    Cause(
        id="network-missing",
        title="The Docker network does not exist",
        layer="name",
        judge=network.network_missing,
        distinguishing="The engine lists no such network, and what fails depends on it.",
        inspect=Inspection(NETWORK, "No such network"),
        remedies=("create-network", "connect-network"),
        source=NETWORKS,
        look_alikes=("network-not-shared", "hostname-unresolvable"),
    ),
    Cause(
        id="network-not-shared",
        title="The orchestrator and Redis are on different Docker networks",
        layer="name",
        judge=network.network_not_shared,
        distinguishing="The orchestrator's networks and Redis' have none in common that resolves names.",
        inspect=Inspection(NETWORK, "the container is not listed"),
        remedies=("connect-network",),
        source=NETWORKS,
        consequence_of=("network-missing", "container-missing", "container-stopped", "network-none"),
        look_alikes=("hostname-unresolvable", "network-missing"),
    ),
    Cause(
        id="dns-broken",
        title="The orchestrator's container cannot resolve any name",
        layer="name",
        judge=address.dns_broken,
        distinguishing="In the orchestrator's container the name server gives no answer at all.",
        inspect=Inspection(RESOLV_CONF, "a nameserver that does not answer"),
        remedies=("fix-container-dns",),
        source=RESOLVER,
        consequence_of=("network-none",),
        look_alikes=("hostname-unresolvable",),
    ),
    Cause(
        id="dns-duplicate-alias",
        title="One name leads to two containers",
        layer="name",
        judge=address.dns_duplicate_alias,
        distinguishing="Two running containers on the orchestrator's network go by the URL's name.",
        shown_by="name-resolution",
        remedies=("rename-network-alias",),
        source=RESOLVER,
    ),
    Cause(
        id="network-none",
        title="A container was started without a network",
        layer="name",
        judge=network_modes.network_none,
        distinguishing="The only network of the container is `none`.",
        inspect=Inspection(
            docker_inspect(".HostConfig.NetworkMode"),
            "none, host or container: the container has no network of its own",
        ),
        remedies=("join-network",),
        source=NETWORKS,
        look_alikes=("network-detached", "network-not-shared", "port-not-published"),
    ),
    Cause(
        id="redis-on-host-network",
        title="Redis is on the host's network, where it has no name and no port mapping",
        layer="name",
        judge=network_modes.redis_on_host_network,
        distinguishing="network_mode `host`: its name is not known, or its port mapping is ignored.",
        inspect=Inspection(
            docker_inspect(".HostConfig.NetworkMode"),
            "none, host or container: the container has no network of its own",
        ),
        remedies=("fix-redis-url",),
        source=NETWORKS,
        look_alikes=("network-not-shared", "redis-port-mismatch", "hostname-unresolvable"),
    ),
)
