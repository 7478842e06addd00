"""Plans that change a setting of the kernel, a rule, the Compose file, or a parameter."""

from __future__ import annotations

import re
import shlex

from runbooklab.domain.shell import command, path_word
from runbooklab.domain.steps import Steps
from runbooklab.domains.ports.evidence import Evidence
from runbooklab.domains.ports.inspections import COMPOSE_FILE, REDIRECTS
from runbooklab.domains.ports.readings.kernel import (
    ephemeral_rows,
    is_of_host,
    privileged_rows,
    unavailable_addresses,
)
from runbooklab.domains.ports.readings.redirects import redirects
from runbooklab.domains.ports.remedies.compose import pattern
from runbooklab.domains.ports.remedies.placing import made_again_here
from runbooklab.domains.ports.remedies.site import first, run_again, shows, some_row

_RESERVED = "net.ipv4.ip_local_reserved_ports"
_START = "net.ipv4.ip_unprivileged_port_start"


def reserve_port(e: Evidence) -> Steps:
    rows, host = ephemeral_rows(e), e.host.value
    before = ",".join(f"{a}-{b}" if a != b else f"{a}" for a, b in host.reserved) if host else ""
    ports = sorted({str(row.want.port) for row in rows})
    value = ",".join(filter(None, (before, *ports)))
    return Steps(
        commands=(command("sudo", "sysctl", "-w", f"{_RESERVED}={value}"),),
        changes="The kernel gives these ports to no outgoing connection any more; connections that "
        "exist stay. "
        f"It lasts until this host restarts: write {_RESERVED} = {value} into "
        f"/etc/sysctl.d/90-ports.conf to keep it.",
        risk="low",
        confirm=(command("sysctl", _RESERVED),),
        undo=(command("sudo", "sysctl", "-w", f"{_RESERVED}={before}"),),
    )


def allow_low_port(e: Evidence) -> Steps:
    rows, host = privileged_rows(e), e.host.value
    denied = first(e, "rootless-port")
    port = min((row.want.port for row, _ in rows), default=denied.row.want.port if denied else 80)
    before = host.unprivileged_start if host else 1024
    return Steps(
        commands=(command("sudo", "sysctl", "-w", f"{_START}={port}"),),
        changes=f"Every user of this host may listen on ports from {port} on, until it restarts. "
        f"Narrower: give the "
        "program alone CAP_NET_BIND_SERVICE (systemd: AmbientCapabilities), or let it use a port above "
        f"{before}.",
        risk="medium",
        confirm=(command("sysctl", _START),),
        undo=(command("sudo", "sysctl", "-w", f"{_START}={before}"),),
    )


def use_own_address(e: Evidence) -> Steps:
    found = unavailable_addresses(e)
    again = made_again_here(e) or _on_loopback(e)
    if not e.target.bind_address and again is not None:
        return again
    if not e.target.bind_address:
        who = found[0][1] if found else "the service"
        return Steps(
            commands=(COMPOSE_FILE(e), "ip -brief address"),
            changes=f"Nothing: write one of this host's addresses, or 127.0.0.1, where {who} is published.",
            risk="none",
        )
    return Steps(
        commands=(run_again(e, bind_address="127.0.0.1"),),
        changes=f"Nothing yet: let the service listen on 127.0.0.1, or another address of this "
        f"host, instead of "
        f"{e.target.bind_address}; then look again.",
        risk="low",
        confirm=("ip -brief address",),
    )


def _on_loopback(e: Evidence) -> Steps | None:
    """The line of the Compose file with 127.0.0.1 for an address that this host lacks."""
    seen, host = e.compose_ports.value, e.host.value
    for service in seen.services if seen and host else ():
        for port in service.ports:
            if not port.host_ip or not port.line or host is None or is_of_host(host, port.host_ip):
                continue
            assert seen is not None, "its services were read"
            path = path_word(port.file or seen.path)
            return Steps(
                commands=(command("sed", "-i", f"{port.line}s|{pattern(port.host_ip)}|127.0.0.1|", path),),
                changes=f"Line {port.line} of {port.file or seen.path} then publishes {service.name} on "
                f"127.0.0.1 instead of "
                f"{port.host_ip}: only this host reaches it. Start the service again.",
                risk="low",
                confirm=(COMPOSE_FILE(e),),
                undo=(command("sed", "-i", f"{port.line}s|127.0.0.1|{port.host_ip}|", path),),
            )
    return None


def delete_redirect(e: Evidence) -> Steps:
    found = redirects(e)
    if not found:
        return Steps((REDIRECTS(e),), "Nothing: it shows the rules.", risk="none")
    row, rule = found[0]
    again: tuple[str, ...] = ()
    words: tuple[str, ...]
    if rule.tool == "nft":
        chain = rule.chain.rpartition(" ")[2]
        handle = re.search(r"# handle (\d+)", rule.text)
        number = str(handle[1]) if handle else "HANDLE"
        words = ("nft", "delete", "rule", *rule.table.split(), chain, "handle", number)
        deleted = command("sudo", *words)
    else:
        program = "ip6tables" if rule.family == 6 else rule.tool
        words = tuple(shlex.split(rule.text))
        deleted = command("sudo", program, "-t", "nat", "-D", *words[1:])
        again = (command("sudo", program, "-t", "nat", "-A", *words[1:]),)
    return Steps(
        commands=(deleted,),
        changes=f"Connections to port {row.want.label} go to its listener again. Whoever made the "
        f"rule may make it "
        "again: look into the firewall's own configuration.",
        risk="medium",
        confirm=(REDIRECTS(e), *shows(row)),
        undo=again,
    )


def look_as_root(e: Evidence) -> Steps:
    return Steps(
        commands=(f"sudo {run_again(e)}",),
        changes="Nothing: root sees whose the sockets are.",
        risk="low",
        confirm=shows(some_row(e)),
    )
