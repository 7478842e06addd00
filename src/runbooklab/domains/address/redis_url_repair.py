"""A Redis URL that the client refuses: why, in words, and the URL that was most likely meant.

A proposal repairs how the URL is written and nothing else: host, port, password, database and whether
TLS is spoken stay as they were. If that cannot be done there is no proposal, only the reason.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from urllib.parse import quote

SCHEMES = ("redis", "rediss", "unix")

#: What other programs write for the same thing: scheme -> the one that redis-py knows.
SAME_MEANING = {
    "tcp": "redis", "http": "redis", "valkey": "redis", "redis+tcp": "redis", "keydb": "redis",
    "tls": "rediss", "ssl": "rediss", "https": "rediss", "redis+ssl": "rediss", "redis+tls": "rediss",
    "redis-ssl": "rediss", "redis-tls": "rediss", "redistls": "rediss", "valkeys": "rediss",
    "redis-socket": "unix", "redis+socket": "unix", "redis+unix": "unix", "redis-unix": "unix",
    "valkey+unix": "unix", "socket": "unix", "unix": "unix",
}  # fmt: skip

#: Schemes of other systems, which no repair turns into a Redis URL.
OTHER_SYSTEMS = {
    "amqp": "RabbitMQ", "amqps": "RabbitMQ", "pyamqp": "RabbitMQ", "postgres": "PostgreSQL",
    "postgresql": "PostgreSQL", "mysql": "MySQL", "mongodb": "MongoDB", "mongodb+srv": "MongoDB",
    "memcached": "memcached", "sqs": "Amazon SQS", "kafka": "Kafka", "nats": "NATS", "file": "a file",
    "db+postgresql": "PostgreSQL", "sqlite": "SQLite",
}  # fmt: skip

#: Quotes that an editor or a copied page puts around a value.
QUOTES = "\"'`“”‘’«»"
#: A URL in a longer text, which ends at a blank, a quote or a bracket.
_IN_TEXT = re.compile(rf"(?:rediss?|unix)://[^\s{QUOTES}<>(){{}},;]+")
_NAME = r"[A-Za-z_][\w.-]*"
_ASSIGNED = re.compile(
    rf"(?:export\s+|set\s+|-e\s+|ENV\s+|-\s+)*(?P<name>{_NAME})\s*(?:=|:\s)\s*(?P<value>.+)", re.DOTALL
)
_SCHEME = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*):(?=/)")
_BEFORE_HOST = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)?(?::/{1,3}|//|:\\\\)(?=[^/]|$)")
_NESTED = re.compile(r"(?P<outer>redis|rediss)://(?P<inner>[a-z][a-z0-9+]*)://(?P<rest>.+)", re.DOTALL)
_PORT_IS_ADDRESS = re.compile(r"[a-z]+://[^/?#]*:(?P<port>(?:tcp|udp|redis|http)://[^@]*)$")
_SENTINEL = re.compile(r"sentinel", re.IGNORECASE)
_CLUSTER = re.compile(r"cluster", re.IGNORECASE)
_OPTION_LIST = re.compile(r"(?P<places>[^,=\s]+(?:,[^,=\s]+)*)(?P<options>(?:,\s*\w+\s*=[^,]*)+),?\s*$")

#: How a value that somebody else is to fill in is written, and the name in it.
PLACEHOLDER = re.compile(
    r"\$\{(?P<shell>[^}]*)\}|\$\((?P<paren>\w+)\)|\{\{-?\s*(?P<template>[^}]*?)\s*-?\}\}|%\((?P<percent>\w+)\)s"
    r"|<%=?\s*(?P<erb>.*?)\s*-?%>|#\{(?P<ruby>[^}]*)\}|\$(?P<bare>[A-Za-z_]\w*)"
    r"|%(?P<windows>[A-Z_][A-Z0-9_]{2,})%|<(?P<angle>[A-Za-z][\w -]*)>"
)
_VARIABLE_NAME = re.compile(r"(?:ENV\W+|env\W+|environ\W+|getenv\W+)?([A-Za-z_]\w*)")


def placeholder(text: str | None) -> str:
    """The name of the first variable in ``text`` that nobody has replaced; "" if there is none.

    >>> placeholder("redis://:${REDIS_PASSWORD}@db"), placeholder("{{ redis_url }}"), placeholder("a$b1")
    ('REDIS_PASSWORD', 'redis_url', '')
    """
    for found in PLACEHOLDER.finditer(text or ""):
        if found["bare"] and (
            found.end() - found.start() < 4 or not re.fullmatch(r"[A-Z_][A-Z0-9_]+", found["bare"])
        ):
            continue  # a dollar sign in a password
        inside = next((part for part in found.groups() if part is not None), "")
        name = _VARIABLE_NAME.search(inside)
        return name[1] if name else inside or found[0]
    return ""


def reason(text: str) -> str:
    """Why a text that does not begin with a known scheme is no URL for the client."""
    if is_empty(text):
        return f"the URL is empty ({text!r})"
    found = _SCHEME.search(text)
    scheme = found["scheme"].lower() if found else ""
    for sees, words in _REASONS:
        if sees(text):
            return words(text)
    if _SENTINEL.search(scheme):
        return (
            f"{scheme}:// names Sentinels, which redis-py asks through its class Sentinel and not through "
            "a URL; check the master itself, or one Sentinel as redis://HOST:26379"
        )
    if _CLUSTER.search(scheme):
        return (
            f"{scheme}:// names a cluster, which redis-py does not read; check one node, as redis://HOST:PORT"
        )
    if scheme in OTHER_SYSTEMS:
        return f"{scheme}:// is a URL of {OTHER_SYSTEMS[scheme]}, not of Redis"
    if "upstash.io" in text and scheme.startswith("http"):
        return "this is Upstash's REST address: take the one that begins with rediss:// from its console"
    if scheme in SCHEMES and found and found.start() > 0:
        return f"something precedes {scheme}://, which must come first"
    if text.startswith("/"):
        return "this is a path: the URL of a socket is unix:// and the path"
    if scheme:
        return f"the scheme is {scheme!r}: redis-py knows redis://, rediss:// and unix://"
    return "redis:// is missing in front of the address"


def is_for_another_client(text: str) -> bool:
    """Whether another client, or what fills in a variable first, may well take this text."""
    scheme = text.partition(":")[0].lower()
    return bool(
        _SENTINEL.search(scheme) or _CLUSTER.search(scheme) or placeholder(text) or is_option_list(text)
        or SAME_MEANING.get(scheme) == "unix" or scheme.startswith("valkey")
    )  # fmt: skip


def is_empty(text: str) -> bool:
    """Whether this is how a program writes a value that is not there."""
    return text.strip().strip("\"'") in {"", "None", "null", "nil", "undefined", "false", "~"}


def _assigned(text: str) -> re.Match[str] | None:
    """A whole line ``NAME=URL`` or ``name: URL`` where a URL should be."""
    found = _ASSIGNED.fullmatch(text.strip().lstrip("\ufeff"))
    return found if found and re.match(r"[\"'`]?[A-Za-z][\w+.-]*:/", found["value"]) else None


def _name_of_line(text: str) -> str:
    found = _assigned(text)
    return found["name"] if found else ""


def is_option_list(text: str) -> bool:
    """Whether this is a connection string of StackExchange.Redis: ``host:6380,password=x,ssl=True``."""
    return _OPTION_LIST.fullmatch(text) is not None


#: What a text that does not begin with a scheme shows, and how that is said. The first that fits counts.
_REASONS: tuple[tuple[Callable[[str], object], Callable[[str], str]], ...] = (
    (lambda text: text.startswith("\ufeff"),
     lambda _: "the URL begins with a byte order mark (BOM), which an editor has put there"),
    (_assigned,
     lambda text: f"this is a whole line, name and value: the URL is what follows {_name_of_line(text)}"),
    (lambda text: re.match(rf"\s*[{QUOTES}]", text),
     lambda _: "the quotes are part of the value: the URL must begin with redis://"),
    (lambda text: text != text.lstrip(),
     lambda _: "the URL begins with a space: it must begin with redis://"),
    (lambda text: placeholder(text),
     lambda text: f"the variable {placeholder(text)} was not replaced by its value: give what the "
     f"orchestrator gets, as -p redis_url env:{placeholder(text)}"),
    (is_option_list,
     lambda _: "this is a connection string of StackExchange.Redis, not a URL"),
    (lambda text: "," in text and "@" not in text and _SCHEME.search(text) is None,
     lambda _: "these are several addresses: the client takes one"),
)  # fmt: skip


def malformed(text: str, said: str) -> str:
    """What is wrong with a URL whose scheme is right, in words. ``said`` are the client's own words.

    What the client says may quote a part of the password, or of the address.
    """
    address = re.sub(r"^[a-z]+://", "", text)
    user_part, at, host_part = address.rpartition("@")
    port_is_address = _PORT_IS_ADDRESS.match(text)
    if _NESTED.match(text) or "variable" in said:
        return said
    if port_is_address:
        return (
            f"the port is an address ({port_is_address['port'].split('/0')[0]}): Docker and Kubernetes put "
            "such a value into REDIS_PORT for a container or service named redis; write the number alone"
        )
    if at and re.search(r"[#/?\[\]]", user_part):
        raw = ", ".join(sorted(set(re.findall(r"[#/?\[\]]", user_part))))
        return f"the password holds a raw {raw}: it must be percent-encoded ({said})"
    if re.search(r"[\"'`]", host_part):
        return "the host or port has quotes around it, which are part of the value here: leave them out"
    if "," in host_part.partition("/")[0]:
        return "these are several addresses: the client takes one; check each by itself"
    if placeholder(host_part):
        return f"the variable {placeholder(host_part)} was not replaced by its value"
    if "out of range" in said:
        return f"the port is out of range: a port is 0 to 65535 ({said})"
    if re.search(r"\s", host_part):
        return f"the address holds a space ({said})"
    if host_part.count(":") > 1 and "[" not in host_part:
        return "the address holds more than one colon: an IPv6 address is written in square brackets"
    if "Port could not be cast" in said:
        return f"the port is no number ({said})"
    if "IPv6" in said or "IPv4" in said:
        return f"the host is no valid IPv6 address in square brackets ({said})"
    return said


_ADDRESS = re.compile(
    r"(?:(?P<user>[^:@]*)(?::(?P<password>.*))?@)?"
    r"(?P<host>\[[^\]]*\]|[^:/?#@\s,]*)(?::(?P<port>[^/?#@]*))?(?P<rest>(?:[/?].*)?)$",
    re.DOTALL,
)


def proposal(text: str, is_usable: Callable[[str], bool]) -> str:
    """A URL that the client accepts and that means what ``text`` means, or "". ``is_usable`` decides."""
    bare = text.lstrip("\ufeff").strip().rstrip(";,").strip(QUOTES).strip()
    line = _assigned(bare)
    bare = line["value"].strip().strip(QUOTES).strip() if line else _alone_in(bare) or bare
    made = _repaired(bare)
    return made if made and made != text and is_usable(made) else ""


def _alone_in(text: str) -> str:
    """The one URL in a longer text (``redis-cli -u URL``, ``{"url": "URL"}``), with no word behind it."""
    found = list(_IN_TEXT.finditer(text))
    if len(found) != 1 or found[0].start() == 0 or text.count("://") != 1:
        return ""
    behind = text[found[0].end() :]
    return "" if re.search(r"\w", behind) or text[found[0].start() - 1] in "+-_" else found[0][0]


def _repaired(bare: str) -> str:
    if is_empty(bare) or placeholder(bare) or _PORT_IS_ADDRESS.match(bare):
        return ""
    if is_option_list(bare):
        return from_option_list(bare)
    if re.fullmatch(r"/[\w./-]+\.sock(?:et)?", bare):
        return f"unix://{bare}"
    nested = _NESTED.match(bare)
    if nested and SAME_MEANING.get(nested["inner"], nested["inner"]) == nested["outer"]:
        return f"{nested['outer']}://{nested['rest']}"
    found = _BEFORE_HOST.match(bare)
    written = (found[1] or "").lower() if found else ""
    socket = re.match(r"[A-Za-z+-]+:(?://)?(/[^/].*)", bare)
    scheme = _scheme(written or (bare.partition(":")[0].lower() if socket else ""))
    if scheme == "unix":
        return f"unix://{socket[1]}" if socket else ""
    parts = _ADDRESS.match(bare[found.end() :] if found else bare)
    if not scheme or parts is None or not parts["host"]:
        return ""
    if written.startswith("http") and (parts["port"] or "443") in {"80", "443", "8080"}:
        return ""  # a web server's port
    return _with_parts(scheme, parts)


def _scheme(written: str) -> str:
    """The scheme that redis-py knows and that means the same as ``written``, or ""."""
    if written in SAME_MEANING:
        return SAME_MEANING[written]
    near = difflib.get_close_matches(written, SCHEMES, n=1, cutoff=0.75)
    known = _SENTINEL.search(written) or _CLUSTER.search(written) or written in OTHER_SYSTEMS
    return "redis" if not written else near[0] if near and not known and "+" not in written else ""


def _with_parts(scheme: str, parts: re.Match[str]) -> str:
    credentials = ""
    if parts["password"] is not None or parts["user"]:
        user, password = (_encoded(parts[name]) for name in ("user", "password"))
        credentials = f"{user}:{password}@" if parts["password"] is not None else f"{user}@"
    host, port = (re.sub(r"[\"'`]", "", parts[name] or "").strip() for name in ("host", "port"))
    if parts["port"] is not None and not (re.fullmatch(r"[0-9]{1,5}", port) and int(port) < 1 << 16):
        return ""
    rest = "".join(parts["rest"].split())
    return f"{scheme}://{credentials}{host}{f':{port}' if port else ''}{rest}"


def from_option_list(text: str) -> str:
    """Such a connection string as a URL; "" if it is none, or names several hosts."""
    found = _OPTION_LIST.fullmatch(text)
    if found is None or "://" in found["places"]:
        return ""
    options = {
        name.strip().lower(): value.strip()
        for name, _, value in (item.partition("=") for item in found["options"].strip(",").split(","))
    }
    place = found["places"]
    if "," in place or options.get("servicename"):
        return ""
    tls = options.get("ssl", "").lower() == "true"
    host, _, port = place.partition(":")
    user, password = (_encoded(options.get(name)) for name in ("user", "password"))
    credentials = f"{user}:{password}@" if password else ""
    database = options.get("defaultdatabase", "")
    scheme, default = ("rediss", "6380") if tls else ("redis", "6379")
    return f"{scheme}://{credentials}{host}:{port or default}{f'/{database}' if database else ''}"


def _encoded(text: str | None) -> str:
    """Percent-encoded, unless it is already."""
    text = text or ""
    already = re.fullmatch(r"(?:[A-Za-z0-9._~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*", text)
    return text if already else quote(text, safe="")


def remark(text: str) -> str:
    """What is odd about a URL that the client reads all the same; "" if nothing is."""
    if text != text.rstrip():
        what = "a line break" if text.rstrip(" \t") != text.rstrip() else "a space"
        return f"the URL ends with {what}, which redis-py passes over and other clients do not"
    path = re.match(r"rediss?://[^/?#]*/([^?#]*)", text)
    if path and "@" not in path[1] and not re.fullmatch(r"\d*/?", path[1]):
        return f"the path /{path[1][:40]} is no number, so redis-py takes database 0"
    if re.match(r"unix://[^/@?]+/", text):
        return "the path of a socket begins with a third slash, as in unix:///run/redis.sock"
    return ""
