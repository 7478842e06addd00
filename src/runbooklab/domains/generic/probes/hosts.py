"""Hosts and ports as a runbook's author writes them, and what is refused in a parameter's value. Pure."""

from __future__ import annotations

import re
from ipaddress import IPv6Address

from msgspec import Struct

from runbooklab.domains.generic.records import Text

#: A host name (RFC 1123, with the underscore that many internal names have) or an IPv4 address.
NAME = r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,251}[A-Za-z0-9_.])?"
_NAME = re.compile(NAME)
_IPV6 = re.compile(r"\[([0-9A-Fa-f:.]+(?:%[A-Za-z0-9_.-]{1,15})?)\]")
_PLACE = re.compile(rf"(?P<host>{NAME}|\[[^\]\s]{{1,64}}\]):(?P<port>[0-9]{{1,5}})")
#: Scheme of a URL -> its usual port: where only a host and a port are meant, a URL names them.
USUAL_PORTS = {
    "http": 80, "https": 443, "ws": 80, "wss": 443, "redis": 6379, "rediss": 6379, "postgres": 5432,
    "postgresql": 5432,
}  # fmt: skip
_URL = re.compile(r"(?P<scheme>[a-z]+)://(?:[^/?#\s]*@)?(?P<place>[^/?#@\s]+)(?:[/?#]\S*)?")
_NO_TEXT = re.compile(r"[\ud800-\udfff]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class Place(Struct, frozen=True):
    """A host, without brackets, and a TCP port."""

    host: str
    port: int

    @property
    def written(self) -> str:
        """As it stands in a URL: an IPv6 address in brackets."""
        return f"{bracketed(self.host)}:{self.port}"


def bracketed(host: str) -> str:
    """The host as it stands before a port.

    >>> bracketed("::1"), bracketed("db")
    ('[::1]', 'db')
    """
    return f"[{host}]" if ":" in host else host


def host_in(text: str) -> str:
    """The host, without brackets; "" if the text is none."""
    if _NAME.fullmatch(text):
        return text
    found = _IPV6.fullmatch(text)
    if found is None or not _is_ipv6(found[1]):
        return ""
    return found[1]


def place_in(text: str) -> Place | None:
    """``HOST:PORT``, an IPv6 address in brackets, or a URL; None if the text is not that.

    >>> place_in("[::1]:443"), place_in("db"), place_in("-oProxyCommand=x:22")
    (Place(host='::1', port=443), None, None)
    >>> place_in("https://shop.example/health")
    Place(host='shop.example', port=443)
    """
    url = _URL.fullmatch(text)
    if url is not None:
        port = USUAL_PORTS.get(url["scheme"])
        has_port = _PLACE.fullmatch(url["place"]) is not None
        return place_in(url["place"] if has_port else f"{url['place']}:{port}") if port else None
    found = _PLACE.fullmatch(text)
    host = host_in(found["host"]) if found else ""
    if not found or not host or not 0 < int(found["port"]) < 65536:
        return None
    return Place(host, int(found["port"]))


def refused_place(subject: Text) -> str:
    """Why ``subject`` names no host and port; "" if it does."""
    if refused := refused_values(subject):
        return refused
    if place_in(subject.plain) is None:
        return (
            "Write a host and a port, such as db.example.org:5432, or a URL; an IPv6 address is in brackets."
        )
    return ""


def refused_values(text: Text) -> str:
    """Why a value cannot stand in any text; "" if all can."""
    return next((why for value in text.values if (why := _refused(value))), "")


def _refused(value: str) -> str:
    if _CONTROL.search(value):
        return "A parameter's value holds a control character: give it a value on one line."
    if _NO_TEXT.search(value):
        return "A parameter's value holds a byte that is no text."
    return ""


def _is_ipv6(text: str) -> bool:
    try:
        return IPv6Address(text).version == 6
    except ValueError:
        return False
