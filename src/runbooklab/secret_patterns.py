"""The shapes of secrets in free text, but for URLs and tokens: one visible table."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from runbooklab.private_keys import find_private_keys
from runbooklab.secret_tokens import find_tokens
from runbooklab.secret_words import IDENTIFIER, KEY, KEY_HINTS, PLACEHOLDER, PROSE, is_a_count
from runbooklab.secrets import COMMON_WORDS
from runbooklab.url_secrets import Found

#: A quoted text may double its quote (SQL, YAML), or leave it and come back (a shell).
_QUOTED = (
    r"\"\"\"(?P<v5>[^\"]{1,20000}?)\"\"\"|'''(?P<v6>[^']{1,20000}?)'''"
    r"|\"(?P<v1>(?:[^\"\\\n]|\\.|\"\"|\"'[^'\n]{1,9}'\")++)\""
    r"|'(?P<v2>(?:[^'\\\n]|\\[^\n]|'(?:'|\\''|\"[^\"\n]{1,9}\"'))++)'"
    r"|\\{1,7}[\"'](?P<v4>[^\"\\\n]++)\\{1,7}[\"']"
)
_RAW_QUOTED = rf"[rubRUB]{{0,2}}(?:{_QUOTED})"
_ARGUMENT = r"(?P<v3>[^\s\"',]++)"
#: Java's properties go on after a backslash at the end of a line.
_WORD = (
    r"(?!\$\{)(?P<v3>[^\s\"'\\<>{}\[\],;&][^\s\"'<>{}\[\],;&]*+"
    r"(?:(?<=\\)\r?\n[ \t]{0,40}[^\s\"'<>{}\[\],;&]++){0,200})"
)
#: Behind a key: a quote, Markdown's bold, the bracket of ``ENV["KEY"]``.
_AFTER_KEY = r"\\{0,7}(?:[\"'`]|\*\*)?\]?[ \t]{0,3}"
#: Not ``!secret name`` and the like, which say where the secret is.
_TAGS = r"(?:[&!](?!(?:secret|env|ENV|Ref|GetAtt|Sub|include|reference|file) )[\w!./-]{1,60}[ \t]{1,3}){0,2}"
#: From an option to its value: a blank, ``=``, or the next item of a list in JSON, Python or YAML.
_NEXT_ITEM = r"(?:\\{0,7}[\"']?[ \t,:=]{1,5}|\\{0,7}[\"']?[ \t]{0,9}(?:,\s{0,200}|\r?\n[ \t]{0,200}- {1,9}))"
#: Before a value: YAML's tags, or what PHP's var_dump says of its type.
_BEFORE_VALUE = rf"[ \t]{{0,3}}{_TAGS}(?:\s{{0,60}}string\(\d{{1,9}}\) )?"
_DIRECTIVE = (
    r"(?:requirepass|(?:master|primary)auth|sentinel[ \t]{1,3}auth-pass \S{1,200}"
    r"|sentinel[ \t]{1,3}set[ \t]{1,3}\S{1,200}[ \t]{1,3}auth-pass|auth-pass(?=[\"'])"
    r"|sentinel-pass|key-file-pass)"
)
#: ``=``, ``:=`` and ``=>``; ``==`` only before a quoted text, as ``detect-secrets==1.5.0`` holds none.
_EQUALS = r"(?::=|=>|={1,3}(?=[ \t]{0,3}[rub]{0,2}[\"'])|=(?!=))"
_BULK = r"(?:\r?\n|(?:\\r)?\\n)\$\d{1,9}(?:\r?\n|(?:\\r)?\\n)"

#: Of patterns that look for a name with no sign after it.
_BARE_HINTS = (*KEY_HINTS, "kennwort")


@dataclass(frozen=True)
class Pattern:
    """One shape of a secret: the groups ``v1``, ``v2``, ``v3`` ... are the secret.

    ``kind`` is what a reader is told that was replaced.
    ``hints``: lower-case texts of which one occurs wherever the pattern matches.
    ``encoded``: percent-encoding applies to it.
    ``prose``: words that make it a sentence (``password: required``) where they stand unquoted.
    """

    kind: str
    hints: tuple[str, ...]
    regex: re.Pattern[str]
    prose: frozenset[str] = frozenset()
    encoded: bool = False


PATTERNS: tuple[Pattern, ...] = (
    Pattern(  # a directive of redis.conf or sentinel.conf, an option of redis-server, CONFIG SET and GET
        "password in Redis' configuration",
        ("requirepass", "masterauth", "primaryauth", "auth-pass", "sentinel-pass", "key-file-pass"),
        re.compile(rf"{_DIRECTIVE}{_NEXT_ITEM}(?:{_QUOTED}|{_ARGUMENT})", re.IGNORECASE),
        prose=PROSE,
    ),
    Pattern(  # CONFIG GET as redis-cli prints it, on a terminal or not
        "password in Redis' configuration",
        ("requirepass", "masterauth"),
        re.compile(
            rf"(?m)\"(?:requirepass|masterauth)\"\n[ \t]*\d+\) (?:{_QUOTED})"
            r"|^(?:requirepass|masterauth)\n(?P<v3>\S++)$"
        ),
    ),
    Pattern(
        "password on a command line",
        ("redis", "valkey-", "keydb-", "mysql", "mariadb", "sshpass"),
        re.compile(
            r"(?:(?:(?:redis|valkey|keydb)-(?:cli|benchmark)|iredis)(?:\.exe)?[^\n|]{0,300}?[\s\"']-a[\"']?[\s,]{1,3}"
            r"|(?:mysql\w{0,10}|mariadb[\w-]{0,10})\b[^\n|]{0,300}?\s-p(?=\S)|sshpass\s{1,3}-p\s{0,3})"
            rf"(?:{_QUOTED}|{_ARGUMENT})"
        ),
    ),
    Pattern(
        "argument of AUTH",
        ("-cli",),
        re.compile(
            r"(?i:redis|valkey|keydb)-cli\b[^\n|]{0,300}?\s(?i:auth) {1,9}[\"']?(?P<v1>[^\s\"'|;&]++)[\"']?"
            r"(?: {1,9}[\"']?(?P<v2>[^\s\"'|;&]++))?"
        ),
        prose=PROSE | COMMON_WORDS,
    ),
    Pattern(  # ``jedis.auth("x")``, ``setPassword("x")``, ``RedisPassword.of("x")``
        "argument of a call",
        ("auth(", "password(", "password.of("),
        re.compile(
            r"(?:\.auth|(?:set|with|[.>])_?password|password\.of)\(\s{0,9}"
            rf"(?:[\"'][^\"'\n]{{1,200}}[\"'],\s{{0,9}}(?=[\"']))?(?:{_QUOTED})",
            re.IGNORECASE,
        ),
    ),
    Pattern(  # ``{default_pass, <<"x">>}``
        "value of a name that means a secret",
        ("{",),
        re.compile(rf"\{{\s?\w{{0,60}}?(?P<key>{KEY}),\s{{0,9}}(?:<<)?(?:{_QUOTED})", re.IGNORECASE),
    ),
    Pattern(  # a query, or JSON, that is the value of a query
        "value of a name that means a secret",
        ("%3",),
        re.compile(
            rf"(?P<key>{KEY})(?:%22)?%3[ad](?:%20|\+)?(?:%22)?(?P<v1>(?:[^\s\"'&%<>]|%(?!22|26|2c|7d|0a)\w\w)++)",
            re.IGNORECASE,
        ),
        encoded=True,
    ),
    Pattern(
        "password on a command line",
        ("curl", "wget"),
        re.compile(
            r"curl\b[^\n|]{0,300}?\s(?:-[a-zA-Z]{0,9}[uU]|--user|--proxy-user)[ =]{0,3}[\"']?"
            r"[^\s:\"']{0,200}:(?!//)(?P<v1>[^\s\"']++)"
        ),
    ),
    Pattern(
        "password on a command line",
        ("--pass", "--auth"),
        re.compile(rf"--(?:pass|password|auth){_NEXT_ITEM}(?:{_QUOTED}|{_ARGUMENT})"),
        prose=PROSE,
    ),
    Pattern(  # as MONITOR, a program or a log quotes it; also HELLO 3 AUTH and MIGRATE ... AUTH2
        "argument of AUTH",
        ("auth",),
        re.compile(
            r"(?P<q>[\"'])AUTH2?(?P=q),? (?:(?P=q)[^\s\"']{1,200}(?P=q),? (?=[\"']))?(?P=q)"
            r"(?P<v1>(?:[^\"'\\\n]|\\.)++)(?P=q)",
            re.IGNORECASE,
        ),
    ),
    Pattern(
        "argument of AUTH",
        ("auth2",),
        re.compile(r"\bAUTH2 +[^\s\"']{1,200} +(?P<v1>[^\s\"']++)", re.IGNORECASE),
    ),
    Pattern(
        "argument of AUTH",
        ("auth ",),
        re.compile(
            r"\bAUTH +(?:[^\s\"'<`.,:;]{1,200} +|\"[^\s\"]{1,200}\" +|'[^\s']{1,200}' +)?"
            rf"(?:{_QUOTED})"
        ),
        prose=PROSE,
    ),
    Pattern(
        "argument of AUTH",
        ("auth ",),
        re.compile(
            r"(?:\bAUTH|(?:^|[\n>]) ?auth) +(?P<v1>[^\s\"'<`.,:;]+)"
            r"(?: +(?P<v2>[^\s\"'<`.,:;]+)(?=\s*(?:$|[\n\"'`]| SETNAME)))?"
        ),
        prose=PROSE | COMMON_WORDS,
    ),
    Pattern(  # the protocol itself, in raw bytes or escaped
        "argument of AUTH",
        ("auth",),
        re.compile(
            rf"(?:\b|(?<=\\n))AUTH2?{_BULK}(?:[^\r\n\\]{{1,200}}(?={_BULK}){_BULK})?(?P<v1>[^\r\n\\]++)",
            re.IGNORECASE,
        ),
    ),
    Pattern(
        "value of a name that means a secret",
        KEY_HINTS,
        re.compile(
            rf"(?P<key>{KEY}){_AFTER_KEY}{_EQUALS}{_BEFORE_VALUE}(?:{_RAW_QUOTED}|{_WORD})",
            re.IGNORECASE,
        ),
        prose=frozenset({"none", "null", "nil", "undefined"}),
    ),
    Pattern(
        "value of a name that means a secret",
        KEY_HINTS,
        re.compile(
            rf"(?P<key>{KEY}){_AFTER_KEY}(?P<colon>:)(?![-=?+]){_BEFORE_VALUE}(?:{_RAW_QUOTED}|{_WORD})",
            re.IGNORECASE,
        ),
        prose=PROSE,
    ),
    Pattern(  # a whole line of YAML
        "value of a name that means a secret",
        KEY_HINTS,
        re.compile(
            rf"(?m:^)[ \t-]{{0,60}}[\w.-]{{0,60}}?(?P<key>{KEY}):[ \t]{{1,20}}{_TAGS}"
            r"(?P<v1>[^\s\"'{\[|>&*#]\S*+(?:[ \t]++(?!#)\S++)*+)",
            re.IGNORECASE,
        ),
        prose=PROSE,
    ),
    Pattern(  # a block of YAML
        "value of a name that means a secret",
        KEY_HINTS,
        re.compile(
            rf"(?m:^)(?P<in>[ \t]{{0,60}})(?:- )?[\w.-]{{0,60}}?(?P<key>{KEY}):[ \t]{{1,20}}"
            r"[|>][+\d-]{0,2}[ \t]{0,9}"
            r"\n(?P=in)[ \t]{1,60}(?P<v1>\S[^\n]*+(?:\n(?P=in)[ \t]{1,60}\S[^\n]*+){0,2000})",
            re.IGNORECASE,
        ),
    ),
    Pattern(  # {"name": "REDIS_PASSWORD", "value": "..."} and {"password": {"value": "..."}}
        "value of a name that means a secret",
        ("value",),
        re.compile(
            rf"(?:\bname{_AFTER_KEY}[:=][ \t]{{0,3}}[\"']?[\w.-]{{0,60}}?"
            rf"(?P<key>{KEY})[\"']?[\s,-]{{0,60}}[\"']?"
            rf"|(?P<key2>{KEY}){_AFTER_KEY}[:=]\s{{0,60}}\{{\s{{0,60}}[\"']?)"
            rf"value{_AFTER_KEY}[:=]{_BEFORE_VALUE}(?:{_QUOTED}|{_WORD})",
            re.IGNORECASE,
        ),
    ),
    Pattern(  # a value on the line after its key, if the rest is no YAML
        "value of a name that means a secret",
        KEY_HINTS,
        re.compile(
            rf"(?m:^)(?P<in>[ \t]{{0,60}})(?:- )?[\w.-]{{0,60}}?(?P<key>{KEY})[\"']?:[ \t]{{0,20}}"
            r"(?:#[^\n]*+)?\r?\n(?P=in)[ \t]{1,60}(?:- {1,9})?(?![^\n]*:(?:\s|$))"
            r"(?:[\"'](?P<v1>[^\n\"']++)[\"']|(?P<v3>[^\s\"'#{\[&*!|>$][^\s\"']*+))(?=[ \t]*(?:\r?\n|$))",
            re.IGNORECASE,
        ),
        prose=PROSE,
    ),
    Pattern(  # ``"password" "x"``, as MONITOR and the slow log print a field and its value
        "value of a name that means a secret",
        _BARE_HINTS,
        re.compile(
            rf"\"(?!auth2?\")[\w.:-]{{0,60}}?(?P<key>{KEY})\""
            r"(?: |\r?\n[ \t]{0,60}\d{1,9}\) (?=\"[^\"\n]{0,60}[\d\W]))\"(?P<v1>(?:[^\"\\\n]|\\.)++)\"",
            re.IGNORECASE,
        ),
    ),
    Pattern(  # what PHP serialises
        "value of a name that means a secret",
        ("s:",),
        re.compile(
            rf"s:\d{{1,3}}:\\?\"[\w.-]{{0,60}}?(?P<key>{KEY})\\?\";"
            r"(?:s:\d{1,9}:\\?\"(?P<v1>[^\n]{1,4000}?)\\?\";|[id]:(?P<v3>\d{1,40});)",
            re.IGNORECASE,
        ),
    ),
    Pattern(
        "password in a statement of SQL",
        ("password", "identified"),
        re.compile(
            r"\b(?:PASSWORD|IDENTIFIED(?: WITH \S{1,60})? (?:BY|AS))[ \t]{1,9}(?:=[ \t]{0,9})?"
            rf"(?:{_QUOTED})",
            re.IGNORECASE,
        ),
        prose=PROSE,
    ),
    Pattern(  # .netrc
        "value of a name that means a secret",
        ("login ",),
        re.compile(
            r"\blogin[ \t]{1,9}\S{1,200}\s{1,9}(?:account \S{1,200}\s{1,9})?password[ \t]{1,9}(?P<v1>\S++)"
        ),
    ),
    Pattern(  # a name and its value in columns
        "value of a name that means a secret",
        _BARE_HINTS,
        re.compile(
            rf"(?m:^)[ \t]{{0,60}}[\w.-]{{0,60}}?(?P<key>{KEY})\"?"
            r"(?:[ ]{0,60}\t|[ ]{2,60}|[,;])[ \t]{0,60}\"?"
            r"(?P<v3>(?=\S{0,60}[\d\W])[^\s,;\"]{4,}+)\"?[ \t]{0,60}(?=\r?\n|$)",
            re.IGNORECASE,
        ),
        prose=PROSE,
    ),
    Pattern(
        "value of a name that means a secret",
        ("env", "set"),
        re.compile(
            r"(?:\bENV|\bset[xX]?|\bsetenv)[ \t]{1,9}"
            r"(?P<key>[A-Z][A-Z0-9_]{0,60}?(?:PASS(?:WORD|WD|PHRASE)?|SECRET|TOKEN|KEY|PWD|AUTH))"
            rf"[ \t]{{1,9}}(?:{_QUOTED}|{_ARGUMENT})"
        ),
    ),
    Pattern(  # a variable's default in a compose file or a shell
        "value of a name that means a secret",
        ("${",),
        re.compile(
            rf"\$\{{\w{{0,60}}?(?P<key>{KEY})\w{{0,60}}:?[-=](?P<v1>(?:[^}}$\n]|\$(?!\{{))++)\}}",
            re.IGNORECASE,
        ),
    ),
    Pattern(
        "password in a sentence",
        ("pass", "wort", "pwd"),
        re.compile(
            r"\b(?:password|passwd|passphrase|passwort|pwd)[ \t]{1,3}"
            r"(?:(?:for|of|to)[ \t]\S{1,60}[ \t]{1,3})?"
            r"(?:(?:is|was|of|=>?):?[ \t]{1,3})?"
            r"(?:[\"'`](?P<v1>[^\s\"'`]{1,200})[\"'`]"
            r"|(?P<v3>(?=[^\s]{0,60}\d)(?=[^\s]{0,60}[A-Za-z])[^\s\"'`<>(){}\[\]*$]{7,200}?)(?=[.,;:!?)]?(?:\s|$)))",
            re.IGNORECASE,
        ),
        prose=PROSE,
    ),
    Pattern(
        "header that lets its sender in",
        ("bearer ", "authorization"),
        re.compile(
            r"(?i:authorization[\"']?\s{0,3}[:=]\s{0,3}(?:\[\s{0,99})?[\"']?[a-z]{1,20}|\bbearer)"
            r" (?P<v1>[\w.~+/=-]{8,}+)"
        ),
        prose=PROSE,
    ),
    Pattern(
        "header that lets its sender in",
        ("cookie",),
        re.compile(
            r"(?i:\bcookie)[\"']?[ \t]{0,3}:[ \t]{0,3}(?:\[\s{0,99})?[\"']?(?P<v1>[\w.-]{1,100}=[^\n\"']++)"
        ),
    ),
    Pattern(  # ACL LOG: of a failed login, the name may be a password in the wrong place
        "user name of a failed login",
        ("username",),
        re.compile(
            r"\breason\b[\s\d):,\"'=>-]{1,60}auth\b(?:(?!\busername\b|\breason\b)[^~]){1,600}?\busername\b"
            r"(?:[\s:,=>-]|\d{1,3}\)|[\"'](?=[\s:,=>-])){1,60}(?:[\"'](?P<v1>[^\"'\n]++)[\"']|(?P<v3>[^\s\"',}]++))"
        ),
        prose=PROSE | COMMON_WORDS,
    ),
    Pattern(
        "name that rename-command gives",
        ("rename-command",),
        re.compile(
            r"(?m:^|[\"'])rename-command[\"']?[ \t,]{1,5}[\"']?\w{1,40}[\"']?[ \t,]{1,5}[\"']?"
            r"(?P<v1>[^\s\"',]{6,200})"
        ),
    ),
    Pattern(  # what Python and Go say of a URL whose password holds a raw # or /
        "piece of a URL's password in an error",
        ("cast to integer", "invalid port", "does not appear to be"),
        re.compile(
            r"(?:cast to integer value as|invalid port) (?P<q>[\"']):?(?!\d+[A-Za-z]{0,2}(?P=q))"
            r"(?P<v1>[^\n]{1,400}?)(?P=q)"
            r"|'(?P<v2>[^'\n]{1,400})' does not appear to be an IPv"
        ),
    ),
)

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
    lower = text.lower()
    yield from _find_shapes(text, lower)
    yield from _find_acl(text, lower)
    yield from find_tokens(text, lower)
    yield from find_private_keys(text)


#: Much quicker than the patterns that go on from here, as it need not mind upper and lower case.
_KEY_AND_SIGN = re.compile(rf"{KEY}{_AFTER_KEY}[:=]")


def _find_shapes(text: str, lower: str) -> Iterator[Found]:
    for pattern in PATTERNS:
        if not any(hint in lower for hint in pattern.hints):
            continue
        if pattern.hints is KEY_HINTS and not _KEY_AND_SIGN.search(lower):
            continue
        for match in pattern.regex.finditer(text):
            for group in _values(pattern.regex):
                value = match[group]
                if not value or PLACEHOLDER.fullmatch(value.strip("`")) or _is_no_value(text, match, value):
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
            yield Found(match.start(group), match.end(group), match[group], kind="password of an ACL user")


def _is_no_value(text: str, match: re.Match[str], value: str) -> bool:
    groups = match.groupdict()
    key = groups.get("key")
    if key is not None and key.lower() == "secrets" and IDENTIFIER.fullmatch(value):
        return True  # names of Compose's secrets
    if (
        key is not None
        and key.lower() == "pwd"
        and re.search(r"\w$", text[max(match.start("key") - 1, 0) : match.start("key")])
    ):
        key = f"_{key}"
    return key is not None and (is_a_count(key, value) or _is_a_name(text, match, groups))


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
