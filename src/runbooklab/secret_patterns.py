"""The shapes of secrets in free text, but for those in URLs: one visible table."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from runbooklab.secrets import COMMON_WORDS, is_weak
from runbooklab.url_secrets import Found

_QUOTED = r"\"(?P<v1>(?:[^\"\\\n]|\\.){1,4000})\"|'(?P<v2>(?:[^'\\\n]|\\.){1,4000})'"
_ARGUMENT = r"(?P<v3>[^\s\"',]{1,4000})"
_WORD = r"(?P<v3>[^\s\"'<>{}\[\],;&]{1,4000})"

_KEY = (
    r"(?:passwords?|passwd|passphrase|pwd|(?<![A-Za-z])pass|secrets?|tokens?|api[_-]?keys?|access[_-]?keys?"
    r"|private[_-]?keys?|secret[_-]?keys?|credentials?|(?<![\w-])auth|(?:redis|rediscli|http|basic|proxy|smtp)[_-]auth|auth[_-]?key)"
)
_KEY_HINTS = ("pass", "pwd", "secret", "token", "key", "credential", "auth")


_SENTENCE_WORDS = """
a an and any are as be because been before but by called can cannot command configuration do does empty
error failed false for form from had has have if in incorrect invalid is it missing must no none not null
of off on option or rejected required set should succeeded success supplied that the this to true
undefined unknown unset was were when will with without wrong yes
"""
#: Words that follow ``password:`` or ``requirepass`` in sentences and settings, and are no passwords.
_PROSE = frozenset(_SENTENCE_WORDS.split())


@dataclass(frozen=True)
class Pattern:
    """One shape of a secret: the groups ``v1``, ``v2``, ``v3`` ... are the secret.

    ``hints``: lower-case texts of which one occurs wherever the pattern matches.
    ``prose``: words that make it a sentence (``password: required``) where they stand unquoted.
    """

    what: str
    hints: tuple[str, ...]
    regex: re.Pattern[str]
    prose: frozenset[str] = frozenset()


PATTERNS: tuple[Pattern, ...] = (
    Pattern(
        "private key",
        ("private key-----",),
        re.compile(
            r"(?P<v1>-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----"
            r"(?:[^-]{0,20000}-----END [A-Z ]{0,40}PRIVATE KEY-----)?)"
        ),
    ),
    Pattern(
        "directive of redis.conf, an option of redis-server, CONFIG SET and GET",
        ("requirepass", "masterauth", "auth-pass", "key-file-pass"),
        re.compile(
            r"(?:requirepass|masterauth|auth-pass \S{1,200}|key-file-pass)[\"']?[ \t,:=]{1,5}"
            rf"(?:{_QUOTED}|{_ARGUMENT})",
            re.IGNORECASE,
        ),
        prose=_PROSE,
    ),
    Pattern(
        "CONFIG GET as redis-cli prints it, on a terminal or not",
        ("requirepass", "masterauth"),
        re.compile(
            rf"(?m)\"(?:requirepass|masterauth)\"\n[ \t]*\d+\) (?:{_QUOTED})"
            r"|^(?:requirepass|masterauth)\n(?P<v3>\S{1,4000})$"
        ),
    ),
    Pattern(
        "redis-cli -a",
        ("redis-cli",),
        re.compile(rf"redis-cli[^\n|]{{0,300}}?[\s\"']-a[\"']?[\s,]{{1,3}}(?:{_QUOTED}|{_ARGUMENT})"),
    ),
    Pattern(
        "--pass",
        ("--pass", "--auth"),
        re.compile(rf"--(?:pass|password|auth)[\"']?(?:[\s,]{{1,3}}|=)(?:{_QUOTED}|{_ARGUMENT})"),
        prose=_PROSE,
    ),
    Pattern(
        "AUTH as MONITOR, a program or a log quotes it",
        ("auth",),
        re.compile(
            r"(?P<q>[\"'])AUTH(?P=q),? (?:(?P=q)[^\s\"']{1,200}(?P=q),? (?=[\"']))?(?P=q)"
            r"(?P<v1>(?:[^\"'\\\n]|\\.){1,4000})(?P=q)",
            re.IGNORECASE,
        ),
    ),
    Pattern(
        "AUTH as typed",
        ("AUTH ", "auth "),
        re.compile(
            r"(?:\bAUTH|(?:^|[\n>]) ?auth) +(?P<v1>[^\s\"'<`.,:;]+)"
            r"(?: +(?P<v2>[^\s\"'<`.,:;]+)(?=\s*(?:$|[\n\"'`]| SETNAME)))?"
        ),
        prose=_PROSE | COMMON_WORDS,
    ),
    Pattern(
        "key = value",
        _KEY_HINTS,
        re.compile(
            rf"(?P<key>{_KEY})[\"']?[ \t]{{0,3}}(?::=|=>|=)[ \t]{{0,3}}(?:[ru]?{_QUOTED}|{_WORD})",
            re.IGNORECASE,
        ),
    ),
    Pattern(
        "key: value",
        _KEY_HINTS,
        re.compile(
            rf"(?P<key>{_KEY})[\"']?[ \t]{{0,3}}:[ \t]{{0,3}}(?:[ru]?{_QUOTED}|{_WORD})", re.IGNORECASE
        ),
        prose=_PROSE,
    ),
    Pattern(
        "a whole line of YAML",
        _KEY_HINTS,
        re.compile(
            rf"(?m:^)[ \t-]{{0,60}}[\w.-]{{0,60}}?(?P<key>{_KEY}):[ \t]{{1,20}}"
            r"(?P<v1>[^\s\"'{\[|>&*#][^\n]{0,4000}?)(?=[ \t]*(?:[ \t]#|$|\n))",
            re.IGNORECASE,
        ),
        prose=_PROSE,
    ),
    Pattern(
        "Authorization header",
        ("bearer ", "authorization"),
        re.compile(
            r"(?i:authorization[\"']?\s{0,3}[:=]\s{0,3}[\"']?(?:bearer|basic)|bearer) "
            r"(?P<v1>[\w.~+/=-]{16,4000})"
        ),
    ),
    Pattern("AWS key id", ("akia", "asia"), re.compile(r"\b(?P<v1>(?:AKIA|ASIA)[A-Z0-9]{16})\b")),
    Pattern(
        "GitHub or GitLab token",
        ("gh", "glpat-"),
        re.compile(r"(?<!\w)(?P<v1>gh[pousr]_[A-Za-z0-9]{30,255}|github_pat_\w{30,255}|glpat-[\w-]{20,100})"),
    ),
    Pattern(
        "JWT",
        ("eyj",),
        re.compile(r"(?<![\w-])(?P<v1>eyJ[\w-]{8,4000}\.eyJ[\w-]{2,4000}\.[\w-]{8,4000})"),
    ),
    Pattern(
        "what Python and Go say of a URL whose password holds a raw # or /",
        ("cast to integer", "invalid port", "does not appear to be"),
        re.compile(
            r"(?:cast to integer value as|invalid port) (?P<q>[\"']):?(?!\d+(?P=q))"
            r"(?P<v1>[^\n]{1,400}?)(?P=q)"
            r"|'(?P<v2>[^'\n]{1,400})' does not appear to be an IPv"
        ),
    ),
)

#: ``$NAME``, ``${NAME}``, ``{{ name }}``, ``<password>``, ``****``, ``env:NAME`` ...: not the secret itself.
PLACEHOLDER = re.compile(
    r"\$\$?\{?[A-Z_][A-Z0-9_]*\}?|\$\(.*|\{\{.*|<.*|\*+|x{3,}|\.{3}|\(redacted\)|env:[A-Za-z_]\w*|file:/\S*"
)

#: Rules of one ACL user: ``user alice on >secret #hash ~*``, ``ACL SETUSER alice >secret``.
_ACL_RULES = re.compile(
    r"(?:\buser|\bsetuser)[\"']?[\s,]{1,3}[\"']?(?P<rules>\S{1,200}[^\n]{0,4000})"
    r"|(?m:^)(?P<bare>\S{1,200} (?:on|off) [^\n]{0,4000})",
    re.IGNORECASE,
)
_ACL_PASSWORD = re.compile(
    r"(?<=[\s\"'])(?:[><](?P<password>[^\s\"']{1,4000})|[#!](?P<hash>[0-9a-fA-F]{64})\b)"
)


def find_patterns(text: str) -> Iterator[Found]:
    """Every secret of a shape in the table, in no order; they may overlap."""
    lower = text.lower()
    yield from _find_shapes(text, lower)
    yield from _find_acl(text, lower)


def _find_shapes(text: str, lower: str) -> Iterator[Found]:
    for pattern in PATTERNS:
        if not any(hint.lower() in lower for hint in pattern.hints):
            continue
        for match in pattern.regex.finditer(text):
            for group in pattern.regex.groupindex:
                value = match[group]
                if not value or group in {"q", "key"} or PLACEHOLDER.fullmatch(value):
                    continue
                if _is_a_count(match, value):
                    continue
                if _first_word(value) in pattern.prose and not _is_quoted(text, match.start(group)):
                    continue
                yield Found(match.start(group), match.end(group), _unescaped(value))


def _find_acl(text: str, lower: str) -> Iterator[Found]:
    if "user" not in lower and " on " not in lower and " off " not in lower:
        return
    for rules in _ACL_RULES.finditer(text):
        for match in _ACL_PASSWORD.finditer(text, rules.start(), rules.end()):
            if PLACEHOLDER.fullmatch(match[0]):
                continue
            group = match.lastgroup or ""
            yield Found(match.start(group), match.end(group), match[group])


def _is_a_count(match: re.Match[str], value: str) -> bool:
    """``max_tokens: 4096`` and the like: a small number is a password only where the key says so."""
    key = match.groupdict().get("key")
    return (
        key is not None and value.isdigit() and is_weak(value) and not re.search("(?i)pass|pwd|secret", key)
    )


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
