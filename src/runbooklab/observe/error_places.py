"""Which host and port an error speaks of; what only looks like one (a source line, a time) is ignored."""

from __future__ import annotations

import re
from collections.abc import Iterator

from runbooklab.model.error_text import ErrorText

#: The port of DNS servers: Go names the server that it asked.
DNS_PORT = 53
#: A bare word before a smaller number is an image's tag, a line or a count.
SMALLEST_PORT = 1024

_NAME = r"[A-Za-z0-9_](?:[\w.-]{0,252}[A-Za-z0-9_])?"
_PAIR = re.compile(rf"(?<![\w.:-])(\[[0-9A-Fa-f:.]{{2,45}}\]|::1|{_NAME}):(\d{{2,5}})(?![\w-]|[:.]\d|->)")
_APART = re.compile(
    rf"\b(?:host(?:name)?|address|addr|server)[\"']?\s{{0,3}}[ :=]\s{{0,3}}[\"']?({_NAME})[\"']?[\s,;]{{1,4}}"
    r"(?:and )?[\"']?port[\"']?\s{0,3}[ :=]\s{0,3}[\"']?(\d{2,5})\b",
    re.IGNORECASE,
)
_LOOKED_UP = re.compile(
    r"(?:ENOTFOUND|EAI_AGAIN|UnknownHostException:|\blookup|\bresolve(?: host)?(?: ?name)?:?) "
    rf"[\"'`]?({_NAME})(?![\w(:])"
)
#: How gRPC writes an address: "ipv4:127.0.0.1:50051", "ipv6:%5B::1%5D:50051".
_SCHEME = re.compile(r"\b(?:ipv4|ipv6|dns):(?:///)?(?=[\w\[%])")
_SOURCE = re.compile(
    r"\.(?:py[cix]?|m?[jt]sx?|cjs|go|java|kt|scala|groovy|clj|rb|rs|cc?|cpp|cxx|h|hpp|cs|fs|vb|php|exs?"
    r"|erl|hrl|lua|swift|m|pl|pm|sh|bash|ya?ml|json|toml|conf|cfg|ini|log|md|sql|html?|css|vue|svelte|dart"
    r"|jl|hs|zig|so|dll|jar|txt)$",
    re.IGNORECASE,
)
#: Words that stand before a colon and a number without being a host.
_NOT_HOSTS = """
    line pid tid errno error code exit status port worker job id key count size offset slot node thread at
    http https tcp col column row version process task retry attempt time elapsed ms user session request fd
    handle timeout lag total length max min
"""
_NO_HOSTS = frozenset(_NOT_HOSTS.split())
_STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d$|\d+$|[0-9A-Fa-f]{8,}$")
#: How Docker names the container that it speaks of.
_CONTAINER = re.compile(
    r"(?:no such container: |container name \"?/?|container (?:for service )?[\"']?)([\w][\w.-]{1,127})"
    r"(?=\"? is (?:already|not running|unhealthy|restarting|paused)|\"? exited|$|[\s\"'])",
    re.IGNORECASE,
)
_NO_CONTAINERS = frozenset({"is", "name", "process", "for", "the", "has", "with", "runtime", "exited", "not"})
#: Placeholders for a name that the client did not know.
_UNKNOWN = frozenset({"unresolved", "unspecified", "null", "none", "undefined"})


def places(text: str) -> Iterator[str]:
    """Hosts with their ports (``redis:6379``), and names that were looked up (``redis``), in order.

    >>> list(places("dial tcp 127.0.0.1:6379 at main.go:42, ssl3_record.c:332, 12:30:45"))
    ['127.0.0.1:6379']
    >>> list(places("last error: ipv4:127.0.0.1:50051: Failed, ipv6:%5B::1%5D:50051: Failed"))
    ['127.0.0.1:50051', '[::1]:50051']
    """
    text = _SCHEME.sub(" ", text.replace("%5B", "[").replace("%5D", "]"))
    pairs = sorted([*_PAIR.finditer(text), *_APART.finditer(text)], key=lambda match: match.start())
    names = {match[1] for match in pairs if _is_place(match[1], int(match[2]))}
    yield from (
        f"[{match[1]}]:{match[2]}" if match[1] == "::1" else f"{match[1]}:{match[2]}"
        for match in pairs
        if _is_place(match[1], int(match[2]))
    )
    yield from (
        match[1]
        for match in _LOOKED_UP.finditer(text)
        if match[1] not in names and match[1].lower() not in _UNKNOWN and not _SOURCE.search(match[1])
        and match[1].lower() not in ("address", "host", "hostname", "on", "name")
    )  # fmt: skip


def _is_place(name: str, port: int) -> bool:
    if not 0 < port < 65536 or port == DNS_PORT:
        return False
    if name.startswith("[") or name == "::1":
        return True
    if _SOURCE.search(name) or _STAMP.match(name) or name.lower() in _NO_HOSTS | _UNKNOWN:
        return False
    return port >= SMALLEST_PORT or "." in name or name == "localhost"


def hosts_of(line: str, text: ErrorText) -> tuple[str, ...]:
    """The addresses that a line names; if none, those of the last other line of the text that names any."""
    return tuple(places(line)) or text.hosts[::-1]


def container_of(line: str) -> str:
    """The container that a message of Docker is about; "" if it names none.

    >>> container_of('Conflict. The container name "/web" is already in use by container "4f2c"')
    'web'
    """
    found = _CONTAINER.search(line)
    return found[1] if found and found[1].lower() not in _NO_CONTAINERS else ""
