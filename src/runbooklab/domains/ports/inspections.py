"""Commands with which a person sees what a check sees: they read, and change nothing."""

from __future__ import annotations

from collections.abc import Callable

from runbooklab.domain.shell import command, path_word
from runbooklab.domains.ports.evidence import Evidence
from runbooklab.domains.ports.readings.troubles import judged_rows, rows_of

Command = Callable[[Evidence], str]


def first_port(e: Evidence) -> tuple[int, str]:
    """The port that is in trouble, else the first that is wanted."""
    found = judged_rows(e)
    row = next((row for row, trouble in found if trouble is not None), found[0][0] if found else None)
    return (row.want.port, row.want.protocol) if row else (0, "tcp")


def show_holder(port: int, protocol: str = "tcp") -> str:
    """Shows who listens on a port of this host."""
    options = "-Hltnp" if protocol == "tcp" else "-Hlunp"
    return f"sudo ss {options} 'sport = :{port}'" if port else f"sudo ss {options}"


def LISTENERS(e: Evidence) -> str:  # a command, as its neighbours are
    ports = [row.want.port for row in rows_of(e)][:12]
    return f"sudo ss -Hltunp {filter_of(ports)}".rstrip()


def filter_of(ports: list[int]) -> str:
    """The filter of ss for some local ports."""
    return f"'{' or '.join(f'sport = :{port}' for port in ports)}'" if ports else ""


def SOCKETS_OF_PORT(e: Evidence) -> str:  # the same
    ports = [row.want.port for row in rows_of(e)][:12]
    return f"sudo ss -Htanp {filter_of(ports)}".rstrip()


def CONTAINERS(e: Evidence) -> str:  # the same
    return "docker ps --all --format 'table {{.Names}}\\t{{.Status}}\\t{{.Ports}}'"


def PUBLISHED(e: Evidence) -> str:  # the same
    for row in rows_of(e):
        if row.container is not None:
            return command("docker", "inspect", "-f", "{{json .HostConfig.PortBindings}}", row.container.name)
    return CONTAINERS(e)


def TABLES_INSIDE(e: Evidence) -> str:  # the same
    for row in rows_of(e):
        if row.container is not None:
            return command("docker", "exec", row.container.name, "cat", "/proc/net/tcp", "/proc/net/tcp6")
    return CONTAINERS(e)


def REDIRECTS(e: Evidence) -> str:  # the same
    return "sudo iptables-save -t nat"


def ADDRESSES(e: Evidence) -> str:  # the same
    return "ip -brief address"


def KERNEL(e: Evidence) -> str:  # the same
    names = ("ip_local_port_range", "ip_local_reserved_ports", "ip_unprivileged_port_start")
    return command("sysctl", *(f"net.ipv4.{name}" for name in names))


def COMPOSE_FILE(e: Evidence) -> str:  # the same
    seen = e.compose_ports.value
    return command("grep", "-n", "-A6", "ports:", path_word(seen.path if seen else e.target.compose_file))


def REACH(e: Evidence) -> str:  # the same
    port, protocol = first_port(e)
    return (
        command("nc", "-zv", *(["-u"] if protocol == "udp" else []), "localhost", str(port)) if port else ""
    )
