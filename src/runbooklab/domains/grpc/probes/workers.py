"""Which workers are to be called, and how: the parameters, the registry, the orchestrator's configuration."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from socket import gethostname
from typing import TYPE_CHECKING

from msgspec.structs import replace

from runbooklab.diagnosis import error_signs
from runbooklab.domain.common import ERROR_TEXT
from runbooklab.domains.grpc.probes.settings import settings_of
from runbooklab.domains.grpc.records import Endpoint, Workers
from runbooklab.domains.grpc.signs import TABLE
from runbooklab.domains.grpc.signs.addresses import addresses
from runbooklab.domains.grpc.thresholds import MOST_WORKERS
from runbooklab.domains.redis.probes.table import REGISTRATIONS
from runbooklab.model.observation import Missing
from runbooklab.observe.context import NotObserved
from runbooklab.redaction import clean

if TYPE_CHECKING:
    from runbooklab.domains.grpc.context import Context

MOST_TEXT = 300
#: Fields of a registration that name the worker's process, container and host.
_PIDS = ("pid", "worker_pid", "process_id")
_CONTAINERS = ("container", "container_name", "container_id")
_HOSTS = ("hostname", "host_name", "node", "machine")
_CONTAINER_ID = re.compile(r"[0-9a-f]{12}")


def workers(ctx: Context) -> Workers:
    """The workers that are given, else those that are registered. Raises :class:`NotObserved`."""
    settings = settings_of(ctx)
    given = ctx.target.worker_address.strip()
    if given:
        places = [(text.strip(), "") for text in given.split(",") if text.strip()]
        found, unusable = _read(places)
        return Workers(
            "parameter", found[:MOST_WORKERS], settings, unusable, max(len(found) - MOST_WORKERS, 0)
        )
    seen = ctx.wait(REGISTRATIONS)
    if (seen.value is None or not any(key.address for key in seen.value.keys)) and (ends := _in_text(ctx)):
        return Workers("error-text", ends, settings)
    if seen.value is None:
        missing = seen.missing or Missing("error", "the registrations were not read")
        raise NotObserved(
            Missing(
                "unreachable",
                "no worker_address is given, and the registry cannot be read: "
                f"{missing.detail or missing.reason}",
            )
        )
    places = [(key.address, key.key) for key in seen.value.keys if key.address]
    found, unusable = _read(places)
    fields = {key.key: key.fields for key in seen.value.keys}
    found = tuple(identified(end, fields.get(end.key, {}), gethostname()) for end in found)
    unusable += tuple(f"{key.key} names no address" for key in seen.value.keys if not key.address)
    left_out = max(len(found) - MOST_WORKERS, 0)
    shown = tuple(clean(text[:MOST_TEXT], ctx.vault) for text in unusable)
    return Workers("registry", found[:MOST_WORKERS], settings, shown, left_out)


def _in_text(ctx: Context) -> tuple[Endpoint, ...]:
    """The workers whose addresses the error text has, if it is one of gRPC."""
    given = ctx.wait(ERROR_TEXT).value
    if given is None or not error_signs.read(given, TABLE).marks:
        return ()
    return _read((text, "") for text in addresses(given.text))[0]


def _read(places: Iterable[tuple[str, str]]) -> tuple[tuple[Endpoint, ...], tuple[str, ...]]:
    found: dict[str, Endpoint] = {}
    unusable: list[str] = []
    for text, key in places:
        end = endpoint(text, key)
        if end is None:
            unusable.append(f"{key or 'worker_address'}: {text[:MOST_TEXT]!r} is no HOST:PORT")
        else:
            found.setdefault(end.address, end)
    return tuple(found.values()), tuple(unusable)


def identified(end: Endpoint, fields: Mapping[str, str], hostname: str) -> Endpoint:
    """The endpoint with the process or container that its registration says is the worker.

    A process counts if the registration names this host, or none; a host's name that is a container's id is
    what a program in a container takes for its host.
    """
    lower = {name.lower(): value.strip() for name, value in fields.items()}
    host = next((lower[name] for name in _HOSTS if lower.get(name)), "")
    container = next((lower[name] for name in _CONTAINERS if lower.get(name)), "")
    pid = next((lower[name] for name in _PIDS if lower.get(name, "").isdecimal()), "")
    if _CONTAINER_ID.fullmatch(host):
        return replace(end, container=container or host)
    is_here = not container and host.lower() in ("", "localhost", "127.0.0.1", hostname.lower())
    return replace(end, container=container, pid=int(pid[:9]) if pid and is_here else 0)


def endpoint(text: str, key: str = "") -> Endpoint | None:
    """``host:port``, also as gRPC writes it; None if it is none.

    >>> endpoint("dns:///tts-worker:50051").host, endpoint("[::1]:50051").host
    ('tts-worker', '::1')
    """
    bare = text.strip()
    for scheme in ("ipv4:", "ipv6:", "dns:///", "dns:", "grpc://", "grpcs://", "http://", "https://"):
        if bare.lower().startswith(scheme):
            bare = bare[len(scheme) :].rstrip("/")
            break
    host, colon, port = bare.rpartition(":")
    if not colon or not port.isdecimal() or not 0 < int(port) < 1 << 16:
        return None
    host = host.strip("[]").partition("%")[0]
    if not host or any(letter.isspace() or not letter.isprintable() or letter in "/@?#" for letter in host):
        return None
    return Endpoint(f"[{host}]:{port}" if ":" in host else f"{host}:{port}", host, int(port), key)
