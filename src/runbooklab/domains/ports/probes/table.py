"""The probes of ports, one row each."""

from __future__ import annotations

from runbooklab.domain.probe import AnyProbe, Probe
from runbooklab.domains.ports.records import (
    ComposePorts,
    ConfiguredPorts,
    Containers,
    HostSettings,
    Inside,
    NatRules,
    PortConnects,
    Sockets,
)

_HERE = "runbooklab.domains.ports.probes"

COMPOSE_PORTS = Probe(
    "compose-ports", ComposePorts, run=f"{_HERE}.compose:compose_ports", looks_at="the Compose file's ports"
)
CONFIGURED_PORTS = Probe(
    "configured-ports",
    ConfiguredPorts,
    run=f"{_HERE}.configured:configured_ports",
    looks_at="the configuration's ports",
)
SOCKETS = Probe("sockets", Sockets, run=f"{_HERE}.sockets:sockets", looks_at="the sockets of this host")
CONTAINERS = Probe(
    "port-containers",
    Containers,
    run=f"{_HERE}.containers:containers",
    client="docker",
    looks_at="the containers and their ports",
)
INSIDE = Probe(
    "inside-containers",
    tuple[Inside, ...],
    run=f"{_HERE}.inside:inside",
    client="docker",
    looks_at="the listeners inside the containers",
)
HOST = Probe(
    "host-settings", HostSettings, run=f"{_HERE}.host:host_settings", looks_at="this host's settings of ports"
)
CONNECTS = Probe(
    "port-connects",
    tuple[PortConnects, ...],
    run=f"{_HERE}.connects:connects",
    looks_at="connections to the ports",
)
NAT = Probe("nat-rules", NatRules, run=f"{_HERE}.nat:nat_rules", looks_at="the rules that redirect ports")

PROBES: tuple[AnyProbe, ...] = (
    COMPOSE_PORTS, CONFIGURED_PORTS, SOCKETS, CONTAINERS, INSIDE, HOST, CONNECTS, NAT,
)  # fmt: skip
