"""What listens inside the containers that have to do with a wanted port."""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path

from runbooklab.domains.ports.context import Context
from runbooklab.domains.ports.probes.proc_net import TABLES, is_listening, sockets_in
from runbooklab.domains.ports.probes.processes import process_record
from runbooklab.domains.ports.probes.sockets import table_text
from runbooklab.domains.ports.probes.table import CONTAINERS
from runbooklab.domains.ports.probes.wanted import wanted_by
from runbooklab.domains.ports.readings.owning import goes_by
from runbooklab.domains.ports.readings.wanted import Wanted
from runbooklab.domains.ports.records import Inside, Placed, Socket
from runbooklab.observe.docker.execute import run_inside
from runbooklab.observe.host.namespace import is_here
from runbooklab.observe.run_with_timeout import future

#: Containers that are looked into.
MOST_CONTAINERS = 24
#: Characters of a container's table that are read: an exec's output is kept up to this.
MOST_TABLE = 48_000


def inside(ctx: Context) -> tuple[Inside, ...]:
    """The listeners of each running container that a wanted port leads to, or that is to have one."""
    wanted = wanted_by(ctx)
    chosen = [each for each in ctx.need(CONTAINERS).found if concerns(each, wanted)][:MOST_CONTAINERS]
    until = time.monotonic() + ctx.timeout_s(0.85)
    answers = [(each, future(partial(_look, ctx, each))) for each in chosen]
    found: list[Inside] = []
    for each, answer in answers:
        try:
            found.append(answer(until - time.monotonic()))
        except TimeoutError:
            found.append(Inside(each.name, problem="it took too long"))
    return tuple(found)


def concerns(container: Placed, wanted: tuple[Wanted, ...]) -> bool:
    """Whether a container runs in a network of its own, and has a wanted port or is its owner."""
    if container.state != "running" or container.network_mode == "host":
        return False
    ports = {(each.host_port, each.protocol) for each in (*container.asked, *container.ports)}
    return any((row.port, row.protocol) in ports or goes_by(container, row.owner) for row in wanted)


def _look(ctx: Context, container: Placed) -> Inside:
    """From /proc if the container is on this host and may be seen, else by reading its tables inside."""
    if container.pid and is_here(container.pid, container.id):
        try:
            main = process_record(container.pid, ctx.vault)
            return Inside(container.name, tuple(_from_proc(ctx, container.pid)), main)
        except OSError:
            pass
    return _from_within(ctx, container)


def _from_proc(ctx: Context, pid: int) -> list[Socket]:
    found: list[Socket] = []
    folder = Path(f"/proc/{pid}/net")
    ctx.note("file", f"read {folder}/tcp, tcp6, udp, udp6")
    for name, protocol, family in TABLES:
        path = folder / name
        if path.exists() or name == "tcp":
            found += filter(is_listening, sockets_in(table_text(path)[0], protocol, family))
    return found[:500]


def _from_within(ctx: Context, container: Placed) -> Inside:
    found: list[Socket] = []
    for name, protocol, family in TABLES[:2]:
        said = run_inside(ctx, container.id, ("cat", f"/proc/net/{name}"), keep=MOST_TABLE)
        if said.outcome != "ok" or said.exit_code:
            if name == "tcp6":
                continue
            return Inside(container.name, problem=said.output[:200] or said.outcome)
        found += filter(is_listening, sockets_in(said.output, protocol, family))
    return Inside(container.name, tuple(found[:500]))
