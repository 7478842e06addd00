"""What the engine says of a container that could not have its ports. Pure."""

from __future__ import annotations

import re

_IN_USE = re.compile(r"already in use|already allocated|ports are not available|EADDRINUSE|Errno 98", re.I)
_ALLOCATED = re.compile(r"already allocated", re.I)
_UNAVAILABLE = re.compile(r"cannot assign requested address|EADDRNOTAVAIL|Errno 99", re.I)
_DENIED = re.compile(r"permission denied|EACCES|Errno 13|cannot expose privileged port", re.I)
_PORTS = re.compile(r"(?:[\d.]+|\[[^\]\s]*\]|:):(\d{1,5})(?=[:\s,]|$)")


def is_in_use(error: str) -> bool:
    """Whether the error says that a port is taken: by the kernel ("in use") or the engine ("allocated")."""
    return bool(_IN_USE.search(error))


def is_allocated(error: str) -> bool:
    """Whether it was the engine's own book that had the port."""
    return bool(_ALLOCATED.search(error))


def is_unavailable(error: str) -> bool:
    """Whether the address is none of this host's."""
    return bool(_UNAVAILABLE.search(error))


def is_denied(error: str) -> bool:
    return bool(_DENIED.search(error))


def ports_in(error: str) -> tuple[int, ...]:
    """The ports that a bind error names.

    >>> ports_in("listen tcp4 0.0.0.0:6379: bind: address already in use")
    (6379,)
    >>> ports_in("Bind for :::8080 failed: port is already allocated")
    (8080,)
    """
    if not (is_in_use(error) or is_unavailable(error) or is_denied(error)):
        return ()
    found = [int(port) for port in _PORTS.findall(error)]
    return tuple(dict.fromkeys(port for port in found if 0 < port <= 65535))
