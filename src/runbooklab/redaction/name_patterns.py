"""The shapes of values whose name means a secret: one visible table."""

from __future__ import annotations

import re

from runbooklab.redaction.names import KEY, KEY_HINTS, PROSE
from runbooklab.redaction.pattern_parts import (
    AFTER_KEY,
    ARGUMENT,
    BARE_HINTS,
    BEFORE_VALUE,
    EQUALS,
    QUOTED,
    RAW_QUOTED,
    TAGS,
    WORD,
    Pattern,
)
from runbooklab.redaction.shape import Shape

NAMES: tuple[Pattern, ...] = (
    Pattern(  # ``{default_pass, <<"x">>}``
        "value of a name that means a secret",
        ("{",),
        Shape(rf"\{{\s?\w{{0,60}}?(?P<key>{KEY}),\s{{0,9}}(?:<<)?(?:{QUOTED})", re.IGNORECASE, before=62),
    ),
    Pattern(  # a query, or JSON, that is the value of a query
        "value of a name that means a secret",
        ("%3",),
        Shape(
            rf"(?P<key>{KEY})(?:%22)?%3[ad](?:%20|\+)?(?:%22)?(?P<v1>(?>(?:[^\s\"'&%<>]|%(?!22|26|2c|7d|0a)\w\w)+))",
            re.IGNORECASE,
            before=0,
        ),
        encoded=True,
    ),
    Pattern(
        "value of a name that means a secret",
        KEY_HINTS,
        Shape(
            rf"(?P<key>{KEY}){AFTER_KEY}{EQUALS}{BEFORE_VALUE}(?:{RAW_QUOTED}|{WORD})",
            re.IGNORECASE,
            before=0,
        ),
        prose=frozenset({"none", "null", "nil", "undefined"}),
    ),
    Pattern(
        "value of a name that means a secret",
        KEY_HINTS,
        Shape(
            rf"(?P<key>{KEY}){AFTER_KEY}(?P<colon>:)(?![-=?+]){BEFORE_VALUE}(?:{RAW_QUOTED}|{WORD})",
            re.IGNORECASE,
            before=0,
        ),
        prose=PROSE,
    ),
    Pattern(  # a whole line of YAML
        "value of a name that means a secret",
        KEY_HINTS,
        Shape(
            rf"(?m:^)[ \t-]{{0,60}}[\w.-]{{0,60}}?(?P<key>{KEY}):[ \t]{{1,20}}{TAGS}"
            r"(?P<v1>[^\s\"'{\[|>&*#]\S*+(?>(?:[ \t]++(?!#)\S++)*))",
            re.IGNORECASE,
            before=120,
        ),
        prose=PROSE,
    ),
    Pattern(  # a block of YAML
        "value of a name that means a secret",
        KEY_HINTS,
        Shape(
            rf"(?m:^)(?P<in>[ \t]{{0,60}})(?:- )?[\w.-]{{0,60}}?(?P<key>{KEY}):[ \t]{{1,20}}"
            r"[|>][+\d-]{0,2}[ \t]{0,9}"
            r"\n(?P=in)[ \t]{1,60}(?P<v1>\S[^\n]*+(?:\n(?P=in)[ \t]{1,60}\S[^\n]*+){0,2000})",
            re.IGNORECASE,
            before=122,
        ),
    ),
    Pattern(  # {"name": "REDIS_PASSWORD", "value": "..."} and {"password": {"value": "..."}}
        "value of a name that means a secret",
        ("value",),
        Shape(
            rf"(?:\bname{AFTER_KEY}[:=][ \t]{{0,3}}[\"']?[\w.-]{{0,60}}?"
            rf"(?P<key>{KEY})[\"']?[\s,-]{{0,60}}[\"']?"
            rf"|(?P<key2>{KEY}){AFTER_KEY}[:=]\s{{0,60}}\{{\s{{0,60}}[\"']?)"
            rf"value{AFTER_KEY}[:=]{BEFORE_VALUE}(?:{QUOTED}|{WORD})",
            re.IGNORECASE,
            before=82,
        ),
    ),
    Pattern(  # a value on the line after its key, if the rest is no YAML
        "value of a name that means a secret",
        KEY_HINTS,
        Shape(
            rf"(?m:^)(?P<in>[ \t]{{0,60}})(?:- )?[\w.-]{{0,60}}?(?P<key>{KEY})[\"']?:[ \t]{{0,20}}"
            r"(?:#[^\n]*+)?\r?\n(?P=in)[ \t]{1,60}(?:- {1,9})?(?![^\n]*:(?:\s|$))"
            r"(?:[\"'](?P<v1>[^\n\"']++)[\"']|(?P<v3>[^\s\"'#{\[&*!|>$][^\s\"']*+))(?=[ \t]*(?:\r?\n|$))",
            re.IGNORECASE,
            before=122,
        ),
        prose=PROSE,
    ),
    Pattern(  # ``"password" "x"``, as MONITOR and the slow log print a field and its value
        "value of a name that means a secret",
        BARE_HINTS,
        Shape(
            rf"\"(?!auth2?\")[\w.:-]{{0,60}}?(?P<key>{KEY})\""
            r"(?: |\r?\n[ \t]{0,60}\d{1,9}\) (?=\"[^\"\n]{0,60}[\d\W]))\"(?P<v1>(?>(?:[^\"\\\n]|\\.)+))\"",
            re.IGNORECASE,
            before=61,
        ),
    ),
    Pattern(  # what PHP serialises
        "value of a name that means a secret",
        ("s:",),
        Shape(
            rf"s:\d{{1,3}}:\\?\"[\w.-]{{0,60}}?(?P<key>{KEY})\\?\";"
            r"(?:s:\d{1,9}:\\?\"(?P<v1>[^\n]{1,4000}?)\\?\";|[id]:(?P<v3>\d{1,40});)",
            re.IGNORECASE,
            before=68,
        ),
    ),
    Pattern(  # .netrc
        "value of a name that means a secret",
        ("login ",),
        Shape(
            r"\blogin[ \t]{1,9}\S{1,200}\s{1,9}(?:account \S{1,200}\s{1,9})?password[ \t]{1,9}(?P<v1>\S++)"
        ),
    ),
    Pattern(  # a name and its value in columns
        "value of a name that means a secret",
        BARE_HINTS,
        Shape(
            rf"(?m:^)[ \t]{{0,60}}[\w.-]{{0,60}}?(?P<key>{KEY})\"?"
            r"(?:[ ]{0,60}\t|[ ]{2,60}|[,;])[ \t]{0,60}\"?"
            r"(?P<v3>(?=\S{0,60}[\d\W])[^\s,;\"]{4,}+)\"?[ \t]{0,60}(?=\r?\n|$)",
            re.IGNORECASE,
            before=120,
        ),
        prose=PROSE,
    ),
    Pattern(
        "value of a name that means a secret",
        ("env", "set", "#define"),
        Shape(
            r"(?:\bENV|#define|\bset[xX]?|\bsetenv)[ \t]{1,9}"
            r"(?P<key>[A-Z][A-Z0-9_]{0,60}?(?:PASS(?:WORD|WD|PHRASE)?|SECRET|TOKEN|KEY|PWD|AUTH))"
            rf"[ \t]{{1,9}}(?:{QUOTED}|{ARGUMENT})"
        ),
    ),
    Pattern(  # ``let password: &str = "x"``, ``var Password string = "x"``
        "value of a name that means a secret",
        BARE_HINTS,
        Shape(rf"(?P<key>{KEY}):? &?[\w.<>]{{1,30}} = (?:{QUOTED})", re.IGNORECASE, before=0),
    ),
)
