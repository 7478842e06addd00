"""What one line of an error text says of the target: where the client went, which container is named."""

from __future__ import annotations

import re
from collections.abc import Iterable

from runbooklab.domains.address.probes.table import ADDRESS
from runbooklab.domains.address.records import DEFAULT_PORT, RedisAddress
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.target import Target
from runbooklab.model.error_text import ErrorText
from runbooklab.model.observation import Observation
from runbooklab.observe.error_places import hosts_of

#: How Docker names the container that it speaks of.
_CONTAINER = re.compile(
    r"(?:no such container: |container name \"?/?|container (?:for service )?[\"']?)([\w][\w.-]{1,127})"
    r"(?=\"? is (?:already|not running|unhealthy|restarting|paused)|\"? exited|$|[\s\"'])",
    re.IGNORECASE,
)
_NO_NAMES = frozenset({"is", "name", "process", "for", "the", "has", "with", "runtime", "exited", "not"})


def in_error(line: str, text: ErrorText) -> Evidence:
    """The evidence that ``line`` holds."""
    address = _address(hosts_of(line, text))
    found = _CONTAINER.search(line)
    named = found[1] if found and found[1].lower() not in _NO_NAMES else ""
    evidence = Evidence(target=Target({"redis_container": named}))
    return evidence if address is None else evidence.having(Observation(ADDRESS.name, value=address))


def _address(hosts: Iterable[str]) -> RedisAddress | None:
    for place in hosts:
        host, colon, port = place.rpartition(":")
        name = (host if colon else place).strip("[]")
        return RedisAddress(
            text=f"redis://{place}", source="parameter", scheme="redis", host=name,
            port=int(port) if colon else DEFAULT_PORT,
        )  # fmt: skip
    return None
