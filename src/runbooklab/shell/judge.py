"""Judging a whole script: each command by the table, a pipeline as the worst of its parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from runbooklab.shell.deciding import Where, decide
from runbooklab.shell.literal_passwords import IN_COMMAND, has_password
from runbooklab.shell.names import is_passed_on, refused_variable
from runbooklab.shell.parser import parse
from runbooklab.shell.printing import command_line, statement_text, word_text
from runbooklab.shell.programs import Programs
from runbooklab.shell.ruling import Arg, Decision, Ruling, worse
from runbooklab.shell.tree import (
    Command,
    Output,
    Part,
    Pipeline,
    Script,
    ShellError,
    Statement,
    Step,
    Text,
    Variable,
    Word,
)
from runbooklab.shell.values import OPEN

#: Variables that the runner itself sets.
GIVEN = frozenset(("HOME", "USER", "LOGNAME", "HOSTNAME", "PWD", "?"))
#: The longest word in characters: as long as Linux takes one (MAX_ARG_STRLEN, execve(2)).
MOST_VALUE = 1 << 17
_PATTERN = frozenset("*?[")
#: Programs whose words are what they look for: `grep "password=x"` is given no password.
_SEARCHING = frozenset(("grep", "egrep", "fgrep", "zgrep", "rg", "ag", "awk", "gawk", "mawk", "sed"))


def judge(
    script: Script | Statement | str,
    programs: Programs,
    values: Mapping[str, str] | None = None,
    *,
    inside: bool = False,
) -> Ruling:
    """What a script is, before anything of it runs.

    ``values``: the variables that are known. Without it all variables that the script doesn't set are taken
    for known later; with it such a variable makes the script unknown. ``inside``: another shell is to run it,
    in a container. Never raises: a text that doesn't parse is of the kind "unparsable".
    """
    if isinstance(script, str):
        try:
            script = parse(script)
        except ShellError as error:
            return Ruling("unparsable", error.reason, line=error.line, column=error.column)
    if isinstance(script, Statement):
        script = Script((script,))
    variables: dict[str, str | None] = {name: value for name, value in (values or {}).items() if value}
    try:
        return _Judge(programs, variables, strict=values is not None, inside=inside).script(script)
    except RecursionError:
        return Ruling("unparsable", "scripts within scripts, nested too deep")


class _Found(Struct):
    """What was found out about one word while it was expanded."""

    rulings: list[Ruling] = field(default_factory=list)
    opened: dict[str, str] = field(default_factory=dict)  # what stands for an open part -> its source


class _Judge:
    def __init__(
        self, programs: Programs, variables: dict[str, str | None], *, strict: bool, inside: bool = False
    ) -> None:
        self.programs = programs
        self.variables = variables
        self.strict = strict
        self.inside = inside
        self.where = Where(programs, self._inner, inside)

    def _inner(self, script: Script, *, inside: bool) -> Ruling:
        """A script within a command: in a container it has no variable of ours."""
        variables = {} if inside else dict(self.variables)
        return _Judge(self.programs, variables, strict=self.strict, inside=inside).script(script)

    def script(self, script: Script) -> Ruling:
        ruling, bounded, needs_root = Ruling("empty", "nothing to run"), list[str](), False
        for statement in script.statements:
            of_statement, text = self._statement(statement)
            ruling = of_statement if ruling.kind == "empty" else worse(ruling, of_statement)
            needs_root |= of_statement.needs_root
            bounded.append(text)
        once = "\n".join(bounded) if ruling.kind == "unbounded" and all(bounded) else ""
        return replace(ruling, once=once, needs_root=needs_root)

    def _statement(self, statement: Statement) -> tuple[Ruling, str]:
        """The ruling, and the statement's text so that it ends; "" if it can't be bounded."""
        ruling: Ruling | None = None
        needs_root, ends, texts = False, True, list[str]()
        for step in statement.steps:
            commands = []
            for command in step.pipeline.commands:
                of_command, text = self._command(command)
                needs_root |= of_command.needs_root
                ruling = of_command if ruling is None else worse(ruling, of_command)
                ends &= bool(text)
                commands.append(text)
            texts.append(f"{step.when} {' | '.join(commands)}".strip())
        assert ruling is not None  # a statement has a step, a pipeline a command
        return replace(ruling, needs_root=needs_root), " ".join(texts) if ends else ""

    def _command(self, command: Command) -> tuple[Ruling, str]:
        found = _Found()
        self._assign(command, found)
        args = [arg for word in command.words for arg in self.expand(word, found)]
        decision = decide(args, self.where) if args else Decision("live", program="")
        if self.inside and (reason := _not_for_another_shell(command, decision, args)):
            decision = replace(decision, kind="unknown", reason=reason)
        for mark, source in found.opened.items():
            decision = replace(decision, reason=decision.reason.replace(mark, source))
        ruling = _ruling(decision, command)
        if decision.program not in _SEARCHING and has_password(command):
            found.rulings.append(replace(ruling, kind="reveals", reason=IN_COMMAND, row="", place=""))
        for each in found.rulings:
            ruling = worse(ruling, each)
        if decision.builtin == "export":
            self._export(args[1:])
        return ruling, _bounded_text(command, decision, found)

    def _assign(self, command: Command, found: _Found) -> None:
        """Note assignments, and what is wrong with them. Before a program they are that program's alone."""
        for assignment in command.assignments:
            reason = refused_variable(assignment.name)
            if not reason and command.words and not is_passed_on(assignment.name):
                reason = f"what a program does with {assignment.name} is not known"
            if reason:
                found.rulings.append(Ruling("unknown", reason, line=command.line, column=command.column))
            text = "".join(arg.text for arg in self.expand(assignment.value, found))
            if not command.words:
                self.variables[assignment.name] = text

    def _export(self, args: Sequence[Arg]) -> None:
        for arg in args:
            name, assigned, value = arg.text.partition("=")
            if assigned:
                self.variables[name] = value

    def expand(self, word: Word, found: _Found) -> list[Arg]:
        """The word as one argument; what is known later is open."""
        text, filled, pattern, from_value = "", False, False, False
        for part in word.parts:
            value = part.value if isinstance(part, Text) else self._value(part, found)
            if isinstance(part, Text):
                pattern |= not part.quoted and not _PATTERN.isdisjoint(part.value)
                from_value |= not text and not part.quoted and part.value[:1] in _PATTERN
            else:
                filled = True
                from_value |= not text and value != ""
            text += value
        if len(text) > MOST_VALUE:
            found.rulings.append(Ruling("unknown", f"a word of more than {MOST_VALUE:,} characters"))
            text = text[:MOST_VALUE]
        return [Arg(text, from_value, filled, pattern)]

    def _value(self, part: Part, found: _Found) -> str:
        if isinstance(part, Output):
            found.rulings.append(self._nested(part.script))
            return self._open(part, found)
        assert isinstance(part, Variable)
        known = self.variables.get(part.name)
        if known:
            return known
        if part.default is not None:
            return "".join(arg.text for arg in self.expand(Word(part.default), found))
        if part.name in self.variables and known is not None:
            return known
        if self.strict and part.name not in GIVEN and part.name not in self.variables:
            found.rulings.append(Ruling("unknown", f"fill in {part.name}"))
        return self._open(part, found)

    def _nested(self, script: Script) -> Ruling:
        inner = _Judge(self.programs, dict(self.variables), strict=self.strict, inside=self.inside)
        ruling = inner.script(script)
        return replace(ruling, once="") if ruling.kind != "empty" else Ruling("live")

    @staticmethod
    def _open(part: Part, found: _Found) -> str:
        mark = f"{OPEN}{len(found.opened)}{OPEN}"
        found.opened[mark] = word_text(Word((part,)))
        return mark


