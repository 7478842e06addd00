"""Passwords in URLs, well-formed and otherwise: what a person types into a configuration file.

The question is never "is this a valid URL?" but "which part of this text may be a password?". So a
password may hold ``@``, ``/``, ``#``, ``?``, quotes and spaces, the scheme may be missing or
misspelt, and ``@host`` may have been forgotten.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from runbooklab.redaction.vault import COMMON_WORDS, is_weak


class Found(Struct, frozen=True):
    """A secret's place in a text and its value; ``in_url``: percent-encoding applies to it.

    ``kind``: what it is, in a reader's words.
    """

    start: int
    end: int
    value: str
    in_url: bool = False
    kind: str = "password in a URL"


_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,30}$")
_ENDS = re.compile(r"[\s\"'`<>]")
_QUERY = re.compile(r"\?[A-Za-z_]+=")
_HOST = re.compile(r"(?:\[[0-9A-Fa-f:.%\w]{2,60}\]|[\w.-]{1,253})?(?::\d{0,5})?(?=[/?#\s\"'`<>,;)\]}]|$)")
_PLAIN_HOST = re.compile(
    r"(?:\[[0-9A-Fa-f:.%\w]{2,60}\]|[\w.-]{0,253})(?::\d{0,5})?(?:[/?#,;)\]}].*)?$", re.DOTALL
)
_WEB = frozenset({"http", "https", "ws", "wss", "ftp", "git", "ssh", "npipe", "file"})
_LONGEST_LINE = 500
_LONG_TOKEN = 16
#: ``redis://:PASSWORD@host`` says where a password goes.
_PLACEHOLDER = "PASSWORD"
#: Of a pattern that matches a URL: ``(rediss?://)[^@/]*@``.
_PATTERN = re.compile(r"\)?\[\^")


def find_in_urls(text: str) -> Iterator[Found]:
    """Every password (or lone user name, which is often a misplaced password) in a URL of ``text``."""
    if "://" in text:
        yield from _with_scheme(text)
    if "@" in text:
        yield from _without_scheme(text)
    if "%3" in text:
        yield from _encoded(text)


def _with_scheme(text: str) -> Iterator[Found]:
    starts = [match.start() for match in re.finditer("://", text)]
    schemes = [_SCHEME.search(text, max(start - 31, 0), start) for start in starts]
    limits = [scheme.start() if scheme else start for scheme, start in zip(schemes, starts, strict=True)][1:]
    for start, scheme, limit in zip(starts, schemes, [*limits, len(text)], strict=True):
        name = scheme[0].lower() if scheme else ""
        begin, limit = start + 3, max(limit, start + 3)
        end = _end_of_user_part(text, begin, limit, web=name in _WEB)
        if end is not None:
            yield from _user_part(text, begin, end, web=name in _WEB)
        elif name not in _WEB:
            yield from _forgotten_host(text, begin, limit)


def _end_of_user_part(text: str, begin: int, limit: int, *, web: bool) -> int | None:
    """Where the ``@`` stands that ends the user part of the URL which goes on at ``begin``."""
    stop = _ENDS.search(text, begin, limit)
    run_end = stop.start() if stop else limit
    if web:
        authority = re.compile(r"[^/?#]*").match(text, begin, run_end)
        run_end = authority.end() if authority else begin
    at = text.rfind("@", begin, run_end)
    if at >= 0:
        query = _QUERY.search(text, begin, run_end)
        before_query = text.rfind("@", begin, query.start()) if query else -1
        return before_query if before_query >= 0 else at
    if web or stop is None or _PLAIN_HOST.match(text[begin:run_end]):
        return None
    # A space or a quote inside the password: the last "@host" of the line ends it.
    line_end = text.find("\n", begin, limit)
    line_end = min(line_end if line_end >= 0 else limit, begin + _LONGEST_LINE)
    at = text.rfind("@", run_end, line_end)
    return at if at >= 0 and _HOST.match(text, at + 1) else None


def _user_part(text: str, begin: int, end: int, *, web: bool) -> Iterator[Found]:
    if _PATTERN.match(text, begin, end):
        return
    colon = text.find(":", begin, end)
    if colon >= 0:
        if colon + 1 < end and text[colon + 1 : end] != _PLACEHOLDER:
            yield Found(colon + 1, end, text[colon + 1 : end], in_url=True)
        return
    user = text[begin:end]
    if user and user.lower() not in COMMON_WORDS and (not web or len(user) >= _LONG_TOKEN):
        yield Found(begin, end, user, in_url=True)


def _forgotten_host(text: str, begin: int, limit: int) -> Iterator[Found]:
    """``redis://:password`` and ``redis://user:password``: a port that is no number."""
    match = re.compile(r"[\w.-]{0,253}:(?P<value>[^\s\"'`<>/?#\d][^\s\"'`<>/?#]*+)").match(text, begin, limit)
    if match and not is_weak(match["value"]):
        yield Found(match.start("value"), match.end("value"), match["value"], in_url=True)


