"""What one line of an error text says of the target: where the client went, which container is named."""

from __future__ import annotations

from collections.abc import Iterable

from runbooklab.domains.address.probes.table import ADDRESS
from runbooklab.domains.address.records import DEFAULT_PORT, RedisAddress
from runbooklab.domains.redis.evidence import Evidence
from runbooklab.domains.redis.target import Target
from runbooklab.model.error_text import ErrorText
from runbooklab.model.observation import Observation
from runbooklab.observe.error_places import container_of, hosts_of


def in_error(line: str, text: ErrorText) -> Evidence:
    """The evidence that ``line`` holds."""
    address = _address(hosts_of(line, text))
    url = address.text if address is not None else ""
    evidence = Evidence(target=Target({"redis_container": container_of(line), "redis_url": url}))
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
