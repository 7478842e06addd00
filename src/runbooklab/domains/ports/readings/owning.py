"""Whose a listener is: a container's, a process's, or nobody's that can be seen."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

from msgspec import Struct

from runbooklab.domains.ports.evidence import Evidence
from runbooklab.domains.ports.readings.addresses import place
from runbooklab.domains.ports.readings.programs import display_name, program_names
from runbooklab.domains.ports.records import Placed, Process, Socket
from runbooklab.domains.ports.thresholds import TOGETHER_S

#: Processes that hold a port for a container, as they call themselves.
_PROXIES = ("docker-proxy", "rootlessport", "rootlesskit", "slirp4netns", "containers-rootl", "conmon")
#: Processes that take over children whose parents have ended.
_REAPERS = re.compile(r"(?:systemd|init|tini|dumb-init|docker-init|catatonit|containerd-shim\S*|s6-svscan)")
#: Programs that listen nowhere by themselves, and Python, whose own sockets end with the program (PEP 446):
#: a listener that they pass on was passed on to them.
_NEVER_OPENS_SO = re.compile(r"sleep|tail|cat|tee|(?:ba|da|z)?sh|sox|ffmpeg|espeak\S*|python[\d.]*")
_MULTIPROCESSING = re.compile(r"multiprocessing[-. ](?:fork|spawn|forkserver)|--multiprocessing-fork")


class Holder(Struct, frozen=True):
    """One listening socket and its owner."""

    socket: Socket
    process: Process | None = None  # the eldest of those that have the socket
    container: Placed | None = None
    forwards_to: str = ""  # of a docker-proxy: ``address:port``

    @property
    def is_proxy(self) -> bool:
        """Whether it passes connections on to a container."""
        return self.process is not None and is_proxy(self.process)

    @property
    def is_bound_only(self) -> bool:
        """Whether the socket has its port and does not listen: nobody else can have it either."""
        return self.socket.state == "BOUND"

    @property
    def is_hidden(self) -> bool:
        """Whether nobody can say whose it is."""
        return self.process is None

    @property
    def is_frozen(self) -> bool:
        """Whether its process is stopped: by Ctrl-Z, SIGSTOP or a debugger."""
        return self.process is not None and self.process.state in ("T", "t")

    @property
    def is_of_systemd(self) -> bool:
        """Whether systemd itself listens, for a unit that it will start."""
        return self.process is not None and self.process.pid == 1 and self.process.name == "systemd"

    @property
    def is_host_network(self) -> bool:
        """Whether a container listens with the host's own network."""
        return self.container is not None and not self.is_proxy

    @property
    def is_reparented(self) -> bool:
        """Whether it was forked by a parent that is gone, and is no daemon of its own session.

        Source: proc(5), stat: ppid, pgrp, session and the flag PF_FORKNOEXEC.
        """
        process = self.process
        if process is None or self.container is not None or self.is_proxy:
            return False
        inherited = (
            process.is_fork
            or bool(_MULTIPROCESSING.search(" ".join(process.command)))
            or (self.socket.passed_on and bool(_NEVER_OPENS_SO.fullmatch(process.name)))
        )
        adopted = process.parent == 1 or bool(_REAPERS.fullmatch(process.parent_name))
        return inherited and adopted and process.pid not in (process.session, process.group)

    @property
    def is_daemon(self) -> bool:
        """Whether it may have left its parent on purpose: it let go of its folder, or has workers itself."""
        return self.process is not None and (self.process.is_detached or len(self.socket.pids) > 1)

    @property
    def key(self) -> str:
        """The same for two sockets of one owner."""
        if self.container is not None:
            return f"container {self.container.id}"
        return f"pid {self.process.pid}" if self.process else f"inode {self.socket.inode}"

    @property
    def words(self) -> str:
        """Who it is, to name in a sentence."""
        if self.container is not None:
            return f"container {self.container.name}"
        if self.process is None:
            return "a process that this user may not see"
        return f"{display_name(self.process)} (pid {self.process.pid})"

    @property
    def at(self) -> str:
        return place(self.socket)


def is_proxy(process: Process) -> bool:
    """Whether a process passes connections on to a container."""
    first = process.command[0].rpartition("/")[2] if process.command else ""
    return process.name.startswith(_PROXIES) or first == "docker-proxy"


def holders(e: Evidence, port: int, protocol: str) -> tuple[Holder, ...]:
    """Who listens on a port of this host."""
    seen = e.sockets.value
    if seen is None:
        return ()
    return tuple(
        holder_of(e, each)
        for each in seen.sockets
        if each.port == port and each.protocol == protocol and each.state in ("LISTEN", "UNCONN")
    )


