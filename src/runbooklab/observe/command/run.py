"""One script's run: its pipelines in order, each expanded, judged again and started."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from msgspec import Struct

from runbooklab.errors import RunbookError
from runbooklab.observe.command.environment import clean_environment
from runbooklab.observe.command.expansion import Expansion, Unfilled
from runbooklab.observe.command.pipeline import Piped, Start, run_pipeline
from runbooklab.observe.command.result import NOT_FOUND, Stage
from runbooklab.observe.command.xargs import commands_of
from runbooklab.shell.deciding import Where, decide
from runbooklab.shell.judge import judge
from runbooklab.shell.names import is_passed_on
from runbooklab.shell.printing import command_line
from runbooklab.shell.programs import Programs
from runbooklab.shell.ruling import Arg, Decision, Ruling
from runbooklab.shell.tree import Command, Pipeline, Redirect, Script, Statement
from runbooklab.shell.values import OPEN

#: ``note(to, what, ms)``: an entry of the ledger.
Note = Callable[[str, str, float], None]
#: Runs a program elsewhere: ``(argv, without its errors)`` -> its stage, its output, why it did not run.
Elsewhere = Callable[[tuple[str, ...], bool], tuple[Stage, bytes, str]]
_NO_ERRORS = frozenset(("2>/dev/null", "&>/dev/null"))
_NO_OUTPUT = frozenset((">/dev/null", "&>/dev/null"))
#: What ``timeout`` exits with if it ended its program.
_LIMIT_REACHED = 124


class Stopped(RunbookError):
    """Nothing more of this script is started. Says why."""


class State(Struct):
    """What a shell keeps: its variables, those that programs get, its folder, the last status."""

    cwd: str
    variables: dict[str, str] = {}
    exported: dict[str, str] = {}
    status: int = 0

    def copy(self) -> State:
        """A state of its own, as a subshell has it."""
        return State(self.cwd, {**self.variables}, {**self.exported}, self.status)


class Limits(Struct, frozen=True):
    """What a run may: until when (``time.monotonic``), how much output, which folders, as root or not."""

    deadline: float
    most_bytes: int
    path: tuple[str, ...]
    as_root: bool


class Prepared(Struct, frozen=True):
    """A command that is live with its values in."""

    decision: Decision
    environment: dict[str, str]
    redirects: tuple[Redirect, ...]
    inside: bool = False  # it runs where ``Run.elsewhere`` runs it

    @property
    def is_ours(self) -> bool:
        """Whether it is carried out here, not by one program."""
        return bool(self.decision.builtin or self.decision.script or self.decision.xargs)


class Run:
    """Carries out one script. Afterwards its fields say what came of it."""

    def __init__(
        self,
        programs: Programs,
        values: Mapping[str, str],
        limits: Limits,
        note: Note,
        elsewhere: Elsewhere | None = None,
    ) -> None:
        """``elsewhere`` runs the first program of each pipeline, as in a container; the others run here."""
        self.programs = programs
        self.values = values
        self.limits = limits
        self.note = note
        self.elsewhere = elsewhere
        self.out = bytearray()
        self.err = bytearray()
        self.stages: list[Stage] = []
        self.walls: dict[str, None] = {}
        self.truncated = self.timed_out = False
        self.missing = ""

    def script(self, script: Script, state: State) -> None:
        """Carry out all statements. Raises :class:`Stopped`."""
        for statement in script.statements:
            self._statement(statement, state)

    def _statement(self, statement: Statement, state: State) -> None:
        for step in statement.steps:
            if not step.when or (step.when == "&&") == (state.status == 0):
                state.status = self._pipeline(step.pipeline, state)

    def _pipeline(self, pipeline: Pipeline, state: State) -> int:
        """Its status. Nothing of it starts before all of it is judged."""
        alone = len(pipeline.commands) == 1
        if alone and not pipeline.commands[0].words:
            return self._assign(pipeline.commands[0], state)
        states = [state if alone else state.copy() for _ in pipeline.commands]
        prepared = [
            self._prepare(command, of_command, inside=self.elsewhere is not None and number == 0)
            for number, (command, of_command) in enumerate(zip(pipeline.commands, states, strict=True))
        ]
        if missing := next((name for each in prepared if (name := self._not_installed(each))), ""):
            self.missing = self.missing or missing
            self.err += f"{missing}: is not installed here\n".encode()
            return NOT_FOUND
        return self._connected(prepared, states)

    def _assign(self, command: Command, state: State) -> int:
        state.status = 0
        expansion = self._expansion(state)
        for assignment in command.assignments:
            state.variables[assignment.name] = self._filled(lambda: expansion.text(assignment.value))  # noqa: B023
            if state.status != 0:  # a shell would go on with an empty value, and look at something else
                why = self.missing and f"{self.missing} is not installed here"
                raise Stopped(why or f"what sets {assignment.name} ended with status {state.status}")
        return state.status

    def _expansion(self, state: State) -> Expansion:
        given = {"PWD": state.cwd, "?": str(state.status), "HOSTNAME": os.uname().nodename}
        asked = {name: os.environ[name] for name in ("HOME", "USER", "LOGNAME") if name in os.environ}
        return Expansion(
            {**asked, **given, **self.values}, state.variables, state.cwd, partial(self._output, state)
        )

    def _output(self, state: State, script: Script) -> str:
        """What a script within ``$( )`` prints; its status becomes the last one."""
        inner = state.copy()
        data = self._captured(lambda: self.script(script, inner))
        state.status = inner.status
        return data.replace(b"\0", b"").decode("utf-8", "surrogateescape")

    def _captured(self, run: Callable[[], None]) -> bytes:
        outer, self.out = self.out, bytearray()
        try:
            run()
            return bytes(self.out)
        finally:
            self.out = outer

    @staticmethod
    def _filled(expand: Callable[[], str]) -> str:
        try:
            return expand()
        except Unfilled as unfilled:
            raise Stopped(str(unfilled)) from None

    def _prepare(self, command: Command, state: State, *, inside: bool) -> Prepared:
        expansion = self._expansion(state)
        try:
            args = [arg for word in command.words for arg in expansion.args(word)]
            assigned = {each.name: expansion.text(each.value) for each in command.assignments}
        except Unfilled as unfilled:
            raise Stopped(str(unfilled)) from None
        decision = self.decided(args, state, inside=inside)
        environment = {
            **clean_environment(":".join(self.limits.path)),
            **state.exported,
            **assigned,
            **dict(decision.environment),
        }
        return Prepared(decision, environment, command.redirects, inside)

    def decided(self, args: Sequence[Arg], state: State, *, inside: bool = False) -> Decision:
        """The decision about a command with its values in. Raises :class:`Stopped` unless it is live."""
        if not args:
            raise Stopped("a command whose words are all empty")
        decision = decide(args, Where(self.programs, partial(self._judge_again, state), inside))
        if decision.kind != "live":
            raise Stopped(f"{decision.program}: {decision.reason}".removeprefix(": "))
        if decision.needs_root and not self.limits.as_root:
            raise Stopped(NEEDS_ROOT)
        if any(not _can_be_passed(word) for word in decision.argv):
            raise Stopped("a value holds a character that no program can be given")
        return decision

    def _judge_again(self, state: State, script: Script, *, inside: bool) -> Ruling:
        return judge(
            script, self.programs, {} if inside else {**self.values, **state.variables}, inside=inside
        )

    def _not_installed(self, prepared: Prepared) -> str:
        """The program's name if it isn't installed, else ""."""
        if prepared.is_ours or prepared.inside or self._file(prepared.decision.argv[0]):
            return ""
        return prepared.decision.argv[0]

    def _file(self, program: str) -> str:
        files = (f"{folder}/{program}" for folder in self.limits.path)
        return next((file for file in files if os.access(file, os.X_OK) and Path(file).is_file()), "")

    def _connected(self, prepared: Sequence[Prepared], states: Sequence[State]) -> int:
        """Start the programs in groups; what is carried out here stands between two groups."""
        data: bytes | None = None
        group: list[Prepared] = []
        status = 0
        for each, state in zip(prepared, states, strict=True):
            if each.inside:
                data, status = self._sent_elsewhere(each)
                continue
            if not each.is_ours:
                group.append(each)
                continue
            if group:
                data, status = self._started(group, state, data)
                group = []
            data, status = self._carried_out(each, state, data)
        if group:
            data, status = self._started(group, states[-1], data)
        self._print(data or b"")
        return status

    def _print(self, data: bytes) -> None:
        room = max(self.limits.most_bytes - len(self.out), 0)
        self.out += data[:room]
        self.truncated |= len(data) > room

    def _started(self, group: Sequence[Prepared], state: State, stdin: bytes | None) -> tuple[bytes, int]:
        now = time.monotonic()
        limits = [now + p.decision.limit_s for p in group if p.decision.limit_s is not None]
        deadline = min([self.limits.deadline, *limits])
        starts = [
            Start(self._file(p.decision.argv[0]), p.decision.argv, p.environment, p.redirects) for p in group
        ]
        began = time.perf_counter()
        try:
            piped = run_pipeline(
                starts, cwd=state.cwd, deadline=deadline, most_bytes=self.limits.most_bytes, stdin=stdin
            )
        except OSError as error:  # the folder is gone, too many words, no process or file left
            raise Stopped(f"could not start {starts[0].argv[0]}: {error.strerror}") from None
        self._noted(piped, (time.perf_counter() - began) * 1000)
        if piped.timed_out and deadline == self.limits.deadline:
            self._print(piped.out)
            self.timed_out = True
            raise Stopped("it did not end in time")
        return piped.out, _LIMIT_REACHED if piped.timed_out else _status(piped.stages[-1])

    def _noted(self, piped: Piped, ms: float) -> None:
        what = " | ".join(command_line(stage.argv) for stage in piped.stages)
        self.note("command", f"{what} [{', '.join((TABLE, *piped.walls))}]", ms)
        self.stages += piped.stages
        self.walls |= dict.fromkeys(piped.walls)
        self.truncated |= piped.truncated
        self.err += piped.err[: max(self.limits.most_bytes - len(self.err), 0)]

    def _sent_elsewhere(self, prepared: Prepared) -> tuple[bytes, int]:
        assert self.elsewhere is not None
        argv = prepared.decision.argv
        stage, data, problem = self.elsewhere(argv, not _NO_ERRORS.isdisjoint(prepared.redirects))
        self.stages.append(stage)
        if problem == "no-tool":
            self.missing = self.missing or argv[0]
        elif problem:
            raise Stopped(problem)
        return b"" if not _NO_OUTPUT.isdisjoint(prepared.redirects) else data, _status(stage)

    def _carried_out(self, prepared: Prepared, state: State, stdin: bytes | None) -> tuple[bytes, int]:
        """``cd``, ``export``, ``sh -c`` and ``xargs``: no program of their own is started for them."""
        decision, kept = prepared.decision, len(self.err)
        if decision.xargs:
            data, status = self._xargs(prepared, state, stdin or b"")
        elif decision.script:
            if stdin is not None:
                raise Stopped("sh -c that reads from a pipe")
            inner = state.copy()
            script = decision.script
            data, status = self._captured(lambda: self.script(script, inner)), inner.status
        else:
            data, status = b"", _BUILTINS[decision.builtin](self, decision.argv[1:], state)
        if not _NO_ERRORS.isdisjoint(prepared.redirects):
            del self.err[kept:]
        return b"" if not _NO_OUTPUT.isdisjoint(prepared.redirects) else data, status

    def _xargs(self, prepared: Prepared, state: State, stdin: bytes) -> tuple[bytes, int]:
        plan = prepared.decision.xargs
        assert plan is not None
        printed, worst = bytearray(), 0
        for args in commands_of(plan, stdin.decode("utf-8", "surrogateescape")):
            each = Prepared(self.decided(args, state), prepared.environment, ())
            if missing := self._not_installed(each):
                self.missing = self.missing or missing
                return bytes(printed), NOT_FOUND
            data, status = self._started([each], state, None)
            printed += data[: max(self.limits.most_bytes - len(printed), 0)]
            worst = worst or (_XARGS_FAILED if status else 0)
        return bytes(printed), worst


#: The wall that always stands: the table of programs.
TABLE = "table"
NEEDS_ROOT = "it needs root: without sudo less would be seen, so nothing is started"
#: What xargs exits with if one of its commands failed.
_XARGS_FAILED = 123


def _can_be_passed(word: str) -> bool:
    try:
        return OPEN not in word and b"\0" not in os.fsencode(word)
    except UnicodeEncodeError:  # half of a surrogate pair
        return False


def _status(stage: Stage) -> int:
    return stage.exit if stage.exit >= 0 else 128 - stage.exit


def _change_folder(run: Run, operands: Sequence[str], state: State) -> int:
    folder = operands[0] if operands else os.environ.get("HOME", "/")
    target = os.path.normpath(os.path.join(state.cwd, folder))  # noqa: PTH118 # a text, as a shell joins it
    if not Path(target).is_dir():
        run.err += f"cd: {folder}: there is no such folder\n".encode("utf-8", "surrogateescape")
        return 1
    state.cwd = target
    return 0


def _export(run: Run, operands: Sequence[str], state: State) -> int:
    for operand in operands:
        name, assigned, value = operand.partition("=")
        state.variables[name] = value if assigned else state.variables.get(name, run.values.get(name, ""))
        if is_passed_on(name):
            state.exported[name] = state.variables[name]
    return 0


_BUILTINS: Mapping[str, Callable[[Run, Sequence[str], State], int]] = {
    "cd": _change_folder,
    "export": _export,
}
