"""The exceptions of this program: the base class with a map of all, and the one for users' mistakes."""

from __future__ import annotations

from pathlib import Path


class RunbookError(Exception):
    """The base class of all our exceptions. At the edge each becomes a value; none leaves the program.

    Each class by its module, what it says, and what becomes of it:

    - ``errors.UserError``: a mistake that a person can fix -> one line, exit status 3
    - ``files.bounded_json.NotBounded``: JSON too large or too deep to be read -> a :class:`UserError`
    - ``files.embedded_payload.NoPayload``: a page without an embedded run -> a :class:`UserError`, or nothing
    - ``redaction.files.NotRedactable``: a file that cannot be made safe -> a :class:`UserError`
    - ``observe.context.NotObserved``: a probe could not observe -> ``Missing``, with its reason
    - ``observe.context.PlainError``: a probe failed, in a sentence for people -> ``Missing("error")``
    - ``observe.turns.NoTurn``: the time was over before a server could be asked -> ``Missing("unreachable")``
    - ``observe.compose.interpolation.NotReplaced``: a ``$`` that Compose refuses -> a :class:`Problem`
    - ``observe.compose.merge.NotMerged``: two files that do not go together -> a :class:`Problem`
    - ``observe.compose.one_file.NotRead``: a file that cannot be used at all -> a :class:`Problem`
    - ``observe.compose.port.NotAPort``: an entry of ``ports`` that Compose refuses -> what is wrong with it
    - ``observe.compose.yaml_document.NotYaml``: a file that does not parse -> a :class:`Problem`
    - ``observe.env_file.shell_words.Unclosed``: a quote that nothing closes -> a :class:`Mistake`
    - ``observe.docker.guard.NotRead``: an answer that is not read -> as :class:`PlainError`
    - ``observe.docker.guard.Refused``: a request that does not only read was stopped -> ``Missing("error")``
    - ``observe.net.bounded_socket.TooMuch``: an endless answer -> as a broken connection
    - ``shell.tree.ShellError``: a script that the small shell language does not hold -> a ruling, never a run
    - ``shell.rows.RowError``: a line that is no row of the table of programs -> a :class:`UserError`
    - ``observe.command.expansion.Unfilled``: a word without a value -> ``CommandResult.refused``
    - ``observe.command.run.Stopped``: nothing more of a script is started -> ``CommandResult.refused``
    - ``domain.verb.NotDone``: a command that may not be applied -> the ``AuditEntry``'s outcome ``refused``
    - ``execution.pdf.NotPrinted``: there is no PDF -> one line; the page stays
    - ``lab.testbed.Unavailable``: this machine lacks what a fault needs -> a skipped drill, with the reason
    - ``lab.testbed.NotReady``: what a fault started did not come up -> the drill failed
    - ``lab.shell_runner.ManualStep``: a plan that only a person carries out -> the drill says so
    - ``testing.mistake.Mistakes``: what is wrong with a domain -> its author's test fails, one line for each
    - ``lab.shell_runner.CommandFailed``: a pasted command failed -> the remedy did not help

    In the domains of this package:

    - ``domains.address.configuration.leaves.Mistake``: what is wrong with a file -> evidence, a cause
    - ``domains.environment.yaml_values.NotYaml``: a configuration that does not parse -> evidence, a cause
    - ``domains.generic.language.patterns.NotAPattern``: a bad regular expression -> a line of lint
    - ``domains.generic.language.tokens.BadExpression``: an expectation that does not parse -> a line of lint
    - ``domains.grpc.probes.guard.Refused``: what is on no list was not sent -> ``Missing("error")``
    - ``domains.redis.probes.redis_guard.RefusedCommandError``: a command off the list -> ``Missing("error")``
    - ``domains.redis.probes.redis_guard.ServerError``: Redis' own error reply -> evidence, a cause

    A class whose name begins with an underscore never leaves its module and is not listed.
    """


class UserError(RunbookError):
    """A mistake in what was asked for or in a file of the suite; ends a command with status 3.

    ``message`` says what is wrong, ``path`` and the 1-based ``line`` say where, ``hint`` says what to do
    about it, as an imperative. ``str()`` of it is a single line.
    """

    def __init__(
        self, message: str, path: Path | None = None, line: int | None = None, hint: str = ""
    ) -> None:
        super().__init__(message)
        self.message = message
        self.path = path
        self.line = line
        self.hint = hint

    @property
    def place(self) -> str:
        """``file:line``, ``file`` or nothing."""
        if self.path is None:
            return ""
        return f"{self.path}:{self.line}" if self.line else str(self.path)

    def __str__(self) -> str:
        text = f"{self.place}: {self.message}" if self.place else self.message
        return " ".join((f"{text}; {self.hint}" if self.hint else text).split())
