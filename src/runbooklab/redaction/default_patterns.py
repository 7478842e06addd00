"""The shapes of defaults that stand beside a variable: ``process.env.PASSWORD || 'x'``: one visible table."""

from __future__ import annotations

import re

from runbooklab.redaction.names import KEY, PROSE
from runbooklab.redaction.pattern_parts import AFTER_KEY, EQUALS, Pattern
from runbooklab.redaction.shape import Shape

_KIND = "default of a variable that means a secret"

#: What reads an environment or a configuration, up to the variable's name.
_READS = (
    r"(?:(?:process|import\.meta)\.env|env(?:iron)?(?:\.\w{1,20})?|get_?env|getOrDefault|\$_(?:env|server)"
    r"|env::var|getEnvironmentVariable|lookupEnv|config(?:\.\w{1,20})?|fetch)"
    r"[\[({.]{1,2}(?:\"|')?"
)
_BEHIND_NAME = r"[\"']?[\])}]{0,3}"
#: From the variable to its default: ``||``, ``??``, ``?:``, ``or``, a block, ``.orElse(``, ``.unwrap_or(``.
_OTHERWISE = (
    r"(?:\s{0,9}(?:\|\|=?|\?\?=?|\?:|//|\bor\b)\s{0,9}\(?|\)\s{0,3}\{\s{0,9}|\)\s{0,3}do\s{1,9}"
    r"|\s{0,20}(?:\?\.|\.)(?:unwrap_or(?:_else)?|or_?else(?:get)?|get_?or_?else)\(\s{0,9}"
    r"(?:\|_?\w{0,9}\|\s{0,3}|\(\)\s{0,3}[-=]>\s{0,3})?)"
)
_ELSE = r"\s{1,3}(?:if|\?)\s[^\n]{1,120}?\s(?:else|:)\s{1,3}"
_COMMA = r",\s{0,9}(?:(?:default|fallback|defaultValue)\s{0,3}[=:]\s{0,3})?(?:\d{1,9},\s{0,9})?"
_VALUE = (
    r"[rbufRBUF]?(?:\"(?P<v1>(?>(?:[^\"\\\n]|\\.)+))\""
    r"|'(?P<v2>(?>(?:[^'\\\n]|\\.)+))'|`(?P<v4>[^`\n$]++)`)"
)

_SIGN_HINTS = ("||", "??", "?:", "//", "or ", "or'", 'or"', "or(", "{", ")do", ") do", "unwrap_or", "else")
_READ_HINTS = ("env", "config", "fetch", "getordefault")
_CALL_HINTS = ("',", '",', "(:")

DEFAULTS: tuple[Pattern, ...] = (
    Pattern(  # of a variable whose own name means a secret
        _KIND,
        _SIGN_HINTS,
        Shape(
            rf"[\"'.:][\w.:-]{{0,60}}?(?P<key>{KEY}){_BEHIND_NAME}{_OTHERWISE}{_VALUE}",
            re.IGNORECASE,
            before=61,
        ),
    ),
    Pattern(  # ``os.environ.get('REDIS_PASSWORD', 'x')``, ``cmp.Or(os.Getenv("PASSWORD"), "x")``
        _KIND,
        _READ_HINTS,
        Shape(
            rf"\b{_READS}[\w.:-]{{0,60}}?(?P<key>{KEY}){_BEHIND_NAME}(?:{_COMMA}|{_OTHERWISE}|{_ELSE}){_VALUE}",
            re.IGNORECASE,
            before=91,
        ),
    ),
    Pattern(  # of whatever variable, if it goes to a name that means a secret
        _KIND,
        _READ_HINTS,
        Shape(
            rf"(?P<key>{KEY}){AFTER_KEY}(?:{EQUALS}|:)\s{{0,9}}[\w$.:(\\]{{0,40}}?{_READS}[\w.:-]{{1,60}}"
            rf"{_BEHIND_NAME}(?:{_OTHERWISE}|{_COMMA}|{_ELSE}){_VALUE}",
            re.IGNORECASE,
            before=0,
        ),
    ),
    Pattern(  # any call: ``setting("redis.password", "x1")``; what has no digit or sign may be a label
        _KIND,
        _CALL_HINTS,
        Shape(
            rf"(?:[\"'][\w.:-]{{0,60}}?|:|\.)(?P<key>{KEY})[\"']?{_COMMA}"
            r"(?P<q>[\"'])(?P<v1>(?=[^\"'\n]{0,60}[\d\W])[^\"'\n]++)(?P=q)\s{0,9}\)",
            re.IGNORECASE,
            before=61,
        ),
        prose=PROSE,
    ),
    Pattern(  # Helm, Jinja: ``{{ .Values.password | default "x" }}``
        _KIND,
        ("default",),
        Shape(
            rf"(?P<key>{KEY})[^\n|]{{0,100}}\|\s{{0,3}}default(?:\s|\()\s{{0,3}}{_VALUE}",
            re.IGNORECASE,
            before=0,
        ),
    ),
    Pattern(
        _KIND,
        ("default",),
        Shape(rf"\bdefault\s{{1,3}}{_VALUE}\s{{1,3}}[\w.$]{{1,60}}?(?P<key>{KEY})\b", re.IGNORECASE),
    ),
    Pattern(  # ``${PASSWORD:-x}`` of Compose, ``${PASSWORD:=x}`` of a shell, ``${password:x}`` of Spring
        _KIND,
        ("${",),
        Shape(
            rf"\$\{{[\w.-]{{0,60}}?(?P<key>{KEY})\w{{0,60}}(?::?[-=]|:(?![-=?+]))[\"']?"
            r"(?P<v1>(?>(?:[^}$\n\"']|\$(?!\{))+))[\"']?\}",
            re.IGNORECASE,
            before=62,
        ),
    ),
)
