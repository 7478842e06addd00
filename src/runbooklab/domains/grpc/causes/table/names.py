"""Address, name and proxy, one row a cause."""

from __future__ import annotations

from runbooklab.domain.cause import Cause
from runbooklab.domains.grpc.causes import listening, names
from runbooklab.domains.grpc.causes.preconditions import of_workers, walked
from runbooklab.domains.grpc.evidence import Evidence
from runbooklab.domains.grpc.inspections import NETWORKS, PROXIES, RESOLVE

_DNS = "Docker documentation: Networking, DNS services"

ROWS: tuple[Cause[Evidence], ...] = (
    Cause(
        id="network-not-shared",
        title="The worker and the orchestrator share no Docker network",
        layer="name",
        judge=of_workers(names.network_not_shared),
        distinguishing="Both containers exist, and no network that somebody made has both.",
        remedies=("connect-network",),
        source=_DNS,
        shown_by="worker-name",
        inspect=NETWORKS,
        look_alikes=("hostname-unresolvable", "firewall-drop"),
        runbook="docker-setup",
    ),
    Cause(
        id="container-name-from-host",
        title="A container's name is called from this host",
        layer="name",
        judge=of_workers(names.container_name_from_host),
        distinguishing="The name does not resolve here, and it is a container's.",
        remedies=("call-published-port", "publish-port"),
        source=_DNS,
        shown_by="worker-name",
        inspect=RESOLVE,
        look_alikes=("hostname-unresolvable", "network-not-shared"),
    ),
    Cause(
        id="hostname-unresolvable",
        title="The worker's name does not exist",
        layer="name",
        judge=of_workers(names.hostname_unresolvable),
        distinguishing="The name does not resolve, and no container goes by it.",
        remedies=("fix-worker-address",),
        source="getaddrinfo(3): EAI_NONAME",
        shown_by="worker-name",
        inspect=RESOLVE,
        look_alikes=("container-name-from-host", "network-not-shared", "dns-resolver-mismatch"),
    ),
    Cause(
        id="dns-resolver-mismatch",
        title="gRPC's own resolver does not find a name that the system knows",
        layer="name",
        judge=of_workers(names.resolver_mismatch),
        distinguishing="getaddrinfo finds the name, and the error text says that c-ares does not.",
        remedies=("use-native-resolver",),
        source="gRPC core: doc/environment_variables.md, GRPC_DNS_RESOLVER",
        shown_by="worker-limits",
        inspect=RESOLVE,
        look_alikes=("hostname-unresolvable",),
    ),
    Cause(
        id="advertised-address-unroutable",
        title="The worker advertises an address that only itself can use",
        layer="name",
        judge=of_workers(names.advertised_unroutable),
        distinguishing=(
            "It is 0.0.0.0, a loopback or a link-local address, and the orchestrator is elsewhere."
        ),
        remedies=("fix-worker-address",),
        source="RFC 6890; docker inspect: a container has a loopback of its own",
        shown_by="worker-name",
        inspect=RESOLVE,
        look_alikes=("worker-not-listening", "address-stale"),
    ),
    Cause(
        id="address-stale",
        title="The worker's address is out of date",
        layer="name",
        judge=of_workers(names.address_stale),
        distinguishing=(
            "The address is no container's and no interface's; the worker's container has another."
        ),
        remedies=("fix-worker-address",),
        source="Docker documentation: Networking, IP addresses change at each start",
        shown_by="worker-name",
        inspect=NETWORKS,
        look_alikes=("firewall-drop", "advertised-address-unroutable"),
    ),
    Cause(
        id="proxy-captures-grpc",
        title="A proxy takes the calls to the worker",
        layer="proxy",
        judge=of_workers(walked(listening.proxy_captures)),
        distinguishing="gRPC's proxy variables name a proxy, no exception matches, and it gives no tunnel.",
        remedies=("except-from-proxy",),
        source="gRPC core: http_proxy_mapper.cc; doc/environment_variables.md",
        shown_by="worker-proxy",
        inspect=PROXIES,
        look_alikes=("worker-not-listening", "http1-on-port"),
    ),
)
