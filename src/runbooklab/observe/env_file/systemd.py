"""systemd's ``EnvironmentFile=``: quotes and continued lines, no expansion, comments in their own lines.

Source: systemd.exec(5), EnvironmentFile=; src/basic/env-file.c of systemd.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from runbooklab.observe.env_file.records import Assignment, EnvReading, Mistake

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_NEWLINE, _WHITE = "\n\r", " \t\n\r"
#: What a backslash escapes between double quotes: SHELL_NEED_ESCAPE.
_ESCAPED = '"\\`$'


def read_as_systemd(text: str, environment: Mapping[str, str]) -> EnvReading:
    """What a service gets; an invalid assignment is dropped with a line in the journal."""
    machine = _Machine()
    for character in text:
        machine.take(character)
    machine.end()
    return EnvReading("systemd", tuple(machine.assignments), tuple(machine.mistakes))


class _Machine:
    """systemd's states, one character at a time."""

    def __init__(self) -> None:
        self.assignments: list[Assignment] = []
        self.mistakes: list[Mistake] = []
        self.state = "before-name"
        self.line = self.began = 1
        self.name: list[str] = []
        self.value: list[str] = []
        self.kept = 0  # characters of the value that are no trailing white space
        self.quoted = False

    def take(self, c: str) -> None:
        getattr(self, "_" + self.state.replace("-", "_"))(c)
        self.line += c == "\n"

    def end(self) -> None:
        if self.state in ("single", "double", "double-escape"):
            message = "a quote is not closed: systemd takes the rest of the file for the value"
            self.mistakes.append(Mistake(self.began, "unclosed-quote", "changes", message))
        if self.state == "name":
            self._no_equals()
        elif self.state not in ("before-name", "comment", "comment-escape"):
            self._push()

    def _before_name(self, c: str) -> None:
        if c in "#;":
            self.state = "comment"
        elif c not in _WHITE:
            self.state, self.began, self.name, self.value = "name", self.line, [c], []
            self.kept, self.quoted = 0, False

    def _name(self, c: str) -> None:
        if c in _NEWLINE:
            self._no_equals()
            self.state = "before-name"
        elif c == "=":
            self.state = "before-value"
        else:
            self.name.append(c)

    def _before_value(self, c: str) -> None:
        if c in _NEWLINE:
            self._push()
        elif c in "'\"":
            self.state, self.quoted = ("single" if c == "'" else "double"), True
        elif c == "\\":
            self.state = "escape"
        elif c not in _WHITE:
            self.state = "value"
            self._add(c)

    def _value(self, c: str) -> None:
        if c in _NEWLINE:
            self._push()
        elif c == "\\":
            self.state = "escape"
        else:
            self.value.append(c)
            self.kept = self.kept if c in _WHITE else len(self.value)

    def _escape(self, c: str) -> None:
        self.state = "value"
        if c not in _NEWLINE:
            self._add(c)

    def _single(self, c: str) -> None:
        if c == "'":
            self.state = "before-value"
        else:
            self._add(c)

    def _double(self, c: str) -> None:
        if c == '"':
            self.state = "before-value"
        elif c == "\\":
            self.state = "double-escape"
        else:
            self._add(c)

    def _double_escape(self, c: str) -> None:
        self.state = "double"
        if c in _ESCAPED:
            self._add(c)
        elif c != "\n":
            self._add("\\")
            self._add(c)

    def _comment(self, c: str) -> None:
        if c in _NEWLINE:
            self.state = "before-name"
        elif c == "\\":
            self.state = "comment-escape"

    def _comment_escape(self, c: str) -> None:
        self.state = "comment"

    def _add(self, c: str) -> None:
        self.value.append(c)
        self.kept = len(self.value)

    def _no_equals(self) -> None:
        self.mistakes.append(
            Mistake(self.began, "no-equals", "drops", "the line has no =, so systemd sets nothing")
        )

    def _push(self) -> None:
        self.state = "before-name"
        name = "".join(self.name).rstrip(_WHITE)
        if _NAME.fullmatch(name):
            value = "".join(self.value[: self.kept])
            self.assignments.append(Assignment(name, value, self.began, self.quoted))
        elif name.startswith("export "):
            message = "systemd takes `export` for a part of the name and drops the line"
            self.mistakes.append(Mistake(self.began, "export", "drops", message))
        else:
            self.mistakes.append(
                Mistake(self.began, "name", "drops", "this is no name for systemd, which drops the line")
            )