def _ruling(decision: Decision, command: Command) -> Ruling:
    row = decision.row
    return Ruling(
        decision.kind,
        decision.reason,
        decision.program,
        row.text if row else "",
        row.place if row else "",
        needs_root=decision.needs_root,
        line=command.line,
        column=command.column,
    )


def _not_for_another_shell(command: Command, decision: Decision, args: Sequence[Arg]) -> str:
    """Why a command can't be handed to another shell, which expands it with nobody to judge the result."""
    if command.assignments:
        return "an assignment within another shell"
    if any(arg.filled for arg in args):
        return "a variable or $( ) within another shell: what it holds there can't be judged"
    if any(arg.pattern and arg.from_value for arg in args):
        return "a pattern at a word's beginning within another shell: write ./*"
    if decision.kind == "live" and decision.argv != tuple(arg.text for arg in args):
        return f"{decision.program} needs further options, which another shell would not get"
    return ""


def _bounded_text(command: Command, decision: Decision, found: _Found) -> str:
    """The command so that it ends: as it is, or with what bounds it; "" if nothing does."""
    if decision.kind != "unbounded":
        return statement_text(Statement((Step("", Pipeline((command,))),)))
    if not decision.once:
        return ""
    text = command_line(decision.once)
    for mark, source in found.opened.items():
        text = text.replace(mark, f"'{source}'")
    return " ".join([text, *command.redirects])
