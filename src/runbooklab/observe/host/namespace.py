"""A process's network namespace: what /proc shows of it, and calls made from inside it."""

from __future__ import annotations

import ctypes
import ipaddress
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec import Struct

from runbooklab.observe.host.records import Listener
from runbooklab.observe.run_with_timeout import run_with_timeout

T = TypeVar("T")

_LISTEN = "0A"
_CLONE_NEWNET = 0x40000000
_UNREACHABLES = ("OutDestUnreachs", "OutRateLimitHost", "OutRateLimitGlobal")


def is_here(pid: int, container_id: str) -> bool:
    """Whether process ``pid`` of this host belongs to that container.

    The engine may run elsewhere (another machine, a virtual one), and its process ids with it.
    Source: cgroups(7), "/proc/pid/cgroup"; the engine names a container's group by its id.
    """
    try:
        return bool(container_id) and container_id in Path(f"/proc/{pid}/cgroup").read_text()
    except OSError:
        return False


def from_inside(pid: int, function: Callable[[], T], seconds: float) -> T:
    """What ``function`` returns in the network namespace of process ``pid``.

    It runs in a thread of its own that enters the namespace and ends there: a namespace belongs to
    a thread. Raises :class:`OSError` if this user may not enter, and :class:`TimeoutError`.
    Source: setns(2), which requires CAP_SYS_ADMIN.
    """

    def enter_and_call() -> T:
        with Path(f"/proc/{pid}/ns/net").open() as namespace:
            if ctypes.CDLL(None, use_errno=True).setns(namespace.fileno(), _CLONE_NEWNET):
                raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
        return function()

    return run_with_timeout(enter_and_call, seconds)


def rejected_packets(pid: int) -> int | None:
    """Packets that rules rejected so far in the network of process ``pid``; None if that is not known.

    Those count, too, of which the kernel told nobody, as it had told of too many.
    """
    try:
        return parse_rejected(Path(f"/proc/{pid}/net/snmp").read_text(errors="replace"))
    except OSError:
        return None


def parse_rejected(table: str) -> int | None:
    """The same from ``/proc/net/snmp``: "unreachable" said or kept back, but for closed ports of UDP.

    Source: RFC 2013 ``udpNoPorts``, RFC 4293 ``icmpStatsOutMsgs``; Linux, net/ipv4/proc.c (``OutRateLimit*``
    in newer kernels).
    """
    rows = [line.split() for line in table.splitlines()]
    counts = {
        (names[0], name): value
        for names, values in pairwise(rows)
        if names[:1] == values[:1]
        for name, value in zip(names[1:], values[1:], strict=False)
    }
    try:
        said = sum(int(counts.get(("Icmp:", name), 0)) for name in _UNREACHABLES)
        return said - int(counts["Udp:", "NoPorts"])
    except (KeyError, ValueError):
        return None


def listeners_of(pid: int) -> tuple[Listener, ...]:
    """TCP listeners in the network namespace of process ``pid``; its own ones are named as such.

    Raises :class:`OSError` if /proc may not be read. Source: proc(5), "/proc/pid/net/tcp".
    """
    folder = Path(f"/proc/{pid}/net")
    tables = [folder / "tcp", *([folder / "tcp6"] if (folder / "tcp6").exists() else [])]
    name, own = Path(f"/proc/{pid}/comm").read_text().strip(), _own_sockets(pid)
    return tuple(
        msgspec.structs.replace(row.listener, pid=pid, process=name) if row.inode in own else row.listener
        for table in tables
        for row in _rows(table.read_text())
    )


def parse_listeners(table: str) -> Iterator[Listener]:
    """The listening rows of a ``/proc/net/tcp`` or ``tcp6`` table; unreadable rows are skipped."""
    return (row.listener for row in _rows(table))


def waiting_here(port: int) -> dict[str, int]:
    """Connections that wait to be accepted at ``port`` of this host, by the listener's address.

    Empty if this system has no such table. Source: proc(5), "/proc/net/tcp", rx_queue of a listener.
    """
    waiting: dict[str, int] = {}
    for table in (Path("/proc/net/tcp"), Path("/proc/net/tcp6")):
        with suppress(OSError):
            rows = parse_listeners(table.read_text())
            waiting |= {row.address: row.backlog or 0 for row in rows if row.port == port}
    return waiting


class _Row(Struct, frozen=True):
    listener: Listener
    inode: str


def _rows(table: str) -> Iterator[_Row]:
    for line in table.splitlines()[1:]:
        words = line.split()
        if len(words) < 5 or words[3] != _LISTEN:
            continue
        host, _, port = words[1].partition(":")
        try:
            waiting = int(words[4].partition(":")[2], 16)
            listener = Listener(address=_address(host), port=int(port, 16), backlog=waiting)
        except ValueError:
            continue
        yield _Row(listener, words[9] if len(words) > 9 else "")


def _own_sockets(pid: int) -> frozenset[str]:
    """Inodes of the sockets that the process has open; none if it is another user's and may not be seen."""
    inodes = set()
    folder = Path(f"/proc/{pid}/fd")
    with suppress(PermissionError, FileNotFoundError):
        for entry in folder.iterdir():
            with suppress(FileNotFoundError):  # closed meanwhile
                kind, _, inode = str(entry.readlink()).partition(":[")
                inodes |= {inode.removesuffix("]")} if kind == "socket" else set()
    return frozenset(inodes)


def _address(text: str) -> str:
    """An address as the kernel prints it: 32-bit words in this machine's byte order (little-endian)."""
    raw = bytes.fromhex(text)
    words = [raw[start : start + 4][::-1] for start in range(0, len(raw), 4)]
    return str(ipaddress.ip_address(b"".join(words)))
