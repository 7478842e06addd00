"""What the kernel says of sockets by netlink alone, and in no file of /proc/net.

Which IPv6 listeners take IPv6 alone, and which sockets are bound to a port without listening on it.

Source: sock_diag(7); include/uapi/linux/inet_diag.h, INET_DIAG_SKV6ONLY; net/tcp_states.h,
TCP_BOUND_INACTIVE (Linux 6.8; an older kernel answers with no socket).
"""

from __future__ import annotations

import ipaddress
import socket
import struct
from collections.abc import Iterator
from contextlib import suppress

from runbooklab.domains.ports.records import Socket

_NETLINK_SOCK_DIAG = 4
_SOCK_DIAG_BY_FAMILY = 20
_NLM_F_REQUEST, _NLM_F_DUMP = 1, 0x300
_NLMSG_ERROR, _NLMSG_DONE = 2, 3
_LISTEN, _BOUND_INACTIVE = 1 << 10, 1 << 13
_SKV6ONLY = 11
#: struct nlmsghdr, and of struct inet_diag_msg its length and the places of port, address, user and inode.
_HEADER = struct.Struct("=LHHLL")
_MESSAGE, _PORT, _ADDRESS, _USER, _INODE = 72, 4, 8, 64, 68
#: Answers that are read at most, and the longest wait for one, in seconds.
MOST_ANSWERS, WAIT_S = 200, 0.5


def v6_only_listeners() -> frozenset[int]:
    """The inodes of TCP listeners with IPV6_V6ONLY; empty if the kernel does not say."""
    with suppress(OSError, struct.error):
        found = (_v6_only(each) for each in _messages(socket.AF_INET6, _LISTEN))
        return frozenset(inode for inode in found if inode)
    return frozenset()


def bound_sockets() -> tuple[Socket, ...]:
    """TCP sockets that have a port and neither listen nor are connected; empty if the kernel does not say."""
    with suppress(OSError, struct.error, ValueError):
        return tuple(
            _bound(each)
            for family in (socket.AF_INET, socket.AF_INET6)
            for each in _messages(family, _BOUND_INACTIVE)
        )
    return ()


def _messages(family: int, states: int) -> Iterator[bytes]:
    """What the kernel says of each TCP socket of a family in one of these states: struct inet_diag_msg."""
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, _NETLINK_SOCK_DIAG) as link:
        link.settimeout(WAIT_S)
        link.bind((0, 0))
        body = struct.pack("=BBBBL48x", family, socket.IPPROTO_TCP, 0, 0, states)
        kind = _NLM_F_REQUEST | _NLM_F_DUMP
        link.send(_HEADER.pack(_HEADER.size + len(body), _SOCK_DIAG_BY_FAMILY, kind, 1, 0) + body)
        for _ in range(MOST_ANSWERS):
            data = link.recv(1 << 16)
            while len(data) >= _HEADER.size:
                length, type_, *_rest = _HEADER.unpack_from(data)
                if type_ in (_NLMSG_ERROR, _NLMSG_DONE) or length < _HEADER.size:
                    return
                yield data[_HEADER.size : length]
                data = data[(length + 3) & ~3 :]


def _bound(message: bytes) -> Socket:
    (port,) = struct.unpack_from("!H", message, _PORT)
    user, inode = struct.unpack_from("=LL", message, _USER)
    is_six = message[0] == socket.AF_INET6
    address = ipaddress.ip_address(message[_ADDRESS : _ADDRESS + (16 if is_six else 4)])
    mapped = getattr(address, "ipv4_mapped", None)
    return Socket(
        "tcp",
        str(mapped or address),
        port,
        "BOUND",
        family=6 if is_six and not mapped else 4,
        inode=inode,
        uid=user,
    )


def _v6_only(message: bytes) -> int:
    """The socket's inode if the message has the attribute and it is not 0, else 0."""
    (inode,) = struct.unpack_from("=L", message, _INODE)
    place = _MESSAGE
    while place + 4 <= len(message):
        length, kind = struct.unpack_from("=HH", message, place)
        if length < 4:
            return 0
        if kind == _SKV6ONLY and message[place + 4]:
            return int(inode)
        place += (length + 3) & ~3
    return 0
