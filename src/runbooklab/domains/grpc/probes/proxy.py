"""The proxy that gRPC core would use, by its own rules, which are not those of curl or requests.

Source: gRPC core, src/core/handshaker/http_connect/http_proxy_mapper.cc; measured with grpcio 1.85.
"""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from runbooklab.domains.address.probes.name import resolve
from runbooklab.domains.grpc.probes.guard import ask_tunnel, opened
from runbooklab.domains.grpc.records import ProxySeen
from runbooklab.redaction import clean

#: In this order; in lower case alone, and nothing else.
PROXIES = ("grpc_proxy", "https_proxy", "http_proxy")
#: The first replaces the second.
EXCEPTIONS = ("no_grpc_proxy", "no_proxy")
VARIABLES = (*PROXIES, *EXCEPTIONS)
#: Where an HTTP proxy is if its URL names no port. Source: gRPC core, the same file.
USUAL_PORT = 80
MOST_VALUE = 2000


def proxy_for(host: str, environment: Mapping[str, str]) -> tuple[str, str, str] | None:
    """The variable that counts for ``host``, its value and the exception that matches ("" if none does).

    None: gRPC uses no proxy. An empty variable says so too, and hides those after it.

    >>> proxy_for("tts-worker", {"https_proxy": "http://proxy:3128", "no_proxy": ".local"})
    ('https_proxy', 'http://proxy:3128', '')
    >>> proxy_for("10.1.2.3", {"http_proxy": "http://proxy:3128", "no_proxy": "10.0.0.0/8"})[2]
    '10.0.0.0/8'
    """
    variable = next((name for name in PROXIES if name in environment), "")
    value = environment.get(variable, "")
    if not value.lower().startswith("http://"):
        return None
    return variable, value, exception_for(host, exceptions(environment)[1])


def exceptions(environment: Mapping[str, str]) -> tuple[str, str]:
    """The variable with exceptions that counts, and its value."""
    name = next((name for name in EXCEPTIONS if name in environment), "")
    return name, environment.get(name, "")


def exception_for(host: str, listed: str) -> str:
    """The entry of ``no_proxy`` that matches ``host``; "" if none does."""
    entries = [entry.strip() for entry in listed.split(",")]
    return next((entry for entry in entries if entry and _matches(host, entry)), "")


def _matches(host: str, entry: str) -> bool:
    name, entry = host.lower().rstrip("."), entry.lower()
    if entry.startswith("."):
        return name == entry[1:] or name.endswith(entry)
    try:
        return ipaddress.ip_address(name) in ipaddress.ip_network(entry, strict=False)
    except ValueError:
        return name == entry


def proxy_seen(
    ctx: Any, host: str, port: int, environment: Mapping[str, str], until: float
) -> ProxySeen | None:
    """What the proxy does for one worker: it is asked for a tunnel, as gRPC would; None without a proxy."""
    used = proxy_for(host, environment)
    if used is None:
        return None
    variable, value, entry = used
    listed = exceptions(environment)
    seen = ProxySeen(
        variable,
        clean(value[:MOST_VALUE], ctx.vault),
        clean(entry, ctx.vault),
        clean(f"{listed[0]}={listed[1][:MOST_VALUE]}" if listed[0] else "", ctx.vault),
    )
    if entry:
        return seen
    outcome, message = _tried(value, host, port, until)
    ctx.note("tcp", f"CONNECT {host}:{port} by the proxy of {variable}: {outcome}")
    return ProxySeen(variable, seen.url, "", seen.exceptions, outcome, clean(message, ctx.vault))


def _tried(value: str, host: str, port: int, until: float) -> tuple[Any, str]:
    try:
        place = urlsplit(value)
        name, number = place.hostname or "", place.port or USUAL_PORT
    except ValueError as error:
        return "unresolved", str(error)
    found = resolve(name, max(until - time.monotonic(), 0.05) / 2) if name else None
    if found is None or not found.addresses:
        return "unresolved", f"{name or 'an empty name'} leads nowhere"
    try:
        with opened(found.addresses[0], number, max((until - time.monotonic()) / 2, 0.05)) as sock:
            line = ask_tunnel(sock, host, port, until - time.monotonic())
    except OSError as error:
        return "not-connected", str(error.strerror or error)
    words = line.split()
    code = words[1] if len(words) > 1 and words[0].startswith("HTTP/") else ""
    if code.startswith("2"):
        return "tunnel", line
    if code == "407" and place.username:
        return "needs-credentials", line
    return ("refused-code", line) if code else ("no-answer", line)
