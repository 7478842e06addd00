"""Secrets in a list of words: a command line, a Redis command, a list of settings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from runbooklab.redaction.names import PLACEHOLDER, PROSE, means_a_secret, secret_part

#: Where in which word a secret stands: index, start, end.
Place = tuple[int, int, int]

_DIRECTIVE = re.compile(
    r"(?:--)?(?:requirepass|(?:master|primary|replica|slave)[_-]?auth|sentinel-pass|tls-(?:client-)?key-file-pass)",
    re.IGNORECASE,
)
_OPTION = re.compile(r"--?(?:pass|password|auth|passwd|pw|token)|--requirepass|-Password", re.IGNORECASE)
_CLIENT = re.compile(
    r"(?:.*[/\\])?(?:(?:redis|valkey|keydb)-(?:cli|benchmark)|iredis)(?:\.exe)?", re.IGNORECASE
)
_ACL_RULE = re.compile(r"[><][^\s>]|[#!][0-9a-fA-F]{64}$")
_ACL_STARTS = frozenset({"user", "--user", "setuser"})
_NAMED = re.compile(r"-{0,2}(?P<name>[\w.-]{1,200})=(?P<value>.+)", re.DOTALL)
#: ``"$PASSWORD" redis-cli PING``, after ``REDISCLI_AUTH=``.
_VARIABLE_FOR_COMMAND = re.compile(r"\"\$(?:\w+|\{\w+\})\"(?=[ \t;&|])")
_USER_AND_PASSWORD = re.compile(r"[^:\s]*:(?P<value>.+)", re.DOTALL)
#: Commands of Redis that take a name and a value of a person's own.
_STORES = frozenset(
    [
        "hset",
        "hmset",
        "hsetnx",
        "set",
        "setex",
        "psetex",
        "setnx",
        "getset",
        "mset",
        "msetnx",
        "xadd",
        "append",
        "lpush",
        "rpush",
        "sadd",
    ]
)
_PLAIN_WORD = re.compile(r"[a-z]+(?:[_-][a-z]+)*")


def secrets_in_words(words: Sequence[str]) -> Iterator[Place]:
    """Where secrets stand in ``words``, the items of one command line or one command.

    >>> list(secrets_in_words(["redis-server", "--requirepass", "hunter2", "--port", "6379"]))
    [(2, 0, 7)]
    """
    lower = [word.lower() for word in words]
    is_client = any(_CLIENT.fullmatch(word) for word in words)
    is_acl = not _ACL_STARTS.isdisjoint(lower)
    for at, word in enumerate(words):
        for taken in _of_word(words, lower, at, is_client=is_client):
            part = secret_part(words[taken]) if taken < len(words) else None
            if part:
                yield taken, *part
        if is_acl and _ACL_RULE.match(word) and not PLACEHOLDER.fullmatch(word[1:]):
            yield at, 1, len(word)
        named = _NAMED.fullmatch(word)
        if named and means_a_secret(named["name"], named["value"]) and not _is_told(named["value"]):
            part = secret_part(named["value"])
            if part:
                yield at, named.start("value") + part[0], named.start("value") + part[1]
    yield from _of_curl(words)


def _is_told(value: str) -> bool:
    """Whether ``value`` is no secret: a word of a sentence, or a variable that a shell gives to a command."""
    return value.lower() in PROSE or _VARIABLE_FOR_COMMAND.match(value) is not None


def _of_word(words: Sequence[str], lower: Sequence[str], at: int, *, is_client: bool) -> Iterator[int]:
    """The items that are secrets because of the one ``at``."""
    word, before = words[at], lower[at - 1] if at else ""
    if (
        _DIRECTIVE.fullmatch(word)
        or _OPTION.fullmatch(word)
        or (word.startswith("--") and means_a_secret(word[2:], ""))
        or (word == "-a" and is_client)
        or (word == "-p" and before.endswith("sshpass"))
    ):
        yield at + 1
    elif lower[at] == "auth-pass":
        yield at + (2 if before in ("sentinel", "--sentinel") else 1)
    elif lower[at] in ("auth", "auth2"):
        yield from _of_auth(words, lower, at, is_client=is_client)
    elif at and lower[0] in _STORES and means_a_secret(word.rpartition(":")[2], ""):
        yield at + 1 + (lower[0] in ("setex", "psetex"))


def _of_auth(words: Sequence[str], lower: Sequence[str], at: int, *, is_client: bool) -> Iterator[int]:
    """``AUTH password``, ``AUTH user password``, ``HELLO 3 AUTH user password``, ``MIGRATE ... AUTH pw``."""
    after = len(words) - at - 1
    in_migrate = lower[0] == "migrate"
    if not is_client and words[at] == "auth" and all(map(_PLAIN_WORD.fullmatch, words[at + 1 :])):
        return  # a list of names
    if lower[at] == "auth2" or (lower[0] == "hello" and at) or (not in_migrate and after == 2):
        yield at + 2
    elif words[at] == "AUTH" or in_migrate or after == 1:
        yield at + 1


def _of_curl(words: Sequence[str]) -> Iterator[Place]:
    if not any(word.rpartition("/")[2] in ("curl", "wget") for word in words[:3]):
        return
    for at, word in enumerate(words[:-1]):
        match = _USER_AND_PASSWORD.fullmatch(words[at + 1])
        if word in ("-u", "--user", "-U", "--proxy-user") and match:
            yield at + 1, match.start("value"), len(words[at + 1])
