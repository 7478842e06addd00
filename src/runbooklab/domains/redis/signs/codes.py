"""The codes in Redis' errors, as servers write them and as clients say them without a code."""

from __future__ import annotations

import re

#: Error codes that a Redis server puts in front of a message.
_CODES = (
    "ASK", "BUSY", "BUSYGROUP", "BUSYKEY", "CLUSTERDOWN", "CROSSSLOT", "DENIED", "EXECABORT", "IOERR",
    "LOADING", "MASTERDOWN", "MISCONF", "MOVED", "NOAUTH", "NOGOODSLAVE", "NOMASTERLINK", "NOPERM",
    "NOPROTO", "NOREPLICAS", "NOSCRIPT", "OOM", "READONLY", "TRYAGAIN", "UNBLOCKED", "UNKILLABLE",
    "WRONGPASS", "WRONGTYPE",
)  # fmt: skip

#: What clients say without a code -> the code it stands for. Lower case; the first words that occur count.
CODE_WORDS: tuple[tuple[str, str], ...] = (
    ("authentication required", "NOAUTH"),
    ("invalid username-password pair", "WRONGPASS"),
    ("invalid password", "WRONGPASS"),
    ("auth called without any password", "ERR no password is set"),
    ("without any password configured", "ERR no password is set"),
    ("but no password is set", "ERR no password is set"),
    ("max number of clients reached", "ERR max number of clients reached"),
    ("db index is out of range", "ERR DB index is out of range"),
    ("invalid db index", "ERR DB index is out of range"),
    ("select is not allowed in cluster mode", "ERR SELECT is not allowed in cluster mode"),
    ("unknown command 'hello'", "ERR unknown command HELLO"),
    ("unknown command `hello`", "ERR unknown command HELLO"),
    ("running in protected mode", "DENIED"),
    ("command not allowed when used memory", "OOM"),
    ("is loading the dataset in memory", "LOADING"),
    ("write against a read only replica", "READONLY"),
    ("write against a read only slave", "READONLY"),
    ("link with master is down", "MASTERDOWN"),
    ("unable to persist to disk", "MISCONF"),
    ("not enough good replicas", "NOREPLICAS"),
    ("too many connections", "client pool exhausted"),
    ("no connection available", "client pool exhausted"),
    ("connection pool timeout", "client pool exhausted"),
    ("connection pool exhausted", "client pool exhausted"),
    ("could not get a resource from the pool", "client pool exhausted"),
    ("pool exhausted", "client pool exhausted"),
)

CODES = re.compile(rf"(?<![\w-])-?({'|'.join(_CODES)})(?![\w-])")
