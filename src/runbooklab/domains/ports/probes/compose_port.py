"""One entry of a service's ``ports``, in the short and in the long syntax. Pure.

Source: the Compose specification, "ports"; docker/go-connections, ``nat.ParsePortSpec``.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from runbooklab.domains.ports.records import ComposePort
from runbooklab.errors import RunbookError
from runbooklab.observe.compose.file import ComposeFile
from runbooklab.redaction import clean

if TYPE_CHECKING:
    from runbooklab.redaction import Vault

MOST_PORTS = 200
_PROTOCOLS = ("tcp", "udp", "sctp")
_SHORT = re.compile(
    r"(?:(?:\[(?P<v6>[^\]]*)\]|(?P<ip>[^:\[\]]*)):(?=[^:]*:))?(?:(?P<host>[^:]*):)?(?P<inside>[^:]+)"
)
_LARGEST = 65535


class _Refused(RunbookError):
    """What Compose says of an entry that it refuses."""


def ports_of(file: ComposeFile, name: str, said: dict[str, Any], vault: Vault) -> Iterator[ComposePort]:
    """The published ports of a service; an entry that Compose refuses says why."""
    entries = said.get("ports")
    if entries is None:
        return
    if not isinstance(entries, list):
        yield ComposePort("ports", file.line(f"services.{name}.ports"), problem="ports must be a list")
        return
    for place, entry in enumerate(entries[:MOST_PORTS]):
        key = f"services.{name}.ports.{place}"
        line = file.line(f"{key}.published" if isinstance(entry, dict) else key)
        yield one(entry, line, vault)


def one(entry: Any, line: int, vault: Vault) -> ComposePort:
    """One entry as Compose understands it."""
    text = clean(_words(entry)[:200], vault)
    try:
        if isinstance(entry, dict):
            found = _long(entry)
        elif isinstance(entry, bool | float) or entry is None:
            raise _Refused(f"invalid port: {text}")
        else:
            found = _short(str(entry))
    except _Refused as refusal:
        return ComposePort(text, line, problem=clean(str(refusal)[:200], vault))
    host_ip, (first, last), (inside, inside_last), protocol = found
    return ComposePort(
        text, line, host_ip, first, last, inside, inside_is_one=inside_last == inside, protocol=protocol
    )


_Parsed = tuple[str, tuple[int, int], tuple[int, int], str]


def _words(entry: Any) -> str:
    if not isinstance(entry, dict):
        return str(entry)
    return ", ".join(
        f"{name}: {value}" for name, value in entry.items() if not isinstance(value, dict | list)
    )


def _long(entry: dict[str, Any]) -> _Parsed:
    if entry.get("target") is None:
        raise _Refused("missing a mandatory value: target is required")
    inside = _range(str(entry["target"]), "containerPort")
    published = entry.get("published")
    host = _range(str(published), "hostPort") if published not in (None, "") else (0, 0)
    return _checked(str(entry.get("host_ip") or ""), host, inside, str(entry.get("protocol") or "tcp"))


def _short(text: str) -> _Parsed:
    rest, _, protocol = text.strip().partition("/")
    parts = _SHORT.fullmatch(rest)
    if parts is None:
        raise _Refused(f"invalid port: {text}")
    inside = _range(parts["inside"], "containerPort")
    host = _range(parts["host"], "hostPort") if parts["host"] else (0, 0)
    return _checked(parts["v6"] or parts["ip"] or "", host, inside, protocol or "tcp")


def _checked(address: str, host: tuple[int, int], inside: tuple[int, int], protocol: str) -> _Parsed:
    if protocol.lower() not in _PROTOCOLS:
        raise _Refused(f"invalid proto: {protocol}")
    if address:
        try:
            ipaddress.ip_address(address.strip("[]").partition("%")[0])
        except ValueError:
            raise _Refused(f"invalid IP address: {address}") from None
    many = inside[1] - inside[0]
    if host[0] and many and host[1] - host[0] != many:
        raise _Refused("invalid ranges specified for container and host ports")
    return address.strip("[]"), host, inside, protocol.lower()


def _range(text: str, what: str) -> tuple[int, int]:
    first, dash, last = text.strip().partition("-")
    low, high = _number(first, text, what), _number(last if dash else first, text, what)
    if high < low:
        raise _Refused(f"invalid {what}: {text}")
    return low, high


def _number(digits: str, text: str, what: str) -> int:
    if (
        not digits.strip().isdigit()
        or int(digits) > _LARGEST
        or (what == "containerPort" and int(digits) < 1)
    ):
        raise _Refused(f"invalid {what}: {text}")
    return int(digits)
