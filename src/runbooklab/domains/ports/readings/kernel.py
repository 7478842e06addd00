"""What the kernel's settings and this host's addresses mean for the wanted ports."""

from __future__ import annotations

import ipaddress

from runbooklab.domains.ports.evidence import Evidence
from runbooklab.domains.ports.readings.bind_errors import addresses_in, is_denied, is_unavailable, ports_in
from runbooklab.domains.ports.readings.rows import RUNNING, Row
from runbooklab.domains.ports.readings.troubles import rows_of
from runbooklab.domains.ports.records import HostSettings
from runbooklab.domains.ports.target import COMPOSE_FILE
from runbooklab.observe.net.addresses import is_any, parsed


def ephemeral_rows(e: Evidence) -> tuple[Row, ...]:
    """The wanted ports that any outgoing connection may get. A port that nobody named counts if it "
    "is used."""
    host = e.host.value
    if host is None or host.ephemeral is None:
        return ()
    first, last = host.ephemeral
    return tuple(
        row
        for row in rows_of(e)
        if first <= row.want.port <= last
        and not any(low <= row.want.port <= high for low, high in host.reserved)
        and (not row.want.is_default or row.listeners or row.claimants)
    )


def privileged_rows(e: Evidence) -> tuple[tuple[Row, str], ...]:
    """The wanted ports that the service's user may not listen on, with that user."""
    host = e.host.value
    if host is None or host.unprivileged_start is None:
        return ()
    found = []
    for row in rows_of(e):
        user = _user(row, host) if row.want.port < host.unprivileged_start else ""
        if user and not row.relevant:
            found.append((row, user))
    return tuple(found)


def _user(row: Row, host: HostSettings) -> str:
    """The user without privileges who is to listen on a port; "" if it is root, the engine, or not known.

    The engine, which is root, listens for a container with a network of its own.
    """
    found = row.container
    if found is not None and found.network_mode != "host":
        return ""
    if host.service_uid is not None:
        return f"user {row.e.target.service_user}" if host.service_uid != 0 else ""
    if row.e.target.service_user:  # not known on this host: so it is not root
        return f"user {row.e.target.service_user}"
    is_root = found is None or found.user.partition(":")[0] in ("", "0", "root")
    if found is not None and not is_root and found.state != "created":
        return f"user {found.user}"
    text = row.e.error_text.value
    said = text.text if text is not None else ""
    names_it = str(row.want.port) in said or not ports_in(said)
    return "the service's user" if is_denied(said) and names_it else ""


def is_of_host(host: HostSettings, address: str) -> bool:
    """Whether a service can be bound to an address of this host."""
    ip = parsed(address)
    if ip is None or is_any(address) or not host.addresses:
        return True
    if host.nonlocal_bind or (isinstance(ip, ipaddress.IPv4Address) and ip.is_loopback):
        return True
    if isinstance(ip, ipaddress.IPv6Address) and not host.has_ipv6:
        return False
    return str(ip) in host.addresses


def unavailable_addresses(e: Evidence) -> tuple[tuple[str, str], ...]:
    """The addresses that are asked for and are none of this host's, each with who asks."""
    host = e.host.value
    if host is None:
        return ()
    found: list[tuple[str, str]] = []
    wanted = e.target.bind_address
    if wanted and not any(is_of_host(host, each) for each in host.bind_addresses):
        found.append((wanted, "the service"))
    for row in rows_of(e):
        refused = [each for each in row.claimants if is_unavailable(each.error) and not row.want.owner]
        for each in (*row.named, *refused):
            if each.state in RUNNING:
                continue
            found += [
                (port.host_ip, f"port {row.want.label} of container {each.name}")
                for port in row.asked_by(each)
                if not is_of_host(host, port.host_ip)
                or (is_unavailable(each.error) and not is_any(port.host_ip))
            ]
    text = e.error_text.value
    if text is not None and is_unavailable(text.text):
        named = addresses_in(text.text)
        found += [(each, "the service") for each in named if not is_of_host(host, each)]
    compose = e.compose_ports.value
    if compose is not None and not e.target.is_default(COMPOSE_FILE):
        found += [
            (port.host_ip, f"port {port.first} of service {service.name}")
            for service in compose.services
            for port in service.ports
            if port.host_ip and not port.problem and not is_of_host(host, port.host_ip)
        ]
    return tuple(dict.fromkeys(found))
