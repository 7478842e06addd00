"""The port of this host that a container was refused, and who has it now."""

from __future__ import annotations

import re
from contextlib import suppress

#: ``Bind for 0.0.0.0:8080 failed: port is already allocated``;
#: ``listen tcp4 0.0.0.0:8080: bind: address already in use`` (moby, libnetwork).
_REFUSED = re.compile(
    r"Bind for \S*:(?P<allocated>\d{1,5}) failed"
    r"|listen \w+ \S*:(?P<in_use>\d{1,5}): bind: address already in use"
)
UNKNOWN = "unknown"


def refused_port(error: str) -> int:
    """The port in the engine's error; 0 if it is about something else."""
    found = _REFUSED.search(error)
    return int(found["allocated"] or found["in_use"]) if found else 0


def holder_of(port: int) -> str:
    """Who has a TCP or UDP port of this host: "nginx (pid 12)", "a program"; "" if nobody."""
    import psutil

    try:
        sockets = psutil.net_connections("inet")
    except (psutil.Error, OSError):
        return UNKNOWN
    for socket in sockets:
        if (
            socket.laddr
            and socket.laddr.port == port
            and socket.status in (psutil.CONN_LISTEN, psutil.CONN_NONE)
        ):
            with suppress(psutil.Error):
                if socket.pid:
                    return f"{psutil.Process(socket.pid).name()} (pid {socket.pid})"
            return "a program that this user may not see"
    return ""
