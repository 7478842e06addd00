"""Values that have the right type and are refused all the same: ports, durations, sizes, volumes. Pure.

Source: compose-go, ``types`` and ``format``; the Compose specification, "Specifying durations".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from runbooklab.domains.docker.readings.compose_parts import items, mapping, size_of
from runbooklab.observe.compose.port import NotAPort, parse_port

#: A message, and the key that it is about.
Found = tuple[str, str]

_DURATION = re.compile(r"(?:\d+(?:\.\d+)?(?:us|ms|s|m|h|d))+|0")
_DURATIONS = ("interval", "timeout", "start_period", "start_interval")
#: What the engine takes: moby, ``daemon/names`` and ``runconfig``; distribution, ``reference``.
_CONTAINER_NAME = re.compile(r"/?[a-zA-Z0-9][a-zA-Z0-9_.-]+")
_RESTART = re.compile(r"no|always|unless-stopped|on-failure(?::\d+)?")
_SIZES = ("mem_limit", "mem_reservation", "shm_size")


def values(name: str, service: dict[str, Any]) -> Iterator[Found]:
    """What Compose refuses in the values of one service."""
    key = f"services.{name}"
    for number, port in enumerate(items(service.get("ports"))):
        try:
            parse_port(port)
        except NotAPort as refusal:
            yield str(refusal), f"{key}.ports.{number}"
    yield from _of_engine(key, service)
    check = mapping(service.get("healthcheck"))
    for part in _DURATIONS:
        if isinstance(check.get(part), str) and not _DURATION.fullmatch(check[part].strip()):
            yield (
                f"{key}.healthcheck.{part}: invalid duration {check[part][:40]!r}",
                f"{key}.healthcheck.{part}",
            )
    for part in _SIZES:
        if isinstance(service.get(part), str) and size_of(service[part]) is None and service[part] != "-1":
            yield f"{key}.{part}: invalid size {service[part][:40]!r}", f"{key}.{part}"
    for number, volume in enumerate(items(service.get("volumes"))):
        if isinstance(volume, str) and re.match(r"[^:]*:(?::|$)", volume):
            yield (
                f"{key}.volumes.{number}: invalid spec: {volume[:60]}: empty section",
                f"{key}.volumes.{number}",
            )


def _of_engine(key: str, service: dict[str, Any]) -> Iterator[Found]:
    """What Compose passes on as it stands, and the engine refuses."""
    name = service.get("container_name")
    if isinstance(name, str) and name and not _CONTAINER_NAME.fullmatch(name):
        yield (
            f"invalid container name ({name[:60]}): only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed",
            (f"{key}.container_name"),
        )
    restart = service.get("restart")
    if isinstance(restart, str) and restart and not _RESTART.fullmatch(restart):
        yield f"invalid restart policy {restart[:40]!r}", f"{key}.restart"
    image = service.get("image")
    if isinstance(image, str) and image and re.search(r"\s", image.strip()):
        yield f"invalid reference format: {image[:60]}", f"{key}.image"
    elif isinstance(image, str) and any(each.isupper() for each in _repository(image)):
        yield (
            f"invalid reference format: repository name ({_repository(image)[:60]}) must be lowercase",
            f"{key}.image",
        )
    for number, volume in enumerate(items(service.get("volumes"))):
        target = _target(volume)
        if target and not target.startswith("/") and not re.match(r"[a-zA-Z]:\\\\", target):
            yield (
                f"invalid mount path: {target[:60]!r} mount path must be absolute",
                f"{key}.volumes.{number}",
            )


def _repository(image: str) -> str:
    """The repository's path, without the registry's host, the tag and the digest.

    >>> _repository("ghcr.io/Team/tts:A"), _repository("localhost:5000/a/b@sha256:0")
    ('Team/tts', 'a/b')
    """
    name = image.partition("@")[0]
    host, slash, path = name.partition("/")
    if slash and (host == "localhost" or "." in host or ":" in host):
        name = path
    head, slash, last = name.rpartition("/")
    return f"{head}{slash}{last.partition(':')[0]}"


def _target(volume: Any) -> str:
    """Where a volume is in the container; "" if that is not said."""
    if isinstance(volume, dict):
        return str(volume.get("target") or "") if volume.get("type") in ("bind", "volume", "tmpfs") else ""
    source, colon, rest = str(volume).partition(":")
    return rest.partition(":")[0] if colon else source
