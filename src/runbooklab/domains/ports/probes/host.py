"""This host's addresses, and the kernel's settings of ports."""

from __future__ import annotations

import ipaddress
import socket
from contextlib import suppress
from pathlib import Path

from runbooklab.domains.ports.context import Context
from runbooklab.domains.ports.records import HostSettings
from runbooklab.model.observation import Missing
from runbooklab.observe.collect import host_addresses
from runbooklab.observe.context import NotObserved
from runbooklab.observe.run_with_timeout import run_with_timeout

_NET = Path("/proc/sys/net")


def host_settings(ctx: Context) -> HostSettings:
    """Addresses, sysctls and the service's user. Source: Documentation/networking/ip-sysctl.rst."""
    if not _NET.is_dir():
        raise NotObserved(Missing("unsupported", "this is no Linux: it has no /proc/sys/net"))
    ctx.note("file", "read /proc/sys/net/ipv4/ip_local_port_range and its like")
    uid, problem = _user(ctx.target.service_user)
    return HostSettings(
        addresses=host_addresses(),
        ephemeral=_pair(_setting("ipv4/ip_local_port_range")),
        reserved=_ranges(_setting("ipv4/ip_local_reserved_ports")),
        unprivileged_start=_number(_setting("ipv4/ip_unprivileged_port_start")),
        v6_only=_flag(_setting("ipv6/bindv6only")),
        nonlocal_bind=bool(_flag(_setting("ipv4/ip_nonlocal_bind"))),
        has_ipv6=Path("/proc/net/if_inet6").exists() and Path("/proc/net/if_inet6").read_text() != "",
        bind_addresses=_bind_addresses(ctx),
        service_uid=uid,
        service_user_problem=problem,
    )


def _setting(name: str) -> str:
    with suppress(OSError):
        return (_NET / name).read_text().strip()
    return ""


def _number(text: str) -> int | None:
    return int(text) if text.isdigit() else None


def _flag(text: str) -> bool | None:
    return text != "0" if text else None


def _pair(text: str) -> tuple[int, int] | None:
    words = text.split()
    return (int(words[0]), int(words[1])) if len(words) == 2 and all(map(str.isdigit, words)) else None


def _ranges(text: str) -> tuple[tuple[int, int], ...]:
    """``8080,9148-9150`` as first and last ports."""
    found = []
    for part in filter(None, text.split(",")):
        first, _, last = part.partition("-")
        if first.isdigit() and (last or first).isdigit():
            found.append((int(first), int(last or first)))
    return tuple(found)


def _user(name: str) -> tuple[int | None, str]:
    """The number of the service's user, and why there is none."""
    import pwd

    name = name.partition(":")[0].strip()
    if not name:
        return None, ""
    if name.isdigit():
        return int(name), ""
    try:
        return pwd.getpwnam(name).pw_uid, ""
    except (KeyError, ValueError):
        return None, f"this host has no user {name}"


def _bind_addresses(ctx: Context) -> tuple[str, ...]:
    """The addresses that ``bind_address`` stands for."""
    name = ctx.target.bind_address.strip().strip("[]")
    if not name:
        return ()
    with suppress(ValueError):
        return (str(ipaddress.ip_address(name.partition("%")[0])),)
    if name == "*":
        return ("0.0.0.0",)  # noqa: S104 # what a server means by it
    ctx.note("dns", f"resolve {name}")
    try:
        found = run_with_timeout(lambda: socket.getaddrinfo(name, None), ctx.timeout_s(0.7))
    except (OSError, TimeoutError, UnicodeError):
        return ()
    return tuple(dict.fromkeys(str(each[4][0]).partition("%")[0] for each in found))
