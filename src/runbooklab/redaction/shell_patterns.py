"""The shapes of secrets that a shell hands to a program, and of pairs for basic login: one visible table."""

from __future__ import annotations

import re

from runbooklab.redaction.names import KEY, PROSE
from runbooklab.redaction.pattern_parts import QUOTED, Pattern
from runbooklab.redaction.shape import Shape

#: What takes a password from its input.
_TAKES = (
    r"(?:--askpass|-x[ \t]{1,3}(?i:auth|config[ \t]{1,3}set[ \t]{1,3}(?:requirepass|masterauth))"
    r"|\bauth\b(?=\s*(?:$|[\n\"'<;&)]))|--password-stdin"
    r"|--pass(?:word)?-?file[ =](?:-|/dev/stdin)|\bpasswd\b|\bsecret create\b"
    r"|\bread\b[^\n|]{0,20}pass|sudo -\w{0,5}S\b)"
)
_GIVEN = rf"(?:\$?(?:{QUOTED})|(?P<v3>[^\s\"'|<>;&()$-][^\s\"'|<>;&()]*+))"
_SAYS = (
    r"\b(?:echo|printf|print|yes)(?:[ \t]{1,3}-{1,2}\w{0,3})?"
    r"(?:[ \t]{1,3}[\"']?%[sb](?:\\n)?[\"']?)?[ \t]{1,3}"
)
_ON_ITS_INPUT = "password on the input of a program"
_HASH = "hash of a password"

SHELL: tuple[Pattern, ...] = (
    Pattern(
        _ON_ITS_INPUT,
        ("<<<",),
        Shape(rf"{_TAKES}[^\n|;&<]{{0,200}}<<<[ \t]{{0,3}}{_GIVEN}"),
    ),
    Pattern(
        _ON_ITS_INPUT,
        ("<<<",),
        Shape(rf"<<<[ \t]{{0,3}}{_GIVEN}[ \t]{{0,3}}\|[^\n|]{{0,200}}?{_TAKES}"),
    ),
    Pattern(
        _ON_ITS_INPUT,
        ("echo", "print", "yes"),
        Shape(rf"{_SAYS}{_GIVEN}[ \t]{{0,3}}\|[^\n]{{0,200}}?{_TAKES}"),
    ),
    Pattern(
        _ON_ITS_INPUT,
        ("<(",),
        Shape(rf"{_TAKES}[^\n|;&<]{{0,200}}<[ \t]?<\([ \t]{{0,3}}{_SAYS}{_GIVEN}"),
    ),
    Pattern(  # ``PASSWORD=$(cat /run/secrets/x || echo x)``
        "default of a variable that means a secret",
        ("echo",),
        Shape(
            rf"(?P<key>{KEY})=[\"']?(?:\$\(|`)[^\n|]{{1,200}}\|\|[ \t]{{0,3}}{_SAYS}{_GIVEN}",
            re.IGNORECASE,
            before=0,
        ),
    ),
    Pattern(  # a here-document of one line
        _ON_ITS_INPUT,
        ("<<",),
        Shape(
            rf"{_TAKES}[^\n|;&<]{{0,200}}<<-?[ \t]?[\"']?(?P<end>\w{{1,30}})[\"']?[^\n]{{0,100}}\n"
            r"[ \t]{0,20}(?P<v1>[^\s$][^\n]{0,1000})\n[ \t]{0,20}(?P=end)\b"
        ),
    ),
    Pattern(  # ``echo "auth x" | redis-cli``
        "argument of AUTH",
        ("auth ",),
        Shape(
            r"[\"'](?i:auth)[ ]{1,3}(?:[^\s\"'\\]{1,200}[ ]{1,3})?(?P<v1>[^\s\"'\\]++)"
            r"(?:\\[rn]){0,4}[^\n\"']{0,60}[\"']"
            r"[ \t]{0,3}\|[^\n|]{0,60}(?:-cli|\bnc|\bncat|telnet|socat|openssl)\b"
        ),
        prose=PROSE,
    ),
    Pattern(
        "password on a command line",
        ("htpasswd",),
        Shape(rf"\bhtpasswd[ \t]+(?:-\w{{1,9}}[ \t]+){{1,6}}(?:[^\s-]\S{{0,200}}[ \t]+){{1,2}}{_GIVEN}"),
        prose=PROSE,
    ),
    Pattern(  # labels of Traefik
        "password of a basic login",
        ("auth.users", "auth/users"),
        Shape(
            r"(?i:(?:basic|digest)[_-]?auth[./]users)(?:\[\d{1,3}\])?[\"']?[ \t]{0,3}[=:][ \t]{0,3}[\"']?"
            r"[^\s:,\"'$]{1,100}:(?:traefik:)?(?P<v1>[^\s,\"']++)"
            r"(?:,[ ]?[^\s:,\"'$]{1,100}:(?:traefik:)?(?P<v2>[^\s,\"']++))?"
            r"(?:,[ ]?[^\s:,\"'$]{1,100}:(?:traefik:)?(?P<v3>[^\s,\"']++))?"
        ),
    ),
    Pattern(  # htpasswd, /etc/shadow; Compose doubles the dollars
        _HASH,
        ("$apr1$", "$2", "$1$", "$5$", "$6$", "$y$", "$argon2"),
        Shape(
            r"(?<![\w$])(?P<v1>\$\$?(?:apr1|2[abxy]|[156y]|argon2\w{1,2})\$\$?[\w./+$=,-]{12,400})",
        ),
    ),
    Pattern(
        _HASH,
        ("{sha", "{ssha"),
        Shape(r":(?P<v1>\{S?SHA\d{0,3}\}[\w+/]{16,200}={0,2})"),
    ),
    Pattern(  # Lettuce's ``AuthCommand [..., args=[x]]``, ``CommandArgs [buffer=$3\r\napp\r\n$6\r\nx\r\n]``
        "argument of AUTH",
        ("args=[",),
        Shape(
            r"\b(?:AUTH|Auth\w{0,20}|HELLO)\b[^\n]{0,400}?\bargs=\[(?!buffer=)(?:[^\n\[\],]{1,200}, ?){0,4}"
            r"(?P<v1>[^\s\[\],]++)\]"
        ),
    ),
    Pattern(  # the same, or a buffer of which the line does not say that it is of another command
        "argument of AUTH",
        ("[buffer=",),
        Shape(
            r"(?m:^)(?![^\n]{0,600}?\b(?:type=|command )(?!AUTH|Auth|HELLO)[A-Z])[^\n]{0,600}?\[buffer="
            r"(?:[^\s\]\\]{1,200}(?: |(?:\\r)?\\n)){0,9}(?P<v1>[^\s\]\\]++)(?:(?:\\r)?\\n)?\]"
        ),
    ),
)