_ENCODED = re.compile(
    r"(?:%3A|:)(?:%2F|/){2}(?:(?!%3A|%40)[^\s\"'&/]){0,200}%3A(?P<value>(?:(?!%40)[^\s\"'&/]){1,400})%40",
    re.IGNORECASE,
)


def _encoded(text: str) -> Iterator[Found]:
    """``redis%3A%2F%2F%3Apassword%40host``: a URL that is the value of another one's query."""
    for match in _ENCODED.finditer(text):
        yield Found(*match.span("value"), match["value"], in_url=True)


_WORDS = re.compile(r"[^\s\"'`<>()\[\]{},]+")
_MISSPELT_SCHEME = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]{0,30}:?)?[/\\]{1,3}")


def _without_scheme(text: str) -> Iterator[Found]:
    """``user:password@host``, ``:password@host``, ``redis:/:password@host``."""
    for word in _WORDS.finditer(text):
        if "@" not in word[0] or ":" not in word[0] or "://" in word[0]:
            continue
        yield from _without_user(text, word)
        at = text.rfind("@", word.start(), word.end())
        host = _HOST.match(text, at + 1, word.end())
        if host is None or text.startswith("sha256:", at + 1):  # an image's digest
            continue
        begin = max(word.start(), text.rfind("=", word.start(), text.find(":", word.start())) + 1)
        scheme = _MISSPELT_SCHEME.match(text, begin, at)
        begin = scheme.end() if scheme else begin
        colon = text.find(":", begin, at)
        says_where = text[colon + 1 : at] == "password" and not host[0]  # ``:password@`` in a sentence
        if colon >= 0 and colon + 1 < at and text[begin:colon] != "mailto" and not says_where:
            yield Found(colon + 1, at, text[colon + 1 : at], in_url=True)


_REDIS = re.compile(r"redis|valkey|keydb", re.IGNORECASE)
_BARE = re.compile(
    r"(?:[\w.-]{1,60}=)?(?P<value>[^\s@:/=]{4,200})@"
    r"(?!sha\d|npm:)(?:\[[0-9A-Fa-f:.]{2,60}\]|[\w.-]{1,253}):\d{2,5}(?:/\d{0,5})?[.,;:!?]?"
)
#: So far before it may the word stand that says that an address is of Redis.
_NEAR = 80


def _without_user(text: str, word: re.Match[str]) -> Iterator[Found]:
    """``password@host:6379`` behind a word that speaks of Redis; a common user name is none."""
    bare = _BARE.fullmatch(word[0])
    if bare is None or bare["value"].lower() in COMMON_WORDS | _LOGINS:
        return
    start = word.start() + bare.start("value")
    line = text.rfind("\n", max(start - _NEAR, 0), start) + 1
    if _REDIS.search(text, max(start - _NEAR, line), start):
        yield Found(start, start + len(bare["value"]), bare["value"], in_url=True)


_LOGINS = frozenset({"root", "admin", "ubuntu", "deploy", "debian", "celery", "worker", "user", "ec2-user"})
