"""A process's network namespace as /proc shows it: listeners and their accept queues."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from pathlib import Path

from runbooklab.evidence import Listener

_LISTEN = "0A"


def listeners_of(pid: int) -> tuple[Listener, ...]:
    """TCP listeners in the network namespace of process ``pid``.

    Raises :class:`OSError` where /proc may not be read. Source: proc(5), "/proc/pid/net/tcp".
    """
    folder = Path(f"/proc/{pid}/net")
    found = tuple(parse_listeners((folder / "tcp").read_text()))
    six = folder / "tcp6"
    return found + (tuple(parse_listeners(six.read_text())) if six.exists() else ())


def parse_listeners(table: str) -> Iterator[Listener]:
    """The listening rows of a ``/proc/net/tcp`` or ``tcp6`` table; unreadable rows are passed over."""
    for line in table.splitlines()[1:]:
        words = line.split()
        if len(words) < 5 or words[3] != _LISTEN:
            continue
        host, _, port = words[1].partition(":")
        try:
            waiting = int(words[4].partition(":")[2], 16)
            yield Listener(address=_address(host), port=int(port, 16), backlog=waiting)
        except ValueError:
            continue


def _address(text: str) -> str:
    """An address as the kernel prints it: 32-bit words in this machine's byte order (little-endian)."""
    raw = bytes.fromhex(text)
    words = [raw[start : start + 4][::-1] for start in range(0, len(raw), 4)]
    return str(ipaddress.ip_address(b"".join(words)))
