"""Where a URL leads, to name in a sentence."""

from __future__ import annotations

from runbooklab.domains.address.records import RedisAddress
from runbooklab.observe.net.addresses import is_ipv6


def host_and_port(address: RedisAddress) -> str:
    """Where an address leads, to name in a sentence: "localhost:6379", or the path of a unix socket."""
    if address.scheme == "unix":
        return address.socket_path
    host = f"[{address.host}]" if is_ipv6(address.host) else address.host
    return f"{host}:{address.port}"
