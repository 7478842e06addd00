"""What the containers, the Compose file and the kernel say of the ports."""

from __future__ import annotations

from runbooklab.domain.judgement import absent, critical, ok, skipped, table, unknown, warning
from runbooklab.domains.ports.evidence import Evidence
from runbooklab.domains.ports.readings.compose import services
from runbooklab.domains.ports.readings.kernel import ephemeral_rows, unavailable_addresses
from runbooklab.domains.ports.readings.publishing import words
from runbooklab.domains.ports.readings.troubles import rows_of
from runbooklab.domains.ports.target import COMPOSE_FILE
from runbooklab.model.conclusions import Judgement
from runbooklab.words import listed, plural, short


def port_bindings(e: Evidence) -> Judgement:
    """The containers that ask for a wanted port, or are to have one."""
    if e.containers.value is None:
        return absent(e, e.containers, "The containers' ports")
    found = {each.id: each for row in rows_of(e) for each in (*row.claimants, *row.named)}
    if not found:
        return ok("No container asks for a wanted port.")
    rows = [
        (
            each.name,
            each.state,
            each.project,
            each.network_mode,
            listed([words(port) for port in each.asked or each.ports], 6)
            if (each.asked or each.ports)
            else "none",
            short(each.error, 120),
        )
        for each in found.values()
    ]
    shown = table(("Container", "State", "Project", "Network", "Ports", "Error"), rows, "Containers")
    failed = [each.name for each in found.values() if each.error and each.state not in ("running", "paused")]
    said = f"{plural(len(found), 'container')} ask{'s' if len(found) == 1 else ''} for wanted ports"
    if failed:
        return warning(f"{said}; {listed(failed)} could not be started.", tables=(shown,))
    return ok(f"{said}.", tables=(shown,))


def port_compose(e: Evidence) -> Judgement:
    """The published ports of the Compose file."""
    seen = e.compose_ports.value
    if seen is None:
        return absent(e, e.compose_ports, "The Compose file's ports")
    if seen.problems and not seen.services:
        said = f"{seen.path} cannot be read as a Compose file: {seen.problems[0]}."
        return skipped(said) if e.target.is_default(COMPOSE_FILE) else unknown(said)
    rows = [
        (service.name, str(port.line or ""), port.text, port.problem or "can be read")
        for service in services(e)
        for port in service.ports
    ]
    shown = table(("Service", "Line", "Port", "Compose"), rows, "Published ports")
    count = plural(len(rows), "port")
    return ok(
        f"{seen.path} publishes {count} of {plural(len(seen.services), 'service')}, and none is in "
        f"another's way.",
        tables=(shown,) if rows else (),
    )


def bind_address(e: Evidence) -> Judgement:
    """Whether the address to listen on is this host's."""
    host = e.host.value
    if host is None:
        return absent(e, e.host, "This host's addresses")
    own = {"Addresses of this host": listed(list(host.addresses), 12)} if host.addresses else {}
    found = unavailable_addresses(e)
    if found:
        return critical(f"{found[0][0]} is on no interface of this host.", facts=own)
    if not e.target.bind_address:
        return skipped("No address to listen on is named (bind_address).", facts=own)
    return ok(f"A service can be bound to {e.target.bind_address} here.", facts=own)


def port_kernel(e: Evidence) -> Judgement:
    """The kernel's settings of ports."""
    host = e.host.value
    if host is None:
        return absent(e, e.host, "The kernel's settings of ports")
    reserved = (
        listed([f"{a}" if a == b else f"{a}-{b}" for a, b in host.reserved], 8) if host.reserved else "none"
    )
    facts = {
        "Ports of outgoing connections": "{} to {}".format(*host.ephemeral)
        if host.ephemeral
        else "not known",
        "Reserved from these": reserved,
        "First port for every user": str(host.unprivileged_start),
        "IPv6 listeners take IPv4": "no" if host.v6_only else "yes",
    }
    if host.service_user_problem:
        return unknown(f"{host.service_user_problem}: whether it may listen is not known.", facts=facts)
    found = [row.want.label for row in ephemeral_rows(e)]
    if found:
        return warning(f"Port {listed(found)} is in the range of outgoing connections.", facts=facts)
    return ok("No wanted port is in the range of outgoing connections without being reserved.", facts=facts)
