"""The URL: what it says, and how a sentence names where it leads."""

from __future__ import annotations

from runbooklab.domains.address.evidence import Evidence
from runbooklab.domains.address.places import host_and_port
from runbooklab.domains.address.records import DEFAULT_PORT, RedisAddress

#: What a resolver says if a name leads nowhere.
NOWHERE = ("not-found", "temporary-failure")


def url(e: Evidence) -> RedisAddress | None:
    """The URL taken apart; None if it was not observed or does not parse."""
    address = e.address.value
    return None if address is None or address.problem else address


def url_host(e: Evidence) -> str:
    address = url(e)
    return address.host if address else ""


def url_port(e: Evidence) -> int:
    address = url(e)
    return address.port if address else DEFAULT_PORT


def has_password(e: Evidence) -> bool:
    """Whether the URL has a password, whatever else is wrong with it."""
    return e.address.value is not None and e.address.value.has_password


def place(e: Evidence) -> str:
    """Where the URL leads, to name in a sentence: "localhost:6379", or the path of a unix socket."""
    address = url(e)
    return host_and_port(address) if address else "the configured address"
