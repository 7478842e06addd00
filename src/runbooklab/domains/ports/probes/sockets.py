"""The sockets of this host with a local port, and the processes that have them."""

from __future__ import annotations

import os
import time
from pathlib import Path

from msgspec.structs import replace

from runbooklab.domains.ports.context import Context
from runbooklab.domains.ports.probes.proc_net import TABLES, is_listening, sockets_in
from runbooklab.domains.ports.probes.processes import (
    is_passed_on,
    owners_of,
    process_record,
    with_ancestors,
)
from runbooklab.domains.ports.probes.sock_diag import bound_sockets, v6_only_listeners
from runbooklab.domains.ports.probes.wanted import wanted_by
from runbooklab.domains.ports.records import Process, Socket, Sockets
from runbooklab.model.observation import Missing
from runbooklab.observe.context import NotObserved

#: A table of sockets is read up to this many bytes: about fifty thousand sockets.
MOST_BYTES = 8 << 20
#: Between two reads, in seconds.
AGAIN_S = 0.1
#: The most sockets that are kept.
MOST_SOCKETS = 3000


def sockets(ctx: Context) -> Sockets:
    """All listeners of this host, and every socket that has a wanted port, with their owners.

    A socket may be closed between two reads: if one has no owner, all are read once more.
    """
    wanted = wanted_by(ctx)
    ports = {row.port for row in wanted}
    seen = _look(ctx, ports)
    if not seen.owners_visible and os.geteuid() == 0:
        time.sleep(AGAIN_S)
        seen = _look(ctx, ports)
    return seen


def _look(ctx: Context, ports: set[int]) -> Sockets:
    everything, cut = _tables(ctx, Path("/proc/net"))
    bound = [each for each in bound_sockets() if each.port in ports]
    kept = [each for each in everything if each.port in ports or is_listening(each)] + bound
    kept.sort(key=lambda each: (each.port not in ports, not is_listening(each)))
    found = kept[:MOST_SOCKETS]
    owners = owners_of({each.inode for each in found if each.inode})
    ctx.note("process", f"owners of {len(found)} sockets")
    v6_only, own = v6_only_listeners(), os.getpid()
    found = [_owned(each, owners.get(each.inode, {}), each.inode in v6_only) for each in found]
    found = [each for each in found if is_listening(each) or each.pids != (own,)]  # our own attempts
    processes: dict[str, Process] = {}
    for pid in {pid for each in found for pid in each.pids}:
        record = process_record(pid, ctx.vault)
        if record is not None:
            processes[str(pid)] = with_ancestors(record)
    hidden = any(is_listening(each) and not each.pids and each.port in ports for each in found)
    return Sockets(tuple(found), processes, owners_visible=not hidden, cut=cut or len(kept) > MOST_SOCKETS)


def _owned(socket: Socket, owners: dict[int, str], v6_only: bool) -> Socket:
    """A socket with its owners; of a listener, whether they got it from who started them."""
    passed_on = is_listening(socket) and any(is_passed_on(pid, number) for pid, number in owners.items())
    return replace(socket, pids=tuple(sorted(owners)), v6_only=v6_only, passed_on=passed_on)


def _tables(ctx: Context, folder: Path) -> tuple[list[Socket], bool]:
    """The sockets of all tables in ``folder``, and whether a table was cut."""
    found: list[Socket] = []
    cut, read = False, 0
    for name, protocol, family in TABLES:
        path = folder / name
        try:
            text, more = table_text(path)
        except FileNotFoundError:
            continue
        except OSError as error:
            raise NotObserved(Missing("permission", f"{path}: {error.strerror}")) from error
        read, cut = read + 1, cut or more
        found += sockets_in(text, protocol, family)
    ctx.note("file", f"read {folder}/tcp, tcp6, udp, udp6")
    if not read:
        raise NotObserved(Missing("unsupported", f"{folder} has no tables of sockets: this is no Linux"))
    return found, cut


def table_text(path: Path) -> tuple[str, bool]:
    """A table of the kernel's as text, and whether it is longer. Raises :class:`OSError`."""
    with path.open("rb") as file:
        raw = file.read(MOST_BYTES + 1)
    return raw[:MOST_BYTES].decode("ascii", "replace"), len(raw) > MOST_BYTES
