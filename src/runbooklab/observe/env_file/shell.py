"""A shell that reads the file as a script: ``set -a; . ./.env``. Nothing is executed here.

Source: POSIX, 2.9.1 Simple Commands; measured with dash 0.5 and bash 5.2.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from runbooklab.observe.env_file.records import Assignment, EnvReading, Mistake
from runbooklab.observe.env_file.shell_words import Scanner, Statement, Unclosed, Word

_ASSIGNMENT = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)\+?=")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
#: Builtins whose arguments are assignments.
_EXPORTS = frozenset({"export", "readonly", "declare", "typeset", "local"})
#: What a script may hold besides: a file with these is one on purpose.
_COMMANDS = frozenset({
    "set", "unset", "shift", "source", ".", ":", "true", "false", "test", "[", "[[", "echo", "printf", "eval",
    "cd", "umask", "ulimit", "trap", "alias", "return", "exit", "if", "then", "elif", "else", "fi", "for",
    "while", "until", "do", "done", "case", "esac", "{", "}",
})  # fmt: skip


def read_as_shell(text: str, environment: Mapping[str, str]) -> EnvReading:
    """The variables that are set after a shell has read the file."""
    script = _Script(environment)
    scanner = Scanner(text, script.lookup)
    before = "\n"
    try:
        for statement in scanner.statements():
            script.carry_out(statement, before)
            before = statement.end
    except Unclosed as unclosed:
        message = "a quote or bracket is not closed: the shell stops (unexpected EOF)"
        script.mistakes.append(Mistake(unclosed.line, "unclosed-quote", "stops", message))
    return EnvReading("shell", tuple(script.assignments), tuple(script.mistakes), unset=script.unset)


class _Script:
    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment = environment
        self.known: dict[str, str] = {}
        self.assignments: list[Assignment] = []
        self.mistakes: list[Mistake] = []
        self.unset: dict[str, int] = {}

    def lookup(self, name: str) -> str | None:
        return self.known.get(name, self.environment.get(name))

    def carry_out(self, statement: Statement, before: str) -> None:
        words = statement.words
        leading = 0
        while leading < len(words) and _ASSIGNMENT.match(words[leading].raw):
            leading += 1
        command = words[leading:]
        if statement.end == ";" and not words and before == "\n":
            message = "a line that begins with ; is a syntax error: the shell stops"
            self.mistakes.append(Mistake(statement.line, "unquoted", "stops", message))
        elif statement.end in "&|<>()" or before in "&|<>()":
            self._operator(statement, before, words)
        elif not command:
            for word in words[:leading]:
                self._assign(word)
            if statement.glued and leading:
                message = "; in a value without quotes ends it, and the rest is read as another variable"
                self.mistakes.append(Mistake(words[-1].line, "unquoted", "changes", message))
        elif command[0].text in _EXPORTS and not leading:
            self._export(command)
        elif before == ";" and command[0].text not in _COMMANDS:
            message = "; in a value without quotes ends it"
            self.mistakes.append(Mistake(command[0].line, "unquoted", "drops", message))
        elif command[0].text not in _COMMANDS:
            self.mistakes.append(_command(words, command, leading))

    def _assign(self, word: Word) -> None:
        name = _ASSIGNMENT.match(word.raw)
        assert name is not None
        value = word.text[len(name[0]) :]
        if "+=" in name[0]:
            value = (self.lookup(name[1]) or "") + value
        for missing in word.unset:
            self.unset.setdefault(missing, word.line)
        if word.known:
            self.known[name[1]] = value
        self.assignments.append(Assignment(name[1], value if word.known else None, word.line, word.quoted))

    def _export(self, command: list[Word]) -> None:
        for word in command[1:]:
            if _ASSIGNMENT.match(word.raw):
                self._assign(word)
            elif not _NAME.fullmatch(word.text) and not word.text.startswith("-"):
                self.mistakes.append(_no_name(word))

    def _operator(self, statement: Statement, before: str, words: list[Word]) -> None:
        """A pipe, a redirection or a bracket: the line is no longer an assignment."""
        if before in "&|<>()" or not words:
            return  # the rest of a line that was named already
        if not _ASSIGNMENT.match(words[0].raw):
            return  # a script's own doing
        if statement.end in "(" and words[0].raw.endswith("="):
            message = "brackets begin an array in bash and are a syntax error in sh"
        else:
            message = f"{statement.end} in a value without quotes ends it"
        stops = statement.end in "()"
        self.mistakes.append(Mistake(words[0].line, "unquoted", "stops" if stops else "drops", message))


def _no_name(word: Word) -> Mistake:
    """An argument of ``export`` that is neither a name nor an assignment."""
    said = "the shell says `bad variable name` or `not a valid identifier`"
    if word.text.startswith("="):
        return Mistake(word.line, "space-at-equals", "drops", f"a space stands at =: {said}")
    return Mistake(word.line, "name", "drops", f"this is no name: {said}")


def _command(words: list[Word], command: list[Word], leading: int) -> Mistake:
    """What a line says that the shell takes for a command."""
    line, first = command[0].line, command[0].text
    not_found = "the shell takes it for a command: not found"
    if first.strip("\r") == "" and not leading:
        return Mistake(line, "carriage-return", "drops", "the shell takes the carriage return for a command")
    if leading:
        message = "a space ends a value without quotes: the shell runs the next word as a command"
        return Mistake(words[0].line, "unquoted", "drops", message)
    if len(command) > 1 and command[1].text.startswith("="):
        return Mistake(line, "space-at-equals", "drops", f"a space stands before =, so {not_found}")
    if "=" in command[0].raw:
        return Mistake(line, "name", "drops", f"the name is none for a shell, so {not_found}")
    return Mistake(line, "no-equals", "drops", f"the line has no =, so {not_found}")
