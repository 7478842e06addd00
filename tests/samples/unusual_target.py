"""A sample's evidence as another target would give it: other names, another port, a URL by parameter."""

from __future__ import annotations

from typing import Any

from msgspec import Struct
from msgspec.structs import asdict, replace

from runbooklab.domains.address.records import RedisAddress
from runbooklab.domains.redis.evidence import Evidence

#: What samples call things, and what they are called here.
NAMES = {
    "redis-tts": "cache-x",
    "tts-network": "shop-net",
    "configs/orchestrator.yaml": "etc/shop.yaml",
    "orchestrator.yaml": "shop.yaml",
    "6379": "17400",
}


def renamed(value: Any) -> Any:
    """``value`` and all in it with the other names."""
    if isinstance(value, str):
        for usual, other in NAMES.items():
            value = value.replace(usual, other)
        return value
    if value == 6379 and not isinstance(value, bool):
        return 17400
    if isinstance(value, tuple | list):
        return type(value)(renamed(each) for each in value)
    if isinstance(value, dict):
        return {renamed(name): renamed(each) for name, each in value.items()}
    if isinstance(value, Struct):
        return type(value)(**{name: renamed(each) for name, each in asdict(value).items()})
    return value


def unusual(evidence: Evidence, *, by_parameter: bool = False) -> Evidence:
    """That target; with ``by_parameter`` its URL was given as the parameter redis_url, in no file."""
    other = replace(
        renamed(evidence), observations={name: renamed(seen) for name, seen in evidence.observations.items()}
    )
    address = other.address.value
    if not by_parameter or address is None:
        return other
    given: RedisAddress = replace(address, source="parameter")
    target = other.target.having(redis_url=address.text)
    return replace(other, target=target).having(replace(other.address, value=given))
