"""Which addresses a listener takes, and whether two of them meet."""

from __future__ import annotations

from runbooklab.domains.ports.records import Socket
from runbooklab.observe.net.addresses import is_any, is_ipv6

ANY4, ANY6 = "0.0.0.0", "::"  # noqa: S104 # what a socket is bound to, not ours


def covers(socket: Socket, address: str) -> bool:
    """Whether the listener takes connections to ``address``; of a wildcard, all that it stands for."""
    if is_any(socket.address):
        return (socket.family == 6 and (is_ipv6(address) or not socket.v6_only)) or (
            socket.family == 4 and not is_ipv6(address)
        )
    return socket.address == address


def asked_overlaps(asked: str, socket: Socket) -> bool:
    """Whether a listener is in the way of one that asks for the address ``asked`` ("": all)."""
    if asked in ("", "*"):
        return True
    if is_any(asked):
        return covers(socket, asked) or (socket.family == 6) == is_ipv6(asked)
    return covers(socket, asked)


def meet(one: str, other: str) -> bool:
    """Whether two addresses that a port is asked for on are in each other's way."""
    one, other = one or ANY4, other or ANY4
    if is_ipv6(one) != is_ipv6(other):
        return False
    return is_any(one) or is_any(other) or one == other


def place(socket: Socket) -> str:
    """``127.0.0.1:80``, ``[::]:80``."""
    host = f"[{socket.address}]" if is_ipv6(socket.address) else socket.address
    return f"{host}:{socket.port}"
