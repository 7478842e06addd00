"""A TCP connection to what a check names, or why there is none, as fields of its kind."""

from __future__ import annotations

import errno
import os
import socket
import time
from typing import Any

from msgspec import Struct, field

from runbooklab.domains.address.probes.name import resolve
from runbooklab.domains.generic.probes.hosts import Place
from runbooklab.model.parameter import Target
from runbooklab.observe.context import Context

#: Most addresses of a name that are tried, one after the other.
MOST_ADDRESSES = 4
#: The fields that tell of a connection, as they are if it was made.
CONNECTED: dict[str, Any] = {"refused": False, "timed_out": False, "unresolved": False, "error": ""}


class Reached(Struct, frozen=True):
    """A connection, or the values and the sentence that say why there is none."""

    sock: socket.socket | None = None
    address: str = ""
    ms: float = 0.0
    values: dict[str, Any] = field(default_factory=dict)
    note: str = ""
    unobserved: dict[str, str] = field(default_factory=dict)


def reach(ctx: Context[Target], place: Place) -> Reached:
    """Connect to ``place``, before the context's deadline; the socket then has what is left as its timeout.

    Every address of a name is tried, at most :data:`MOST_ADDRESSES`, in the resolver's order.
    """
    began = time.monotonic()
    try:
        found = resolve(place.host, ctx.remaining_s())
    except TimeoutError as error:
        return _without(str(error), timed_out=True)
    if found.outcome == "temporary-failure":
        silent = time.monotonic() >= ctx.deadline
        why = "no name server answered"
        return _without(
            f"{place.host} could not be resolved: {found.message}.",
            timed_out=silent,
            unobserved={"unresolved": why},
        )
    if not found.addresses:
        ctx.note("dns", f"resolve {place.host}: no address", _ms(began))
        return _without(f"{place.host} has no address.", unresolved=True)
    return _first(ctx, place, found.addresses[:MOST_ADDRESSES], began)


def reach_socket(ctx: Context[Target], path: str) -> Reached:
    """Connect to a unix socket."""
    began = time.monotonic()
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        sock.settimeout(ctx.remaining_s())
        sock.connect(path)
    except (OSError, ValueError) as error:
        sock.close()
        ctx.note("tcp", f"connect {path}: {_said(error)}", _ms(began))
        return _failed(path, error)
    ctx.note("tcp", f"connect {path}", _ms(began))
    return Reached(sock, path, _ms(began), dict(CONNECTED))


def _first(ctx: Context[Target], place: Place, addresses: tuple[str, ...], began: float) -> Reached:
    """The first address that takes the connection; each gets an equal part of the time that is left."""
    failed = Reached()
    for at, address in enumerate(addresses):
        where = Place(address, place.port).written
        tried = time.monotonic()
        try:
            sock = socket.create_connection((address, place.port), ctx.remaining_s() / (len(addresses) - at))
        except OSError as error:
            ctx.note("tcp", f"connect {where}: {_said(error)}", _ms(tried))
            failed = _failed(where, error)
            continue
        ctx.note("tcp", f"connect {where}", _ms(tried))
        sock.settimeout(ctx.remaining_s())
        return Reached(sock, address, _ms(began), dict(CONNECTED))
    return failed


def _failed(where: str, error: Exception) -> Reached:
    if isinstance(error, ConnectionRefusedError):
        return _without(f"Connection refused by {where}.", refused=True)
    if isinstance(error, TimeoutError):
        return _without(f"{where} accepted no connection in time.", timed_out=True)
    return _without(f"No connection to {where}: {_said(error)}.")


def _without(note: str, unobserved: dict[str, str] | None = None, **told: bool) -> Reached:
    values: dict[str, Any] = {**CONNECTED, **told, "error": note.rstrip(".")}
    for name in unobserved or {}:
        values.pop(name, None)
    return Reached(values=values, note=note, unobserved=unobserved or {})


def _said(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "timed out"
    number = getattr(error, "errno", None) or 0
    return os.strerror(number).lower() if number in errno.errorcode else str(error)


def _ms(began: float) -> float:
    return round((time.monotonic() - began) * 1000, 1)
