"""What the engine says of a container that could not have its ports. Pure."""

from __future__ import annotations

import re

_IN_USE = re.compile(
    r"already in use|already allocated|ports are not available|EADDRINUSE|AddrInUse|Errno 98|address in use|"
    r"\bConnection in use: \(",
    re.I,
)
#: gRPC says no more than this.
_NOT_BOUND = re.compile(r"failed to bind (?:to )?(?:address|port)\b|No address added out of", re.I)
_ALLOCATED = re.compile(r"already allocated", re.I)
_UNAVAILABLE = re.compile(r"cannot assign requested address|EADDRNOTAVAIL|Errno 99", re.I)
_DENIED = re.compile(r"permission denied|EACCES|Errno 13|cannot expose privileged port", re.I)
#: ``0.0.0.0:80``, ``[::]:80``, ``:::80``, ``*:80``, ``:80``, ``('0.0.0.0', 80)`` and ``port 80``.
_PORTS = re.compile(
    r"(?:(?:(?<![\w:.])[\d.]+|\[[^\]\s]*\]|\*|:|(?<=\s)):(?P<behind>\d{1,5})"
    r"|', (?P<pair>\d{1,5})(?=\))|\bport (?P<named>\d{1,5}))(?=[:\s,;/)]|$)",
    re.I,
)
_ADDRESSES = re.compile(r"(?<![\w:.])(\d{1,3}(?:\.\d{1,3}){3})(?=:\d|')|\[([0-9a-fA-F:]{2,})\](?=:\d)")


def is_in_use(error: str) -> bool:
    """Whether the error says that a port is taken: by the kernel ("in use") or the engine ("allocated")."""
    if _IN_USE.search(error):
        return True
    return bool(_NOT_BOUND.search(error)) and not (is_unavailable(error) or is_denied(error))


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
    >>> ports_in("error while attempting to bind on address ('0.0.0.0', 8080): address already in use")
    (8080,)
    """
    if not (is_in_use(error) or is_unavailable(error) or is_denied(error)):
        return ()
    found = [int(next(filter(None, each.groups()))) for each in _PORTS.finditer(error)]
    return tuple(dict.fromkeys(port for port in found if 0 < port <= 65535))


def addresses_in(error: str) -> tuple[str, ...]:
    """The addresses that an error names with a port.

    >>> addresses_in("listen tcp4 10.9.9.9:80: bind: cannot assign requested address")
    ('10.9.9.9',)
    """
    return tuple(dict.fromkeys(next(filter(None, each.groups())) for each in _ADDRESSES.finditer(error)))
