"""Reading the entries of one declaration: each value as its key wants it, each mistake with its line."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from runbooklab.domains.generic.language.expression import Expression, parse
from runbooklab.domains.generic.language.quantity import quantity
from runbooklab.domains.generic.language.tokens import BadExpression
from runbooklab.domains.generic.language.yaml_texts import Entries, Items, Node, Scalar, read
from runbooklab.domains.generic.template import Template, template
from runbooklab.model.declared import Mistake

T = TypeVar("T")


def nearest(word: str, known: Iterable[str]) -> str:
    """``; did you mean 'x'?`` for a word that is close to a known one, else the known ones."""
    words = list(known)
    close = difflib.get_close_matches(word, words, n=1, cutoff=0.6)
    return f"; did you mean {close[0]!r}?" if close else f"; there are {', '.join(words)}"


class Reader:
    """The entries of one declaration; ``mistakes`` collects what is wrong with them."""

    def __init__(self, text: str, is_parameter: Callable[[str], bool]) -> None:
        found = read(text)
        self.entries: Entries = found.entries
        self.mistakes: list[Mistake] = found.mistakes
        self.is_parameter = is_parameter

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
        for key in self.entries.values:
            if key not in known:
                self.say(
                    self.line(key), f"there is no key {key!r} here{nearest(key, known)}. Example: {example}"
                )

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
            self.say(self.line(key), f"{key} is missing. Example: {key}: {example}")
        return found

    def template(self, key: str) -> Template | None:
        """A text with parameters."""
        return self.to_template(key, self.text(key)) if self.has(key) else None

    def to_template(self, key: str, text: str, *, sees: bool = False) -> Template:
        """``text`` with its ``${name}``; with ``sees`` also ``${field}`` of what was seen."""
        found = template(text)
        for name in found.names:
            if not sees and not self.is_parameter(name):
                self.say(
                    self.line(key), f"there is no parameter {name!r} in the front matter for ${{{name}}}"
                )
        return found

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
            self.say(line or self.line(key), f"{key}: {error}{where}")
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
