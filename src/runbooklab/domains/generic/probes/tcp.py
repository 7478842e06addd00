"""Whether a TCP port accepts connections, and what is said there first. Nothing is sent."""

from __future__ import annotations

import socket
import time
from typing import TYPE_CHECKING

from runbooklab.domains.generic.probes.bounds import seen, within
from runbooklab.domains.generic.probes.hosts import place_in, refused_place
from runbooklab.domains.generic.probes.reach import reach
from runbooklab.domains.generic.records import Asked, Plan, Seen

if TYPE_CHECKING:
    from runbooklab.model.parameter import Target
    from runbooklab.observe.context import Context

#: Most bytes of a banner, and the longest wait for one, in seconds: most servers say nothing first.
MOST_BANNER = 512
BANNER_S = 1.0


def refused(asked: Asked) -> str:
    """Why this is never sent."""
    return refused_place(asked.subject)


def plan(asked: Asked) -> tuple[Plan, ...]:
    """What would be sent."""
    return (Plan("tcp", f"connect {asked.subject.plain}"),)


def command(asked: Asked) -> str:
    """The line with which a person sees the same."""
    place = place_in(asked.subject.plain)
    return asked.shell.command("nc", "-vz", place.host, str(place.port)) if place else ""


def look(ctx: Context[Target], asked: Asked) -> Seen:
    """Connect, and listen for a moment."""
    place = place_in(asked.subject.plain)
    assert place is not None
    ctx = within(ctx, asked)
    named = {"host": place.host, "port": str(place.port)}
    reached = reach(ctx, place)
    if reached.sock is None:
        values = {**reached.values, **named, "open": False}
        return seen(ctx, values, shown=reached.note, note=reached.note, unobserved=reached.unobserved)
    with reached.sock as sock:
        banner = _banner(sock, ctx.remaining_s(BANNER_S))
    values = {**reached.values, **named, "open": True, "ms": reached.ms}
    shown = f"{place.written} accepts connections."
    if banner is None:
        return seen(ctx, values, shown=shown, unobserved={"banner": "it says nothing first"})
    return seen(ctx, {**values, "banner": banner}, shown=f"{shown}\n{banner}".strip())


def _banner(sock: socket.socket, seconds: float) -> str | None:
    """The first line that the server says, "" if it closes without one, None if it says nothing in time."""
    until, data = time.monotonic() + seconds, b""
    while len(data) < MOST_BANNER and b"\n" not in data and (left := until - time.monotonic()) > 0:
        sock.settimeout(left)
        try:
            piece = sock.recv(MOST_BANNER - len(data))
        except TimeoutError:
            break
        except OSError:
            piece = b""
        if not piece:
            return _line(data)
        data += piece
    return _line(data) if data else None


def _line(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape").partition("\n")[0].rstrip("\r")
