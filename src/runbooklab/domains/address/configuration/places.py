"""Under which names Redis is configured, and which of several places is the one to use.

A key is taken apart into words (``spring.data.redis.host``, ``QUEUE_BULL_REDIS_HOST`` and ``redisHost`` are
words too), the last of which say what the value is: one table for all frameworks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Literal

from msgspec import Struct, field

from runbooklab.domains.address.configuration.leaves import Leaf

Part = Literal[
    "url",
    "host",
    "port",
    "password",
    "username",
    "db",
    "tls",
    "pool",
    "sentinels",
    "master",
    "cluster",
    "socket",
]

#: What the last words of a key say: the longest that fits counts.
PARTS: dict[tuple[str, ...], Part] = {
    ("url",): "url", ("uri",): "url", ("dsn",): "url", ("connection", "string"): "url", ("location",): "url",
    ("connectionstring",): "url", ("connection", "url"): "url", ("configuration",): "url",
    ("endpoint",): "url",
    ("address",): "url", ("addr",): "url", ("connection",): "url", ("cs",): "url",
    ("host",): "host", ("hostname",): "host", ("host", "name"): "host", ("server",): "host",
    ("port",): "port", ("port", "number"): "port",
    ("password",): "password", ("pass",): "password", ("passwd",): "password", ("auth",): "password",
    ("auth", "password"): "password", ("auth", "pass"): "password", ("auth", "token"): "password",
    ("auth", "string"): "password", ("pw",): "password",
    ("username",): "username", ("user",): "username", ("user", "name"): "username",
    ("db",): "db", ("database",): "db", ("db", "index"): "db", ("database", "index"): "db",
    ("dbindex",): "db",
    ("database", "number"): "db", ("db", "number"): "db", ("dbid",): "db", ("database", "id"): "db",
    ("ssl",): "tls", ("tls",): "tls", ("use", "ssl"): "tls", ("use", "tls"): "tls", ("scheme",): "tls",
    ("ssl", "enabled"): "tls", ("tls", "enabled"): "tls", ("enable", "tls"): "tls", ("enable", "ssl"): "tls",
    ("secure",): "tls", ("ssl", "enable"): "tls",
    ("connection", "pool", "size"): "pool",
    ("sentinels",): "sentinels", ("sentinel", "nodes"): "sentinels", ("sentinel", "hosts"): "sentinels",
    ("sentinel", "addresses"): "sentinels", ("sentinel", "addrs"): "sentinels",
    ("sentinel", "urls"): "sentinels",
    ("sentinel", "master"): "master", ("master", "name"): "master", ("master", "set"): "master",
    ("sentinel", "master", "name"): "master", ("sentinel", "master", "set"): "master",
    ("sentinel", "name"): "master",
    ("cluster", "nodes"): "cluster", ("nodes",): "cluster", ("startup", "nodes"): "cluster",
    ("cluster", "addrs"): "cluster", ("cluster", "urls"): "cluster", ("addrs",): "cluster",
    ("endpoints",): "cluster", ("addresses",): "cluster", ("cluster", "hosts"): "cluster",
    ("cluster", "endpoints"): "cluster",
    ("socket",): "socket", ("unix", "socket"): "socket", ("unix", "socket", "path"): "socket",
    ("socket", "path"): "socket", ("path",): "socket", ("unixsocket",): "socket",
}  # fmt: skip

#: Words that only group a section's values: ``redis.auth.password`` belongs to ``redis``.
GROUPING = frozenset(
    {"auth", "authentication", "credentials", "options", "client", "standalone", "single", "config",
     "connection", "settings", "server", "master", "primary", "default", "conn", "params", "configs"}
)  # fmt: skip
REDIS_WORDS = frozenset(
    {"redis", "rediscloud", "redistogo", "valkey", "keydb", "rediss", "redisdb", "redisconn"}
)
#: Keys whose value "redis" says what their section is about.
TYPES = frozenset(
    {"type", "driver", "adapter", "kind", "engine", "store", "provider", "backend", "cache_type"}
)
#: Places that hold a Redis URL without saying so, in the order of their weight.
BROKERS = (("broker", "url"), ("broker",), ("result", "backend"), ("cache", "url"), ("kv", "url"))
ENVIRONMENTS = ("production", "staging", "development", "test")
_LOOKS_LIKE_REDIS = re.compile(
    r"(?:rediss?|valkeys?|redis[+-][a-z]+|rediss[+-][a-z]+):/|unix:/.*redis", re.IGNORECASE
)
_PLACE = re.compile(r"(?:[\w.-]+|\[[0-9A-Fa-f:]+\]):\d{1,5}(?:,.*)?|[\w.-]+,\s*\w+\s*=.*", re.DOTALL)
_NUMBER_OF_ITEM = re.compile(r"\[\d+\]")


class Section(Struct):
    """The values that belong together, and what each says."""

    words: tuple[str, ...]
    document: int
    parts: dict[Part, Leaf] = field(default_factory=dict)
    items: dict[Part, list[Leaf]] = field(default_factory=dict)  # of lists: nodes and sentinels
    by_value: bool = False  # found by what a value looks like, not by its name

    @property
    def leaf(self) -> Leaf:
        """The one that names the section: its URL, its host, or what there is."""
        order: tuple[Part, ...] = ("url", "sentinels", "cluster", "host", "socket", "port")
        return next(self.parts[part] for part in (*order, *self.parts) if part in self.parts)

    @property
    def is_usable(self) -> bool:
        """Whether it says where Redis is."""
        return bool(self.parts.keys() & {"url", "host", "socket", "sentinels", "cluster", "port"})


def words_of(path: Iterable[str]) -> tuple[str, ...]:
    """The lower-case words of a path, without the numbers of list items.

    >>> words_of(("spring", "data", "redisHost")), words_of(("REDISPORT",))
    (('spring', 'data', 'redis', 'host'), ('redis', 'port'))
    """
    words: list[str] = []
    for key in path:
        if _NUMBER_OF_ITEM.fullmatch(key):
            continue
        for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", key):
            low = word.lower()
            joined = re.fullmatch(
                r"(redis|valkey)(host|port|url|uri|user|username|password|db|hostname|server|pass)", low
            )
            words += [joined[1], joined[2]] if joined else [low]
    return tuple(words)


def part_of(words: tuple[str, ...]) -> tuple[Part | None, tuple[str, ...]]:
    """What the last words say, and the words of the section before them."""
    for length in (3, 2, 1):
        if len(words) > length and words[-length:] in PARTS:
            return PARTS[words[-length:]], _section_words(words[:-length])
    return None, words


def _section_words(words: tuple[str, ...]) -> tuple[str, ...]:
    while len(words) > 1 and words[-1] in GROUPING and any(word in REDIS_WORDS for word in words[:-1]):
        words = words[:-1]
    return words


def sections(leaves: Iterable[Leaf]) -> list[Section]:
    """All sections in which a Redis may be configured, in the order of the file."""
    found: dict[tuple[object, ...], Section] = {}
    leaves = list(leaves)
    typed = {
        (leaf.document, leaf.path[:-1])
        for leaf in leaves
        if len(leaf.path) > 1 and leaf.path[-1].lower() in TYPES and leaf.head.strip().lower() in REDIS_WORDS
    }
    for leaf in leaves:
        place = _place(leaf, is_typed=(leaf.document, leaf.path[:-1]) in typed)
        if place is None:
            continue
        part, owner, by_value = place
        is_several = part in ("sentinels", "cluster")
        # A list of several Redis is several sections, by the item's number.
        number = () if is_several else tuple(key for key in leaf.path[:-1] if _NUMBER_OF_ITEM.fullmatch(key))
        section = found.setdefault(
            (leaf.document, owner, number), Section(owner, leaf.document, by_value=by_value)
        )
        if is_several or (leaf.path and _NUMBER_OF_ITEM.fullmatch(leaf.path[-1])):
            section.items.setdefault(part, []).append(leaf)
            section.parts.setdefault(part, leaf)
        else:
            section.parts[part] = leaf  # the last of a name counts
    return [section for section in found.values() if section.is_usable]


def _place(leaf: Leaf, *, is_typed: bool) -> tuple[Part, tuple[str, ...], bool] | None:
    """Which part of which section a leaf is, and whether its value alone says so; None if it is none.

    ``is_typed`` says whether a ``type`` beside it is Redis.
    """
    if leaf.is_empty and not leaf.tag:
        return None
    words = words_of(leaf.path)
    part, owner = part_of(words)
    if part is not None and is_typed and not REDIS_WORDS & {*owner}:
        owner = (*owner, "redis")
    redisish = any(word in REDIS_WORDS for word in owner)
    if words and words[-1] in REDIS_WORDS and (part is None or not redisish):
        if leaf.kind != "text" or not (_is_address(leaf.head) or leaf.tag):
            return None
        part, owner, redisish = "url", words, True
    if redisish and part is not None:
        part, owner = _of_node(part, owner, is_listed=len(words) < len(leaf.path))
    if part is not None and redisish and (leaf.kind != "a section" or part == "tls"):
        return part, owner, False
    is_url = leaf.kind == "text" and _LOOKS_LIKE_REDIS.search(leaf.head) is not None
    is_broker = words[-2:] in BROKERS and bool(leaf.tag or re.match(r"[$%{<]", leaf.value))
    return ("url", words, True) if is_url or is_broker else None


def _of_node(part: Part, owner: tuple[str, ...], *, is_listed: bool) -> tuple[Part | None, tuple[str, ...]]:
    """A value of one Sentinel, or of one node of a list: its host stands for it, the rest is passed over."""
    of: tuple[tuple[str, Part, bool], ...] = (
        ("sentinels", "sentinels", True), ("sentinel", "sentinels", True),
        ("nodes", "cluster", is_listed), ("cluster", "cluster", is_listed),
    )  # fmt: skip
    for word, kind, applies in of:
        if applies and word in owner[1:]:
            return (kind if part in ("host", "url") else None), owner[: owner.index(word)]
    return part, owner


def _is_address(value: str) -> bool:
    """Whether a text says where something is: a URL, host:port, or a variable for one."""
    return (
        "://" in value
        or _PLACE.fullmatch(value.strip()) is not None
        or re.match(r"[$%{<]", value) is not None
    )


def ranked(found: Iterable[Section], environments: Mapping[str, int], preferred: str = "") -> list[Section]:
    """Sections, the one to take first. ``environments``: rank of each environment's name in a path.

    ``preferred`` is a word (a Compose service) whose sections go before others.
    """

    def rank(section: Section) -> tuple[int, ...]:
        path = [key.lower() for key in section.leaf.path]
        named = any(word in REDIS_WORDS for word in section.words) and not section.by_value
        place = next(
            (at for at, words in enumerate(BROKERS) if section.words[-len(words) :] == words), len(BROKERS)
        )
        return (
            0 if section.words == ("redis",) else 1,
            0 if preferred and {preferred, *re.split(r"[-_]", preferred)} & {*path} else 1,
            next((environments[key] for key in path if key in environments), 0),
            0 if named else 1 + place,
            section.document,
        )

    return sorted(found, key=rank)
