"""Which ports the system wants, and whose each is to be: as given, else by configuration and Compose file."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from runbooklab.domains.address.target import ORCHESTRATOR_CONFIG
from runbooklab.domains.ports.evidence import Evidence
from runbooklab.domains.ports.readings.bind_errors import ports_in
from runbooklab.domains.ports.records import ComposePorts, ConfiguredPorts
from runbooklab.domains.ports.target import COMPOSE_FILE, PORTS, Target

_PORT = re.compile(r"\s*(?P<port>\d{1,7})(?:/(?P<protocol>tcp|udp))?(?:\s*:\s*(?P<owner>[^,]*?))?\s*", re.I)
#: The most ports that are looked at.
MOST_PORTS = 64
#: Where a port comes from, to finish "Port 80, ..." with.
GIVEN, DEFAULT, COMPOSE, CONFIGURED = "ports", "default", "Compose file", "configuration"
TEXT = "error text"


class Wanted(Struct, frozen=True):
    """One port that the system needs."""

    port: int
    protocol: str = "tcp"
    owner: str = ""  # a container, a Compose service or a program; "": anybody's
    address: str = ""  # on which it is to take connections; "": not said
    source: str = GIVEN
    inside: int = 0  # the container's port, if it is known

    @property
    def label(self) -> str:
        """The port as sentences name it: ``6379``, ``5353/udp``."""
        return str(self.port) if self.protocol == "tcp" else f"{self.port}/{self.protocol}"

    @property
    def is_default(self) -> bool:
        """Whether nobody asked for it: it is the runbook's example."""
        return self.source == DEFAULT


def parsed(text: str) -> tuple[tuple[Wanted, ...], tuple[str, ...]]:
    """The ports that ``PORT[/udp][:OWNER],...`` names, and the parts that name none.

    >>> parsed("6379:redis, 53/udp")[0][1].label, parsed("redis:6379")[1]
    ('53/udp', ('redis:6379',))
    """
    rows: list[Wanted] = []
    wrong: list[str] = []
    for part in filter(None, (part.strip() for part in text.replace(";", ",").split(","))):
        found = _PORT.fullmatch(part)
        if found is None or not 1 <= int(found["port"]) <= 65535:
            wrong.append(part)
            continue
        protocol = (found["protocol"] or "tcp").lower()
        rows.append(Wanted(int(found["port"]), protocol, (found["owner"] or "").strip()))
    return tuple(rows[:MOST_PORTS]), tuple(wrong)


def wanted_of(
    target: Target, compose: ComposePorts | None, configured: ConfiguredPorts | None, said: str = ""
) -> tuple[Wanted, ...]:
    """The ports of a target. A probe and the rules ask alike.

    If nobody names a port, those count that the bind error ``said`` names: they are nobody's by name.
    """
    rows, _ = parsed(target.ports)
    if target.is_default(PORTS):
        chosen = (
            None if target.is_default(COMPOSE_FILE) else compose,
            None if target.is_default(ORCHESTRATOR_CONFIG) else configured,
        )
        asked = any(each is not None for each in chosen)
        of_text = tuple(Wanted(port, _protocol(said), source=TEXT) for port in ports_in(said))
        usual = of_text or tuple(_from(row, DEFAULT) for row in rows)
        rows = tuple(_of_files(*chosen)) if asked else usual
    elif not target.ports.strip():
        rows = tuple(_of_files(compose, configured))
    return tuple(
        {(row.port, row.protocol): _at(row, target) for row in reversed(rows[:MOST_PORTS])}.values()
    )[::-1]


def _protocol(said: str) -> str:
    return "udp" if re.search(r"\budp[46]?\b", said) else "tcp"


def _from(row: Wanted, source: str) -> Wanted:
    return Wanted(row.port, row.protocol, row.owner, row.address, source, row.inside)


def _at(row: Wanted, target: Target) -> Wanted:
    return Wanted(
        row.port, row.protocol, row.owner, target.bind_address or row.address, row.source, row.inside
    )


def _of_files(compose: ComposePorts | None, configured: ConfiguredPorts | None) -> Iterator[Wanted]:
    """Those of the Compose file, then those of the configuration that it does not publish."""
    named: set[int] = set()
    for service in compose.services if compose else ():
        if service.network_mode == "host":
            continue
        for port in service.ports:
            if port.problem or not port.first:
                continue
            owner = service.container or service.name
            if port.last > port.first and port.inside_is_one:
                continue  # the engine takes one of them, whichever is free
            for number in range(port.first, min(port.last, port.first + MOST_PORTS) + 1):
                named.add(number)
                yield Wanted(
                    number, port.protocol, owner, port.host_ip, COMPOSE, port.inside + number - port.first
                )
    for key in configured.found if configured else ():
        if key.port not in named:
            yield Wanted(key.port, "tcp", "", "", CONFIGURED)


def wanted(e: Evidence) -> tuple[Wanted, ...]:
    """The ports that the system of this evidence needs."""
    said = e.error_text.value.text if e.error_text.value else ""
    return wanted_of(e.target, e.compose_ports.value, e.configured_ports.value, said)


def mistakes(e: Evidence) -> tuple[str, ...]:
    """The parts of the parameter that name no port."""
    return parsed(e.target.ports)[1]
