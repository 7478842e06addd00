"""INFO, the server's own account of itself: a mapping from field to text. Pure, for probes and readings."""

from __future__ import annotations

import re
from collections.abc import Mapping

from msgspec import Struct

_DATABASE = re.compile(r"db\d+")
_NUMBER = re.compile(r"(\w+)=(\d+)")
#: Servers that speak Redis' protocol, and the field of INFO that has their own version.
_FORKS = {"Valkey": "valkey_version", "Dragonfly": "dragonfly_version"}


def number(values: Mapping[str, str], name: str) -> int | None:
    """A whole number out of INFO or CONFIG; None if it is not there, or is no finite number.

    >>> number({"maxclients": "10000", "ratio": "inf"}, "maxclients"), number({}, "maxclients")
    (10000, None)
    """
    try:
        return int(float(values[name]))
    except (KeyError, ValueError, OverflowError):
        return None


def version(values: Mapping[str, str]) -> str:
    """The server's version as it says it: a fork names the version of Redis that it is compatible with.

    >>> version({"redis_version": "7.2.4", "valkey_version": "8.1.8"})
    'Valkey 8.1.8, compatible with Redis 7.2.4'
    """
    redis = values.get("redis_version", "")
    fork = next((name for name, field in _FORKS.items() if values.get(field)), "")
    return f"{fork} {values[_FORKS[fork]]}, compatible with Redis {redis}" if fork else redis


class Database(Struct, frozen=True):
    """How many keys a database holds, and how many of them expire."""

    keys: int
    expires: int


def databases(values: Mapping[str, str]) -> dict[str, Database]:
    """The databases that hold keys, by their name in INFO.

    >>> databases({"db0": "keys=3,expires=1", "role": "master"})
    {'db0': Database(keys=3, expires=1)}
    """
    parts = {name: dict(_NUMBER.findall(text)) for name, text in values.items() if _DATABASE.fullmatch(name)}
    return {
        name: Database(int(counts["keys"]), int(counts.get("expires", 0)))
        for name, counts in parts.items()
        if "keys" in counts
    }


def key_count(values: Mapping[str, str]) -> int:
    """Keys in all databases."""
    return sum(database.keys for database in databases(values).values())


class Memory(Struct, frozen=True):
    """Memory against its limit, in bytes."""

    used: int  # what counts against the limit: without the replicas' and the append-only file's buffers
    limit: int  # maxmemory; 0: none
    policy: str  # maxmemory-policy; "" if it is not known, and Redis' default is to evict nothing
    can_evict: bool  # whether the policy finds keys that it may drop

    @property
    def share(self) -> float:
        """How much of the limit is used: 1.0 is all of it."""
        return self.used / self.limit if self.limit else 0.0

    @property
    def is_full(self) -> bool:
        """Whether writes are refused: the limit is reached, and nothing may be evicted."""
        return self.share >= 1 and not self.can_evict


def memory_of(values: Mapping[str, str], settings: Mapping[str, str]) -> Memory | None:
    """Memory by INFO, its limit and policy by CONFIG GET if INFO has them not; None if it is not known.

    Source: Redis' evict.c, getMaxmemoryState and performEvictions.
    """
    used = number(values, "used_memory")
    if used is None:
        return None
    limit = number(values, "maxmemory") or number(settings, "maxmemory") or 0
    policy = values.get("maxmemory_policy") or settings.get("maxmemory-policy", "")
    expiring = sum(database.expires for database in databases(values).values())
    can_evict = policy.startswith("allkeys-") or (policy.startswith("volatile-") and expiring > 0)
    return Memory(used - (number(values, "mem_not_counted_for_evict") or 0), limit, policy, can_evict)
