"""Commands of Redis inside a script in Lua: ``redis.call('auth', 'x')``, also quoted once more by EVAL."""

from __future__ import annotations

import re
from collections.abc import Iterator

from runbooklab.redaction.argv import secrets_in_words
from runbooklab.redaction.urls import Found

_CALL = re.compile(r"\b(?:redis|server)\.p?call\s{0,9}\((?P<words>[^()\n]{1,2000})")
_WORD = re.compile(r"(?P<quote>\\{0,7}[\"'])(?P<word>(?:(?!(?P=quote)).){0,500})(?P=quote)")


def find_in_lua(text: str) -> Iterator[Found]:
    """Every secret among the arguments of a ``redis.call``."""
    if "call" not in text:
        return
    for call in _CALL.finditer(text):
        words = list(_WORD.finditer(text, *call.span("words")))
        # A command's name alone is read in capitals: ``auth`` may be no list of names here.
        said = [word["word"] if at else word["word"].upper() for at, word in enumerate(words)]
        for at, start, end in secrets_in_words(said):
            begin = words[at].start("word")
            yield Found(begin + start, begin + end, said[at][start:end], kind="password in a script")
