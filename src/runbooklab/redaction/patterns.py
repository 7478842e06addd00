"""Finding secrets in free text by their shapes: those that two tables list, tokens and private keys."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from functools import cache

from runbooklab.redaction.command_patterns import COMMANDS
from runbooklab.redaction.default_patterns import DEFAULTS
from runbooklab.redaction.lua import find_in_lua
from runbooklab.redaction.name_patterns import NAMES
from runbooklab.redaction.names import (
    IDENTIFIER,
    KEY,
    PLACEHOLDER,
    PROSE,
    SAID,
    is_a_count,
    lowered,
    places_of_names,
)
from runbooklab.redaction.pattern_parts import Pattern
from runbooklab.redaction.private_keys import find_private_keys
from runbooklab.redaction.shell_patterns import SHELL
from runbooklab.redaction.tokens import find_tokens
from runbooklab.redaction.urls import Found

#: Rules of one ACL user: ``user alice on >secret #hash ~*``, ``ACL SETUSER alice >secret``.
_ACL_RULES = re.compile(
    r"(?:\buser|\bsetuser)[\"']?[\s,]{1,3}[\"']?(?P<rules>\S{1,200}[^\n]*+)"
    r"|(?m:^)(?P<bare>\S{1,200} (?:on|off) [^\n]*+)",
    re.IGNORECASE,
)
_ACL_PASSWORD = re.compile(r"(?<=[\s\"'])(?:[><](?P<password>[^\s\"']++)|[#!](?P<hash>[0-9a-fA-F]{64})\b)")


_VARIABLE = re.compile(r"\$[A-Z_{(]|\{\{")


def find_patterns(text: str) -> Iterator[Found]:
    """Every secret of a shape in the table, in no order; they may overlap."""
    lower = lowered(text)
    yield from _find_shapes(text, lower)
    yield from _find_acl(text, lower)
    yield from find_in_lua(text)
    yield from find_tokens(text, lower)
    yield from find_private_keys(text)


def _by_hints(patterns: Iterable[Pattern]) -> dict[tuple[tuple[str, ...], bool], list[Pattern]]:
    """Hints that many patterns share are looked for once; the flag: a name of a secret must be there, too."""
    by_hints: dict[tuple[tuple[str, ...], bool], list[Pattern]] = {}
    for pattern in patterns:
        by_hints.setdefault((pattern.hints, KEY in pattern.regex.source), []).append(pattern)
    return by_hints


_BY_HINTS = _by_hints((*COMMANDS, *SHELL, *NAMES, *DEFAULTS))


def _matches(text: str, lower: str) -> Iterator[tuple[Pattern, re.Match[str]]]:
    names = places_of_names(lower)
    for (hints, needs_name), patterns in _BY_HINTS.items():
        if (names or not needs_name) and any(map(lower.__contains__, hints)):
            for pattern in patterns:
                for match in pattern.regex.matches(text, names):
                    yield pattern, match


def _find_shapes(text: str, lower: str) -> Iterator[Found]:
    for pattern, match in _matches(text, lower):
        for group in _values(match.re):
            value = match[group]
            if not value or PLACEHOLDER.fullmatch(value.strip("`")) or _is_no_value(text, match, value):
                continue
            if _is_of_a_stock_comment(text, match.start(group), value):
                continue
            if _first_word(value) in pattern.prose and not _is_quoted(text, match.start(group)):
                if _first_word(value) in PROSE:
                    break  # a sentence
                continue
            plain = value if pattern.encoded else _unescaped(value)
            yield Found(*match.span(group), plain, in_url=pattern.encoded, kind=pattern.kind)


@cache
def _values(regex: re.Pattern[str]) -> tuple[str, ...]:
    return tuple(name for name in regex.groupindex if re.fullmatch(r"v\d", name))


def _find_acl(text: str, lower: str) -> Iterator[Found]:
    if "user" not in lower and " on " not in lower and " off " not in lower:
        return
    for rules in _ACL_RULES.finditer(text):
        for match in _ACL_PASSWORD.finditer(text, rules.start(), rules.end()):
            group = match.lastgroup or ""
            if match[0].endswith(">") or _VARIABLE.match(match[group]):
                continue
            if _is_of_a_stock_comment(text, match.start(group), match[group]):
                continue
            yield Found(match.start(group), match.end(group), match[group], kind="password of an ACL user")


#: What stands in comments of the redis.conf and sentinel.conf that Redis comes with.
_STOCK = frozenset(
    [
        "foobared", "ffa9203c493aa99", "somepassword", "mypassword", "mypass", "MySUPER--secret-0123passw0rd",
        "secret", "b840fc02d524045429941cc15f59e41cb7be6c52",
    ]
)  # fmt: skip


def _is_of_a_stock_comment(text: str, start: int, value: str) -> bool:
    return value in _STOCK and _COMMENT.search(text, max(start - 100, 0), start) is not None


_COMMENT = re.compile(r"(?m:^)[ \t]*#[^\n]*\Z")


def _is_no_value(text: str, match: re.Match[str], value: str) -> bool:
    groups = match.groupdict()
    key = groups.get("key")
    if key is not None and key.lower() == "secrets" and IDENTIFIER.fullmatch(value):
        return True  # names of Compose's secrets
    if (
        key is not None
        and key.lower() == "pwd"
        and (before := re.search(r"\w{1,4}$", text[max(match.start("key") - 4, 0) : match.start("key")]))
    ):
        key = f"{before[0]}{key}"
    return key is not None and (
        value.lower() in SAID or is_a_count(key, value) or _is_a_name(text, match, groups)
    )


def _is_a_name(text: str, match: re.Match[str], groups: dict[str, str | None]) -> bool:
    """``session:token:17``: the name of a Redis key, whose parts colons hold together."""
    if groups.get("colon") is None or match.end("colon") != match.start("v3"):
        return False
    return _NAMESPACE.search(text, max(match.start("key") - 60, 0), match.start("key")) is not None


_NAMESPACE = re.compile(r"(?<![\w/])\w[\w.-]{0,40}:[\w.-]{0,40}$")


def _first_word(value: str) -> str:
    return value.split()[0].lower().strip(".,:;!()`") if value.strip() else ""


def _is_quoted(text: str, start: int) -> bool:
    return text[start - 1 : start] in {'"', "'"}


def _unescaped(value: str) -> str:
    """The value that a JSON string (or one much like it) stands for."""
    if "\\" not in value:
        return value
    try:
        return str(json.loads(f'"{value}"'))
    except ValueError:
        return value
