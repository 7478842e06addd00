"""Expressions as a row of tokens."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from runbooklab.errors import RunbookError

Sort = Literal["name", "number", "text", "pattern", "parameter", "operator", "end"]

#: Most characters of an expression.
MOST_EXPRESSION = 2000

_TOKEN = re.compile(
    r"""(?P<space>\s+)
    |(?P<parameter>\$\{[A-Za-z_]\w*\})
    |(?P<number>[+-]?\d+(?:\.\d+)?(?:%|[A-Za-z]+)?(?![\w.-]))
    |(?P<text>"(?:[^"\\]|\\[\s\S])*"|'[^']*')
    |(?P<pattern>/(?:[^/\\\n]|\\.)+/)
    |(?P<foreign>===|!==|=>|=<|<>|=~|!~|&&|\|\||[=!~&|≤≥≠“”‘’](?!=))
    |(?P<operator>==|!=|<=|>=|<|>|\(|\)|\[|\]|,)
    |(?P<name>[A-Za-z_][\w-]*(?:\.[\w-]+|\[\d+\])*)
    """,
    re.VERBOSE,
)


class BadExpression(RunbookError):
    """An expression that does not parse or makes no sense: a sentence, and the column from 0."""

    def __init__(self, message: str, column: int = 0) -> None:
        super().__init__(message)
        self.column = column


class Token(NamedTuple):
    sort: Sort
    text: str
    column: int


#: What authors write who know another language -> what it is called here.
_MEANT = {
    "=": "==", "===": "==", "!==": "!=", "=>": ">=", "=<": "<=", "<>": "!=",
    "≤": "<=", "≥": ">=", "≠": "!=", "~": "matches", "=~": "matches", "!~": "not FIELD matches",
    "&&": "and", "||": "or", "&": "and", "|": "or", "!": "not", "“": '"', "”": '"', "‘": "'", "’": "'",
}  # fmt: skip
_A_UNIT = "a unit follows at once, as in 95%, 500ms or 2GiB"


def tokens(text: str) -> list[Token]:
    """The tokens of an expression, with one of sort ``end``. Raises :class:`BadExpression`."""
    if len(text) > MOST_EXPRESSION:
        raise BadExpression(f"the expression has {len(text):,} characters; {MOST_EXPRESSION:,} is the most")
    found: list[Token] = []
    place = 0
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            raise BadExpression(_why(text, place), place)
        if match.lastgroup == "foreign":
            raise BadExpression(f"write {_MEANT[match[0]]!r} for {match[0]!r}", place)
        if match.lastgroup != "space":
            found.append(Token(match.lastgroup, match[0], place))  # type: ignore[arg-type] # a group's name
        place = match.end()
    return [*found, Token("end", "", len(text))]


def _why(text: str, place: int) -> str:
    rest = text[place:]
    if rest[0] in "\"'":
        return "the quoted text is never closed"
    if rest[0].isdigit() or rest[0] in "+-":
        word = re.split(r"[\s()\[\],]", rest, maxsplit=1)[0]
        return f"{word!r} is no number: {_A_UNIT}; quote a text"
    if rest[0] == "%":
        return _A_UNIT
    if rest[0] in "*+" or (
        rest[0] == "/" and text[:place].rstrip()[-1:].isalnum() and " matches " not in text
    ):
        return "an expectation does not calculate: let the command or the statement do it"
    if rest[0] == "/":
        return "a /pattern/ is never closed, or is empty; quote a text with / in it"
    return f"{rest[0]!r} means nothing here"


def unquoted(token: Token) -> str:
    """The text that a quoted token stands for."""
    inner = token.text[1:-1]
    if token.text[0] == "'":
        return inner
    return re.sub(r"\\(.)", lambda escaped: _ESCAPES.get(escaped[1], escaped[1]), inner, flags=re.DOTALL)


_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}
