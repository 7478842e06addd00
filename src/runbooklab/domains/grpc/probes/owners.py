"""Who listens on this host at the workers' ports."""

from __future__ import annotations

import os
import re
import time
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from runbooklab.domains.grpc.probes.inside import BETWEEN_STATES_S, STATES, state_of
from runbooklab.domains.grpc.probes.table import WORKERS
from runbooklab.domains.grpc.records import Owner, Owners
from runbooklab.model.observation import Missing
from runbooklab.observe.context import NotObserved
from runbooklab.redaction import clean

if TYPE_CHECKING:
    from runbooklab.domains.grpc.context import Context

_CONTAINER_ID = re.compile(r"(?<![0-9a-f])([0-9a-f]{64})(?![0-9a-f])")
MOST_COMMAND = 300
MOST_OWNERS = 100


def owners(ctx: Context) -> Owners:
    """Every listener of this host on a port of a worker. Raises :class:`NotObserved`."""
    import psutil

    ports = tuple(sorted({end.port for end in ctx.need(WORKERS).endpoints}))
    if not ports:
        raise NotObserved(Missing("not-applicable", "no worker is named"))
    try:
        sockets = psutil.net_connections(kind="tcp")
    except (psutil.Error, OSError) as error:
        raise NotObserved(Missing("permission", f"listeners cannot be read: {error}")) from error
    ctx.note("process", f"listeners on {', '.join(map(str, ports))}")
    rows = {
        (each.laddr.ip, each.laddr.port, each.pid)
        for each in sockets
        if each.status == psutil.CONN_LISTEN and each.laddr and each.laddr.port in ports
    }
    found = [_owner(ctx, *row) for row in sorted(rows, key=str)[:MOST_OWNERS]]
    visible = os.geteuid() == 0 or all(pid is not None for *_, pid in rows)
    return Owners(ports, tuple(_settled(found)), visible)


def _owner(ctx: Context, address: str, port: int, pid: int | None) -> Owner:
    import psutil

    if pid is None:
        return Owner(address, port)
    try:
        process = psutil.Process(pid)
        name, words, parent, user = process.name(), process.cmdline(), process.ppid(), process.username()
    except psutil.Error:
        return Owner(address, port, pid)
    options = dict(pairwise(words)) if name == "docker-proxy" else {}
    inside = options.get("-container-ip", "")
    return Owner(
        address,
        port,
        pid,
        parent,
        name,
        clean(" ".join(words), ctx.vault)[:MOST_COMMAND],
        state_of(pid),
        user,
        forwards_to=f"{inside}:{options.get('-container-port', '')}" if inside else "",
        container_id=_container_id(pid),
    )


def _settled(found: list[Owner]) -> list[Owner]:
    """A state that means "frozen" counts only if it lasts."""
    for _ in range(STATES - 1):
        if all(each.state not in ("T", "D") for each in found):
            break
        time.sleep(BETWEEN_STATES_S)
        found = [
            each if each.pid is None or state_of(each.pid) == each.state else replace(each, state="S")
            for each in found
        ]
    return found


def _container_id(pid: int) -> str:
    try:
        group = Path(f"/proc/{pid}/cgroup").read_text()
    except OSError:
        return ""
    named = _CONTAINER_ID.search(group)
    return named[1][:12] if named else ""
