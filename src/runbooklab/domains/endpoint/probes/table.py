"""The probes of a port, one row each."""

from __future__ import annotations

from runbooklab.domain.probe import AnyProbe, Probe
from runbooklab.domains.endpoint.records import FirstBytes
from runbooklab.observe.host.records import HostListeners
from runbooklab.observe.net.records import TcpAttempt

_HERE = "runbooklab.domains.endpoint.probes"

TCP = Probe("tcp", tuple[TcpAttempt, ...], run=f"{_HERE}.tcp:tcp", looks_at="a connection to the port")
FIRST_BYTES = Probe(
    "first-bytes", FirstBytes, run=f"{_HERE}.tcp:first_bytes", looks_at="what answers on the port"
)
LISTENERS = Probe(
    "listeners", HostListeners, run=f"{_HERE}.listeners:listeners", looks_at="who listens on the port"
)
#: A connection to the container's own address, past every published port.
BRIDGE_TCP = Probe(
    "bridge-tcp",
    tuple[TcpAttempt, ...],
    run=f"{_HERE}.tcp:bridge_tcp",
    looks_at="a connection to the container's own address",
)

PROBES: tuple[AnyProbe, ...] = (TCP, FIRST_BYTES, LISTENERS, BRIDGE_TCP)
