"""Which target a pasted error text names, as values of a runbook's parameters."""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Iterator

from runbooklab.domain.rules import Rules
from runbooklab.model.error_text import ErrorText
from runbooklab.observe.error_places import places

#: Host and port of a URL; one with a user's name in it is no such thing.
_AUTHORITY = re.compile(r"(?:\[(?P<address>[0-9A-Fa-f:.]+)\]|(?P<name>[^:@\[\]]+))(?::[0-9]*)?")
#: A name that only this network knows.
_NAME = re.compile(r"[A-Za-z0-9_-]+")
#: Who gives away a cloud machine's credentials, beside the link-local address.
#: Source: the instance metadata services of Google, Amazon (EC2) and Oracle.
_METADATA = frozenset({"metadata", "instance-data", "fd00:ec2::254", "192.0.0.192"})


def told(rules: Rules, text: ErrorText) -> dict[str, str]:
    """Parameter -> value, as the text's lines have it for the domains of ``rules``; the first one counts."""
    found: dict[str, str] = {}
    for name, value in _named(rules, text):
        found.setdefault(name, value)
    return found


def _named(rules: Rules, text: ErrorText) -> Iterator[tuple[str, str]]:
    for line in text.text.splitlines():
        for part in rules.contributions:
            values = part.in_error(line, text).target.values
            yield from ((name, str(value)) for name, value in values.items() if value)


def is_near(value: str) -> bool:
    """Whether every host that the value names is this one, in a private network, or has a name without dots.

    Only these are contacted because a text names them: whoever writes a log must not choose whom we call.

    >>> is_near("127.0.0.1:50051"), is_near("tts-worker:50051"), is_near("8.8.8.8:443"), is_near("web")
    (True, True, False, True)
    >>> is_near("http://web/health"), is_near("http://example.org/"), is_near("http://web@example.org/")
    (True, False, False)
    """
    return all(map(_is_near_host, _hosts(value)))


def _hosts(value: str) -> Iterator[str]:
    _, is_url, rest = value.partition("://")
    if not is_url:
        yield from (place.rpartition(":")[0].strip("[]") for place in places(value))
        return
    authority = re.split(r"[/?#\\]", rest, maxsplit=1)[0]
    found = _AUTHORITY.fullmatch(authority)
    yield (found["address"] or found["name"]) if found else ""


def _is_near_host(host: str) -> bool:
    address = _address(host)
    if address is None:
        return _NAME.fullmatch(host) is not None and host.lower() not in _METADATA
    if str(address) in _METADATA or address.is_link_local:
        return False
    return address.is_private or address.is_loopback


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The address that a host is, also as one number or in hexadecimal, as the C library reads it."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        try:
            return ipaddress.IPv4Address(socket.inet_aton(host)) if host.isascii() else None
        except OSError:
            return None
    return getattr(address, "ipv4_mapped", None) or address
