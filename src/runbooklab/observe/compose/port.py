"""One entry of a service's ``ports``, in the short and in the long syntax. Pure.

Source: the Compose specification, "ports"; docker/go-connections, ``nat.ParsePortSpec``.
"""

from __future__ import annotations

import ipaddress
import re
from typing import Any

from msgspec import Struct

from runbooklab.errors import RunbookError

_PROTOCOLS = ("tcp", "udp", "sctp")
_SHORT = re.compile(
    r"(?:(?:\[(?P<v6>[^\]]*)\]|(?P<ip>[^:\[\]]*)):(?=[^:]*:))?(?:(?P<host>[^:]*):)?(?P<inside>[^:]+)"
)
_LARGEST = 65535


class NotAPort(RunbookError):
    """What Compose says of an entry that it refuses."""


class Port(Struct, frozen=True):
    """An entry as Compose understands it; both ranges hold their ends."""

    host_ip: str
    host: tuple[int, int]  # (0, 0): none is named
    inside: tuple[int, int]
    protocol: str


def parse_port(entry: Any) -> Port:
    """One entry of ``ports``. Raises :class:`NotAPort`.

    >>> parse_port("127.0.0.1:8080:80/udp")
    Port(host_ip='127.0.0.1', host=(8080, 8080), inside=(80, 80), protocol='udp')
    """
    if isinstance(entry, dict):
        return _long(entry)
    if isinstance(entry, bool | float) or entry is None:
        raise NotAPort(f"invalid port: {entry}")
    return _short(str(entry))


def _long(entry: dict[str, Any]) -> Port:
    if entry.get("target") is None:
        raise NotAPort("missing a mandatory value: target is required")
    inside = _range(str(entry["target"]), "containerPort")
    published = entry.get("published")
    host = _range(str(published), "hostPort") if published not in (None, "") else (0, 0)
    return _checked(str(entry.get("host_ip") or ""), host, inside, str(entry.get("protocol") or "tcp"))


def _short(text: str) -> Port:
    rest, _, protocol = text.strip().partition("/")
    parts = _SHORT.fullmatch(rest)
    if parts is None:
        raise NotAPort(f"invalid port: {text}")
    inside = _range(parts["inside"], "containerPort")
    host = _range(parts["host"], "hostPort") if parts["host"] else (0, 0)
    return _checked(parts["v6"] or parts["ip"] or "", host, inside, protocol or "tcp")


def _checked(address: str, host: tuple[int, int], inside: tuple[int, int], protocol: str) -> Port:
    if protocol.lower() not in _PROTOCOLS:
        raise NotAPort(f"invalid proto: {protocol}")
    if address:
        try:
            ipaddress.ip_address(address.strip("[]").partition("%")[0])
        except ValueError:
            raise NotAPort(f"invalid IP address: {address}") from None
    many = inside[1] - inside[0]
    if host[0] and many and host[1] - host[0] != many:
        raise NotAPort("invalid ranges specified for container and host ports")
    return Port(address.strip("[]"), host, inside, protocol.lower())


def _range(text: str, what: str) -> tuple[int, int]:
    first, dash, last = text.strip().partition("-")
    low, high = _number(first, text, what), _number(last if dash else first, text, what)
    if high < low:
        raise NotAPort(f"invalid {what}: {text}")
    return low, high


def _number(digits: str, text: str, what: str) -> int:
    if (
        not digits.strip().isdigit()
        or int(digits) > _LARGEST
        or (what == "containerPort" and int(digits) < 1)
    ):
        raise NotAPort(f"invalid {what}: {text}")
    return int(digits)
