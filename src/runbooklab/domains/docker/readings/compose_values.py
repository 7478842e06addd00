"""Values that have the right type and are refused all the same: ports, durations, sizes, volumes. Pure.

Source: compose-go, ``types`` and ``format``; the Compose specification, "Specifying durations".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from runbooklab.domains.docker.readings.compose_parts import items, mapping, size_of

#: A message, and the key that it is about.
Found = tuple[str, str]

_DURATION = re.compile(r"(?:\d+(?:\.\d+)?(?:us|ms|s|m|h|d))+|0")
_DURATIONS = ("interval", "timeout", "start_period", "start_interval")
_SIZES = ("mem_limit", "mem_reservation", "shm_size")


def values(name: str, service: dict[str, Any]) -> Iterator[Found]:
    """What Compose refuses in the values of one service."""
    key = f"services.{name}"
    for number, port in enumerate(items(service.get("ports"))):
        for message in _port(port):
            yield message, f"{key}.ports.{number}"
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


def _port(port: Any) -> Iterator[str]:
    """Numbers of ``127.0.0.1:8080-8081:80-81/tcp`` that are no ports."""
    if isinstance(port, dict):
        texts = [str(port.get("target") or ""), str(port.get("published") or "")]
    else:
        text = re.sub(r"^\[[^\]]*\]:", "", str(port).partition("/")[0])
        parts = text.split(":")
        texts = parts[-2:] if len(parts) > 1 else parts
    for place, text in enumerate(texts):
        for number in filter(None, text.split("-")):
            kind = (
                "hostPort" if len(texts) > 1 and (place == 0) != isinstance(port, dict) else "containerPort"
            )
            if not number.isdecimal() or int(number) > 65535:
                yield f"invalid {kind}: {text[:40]}"
                break
