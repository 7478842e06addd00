"""Reading the entries of one declaration: each value as its key wants it, each mistake with its line."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Sequence
from typing import TypeVar

from runbooklab.domains.generic.language.expression import Expression, parse
from runbooklab.domains.generic.language.quantity import quantity
from runbooklab.domains.generic.language.tokens import BadExpression
from runbooklab.domains.generic.language.yaml_texts import Entries, Items, Node, Scalar, read
from runbooklab.domains.generic.template import Template, template
from runbooklab.model.declared import Mistake
from runbooklab.words import short

T = TypeVar("T")


def no_parameter(name: str, parameters: Collection[str]) -> str:
    """What is wrong with a name that is no parameter, with the nearest one."""
    return f"there is no parameter {name!r} in the front matter{nearest(name, sorted(parameters))}"


def in_key(key: str, said: str) -> str:
    """A mistake with the key that it is in.

    Not as ``pass: ...``: behind that any reader of texts, also our own, looks for a password.
    """
    return f"in {key}, {said}"


def with_example(said: str, example: str) -> str:
    """A mistake and what to write, as two sentences."""
    return f"{said}{'' if said.endswith('?') else '.'} Example: {example}"


def nearest(word: str, known: Iterable[str]) -> str:
    """``; did you mean 'x'?`` for a word that is close to a known one, else the known ones; "" if none is."""
    words = list(known)
    close = difflib.get_close_matches(word[:LONGEST_WORD], words, n=1, cutoff=0.65)
    if close:
        return f"; did you mean {close[0]!r}?"
    more = f" and {len(words) - MOST_NAMED} more" if len(words) > MOST_NAMED else ""
    return f"; there are {', '.join(words[:MOST_NAMED])}{more}" if words else ""


#: Most known words that a mistake lists, and the longest unknown one that is compared with them.
MOST_NAMED = 20
LONGEST_WORD = 100
#: Most mistakes that one declaration's keys have.
MOST_UNKNOWN = 5


class Reader:
    """The entries of one declaration; ``mistakes`` collects what is wrong with them.

    ``parameters`` are the names of the runbook's parameters.
    """

    def __init__(self, text: str, parameters: Collection[str]) -> None:
        found = read(text)
        self.entries: Entries = found.entries
        self.mistakes: list[Mistake] = found.mistakes
        self.parameters = parameters

    def say(self, line: int, message: str) -> None:
        """Note a mistake."""
        self.mistakes.append(Mistake(line, message))

    def line(self, key: str) -> int:
        """The line of a key; the first if it is not there."""
        return self.entries.lines.get(key, 1)

    def has(self, key: str) -> bool:
        return key in self.entries.values

    def refuse_unknown(self, known: Sequence[str], example: str) -> None:
        """A mistake for each key that means nothing here."""
        for key in [key for key in self.entries.values if key not in known][:MOST_UNKNOWN]:
            said = f"there is no key {short(key, LONGEST_WORD)!r} here{nearest(key, known)}"
            self.say(self.line(key), with_example(said, example))

    def refuse_empty(self, keys: Iterable[str]) -> None:
        """A mistake for each key that is there and says nothing."""
        for key in keys:
            node = self.entries.values.get(key)
            empty = isinstance(node, Scalar) and not node.text.strip()
            if empty or (isinstance(node, Items) and not node.items):
                self.say(self.line(key), f"{key} is empty: write a value, or leave it out")

    def text(self, key: str, default: str = "") -> str:
        """A value that is one text."""
        node = self.entries.values.get(key)
        if node is None:
            return default
        return self._scalar(key, node)

    def _scalar(self, key: str, node: Node) -> str:
        if isinstance(node, Scalar):
            return node.text.strip()
        self.say(
            node.line, f"{key} must be one text, not a list or a mapping; quote it if it begins with [ or {{"
        )
        return ""

    def required(self, key: str, example: str) -> str:
        """A value that must be there, and not empty."""
        found = self.text(key)
        if not found and (not self.has(key) or isinstance(self.entries.values[key], Scalar)):
            self.say(self.line(key), with_example(f"{key} is missing", f"{key}: {example}"))
        return found

    def template(self, key: str) -> Template | None:
        """A text with parameters."""
        return self.to_template(key, self.text(key)) if self.has(key) else None

    def to_template(self, key: str, text: str, *, sees: bool = False) -> Template:
        """``text`` with its ``${name}``; with ``sees`` also ``${field}`` of what was seen."""
        found = template(text)
        for name in found.names:
            if not sees and "." in name:
                said = f"${{{name}}} is a field of a check: here only parameters are filled in"
                self.say(self.line(key), in_key(key, said))
            elif not sees and name not in self.parameters:
                self.say(self.line(key), in_key(key, no_parameter(name, self.parameters)))
        return found

    def command(self, key: str, text: str, *, sees: bool = False) -> Template:
        """A command line: ``${NAME}`` that is no parameter belongs to its own language.

        With ``sees``, ``${check.field}`` is what a check saw: no shell has a variable with a dot.
        """

        def is_ours(name: str) -> bool:
            return name in self.parameters or (sees and "." in name)

        for name in template(text).names:
            if not is_ours(name) and name != name.upper():
                said = no_parameter(name, self.parameters).rstrip("?")
                said += f"; a variable of the shell is written ${name}"
                self.say(self.line(key), in_key(key, said))
        return template(text, is_ours)

    def words(self, key: str) -> tuple[str, ...]:
        """A list of words: ``[one, two]``, or one word."""
        node = self.entries.values.get(key)
        if node is None:
            return ()
        if isinstance(node, Scalar):
            return (node.text.strip(),) if node.text.strip() else ()
        if isinstance(node, Items):
            return tuple(self._scalar(f"an item of {key}", item) for item in node.items)
        self.say(node.line, f"{key} must be a list: {key}: [one, two]")
        return ()

    def lines_of(self, key: str) -> tuple[str, ...]:
        """The lines of a text, or the items of a list: one command each."""
        node = self.entries.values.get(key)
        if isinstance(node, Items):
            return self.words(key)
        if isinstance(node, Scalar) and node.is_joined:
            self.say(self.line(key), f"YAML makes one line of these: write {key}: | for one command a line")
        return tuple(line for line in self.text(key).split("\n") if line.strip())

    def names(self, key: str) -> dict[str, str]:
        """A mapping of names to texts."""
        node = self.entries.values.get(key)
        if node is None:
            return {}
        if isinstance(node, Entries):
            return {name: self._scalar(f"{key}.{name}", value) for name, value in node.values.items()}
        self.say(node.line, f"{key} must be names and values: {key}: {{Accept: text/html}}")
        return {}

    def choice(self, key: str, choices: Sequence[T], default: T) -> T:
        """One of a few words."""
        text = self.text(key)
        if not text:
            return default
        found = next((choice for choice in choices if choice == text), None)
        if found is None:
            self.say(self.line(key), f"{key} cannot be {text!r}{nearest(text, map(str, choices))}")
            return default
        return found

    def expression(self, key: str, text: str | None = None, line: int = 0) -> Expression | None:
        """An expectation; None if it is missing or does not parse."""
        written = self.text(key) if text is None else text
        try:
            return parse(written)
        except BadExpression as error:
            where = f" (column {error.column + 1} of {written!r})" if written else ""
            self.say(line or self.line(key), in_key(key, f"{error}{where}"))
            return None

    def seconds(self, key: str, most: float) -> float | None:
        """A span of time, in seconds."""
        text = self.text(key)
        if not text:
            return None
        found = quantity(text)
        if found is None or found.dimension not in ("time", "") or not 0 < found.of("s") <= most:
            self.say(
                self.line(key), f"{key} must be a time of at most {most:g} s, as in 5s or 500ms, not {text!r}"
            )
            return None
        return found.of("s")

    def fraction(self, key: str, default: float) -> float:
        """A number from 0 to 1, or a percentage."""
        text = self.text(key)
        if not text:
            return default
        found = quantity(text)
        value = None if found is None else found.number / 100 if found.unit == "%" else found.number
        if found is None or found.unit not in ("", "%") or value is None or not 0 <= value <= 1:
            self.say(self.line(key), f"{key} must be a number from 0 to 1, or 90%, not {text!r}")
            return default
        return value
