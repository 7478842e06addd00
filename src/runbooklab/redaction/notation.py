"""Data as programs write it, anywhere in a text: JSON, and what Python, Node, Ruby, PHP and Go print.

``{"password": "x"}``, ``{ name: 'auth', args: [ 'user', 'x' ] }``, ``Redis(password='x')``,
``{:token=>"x"}``, ``&{Addr:h Password:x}``. It need not be valid
nor whole: only brackets, names and quotes are looked at, once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from runbooklab.redaction.derived_text import Derived, without_doubled, without_escapes
from runbooklab.redaction.tree import Scalar, Search, Tree
from runbooklab.redaction.urls import Found

_TOKEN = re.compile(
    r"(?P<string>(?<![\w\\])(?:[rbuRBU]{1,2}|@|:)?"
    r"(?:\"(?P<double>(?>(?:[^\"\\\n]|\\.)*))\""
    r"|'(?P<single>(?>(?:[^'\\\n]|\\.|'')*))'|`(?P<back>[^`\\\n]*+)`))"
    r"|(?P<variable>\$\{[^{}\n]{0,300}\}|\$\([^()\n]{0,300}\)"
    r"|\{\{[^{}\n]{0,300}\}\})"
    r"|(?P<open>[\[{(])|(?P<close>[\])}])|(?P<comma>,)"
    r"|(?P<line>\n(?=[A-Za-z0-9]))"
    r"|(?P<bare>[^\s\"'`,;:=\[\]{}()<>\\]++)(?![(\"'])"
    r"|\\.",
    re.DOTALL,
)
_SIGN = re.compile(r"[\"']?\s{0,20}(?:=>|:=|:(?![:/])|=(?!=))")
_SIGN_AND_OPEN = re.compile(rf"{_SIGN.pattern}\s{{0,20}}[\[{{(]")


def find_in_notation(text: str, search: Search) -> Iterator[Found]:
    """Every secret in brackets. ``search`` finds secrets inside of a text whose escapes were undone."""
    if "{" not in text and "[" not in text and "(" not in text:
        return
    tree = Tree(search)
    last: re.Match[str] | None = None
    for token in _TOKEN.finditer(text):
        kind = token.lastgroup
        if kind == "open":
            if token[0] == "{" and last is not None and not text[last.end() : token.start()].strip():
                tree.key(_string(last))  # ``variable "password" {``
            tree.begin(is_mapping=token[0] != "[")
        elif not tree.depth:
            tree.skip()
            if kind == "string" and "\\" in token[0]:
                yield from tree.value(_string(token))
            elif (token["bare"] or token["string"]) and _SIGN_AND_OPEN.match(text, token.end()):
                tree.key(_string(token) if token["string"] else _bare(token))
        elif kind == "close":
            yield from tree.end()
        elif kind == "comma":
            tree.skip()
        elif kind == "line":
            while tree.depth:
                yield from tree.end()
        elif kind is not None:
            scalar = _string(token) if token["string"] is not None else _bare(token)
            if _SIGN.match(text, token.end()):
                tree.key(scalar)
            else:
                yield from tree.value(scalar)
        last = token if kind == "string" else None
    while tree.depth:  # cut off
        yield from tree.end()


def _bare(token: re.Match[str]) -> Scalar:
    return Scalar(token[0], *token.span())


def _string(token: re.Match[str]) -> Scalar:
    group = next(name for name in ("double", "single", "back") if token[name] is not None)
    content = token[group]
    spelled: Derived | None = None
    if "\\" in content:
        spelled = without_escapes(content)
    elif group == "single" and "''" in content:
        spelled = without_doubled(content, "'")
    return Scalar(spelled.text if spelled else content, *token.span(group), quoted=True, spelled=spelled)
