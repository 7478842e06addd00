"""Compose's reader of .env and ``env_file:``. It gives the whole file up at the first mistake.

Source: compose-go, dotenv/parser.go; measured with Compose 2.40.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from runbooklab.errors import RunbookError
from runbooklab.observe.env_file.expansion import expand
from runbooklab.observe.env_file.records import Assignment, EnvReading, Mistake

#: White space that ends no line.
_BLANK = " \t\v\f\r\x85\xa0"
_EXPORT = re.compile(r"export\s+")
_ESCAPE = re.compile(r"\\(0\d{0,3}|[abcfnrtv$\"\\])")
_ESCAPES = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "$": "$$",
            '"': '"', "\\": "\\"}  # fmt: skip


def read_as_compose(text: str, environment: Mapping[str, str]) -> EnvReading:
    """The variables that Compose takes from the file, with ``environment`` before them."""
    parser = _Parser(text.removeprefix("\ufeff").replace("\r\n", "\n"), environment)
    try:
        parser.parse()
    except _Stop as stop:
        return EnvReading("compose", tuple(parser.assignments), (stop.mistake,), unset=parser.unset)
    return EnvReading(
        "compose", tuple(parser.assignments), inherited=tuple(parser.inherited), unset=parser.unset
    )


class _Stop(RunbookError):
    def __init__(self, mistake: Mistake) -> None:
        super().__init__(mistake.message)
        self.mistake = mistake


class _Parser:
    def __init__(self, text: str, environment: Mapping[str, str]) -> None:
        self.text = text
        self.at = 0
        self.environment = environment
        self.known: dict[str, str] = {}
        self.assignments: list[Assignment] = []
        self.inherited: list[str] = []
        self.unset: dict[str, int] = {}

    def parse(self) -> None:
        while self._to_statement():
            line = self.text.count("\n", 0, self.at) + 1
            name, inherits = self._name(line)
            if inherits:
                self.inherited.append(name)
                if name in self.environment:
                    self._set(name, self.environment[name], line, quoted=False)
                continue
            quoted = self.text[self.at : self.at + 1] in ("'", '"')
            self._set(name, self._quoted(line) if quoted else self._unquoted(line), line, quoted)

    def _set(self, name: str, value: str, line: int, quoted: bool) -> None:
        self.known[name] = value
        self.assignments.append(Assignment(name, value, line, quoted))

    def _to_statement(self) -> bool:
        """Skip white space and comments; whether something follows."""
        while self.at < len(self.text):
            if self.text[self.at].isspace():
                self.at += 1
            elif self.text[self.at] == "#":
                end = self.text.find("\n", self.at)
                self.at = len(self.text) if end < 0 else end
            else:
                return True
        return False

    def _name(self, line: int) -> tuple[str, bool]:
        """The name, and whether its value comes from the environment."""
        export = _EXPORT.match(self.text, self.at)
        start = export.end() if export else self.at
        end = start
        while end < len(self.text) and self.text[end] not in "=:\n":
            c = self.text[end]
            if not (c.isalnum() or c in "_.-[]" or c in _BLANK):
                raise _Stop(Mistake(line, "name", "stops", "a name may not hold this character"))
            end += 1
        name = self.text[start:end].rstrip()
        inherits = end >= len(self.text) or self.text[end] == "\n"
        if " " in name:
            kind, message = (
                ("no-equals", "the line has no =") if inherits else ("name", "a name may not hold spaces")
            )
            raise _Stop(Mistake(line, kind, "stops", message))  # type: ignore[arg-type] # a literal of the table above
        if not name:
            raise _Stop(Mistake(line, "name", "stops", "there is no name before ="))
        self.at = end + 1
        while not inherits and self.at < len(self.text) and self.text[self.at] in _BLANK:
            self.at += 1
        return name, inherits

    def _unquoted(self, line: int) -> str:
        end = self.text.find("\n", self.at)
        written = self.text[self.at : end] if end >= 0 else self.text[self.at :]
        self.at = len(self.text) if end < 0 else end + 1
        return self._expanded(written.partition(" #")[0].rstrip(), line)

    def _quoted(self, line: int) -> str:
        quote, escaped = self.text[self.at], False
        value: list[str] = []
        for place in range(self.at + 1, len(self.text)):
            c = self.text[place]
            if c == quote and not escaped:
                self.at = place + 1
                text = "".join(value)
                return self._expanded(_unescaped(text), line) if quote == '"' else text
            if escaped:
                value.append(c if c == quote else f"\\{c}")
                escaped = False
            elif c == "\\":
                escaped = True
            else:
                value.append(c)
        raise _Stop(
            Mistake(line, "unclosed-quote", "stops", "a quote is not closed (unterminated quoted value)")
        )

    def _expanded(self, text: str, line: int) -> str:
        def lookup(name: str) -> str | None:
            return self.environment.get(name, self.known.get(name))

        done = expand(text, lookup, compose=True)
        if done.bad:
            message = "${ in the value begins no variable that Compose can expand; $$ stands for $"
            raise _Stop(Mistake(line, "substitution", "stops", message))
        for name in done.unset:
            self.unset.setdefault(name, line)
        return done.text


def _unescaped(text: str) -> str:
    def one(match: re.Match[str]) -> str:
        what = match[1]
        if what.startswith("0"):
            return chr(int(what, 8)) if set(what) <= set("01234567") else match[0]
        return _ESCAPES.get(what, match[0])

    return _ESCAPE.sub(one, text)