def holder_of(e: Evidence, socket: Socket) -> Holder:
    """A socket with its owner."""
    process = eldest(e, socket)
    if process is None:
        return Holder(socket)
    process = next(iter(stopped_workers(e, socket)), process)
    if is_proxy(process):
        options = dict(pairwise(process.command))
        ip, port = options.get("-container-ip", ""), options.get("-container-port", "")
        owner = at_address(e, ip) if ip else _publishing(e, socket)
        return Holder(socket, process, owner, f"{ip}:{port}" if ip else "")
    return Holder(socket, process, container_of(e, process))


def stopped_workers(e: Evidence, socket: Socket) -> tuple[Process, ...]:
    """The workers of a program that serve a socket for it, if every one of them is stopped: nobody answers.

    The parent of workers waits for them, and takes no connection itself (prefork).
    """
    known, top = (e.sockets.value.processes if e.sockets.value else {}), eldest(e, socket)
    found = [known[str(pid)] for pid in socket.pids if str(pid) in known]
    workers = tuple(each for each in found if each.is_fork and each is not top)
    return workers if all(each.state in ("T", "t") for each in workers) else ()


def eldest(e: Evidence, socket: Socket) -> Process | None:
    """Of the processes that have a socket, the one that the others come from."""
    known = e.sockets.value.processes if e.sockets.value else {}
    found = [known[str(pid)] for pid in socket.pids if str(pid) in known]
    top = [each for each in found if not set(each.ancestors) & set(socket.pids)]
    return min(top or found, key=lambda each: (each.started_at, each.pid), default=None)


def container_of(e: Evidence, process: Process) -> Placed | None:
    """The container that a process runs in, by its control group or by its ancestors."""
    chain = {process.pid, *process.ancestors}
    for each in known(e):
        if each.id and process.container_id.startswith(each.id):
            return each
        if each.pid and each.pid in chain and each.state in ("running", "paused"):
            return each
    return None


def at_address(e: Evidence, ip: str) -> Placed | None:
    """The container with this address."""
    return next((each for each in known(e) if ip in each.addresses), None)


def _publishing(e: Evidence, socket: Socket) -> Placed | None:
    """The running container with a binding to this port: whose it is if the proxy does not say."""
    return next(
        (
            each
            for each in known(e)
            if each.state in ("running", "paused")
            and any(port.host_port == socket.port and port.protocol == socket.protocol for port in each.ports)
        ),
        None,
    )


def known(e: Evidence) -> tuple[Placed, ...]:
    """The containers that were seen."""
    return e.containers.value.found if e.containers.value else ()


def goes_by(container: Placed, owner: str, project: str = "") -> bool:
    """Whether ``owner`` is the container's name, its id, its alias, or its service's name in Compose.

    ``project`` is the Compose project that is meant; "": any.
    """
    if not owner:
        return False
    if owner == container.name or (len(owner) >= 12 and owner.startswith(container.id or " ")):
        return True
    if project and container.project and container.project != project:
        return False
    return owner == container.service or owner in container.aliases


def related(one: Holder, other: Holder) -> bool:
    """Whether two listeners belong together: a container's, a unit's, or a program's with its workers.

    A port is shared on purpose by the processes that one program starts (SO_REUSEPORT, prefork).
    """
    if one.key == other.key or one.socket.inode == other.socket.inode:
        return True
    if one.is_proxy and other.is_proxy and None in (one.container, other.container):
        return True  # IPv4 and IPv6 of one published port; whose it is cannot be asked
    a, b = one.process, other.process
    if a is None or b is None:
        return a is b
    if a.pid in b.ancestors or b.pid in a.ancestors:
        return True
    if a.unit and a.unit == b.unit and a.unit.endswith(".service"):
        return True
    if one.container is not None or other.container is not None:
        return False
    if a.parent != b.parent:
        return False
    is_program = a.parent > 1 and (_same(a.command, a.parent_command) or (a.is_fork and b.is_fork))
    same_start = a.command == b.command and abs(a.started_at - b.started_at) < TOGETHER_S
    return is_program or (same_start and a.parent > 1)


def _same(one: Iterable[str], other: Iterable[str]) -> bool:
    return bool(tuple(one)) and tuple(one) == tuple(other)


def names_of(holder: Holder) -> frozenset[str]:
    """What the holder's program may be called."""
    return program_names(holder.process) if holder.process else frozenset()
