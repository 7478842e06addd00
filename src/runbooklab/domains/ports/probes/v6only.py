"""Which IPv6 listeners take IPv6 alone: the kernel says so by netlink, and in no file.

Source: sock_diag(7); include/uapi/linux/inet_diag.h, INET_DIAG_SKV6ONLY.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator
from contextlib import suppress

_NETLINK_SOCK_DIAG = 4
_SOCK_DIAG_BY_FAMILY = 20
_NLM_F_REQUEST, _NLM_F_DUMP = 1, 0x300
_NLMSG_ERROR, _NLMSG_DONE = 2, 3
_LISTEN = 1 << 10
_SKV6ONLY = 11
#: struct nlmsghdr, and the length of struct inet_diag_msg with the place of its inode.
_HEADER = struct.Struct("=LHHLL")
_MESSAGE, _INODE = 72, 68
#: Answers that are read at most, and the longest wait for one, in seconds.
MOST_ANSWERS, WAIT_S = 200, 0.5


def v6_only_listeners() -> frozenset[int]:
    """The inodes of TCP listeners with IPV6_V6ONLY; empty if the kernel does not say."""
    with suppress(OSError, struct.error):
        return frozenset(_asked())
    return frozenset()


def _asked() -> Iterator[int]:
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, _NETLINK_SOCK_DIAG) as link:
        link.settimeout(WAIT_S)
        link.bind((0, 0))
        body = struct.pack("=BBBBL48x", socket.AF_INET6, socket.IPPROTO_TCP, 0, 0, _LISTEN)
        kind = _NLM_F_REQUEST | _NLM_F_DUMP
        link.send(_HEADER.pack(_HEADER.size + len(body), _SOCK_DIAG_BY_FAMILY, kind, 1, 0) + body)
        for _ in range(MOST_ANSWERS):
            data = link.recv(1 << 16)
            while len(data) >= _HEADER.size:
                length, type_, *_rest = _HEADER.unpack_from(data)
                if type_ in (_NLMSG_ERROR, _NLMSG_DONE) or length < _HEADER.size:
                    return
                yield from _v6_only(data[_HEADER.size : length])
                data = data[(length + 3) & ~3 :]


def _v6_only(message: bytes) -> Iterator[int]:
    """The inode, if the message has the attribute and it is not 0."""
    (inode,) = struct.unpack_from("=L", message, _INODE)
    place = _MESSAGE
    while place + 4 <= len(message):
        length, kind = struct.unpack_from("=HH", message, place)
        if length < 4:
            return
        if kind == _SKV6ONLY and message[place + 4]:
            yield inode
        place += (length + 3) & ~3
