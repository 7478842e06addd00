"""Values that an example holds for somebody to replace. Pure."""

from __future__ import annotations

import re

from runbooklab.redaction import means_a_secret

#: A whole value that nobody means: what examples say.
_WHOLE = re.compile(
    r"(?i:change[-_ ]?(?:this|it)[!.]*|replace[-_ ]?(?:me|this|with[-_ ].*)|to[-_ ]?do"
    r"|to[-_ ]?be[-_ ]?(?:set|filled.*)"
    r"|fix[-_ ]?me|placeholder|dummy|(?:insert|enter)[-_ ].*|(?:put|add)[-_ ].*[-_ ]here|your[-_ ].*"
    r"|<[^<>]+>|\[(?:your|insert|enter|change|put|add|to ?do)[^\[\]]*\]|\{\{[^{}]+\}\}"
    r"|x{3,}|\*{3,}|\.{3,}|\?{3,}|tbd|.*[-_]here"
    r"|my[-_ ]?(?:secret|password|token|api[-_ ]?key)|(?:sk|hf|pk|ghp|api)[-_]x{3,}"
    r"|(?:.*[^a-z])?change[-_ ]?me(?:[^a-z].*)?)"
)
#: A placeholder inside a longer value: ``hf_your_token`` as well.
_INSIDE = re.compile(r"(?i:path/to/|[/_-]x{4,}$|<[A-Za-z][\w -]*>)|(?<![A-Za-z0-9$])your[-_]")
#: A text that begins with "your": "your friendly service".
_PROSE = re.compile(r"(?i:your(?: [^\s]+)+)")
#: What an example asks somebody to put in.
_ASKED_FOR = re.compile(
    r"(?i:\b(?:key|token|secret|password|passphrase|user(?:name)?|name|host(?:name)?|domain|e-?mail|url|address"
    r"|id|account|project|bucket|region|path|value|here)$)"
)
#: HTML or XML, whose tags are no placeholders.
_MARKUP = re.compile(r"</[A-Za-z]|<(?:br|hr|p|b|i|speak|break)\s*/?>", re.IGNORECASE)
#: Names that nobody has. Source: RFC 2606 and 6761.
_OF_EXAMPLES = re.compile(r"(?i:\bexample\.(?:com|org|net)\b|\.example\b|\.invalid\b)")
_USERINFO = re.compile(r"[a-z][a-z0-9+.-]*://([^/@\s]*)@", re.IGNORECASE)


def is_placeholder(value: str, name: str = "") -> bool:
    """Whether a value is a placeholder by itself, or a URL with a placeholder for its password.

    ``name`` is the variable's: "your ..." with spaces is a placeholder for a secret, and may be prose else.

    >>> is_placeholder("changeme"), is_placeholder("<your token>"), is_placeholder("redis://:changeme@h"),
    (True, True, True)
    >>> is_placeholder("info")
    False
    """
    text = value.strip()
    if not text:
        return False
    if _PROSE.fullmatch(text) and not means_a_secret(name, text) and not _ASKED_FOR.search(text):
        return False
    if _WHOLE.fullmatch(text) or (_INSIDE.search(text) and not _MARKUP.search(text)):
        return True
    credentials = _USERINFO.match(text)
    password = credentials[1].partition(":")[2] if credentials else ""
    return bool(password and _WHOLE.fullmatch(password))


def equals_example(name: str, value: str, example: str) -> bool:
    """Whether a secret, or a name that only examples have, still has the value that the example shows.

    Any other setting may well be right as the example has it: a port, a level, a path.
    """
    if not example or value != example:
        return False
    return means_a_secret(name, value) or _OF_EXAMPLES.search(value) is not None
