"""Who listens on the target's port on this host."""

from __future__ import annotations

import os
import time
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from runbooklab.domains.address.probes.table import ADDRESS, NAME
from runbooklab.domains.container.probes.table import CONTAINER, NETWORK
from runbooklab.domains.endpoint.probes.table import TCP
from runbooklab.model.observation import Missing
from runbooklab.observe.context import NotObserved
from runbooklab.observe.docker.records import Container
from runbooklab.observe.host.namespace import waiting_here
from runbooklab.observe.host.records import HostListeners, Listener
from runbooklab.redaction import clean

if TYPE_CHECKING:
    import psutil

    from runbooklab.domains.endpoint.context import Context


#: A process's state, as psutil names it and as proc(5) does.
_STATES = {"running": "R", "sleeping": "S", "disk-sleep": "D", "stopped": "T", "zombie": "Z"}
#: How often the state of a process that runs is read, and the time in between, in seconds.
STATE_SAMPLES, BETWEEN_SAMPLES_S = 6, 0.03


def listeners(ctx: Context) -> HostListeners:
    """This host's TCP listeners on the target's port with their owners, and what docker-proxy forwards to.

    Not applicable if the target is another machine or a unix socket.
    """
    import psutil

    from runbooklab.observe.collect import host_addresses

    address = ctx.need(ADDRESS)
    if address.socket_path or not address.port:
        raise NotObserved(Missing("not-applicable", "the target has no port"))
    name = ctx.wait(NAME).value
    if name is not None and name.addresses:
        here = set(host_addresses())
        owners = _address_owners(ctx)
        if not any(ip in here or ip in owners for ip in name.addresses):
            raise NotObserved(Missing("not-applicable", f"{address.host} is another machine"))
    try:
        sockets = psutil.net_connections(kind="tcp")
    except (psutil.AccessDenied, OSError) as error:
        raise NotObserved(Missing("permission", f"listeners cannot be seen: {error}")) from error
    ctx.note("process", f"listeners on port {address.port}")
    rows = {
        (socket.laddr.ip, socket.pid)
        for socket in sockets
        if socket.status == psutil.CONN_LISTEN and socket.laddr and socket.laddr.port == address.port
    }
    found = tuple(_listener(ctx, ip, address.port, pid) for ip, pid in sorted(rows, key=str))
    found = _with_backlog(ctx, found, address.port)
    visible = os.geteuid() == 0 or all(pid is not None for _, pid in rows)
    return HostListeners(address.port, found, owners_visible=visible)


def _listener(ctx: Context, ip: str, port: int, pid: int | None) -> Listener:
    import psutil

    if pid is None:
        return Listener(address=ip, port=port)
    try:
        process = psutil.Process(pid)
        name, words, state = process.name(), process.cmdline(), _state(process)
    except psutil.Error:
        return Listener(address=ip, port=port, pid=pid)
    forwards_to, owner = "", ""
    if name == "docker-proxy":
        forwards_to = _forwards_to(words)
        owner = _address_owners(ctx).get(forwards_to.rpartition(":")[0], "")
    else:
        owner = _container_of(ctx, pid)
    command = clean(" ".join(words), ctx.vault)[:300]
    return Listener(
        ip, port, "tcp", pid, name, command, forwards_to=forwards_to, container=owner, state=state
    )


def _with_backlog(ctx: Context, found: tuple[Listener, ...], port: int) -> tuple[Listener, ...]:
    """How many connections each leaves waiting: after our own attempt, so that there is one if none is taken.

    A connection of this very moment waits too; so what waits must be there in two samples.
    """
    ctx.wait(TCP)
    first = waiting_here(port)
    if any(first.values()):
        time.sleep(BETWEEN_SAMPLES_S)
        second = waiting_here(port)
        first = {ip: min(count, second.get(ip, 0)) for ip, count in first.items()}
    return tuple(msgspec.structs.replace(each, backlog=first.get(each.address)) for each in found)


def _state(process: psutil.Process) -> str:
    """The letter of its state: R only if it runs in every sample.

    A Redis that only waits wakes ten times a second for its own housekeeping, and on a busy machine it
    waits for the CPU meanwhile, which is R as well. Source: redis.conf, hz; proc(5).
    """
    letter = ""
    for _ in range(STATE_SAMPLES):
        letter = _STATES.get(process.status(), "")
        if letter != "R":
            break
        time.sleep(BETWEEN_SAMPLES_S)
    return letter


def _forwards_to(words: list[str]) -> str:
    """``ip:port`` from docker-proxy's options."""
    options = dict(pairwise(words))
    ip, port = options.get("-container-ip", ""), options.get("-container-port", "")
    return f"{ip}:{port}" if ip else ""


def _address_owners(ctx: Context) -> dict[str, str]:
    network = ctx.wait(NETWORK).value
    return dict(network.owners) if network is not None else {}


def _container_of(ctx: Context, pid: int) -> str:
    """The name of the container a process belongs to, by its control group; "" for none known."""
    try:
        group = Path(f"/proc/{pid}/cgroup").read_text()
    except OSError:
        return ""
    look = ctx.wait(CONTAINER).value
    if look is None:
        return ""
    known: list[Container] = [*([look.found] if look.found else []), *look.others]
    return next((container.name for container in known if container.id and container.id in group), "")
