"""Where a worker says that it is, under the field names that are in use."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

#: How gRPC writes a target before the address. Source: gRPC core, doc/naming.md.
_TARGET = r"(?:(?:dns|ipv4|ipv6|passthrough|static):(?://[^/]*/)?)"
_ADDRESS = re.compile(
    rf"(?:{_TARGET}|[a-z][a-z0-9+.-]{{1,20}}://)?"
    r"(?P<host>\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9][\w.-]{0,252}):(?P<port>\d{1,5})(?:/.*)?"
)
_BARE_HOST = re.compile(r"\[?[A-Za-z0-9][\w.:-]{0,252}\]?")
#: Last words of names, the likeliest first.
_PLACES = ("address", "addr", "endpoint", "target", "url", "uri", "host", "ip", "hostname")
#: Words before them that mean the worker's gRPC server, the likeliest first; "" is none.
_OWN = ("grpc", "rpc", "", "worker", "service", "server", "advertised", "advertise", "public", "bind")
#: Words that mean somebody else's place, or another server of the worker's.
_OTHERS = frozenset(
    {"redis", "http", "https", "rest", "metrics", "prometheus", "health", "admin", "debug", "callback"}
    | {"webhook", "orchestrator", "controller", "master", "manager", "registry", "proxy", "db", "log"}
)
_WORDS = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])")
#: Objects in objects that are read, and fields of all of them.
MOST_DEEP, MOST_FIELDS = 3, 200


def plain_address(text: str) -> str:
    """``host:port`` of a text that is an address, also as a URL or a target of gRPC; "" if it is none.

    >>> plain_address("dns:///tts-worker:50051"), plain_address("[::1]:50051"), plain_address("tts-worker")
    ('tts-worker:50051', '[::1]:50051', '')
    """
    found = _ADDRESS.fullmatch(text.strip())
    return f"{found['host']}:{found['port']}" if found else ""


def address_of(fields: Mapping[str, Any]) -> str:
    """``host:port`` that a registration names; "" if it names none.

    An object in it, or one as JSON in a string, counts as if its fields had that name before theirs.

    >>> address_of({"host": "10.0.0.5", "port": 50051}), address_of({"grpc": {"targetHost": "a", "port": 1}})
    ('10.0.0.5:50051', 'a:1')
    """
    flat: dict[tuple[str, ...], str] = {}
    for words, value in _flattened(fields, (), MOST_DEEP):
        flat.setdefault(words, value)
        if len(flat) >= MOST_FIELDS:
            break
    places = [words for words in flat if words and words[-1] in _PLACES and not _OTHERS & set(words)]
    for words in sorted(places, key=_rank):
        whole = plain_address(flat[words])
        if whole:
            return whole
        port = _port_for(flat, words[:-1])
        if port and _BARE_HOST.fullmatch(flat[words]):
            return f"{flat[words]}:{port}"
    return ""


def _flattened(
    fields: Mapping[str, Any], before: tuple[str, ...], deep: int
) -> Iterator[tuple[tuple[str, ...], str]]:
    for name, value in fields.items():
        words = (*before, *(word.lower() for word in _WORDS.findall(str(name)[:200])))
        inner = _object(value) if deep else None
        if inner is not None:
            yield from _flattened(inner, words, deep - 1)
        elif isinstance(value, str | int) and not isinstance(value, bool):
            yield words, str(value).strip()


def _object(value: Any) -> Mapping[str, Any] | None:
    if isinstance(value, str) and value.lstrip().startswith("{"):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return None
    return value if isinstance(value, dict) else None


def _rank(words: tuple[str, ...]) -> tuple[int, int, int]:
    """The worker's own gRPC address first, then what needs no other word, then the shorter names."""
    before = words[:-1]
    own = min((_OWN.index(word) for word in before or ("",) if word in _OWN), default=len(_OWN))
    return own, _PLACES.index(words[-1]), len(words)


def _port_for(flat: Mapping[tuple[str, ...], str], before: tuple[str, ...]) -> str:
    """The port that belongs to a host: of the same object, else gRPC's, else the only one that may be."""
    ports = {
        words: text
        for words, text in flat.items()
        if words and words[-1] == "port" and text.isdigit() and not _OTHERS & set(words)
    }
    for start in (before, before[:-1], (*before, "grpc"), ("grpc",), ()):
        if (text := ports.get((*start, "port"))) is not None:
            return text
    return next(iter(ports.values())) if len(ports) == 1 else ""
