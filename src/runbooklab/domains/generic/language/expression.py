"""Expressions over what checks saw: ``status == 200 and json.database == "ok"``.

A small language of its own: comparisons of a field with a literal, joined by ``and``, ``or``, ``not`` and
brackets. There is nothing in it that could be called or run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

from runbooklab.domains.generic.language.patterns import NotAPattern, compiled
from runbooklab.domains.generic.language.quantity import MOST_DIGITS, UNITS, Quantity, quantity
from runbooklab.domains.generic.language.tokens import BadExpression, Token, tokens, unquoted

Operator = Literal["==", "!=", "<", "<=", ">", ">=", "contains", "matches", "in"]
#: What may be said of a check as a whole.
Outcome = Literal["passes", "warns", "fails"]

#: The deepest nesting of brackets.
MOST_NESTED = 20

_WORDS = ("and", "or", "not", "contains", "matches", "in", "is", "exists", "passes", "warns", "fails")
#: Words that are fields, too: ``exists and age < 5min``.
_FIELDS_TOO = ("exists",)
_COMPARES = ("==", "!=", "<", "<=", ">", ">=", "contains", "matches", "in")


class Parameter(Struct, frozen=True):
    """``${name}`` in an expression: the value that the parameter has then."""

    name: str


class Word(str):
    """A text that was written without quotes: lint asks whether a field was meant."""

    __slots__ = ()


Literal_ = Quantity | str | bool | Parameter


class Compare(Struct, frozen=True):
    """``FIELD OPERATOR LITERAL``; several literals after ``in``."""

    field: str
    operator: Operator
    literals: tuple[Literal_, ...]


class Holds(Struct, frozen=True):
    """A field alone: it is true."""

    field: str


class Exists(Struct, frozen=True):
    field: str


class Empty(Struct, frozen=True):
    field: str


class Ended(Struct, frozen=True):
    """``CHECK passes``, ``warns`` or ``fails``."""

    check: str
    outcome: Outcome


class Given(Struct, frozen=True):
    """``${name} OPERATOR LITERAL``, or ``${name} exists``: of a parameter."""

    name: str
    operator: Operator | Literal["exists"]
    literals: tuple[Literal_, ...] = ()


class Not(Struct, frozen=True):
    part: Expression


class Both(Struct, frozen=True):
    """``and``"""

    parts: tuple[Expression, ...]


class Either(Struct, frozen=True):
    """``or``"""

    parts: tuple[Expression, ...]


Expression = Compare | Holds | Exists | Empty | Ended | Given | Not | Both | Either


def parse(text: str) -> Expression:
    """The expression that a text is. Raises :class:`BadExpression` with the reason and the column."""
    return _Parser(tokens(text)).run()


def leaves(expression: Expression) -> Iterator[Compare | Holds | Exists | Empty | Ended | Given]:
    """The statements that it is made of, from left to right."""
    if isinstance(expression, Both | Either):
        for part in expression.parts:
            yield from leaves(part)
    elif isinstance(expression, Not):
        yield from leaves(expression.part)
    else:
        yield expression


#: What authors write for how a check ended -> what it is called here.
_OUTCOMES = {
    "fail": "fails", "failed": "fails", "failing": "fails", "critical": "fails",
    "warn": "warns", "warned": "warns", "warning": "warns",
    "pass": "passes", "passed": "passes", "ok": "passes",
}  # fmt: skip

#: Operator -> the one with its sides exchanged.
_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}


class _Parser:
    def __init__(self, row: list[Token]) -> None:
        self.row = row
        self.place = 0
        self.nested = 0

    @property
    def next(self) -> Token:
        return self.row[self.place]

    def run(self) -> Expression:
        if len(self.row) == 1:
            raise BadExpression("the expectation is empty")
        found = self._either()
        if self.next.sort != "end":
            raise BadExpression(self._too_much(), self.next.column)
        return found

    def _too_much(self) -> str:
        """Why the expression does not go on with this token."""
        before, text = self.row[self.place - 1], self.next.text
        if text != text.lower() and text.lower() in _WORDS:
            return f"write {text.lower()!r} for {text!r}"
        if before.sort == "name" and (meant := _OUTCOMES.get(text)) is not None:
            return f"write {meant!r} for {text!r}: {before.text} {meant}"
        if text == "not":
            return "not stands before a whole statement: not status in [200, 204]"
        if before.sort == "number" and text in _TURNED and self.row[self.place - 3].sort == "name":
            field = self.row[self.place - 3].text
            return f"each comparison names its field: ... and {field} {text} {self.row[self.place + 1].text}"
        if before.sort == "number" and text in UNITS:
            return "a unit follows at once, as in 95%, 500ms or 2GiB"
        if before.sort == "pattern" and self.next.sort == "name":
            return f"write the flags of a pattern at its beginning: /(?{text}).../"
        return f"{text!r} is too much here: join with and, or"

    def _take(self) -> Token:
        token = self.next
        self.place += token.sort != "end"
        return token

    def _is(self, *words: str) -> bool:
        return self.next.sort in ("name", "operator") and self.next.text in words

    def _accept(self, word: str) -> bool:
        if self._is(word):
            self.place += 1
            return True
        return False

    def _expect(self, word: str) -> None:
        if not self._accept(word):
            at = self.next
            raise BadExpression(
                f"{word!r} is missing before {at.text!r}" if at.text else f"{word!r} is missing at the end",
                at.column,
            )

    def _either(self) -> Expression:
        parts = [self._both()]
        while self._accept("or"):
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def _both(self) -> Expression:
        parts = [self._negated()]
        while self._accept("and"):
            parts.append(self._negated())
        return parts[0] if len(parts) == 1 else Both(tuple(parts))

    def _negated(self) -> Expression:
        self.nested += 1
        if self.nested > MOST_NESTED + 1:
            raise BadExpression("the expression is nested too deep", self.next.column)
        try:
            if self._accept("not"):
                return Not(self._negated())
            if self._accept("("):
                found = self._either()
                self._expect(")")
                return found
            return self._statement()
        finally:
            self.nested -= 1

    def _statement(self) -> Expression:
        token = self._take()
        if token.sort == "parameter":
            return self._of_parameter(token)
        if token.sort == "number" and self._is(*_TURNED):
            raise BadExpression(self._turned(token), token.column)
        if token.sort != "name" or (token.text in _WORDS and token.text not in _FIELDS_TOO):
            said = f"not {token.text!r}" if token.text else "and it ends here"
            raise BadExpression(f"the name of a field must stand here, {said}", token.column)
        field = token.text
        if self._is("passes", "warns", "fails"):
            return Ended(field, self._take().text)  # type: ignore[arg-type] # one of the three
        if self._accept("exists"):
            return Exists(field)
        if self._accept("is"):
            negated = self._accept("not")
            self._expect("empty")
            return Not(Empty(field)) if negated else Empty(field)
        if self._is(*_COMPARES):
            operator = self._take().text
            return Compare(field, operator, self._literals(operator))  # type: ignore[arg-type] # one of them
        return Holds(field)

    def _turned(self, number: Token) -> str:
        """What to write for ``200 <= status``, and for ``200 <= status < 300``."""
        operator, field, second, limit = [*self.row[self.place : self.place + 4], *[self.row[-1]] * 3][:4]
        if field.sort != "name":
            return f"the name of a field must stand here, not {number.text!r}"
        written = f"{field.text} {_TURNED[operator.text]} {number.text}"
        if second.text in _TURNED and limit.sort == "number":
            written += f" and {field.text} {second.text} {limit.text}"
        return f"the field stands first: {written}"

    def _of_parameter(self, token: Token) -> Expression:
        name = token.text[2:-1]
        if self._accept("exists"):
            return Given(name, "exists")
        if self._is(*_COMPARES):
            operator = self._take().text
            return Given(name, operator, self._literals(operator))  # type: ignore[arg-type] # one of them
        raise BadExpression(
            f"say what {token.text} is compared with, or write {token.text} exists", token.column
        )

    def _literals(self, operator: str) -> tuple[Literal_, ...]:
        if operator != "in":
            return (self._literal(operator),)
        self._expect("[")
        found = [self._literal(operator)]
        while self._accept(","):
            found.append(self._literal(operator))
        self._expect("]")
        return tuple(found)

    def _literal(self, operator: str) -> Literal_:
        token = self._take()
        if token.sort == "parameter":
            return Parameter(token.text[2:-1])
        if token.sort == "pattern" or (operator == "matches" and token.sort == "text"):
            return self._pattern(token, operator)
        if operator == "matches" and token.text:
            raise BadExpression(f"a /pattern/ must follow after matches, not {token.text!r}", token.column)
        if token.sort == "number":
            return _number(token)
        if token.sort == "text":
            _refuse_parameter(token)
            return unquoted(token)
        if token.sort == "name" and token.text not in _WORDS:
            if (meant := _NO_LITERALS.get(token.text)) is not None:
                raise BadExpression(f"write {meant} for {token.text!r}", token.column)
            return {"true": True, "false": False}.get(token.text, Word(token.text))
        said = f"not {token.text!r}" if token.text else "and it ends here"
        raise BadExpression(f"a value must follow after {operator!r}, {said}", token.column)

    def _pattern(self, token: Token, operator: str) -> str:
        if operator != "matches":
            raise BadExpression(f"a /pattern/ needs matches, not {operator!r}", token.column)
        _refuse_parameter(token)
        text = token.text[1:-1].replace("\\/", "/") if token.sort == "pattern" else unquoted(token)
        try:
            compiled(text)
        except NotAPattern as error:
            raise BadExpression(str(error), token.column) from None
        return text


_PARAMETER = re.compile(r"\$\{[A-Za-z_]\w*\}")
#: Literals of other languages -> what stands for them here.
_NO_LITERALS = {
    "True": "true", "TRUE": "true", "False": "false", "FALSE": "false",
    "null": "FIELD is empty", "None": "FIELD is empty", "nil": "FIELD is empty", "NULL": "FIELD is empty",
}  # fmt: skip


def _refuse_parameter(token: Token) -> None:
    """Raises :class:`BadExpression` for ``"${name}"``: nothing is filled in within quotes or a pattern."""
    found = _PARAMETER.search(token.text)
    if found is None:
        return
    if token.text[1:-1] == found[0]:
        raise BadExpression(f"a parameter stands without quotes: write {found[0]}", token.column)
    within = "a /pattern/" if token.sort == "pattern" else "a quoted text"
    raise BadExpression(f"{found[0]} is not filled in within {within}: compare with it alone", token.column)


def _number(token: Token) -> Quantity:
    if re.match(r"[+-]?0\d", token.text):
        raise BadExpression(f"{token.text!r} begins with 0: quote it if it is a text", token.column)
    found = quantity(token.text)
    if found is None:
        unit = token.text.lstrip("+-0123456789.")
        if unit in UNITS or not unit:
            raise BadExpression(f"the number has more than {MOST_DIGITS} digits", token.column)
        raise BadExpression(f"there is no unit {unit!r}; there are {', '.join(UNITS)}", token.column)
    return found
