"""The kernel's tables of sockets as text: ``/proc/net/tcp`` and its like. Pure.

Source: proc(5), "/proc/net/tcp"; include/net/tcp_states.h.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

from runbooklab.domains.ports.records import Protocol, Socket

_STATES = {
    "01": "ESTABLISHED", "02": "SYN_SENT", "03": "SYN_RECV", "04": "FIN_WAIT1", "05": "FIN_WAIT2",
    "06": "TIME_WAIT", "07": "CLOSE", "08": "CLOSE_WAIT", "09": "LAST_ACK", "0A": "LISTEN", "0B": "CLOSING",
}  # fmt: skip
#: The tables, their protocol and family.
TABLES: tuple[tuple[str, Protocol, int], ...] = (
    ("tcp", "tcp", 4), ("tcp6", "tcp", 6), ("udp", "udp", 4), ("udp6", "udp", 6),
)  # fmt: skip


def sockets_in(table: str, protocol: Protocol, family: int) -> Iterator[Socket]:
    """The sockets of one table; rows that cannot be read are left out."""
    for line in table.splitlines()[1:]:
        words = line.split()
        try:
            yield _socket(words, protocol, family)
        except (ValueError, IndexError):
            continue


def is_listening(socket: Socket) -> bool:
    """Whether it takes what arrives at its port: TCP's LISTEN, or a UDP socket without a peer."""
    return socket.state in ("LISTEN", "UNCONN")


def _socket(words: list[str], protocol: Protocol, family: int) -> Socket:
    local, port = _place(words[1])
    peer, peer_port = _place(words[2])
    state = _STATES.get(words[3], words[3])
    if protocol == "udp":
        state = "ESTABLISHED" if peer_port else "UNCONN"
    return Socket(
        protocol=protocol,
        address=local,
        port=port,
        state=state,
        family=6 if family == 6 and ":" in local else 4,
        peer=peer if peer_port else "",
        peer_port=peer_port,
        inode=int(words[9]),
        uid=int(words[7]),
        backlog=int(words[4].partition(":")[2], 16) if state == "LISTEN" else 0,
    )


def _place(text: str) -> tuple[str, int]:
    host, _, port = text.partition(":")
    return _address(host), int(port, 16)


def _address(text: str) -> str:
    """As the kernel prints it: 32-bit words in this machine's byte order (little-endian)."""
    raw = bytes.fromhex(text)
    words = [raw[start : start + 4][::-1] for start in range(0, len(raw), 4)]
    ip = ipaddress.ip_address(b"".join(words))
    mapped = getattr(ip, "ipv4_mapped", None)
    return str(mapped or ip)
