"""Causes: what this host does not allow, what the Compose file gets wrong, what may happen later."""

from __future__ import annotations

from runbooklab.domain.cause import Cause, Inspection
from runbooklab.domains.ports.causes import of_compose, of_host
from runbooklab.domains.ports.evidence import Evidence
from runbooklab.domains.ports.inspections import ADDRESSES, COMPOSE_FILE, KERNEL, LISTENERS

_SYSCTL = "Linux: Documentation/networking/ip-sysctl.rst"
_COMPOSE = "Compose specification: ports, deploy.replicas, network_mode"

HOST_FIRST: tuple[Cause[Evidence], ...] = (
    Cause(
        id="bind-address-unavailable",
        title="The address to listen on is not this host's",
        layer="port-host",
        judge=of_host.bind_address_unavailable,
        distinguishing="No interface of this host has the address: `cannot assign requested address`.",
        remedies=("use-own-address",),
        source="bind(2), EADDRNOTAVAIL",
        shown_by="bind-address",
        inspect=Inspection(ADDRESSES, "no line with the address"),
    ),
    Cause(
        id="port-privileged",
        title="The service's user may not listen on so low a port",
        layer="port-host",
        judge=of_host.port_privileged,
        distinguishing="The port is below ip_unprivileged_port_start, and the service's user is not root.",
        remedies=("allow-low-port",),
        source=_SYSCTL,
        shown_by="port-kernel",
        inspect=Inspection(KERNEL, "ip_unprivileged_port_start above the port"),
        look_alikes=("service-not-listening",),
    ),
)


def _file(
    id_: str, title: str, judge: object, distinguishing: str, severity: str = "critical"
) -> Cause[Evidence]:
    return Cause(
        id=id_,
        title=title,
        layer="port-file",
        judge=judge,  # type: ignore[arg-type] # a judge of this domain
        distinguishing=distinguishing,
        remedies=("fix-compose-port",),
        source=_COMPOSE,
        severity="warning" if severity == "warning" else "critical",
        shown_by="port-compose",
        inspect=Inspection(COMPOSE_FILE, "the lines below `ports:`"),
    )


FILE: tuple[Cause[Evidence], ...] = (
    _file(
        "compose-port-invalid",
        "A port of the Compose file is not valid",
        of_compose.compose_port_invalid,
        "A published port is outside 1 to 65535, or no port at all.",
    ),
    _file(
        "compose-port-duplicate",
        "Two services of the Compose file want the same port",
        of_compose.compose_port_duplicate,
        "Two entries have host port and protocol in common, and their addresses overlap.",
    ),
    _file(
        "compose-scale-port-conflict",
        "A service has more replicas than host ports",
        of_compose.compose_scale_port_conflict,
        "Replicas or scale is above one, with a fixed host port.",
    ),
    _file(
        "compose-ports-discarded",
        "Published ports are discarded on the host's network",
        of_compose.compose_ports_discarded,
        "The service has ports and network_mode host.",
        severity="warning",
    ),
)

LATER: tuple[Cause[Evidence], ...] = (
    Cause(
        id="port-owner-hidden",
        title="The port's owner may not be seen",
        layer="port-later",
        judge=of_host.port_owner_hidden,
        distinguishing="There is a listener without a pid, and this user is not root.",
        remedies=("look-as-root",),
        source="proc(5): /proc/pid/fd",
        severity="warning",
        shown_by="port-owners",
        inspect=Inspection(LISTENERS, "the owner's name"),
    ),
    Cause(
        id="port-in-ephemeral-range",
        title="The port may be taken by an outgoing connection",
        layer="port-later",
        judge=of_host.port_in_ephemeral_range,
        distinguishing="The port is in ip_local_port_range and not in ip_local_reserved_ports.",
        remedies=("reserve-port",),
        source=_SYSCTL,
        severity="warning",
        shown_by="port-kernel",
        inspect=Inspection(KERNEL, "a range that holds the port"),
    ),
)
