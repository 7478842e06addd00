"""The shapes of secrets in commands, configurations of Redis, headers and sentences: one visible table."""

from __future__ import annotations

import re

from runbooklab.redaction.names import PROSE
from runbooklab.redaction.pattern_parts import ARGUMENT, BULK, DIRECTIVE, NEXT_ITEM, QUOTED, Pattern
from runbooklab.redaction.shape import Shape
from runbooklab.redaction.vault import COMMON_WORDS

#: What a replica says to the Redis it copies.
_LOGINS = tuple(
    f"{role}{sign}auth" for role in ("master", "primary", "replica", "slave") for sign in ("", "-", "_")
)

COMMANDS: tuple[Pattern, ...] = (
    Pattern(  # a directive of redis.conf or sentinel.conf, an option of redis-server, CONFIG SET and GET
        "password in Redis' configuration",
        ("requirepass", "auth-pass", "sentinel-pass", "key-file-pass", *_LOGINS),
        Shape(rf"{DIRECTIVE}{NEXT_ITEM}(?:{QUOTED}|{ARGUMENT})", re.IGNORECASE),
        prose=PROSE,
    ),
    Pattern(  # CONFIG GET as redis-cli prints it, on a terminal or not
        "password in Redis' configuration",
        ("requirepass", "masterauth"),
        Shape(
            rf"(?m)\"(?:requirepass|masterauth)\"\n[ \t]*\d+\) (?:{QUOTED})"
            r"|^(?:requirepass|masterauth)\n(?P<v3>\S++)$"
        ),
    ),
    Pattern(
        "password on a command line",
        ("redis", "valkey-", "keydb-", "mysql", "mariadb", "sshpass"),
        Shape(
            r"(?:(?:(?:redis|valkey|keydb)-(?:cli|benchmark)|iredis)(?:\.exe)?[^\n|]{0,300}?[\s\"']-a[\"']?[\s,]{1,3}"
            r"|(?:mysql\w{0,10}|mariadb[\w-]{0,10})\b[^\n|]{0,300}?\s-p(?=\S)|sshpass\s{1,3}-p\s{0,3})"
            rf"(?:{QUOTED}|{ARGUMENT})"
        ),
    ),
    Pattern(
        "argument of AUTH",
        ("-cli",),
        Shape(
            r"(?i:redis|valkey|keydb)-cli\b[^\n|]{0,300}?\s(?i:auth) {1,9}[\"']?(?P<v1>[^\s\"'|;&]++)[\"']?"
            r"(?: {1,9}[\"']?(?P<v2>[^\s\"'|;&]++))?"
        ),
        prose=PROSE | COMMON_WORDS,
    ),
    Pattern(
        "argument of AUTH",
        ("hello",),
        Shape(
            r"\bhello [23](?: setname \S{1,200})? auth [^\s\"']{1,200} (?P<v1>[^\s\"']++)",
            re.IGNORECASE,
        ),
    ),
    Pattern(  # ``jedis.auth("x")``, ``setPassword("x")``, ``RedisPassword.of("x")``
        "argument of a call",
        ("auth(", "password(", "password.of("),
        Shape(
            r"(?:(?:\.|->)auth|(?:set|with|dial|[.>])_?password|password\.of)\(\[?\s{0,9}"
            rf"(?:[\"'][^\"'\n]{{1,200}}[\"'],\s{{0,9}}(?=[\"']))?(?:{QUOTED})",
            re.IGNORECASE,
        ),
    ),
    Pattern(
        "password on a command line",
        ("curl", "wget"),
        Shape(
            r"curl\b[^\n|]{0,300}?\s(?:-[a-zA-Z]{0,9}[uU]|--user|--proxy-user)[ =]{0,3}[\"']?"
            r"[^\s:\"']{0,200}:(?!//)(?P<v1>[^\s\"']++)"
        ),
    ),
    Pattern(
        "password on a command line",
        ("--pass", "--auth"),
        Shape(rf"--(?:pass|password|auth){NEXT_ITEM}(?:{QUOTED}|{ARGUMENT})"),
        prose=PROSE,
    ),
    Pattern(  # as MONITOR, a program or a log quotes it; also HELLO 3 AUTH and MIGRATE ... AUTH2
        "argument of AUTH",
        ("auth",),
        Shape(
            r"(?P<q>[\"'])(?!(?-i:auth)(?P=q)(?:, ?(?P=q)(?-i:[a-z]+(?:[_-][a-z]+)*)(?P=q)){1,2}\s*[\],])"
            r"AUTH2?(?P=q),? (?:(?P=q)[^\s\"']{1,200}(?P=q),? (?=[\"']))?(?P=q)"
            r"(?P<v1>(?>(?:[^\"'\\\n]|\\.)+))(?P=q)",
            re.IGNORECASE,
        ),
    ),
    Pattern(
        "argument of AUTH",
        ("auth2",),
        Shape(r"\bAUTH2 +[^\s\"']{1,200} +(?P<v1>[^\s\"']++)", re.IGNORECASE),
    ),
    Pattern(
        "argument of AUTH",
        ("auth ",),
        Shape(
            r"\bAUTH +(?:[^\s\"'<`.,:;]{1,200} +|\"[^\s\"]{1,200}\" +|'[^\s']{1,200}' +)?"
            rf"(?:{QUOTED})"
        ),
        prose=PROSE,
    ),
    Pattern(
        "argument of AUTH",
        ("auth ",),
        Shape(
            r"(?:\bAUTH|(?:^|[\n>]) ?auth) +(?P<v1>[^\s\"'<`.,:;]+)"
            r"(?: +(?P<v2>[^\s\"'<`.,:;]+)(?=\s*(?:$|[\n\"'`]| SETNAME)))?"
        ),
        prose=PROSE | COMMON_WORDS,
    ),
    Pattern(  # the protocol itself, in raw bytes or escaped
        "argument of AUTH",
        ("auth",),
        Shape(
            rf"(?:\b|(?<=\\n))AUTH2?{BULK}(?:[^\r\n\\]{{1,200}}(?={BULK}){BULK})?(?P<v1>[^\r\n\\]++)",
            re.IGNORECASE,
        ),
    ),
    Pattern(
        "password in a statement of SQL",
        ("password", "identified"),
        Shape(
            r"\b(?:PASSWORD|IDENTIFIED(?: WITH \S{1,60})? (?:BY|AS))[ \t]{1,9}(?:=[ \t]{0,9})?"
            rf"(?:{QUOTED})",
            re.IGNORECASE,
        ),
        prose=PROSE,
    ),
    Pattern(
        "password in a sentence",
        ("pass", "wort", "pwd"),
        Shape(
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
        Shape(
            r"(?i:authorization[\"']?\s{0,3}[:=]\s{0,3}(?:\[\s{0,99})?[\"']?[a-z]{1,20}|\bbearer)"
            r" (?P<v1>[\w.~+/=-]{8,}+)"
        ),
        prose=PROSE,
    ),
    Pattern(
        "header that lets its sender in",
        ("cookie",),
        Shape(
            r"(?i:\bcookie)[\"']?[ \t]{0,3}:[ \t]{0,3}(?:\[\s{0,99})?[\"']?(?P<v1>[\w.-]{1,100}=[^\n\"']++)"
        ),
    ),
    Pattern(  # ACL LOG: of a failed login, the name may be a password in the wrong place
        "user name of a failed login",
        ("username",),
        Shape(
            r"\breason\b[\s\d):,\"'=>-]{1,60}auth\b(?:(?!\busername\b|\breason\b)[^~]){1,600}?\busername\b"
            r"(?:[\s:,=>-]|\d{1,3}\)|[\"'](?=[\s:,=>-])){1,60}(?:[\"'](?P<v1>[^\"'\n]++)[\"']|(?P<v3>[^\s\"',}]++))"
        ),
        prose=PROSE | COMMON_WORDS,
    ),
    Pattern(
        "name that rename-command gives",
        ("rename-command",),
        Shape(
            r"(?m:^|[\"'])rename-command[\"']?[ \t,]{1,5}(?!to )[\"']?\w{1,40}[\"']?[ \t,]{1,5}[\"']?"
            r"(?P<v1>[^\s\"',]{6,200})"
        ),
    ),
    Pattern(  # what Python and Go say of a URL whose password holds a raw # or /
        "piece of a URL's password in an error",
        ("cast to integer", "invalid port", "does not appear to be"),
        Shape(
            r"(?:cast to integer value as|invalid port) (?P<q>[\"']):?(?!\d+[A-Za-z]{0,2}(?P=q))"
            r"(?P<v1>[^\n]{1,400}?)(?P=q)"
            r"|'(?P<v2>[^'\n]{1,400})' does not appear to be an IPv"
        ),
    ),
)
