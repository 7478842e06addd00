"""The commands that a check may ask a Redis server: the guard's own, and more that only read. Pure.

Each costs the server a bounded time and gives a bounded reply. Source: Redis commands reference, the
complexity that each command states. Left out on purpose: ``GET`` and ``HGETALL``, whose values may be of
any size (``GETRANGE key 0 200`` has a bound), ``KEYS``, ``MONITOR``, ``SMEMBERS``, ``LRANGE``, scripts.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from runbooklab.domains.redis.probes.redis_guard import Words, is_allowed

Rule = Callable[[Words], bool]

#: Of the guard's table what only a connection itself sends, or what a check has no use for.
NOT_ASKED = frozenset({"AUTH", "HELLO", "SELECT", "SET", "GET"})
#: Most entries of a list that may be asked for.
MOST_ENTRIES = 100


def _count(least: int, most: int) -> Rule:
    return lambda arguments: least <= len(arguments) <= most


def _range(arguments: Words) -> bool:
    """``KEY FIRST LAST`` with at most :data:`MOST_ENTRIES` between them."""
    if len(arguments) != 3 or not all(re.fullmatch("-?[0-9]{1,9}", each) for each in arguments[1:]):
        return False
    first, last = int(arguments[1]), int(arguments[2])
    return (first < 0) == (last < 0) and 0 <= last - first < MOST_ENTRIES


_KEY, _NONE = _count(1, 1), _count(0, 0)

#: ``COMMAND [SUBCOMMAND]`` and the arguments it may have, besides the guard's own table.
MORE: dict[Words, Rule] = {
    ("BITCOUNT",): _count(3, 3),
    ("CLUSTER", "NODES"): _NONE,
    ("DBSIZE",): _NONE,
    ("EXISTS",): _count(1, 20),
    ("EXPIRETIME",): _KEY,
    ("HEXISTS",): _count(2, 2),
    ("HSTRLEN",): _count(2, 2),
    ("LASTSAVE",): _NONE,
    ("LATENCY", "LATEST"): _NONE,
    ("LLEN",): _KEY,
    ("MEMORY", "USAGE"): _KEY,
    ("OBJECT", "ENCODING"): _KEY,
    ("OBJECT", "FREQ"): _KEY,
    ("OBJECT", "IDLETIME"): _KEY,
    ("PFCOUNT",): _KEY,
    ("PUBSUB", "NUMPAT"): _NONE,
    ("PUBSUB", "NUMSUB"): _count(1, 20),
    ("SCARD",): _KEY,
    ("SENTINEL", "CKQUORUM"): _KEY,
    ("SENTINEL", "GET-MASTER-ADDR-BY-NAME"): _KEY,
    ("SENTINEL", "MASTER"): _KEY,
    ("SENTINEL", "MASTERS"): _NONE,
    ("SISMEMBER",): _count(2, 2),
    ("TTL",): _KEY,
    ("XINFO", "GROUPS"): _KEY,
    ("XINFO", "STREAM"): _KEY,
    ("XLEN",): _KEY,
    ("XPENDING",): _count(2, 2),
    ("ZCARD",): _KEY,
    ("ZCOUNT",): _count(3, 3),
    ("ZRANGE",): _range,
    ("ZRANK",): _count(2, 2),
    ("ZSCORE",): _count(2, 2),
}


def may_be_sent(words: Words) -> bool:
    """Whether the command only reads, for a connection that also logs in and chooses its database."""
    if not words or words[0].upper() in ("SET", "GET"):
        return False
    return is_allowed(words) or _is_more(words)


def may_be_asked(words: Words) -> bool:
    """Whether a check may ask it.

    >>> [may_be_asked(tuple(line.split())) for line in ("LLEN jobs", "info memory", "DEL jobs", "AUTH x")]
    [True, True, False, False]
    """
    return bool(words) and words[0].upper() not in NOT_ASKED and may_be_sent(words)


def _is_more(words: Words) -> bool:
    for size in (2, 1):
        rule = MORE.get(tuple(word.upper() for word in words[:size]))
        if rule is not None and len(words) >= size and rule(words[size:]):
            return True
    return False
